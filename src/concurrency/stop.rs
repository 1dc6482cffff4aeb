//! The one way a run is told to end early: by Ctrl-C, by SIGTERM, or because its time is up.

use super::spawn;
use crate::failure::FailureKind;
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Why a run must end early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// The run's time is up.
    Deadline,
}

impl StopReason {
    /// The kind of failure it is.
    pub fn kind(self) -> FailureKind {
        match self {
            Self::Interrupted => FailureKind::Interrupted,
            Self::Terminated => FailureKind::Terminated,
            Self::Deadline => FailureKind::Deadline,
        }
    }
}

impl std::fmt::Display for StopReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Interrupted => "the run was interrupted",
            Self::Terminated => "the run was told to end",
            Self::Deadline => "the run's time was up",
        })
    }
}

/// A run's one stop signal. Clones are the same signal.
///
/// The first reason counts: work in flight is given up in an orderly way. A second one says not to wait for that either.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    reason: Arc<OnceLock<StopReason>>,
    token: CancellationToken,
    at_once: CancellationToken,
}

impl Stop {
    /// A signal that has not been given.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the signal; when it has been given before, says not to wait any longer.
    pub fn stop(&self, reason: StopReason) {
        if self.reason.set(reason).is_ok() {
            self.token.cancel();
        } else {
            self.at_once.cancel();
        }
    }

    /// Gives the signal when the time is up, unless it has been given by then.
    pub fn after(&self, time: Duration) -> super::Task<()> {
        let stop = self.clone();
        spawn(async move {
            tokio::time::sleep(time).await;
            if stop.reason().is_none() {
                stop.stop(StopReason::Deadline);
            }
        })
    }

    /// The reason, once the signal has been given.
    pub fn reason(&self) -> Option<StopReason> {
        self.reason.get().copied()
    }

    /// Waits for the signal.
    pub async fn stopped(&self) -> StopReason {
        self.token.cancelled().await;
        self.reason().unwrap_or(StopReason::Interrupted)
    }

    /// Waits for the second signal: orderly shutdown should not be waited for either.
    pub async fn at_once(&self) {
        self.at_once.cancelled().await;
    }

    /// The signal as a token, for servers that take one.
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    /// Runs a future until it is done or the signal is given, whichever is first. A future given up is dropped.
    ///
    /// # Errors
    /// The reason, when the signal came first.
    pub async fn or<T>(&self, future: impl Future<Output = T>) -> Result<T, StopReason> {
        tokio::select! {
            biased;
            reason = self.stopped() => Err(reason),
            value = future => Ok(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_reason_counts_and_the_second_means_at_once() {
        let stop = Stop::new();
        assert_eq!(stop.or(async { 1 }).await, Ok(1));
        stop.stop(StopReason::Deadline);
        assert!(!stop.at_once.is_cancelled());
        assert_eq!(stop.or(std::future::pending::<()>()).await, Err(StopReason::Deadline));
        stop.stop(StopReason::Interrupted);
        stop.at_once().await;
        assert_eq!(stop.reason(), Some(StopReason::Deadline));
    }

    #[tokio::test]
    async fn time_runs_out() {
        let stop = Stop::new();
        let _timer = stop.after(Duration::ZERO);
        assert_eq!(stop.stopped().await.kind(), FailureKind::Deadline);
    }
}
