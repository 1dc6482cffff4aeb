//! Lines: one over the history, one a year, or one a part where parts cannot be stacked.

use super::{
    ChartError, Drawing, alt,
    axes::{self, Category},
    curves::{self, Curve, Point},
    months::{self, Calendar, Slot},
    page::{Composed, Page},
    parts::{Part, pale, part_colour},
    scene::Label,
};
use crate::{
    dataset::{OTHER, Series},
    domain::{Month, Unit},
    template::Colour,
    text::{self, Weight},
};

/// One line over the history.
pub(super) fn single(drawing: &Drawing<'_>, series: &Series, slots: &[Slot]) -> Composed {
    let mut page = Page::new(drawing);
    let accent = page.colours().accent;
    let mut curve = curve(String::new(), slots, series, (accent, accent), 6.0);
    curve.labelled = curve.landmarks();
    draw_over_months(&mut page, drawing, slots, &[curve], None, series.unit);
    let alt = alt::monthly(drawing.style.words().marks.line, None, drawing, series, &shown(slots, series));
    page.finish("line", alt)
}

/// Years whose lines are named; older ones are pale.
const NAMED_YEARS: usize = 6;

/// A line a year from January to December, the latest one strong, older ones grey.
///
/// # Errors
/// When there is no value.
pub(super) fn by_year(drawing: &Drawing<'_>, series: &Series, years: &[i16]) -> Result<Composed, ChartError> {
    let mut page = Page::new(drawing);
    let colours = page.colours();
    let (mut curves, mut all, mut in_focus) = (Vec::new(), Vec::new(), vec![false; 12]);
    let name = |number| {
        Month::new(2000, number).map_or("", |month| drawing.style.format.month_short(month)).to_owned()
    };
    let mut categories: Vec<Category> = (1..=12)
        .map(|number| Category { name: name(number), rank: number as usize - 1, ..Category::default() })
        .collect();
    for (age, year) in years.iter().rev().enumerate() {
        let slots = months::slots(drawing, |month, comparison| month.year() == *year && !comparison)?;
        let mut points = vec![Point::default(); 12];
        for slot in &slots {
            let place = slot.month.number() as usize - 1;
            points[place] = point(slot, series);
            in_focus[place] |= slot.in_focus;
            if age == 0 {
                categories[place].remark.clone_from(&slot.partial);
            }
        }
        all.extend(shown(&slots, series));
        let (colour, ink, width) = match age {
            0 => (colours.accent, colours.accent, 7.0),
            1 => (colours.muted, colours.muted, 4.0),
            _ if age < NAMED_YEARS => (colours.previous, colours.muted, 3.0),
            _ => (pale(colours.previous), colours.muted, 2.0),
        };
        let name = if age < NAMED_YEARS { year.to_string() } else { String::new() };
        let mut curve = Curve::new(name, points, (colour, ink), width, series.metric);
        if age == 0 {
            curve.labelled = curve.landmarks().into_iter().take(3).collect();
        }
        curves.push((*year, curve));
    }
    // The highest month of all years is a landmark of whatever year it lies in.
    let whole = all.iter().filter(|point| !point.is_partial);
    let peak = whole.max_by(|a, b| a.value.total_cmp(&b.value).then(b.month.cmp(&a.month)));
    if let Some(month) = peak.map(|point| point.month)
        && let Some((_, curve)) = curves.iter_mut().find(|(year, _)| *year == month.year())
    {
        let place = month.number() as usize - 1;
        curve.labelled.retain(|at| *at != place);
        curve.labelled.insert(0, place);
    }
    if all.is_empty() {
        return Err(ChartError::Empty);
    }
    let curves: Vec<Curve> = curves.into_iter().map(|(_, curve)| curve).collect();
    let words = drawing.style.words();
    let unnamed = years.split_at(years.len().saturating_sub(NAMED_YEARS)).0;
    let note = unnamed.first().zip(unnamed.last()).map(|(first, last)| (words.pale_years)(*first, *last));
    if let Some(note) = &note {
        page.put(Label::new(note, 0.0, axes::KEY_LINE, page.colours().muted));
    }
    let place = |month: Month| years.contains(&month.year()).then_some(month.number() as usize - 1);
    let calendar = Calendar::new(drawing, in_focus, true, place);
    curves::draw(&mut page, &curves, &categories, &calendar, note.is_some(), series.unit);
    all.sort_by_key(|point| point.month);
    let alt = alt::monthly(words.marks.lines, Some(words.alt.one_line_a_year), drawing, series, &all);
    Ok(page.finish("lines-by-year", alt))
}

/// More lines than this, and all but the largest are grey: nobody follows six colours.
const COLOURED: usize = 5;
/// How many keep their colour then.
const STRONG: usize = 2;
/// The most lines of a chart.
const MOST: usize = 12;

/// A line a part, for parts that overlap or are no sums.
///
/// # Errors
/// When there is no value.
pub(super) fn by_part(drawing: &Drawing<'_>, parts: &[Part], slots: &[Slot]) -> Result<Composed, ChartError> {
    let mut page = Page::new(drawing);
    let (parts, left_out) = parts.split_at(parts.len().min(MOST));
    let Some((_, first)) = parts.first() else { return Err(ChartError::Empty) };
    let strong = if parts.len() > COLOURED { largest_at_the_end(parts, slots) } else { Vec::new() };
    let colours = page.colours();
    let mut curves = Vec::new();
    for (n, (name, series)) in parts.iter().enumerate() {
        let is_grey = !strong.is_empty() && !strong.contains(&n);
        let (colour, width) = match part_colour(drawing, series) {
            _ if is_grey => ((pale(colours.previous), colours.muted), 3.0),
            // Beyond the palette there is no colour of its own to keep.
            colour if strong.contains(&n) && colour.0 == colours.previous => {
                ((colours.ink, colours.ink), 5.0)
            }
            colour => (colour, 5.0),
        };
        let name = text::elide(name, Weight::SemiBold, super::scene::KEY as f32, 300.0);
        let mut curve = curve(name, slots, series, colour, width);
        curve.labelled = curve.landmarks().into_iter().take(if is_grey { 0 } else { 2 }).collect();
        curves.push((is_grey, curve));
    }
    // The first is drawn on top.
    curves.sort_by_key(|(is_grey, _)| *is_grey);
    let curves: Vec<Curve> = curves.into_iter().map(|(_, curve)| curve).collect();
    let words = drawing.style.words();
    let overlap = drawing.dataset.orders_overlap().then(|| words.several_types_lines.to_owned());
    let more = (!left_out.is_empty()).then(|| format!("{}.", (words.more_not_shown)(left_out.len())));
    let notes: Vec<String> = overlap.into_iter().chain(more).collect();
    let note = (!notes.is_empty()).then(|| notes.join(" "));
    draw_over_months(&mut page, drawing, slots, &curves, note.as_deref(), first.unit);
    let alt = alt::by_part(words.marks.lines, drawing, parts, slots);
    Ok(page.finish("lines", alt))
}

/// Positions of the parts with the largest last value. What matters otherwise is for the analysis to say.
fn largest_at_the_end(parts: &[Part], slots: &[Slot]) -> Vec<usize> {
    let last = |series: &Series| {
        let mut whole = slots.iter().filter(|slot| slot.partial.is_none());
        whole.rfind(|slot| slot.value(series).is_some()).and_then(|slot| slot.value(series))
    };
    let mut order: Vec<usize> =
        (0..parts.len()).filter(|n| parts[*n].1.part.as_deref() != Some(OTHER)).collect();
    let end = |n: usize| last(&parts[n].1).unwrap_or(f64::NEG_INFINITY);
    order.sort_by(|&a, &b| end(b).total_cmp(&end(a)));
    order.truncate(STRONG);
    order
}

/// The line of a series.
pub(super) fn curve(
    name: String,
    slots: &[Slot],
    series: &Series,
    colours: (Colour, Colour),
    width: f64,
) -> Curve {
    let points = slots.iter().map(|slot| point(slot, series)).collect();
    Curve::new(name, points, colours, width, series.metric)
}

fn draw_over_months(
    page: &mut Page<'_>,
    drawing: &Drawing<'_>,
    slots: &[Slot],
    curves: &[Curve],
    note: Option<&str>,
    unit: Unit,
) {
    if let Some(note) = note {
        page.put(Label::new(note, 0.0, axes::KEY_LINE, page.colours().muted));
    }
    let categories: Vec<Category> =
        slots.iter().enumerate().map(|(i, slot)| axes::month(drawing, slot, i == 0)).collect();
    let in_focus: Vec<bool> = slots.iter().map(|slot| slot.in_focus).collect();
    let place = |month| slots.iter().position(|slot| slot.month == month);
    let calendar = Calendar::new(drawing, in_focus, false, place);
    curves::draw(page, curves, &categories, &calendar, note.is_some(), unit);
}

fn point(slot: &Slot, series: &Series) -> Point {
    Point {
        index: slot.index,
        value: slot.value(series),
        is_partial: slot.partial.is_some(),
        is_expected: true,
    }
}

fn shown(slots: &[Slot], series: &Series) -> Vec<alt::Point> {
    let point = |slot: &Slot| {
        Some(alt::Point { month: slot.month, value: slot.value(series)?, is_partial: slot.partial.is_some() })
    };
    slots.iter().filter_map(point).collect()
}
