//! What a review looks at: the history that charts show and the focus that titles, tiles and texts speak of.
//!
//! Both follow from dates alone, never from data.

use super::{DomainError, Month, Period, parse_date};
use jiff::{ToSpan, civil::Date};

/// The history and the focus of one review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    history: Period,
    focus: Period,
}

/// A named complete calendar period before today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecentPeriod {
    /// The calendar month before this one.
    LastMonth,
    /// The calendar quarter before this one.
    LastQuarter,
    /// The twelve months before this one.
    Last12Months,
    /// 1 January of this year to yesterday.
    Ytd,
    /// The calendar year before this one.
    LastYear,
}

impl RecentPeriod {
    /// Every name, as typed on the command line.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("last-month", Self::LastMonth),
        ("last-quarter", Self::LastQuarter),
        ("last-12-months", Self::Last12Months),
        ("ytd", Self::Ytd),
        ("last-year", Self::LastYear),
    ];

    /// The days it covers on a given day. On 1 January `ytd` is the whole year before.
    pub fn on(self, today: Date) -> Period {
        let month = Month::of(today);
        let back = |first: i32, last: i32| Period::of_months(month.plus(first), month.plus(last));
        match self {
            Self::LastMonth => back(-1, -1),
            Self::LastQuarter => {
                let into = i32::from((month.number() - 1) % 3);
                back(-into - 3, -into - 1)
            }
            Self::Last12Months => back(-12, -1),
            Self::Ytd => {
                let yesterday = today.saturating_sub(1.day());
                let first = Date::constant(yesterday.year(), 1, 1);
                Period::new(first, yesterday).unwrap_or_else(|_| Period::of_months(month, month))
            }
            Self::LastYear => {
                let into = i32::from(month.number());
                back(-into - 11, -into)
            }
        }
    }
}

impl std::str::FromStr for RecentPeriod {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::NAMES.iter().find(|(name, _)| *name == text).map(|(_, period)| *period).ok_or_else(|| {
            let names: Vec<_> = Self::NAMES.iter().map(|(name, _)| *name).collect();
            DomainError(format!("`{text}` is not one of {}", names.join(", ")))
        })
    }
}

/// Months of history before the focus of a named period, so that year-on-year works on every time slide.
const MONTHS_BEFORE_FOCUS: i32 = 24;

/// Months fetched before the history for comparison only.
pub const COMPARISON_MONTHS: i32 = 12;

impl Review {
    /// A review of a history, with the focus given or by the default rule: the last calendar quarter inside the
    /// history, else its last whole month, else all of it.
    ///
    /// # Errors
    /// When the focus does not lie inside the history.
    pub fn new(history: Period, focus: Option<Period>) -> Result<Self, DomainError> {
        let focus = focus.unwrap_or_else(|| default_focus(history));
        if focus.from() < history.from() || history.to() < focus.to() {
            return Err(DomainError(format!("the focus {focus} does not lie inside the history {history}")));
        }
        Ok(Self { history, focus })
    }

    /// The review of a named period: that period is the focus, with exactly 24 months of history before it.
    pub fn recent(period: RecentPeriod, today: Date) -> Self {
        let focus = period.on(today);
        let from = Month::of(focus.from()).plus(-MONTHS_BEFORE_FOCUS).first_day();
        let history = Period::new(from, focus.to()).unwrap_or(focus);
        Self { history, focus }
    }

    /// The days that charts show and comparisons use.
    pub fn history(&self) -> Period {
        self.history
    }

    /// The days that titles and texts speak of.
    pub fn focus(&self) -> Period {
        self.focus
    }

    /// Whether the focus is the one that the history gives by default.
    pub fn has_default_focus(&self) -> bool {
        self.focus == default_focus(self.history)
    }

    /// First day of the comparison months, 12 months before the history.
    pub fn comparison_from(&self) -> Date {
        self.history.from().saturating_sub(COMPARISON_MONTHS.months())
    }
}

fn default_focus(history: Period) -> Period {
    let last = Month::of(history.to());
    let whole_quarter = (0..12)
        .map(|back| last.plus(-back))
        .filter(|month| month.number() % 3 == 0)
        .map(|end| Period::of_months(end.plus(-2), end))
        .find(|quarter| history.from() <= quarter.from() && quarter.to() <= history.to());
    let whole_month = || {
        [last, last.plus(-1)]
            .into_iter()
            .find(|month| history.covers(*month))
            .map(|m| Period::of_months(m, m))
    };
    whole_quarter.or_else(whole_month).unwrap_or(history)
}

/// Reads a focus: `2025-Q2`, `2025-06`, `2025`, or `2025-04-01..2025-06-30`.
///
/// # Errors
/// When the text has none of these forms.
pub fn parse_focus(text: &str) -> Result<Period, DomainError> {
    if let Some((from, to)) = text.split_once("..") {
        return Period::new(parse_date(from)?, parse_date(to)?);
    }
    if let Ok(month) = text.parse::<Month>() {
        return Ok(Period::of_months(month, month));
    }
    let months =
        |first: Option<Month>, n: i32| first.map(|first| Period::of_months(first, first.plus(n - 1)));
    let whole = match text.split_once("-Q") {
        Some((year, quarter @ ("1" | "2" | "3" | "4"))) => {
            let number = quarter.parse::<i8>().unwrap_or(1) * 3 - 2;
            months(year.parse().ok().and_then(|year| Month::new(year, number)), 3)
        }
        None if text.len() == 4 => months(text.parse().ok().and_then(|year| Month::new(year, 1)), 12),
        _ => None,
    };
    whole.ok_or_else(|| {
        DomainError(format!(
            "`{text}` is not a focus such as 2025-Q2, 2025-06, 2025 or 2025-04-01..2025-06-30"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period::new(parse_date(from).unwrap(), parse_date(to).unwrap()).unwrap()
    }

    #[test]
    fn the_default_focus_is_the_last_quarter_else_month_else_all() {
        let cases = [
            ("2023-01-01", "2025-06-30", "2025-04-01..2025-06-30"),
            ("2023-01-01", "2025-06-29", "2025-01-01..2025-03-31"),
            ("2025-05-01", "2025-06-30", "2025-06-01..2025-06-30"),
            ("2025-05-01", "2025-06-17", "2025-05-01..2025-05-31"),
            ("2025-06-02", "2025-06-17", "2025-06-02..2025-06-17"),
        ];
        for (from, to, focus) in cases {
            let review = Review::new(period(from, to), None).unwrap();
            assert_eq!(review.focus().to_string(), focus, "{from}..{to}");
            assert!(review.has_default_focus());
        }
    }

    #[test]
    fn named_periods_are_complete_and_bring_two_years() {
        let today = parse_date("2025-07-15").unwrap();
        let cases = [
            (RecentPeriod::LastMonth, "2025-06-01..2025-06-30"),
            (RecentPeriod::LastQuarter, "2025-04-01..2025-06-30"),
            (RecentPeriod::Last12Months, "2024-07-01..2025-06-30"),
            (RecentPeriod::Ytd, "2025-01-01..2025-07-14"),
            (RecentPeriod::LastYear, "2024-01-01..2024-12-31"),
        ];
        for (name, focus) in cases {
            assert_eq!(name.on(today).to_string(), focus);
        }
        let review = Review::recent(RecentPeriod::LastQuarter, today);
        assert_eq!(review.history().to_string(), "2023-04-01..2025-06-30");
        assert_eq!(review.comparison_from().to_string(), "2022-04-01");
    }

    #[test]
    fn on_new_year_the_year_to_date_is_the_year_before() {
        let focus = RecentPeriod::Ytd.on(parse_date("2025-01-01").unwrap());
        assert_eq!(focus.to_string(), "2024-01-01..2024-12-31");
    }

    #[test]
    fn a_focus_is_read_in_four_forms() {
        for (text, want) in [
            ("2025-Q2", "2025-04-01..2025-06-30"),
            ("2025-06", "2025-06-01..2025-06-30"),
            ("2025", "2025-01-01..2025-12-31"),
            ("2025-04-03..2025-05-04", "2025-04-03..2025-05-04"),
        ] {
            assert_eq!(parse_focus(text).unwrap().to_string(), want);
        }
        for text in ["2025-Q5", "Q2", "20256", "2025-6", ""] {
            assert!(parse_focus(text).is_err(), "{text} was taken");
        }
    }

    #[test]
    fn a_focus_outside_the_history_is_refused() {
        let history = period("2025-01-01", "2025-06-30");
        assert!(Review::new(history, Some(period("2024-12-01", "2025-01-31"))).is_err());
    }
}
