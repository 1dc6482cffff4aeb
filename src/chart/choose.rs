//! Which chart is drawn: the one asked for, or the one that the data call for instead. What a chart cannot show honestly
//! never reaches it: overlapping parts are not stacked, averages not summed, nothing below zero is a share.

use super::{ChartError, Drawing, bars, columns, donut, line, months, page::Composed, panels, parts, stack};
use crate::{
    dataset::{Index, Series},
    domain::Month,
    template::ChartKind,
};

/// The chart asked for, or the one that the data call for instead.
pub(super) fn compose(drawing: &Drawing<'_>) -> Result<Composed, ChartError> {
    let dataset = drawing.dataset;
    let whole = || dataset.whole(drawing.value).ok_or(ChartError::Empty);
    match (dataset.index(), drawing.kind) {
        (Index::Months(_), ChartKind::Line) => line::single(drawing, whole()?),
        (Index::Months(_), ChartKind::StackedColumns) if dataset.by_part(drawing.value).next().is_some() => {
            by_part(drawing)
        }
        (Index::Months(_), _) => by_year(drawing, whole()?),
        (Index::Parts(_), ChartKind::Donut) => donut::compose(drawing, whole()?),
        (Index::Parts(_), ChartKind::Panels) => panels::compose(drawing, whole()?),
        (Index::Parts(_), _) => bars::compose(drawing, whole()?),
    }
}

/// Two years are pairs of columns, three or more are lines. Where no month has a value in both years, or the history
/// is a few months, it is a column each in the order of time.
fn by_year(drawing: &Drawing<'_>, series: &Series) -> Result<Composed, ChartError> {
    const FEW: usize = 3;
    let months = drawing.dataset.months();
    let history = || months.iter().filter(|entry| !entry.comparison);
    let mut years: Vec<i16> = history().map(|entry| entry.month.year()).collect();
    years.dedup();
    let has_value = |month: Month| {
        let at = months.binary_search_by_key(&month, |entry| entry.month);
        at.is_ok_and(|i| series.values[i].is_some())
    };
    let has_pair = |latest: i16| {
        let mut recent = history().filter(|entry| entry.month.year() == latest);
        recent.any(|entry| has_value(entry.month) && has_value(entry.month.plus(-12)))
    };
    match years[..] {
        [] => Err(ChartError::Empty),
        [_, _] if history().count() <= FEW => columns::plain(drawing, series),
        [latest] | [_, latest] if has_pair(latest) => columns::by_year(drawing, series, latest),
        [_] | [_, _] => columns::plain(drawing, series),
        _ => line::by_year(drawing, series, &years),
    }
}

/// Months by part: stacked where the parts add up; else a line each.
fn by_part(drawing: &Drawing<'_>) -> Result<Composed, ChartError> {
    let slots = months::history(drawing)?;
    let parts = parts::ranked(drawing, &slots);
    let values = || parts.iter().flat_map(|(_, series)| slots.iter().filter_map(|slot| slot.value(series)));
    let adds_up = drawing.dataset.adds_up != Some(false) && drawing.value.is_additive();
    if adds_up && values().all(|value| value >= 0.0) {
        stack::compose(drawing, parts, &slots)
    } else {
        line::by_part(drawing, &parts, &slots)
    }
}
