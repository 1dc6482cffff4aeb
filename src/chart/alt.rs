//! Alternative text: what a chart shows, in a sentence or two, from the same numbers.

use super::{Drawing, page::noun};
use crate::{
    dataset::Series,
    domain::{Dimension, Metric, Month, Period},
};

/// A month's value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) month: Month,
    pub(super) value: f64,
    pub(super) is_partial: bool,
}

/// `Columns of monthly sales, January 2023 to June 2025, one colour a year. Highest November 2024 with €146k, lowest
/// February 2023 with €41.2k.` Months that are cut short are neither highest nor lowest.
pub(super) fn monthly(
    mark: &str,
    words: &str,
    drawing: &Drawing<'_>,
    series: &Series,
    points: &[Point],
) -> String {
    let format = drawing.style.format;
    let months = || points.iter().map(|point| point.month);
    let period = match (months().min(), months().max()) {
        (Some(first), Some(last)) => format!(", {}", format.period(&Period::of_months(first, last))),
        _ => String::new(),
    };
    let said = |point: &Point| {
        format!("{} with {}", format.month(point.month), format.value(point.value, series.unit))
    };
    let whole: Vec<&Point> = points.iter().filter(|point| !point.is_partial).collect();
    let highest = whole.iter().max_by(|a, b| a.value.total_cmp(&b.value).then(b.month.cmp(&a.month)));
    let lowest = whole.iter().min_by(|a, b| a.value.total_cmp(&b.value).then(a.month.cmp(&b.month)));
    let extremes = match (highest, lowest) {
        (Some(high), Some(low)) if high.month != low.month => {
            format!(" Highest {}, lowest {}.", said(high), said(low))
        }
        (Some(only), _) => format!(" {}.", said(only)),
        _ => String::new(),
    };
    format!("{mark} of monthly {}{period}{words}.{extremes}", noun(series.metric))
}

/// `Bars of average order value by product, January 2024 to June 2025: Pay in 3 €92.10, Pay in 4 €88.40.`
pub(super) fn parts(
    mark: &str,
    drawing: &Drawing<'_>,
    metric: Metric,
    by: &str,
    parts: &[(String, String)],
) -> String {
    const NAMED: usize = 8;
    let named: Vec<String> =
        parts.iter().take(NAMED).map(|(name, value)| format!("{name} {value}")).collect();
    let more = match parts.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(", and {n} more"),
    };
    let period = drawing.style.format.period(&drawing.period());
    format!("{mark} of {} by {by}, {period}: {}{more}.", noun(metric), named.join(", "))
}

/// `Lines of monthly orders, January 2024 to June 2025: Classic highest July 2024 with 911, Veggie …`
pub(super) fn by_part(
    mark: &str,
    drawing: &Drawing<'_>,
    parts: &[(String, Series)],
    slots: &[super::months::Slot],
) -> String {
    let format = drawing.style.format;
    let highest = |(name, series): &(String, Series)| {
        let whole = slots.iter().filter(|slot| slot.partial.is_none());
        let values = whole.filter_map(|slot| Some((slot.month, slot.value(series)?)));
        let (month, value) = values.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        Some(format!("{name} highest {} with {}", format.month(month), format.value(value, series.unit)))
    };
    let period = match (slots.first(), slots.last()) {
        (Some(first), Some(last)) => format.period(&Period::of_months(first.month, last.month)),
        _ => String::new(),
    };
    let metric = parts.first().map_or("values", |(_, series)| noun(series.metric));
    let said: Vec<String> = parts.iter().filter_map(highest).collect();
    format!("{mark} of monthly {metric}, {period}: {}.", said.join(", "))
}

/// A dimension as the reader calls it.
pub(super) fn dimension(dimension: &Dimension) -> String {
    match dimension {
        Dimension::AgeBand => "Age".into(),
        Dimension::Gender => "Gender".into(),
        Dimension::CardType => "Card".into(),
        Dimension::ProductType => "Product".into(),
        Dimension::UserType => "Shopper type".into(),
        other => capitalised(&other.as_str().replace('_', " ")),
    }
}

/// The text with a capital first letter.
pub(super) fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
