//! Which chart is drawn: the one asked for, or the one that the data call for instead. What a chart cannot show honestly
//! never reaches it: overlapping parts are not stacked, averages not summed, nothing below zero is a share, and one value
//! is a number.

use super::{
    ChartError, Drawing, bars, card, columns, donut, line,
    months::{self, Slot},
    multiples,
    page::Composed,
    panels,
    parts::{self, Part},
    percent, stack,
};
use crate::{
    dataset::{Index, Series},
    domain::{Month, Unit},
    template::ChartKind,
};

/// The chart asked for, or the one that the data call for instead.
pub(super) fn compose(drawing: &Drawing<'_>) -> Result<Composed, ChartError> {
    const BY_PART: [ChartKind; 3] =
        [ChartKind::StackedColumns, ChartKind::PercentColumns, ChartKind::SmallMultiples];
    let dataset = drawing.dataset;
    let has_parts = || dataset.by_part(drawing.value).next().is_some();
    let whole = || dataset.whole(drawing.value).ok_or(ChartError::Empty);
    match (dataset.index(), drawing.kind) {
        (Index::Months(_), kind) if BY_PART.contains(&kind) && has_parts() => by_part(drawing),
        (Index::Months(_), kind) => by_month(drawing, whole()?, kind),
        (Index::Parts(_), ChartKind::Panels) => panels::compose(drawing, whole()?),
        (Index::Parts(_), kind) => of_parts(drawing, whole()?, kind),
    }
}

/// One value a month: a line where one was asked for; else two years are pairs of columns, three or more are lines. Where
/// no month has a value in both years, or the history is a few months, it is a column each in the order of time.
fn by_month(drawing: &Drawing<'_>, series: &Series, kind: ChartKind) -> Result<Composed, ChartError> {
    const FEW: usize = 3;
    let slots = months::history(drawing)?;
    if slots.iter().all(|slot| slot.value(series).is_none()) {
        return Err(ChartError::Empty);
    }
    let mut years: Vec<i16> =
        slots.iter().filter(|slot| slot.index.is_some()).map(|slot| slot.month.year()).collect();
    years.dedup();
    let pair = years.last().copied().filter(|latest| has_pair(drawing, series, *latest));
    let few = slots.iter().filter(|slot| slot.index.is_some()).count() <= FEW;
    match (only_value(&slots, series), &years[..]) {
        (Some((slot, value)), _) if pair.is_none() || kind == ChartKind::Line => {
            Ok(card::of_month(drawing, series, slot, value))
        }
        _ if kind == ChartKind::Line => Ok(line::single(drawing, series, &slots)),
        (_, [_, _]) if few => columns::plain(drawing, series),
        (_, [_] | [_, _]) => match pair {
            Some(latest) => columns::by_year(drawing, series, latest),
            None => columns::plain(drawing, series),
        },
        _ => line::by_year(drawing, series, &years),
    }
}

/// Whether a month of a year's history and the same month a year before both have a value.
fn has_pair(drawing: &Drawing<'_>, series: &Series, year: i16) -> bool {
    let months = drawing.dataset.months();
    let has_value = |month: Month| {
        let at = months.binary_search_by_key(&month, |entry| entry.month);
        at.is_ok_and(|i| series.values[i].is_some())
    };
    let mut recent = months.iter().filter(|entry| !entry.comparison && entry.month.year() == year);
    recent.any(|entry| has_value(entry.month) && has_value(entry.month.plus(-12)))
}

/// The one month that has a value.
fn only_value<'a>(slots: &'a [Slot], series: &Series) -> Option<(&'a Slot, f64)> {
    let mut with_value = slots.iter().filter_map(|slot| Some((slot, slot.value(series)?)));
    with_value.next().filter(|_| with_value.next().is_none())
}

/// Months by part: stacked, or as shares, where the parts add up; else a line each. One month is bars.
fn by_part(drawing: &Drawing<'_>) -> Result<Composed, ChartError> {
    let slots = months::history(drawing)?;
    let parts = parts::ranked(drawing, &slots);
    let has_value = |slot: &&Slot| parts::total(&parts, slot).is_some();
    let mut with_value = slots.iter().filter(has_value);
    let Some(first) = with_value.next() else { return Err(ChartError::Empty) };
    if with_value.next().is_none() {
        return of_one_month(drawing, &parts, first);
    }
    let values = || parts.iter().flat_map(|(_, series)| slots.iter().filter_map(|slot| slot.value(series)));
    let adds_up = drawing.dataset.adds_up != Some(false) && drawing.value.is_additive();
    let is_stack = adds_up && values().all(|value| value >= 0.0);
    let is_given_as_shares = parts.iter().any(|(_, series)| series.unit == Unit::Percent);
    match drawing.kind {
        ChartKind::SmallMultiples if parts.len() > 1 => multiples::compose(drawing, &parts, &slots),
        ChartKind::PercentColumns if is_stack && percent::suits(&parts, &slots) => {
            percent::compose(drawing, parts, &slots)
        }
        // Shares are stacked to a hundred or not at all.
        _ if is_stack && is_given_as_shares && percent::suits(&parts, &slots) => {
            percent::compose(drawing, parts, &slots)
        }
        _ if is_stack && !is_given_as_shares => stack::compose(drawing, parts, &slots),
        _ => line::by_part(drawing, &parts, &slots),
    }
}

/// A single month by part is no history: its parts are bars, and one part is a number.
fn of_one_month(drawing: &Drawing<'_>, parts: &[Part], slot: &Slot) -> Result<Composed, ChartError> {
    if let [(_, series)] = parts
        && let Some(value) = slot.value(series)
    {
        return Ok(card::of_month(drawing, series, slot, value));
    }
    let dataset = parts::of_month(drawing, parts, slot).ok_or(ChartError::Empty)?;
    let of_month = Drawing { dataset: &dataset, notes: &[], ..*drawing };
    let mut composed = bars::compose(&of_month, dataset.whole(drawing.value).ok_or(ChartError::Empty)?)?;
    let lost = drawing.notes.iter().map(|note| format!("there was no room for the note `{}`", note.text));
    composed.warnings.extend(lost);
    Ok(composed)
}

/// Parts: a ring where they make one and it was asked for, else bars. One part, or nothing at all, is a number.
fn of_parts(drawing: &Drawing<'_>, series: &Series, kind: ChartKind) -> Result<Composed, ChartError> {
    let rows = bars::ranked(drawing, series);
    let present: Vec<_> =
        rows.into_iter().filter(|row| row.value.is_some_and(|value| value != 0.0)).collect();
    let is_complete = series.values.iter().all(Option::is_some);
    match &present[..] {
        _ if series.values.iter().all(Option::is_none) => Err(ChartError::Empty),
        [] if is_complete && series.metric.is_additive() => Ok(card::of_period(drawing, series, 0.0)),
        [only]
            if series.values.len() == 1
                || kind == ChartKind::Donut && donut::suits(drawing, series, &present) =>
        {
            let of_one = Series { part: Some(only.name.clone()), ..series.clone() };
            Ok(card::of_period(drawing, &of_one, only.value.unwrap_or_default()))
        }
        [_, ..] if kind == ChartKind::Donut && donut::suits(drawing, series, &present) => {
            Ok(donut::compose(drawing, series, &present))
        }
        _ => bars::compose(drawing, series),
    }
}
