//! Trying again after a failure that may pass: exponential back-off with full jitter.
//!
//! The scheme is the AWS architecture blog's "full jitter": the wait before try n + 1 is a random share of
//! `first_delay × 2ⁿ⁻¹`, so that many callers that failed together do not come back together.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    num::NonZeroU32,
    time::Duration,
};

/// No wait is longer. A server that asks for more is not asked again.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// How often, and how soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Tries in all, the first included.
    pub attempts: NonZeroU32,
    /// The longest wait before the second try; it doubles with every further one, up to 30 s.
    pub first_delay: Duration,
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
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: NonZeroU32::MIN.saturating_add(2), first_delay: Duration::from_secs(1) }
    }
}

impl Retry {
    /// So many tries in all, at least one.
    pub fn new(attempts: u32, first_delay: Duration) -> Self {
        Self { attempts: NonZeroU32::new(attempts).unwrap_or(NonZeroU32::MIN), first_delay }
    }

    /// One try, no more.
    pub fn never() -> Self {
        Self { attempts: NonZeroU32::MIN, first_delay: Duration::ZERO }
    }

    /// Tries until one succeeds, `judge` gives up on an error, or the attempts are used up. `judge` is told each
    /// error, `again` each one after which another try follows, with the number of the try that failed, from 1.
    ///
    /// Returns the last outcome and the number of tries.
    pub async fn run<T, E, F: Future<Output = Result<T, E>>>(
        &self,
        mut attempt: impl FnMut() -> F,
        judge: impl Fn(&E) -> Next,
        again: impl Fn(u32, &E),
    ) -> (Result<T, E>, u32) {
        let mut tried = 0;
        loop {
            let outcome = attempt().await;
            tried += 1;
            let Err(error) = &outcome else { return (outcome, tried) };
            let Some(delay) = self.delay(tried, judge(error), random_share()) else {
                return (outcome, tried);
            };
            again(tried, error);
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
        }
    }

    /// The wait after `tried` tries; `None` when there is no further try. `share` lies between 0 and 1.
    fn delay(&self, tried: u32, next: Next, share: f64) -> Option<Duration> {
        if tried >= self.attempts.get() {
            return None;
        }
        match next {
            Next::GiveUp => None,
            Next::AgainAfter(wait) => (wait <= LONGEST_DELAY).then_some(wait),
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

    fn retry(attempts: u32, millis: u64) -> Retry {
        Retry { attempts: NonZeroU32::new(attempts).unwrap(), first_delay: Duration::from_millis(millis) }
    }

    #[tokio::test]
    async fn a_passing_failure_is_tried_again_and_a_lasting_one_is_not() {
        let failures = Cell::new(2);
        let told = RefCell::new(Vec::new());
        let attempt = || async {
            failures.set(failures.get() - 1);
            if failures.get() >= 0 { Err("busy") } else { Ok(7) }
        };
        let outcome =
            retry(3, 0).run(attempt, |_| Next::Again, |tried, _| told.borrow_mut().push(tried)).await;
        assert_eq!((outcome, told.into_inner()), ((Ok(7), 3), vec![1, 2]));
        let lasting = || async { Err::<(), _>("no") };
        assert_eq!(retry(3, 0).run(lasting, |_| Next::GiveUp, |_, _| ()).await, (Err("no"), 1));
        assert_eq!(retry(3, 0).run(lasting, |_| Next::Again, |_, _| ()).await, (Err("no"), 3));
    }

    #[test]
    fn waits_double_up_to_the_cap_and_follow_the_server() {
        let retry = retry(99, 1000);
        let waits: Vec<_> = (1..8).map(|n| retry.delay(n, Next::Again, 1.0).unwrap().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(retry.delay(60, Next::Again, 0.5), Some(Duration::from_secs(15)));
        let asked = |s| retry.delay(1, Next::AgainAfter(Duration::from_secs(s)), 0.0);
        assert_eq!((asked(7), asked(3600)), (Some(Duration::from_secs(7)), None));
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
