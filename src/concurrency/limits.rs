//! How much of everything happens at once.

use std::num::NonZeroUsize;

/// The limits of one run, with every switch applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Batches in flight; each has a session of its own.
    pub batches: NonZeroUsize,
    /// Requests in a batch. A way to divide the plan, not a limit: no switch changes it.
    pub batch_size: NonZeroUsize,
    /// Tool calls in flight over all sessions.
    pub calls: NonZeroUsize,
    /// Charts being drawn; the CPU pool has exactly that many threads.
    pub charts: NonZeroUsize,
}

impl Limits {
    /// As many calls as the requests of all batches in flight. Zero counts as one.
    pub fn new(batches: usize, batch_size: usize, charts: usize) -> Self {
        let of = |n: usize| NonZeroUsize::new(n).unwrap_or(NonZeroUsize::MIN);
        let (batches, batch_size) = (of(batches), of(batch_size));
        Self { batches, batch_size, calls: batches.saturating_mul(batch_size), charts: of(charts) }
    }

    /// One call at a time, and so one batch. The batches stay as large: smaller ones would only open more sessions, one
    /// after the other.
    #[must_use]
    pub fn one_call(self) -> Self {
        Self { batches: NonZeroUsize::MIN, calls: NonZeroUsize::MIN, ..self }
    }

    /// No more than so many calls at a time, as a server may ask for.
    #[must_use]
    pub fn at_most_calls(self, calls: NonZeroUsize) -> Self {
        Self { calls: self.calls.min(calls), batches: self.batches.min(calls), ..self }
    }

    /// One chart at a time.
    #[must_use]
    pub fn one_chart(self) -> Self {
        Self { charts: NonZeroUsize::MIN, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, NonZeroUsize};

    #[test]
    fn calls_follow_from_batches_unless_switched_off() {
        let numbers = |limits: Limits| {
            let Limits { batches, batch_size, calls, charts } = limits;
            [batches, batch_size, calls, charts].map(usize::from)
        };
        assert_eq!(numbers(Limits::new(2, 3, 4)), [2, 3, 6, 4]);
        assert_eq!(numbers(Limits::new(0, 0, 0)), [1, 1, 1, 1]);
        assert_eq!(numbers(Limits::new(2, 3, 4).one_call().one_chart()), [1, 3, 1, 1]);
        assert_eq!(numbers(Limits::new(usize::MAX, 3, 4))[2], usize::MAX);
        let at_most = |calls| numbers(Limits::new(2, 3, 4).at_most_calls(NonZeroUsize::new(calls).unwrap()));
        assert_eq!((at_most(4), at_most(1), at_most(9)), ([2, 3, 4, 4], [1, 3, 1, 4], [2, 3, 6, 4]));
    }
}
