//! Numbers, money, percentages and dates as the readers of a language expect them, following CLDR: `€1.42m`, `12%` and
//! `Nov 26` in English, `1,42 Mln €`, `12%` and `nov 26` in Italian.
//!
//! One number has one printed form across the deck, so titles, texts, charts and tables all print through here.
//! Nothing here knows of charts or slides.

mod date;
mod language;
mod locale;
mod number;
mod words;

pub use locale::Locale;
pub use number::{Size, prints_as_zero, with_plus};
pub use words::Noun;

use crate::domain::{Currency, Unit};
use language::Language;

/// U+2212, the minus sign.
pub const MINUS: &str = "\u{2212}";

/// Prints values in one language and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    locale: Locale,
    currency: Option<Currency>,
}

impl Format {
    /// A format for a language and for amounts of a currency; without one, amounts are bare numbers.
    pub fn new(locale: Locale, currency: Option<Currency>) -> Self {
        Self { locale, currency }
    }

    /// The language it prints in.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// A value in its unit, short: three significant digits from 10,000 on.
    pub fn value(&self, value: f64, unit: Unit) -> String {
        match unit {
            Unit::Money(_) => self.money(value),
            Unit::Count => self.count(value),
            Unit::Percent => self.percent(value),
        }
    }

    fn language(&self) -> &'static Language {
        Language::of(self.locale)
    }
}
