//! Alternative text: what a chart shows, in a sentence or two, from the same numbers.

use super::Drawing;
use crate::{
    dataset::Series,
    domain::{Metric, Month, Period},
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
    remark: Option<&str>,
    drawing: &Drawing<'_>,
    series: &Series,
    points: &[Point],
) -> String {
    let (format, words) = (drawing.style.format, drawing.style.words());
    let months = || points.iter().map(|point| point.month);
    let period = months().min().zip(months().max());
    let period = period.map(|(first, last)| format.period(&Period::of_months(first, last)));
    let head = (words.alt.monthly)(mark, words.metric(series.metric));
    let what: Vec<&str> = [Some(head.as_str()), period.as_deref(), remark].into_iter().flatten().collect();
    let printed = |point: &Point| [format.month(point.month), format.value(point.value, series.unit)];
    let whole: Vec<&Point> = points.iter().filter(|point| !point.is_partial).collect();
    let highest = whole.iter().max_by(|a, b| a.value.total_cmp(&b.value).then(b.month.cmp(&a.month)));
    let lowest = whole.iter().min_by(|a, b| a.value.total_cmp(&b.value).then(a.month.cmp(&b.month)));
    let extremes = highest.zip(lowest).map(|(high, low)| {
        let [highest, lowest] = [high, low].map(|point| printed(point));
        let [highest, lowest] = [&highest, &lowest].map(|[month, value]| [month.as_str(), value.as_str()]);
        let said = if high.month == low.month {
            (words.alt.at)(highest)
        } else {
            (words.alt.extremes)(highest, lowest)
        };
        format!(" {}.", capitalised(&said))
    });
    format!("{}.{}", what.join(", "), extremes.unwrap_or_default())
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
    let words = drawing.style.words();
    let named: Vec<String> =
        parts.iter().take(NAMED).map(|(name, value)| (words.alt.item)(name, value)).collect();
    let more = match parts.len().saturating_sub(NAMED) {
        0 => String::new(),
        count => (words.alt.and_more)(count),
    };
    let head = (words.alt.by)(mark, words.metric(metric), by);
    let period = drawing.style.format.period(&drawing.period());
    format!("{head}, {period}{}{}{more}.", words.alt.opening, named.join(words.alt.between))
}

/// `Lines of monthly orders, January 2024 to June 2025: Classic highest July 2024 with 911, Veggie …`
pub(super) fn by_part(
    mark: &str,
    drawing: &Drawing<'_>,
    parts: &[(String, Series)],
    slots: &[super::months::Slot],
) -> String {
    let (format, words) = (drawing.style.format, drawing.style.words());
    let highest = |(name, series): &(String, Series)| {
        let whole = slots.iter().filter(|slot| slot.partial.is_none());
        let values = whole.filter_map(|slot| Some((slot.month, slot.value(series)?)));
        let (month, value) = values.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        let (month, value) = (format.month(month), format.value(value, series.unit));
        Some((words.alt.highest)(name, [&month, &value]))
    };
    let period = match (slots.first(), slots.last()) {
        (Some(first), Some(last)) => format.period(&Period::of_months(first.month, last.month)),
        _ => String::new(),
    };
    let metric = parts.first().map_or("", |(_, series)| words.metric(series.metric));
    let head = (words.alt.monthly)(mark, metric);
    let said: Vec<String> = parts.iter().filter_map(highest).collect();
    format!("{head}, {period}{}{}.", words.alt.opening, said.join(words.alt.between))
}

/// The text with a capital first letter.
pub(super) fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
