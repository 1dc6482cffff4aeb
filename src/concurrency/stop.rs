//! The one way a run is told to end early: by Ctrl-C, by SIGTERM, or because its time is up.

use super::{Task, spawn};
use crate::failure::FailureKind;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
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
/// The first reason says to give up work in flight in an orderly way; a second one not to wait for that either. A
/// signal of the user that comes after the deadline becomes the reason: whoever presses Ctrl-C wants no deck any more.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    state: Arc<Mutex<State>>,
    token: CancellationToken,
    at_once: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    reason: Option<StopReason>,
    /// When the signal is given at the latest.
    until: Option<Instant>,
}

impl Stop {
    /// A signal that has not been given.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the signal; when it has been given before, says not to wait any longer.
    pub fn stop(&self, reason: StopReason) {
        let mut state = self.state();
        let earlier = state.reason;
        if matches!(earlier, None | Some(StopReason::Deadline)) {
            state.reason = Some(reason);
        }
        drop(state);
        if earlier.is_none() { self.token.cancel() } else { self.at_once.cancel() }
    }

    /// Ends the run by a deadline, `time` from now: the signal is given `reserve` before it, so that there is time to
    /// make something of what has come by then; at the deadline itself nothing is waited for any longer. A signal that
    /// was given earlier is not touched.
    pub fn within(&self, time: Duration, reserve: Duration) -> Task<()> {
        let end = Instant::now() + time;
        let until = end.checked_sub(reserve).unwrap_or_else(Instant::now);
        self.state().until = Some(until);
        let stop = self.clone();
        spawn(async move {
            tokio::time::sleep_until(until).await;
            if stop.reason().is_none() {
                stop.stop(StopReason::Deadline);
            }
            tokio::time::sleep_until(end).await;
            stop.at_once.cancel();
        })
    }

    /// The reason, once the signal has been given.
    pub fn reason(&self) -> Option<StopReason> {
        self.state().reason
    }

    /// When the signal is given at the latest; `None` without a deadline.
    pub fn until(&self) -> Option<Instant> {
        self.state().until
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
    async fn the_first_reason_counts_the_second_means_at_once_and_a_signal_outranks_the_deadline() {
        let stop = Stop::new();
        assert_eq!(stop.or(async { 1 }).await, Ok(1));
        stop.stop(StopReason::Deadline);
        assert!(!stop.at_once.is_cancelled());
        assert_eq!(stop.or(std::future::pending::<()>()).await, Err(StopReason::Deadline));
        // Ctrl-C counts even then.
        stop.stop(StopReason::Interrupted);
        stop.at_once().await;
        assert_eq!(stop.reason(), Some(StopReason::Interrupted));
        stop.stop(StopReason::Terminated);
        assert_eq!(stop.reason(), Some(StopReason::Interrupted));
    }

    #[tokio::test(start_paused = true)]
    async fn the_reserve_is_left_when_asking_ends_and_nothing_at_the_deadline() {
        let stop = Stop::new();
        let begun = Instant::now();
        let _timer = stop.within(Duration::from_secs(60), Duration::from_secs(5));
        assert_eq!(stop.until(), Some(begun + Duration::from_secs(55)));
        assert_eq!(stop.stopped().await.kind(), FailureKind::Deadline);
        assert_eq!(begun.elapsed().as_secs(), 55);
        assert!(!stop.at_once.is_cancelled());
        stop.at_once().await;
        assert_eq!(begun.elapsed().as_secs(), 60);
        assert_eq!(stop.reason(), Some(StopReason::Deadline));
    }
}
