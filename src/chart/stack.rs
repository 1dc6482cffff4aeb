//! A column a month, stacked by part, the largest part on the zero line, totals on top.

use super::{
    ChartError, Drawing, alt,
    axes::{self, Category, Margins},
    columns,
    labels::spread,
    line,
    months::{self, Slot, focus_span},
    page::{Composed, Page, contrast, short, text_on},
    scale::Scale,
    scene::{Align, Area, BODY, KEY, Label, Plot, half_cap},
};
use crate::{
    dataset::{OTHER, Series},
    domain::Metric,
    template::Colour,
    text::{self, Weight},
};

/// Parts shown by name; the rest is summed up as Other.
const NAMED: usize = 4;
/// The most months whose parts carry values: in more, numbers would drown the columns.
const LABELLED: usize = 8;
/// Room for names at the right.
const NAMES: f64 = 300.0;

/// Stacked columns, or lines when the parts overlap or one is below zero.
///
/// # Errors
/// When there is no value.
pub(super) fn compose(drawing: &Drawing<'_>, metric: Metric) -> Result<Composed, ChartError> {
    let slots = months::history(drawing)?;
    let overlaps = drawing.dataset.adds_up == Some(false);
    let words = drawing.style.words();
    let mut parts = ranked(drawing, metric, &slots, !overlaps && metric.is_additive());
    for (name, _) in &mut parts {
        *name = words.part_name(name, drawing.dataset.parts_of.as_ref());
    }
    let below_zero =
        parts.iter().any(|(_, series)| slots.iter().any(|slot| slot.value(series).is_some_and(|v| v < 0.0)));
    if overlaps || below_zero || !metric.is_additive() {
        let note = drawing.dataset.orders_overlap().then_some(words.several_types_lines);
        return line::by_part(drawing, &parts, note);
    }
    let totals: Vec<Option<f64>> = slots.iter().map(|slot| total(&parts, slot)).collect();
    if totals.iter().all(Option::is_none) {
        return Err(ChartError::Empty);
    }
    let Some((_, first)) = parts.first() else { return Err(ChartError::Empty) };

    let mut page = Page::new(drawing);
    let scale = Scale::from_zero(totals.iter().flatten().copied(), first.unit);
    let names: Vec<String> =
        parts.iter().map(|(name, _)| text::elide(name, Weight::SemiBold, KEY as f32, NAMES as f32)).collect();
    let widest =
        names.iter().map(|name| super::scene::width(name, Weight::SemiBold, KEY)).fold(0.0, f64::max);
    let categories: Vec<Category> =
        slots.iter().enumerate().map(|(i, slot)| axes::month(drawing, slot, i == 0)).collect();
    let margins = Margins { right: widest + 30.0, has_keys: false };
    let mut plot = axes::plot(&page, &scale, &categories, margins);
    let in_focus: Vec<bool> = slots.iter().map(|slot| slot.in_focus).collect();
    axes::focus_band(&mut page, &plot, drawing.review.focus(), focus_span(&in_focus));
    axes::grid(&mut page, &plot, &scale);
    let segments = draw_columns(&mut page, &mut plot, drawing, &parts, &slots);
    let empty = Plot { marks: Vec::new(), ..plot.clone() };
    page.scene.plot(plot);
    axes::zero_line(&mut page, &empty, &scale);
    axes::categories(&mut page, &empty, &categories);
    for (i, total) in totals.iter().enumerate() {
        if total.is_none() {
            let (x, zero) = empty.place((i as f64 + 0.5, 0.0));
            columns::no_data(&mut page, slots[i].index, x, empty.area.width() / slots.len() as f64, zero);
        }
    }
    total_labels(&mut page, &empty, &slots, &totals, first);
    for segment in segments.iter().filter(|_| slots.len() <= LABELLED) {
        segment_label(&mut page, segment, first);
    }
    part_names(&mut page, &empty, drawing, (&parts, &names), &segments);

    let shown = slots.iter().zip(&totals).filter_map(|(slot, total)| {
        Some(alt::Point { month: slot.month, value: (*total)?, is_partial: slot.partial.is_some() })
    });
    let of = page.style.format.list(&parts.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
    let split = (words.alt.split)(&of);
    let alt =
        alt::monthly(words.marks.stacked_columns, Some(&split), drawing, first, &shown.collect::<Vec<_>>());
    Ok(page.finish("stacked-columns", alt))
}

/// The parts by printed name, largest over the shown months first; from the sixth on they are summed up as Other.
fn ranked(drawing: &Drawing<'_>, metric: Metric, slots: &[Slot], may_sum: bool) -> Vec<(String, Series)> {
    let size = |series: &Series| -> f64 { slots.iter().filter_map(|slot| slot.value(series)).sum() };
    let has_value = |series: &&Series| slots.iter().any(|slot| slot.value(series).is_some());
    let mut parts: Vec<(String, Series)> = drawing
        .dataset
        .by_part(metric)
        .filter(has_value)
        .map(|series| (short(series.part.as_deref().unwrap_or_default()), series.clone()))
        .collect();
    let is_other = |name: &str| name == OTHER;
    parts.sort_by(|(a, x), (b, y)| {
        is_other(a).cmp(&is_other(b)).then(size(y).total_cmp(&size(x))).then(a.cmp(b))
    });
    if parts.len() <= NAMED + 1 {
        return parts;
    }
    let rest = parts.split_off(NAMED);
    if may_sum {
        let mut other = rest[0].1.clone();
        other.part = Some(OTHER.to_owned());
        for (i, value) in other.values.iter_mut().enumerate() {
            let present = || rest.iter().filter_map(|(_, series)| series.values[i]);
            *value = present().next().is_some().then(|| present().sum());
        }
        parts.push((OTHER.to_owned(), other));
    }
    parts
}

/// The sum of a month's parts; `None` when no part has a value.
fn total(parts: &[(String, Series)], slot: &Slot) -> Option<f64> {
    let present = || parts.iter().filter_map(|(_, series)| slot.value(series));
    present().next().is_some().then(|| present().sum())
}

/// A part of a column on the page.
struct Segment {
    /// Position of its part.
    part: usize,
    value: f64,
    area: Area,
    fill: Colour,
}

fn draw_columns(
    page: &mut Page<'_>,
    plot: &mut Plot,
    drawing: &Drawing<'_>,
    parts: &[(String, Series)],
    slots: &[Slot],
) -> Vec<Segment> {
    const FILLED: f64 = 0.78;
    const WIDEST: f64 = 130.0;
    let half = FILLED.min(WIDEST * slots.len() as f64 / plot.area.width()) / 2.0;
    let mut segments = Vec::new();
    for (i, slot) in slots.iter().enumerate() {
        let centre = i as f64 + 0.5;
        let mut base = 0.0;
        for (part, (_, series)) in parts.iter().enumerate() {
            let Some(value) = slot.value(series) else { continue };
            let colour = line::part_colour(drawing, series).0;
            let fill = if slot.partial.is_some() { pale(colour) } else { colour };
            let (from, to) = ((centre - half, base), (centre + half, base + value));
            plot.rect(from, to, fill);
            let area = Area::between(plot.place(from), plot.place(to));
            segments.push(Segment { part, value, area, fill });
            base += value;
        }
        if base > 0.0 {
            page.taken
                .add(Area::between(plot.place((centre - half, 0.0)), plot.place((centre + half, base))));
            page.anchor(slot.index, plot.place((centre, base)));
        }
    }
    segments
}

/// Half way to paper: a month cut short.
fn pale(Colour(r, g, b): Colour) -> Colour {
    let half = |c: u8| c / 2 + 128;
    Colour(half(r), half(g), half(b))
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

/// The value inside a segment, where it fits and reads well.
fn segment_label(page: &mut Page<'_>, segment: &Segment, series: &Series) {
    let area = segment.area;
    let colour = text_on(segment.fill);
    let middle =
        (f64::midpoint(area.left, area.right), f64::midpoint(area.top, area.bottom) + half_cap(BODY));
    let label =
        Label::new(page.print(segment.value, series.unit), middle.0, middle.1, colour).align(Align::Centre);
    let fits = label.width() <= area.width() - 8.0 && area.height() >= BODY * 1.2;
    if fits && contrast(segment.fill, colour) >= 4.5 {
        page.put(label);
    }
}

/// Names at the right, level with the parts of the last column that has them, pushed apart.
fn part_names(
    page: &mut Page<'_>,
    plot: &Plot,
    drawing: &Drawing<'_>,
    (ranked, names): (&[(String, Series)], &[String]),
    segments: &[Segment],
) {
    let parts: Vec<(usize, f64)> = (0..names.len())
        .filter_map(|part| {
            let area = segments.iter().rfind(|segment| segment.part == part)?.area;
            Some((part, f64::midpoint(area.top, area.bottom)))
        })
        .collect();
    let mut centres: Vec<f64> = parts.iter().map(|(_, centre)| *centre).collect();
    spread(&mut centres, KEY * 1.3, plot.area.top, plot.area.bottom - KEY / 2.0);
    for ((part, _), centre) in parts.iter().zip(centres) {
        let colour = line::part_colour(drawing, &ranked[*part].1).1;
        let label = Label::new(&names[*part], plot.area.right + 16.0, centre + half_cap(KEY), colour);
        page.put(label.size(KEY).bold());
    }
}
