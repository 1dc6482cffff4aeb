//! When a server is asked less, and when not at all: the rules alone, over the outcomes of the calls to it.
//!
//! ```text
//! normal ──threshold failures──► sequential ──as many again──► open ──timeout──► probing ──answered──► normal
//!    ▲                               │                           ▲                  │
//!    └───as many clean in a row──────┘                           └──────failed──────┘
//! ```
//!
//! Failures are counted over the last 20 calls that began in the present state, so that a burst of calls that fail
//! together counts once. While the state is normal, a call that is throttled halves the limit, once for all calls in
//! flight at that moment, and as many clean calls in a row as the limit is raise it by one: additive increase,
//! multiplicative decrease, as in Netflix's concurrency-limits. Waiting, events and time itself are `health.rs`.

use crate::{event::Health, failure::FailureKind};
use std::{collections::VecDeque, time::Duration};
use tokio::time::Instant;

/// Calls whose outcomes count.
const WINDOW: usize = 20;

/// What turns a server's failures into fewer calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerOptions {
    /// Failures among the last 20 calls that lead to the next state; 1 to 20.
    pub threshold: usize,
    /// For how long a server that goes on failing is left alone.
    pub timeout: Duration,
    /// Whether a server that fails is first asked one call at a time.
    pub sequential: bool,
}

impl Default for BreakerOptions {
    fn default() -> Self {
        Self { threshold: 5, timeout: Duration::from_secs(15), sequential: true }
    }
}

/// What the end of a call says about the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The server is up: it answered, be it to say no.
    Clean,
    /// It asks for fewer calls.
    Throttled,
    /// It could not be reached, broke down, or gave no answer in time.
    Failed,
}

impl Outcome {
    /// Refused credentials, refused arguments, no data and bad shapes are no failures of the server: it answers, and
    /// asking it less would not make it answer otherwise.
    pub(super) fn of(failure: Option<FailureKind>) -> Self {
        match failure {
            Some(FailureKind::Throttled) => Self::Throttled,
            Some(FailureKind::Unavailable | FailureKind::Timeout) => Self::Failed,
            _ => Self::Clean,
        }
    }
}

/// What a call changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) state: Health,
    /// Calls in flight at most; 0 while none are made.
    pub(super) limit: usize,
    pub(super) reason: String,
}

#[derive(Debug)]
pub(super) struct Breaker {
    options: BreakerOptions,
    ceiling: usize,
    state: Health,
    limit: usize,
    /// While the state is open: until when.
    alone_until: Option<Instant>,
    /// Whether the last probe failed.
    again: bool,
    /// Calls admitted so far, which number them.
    admitted: u64,
    /// The first call that began in the present state.
    first: u64,
    /// The first call that began after the limit was last halved.
    after_cut: u64,
    /// Whether each of the last calls of this state failed.
    recent: VecDeque<bool>,
    /// Clean calls in a row since the last failure or raise.
    clean: usize,
}

impl Breaker {
    pub(super) fn new(ceiling: usize, options: BreakerOptions) -> Self {
        Self {
            options,
            ceiling,
            state: Health::Normal,
            limit: ceiling,
            alone_until: None,
            again: false,
            admitted: 0,
            first: 0,
            after_cut: 0,
            recent: VecDeque::with_capacity(WINDOW),
            clean: 0,
        }
    }

    /// For how long still no call is made.
    pub(super) fn left_alone(&self, now: Instant) -> Option<Duration> {
        let left = self.alone_until?.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    /// Whether it has been left alone before, and still failed.
    pub(super) fn again(&self) -> bool {
        self.again
    }

    /// Admits a call and numbers it, or tells for how long none is made. The first one after that is the probe.
    pub(super) fn admit(&mut self, now: Instant) -> Result<(u64, Option<Change>), Duration> {
        if let Some(left) = self.left_alone(now) {
            return Err(left);
        }
        let change = match self.state {
            Health::Normal | Health::Sequential => None,
            Health::Open => Some(self.turn(Health::Probing, 1, "it was left alone long enough".into())),
            // The gate lets nobody in beside the probe.
            Health::Probing => return Err(Duration::ZERO),
        };
        self.admitted += 1;
        Ok((self.admitted - 1, change))
    }

    /// Notes how a call ended. One that began in an earlier state says nothing about this one.
    pub(super) fn ended(&mut self, number: u64, outcome: Outcome, now: Instant) -> Option<Change> {
        if number < self.first {
            return None;
        }
        let failed = outcome != Outcome::Clean;
        match self.state {
            Health::Open => return None,
            Health::Probing if failed => {
                self.again = true;
                return Some(self.open(now, "it still fails".into()));
            }
            Health::Probing => return Some(self.turn(Health::Normal, 1, "it answers again".into())),
            Health::Normal | Health::Sequential => {}
        }
        if self.recent.len() == WINDOW {
            self.recent.pop_front();
        }
        self.recent.push_back(failed);
        if !failed {
            return self.cleaned();
        }
        self.clean = 0;
        let failures = self.recent.iter().filter(|failed| **failed).count();
        if failures >= self.options.threshold {
            let reason = format!("{failures} of the last {} calls failed", self.recent.len());
            return Some(if self.state == Health::Normal && self.options.sequential {
                self.turn(Health::Sequential, 1, reason)
            } else {
                self.open(now, reason)
            });
        }
        let cuts = outcome == Outcome::Throttled && self.limit > 1 && number >= self.after_cut;
        cuts.then(|| {
            self.after_cut = self.admitted;
            self.limit_to(self.limit / 2, "it asked for fewer calls".into())
        })
    }

    /// Notes that a call was given up before its end. If it was the probe, the next one is.
    pub(super) fn given_up(&mut self, number: u64) {
        if self.state == Health::Probing && number >= self.first {
            self.state = Health::Open;
            self.limit = 0;
        }
    }

    fn cleaned(&mut self) -> Option<Change> {
        self.clean += 1;
        let enough = if self.state == Health::Normal { self.limit } else { self.options.threshold };
        if self.clean < enough || (self.state == Health::Normal && self.limit == self.ceiling) {
            return None;
        }
        self.clean = 0;
        let reason = format!("{enough} calls in a row were answered");
        Some(match self.state {
            Health::Normal => self.limit_to(self.limit + 1, reason),
            _ => self.turn(Health::Normal, 1, reason),
        })
    }

    fn open(&mut self, now: Instant, reason: String) -> Change {
        let change = self.turn(Health::Open, 0, reason);
        self.alone_until = Some(now + self.options.timeout);
        change
    }

    fn turn(&mut self, state: Health, limit: usize, reason: String) -> Change {
        self.state = state;
        self.alone_until = None;
        self.again &= state != Health::Normal;
        self.first = self.admitted;
        self.after_cut = self.admitted;
        self.recent.clear();
        self.clean = 0;
        self.limit_to(limit, reason)
    }

    fn limit_to(&mut self, limit: usize, reason: String) -> Change {
        self.limit = limit;
        Change { state: self.state, limit, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FailureKind as K;
    use Health::{Normal, Open, Probing, Sequential};
    use Outcome::{Clean, Failed, Throttled};
    use proptest::prelude::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn breaker(ceiling: usize, sequential: bool) -> (Breaker, Instant) {
        let options = BreakerOptions { threshold: 3, timeout: SECOND, sequential };
        (Breaker::new(ceiling, options), Instant::now())
    }

    /// Makes calls one after the other that end so, and tells the changes.
    fn calls(breaker: &mut Breaker, now: Instant, outcomes: &[Outcome]) -> Vec<(Health, usize, String)> {
        let ended = outcomes.iter().flat_map(|outcome| {
            let (number, change) = breaker.admit(now).unwrap();
            [change, breaker.ended(number, *outcome, now)]
        });
        ended.flatten().map(|change| (change.state, change.limit, change.reason)).collect()
    }

    #[test]
    fn failures_lead_from_normal_to_sequential_to_open_and_a_probe_back() {
        let (mut breaker, now) = breaker(6, true);
        let told = calls(&mut breaker, now, &[Failed, Clean, Failed, Failed]);
        assert_eq!(told, [(Sequential, 1, "3 of the last 4 calls failed".into())]);
        let told = calls(&mut breaker, now, &[Clean, Failed, Failed, Failed]);
        assert_eq!(told, [(Open, 0, "3 of the last 4 calls failed".into())]);
        assert_eq!(breaker.admit(now + SECOND / 4), Err(SECOND * 3 / 4));
        let told = calls(&mut breaker, now + SECOND, &[Failed]);
        let probing = (Probing, 1, "it was left alone long enough".to_owned());
        assert_eq!(told, [probing.clone(), (Open, 0, "it still fails".into())]);
        let told = calls(&mut breaker, now + 2 * SECOND, &[Clean, Clean, Clean, Clean]);
        let raised =
            |limit: usize, calls: usize| (Normal, limit, format!("{calls} calls in a row were answered"));
        assert_eq!(told, [probing, (Normal, 1, "it answers again".into()), raised(2, 1), raised(3, 2)]);
    }

    #[test]
    fn clean_calls_lead_back_from_sequential_and_without_that_state_failures_open() {
        let (mut first, now) = breaker(6, true);
        let told = calls(&mut first, now, &[Failed, Failed, Failed, Clean, Clean, Clean]);
        assert_eq!(told[1], (Normal, 1, "3 calls in a row were answered".into()));
        let (mut second, now) = breaker(6, false);
        let told = calls(&mut second, now, &[Failed, Failed, Failed]);
        assert_eq!(told, [(Open, 0, "3 of the last 3 calls failed".into())]);
    }

    #[test]
    fn calls_that_are_throttled_together_halve_the_limit_once() {
        let (mut breaker, now) = breaker(6, true);
        let numbers: Vec<_> = (0..6).map(|_| breaker.admit(now).unwrap().0).collect();
        let change = breaker.ended(numbers[0], Throttled, now).unwrap();
        assert_eq!((change.state, change.limit), (Normal, 3));
        assert_eq!(breaker.ended(numbers[1], Throttled, now), None);
        // Of the calls that began together only these two count so far; one more failure is the third.
        assert_eq!(breaker.ended(numbers[2], Failed, now).unwrap().state, Sequential);
        // The rest began before that state and say nothing about it.
        for number in &numbers[3..] {
            assert_eq!(breaker.ended(*number, Failed, now), None);
        }
    }

    #[test]
    fn an_answer_is_no_failure_of_the_server_whatever_it_says() {
        for kind in [K::Auth, K::Refused, K::NoData, K::InvalidData, K::UnknownMerchant, K::WrongMerchant] {
            assert_eq!(Outcome::of(Some(kind)), Clean, "{kind:?}");
        }
        assert_eq!(Outcome::of(None), Clean);
        assert_eq!(Outcome::of(Some(K::Throttled)), Throttled);
        assert_eq!([K::Unavailable, K::Timeout].map(|kind| Outcome::of(Some(kind))), [Failed; 2]);
    }

    /// Something that happens to a server.
    #[derive(Debug, Clone)]
    enum Step {
        Admit,
        End(usize, Outcome),
        GiveUp(usize),
        Pass(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        let outcome = prop_oneof![Just(Clean), Just(Failed), Just(Throttled)];
        prop_oneof![
            4 => Just(Step::Admit),
            6 => (any::<usize>(), outcome).prop_map(|(i, outcome)| Step::End(i, outcome)),
            1 => any::<usize>().prop_map(Step::GiveUp),
            1 => (0_u64..1500).prop_map(Step::Pass),
        ]
    }

    proptest! {
        #[test]
        fn the_rules_hold_in_whatever_order_calls_end(
            steps in prop::collection::vec(step(), 0..300),
            ceiling in 1_usize..9,
            threshold in 1_usize..7,
            sequential: bool,
        ) {
            let options = BreakerOptions { threshold, timeout: SECOND, sequential };
            let mut breaker = Breaker::new(ceiling, options);
            let mut now = Instant::now();
            // Calls in flight, in the order in which they were admitted; failures since the present state began.
            let (mut inside, mut failures, mut opened) = (Vec::<u64>::new(), 0, None::<Instant>);
            for step in steps {
                let before = (breaker.state, breaker.limit, breaker.first);
                let mut change = None;
                match step {
                    // As the gate does: nobody enters while as many are inside as the limit says.
                    Step::Admit if inside.len() >= breaker.limit.max(1) => {}
                    Step::Admit => match breaker.admit(now) {
                        Ok((number, changed)) => {
                            prop_assert!(before.0 != Open || now >= opened.unwrap() + SECOND);
                            inside.push(number);
                            change = changed;
                        }
                        Err(left) => prop_assert_eq!(now + left, opened.unwrap() + SECOND),
                    },
                    Step::End(..) | Step::GiveUp(_) if inside.is_empty() => {}
                    Step::End(i, outcome) => {
                        let number = inside.remove(i % inside.len());
                        failures += usize::from(outcome != Clean && number >= before.2);
                        change = breaker.ended(number, outcome, now);
                    }
                    Step::GiveUp(i) => breaker.given_up(inside.remove(i % inside.len())),
                    Step::Pass(milliseconds) => now += Duration::from_millis(milliseconds),
                }
                let after = breaker.state;
                prop_assert!(breaker.limit <= ceiling);
                prop_assert_eq!(breaker.limit == 0, after == Open);
                prop_assert!(!matches!(after, Sequential | Probing) || breaker.limit == 1);
                let probes = inside.iter().filter(|number| **number >= breaker.first).count();
                prop_assert!(after != Probing || probes == 1, "{probes} probes");
                prop_assert!(breaker.recent.len() <= WINDOW);
                let told = change.as_ref().map(|change| (change.state, change.limit));
                if (before.0, before.1) != (after, breaker.limit) && !matches!(step, Step::GiveUp(_)) {
                    prop_assert_eq!(told, Some((after, breaker.limit)), "not every change was told");
                }
                match (before.0, after) {
                    (Normal, Sequential) => prop_assert!(sequential && failures >= threshold),
                    (Normal, Open) => prop_assert!(!sequential && failures >= threshold),
                    (Sequential, Open) => prop_assert!(failures >= threshold),
                    (Sequential, Normal) | (Open, Probing) | (Probing, Normal | Open) => {}
                    (before, after) => prop_assert_eq!(before, after),
                }
                if told.is_some_and(|(state, _)| state != before.0) {
                    failures = 0;
                    opened = (after == Open && before.0 != Open).then_some(now).or(opened);
                } else if matches!(step, Step::GiveUp(_)) && before.0 != after {
                    // The probe was given up: the next call is the probe.
                    opened = Some(now - SECOND);
                }
            }
            // Whatever has happened, a server that answers is asked as much as at first in the end.
            inside.clear();
            now += SECOND;
            if breaker.state == Probing {
                breaker.given_up(u64::MAX);
            }
            calls(&mut breaker, now, &[Clean; 100]);
            prop_assert_eq!((breaker.state, breaker.limit), (Normal, ceiling));
        }
    }
}
