//! Calendar months and inclusive spans of days.

use super::DomainError;
use jiff::{ToSpan, civil::Date};

/// Years that orders can lie in, with room for months before and after.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// Reads a date written `YYYY-MM-DD`.
///
/// # Errors
/// When the text has another form, names a day that does not exist, or a year before 1900 or after 2199.
pub fn parse_date(text: &str) -> Result<Date, DomainError> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    if !shape {
        return Err(DomainError(format!("`{text}` is not a date of the form YYYY-MM-DD")));
    }
    let day: Date =
        text.parse().map_err(|_| DomainError(format!("`{text}` is not a day of the calendar")))?;
    if !YEARS.contains(&day.year()) {
        return Err(DomainError(format!(
            "`{text}` does not lie between {} and {}",
            YEARS.start(),
            YEARS.end()
        )));
    }
    Ok(day)
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month of a year; `month` counts from 1. `None` outside the calendar.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        ((1..=12).contains(&month) && (1000..=9000).contains(&year)).then_some(Self { year, month })
    }

    /// The month a day lies in.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month's number, 1 to 12.
    pub fn number(self) -> i8 {
        self.month
    }

    /// The first day.
    pub fn first_day(self) -> Date {
        Date::constant(self.year, self.month, 1)
    }

    /// The last day.
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// The month `n` months later, or earlier when `n` is negative.
    #[must_use]
    pub fn plus(self, n: i32) -> Self {
        let count = i32::from(self.year) * 12 + i32::from(self.month) - 1 + n;
        Self { year: count.div_euclid(12) as i16, month: (count.rem_euclid(12) + 1) as i8 }
    }

    /// Months from `other` to this one; negative when this one is earlier.
    pub fn since(self, other: Self) -> i32 {
        (i32::from(self.year) - i32::from(other.year)) * 12 + i32::from(self.month) - i32::from(other.month)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl std::str::FromStr for Month {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        let parts = text.split_once('-').and_then(|(y, m)| {
            (y.len() == 4 && m.len() == 2).then(|| Self::new(y.parse().ok()?, m.parse().ok()?)).flatten()
        });
        parts.ok_or_else(|| DomainError(format!("`{text}` is not a month of the form YYYY-MM")))
    }
}

/// A span of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    from: Date,
    to: Date,
}

impl Period {
    /// The span from one day to another.
    ///
    /// # Errors
    /// When `from` lies after `to`.
    pub fn new(from: Date, to: Date) -> Result<Self, DomainError> {
        if from > to {
            return Err(DomainError(format!("the period begins on {from}, after its end on {to}")));
        }
        Ok(Self { from, to })
    }

    /// The whole months from `first` to `last`; `last` must not lie before `first`.
    pub fn of_months(first: Month, last: Month) -> Self {
        Self { from: first.first_day(), to: last.max(first).last_day() }
    }

    /// The first day.
    pub fn from(&self) -> Date {
        self.from
    }

    /// The last day.
    pub fn to(&self) -> Date {
        self.to
    }

    /// Number of days.
    pub fn days(&self) -> i32 {
        self.from.until(self.to).map_or(0, |span| span.get_days()) + 1
    }

    /// Whether a day lies inside.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// Every month that has a day inside.
    pub fn months(&self) -> Vec<Month> {
        let first = Month::of(self.from);
        (0..=Month::of(self.to).since(first)).map(|n| first.plus(n)).collect()
    }

    /// Whether a month lies wholly inside.
    pub fn covers(&self, month: Month) -> bool {
        self.from <= month.first_day() && month.last_day() <= self.to
    }

    /// The same days `n` months earlier. A last day of a month stays a last day.
    #[must_use]
    pub fn months_earlier(&self, n: i32) -> Self {
        let shift = |day: Date| {
            let moved = day.saturating_sub(n.months());
            if day == day.last_of_month() { moved.last_of_month() } else { moved }
        };
        Self { from: self.from.saturating_sub(n.months()), to: shift(self.to) }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_and_misshapen_dates_are_refused() {
        for text in
            ["2025-02-30", "2025-13-01", "2025-2-3", "20250203", "yesterday", "", "0001-01-01", "9999-12-31"]
        {
            assert!(parse_date(text).is_err(), "{text} was taken");
        }
        assert_eq!(parse_date("2024-02-29").unwrap(), Date::constant(2024, 2, 29));
    }

    #[test]
    fn months_count_across_years() {
        let month = Month::new(2025, 1).unwrap();
        assert_eq!(month.plus(-1).to_string(), "2024-12");
        assert_eq!(month.plus(-1).since(month), -1);
        assert_eq!("2025-01".parse::<Month>().unwrap(), month);
    }

    #[test]
    fn a_year_earlier_keeps_the_end_of_february() {
        let period = Period::of_months(Month::new(2024, 2).unwrap(), Month::new(2024, 2).unwrap());
        assert_eq!(period.months_earlier(12).to_string(), "2023-02-01..2023-02-28");
        let period = Period::of_months(Month::new(2025, 2).unwrap(), Month::new(2025, 2).unwrap());
        assert_eq!(period.months_earlier(12).to_string(), "2024-02-01..2024-02-29");
        assert_eq!(period.days(), 28);
    }
}
