//! A value against its baseline.

use super::span::Basis;
use crate::domain::Period;

/// A value of the focus against its baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Over the months compared in the focus.
    pub value: f64,
    /// Over the months they are compared with.
    pub baseline: f64,
    /// The difference.
    pub delta: f64,
    /// The difference in parts of a hundred of the baseline; `None` where too few orders stand behind it, or the
    /// baseline is not positive.
    pub percent: Option<f64>,
    /// The days compared.
    pub period: Period,
    /// The days compared with.
    pub baseline_period: Period,
    /// What the baseline is.
    pub basis: Basis,
    /// Whether the months compared are all of the focus.
    pub is_whole: bool,
}

/// Which way a change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// At least one per cent more.
    Up,
    /// At least one per cent less.
    Down,
    /// Less than one per cent either way.
    Flat,
}

impl Change {
    /// Which way it goes.
    pub fn direction(&self) -> Direction {
        let small =
            if self.baseline == 0.0 { self.delta == 0.0 } else { (self.delta / self.baseline).abs() < 0.01 };
        if small {
            Direction::Flat
        } else if self.delta > 0.0 {
            Direction::Up
        } else {
            Direction::Down
        }
    }
}
