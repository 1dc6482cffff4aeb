//! The parts of monthly data: ranked, summed up, and each in its colour.

use super::{Drawing, months::Slot, page::short};
use crate::{
    dataset::{OTHER, Series},
    template::{Colour, Colours},
};

/// A part by its printed name, and its values.
pub(super) type Part = (String, Series);

/// The parts that have a value in the shown months, the largest over these months first, Other last.
pub(super) fn ranked(drawing: &Drawing<'_>, slots: &[Slot]) -> Vec<Part> {
    let size = |series: &Series| -> f64 { slots.iter().filter_map(|slot| slot.value(series)).sum() };
    let dimension = drawing.dataset.parts_of.as_ref();
    let name = |series: &Series| {
        drawing.style.words().part_name(&short(series.part.as_deref().unwrap_or_default()), dimension)
    };
    let has_value = |series: &&Series| slots.iter().any(|slot| slot.value(series).is_some());
    let mut parts: Vec<Part> = drawing
        .dataset
        .by_part(drawing.value)
        .filter(has_value)
        .map(|series| (name(series), series.clone()))
        .collect();
    let is_other = |series: &Series| series.part.as_deref() == Some(OTHER);
    parts.sort_by(|(a, x), (b, y)| {
        is_other(x).cmp(&is_other(y)).then(size(y).total_cmp(&size(x))).then(a.cmp(b))
    });
    parts
}

/// The first `named` parts, and the sum of the rest as Other when that saves more than one.
pub(super) fn summed_up(drawing: &Drawing<'_>, mut parts: Vec<Part>, named: usize) -> Vec<Part> {
    if parts.len() <= named + 1 {
        return parts;
    }
    let rest = parts.split_off(named);
    let mut other = rest[0].1.clone();
    other.part = Some(OTHER.to_owned());
    for (i, value) in other.values.iter_mut().enumerate() {
        let present = || rest.iter().filter_map(|(_, series)| series.values[i]);
        *value = present().next().is_some().then(|| present().sum());
    }
    parts.push((drawing.style.words().parts.other.to_owned(), other));
    parts
}

/// The sum of a month's parts; `None` when no part has a value.
pub(super) fn total(parts: &[Part], slot: &Slot) -> Option<f64> {
    let present = || parts.iter().filter_map(|(_, series)| slot.value(series));
    present().next().is_some().then(|| present().sum())
}

/// Mark and text colour of a part: its place in the dataset, not its size, decides, so that a part has one colour on
/// every slide. Other is grey.
pub(super) fn part_colour(drawing: &Drawing<'_>, series: &Series) -> (Colour, Colour) {
    let colours = &drawing.style.theme.colours;
    let mut parts =
        drawing.dataset.by_part(series.metric).filter(|other| other.part.as_deref() != Some(OTHER));
    match parts.position(|other| other.part == series.part) {
        Some(place) => series_colour(colours, place),
        None => (colours.previous, colours.muted),
    }
}

/// Mark and text colour of the n-th series; beyond the palette, grey.
pub(super) fn series_colour(colours: &Colours, n: usize) -> (Colour, Colour) {
    let mark = colours.series.get(n).copied().unwrap_or(colours.previous);
    (mark, colours.series_text.get(n).copied().unwrap_or(colours.muted))
}

/// Half way to paper: a month cut short, a line that is only there to compare with.
pub(super) fn pale(Colour(r, g, b): Colour) -> Colour {
    let half = |c: u8| c / 2 + 128;
    Colour(half(r), half(g), half(b))
}
