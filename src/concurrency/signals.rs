//! Ctrl-C and SIGTERM → the run's [`Stop`].

use super::{Stop, StopReason, Task, spawn};
use std::io;
use tokio::signal::unix::{SignalKind, signal};

/// Gives `stop` its signal on Ctrl-C and SIGTERM, for as long as the task lives. The first signal ends the run in an
/// orderly way, a second one at once.
///
/// # Errors
/// When the system refuses to report signals.
pub fn watch(stop: &Stop) -> io::Result<Task<()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let stop = stop.clone();
    Ok(spawn(async move {
        loop {
            let reason = tokio::select! {
                _ = interrupt.recv() => StopReason::Interrupted,
                _ = terminate.recv() => StopReason::Terminated,
            };
            stop.stop(reason);
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::{Signal, getpid, kill_process};

    #[tokio::test]
    async fn the_first_signal_stops_and_the_second_hurries() {
        let stop = Stop::new();
        let _watch = watch(&stop).unwrap();
        kill_process(getpid(), Signal::TERM).unwrap();
        assert_eq!(stop.stopped().await, StopReason::Terminated);
        kill_process(getpid(), Signal::INT).unwrap();
        stop.at_once().await;
        assert_eq!(stop.reason(), Some(StopReason::Terminated));
    }
}
