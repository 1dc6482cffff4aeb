//! The samples of the gallery as the tests draw them: in the built-in theme, at either scale.

use kamslides::{
    chart::{Chart, ChartError, Style},
    domain::{Currency, Metric},
    format::{Format, Locale},
    gallery::make,
    template::{ChartKind, DeckTemplate, Theme},
};
use std::sync::LazyLock;

pub(crate) use kamslides::gallery::{
    Sample,
    make::{months, partial, series, wave},
    ordinary::*,
};

pub(crate) static THEME: LazyLock<Theme> = LazyLock::new(|| DeckTemplate::load("kam-review").unwrap().theme);

static FORMATS: LazyLock<[Format; 4]> =
    LazyLock::new(|| Locale::ALL.map(|locale| Format::new(locale, Some(Currency::EUR))));

/// How charts look in a language.
pub(crate) fn style(locale: Locale, scale: u32) -> Style<'static> {
    let format = FORMATS.iter().find(|format| format.locale() == locale).unwrap();
    Style { format, theme: &THEME, scale, small: false }
}

/// Drawing a sample without further ado.
pub(crate) trait Draw {
    fn draw(&self) -> Result<Chart, ChartError>;
    fn draw_at(&self, scale: u32) -> Result<Chart, ChartError>;
    fn draw_in(&self, locale: Locale) -> Result<Chart, ChartError>;
}

impl Draw for Sample {
    fn draw(&self) -> Result<Chart, ChartError> {
        self.draw_at(1)
    }

    fn draw_at(&self, scale: u32) -> Result<Chart, ChartError> {
        self.chart(style(Locale::EnGb, scale))
    }

    fn draw_in(&self, locale: Locale) -> Result<Chart, ChartError> {
        self.chart(style(locale, 1))
    }
}

/// One value a product, without anything to say about it.
pub(crate) fn parts(name: &str, kind: ChartKind, metric: Metric, rows: &[(&str, f64)]) -> Sample {
    make::parts(name, "", kind, metric, rows)
}
