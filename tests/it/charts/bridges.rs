//! The bridges of the gallery as the tests draw them.

use super::samples::THEME;
use kamslides::{
    chart::{Bridge, Chart, ChartError, Style, bridge},
    domain::Currency,
    format::{Format, Locale},
    gallery::{self, Subject},
};

pub(crate) use kamslides::gallery::bridges::bridge_of;

pub(crate) fn draw(it: &Bridge) -> Result<Chart, ChartError> {
    draw_in(Locale::EnGb, it)
}

pub(crate) fn draw_in(locale: Locale, it: &Bridge) -> Result<Chart, ChartError> {
    let format = &Format::new(locale, Some(Currency::EUR));
    bridge(it, Style { format, theme: &THEME, scale: 1, small: false })
}

/// Every bridge with its name.
pub(crate) fn all() -> Vec<(String, Bridge)> {
    let english = gallery::cases().into_iter().filter(|case| case.locale == Locale::EnGb);
    let bridge = |case: gallery::Case| match case.subject {
        Subject::Bridge(bridge) => Some((case.name, bridge)),
        _ => None,
    };
    english.filter_map(bridge).collect()
}
