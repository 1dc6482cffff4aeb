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
    by_part::*,
    make::{months, partial, review, series, wave},
    ordinary::*,
};

pub(crate) static THEME: LazyLock<Theme> = LazyLock::new(|| DeckTemplate::load("kam-review").unwrap().theme);

/// Drawing a sample without further ado.
pub(crate) trait Draw {
    fn draw(&self) -> Result<Chart, ChartError>;
    fn draw_at(&self, scale: u32) -> Result<Chart, ChartError>;
    fn draw_in(&self, locale: Locale, scale: u32) -> Result<Chart, ChartError>;
}

impl Draw for Sample {
    fn draw(&self) -> Result<Chart, ChartError> {
        self.draw_at(1)
    }

    fn draw_at(&self, scale: u32) -> Result<Chart, ChartError> {
        self.draw_in(Locale::EnGb, scale)
    }

    fn draw_in(&self, locale: Locale, scale: u32) -> Result<Chart, ChartError> {
        self.chart(Style {
            format: &Format::new(locale, Some(Currency::EUR)),
            theme: &THEME,
            scale,
            small: false,
        })
    }
}

/// Monthly values of several parts, without anything to say about them.
pub(crate) fn stacked(name: &str, metric: Metric, parts: &[(&str, f64)], count: usize) -> Sample {
    make::stacked(name, "", metric, parts, count)
}

/// One value a product, without anything to say about it.
pub(crate) fn parts(name: &str, kind: ChartKind, metric: Metric, rows: &[(&str, f64)]) -> Sample {
    make::parts(name, "", kind, metric, rows)
}
