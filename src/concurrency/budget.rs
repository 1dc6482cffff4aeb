//! One budget for all retries of a run, so that a server that fails everything is not hammered.
//!
//! A token bucket with the numbers of the AWS SDKs' standard retry mode: 500 tokens at first and at most, 14 for a
//! retry, given back when it succeeds, and 1 for a call that succeeds at the first try.

use std::sync::{Arc, Mutex, PoisonError};

/// Tokens at first, and at most.
const FULL: u32 = 500;

/// What a retry costs, and what its success gives back.
const RETRY: u32 = 14;

/// What a success at the first try gives back.
const FIRST_SUCCESS: u32 = 1;

/// The tokens that are left. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct RetryBudget(Arc<Mutex<u32>>);

impl Default for RetryBudget {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(FULL)))
    }
}

impl RetryBudget {
    /// Pays for a retry; `false` when too little is left.
    pub(super) fn pay(&self) -> bool {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let paid = left.checked_sub(RETRY);
        *left = paid.unwrap_or(*left);
        paid.is_some()
    }

    /// Notes a success after so many tries.
    pub(super) fn succeeded(&self, tries: u32) {
        let back = if tries > 1 { RETRY } else { FIRST_SUCCESS };
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = (*left + back).min(FULL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_bucket_pays_for_35_retries_and_successes_fill_it_again() {
        let budget = RetryBudget::default();
        budget.succeeded(1);
        assert_eq!((0..100).filter(|_| budget.pay()).count(), 35);
        (0..3).for_each(|_| budget.succeeded(1));
        assert!(!budget.pay());
        budget.succeeded(1);
        assert!(budget.pay() && !budget.pay());
        budget.succeeded(2);
        assert!(budget.pay() && !budget.pay());
    }
}
