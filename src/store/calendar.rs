//! Days as numbers, and the spans of time that contain them.

use crate::domain::Dimension;
use jiff::{ToSpan, civil::Date};

/// A day as the number YYYYMMDD: it sorts, it is short in the database, and a person can read it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Day(pub(super) i32);

impl Day {
    /// The number of a date.
    pub(super) fn of(date: Date) -> Self {
        Self(i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day()))
    }

    /// The date, or the first of January of year 1 should the number be none: only dates are ever stored.
    pub(super) fn date(self) -> Date {
        let (year, month, day) = (self.0 / 10_000, self.0 / 100 % 100, self.0 % 100);
        Date::new(year as i16, month as i8, day as i8).unwrap_or(Date::constant(1, 1, 1))
    }
}

/// The number of the span of `dimension` that a day lies in. Numbers of later spans are greater; weekdays count from
/// Monday, 1. Attributes are no spans of time and give 0.
pub(super) fn span_of(dimension: &Dimension, day: Day) -> i32 {
    match dimension {
        Dimension::Day => day.0,
        Dimension::Week => {
            let date = day.date();
            Day::of(date.saturating_sub(date.weekday().to_monday_zero_offset().days())).0
        }
        Dimension::Month => day.0 / 100,
        Dimension::Quarter => day.0 / 10_000 * 10 + (day.0 / 100 % 100 + 2) / 3,
        Dimension::Year => day.0 / 10_000,
        Dimension::Weekday => i32::from(day.date().weekday().to_monday_one_offset()),
        _ => 0,
    }
}

/// How the contract writes a span: `2025-06-17` for days and weeks (their Monday), `2025-06`, `2025-Q2`, `2025`, `Mon`.
pub(super) fn label(dimension: &Dimension, span: i32) -> String {
    match dimension {
        Dimension::Month => format!("{:04}-{:02}", span / 100, span % 100),
        Dimension::Quarter => format!("{:04}-Q{}", span / 10, span % 10),
        Dimension::Year => format!("{span:04}"),
        Dimension::Weekday => {
            let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
            names[(span - 1).clamp(0, 6) as usize].to_owned()
        }
        _ => Day(span).date().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_span_of_a_day_is_named_as_the_contract_does() {
        let cases = [
            (2025, 6, 17, ["2025-06-17", "2025-06-16", "2025-06", "2025-Q2", "2025", "Tue"]),
            (2024, 12, 29, ["2024-12-29", "2024-12-23", "2024-12", "2024-Q4", "2024", "Sun"]),
            (2025, 1, 1, ["2025-01-01", "2024-12-30", "2025-01", "2025-Q1", "2025", "Wed"]),
            (2024, 9, 30, ["2024-09-30", "2024-09-30", "2024-09", "2024-Q3", "2024", "Mon"]),
        ];
        for (year, month, day, labels) in cases {
            let day = Day::of(Date::constant(year, month, day));
            let named = Dimension::TIME.map(|dimension| label(&dimension, span_of(&dimension, day)));
            assert_eq!(named, labels);
        }
    }
}
