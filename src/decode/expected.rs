//! What an answer is expected to hold.

use crate::domain::{Dimension, Metric};

/// What an answer is expected to hold: what the call asked for. By default nothing is expected, and names stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expected {
    /// Metrics asked for, in order.
    pub metrics: Vec<Metric>,
    /// Groupings asked for, in order.
    pub group_by: Vec<Dimension>,
    /// The metric that a number without a name is: the one that the request is about.
    pub value: Option<Metric>,
}

impl Expected {
    /// Whether nothing is expected.
    pub(super) fn is_nothing(&self) -> bool {
        self.metrics.is_empty() && self.group_by.is_empty()
    }

    /// Every metric that the answer may hold: those asked for, and the one that the request is about.
    pub(super) fn all_metrics(&self) -> impl Iterator<Item = Metric> {
        let more = self.value.filter(|value| !self.metrics.contains(value));
        self.metrics.iter().copied().chain(more)
    }

    /// What a number without a name is.
    pub(super) fn unnamed(&self) -> Option<Metric> {
        match self.metrics[..] {
            _ if self.value.is_some() => self.value,
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether months are asked for.
    pub(super) fn by_month(&self) -> bool {
        self.group_by.contains(&Dimension::Month)
    }

    /// The groupings that are no spans of time.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &Dimension> {
        self.group_by.iter().filter(|dimension| !dimension.is_time())
    }
}
