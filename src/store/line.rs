//! One order line, as it is stored and counted.

use super::calendar::Day;

/// One line of an order of one merchant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// The order: a number made from its id.
    pub(super) order: i64,
    /// The date of the order's first line, on which the order counts.
    pub(super) order_day: Day,
    /// The line's own date, on which its money counts.
    pub(super) day: Day,
    /// Ten-thousandths of the currency's unit; negative for a refund.
    pub(super) amount: i64,
    /// The merchant's number for the customer, where the data name one.
    pub(super) customer: Option<u32>,
    /// The line's attributes: a position in the merchant's [`super::profiles::Profiles`].
    pub(super) profile: u32,
}

impl Line {
    /// Whether the line makes its order one that counts. A refund or a free item does not.
    pub(super) fn is_positive(&self) -> bool {
        self.amount > 0
    }
}
