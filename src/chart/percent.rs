//! A column a month, all of them a hundred per cent tall: how a month's total is made up. A part without a value in a month
//! had none of it: answers leave out the rows of what was not sold.

use super::{
    ChartError, Drawing,
    alt::capitalised,
    axes,
    months::Slot,
    page::{Composed, Page},
    parts::{self, Part},
    scale::{Scale, share_text, shares},
    scene::{Align, Label},
    segments::Columns,
};
use crate::{
    domain::{Period, Unit},
    format::Format,
};

/// Parts shown by name; the rest is summed up as Other.
const NAMED: usize = 4;
/// The most months whose segments carry their share.
const LABELLED: usize = 14;

/// Whether the parts are shares of something in every month: given as such, they must be a hundred but for rounding.
pub(super) fn suits(parts: &[Part], slots: &[Slot]) -> bool {
    let totals = || slots.iter().filter_map(|slot| parts::total(parts, slot));
    let is_given = parts.iter().any(|(_, series)| series.unit == Unit::Percent);
    parts.len() > 1
        && totals().any(|total| total > 0.0)
        && (!is_given || totals().all(|total| (total - 100.0).abs() <= 1.5))
}

/// Columns of shares of parts that add up to something, none below zero.
///
/// # Errors
/// When there is no value.
pub(super) fn compose(
    drawing: &Drawing<'_>,
    parts: Vec<Part>,
    slots: &[Slot],
) -> Result<Composed, ChartError> {
    let given = parts::summed_up(drawing, parts, NAMED);
    let Some((_, first)) = given.first() else { return Err(ChartError::Empty) };
    let base = base(drawing, &given, slots);
    let mut page = Page::new(drawing);
    let words = drawing.style.words();
    let caption = (words.shares_of)(words.metric(first.metric), &base);
    page.put(Label::new(caption, 0.0, axes::KEY_LINE, page.colours().muted));

    let printed: Vec<Vec<String>> =
        slots.iter().map(|slot| printed(drawing.style.format, &given, slot)).collect();
    let parts = as_shares(&given, slots);
    let scale = Scale::from_zero([100.0].into_iter(), Unit::Percent);
    let labelled = slots.len() <= LABELLED;
    let columns = Columns { drawing, slots, parts: &parts, scale: &scale, has_caption: true };
    // Where the columns are too thin for numbers, those of the last one stand beside the names.
    let last = slots.iter().rposition(|slot| parts::total(&given, slot).is_some_and(|total| total > 0.0));
    let beside = |part: usize| last.filter(|_| !labelled).map(|slot| printed[slot][part].clone());
    let drawn = columns.draw(&mut page, beside);
    for (i, slot) in slots.iter().enumerate() {
        if parts::total(&given, slot).is_some_and(|total| total <= 0.0) {
            let (x, zero) = drawn.plot.place((i as f64 + 0.5, 0.0));
            let label = Label::new(words.nothing, x, zero - 12.0, page.colours().muted);
            page.place([label.align(Align::Centre)]);
        }
    }
    columns.labels(&mut page, &drawn, labelled, |part, slot| printed[slot][part].clone());
    let alt = alt(&page, &given, slots, &printed, &base);
    Ok(page.finish("percent-columns", alt))
}

/// What stands behind the shares, in words.
fn base(drawing: &Drawing<'_>, parts: &[Part], slots: &[Slot]) -> String {
    let format = drawing.style.format;
    let words = drawing.style.words();
    let total: f64 = slots.iter().filter_map(|slot| parts::total(parts, slot)).sum();
    match (drawing.dataset.bases.first(), parts.first().map(|(_, series)| series.unit)) {
        (Some((_, count)), _) => words.base_of(*count, drawing.value, format),
        (None, Some(unit @ Unit::Money(_))) => (words.in_all)(&format.value(total, unit)),
        (None, Some(Unit::Count)) => words.base_of(total.round() as u64, drawing.value, format),
        (None, Some(Unit::Percent) | None) => words.base_not_stated.to_owned(),
    }
}

/// The shares of a month as printed, by part; they add to a hundred.
fn printed(format: &Format, parts: &[Part], slot: &Slot) -> Vec<String> {
    let values: Vec<f64> = parts.iter().map(|(_, series)| slot.value(series).unwrap_or(0.0)).collect();
    shares(&values).into_iter().zip(values).map(|(share, value)| share_text(format, share, value)).collect()
}

/// The parts with their exact shares of each month for values.
fn as_shares(parts: &[Part], slots: &[Slot]) -> Vec<Part> {
    let mut shares = parts.to_vec();
    for slot in slots {
        let (Some(total), Some(at)) = (parts::total(parts, slot), slot.index) else { continue };
        for value in shares.iter_mut().filter_map(|(_, series)| series.values.get_mut(at)) {
            *value = value.map(|value| if total > 0.0 { value / total * 100.0 } else { 0.0 });
        }
    }
    for (_, series) in &mut shares {
        series.unit = Unit::Percent;
    }
    shares
}

/// The shares of the first and the last whole month.
fn alt(page: &Page<'_>, parts: &[Part], slots: &[Slot], printed: &[Vec<String>], base: &str) -> String {
    let has_shares = |slot: &Slot| parts::total(parts, slot).is_some_and(|total| total > 0.0);
    let mut whole = (0..slots.len()).filter(|i| has_shares(&slots[*i]) && slots[*i].partial.is_none());
    let first = whole.next();
    let ends = first.map(|first| (first, whole.next_back().unwrap_or(first)));
    let words = page.style.words();
    let said = |(part, (name, _)): (usize, &Part)| match ends {
        Some((first, last)) => (words.alt.from_to)(name, [&printed[first][part], &printed[last][part]]),
        None => name.clone(),
    };
    let said: Vec<String> = parts.iter().enumerate().map(said).collect();
    let period = match (ends, slots) {
        (Some((first, last)), _) => Some(Period::of_months(slots[first].month, slots[last].month)),
        (None, [first, .., last]) => Some(Period::of_months(first.month, last.month)),
        (None, _) => None,
    };
    let period = period.map_or_else(String::new, |period| format!(", {}", page.style.format.period(&period)));
    let metric = parts.first().map_or("", |(_, series)| words.metric(series.metric));
    let head = (words.alt.monthly)(words.marks.share_columns, metric);
    let said = said.join(words.alt.between);
    format!("{head}{period}{}{said}. {}.", words.alt.opening, capitalised(base))
}
