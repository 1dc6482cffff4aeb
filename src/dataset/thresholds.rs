//! The smallest numbers that are shown of people, and compared in per cent.

/// The smallest numbers shown or compared. Settings may raise them, never lower them below the defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// People or orders that a panel of personal shares needs behind it.
    pub min_base: u64,
    /// People or orders that each cell of it needs.
    pub min_cell: u64,
    /// Orders that both periods of a comparison need for a change in per cent; below, the absolute change is given.
    pub min_orders: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { min_base: 50, min_cell: 10, min_orders: 30 }
    }
}
