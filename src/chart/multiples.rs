//! Small multiples: a panel a part, all on one scale, each part's line strong before the pale lines of the others.

use super::{
    ChartError, Drawing, alt,
    axes::{self, Category},
    curves::{self, Curve},
    labels::Taken,
    line,
    months::{Slot, focus_span},
    page::{Composed, Page},
    parts::{Part, pale},
    scale::Scale,
    scene::{Align, Area, BODY, HEIGHT, KEY, Label, Plot, WIDTH, half_cap, width},
};
use crate::text::{self, Weight};

/// The most panels of a page.
const MOST: usize = 12;
/// Room for the keys at the top.
const TOP: f64 = 56.0;
/// Room over a plot for its heading and a value.
const HEAD: f64 = 76.0;
/// Room below a plot.
const FOOT: f64 = 22.0;
/// Room between panels side by side.
const BETWEEN: f64 = 28.0;
/// How far the value of a panel's first month reaches out of it.
const EDGE: f64 = 18.0;
/// More panels than this have no room for the value of the first month.
const ROOMY: usize = 6;
/// Room below the lowest plots for two lines of months.
const MONTHS: f64 = 94.0;

/// A panel a part, the largest first.
///
/// # Errors
/// When there is no value.
pub(super) fn compose(drawing: &Drawing<'_>, parts: &[Part], slots: &[Slot]) -> Result<Composed, ChartError> {
    let (shown, left_out) = parts.split_at(parts.len().min(MOST));
    let Some((_, first)) = shown.first() else { return Err(ChartError::Empty) };
    let mut page = Page::new(drawing);
    let words = drawing.style.words();
    let colours = page.colours();
    let strong = |series| {
        let mut curve = line::curve(String::new(), slots, series, (colours.accent, colours.accent), 4.5);
        // The last, the highest and the first: the lowest is seldom news.
        let landmarks = curve.landmarks();
        let start = landmarks.get(3).filter(|_| shown.len() <= ROOMY);
        curve.labelled = landmarks.iter().take(2).chain(start).copied().collect();
        curve
    };
    let curves: Vec<Curve> = shown.iter().map(|(_, series)| strong(series)).collect();
    let values = curves.iter().flat_map(|curve| curve.points.iter().filter_map(|point| point.value));
    let scale = Scale::around(values, first.unit);
    let categories: Vec<Category> =
        slots.iter().enumerate().map(|(i, slot)| axes::month(drawing, slot, i == 0)).collect();

    let in_focus: Vec<bool> = slots.iter().map(|slot| slot.in_focus).collect();
    let focus = focus_span(&in_focus);
    let names: Vec<String> = left_out.iter().map(|(name, _)| name.clone()).collect();
    let note = (!names.is_empty()).then(|| (words.left_out)(&page.style.format.list(&names)));
    let grid = Grid::new(&page, &scale, &curves, note.is_some());
    keys(&mut page, &grid, drawing, focus.is_some());
    for (n, (name, _)) in shown.iter().enumerate() {
        let plot = Plot::new(grid.plot(n), (0.0, slots.len() as f64), (scale.low, scale.high));
        // A panel's labels keep to the panel.
        let cell = Area { left: grid.cell(n).left - EDGE, ..grid.cell(n) };
        let outside = std::mem::replace(&mut page.taken, Taken::on(cell));
        let heading = text::elide(name, Weight::SemiBold, KEY as f32, grid.width as f32);
        panel(&mut page, plot.clone(), &scale, (&curves, n), (&heading, focus));
        page.taken = outside;
        page.taken.add(Area { bottom: plot.area.bottom + 8.0, ..grid.cell(n) });
        if n + grid.columns >= shown.len() {
            axes::categories(&mut page, &plot, &categories);
        }
        if n % grid.columns == 0 {
            ticks(&mut page, &plot, &scale);
        }
    }
    if let Some(note) = &note {
        let line = text::elide(note, Weight::Regular, BODY as f32, WIDTH as f32);
        page.put(Label::new(line, 0.0, HEIGHT - 12.0, page.colours().muted));
    }
    let alt = alt::by_part(words.marks.small_multiples, drawing, shown, slots);
    let alt = note.map_or(alt.clone(), |note| format!("{alt} {note}."));
    Ok(page.finish("small-multiples", alt))
}

/// Where the panels stand.
struct Grid {
    columns: usize,
    left: f64,
    width: f64,
    height: f64,
    /// Room right of a plot for the value at the end of its line.
    margin: f64,
}

impl Grid {
    fn new(page: &Page<'_>, scale: &Scale, curves: &[Curve], has_note: bool) -> Self {
        let columns = match curves.len() {
            0..=3 => curves.len().max(1),
            4 => 2,
            5 | 6 | 9 => 3,
            _ => 4,
        };
        let rows = curves.len().div_ceil(columns) as f64;
        let labels = scale.labels(page.style.format);
        let widest = labels.iter().map(|label| width(label, Weight::Regular, BODY)).fold(0.0, f64::max);
        let left = (widest + 20.0).round();
        let note = if has_note { 48.0 } else { 0.0 };
        let ends = curves.iter().filter_map(end).map(|(_, value)| page.print(value, scale.unit()));
        let margin = ends.map(|text| width(&text, Weight::SemiBold, BODY)).fold(0.0, f64::max) + 12.0;
        let across = columns as f64;
        Self {
            columns,
            left,
            margin,
            width: (WIDTH - left - BETWEEN * (across - 1.0)) / across,
            height: (HEIGHT - TOP - MONTHS - note) / rows,
        }
    }

    /// Everything of a panel.
    fn cell(&self, n: usize) -> Area {
        let (row, column) = ((n / self.columns) as f64, (n % self.columns) as f64);
        let left = self.left + (self.width + BETWEEN) * column;
        let top = TOP + self.height * row;
        Area { left, top, right: left + self.width, bottom: top + self.height - 4.0 }
    }

    fn plot(&self, n: usize) -> Area {
        let cell = self.cell(n);
        let (top, bottom) = (cell.top + HEAD, cell.bottom + 4.0 - FOOT);
        Area { top, bottom, right: cell.right - self.margin, ..cell }
    }
}

/// The value at the very end of a line, where it reaches the end and its month is whole.
fn end(curve: &Curve) -> Option<(usize, f64)> {
    let at = curve.points.len().checked_sub(1)?;
    let point = curve.points[at];
    point.value.filter(|_| !point.is_partial).map(|value| (at, value))
}

/// What the tint and the pale lines are.
fn keys(page: &mut Page<'_>, grid: &Grid, drawing: &Drawing<'_>, has_focus: bool) {
    let colours = page.colours();
    let mut x = grid.left;
    if has_focus {
        let focus = page.style.format.period(&drawing.review.focus());
        x = axes::key(page, x, &focus, colours.tint, colours.accent);
    }
    axes::key(page, x, page.style.words().others, pale(colours.previous), colours.muted);
}

fn panel(
    page: &mut Page<'_>,
    mut plot: Plot,
    scale: &Scale,
    (curves, own): (&[Curve], usize),
    (heading, focus): (&str, Option<(usize, usize)>),
) {
    let colours = page.colours();
    let area = plot.area;
    if let Some((first, last)) = focus {
        let (left, right) = (plot.place((first as f64, 0.0)).0, plot.place((last as f64 + 1.0, 0.0)).0);
        page.scene.rect(&Area { left, right, top: area.top - 6.0, ..area }, colours.tint);
    }
    for tick in &scale.ticks {
        let y = plot.place((0.0, *tick)).1;
        page.scene.line(vec![(area.left, y), (area.right, y)], colours.grid, 1.5);
    }
    page.put(Label::new(heading, area.left, area.top - HEAD + 30.0, colours.ink).size(KEY).bold());
    let empty = plot.clone();
    for other in curves.iter().enumerate().filter(|(n, _)| *n != own).map(|(_, curve)| curve) {
        for stretch in other.stretches().into_iter().filter(|stretch| stretch.len() > 1) {
            plot.line(stretch, pale(colours.previous), 2.0);
        }
    }
    let curve = &curves[own];
    curves::trace(page, &mut plot, curve);
    page.scene.plot(plot);
    axes::zero_line(page, &empty, scale);
    let mut dots = empty.clone();
    let end = end(curve);
    if let Some((at, value)) = end {
        let (x, y) = (empty.area.right + 8.0, empty.place((0.0, value)).1 + half_cap(BODY));
        page.put(Label::new(page.print(value, scale.unit()), x, y, curve.ink).bold());
        dots.dot((at as f64 + 0.5, value), 6.5, curve.colour);
    }
    for at in curve.labelled.iter().copied().filter(|at| end.is_none_or(|(end, _)| end != *at)) {
        let Some(value) = curve.points[at].value else { continue };
        if curves::value_label(page, &empty, curve, (at, value), scale.unit()) {
            dots.dot((at as f64 + 0.5, value), 6.5, curve.colour);
        }
    }
    page.scene.plot(dots);
    curves::gaps(page, &empty, std::slice::from_ref(curve));
}

/// The values of the gridlines, at the left of a row; only the lowest and the highest where there is no room for all.
fn ticks(page: &mut Page<'_>, plot: &Plot, scale: &Scale) {
    let labels = scale.labels(page.style.format);
    let last = labels.len() - 1;
    let pitch = plot.area.height() / last.max(1) as f64;
    for (n, (tick, label)) in scale.ticks.iter().zip(labels).enumerate() {
        if pitch >= BODY * 1.5 || n == 0 || n == last {
            let y = plot.place((0.0, *tick)).1 + half_cap(BODY);
            let muted = page.colours().muted;
            page.put(Label::new(label, plot.area.left - 14.0, y, muted).align(Align::Right));
        }
    }
}
