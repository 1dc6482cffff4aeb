//! A strip of weeks drawn: its cells, the names of its months, and what its shades mean.

use super::{
    GAP, Weeks,
    flags::{Flag, flags},
};
use crate::{
    chart::{
        page::{Page, short},
        scale::Scale,
        scene::{Align, Area, BODY, Label, Plot, WIDTH, width},
    },
    format::with_plus,
    template::Colour,
    text::{self, Weight},
};
use jiff::civil::Date;
use std::ops::Range;

/// The events of a row as far as they fit.
pub(super) fn flags_of(weeks: &Weeks, row: &Range<usize>, pitch: f64, lines: usize) -> Vec<Flag> {
    let place = |(day, text): &(Date, String)| {
        let week = { row.clone() }.find(|week| (weeks.days(*week).0..weeks.days(*week).1).contains(day))?;
        let into = f64::from(day.weekday().to_monday_zero_offset()) + 0.5;
        let along = (week - row.start) as f64 * pitch + (pitch - GAP) * into / 7.0;
        Some((along, short(text)))
    };
    flags(weeks.events.iter().filter_map(place).collect(), lines)
}

/// The shade of a value, counted from the palest.
pub(super) fn step(value: f64, scale: &Scale, count: usize) -> usize {
    let along = (value - scale.low) / (scale.high - scale.low) * count as f64;
    (along.max(0.0) as usize).min(count - 1)
}

pub(super) fn draw_cell(page: &mut Page<'_>, area: &Area, fill: Option<Colour>, is_marked: bool) {
    let ink = page.colours().ink;
    match fill {
        Some(fill) => page.scene.rect(area, fill),
        None => hatched(page, area),
    }
    if is_marked {
        let line = Area { top: area.bottom + 2.0, bottom: area.bottom + 8.0, ..*area };
        page.scene.rect(&line, ink);
    }
}

/// A cell without a value: outlined and hatched.
fn hatched(page: &mut Page<'_>, area: &Area) {
    const STEP: f64 = 12.0;
    let grey = page.colours().previous;
    let paper = page.scene.page();
    let mut plot = Plot::new(paper, (0.0, paper.right), (paper.bottom, 0.0));
    let (width, height) = (area.width(), area.height());
    let steps = ((width + height) / STEP) as usize;
    for n in 1..=steps {
        // From the left or lower edge up to the upper or right one.
        let along = n as f64 * STEP;
        let from = ((along - height).max(0.0), along.min(height));
        let to = (along.min(width), (along - width).max(0.0));
        let at = |(x, y): (f64, f64)| (area.left + x, area.top + y);
        plot.line(vec![at(from), at(to)], grey, 1.5);
    }
    let Area { left, top, right, bottom } = *area;
    plot.line(vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], grey, 2.0);
    page.scene.plot(plot);
}

/// The names of the months over a rule as long as their weeks; the year with the first one and in January.
pub(super) fn months(page: &mut Page<'_>, weeks: &Weeks, row: &Range<usize>, pitch: f64, top: f64) {
    let (colours, format) = (page.colours(), page.style.format);
    let mut is_year_due = row.start == 0;
    let mut start = row.start;
    while start < row.end {
        let month = weeks.month(start);
        let end = { start..row.end }.find(|week| weeks.month(*week) != month).unwrap_or(row.end);
        let (left, right) = ((start - row.start) as f64 * pitch, (end - row.start) as f64 * pitch - GAP);
        is_year_due |= month.number() == 1;
        let bare = Label::new(format.month_short(month), left, top + 28.0, colours.ink).bold();
        let dated = Label { text: format!("{} {}", bare.text, month.year()), ..bare.clone() };
        let label = [dated, bare].into_iter().skip(usize::from(!is_year_due));
        if let Some(label) = { label }.find(|label| label.width() <= right - left) {
            is_year_due &= label.text == format.month_short(month);
            page.put(label);
        }
        page.scene.line(vec![(left, top + 38.0), (right, top + 38.0)], colours.previous, 2.0);
        start = end;
    }
}

/// What the shades mean, with their numbers; and what else is on the strip.
pub(super) fn head(page: &mut Page<'_>, weeks: &Weeks, scale: &Scale, shades: &[Colour], top: f64) {
    let (colours, format) = (page.colours(), page.style.format);
    let numbers: Vec<String> = { scale.labels(format).into_iter().zip(&scale.ticks) }
        .map(|(label, tick)| if weeks.is_change { with_plus(*tick, label) } else { label })
        .collect();
    let widest = numbers.iter().map(|line| width(line, Weight::Regular, BODY)).fold(0.0, f64::max);
    let swatch = (widest + 16.0).max(90.0);
    let left = WIDTH - widest / 2.0 - 4.0 - swatch * shades.len() as f64;
    for (n, shade) in shades.iter().enumerate() {
        let left = left + swatch * n as f64;
        page.scene.rect(&Area { left, top: top + 6.0, right: left + swatch, bottom: top + 34.0 }, *shade);
    }
    for (n, number) in numbers.into_iter().enumerate() {
        let x = left + swatch * n as f64;
        page.put(Label::new(number, x, top + 64.0, colours.muted).align(Align::Centre));
    }
    let room = left - widest / 2.0 - 40.0;
    let name = text::elide(&short(&weeks.name), Weight::SemiBold, BODY as f32, room as f32);
    page.put(Label::new(name, 0.0, top + 30.0, colours.ink).bold());

    let baseline = top + 68.0;
    let mut x = 0.0;
    let swatch = |x: f64| Area { left: x, top: baseline - 21.0, right: x + 30.0, bottom: baseline + 1.0 };
    if weeks.values.iter().any(Option::is_none) {
        hatched(page, &swatch(x));
        let label = Label::new(page.style.words().no_data.join(" "), x + 40.0, baseline, colours.muted);
        x = label.area().right + 36.0;
        page.put(label);
    }
    if let Some((_, name)) =
        weeks.marked.as_ref().filter(|_| (0..weeks.values.len()).any(|n| weeks.is_marked(n)))
    {
        let line = Area { top: baseline - 6.0, bottom: baseline, ..swatch(x) };
        page.scene.rect(&line, colours.ink);
        let name = text::elide(&short(name), Weight::SemiBold, BODY as f32, 260.0);
        let label = Label::new(name, x + 40.0, baseline, colours.ink).bold();
        x = label.area().right + 36.0;
        page.put(label);
    }
    let label = Label::new(page.style.words().weeks.mondays, x, baseline, colours.muted);
    if label.area().right <= left - widest / 2.0 {
        page.put(label);
    }
}
