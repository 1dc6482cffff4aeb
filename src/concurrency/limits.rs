//! How much of everything happens at once.

use std::num::NonZeroUsize;

/// The limits of one run, as configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Batches in flight; each has a session of its own.
    pub batches: NonZeroUsize,
    /// Requests in a batch.
    pub batch_size: NonZeroUsize,
    /// Charts being drawn; the CPU pool has exactly that many threads.
    pub charts: NonZeroUsize,
}

impl Limits {
    /// One of everything at a time.
    pub fn sequential() -> Self {
        Self { batches: NonZeroUsize::MIN, batch_size: NonZeroUsize::MIN, charts: NonZeroUsize::MIN }
    }

    /// Tool calls in flight over all sessions.
    pub fn calls(&self) -> NonZeroUsize {
        self.batches.saturating_mul(self.batch_size)
    }
}

impl Default for Limits {
    fn default() -> Self {
        let of = |n: usize| NonZeroUsize::MIN.saturating_add(n - 1);
        Self { batches: of(2), batch_size: of(3), charts: of(4) }
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;

    #[test]
    fn defaults_are_the_documented_ones() {
        let limits = Limits::default();
        let all = (limits.batches.get(), limits.batch_size.get(), limits.charts.get(), limits.calls().get());
        assert_eq!(all, (2, 3, 4, 6));
        assert_eq!(Limits::sequential().calls().get(), 1);
    }
}
