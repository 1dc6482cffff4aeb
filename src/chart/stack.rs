//! A column a month, stacked by part, the largest part on the zero line, totals on top.

use super::{
    ChartError, Drawing, alt,
    months::Slot,
    page::{Composed, Page},
    parts::{self, Part},
    scale::Scale,
    scene::{Align, Label, Plot},
    segments::Columns,
};
use crate::dataset::Series;

/// Parts shown by name; the rest is summed up as Other.
const NAMED: usize = 4;

/// Stacked columns of parts that add up, none below zero.
///
/// # Errors
/// When there is no value.
pub(super) fn compose(
    drawing: &Drawing<'_>,
    parts: Vec<Part>,
    slots: &[Slot],
) -> Result<Composed, ChartError> {
    let words = drawing.style.words();
    let parts = parts::summed_up(drawing, parts, NAMED);
    let totals: Vec<Option<f64>> = slots.iter().map(|slot| parts::total(&parts, slot)).collect();
    let Some((_, first)) = parts.first() else { return Err(ChartError::Empty) };
    let mut page = Page::new(drawing);
    let scale = Scale::from_zero(totals.iter().flatten().copied(), first.unit);
    let columns = Columns { drawing, slots, parts: &parts, scale: &scale, has_caption: false };
    let drawn = columns.draw(&mut page);
    total_labels(&mut page, &drawn.plot, slots, &totals, first);
    let format = page.style.format;
    columns.labels(&mut page, &drawn, |part, slot| {
        let series = &parts[part].1;
        slots[slot].value(series).map_or_else(String::new, |value| format.value(value, series.unit))
    });
    let shown = slots.iter().zip(&totals).filter_map(|(slot, total)| {
        Some(alt::Point { month: slot.month, value: (*total)?, is_partial: slot.partial.is_some() })
    });
    let of = format.list(&parts.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
    let split = (words.alt.split)(&of);
    let alt =
        alt::monthly(words.marks.stacked_columns, Some(&split), drawing, first, &shown.collect::<Vec<_>>());
    Ok(page.finish("stacked-columns", alt))
}

/// Totals over the columns: all when all fit; else the last, the highest and the focus.
fn total_labels(page: &mut Page<'_>, plot: &Plot, slots: &[Slot], totals: &[Option<f64>], series: &Series) {
    let colours = page.colours();
    let label = |i: usize| {
        let value = totals[i]?;
        let (x, y) = plot.place((i as f64 + 0.5, value));
        let colour = if slots[i].partial.is_some() { colours.muted } else { colours.ink };
        let text = page.print(value, series.unit);
        Some((i, Label::new(text, x, y - 13.0, colour).bold().align(Align::Centre)))
    };
    let labels: Vec<(usize, Label)> = (0..slots.len()).filter_map(label).collect();
    let mut trial = page.taken.clone();
    let all: Option<Vec<Label>> = labels.iter().map(|(_, label)| trial.first_free([label.clone()])).collect();
    if let Some(all) = all {
        for ((i, _), label) in labels.iter().zip(all) {
            page.place_value(slots[*i].index, [label]);
        }
        return;
    }
    let whole = || (0..slots.len()).filter(|i| slots[*i].partial.is_none() && totals[*i].is_some());
    let highest =
        whole().max_by(|a, b| totals[*a].unwrap_or(0.0).total_cmp(&totals[*b].unwrap_or(0.0)).then(b.cmp(a)));
    let last = whole().next_back();
    let focus = whole().filter(|i| slots[*i].in_focus);
    let mut order: Vec<usize> = last.into_iter().chain(highest).chain(focus).collect();
    let mut seen = Vec::new();
    order.retain(|i| {
        !seen.contains(i) && {
            seen.push(*i);
            true
        }
    });
    for wanted in order {
        if let Some((i, label)) = labels.iter().find(|(i, _)| *i == wanted) {
            let half = plot.area.width() / slots.len() as f64 * 0.39;
            let centre = plot.place((*i as f64 + 0.5, 0.0)).0;
            let beside = |x, align| Label { x, align, ..label.clone() };
            let places =
                [label.clone(), beside(centre - half, Align::Left), beside(centre + half, Align::Right)];
            page.place_value(slots[*i].index, places);
        }
    }
}
