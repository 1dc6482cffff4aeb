//! Lines: one over the history, one a year, or one a part where parts cannot be stacked.

use super::{
    ChartError, Drawing, alt,
    axes::{self, Category},
    card,
    curves::{self, Curve, Point},
    months::{self, Calendar, Slot},
    page::{Composed, Page, short},
    parts::{Part, part_colour},
    scene::Label,
};
use crate::{
    dataset::Series,
    domain::{Month, Unit},
    text::{self, Weight},
};

/// One line over the history; a single value is a number card.
///
/// # Errors
/// When there is no value.
pub(super) fn single(drawing: &Drawing<'_>, series: &Series) -> Result<Composed, ChartError> {
    let slots = months::history(drawing)?;
    let points: Vec<Point> = slots.iter().map(|slot| point(slot, series)).collect();
    let shown = shown(&slots, series);
    match shown[..] {
        [] => return Err(ChartError::Empty),
        [only] => {
            let number = drawing.style.format.value(only.value, series.unit);
            let words = format!(
                "{}, {}",
                alt::capitalised(drawing.style.words().metric(series.metric)),
                drawing.style.format.month(only.month)
            );
            return Ok(card::compose(drawing, &number, &words));
        }
        _ => {}
    }
    let mut page = Page::new(drawing);
    let accent = page.colours().accent;
    let mut curve = Curve::new(String::new(), points, (accent, accent), 6.0, series.metric);
    curve.labelled = curve.landmarks();
    draw_over_months(&mut page, drawing, &slots, &[curve], None, series.unit);
    let alt = alt::monthly(drawing.style.words().marks.line, None, drawing, series, &shown);
    Ok(page.finish("line", alt))
}

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
            _ => (colours.previous, colours.muted, 3.0),
        };
        let mut curve = Curve::new(year.to_string(), points, (colour, ink), width, series.metric);
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
    let place = |month: Month| years.contains(&month.year()).then_some(month.number() as usize - 1);
    let calendar = Calendar::new(drawing, in_focus, true, place);
    curves::draw(&mut page, &curves, &categories, &calendar, false, series.unit);
    all.sort_by_key(|point| point.month);
    let words = drawing.style.words();
    let alt = alt::monthly(words.marks.lines, Some(words.alt.one_line_a_year), drawing, series, &all);
    Ok(page.finish("lines-by-year", alt))
}

/// A line a part, for parts that overlap or are no sums.
///
/// # Errors
/// When there is no value.
pub(super) fn by_part(drawing: &Drawing<'_>, parts: &[Part], slots: &[Slot]) -> Result<Composed, ChartError> {
    let mut page = Page::new(drawing);
    let mut curves = Vec::new();
    for (name, series) in parts {
        let points: Vec<Point> = slots.iter().map(|slot| point(slot, series)).collect();
        let name = text::elide(&short(name), Weight::SemiBold, super::scene::KEY as f32, 300.0);
        let mut curve = Curve::new(name, points, part_colour(drawing, series), 5.0, series.metric);
        curve.labelled = curve.landmarks().into_iter().take(2).collect();
        curves.push(curve);
    }
    let words = drawing.style.words();
    let Some((_, first)) = parts.first() else { return Err(ChartError::Empty) };
    let note = drawing.dataset.orders_overlap().then_some(words.several_types_lines);
    draw_over_months(&mut page, drawing, slots, &curves, note, first.unit);
    let alt = alt::by_part(words.marks.lines, drawing, parts, slots);
    Ok(page.finish("lines", alt))
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
