//! What a query counts: totals per group, whichever way they were counted.

use crate::domain::Dimension;
use std::collections::BTreeMap;

/// One grouping's value of a group. Missing values sort last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    /// A span of time, by number.
    Span(i32),
    /// An attribute's value.
    Value(String),
    /// The attribute has no value.
    Missing,
}

/// Everything that can be counted of a group. Money in ten-thousandths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) sales: i64,
    pub(super) items: i64,
    pub(super) orders: i64,
    pub(super) users: i64,
    pub(super) new_users: i64,
    pub(super) refund_amount: i64,
    pub(super) refund_orders: i64,
}

/// The groups of an answer, in the order of their keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Groups {
    /// One key per grouping, in query order.
    pub(super) totals: BTreeMap<Vec<Key>, Totals>,
    /// Groupings by which an order counts more than once.
    pub(super) overlaps: Vec<Dimension>,
}

/// The key of an attribute's value.
pub(super) fn value_key(value: Option<&str>) -> Key {
    value.map_or(Key::Missing, |value| Key::Value(value.to_owned()))
}
