//! The bridges of the gallery as the tests draw them.

use super::samples::style;
use kamslides::{
    chart::{Bridge, Chart, ChartError, bridge},
    format::Locale,
    gallery::{self, Subject},
};

pub(crate) use kamslides::gallery::bridges::bridge_of;

pub(crate) fn draw(it: &Bridge) -> Result<Chart, ChartError> {
    draw_in(it, Locale::EnGb)
}

pub(crate) fn draw_in(it: &Bridge, locale: Locale) -> Result<Chart, ChartError> {
    bridge(it, style(locale, 1))
}

/// Every bridge with its name.
pub(crate) fn all() -> Vec<(String, Bridge)> {
    let english = gallery::cases().into_iter().filter(|case| case.locale == Locale::EnGb);
    let bridge = |case: gallery::Case| match case.subject {
        Subject::Bridge(bridge) => Some((case.name, bridge)),
        Subject::Data(_) => None,
    };
    english.filter_map(bridge).collect()
}
