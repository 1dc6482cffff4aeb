//! Trying again after a failure that may pass: exponential back-off with full jitter, within a budget and a deadline.
//!
//! The scheme is the AWS architecture blog's "full jitter": the wait before try n + 1 is a random share of
//! `first_delay × 2ⁿ⁻¹`, so that many callers that failed together do not come back together.

use super::budget::RetryBudget;
use std::{
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
    num::NonZeroU32,
    time::Duration,
};
use tokio::time::Instant;

/// The least wait for a server that is left alone or being probed.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);

/// No wait is longer. A server that asks for more is not asked again.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// How often, how soon, and until when. Clones share one budget: a run has one.
#[derive(Debug, Clone)]
pub struct Retry {
    attempts: NonZeroU32,
    first_delay: Duration,
    until: Option<Instant>,
    budget: RetryBudget,
}

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It will not pass.
    GiveUp,
    /// It may pass.
    Again,
    /// It may pass, but not before that long: the server said so.
    AgainAfter(Duration),
    /// Nothing was tried, and nothing may be before that long. The wait costs no try.
    NotBefore(Duration),
}

/// Why a failure that may pass is not tried again, although tries are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GaveUp {
    /// The retries of the whole run are used up.
    Budget,
    /// The wait would last beyond the deadline.
    Deadline,
    /// The server asks for a longer wait than anybody waits.
    Patience,
}

impl fmt::Display for GaveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Budget => "not tried again, since the run's retries are used up",
            Self::Deadline => "not tried again, since the run's time would be up before that",
            Self::Patience => "not tried again, since the server asks for a wait of more than 30 s",
        })
    }
}

/// What came of all tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried<T, E> {
    /// The last outcome.
    pub outcome: Result<T, E>,
    /// Tries in all, at least 1.
    pub tries: u32,
    /// Why there was no further try, where tries were left.
    pub gave_up: Option<GaveUp>,
}

impl Default for Retry {
    fn default() -> Self {
        Self::new(3, Duration::from_secs(1))
    }
}

impl Retry {
    /// So many tries in all, at least one. `first_delay` is the longest wait before the second try; it doubles with
    /// every further one, up to 30 s. The budget is new and full.
    pub fn new(attempts: u32, first_delay: Duration) -> Self {
        let attempts = NonZeroU32::new(attempts).unwrap_or(NonZeroU32::MIN);
        Self { attempts, first_delay, until: None, budget: RetryBudget::default() }
    }

    /// One try, no more.
    pub fn never() -> Self {
        Self::new(1, Duration::ZERO)
    }

    /// The same, but no try begins after a moment.
    #[must_use]
    pub fn until(&self, until: Option<Instant>) -> Self {
        Self { until, ..self.clone() }
    }

    /// Tries until one succeeds, `judge` gives up on an error, or the attempts, the budget or the time are used up.
    /// `judge` is told each error, `again` each one after which another try follows, with the number of the try that
    /// failed, from 1.
    pub async fn run<T, E, F: Future<Output = Result<T, E>>>(
        &self,
        mut attempt: impl FnMut() -> F,
        judge: impl Fn(&E) -> Next,
        again: impl Fn(u32, &E),
    ) -> Tried<T, E> {
        let mut tries = 0;
        loop {
            let outcome = attempt().await;
            let Err(error) = &outcome else {
                self.budget.succeeded(tries + 1);
                return Tried { outcome, tries: tries + 1, gave_up: None };
            };
            let next = judge(error);
            let was_tried = !matches!(next, Next::NotBefore(_));
            tries += u32::from(was_tried);
            let delay = match self.wait(tries, next) {
                Ok(delay) => delay,
                Err(gave_up) => return Tried { outcome, tries: tries.max(1), gave_up },
            };
            if was_tried {
                again(tries, error);
            }
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
        }
    }

    /// The wait before the next try, which is paid for, or why there is none.
    fn wait(&self, tries: u32, next: Next) -> Result<Duration, Option<GaveUp>> {
        let delay = match next {
            // Who waits for another's call must let it go on: without a pause nothing else on this task would.
            Next::NotBefore(wait) => Some(wait.max(SHORTEST_PAUSE)),
            _ => self.delay(tries, next, random_share()),
        };
        let delay = delay.ok_or(None)?;
        if matches!(next, Next::AgainAfter(_)) && delay > LONGEST_DELAY {
            return Err(Some(GaveUp::Patience));
        }
        if self.until.is_some_and(|until| Instant::now() + delay >= until) {
            return Err(Some(GaveUp::Deadline));
        }
        let free = matches!(next, Next::NotBefore(_));
        if free || self.budget.pay() { Ok(delay) } else { Err(Some(GaveUp::Budget)) }
    }

    /// The wait after `tried` tries; `None` when there is no further try. `share` lies between 0 and 1.
    fn delay(&self, tried: u32, next: Next, share: f64) -> Option<Duration> {
        if tried >= self.attempts.get() {
            return None;
        }
        match next {
            Next::GiveUp | Next::NotBefore(_) => None,
            Next::AgainAfter(wait) => Some(wait),
            Next::Again => {
                let most =
                    self.first_delay.saturating_mul(2_u32.saturating_pow(tried - 1)).min(LONGEST_DELAY);
                Some(most.mul_f64(share))
            }
        }
    }
}

/// A random number between 0 and 1. The seed is the one that the standard library draws for its hash maps; it has no
/// influence on any result, only on when something is tried again.
fn random_share() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};

    const TENTH: Duration = Duration::from_millis(100);

    fn tried<T, E>(outcome: Result<T, E>, tries: u32) -> Tried<T, E> {
        Tried { outcome, tries, gave_up: None }
    }

    #[tokio::test]
    async fn who_waits_for_another_call_lets_it_go_on() {
        let (done, tries) = (Cell::new(false), Cell::new(0));
        let attempt = || async {
            tries.set(tries.get() + 1);
            assert!(tries.get() < 1000, "nobody else gets a turn");
            if done.get() { Ok(()) } else { Err(()) }
        };
        let retry = Retry::never();
        let waiting = retry.run(attempt, |()| Next::NotBefore(Duration::ZERO), |_, ()| ());
        let other = async {
            tokio::task::yield_now().await;
            done.set(true);
        };
        let (waited, ()) = tokio::join!(waiting, other);
        assert_eq!(waited.outcome, Ok(()));
    }

    #[tokio::test]
    async fn a_passing_failure_is_tried_again_and_a_lasting_one_is_not() {
        let retry = Retry::new(3, Duration::ZERO);
        let failures = Cell::new(2);
        let told = RefCell::new(Vec::new());
        let attempt = || async {
            failures.set(failures.get() - 1);
            if failures.get() >= 0 { Err("busy") } else { Ok(7) }
        };
        let outcome = retry.run(attempt, |_| Next::Again, |tried, _| told.borrow_mut().push(tried)).await;
        assert_eq!((outcome, told.into_inner()), (tried(Ok(7), 3), vec![1, 2]));
        let lasting = || async { Err::<(), _>("no") };
        assert_eq!(retry.run(lasting, |_| Next::GiveUp, |_, _| ()).await, tried(Err("no"), 1));
        assert_eq!(retry.run(lasting, |_| Next::Again, |_, _| ()).await, tried(Err("no"), 3));
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_until_something_may_be_tried_is_no_try() {
        let retry = Retry::new(1, Duration::ZERO);
        let (begun, asked) = (Instant::now(), Cell::new(0));
        let ask = async |last: Result<u32, Next>| {
            asked.set(0);
            let attempt = || async {
                asked.set(asked.get() + 1);
                if asked.get() < 3 { Err(Next::NotBefore(TENTH)) } else { last }
            };
            retry.run(attempt, |next| *next, |_, _| panic!("no retry")).await
        };
        assert_eq!(ask(Ok(1)).await, tried(Ok(1), 1));
        assert_eq!(begun.elapsed(), 2 * TENTH);
        assert_eq!(ask(Err(Next::Again)).await, tried(Err(Next::Again), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn no_try_begins_that_cannot_end_in_time() {
        let late = Some(GaveUp::Deadline);
        for (next, gave_up, waited) in [
            (Next::AgainAfter(TENTH), late, Duration::ZERO),
            (Next::AgainAfter(TENTH / 2), None, TENTH / 2),
            (Next::NotBefore(TENTH), late, Duration::ZERO),
            (Next::NotBefore(TENTH / 2), late, TENTH / 2),
        ] {
            let begun = Instant::now();
            let retry = Retry::new(2, TENTH).until(Some(begun + TENTH));
            let told = retry.run(|| async { Err::<(), _>(next) }, |next| *next, |_, _| ()).await;
            assert_eq!((told.gave_up, begun.elapsed()), (gave_up, waited), "{next:?}");
        }
    }

    #[tokio::test]
    async fn clones_share_one_budget_whose_end_is_told() {
        let retry = Retry::new(30, Duration::ZERO);
        let fails = || async { Err::<(), _>("no") };
        let run = || async { retry.clone().run(fails, |_| Next::Again, |_, _| ()).await };
        assert_eq!(run().await, tried(Err("no"), 30));
        // 29 retries are paid; the budget of 500 holds six more.
        assert_eq!(run().await, Tried { outcome: Err("no"), tries: 7, gave_up: Some(GaveUp::Budget) });
    }

    #[test]
    fn waits_double_up_to_the_cap_and_follow_the_server_within_it() {
        let retry = Retry::new(99, Duration::from_secs(1));
        let waits: Vec<_> = (1..8).map(|n| retry.delay(n, Next::Again, 1.0).unwrap().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(retry.delay(60, Next::Again, 0.5), Some(Duration::from_secs(15)));
        let asked = |s| retry.wait(1, Next::AgainAfter(Duration::from_secs(s)));
        assert_eq!((asked(7), asked(3600)), (Ok(Duration::from_secs(7)), Err(Some(GaveUp::Patience))));
        assert_eq!(retry.delay(99, Next::Again, 1.0), None);
    }

    #[test]
    fn the_share_is_spread_between_0_and_1() {
        let shares: Vec<_> = (0..1000).map(|_| random_share()).collect();
        assert!(shares.iter().all(|share| (0.0..1.0).contains(share)));
        let low = shares.iter().filter(|share| **share < 0.5).count();
        assert!((350..650).contains(&low), "{low} of 1000 lie below a half");
    }
}
