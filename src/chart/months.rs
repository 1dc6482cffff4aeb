//! The months of a dataset as places on a time axis.

use super::{ChartError, Dated, Drawing, Style};
use crate::{
    dataset::Series,
    domain::{Month, Period},
};

/// A calendar month on the page. Every month between the first and the last has its place, with or without data.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    pub(super) month: Month,
    /// Its position in the index.
    pub(super) index: Option<usize>,
    /// What the data cover of it, when not all: `to 17 Jun`.
    pub(super) partial: Option<String>,
    pub(super) in_focus: bool,
}

impl Slot {
    pub(super) fn value(&self, series: &Series) -> Option<f64> {
        self.index.and_then(|i| series.values.get(i).copied().flatten())
    }
}

/// The most months that a chart shows.
const MOST: i32 = 400;

/// The months from the first to the last that pass `keep`, which is told whether a month is for comparison only.
///
/// # Errors
/// When they span more than 400 months.
pub(super) fn slots(
    drawing: &Drawing<'_>,
    keep: impl Fn(Month, bool) -> bool,
) -> Result<Vec<Slot>, ChartError> {
    let months = drawing.dataset.months();
    let kept = months.iter().enumerate().filter(|(_, entry)| keep(entry.month, entry.comparison));
    let kept: Vec<(usize, Month)> = kept.map(|(i, entry)| (i, entry.month)).collect();
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else { return Ok(Vec::new()) };
    let span = last.1.since(first.1);
    if span >= MOST {
        return Err(ChartError::OutOfBounds(format!("the months span {} years", span / 12)));
    }
    let focus = drawing.review.focus();
    let slot = |n| {
        let month = first.1.plus(n);
        let index = kept.binary_search_by_key(&month, |(_, month)| *month).ok().map(|at| kept[at].0);
        let partial = index.and_then(|i| drawing.dataset.partial_at(i));
        Slot {
            month,
            index,
            partial: partial.map(|partial| covered(partial.from, partial.to, drawing.style)),
            in_focus: is_in(month, focus),
        }
    };
    Ok((0..=span).map(slot).collect())
}

/// The months of the history.
///
/// # Errors
/// When they span more than 400 months.
pub(super) fn history(drawing: &Drawing<'_>) -> Result<Vec<Slot>, ChartError> {
    slots(drawing, |_, comparison| !comparison)
}

/// What a time axis shows of the calendar.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    pub(super) focus: Period,
    /// For each place on the axis, whether it lies in the focus.
    pub(super) in_focus: Vec<bool>,
    pub(super) events: Vec<Marked>,
}

/// An event on a time axis.
#[derive(Debug, Clone)]
pub(super) struct Marked {
    /// In places from the start of the axis.
    pub(super) at: f64,
    pub(super) name: String,
    /// Its name and day, for the alternative text.
    pub(super) said: String,
}

impl Calendar {
    /// The calendar of an axis. `place` tells where a month stands on it, if it does; where the years share one axis,
    /// events are named with theirs.
    pub(super) fn new(
        drawing: &Drawing<'_>,
        in_focus: Vec<bool>,
        years_share: bool,
        place: impl Fn(Month) -> Option<usize>,
    ) -> Self {
        let mark = |event: &Dated| {
            let place = place(Month::of(event.day))?;
            let name = super::page::short(&event.text);
            let said = format!("{name}: {}", drawing.style.format.day(event.day));
            let name = if years_share { format!("{name} {}", event.day.year()) } else { name };
            Some(Marked { at: place as f64 + 0.5, name, said })
        };
        let events = drawing.events.iter().filter_map(mark).collect();
        Self { focus: drawing.review.focus(), in_focus, events }
    }
}

/// Whether a month has a day in a period.
fn is_in(month: Month, period: Period) -> bool {
    month.first_day() <= period.to() && period.from() <= month.last_day()
}

fn covered(from: jiff::civil::Date, to: jiff::civil::Date, style: Style<'_>) -> String {
    let (starts, ends) = (from.day() == 1, to == to.last_of_month());
    match (starts, ends) {
        (true, true) => style.words().in_part.to_owned(),
        (true, false) => style.format.to_day(to),
        (false, true) => style.format.from_day(from),
        (false, false) => style.format.days_short(from, to),
    }
}

/// First and last place in the focus, unless it holds every place or none: then a tint would say nothing.
pub(super) fn focus_span(in_focus: &[bool]) -> Option<(usize, usize)> {
    let first = in_focus.iter().position(|is| *is)?;
    let last = in_focus.iter().rposition(|is| *is)?;
    (last - first + 1 < in_focus.len()).then_some((first, last))
}
