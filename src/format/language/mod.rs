//! What differs between languages in print: a table a language, all of the same fields, so that none can lack one.
//!
//! The forms are those of CLDR 48; where a table leaves CLDR, it says why. The words of charts are not here but in
//! `chart::words`: these are the forms of numbers and dates alone.

mod english;
mod french;
mod german;
mod italian;

use super::Locale;

/// The forms of one language.
pub(super) struct Language {
    /// Between whole and fraction.
    pub(super) decimal: char,
    /// Between groups of three digits.
    pub(super) group: char,
    /// The fewest digits that are grouped.
    pub(super) grouped_from: usize,
    /// The least number that is printed short.
    pub(super) short_from: f64,
    /// What short numbers are counted in, the smallest first, with the sign that says so.
    pub(super) sizes: &'static [(f64, &'static str)],
    /// Behind per cents.
    pub(super) percent: &'static str,
    /// Before a number that something is below.
    pub(super) less_than: &'static str,
    /// Whether the sign of a currency stands before the amount.
    pub(super) is_sign_first: bool,
    /// Signs of currencies by code; any other is written by its code.
    pub(super) signs: &'static [(&'static str, &'static str)],
    /// Counts in words from none on, where a language has genders in the masculine.
    pub(super) counts: [&'static str; 13],
    /// Whether a number, zero or more, takes the singular.
    pub(super) is_singular: fn(f64) -> bool,
    /// A point of a per cent, and points.
    pub(super) points: [&'static str; 2],
    /// So many times as large, from the number.
    pub(super) times: fn(&str) -> String,
    /// Two times as large.
    pub(super) twice: &'static str,
    /// Months in full.
    pub(super) months: [&'static str; 12],
    /// Months in short that stand alone.
    pub(super) months_alone: [&'static str; 12],
    /// Months in short beside a day or a year.
    pub(super) months_in_date: [&'static str; 12],
    /// A day's number before its month.
    pub(super) day: fn(i8) -> String,
    /// Before the number of a quarter.
    pub(super) quarter: char,
    /// From a month to a month.
    pub(super) months_from_to: fn(&str, &str) -> String,
    /// From a day to a day.
    pub(super) days_from_to: fn(&str, &str) -> String,
    /// A span that begins on a day.
    pub(super) from_day: fn(&str) -> String,
    /// A span that ends on a day.
    pub(super) to_day: fn(&str) -> String,
    /// Between the last two of a list, by the last.
    pub(super) and: fn(&str) -> &'static str,
}

impl Language {
    /// The forms of a locale.
    pub(super) fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::EnGb => &english::FORMS,
            Locale::ItIt => &italian::FORMS,
            Locale::FrFr => &french::FORMS,
            Locale::DeDe => &german::FORMS,
        }
    }
}

/// One and no other number: `1 point`, `1.5 points`.
#[expect(clippy::float_cmp, reason = "the number is rounded as it prints")]
fn is_one(number: f64) -> bool {
    number == 1.0
}
