//! The health of one server, and the gate before it: how many calls may be in flight, by how the last ones went.
//!
//! Whoever calls asks for leave ([`ServerHealth::enter`]) and says how the call ended ([`Leave::ended`]). The rules, which
//! know neither waiting nor events, are in `breaker.rs`.

use super::{
    breaker::{Breaker, BreakerOptions, Change, Outcome},
    gate::{Entered, Gate, Usage},
    now_ms,
};
use crate::{
    event::{Event, Events, HealthChange},
    failure::FailureKind,
};
use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// One server, or one model, as the calls to it see it.
#[derive(Debug)]
pub struct ServerHealth {
    server: String,
    gate: Gate,
    events: Events,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    breaker: Breaker,
    changes: Vec<HealthChange>,
    last_failure: (FailureKind, String),
}

/// Leave to make one call. Dropped without [`Leave::ended`], for instance because the run was stopped, it says nothing
/// about the server.
#[derive(Debug)]
pub struct Leave<'a> {
    health: &'a ServerHealth,
    /// Until the end of the call was told.
    number: Option<u64>,
    _inside: Entered,
}

/// No call is made: the server is left alone for a while.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server {server} kept failing and is left alone for a while; its last failure: {why}")]
pub struct LeftAlone {
    /// Its name.
    pub server: String,
    /// For how long still.
    pub remaining: Duration,
    /// Whether it had been left alone before and still failed, so that waiting again promises little.
    pub again: bool,
    /// The kind of the failure that came last.
    pub kind: FailureKind,
    /// That failure in words.
    pub why: String,
}

impl ServerHealth {
    /// A server of which nothing is known yet, with at most `ceiling` calls in flight.
    pub fn new(server: &str, ceiling: NonZeroUsize, options: BreakerOptions, events: &Events) -> Self {
        let gate = Gate::new(ceiling);
        let state = State {
            breaker: Breaker::new(gate.usage().limit, options),
            changes: Vec::new(),
            last_failure: (FailureKind::Unavailable, String::new()),
        };
        Self { server: server.to_owned(), gate, events: events.clone(), state: Mutex::new(state) }
    }

    /// Waits until a call may be made. Whoever asks first is let through first.
    ///
    /// # Errors
    /// When the server is left alone: at once, or for whoever waits already as soon as there is a place.
    pub async fn enter(&self) -> Result<Leave<'_>, LeftAlone> {
        let left_alone = self.state().breaker.left_alone(Instant::now());
        if let Some(remaining) = left_alone {
            return Err(self.left_alone(remaining));
        }
        let inside = self.gate.enter().await;
        // The server may have failed more while this call waited for its place.
        let mut state = self.state();
        let admitted = state.breaker.admit(Instant::now());
        let admitted = admitted
            .map(|(number, change)| (number, change.map(|change| self.note(&mut state, change, None))));
        drop(state);
        let (number, change) = admitted.map_err(|remaining| self.left_alone(remaining))?;
        self.tell(change);
        Ok(Leave { health: self, number: Some(number), _inside: inside })
    }

    /// The ceiling, and the most calls that were in flight.
    pub fn usage(&self) -> Usage {
        self.gate.usage()
    }

    /// Every change so far, in order.
    pub fn changes(&self) -> Vec<HealthChange> {
        self.state().changes.clone()
    }

    fn ended(&self, number: u64, failure: Option<(FailureKind, &str)>) {
        let outcome = Outcome::of(failure.map(|(kind, _)| kind));
        let mut state = self.state();
        let failure = failure.filter(|_| outcome != Outcome::Clean);
        if let Some((kind, why)) = failure {
            state.last_failure = (kind, why.to_owned());
        }
        let change = state.breaker.ended(number, outcome, Instant::now());
        let change = change.map(|change| self.note(&mut state, change, failure.map(|(_, why)| why)));
        drop(state);
        self.tell(change);
    }

    /// Applies a change to the gate and keeps it for the report.
    fn note(&self, state: &mut State, change: Change, why: Option<&str>) -> HealthChange {
        let Change { state: health, limit, reason } = change;
        self.gate.admit(limit);
        let (server, worse) = (self.server.clone(), why.is_some());
        let reason = why.map_or_else(|| reason.clone(), |why| format!("{reason}: {why}"));
        let change = HealthChange { server, state: health, at_ms: now_ms(), reason, limit, worse };
        state.changes.push(change.clone());
        change
    }

    fn tell(&self, change: Option<HealthChange>) {
        if let Some(change) = change {
            self.events.emit(Event::HealthChanged(change));
        }
    }

    fn left_alone(&self, remaining: Duration) -> LeftAlone {
        let state = self.state();
        let ((kind, why), again) = (state.last_failure.clone(), state.breaker.again());
        LeftAlone { server: self.server.clone(), remaining, again, kind, why }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave<'_> {
    /// Says how the call ended: with an answer, or with a failure of this kind, in words.
    pub fn ended(mut self, failure: Option<(FailureKind, &str)>) {
        if let Some(number) = self.number.take() {
            self.health.ended(number, failure);
        }
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.health.state().breaker.given_up(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Health;
    use futures::{FutureExt, future::join_all};
    use std::sync::Arc;

    const SECOND: Duration = Duration::from_secs(1);
    const FAILED: Option<(FailureKind, &str)> = Some((FailureKind::Throttled, "busy"));

    /// The states and limits of which observers were told.
    type Told = Arc<Mutex<Vec<(Health, usize)>>>;

    fn server(ceiling: usize, threshold: usize) -> (ServerHealth, Told) {
        let told = Told::default();
        let events = Events::to({
            let told = Arc::clone(&told);
            move |event| match event {
                Event::HealthChanged(change) => told.lock().unwrap().push((change.state, change.limit)),
                event => panic!("{event:?}"),
            }
        });
        let options = BreakerOptions { threshold, timeout: SECOND, sequential: true };
        (ServerHealth::new("x", NonZeroUsize::new(ceiling).unwrap(), options, &events), told)
    }

    #[tokio::test(start_paused = true)]
    async fn the_gate_follows_the_server_and_every_change_is_told() {
        let (server, told) = server(4, 2);
        let now = || server.enter().now_or_never().map(|entered| entered.map(|_| ()));
        for outcome in [None, FAILED, FAILED] {
            server.enter().await.unwrap().ended(outcome);
        }
        let one = server.enter().await.unwrap();
        assert_eq!(now(), None, "a second call entered a sequential server");
        one.ended(FAILED);
        let two = server.enter().await.unwrap();
        // Those who wait for a place are told at once when the server is left alone.
        let waiting = server.enter();
        tokio::pin!(waiting);
        assert!((&mut waiting).now_or_never().is_none());
        two.ended(FAILED);
        let why = LeftAlone {
            server: "x".into(),
            remaining: SECOND,
            again: false,
            kind: FailureKind::Throttled,
            why: "busy".into(),
        };
        assert_eq!(waiting.await.unwrap_err(), why);
        assert_eq!(now(), Some(Err(why)));
        tokio::time::advance(SECOND).await;
        let probe = server.enter().await.unwrap();
        assert_eq!(now(), None, "two probes");
        // A probe that is given up says nothing; the next call is the probe.
        drop(probe);
        server.enter().await.unwrap().ended(FAILED);
        assert!(server.enter().await.unwrap_err().again);
        tokio::time::advance(SECOND).await;
        server.enter().await.unwrap().ended(None);
        let limits = [
            (Health::Normal, 2),
            (Health::Sequential, 1),
            (Health::Open, 0),
            (Health::Probing, 1),
            (Health::Probing, 1),
            (Health::Open, 0),
            (Health::Probing, 1),
            (Health::Normal, 1),
        ];
        assert_eq!(*told.lock().unwrap(), limits);
        let changes = server.changes();
        assert_eq!(changes.iter().map(|change| (change.state, change.limit)).collect::<Vec<_>>(), limits);
        assert_eq!(changes[1].reason, "2 of the last 3 calls failed: busy");
        let worse: Vec<_> = changes.iter().map(|change| change.worse).collect();
        assert_eq!(worse, [true, true, true, false, false, true, false, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_rest_one_finds_out_and_the_others_wait_for_it() {
        let (server, _) = server(8, 1);
        for _ in 0..2 {
            server.enter().await.unwrap().ended(FAILED);
        }
        tokio::time::advance(SECOND).await;
        let calls = (0..8).map(|_| async {
            let leave = server.enter().await?;
            tokio::time::sleep(SECOND).await;
            leave.ended(None);
            Ok::<_, LeftAlone>(())
        });
        let begun = Instant::now();
        assert!(join_all(calls).await.iter().all(Result::is_ok));
        // 1 alone, 1 more alone, then by 2 and 3: the limit grows as calls are answered.
        assert_eq!((begun.elapsed(), server.usage().peak), (5 * SECOND, 3));
    }
}
