//! The frame around vertical charts: gridlines with their values, categories below, the tint behind the focus.

use super::{
    Drawing, alt,
    months::{Calendar, Marked, Slot, focus_span},
    page::Page,
    rules::Rule,
    scale::Scale,
    scene::{Align, Area, BODY, HEIGHT, KEY, Label, Plot, WIDTH, half_cap},
};
use crate::text::{self, Weight};

/// Room above the plot for the name of the focus and a value.
const HEAD: f64 = 84.0;
/// Room above that for a line of keys.
const KEYS: f64 = 54.0;
/// Room below the plot for a line of categories.
const LINE: f64 = 38.0;
/// Baseline of the keys at the top.
pub(super) const KEY_LINE: f64 = 32.0;

/// A category under the plot.
#[derive(Debug, Clone, Default)]
pub(super) struct Category {
    pub(super) name: String,
    /// A second line: what is special about it. Always drawn where there is room.
    pub(super) remark: Option<String>,
    /// A second line when there is no remark: the year.
    pub(super) year: Option<String>,
    /// Names that are thinned out are kept where this is a multiple of the step.
    pub(super) rank: usize,
}

/// The category of a month on an axis of months: its short name, its year in January and at the start.
pub(super) fn month(drawing: &Drawing<'_>, slot: &Slot, is_first: bool) -> Category {
    let opens = slot.month.number() == 1 || is_first;
    Category {
        name: drawing.style.format.month_short(slot.month).to_owned(),
        remark: slot.partial.clone(),
        year: opens.then(|| slot.month.year().to_string()),
        rank: slot.month.number() as usize - 1 + 12 * (slot.month.year() as usize % 2_000),
    }
}

/// What the plot of a vertical chart leaves room for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margins {
    /// Units at the right.
    pub(super) right: f64,
    /// Whether a line of keys stands at the top.
    pub(super) has_keys: bool,
}

/// The plot of a vertical chart over categories.
pub(super) fn plot(page: &Page<'_>, scale: &Scale, categories: &[Category], margins: Margins) -> Plot {
    let labels = scale.labels(page.style.format);
    let widest =
        labels.iter().map(|label| super::scene::width(label, Weight::Regular, BODY)).fold(0.0, f64::max);
    let top = HEAD + if margins.has_keys { KEYS } else { 0.0 };
    let has_second_line = categories.iter().any(|c| c.remark.is_some() || c.year.is_some());
    let lines = if has_second_line { 2.0 } else { 1.0 };
    let bottom = HEIGHT - 18.0 - LINE * lines;
    let area = Area { left: (widest + 20.0).round(), top, right: WIDTH - margins.right, bottom };
    Plot::new(area, (0.0, categories.len() as f64), (scale.low, scale.high))
}

/// Gridlines, the zero line and the values at their left; no axis line, no tick marks.
pub(super) fn grid(page: &mut Page<'_>, plot: &Plot, scale: &Scale) {
    let colours = page.colours();
    let labels = scale.labels(page.style.format);
    for (tick, label) in scale.ticks.iter().zip(labels) {
        let y = plot.place((0.0, *tick)).1;
        if tick.abs() > f64::EPSILON {
            let (from, to) = ((plot.area.left, y), (plot.area.right, y));
            page.rule(Rule { from, to, colour: colours.grid, width: 1.5 });
        }
        let x = plot.area.left - 14.0;
        page.put(Label::new(label, x, y + half_cap(BODY), colours.muted).align(Align::Right));
    }
    // The gutter belongs to the axis.
    page.taken.add(Area { left: 0.0, right: plot.area.left - 6.0, ..plot.area });
}

/// The zero line, over the marks that stand on it.
pub(super) fn zero_line(page: &mut Page<'_>, plot: &Plot, scale: &Scale) {
    if scale.low <= 0.0 && 0.0 <= scale.high {
        let y = plot.place((0.0, 0.0)).1;
        let ink = page.colours().ink;
        page.scene.line(vec![(plot.area.left, y), (plot.area.right, y)], ink, 2.0);
    }
}

/// What the calendar says behind the marks: the focus, and dated events.
pub(super) fn calendar(page: &mut Page<'_>, plot: &Plot, calendar: &Calendar) {
    focus_band(page, plot, calendar);
    events(page, plot, &calendar.events);
}

/// A line at each event with its name on top.
fn events(page: &mut Page<'_>, plot: &Plot, events: &[Marked]) {
    const MOST: usize = 5;
    const NAME: f64 = 380.0;
    let colours = page.colours();
    for event in events {
        page.aside(event.said.clone());
    }
    for (n, event) in events.iter().enumerate() {
        let x = plot.place((event.at, 0.0)).0;
        let name = text::elide(&event.name, Weight::Regular, BODY as f32, NAME as f32);
        let label = Label::new(name, x, plot.area.top - HEAD + 34.0, colours.ink);
        let lower = label.baseline + LINE;
        let right = |baseline| label.at(x + 10.0, baseline);
        let left = |baseline| label.at(x - 10.0, baseline).align(Align::Right);
        let places = [right(label.baseline), left(label.baseline), right(lower), left(lower)];
        if n >= MOST || !page.place(places) {
            page.warn(format!("there was no room for the event `{}`", event.name));
            continue;
        }
        let (from, to) = ((x, plot.area.top - HEAD + 10.0), (x, plot.area.bottom));
        page.rule(Rule { from, to, colour: colours.previous, width: 2.0 });
    }
}

/// The tint behind the places of the focus, with the focus's name on top.
fn focus_band(page: &mut Page<'_>, plot: &Plot, calendar: &Calendar) {
    let Some((first, last)) = focus_span(&calendar.in_focus) else { return };
    let colours = page.colours();
    let (left, right) = (plot.place((first as f64, 0.0)).0, plot.place((last as f64 + 1.0, 0.0)).0);
    let band = Area { left, top: plot.area.top - HEAD, right, bottom: plot.area.bottom };
    page.scene.rect(&band, colours.tint);
    let name = alt::capitalised(&page.style.format.period(&calendar.focus));
    let label = Label::new(name, f64::midpoint(left, right), band.top + 34.0, colours.accent)
        .bold()
        .align(Align::Centre);
    let inset = |x: f64, align| Label { x, align, ..label.clone() };
    page.place([label.clone(), inset(left, Align::Left), inset(right, Align::Right)]);
}

/// The names under the plot: thinned out until they fit, never slanted; years and remarks on the second line.
pub(super) fn categories(page: &mut Page<'_>, plot: &Plot, categories: &[Category]) {
    let colours = page.colours();
    let slot = plot.area.width() / categories.len().max(1) as f64;
    let widest =
        categories.iter().map(|c| super::scene::width(&c.name, Weight::Regular, BODY)).fold(0.0, f64::max);
    let step =
        [1, 2, 3, 6, 12, 24, 60, 120].into_iter().find(|n| slot * *n as f64 >= widest + 14.0).unwrap_or(400);
    let (first_line, second_line) = (plot.area.bottom + LINE, plot.area.bottom + LINE * 2.0);
    let centre = |i: usize| plot.place((i as f64 + 0.5, 0.0)).0;
    // What is special about a month is nothing without its name, for which a neighbour's gives way.
    let (special, usual): (Vec<_>, Vec<_>) =
        categories.iter().enumerate().partition(|(_, category)| category.remark.is_some());
    let usual = usual.into_iter().filter(|(_, category)| category.rank.is_multiple_of(step));
    for (i, category) in special.into_iter().chain(usual) {
        let label = Label::new(&category.name, centre(i), first_line, colours.ink).align(Align::Centre);
        page.place([label]);
    }
    // What is special about a month matters more than its year.
    let second = |i: usize, text: &String, colour| {
        let label = Label::new(text, centre(i), second_line, colour);
        let half = label.width() / 2.0 + 6.0;
        let x = centre(i).clamp(half, WIDTH - half);
        label.at(x, second_line).align(Align::Centre)
    };
    for (i, category) in categories.iter().enumerate() {
        if let Some(remark) = &category.remark {
            page.place([second(i, remark, colours.ink)]);
        }
    }
    for (i, category) in categories.iter().enumerate() {
        if let (None, Some(year)) = (&category.remark, &category.year) {
            page.place([second(i, year, colours.muted)]);
        }
    }
}

/// One key of the row at the top: a swatch in the mark's colour and the name.
pub(super) fn key(
    page: &mut Page<'_>,
    x: f64,
    name: &str,
    mark: crate::template::Colour,
    text: crate::template::Colour,
) -> f64 {
    const SWATCH: f64 = 24.0;
    let top = KEY_LINE - half_cap(KEY) - SWATCH / 2.0;
    page.scene.rect(&Area { left: x, top, right: x + SWATCH, bottom: top + SWATCH }, mark);
    let label = Label::new(name, x + SWATCH + 12.0, KEY_LINE, text).size(KEY).bold();
    let end = label.area().right;
    page.put(label);
    end + 40.0
}
