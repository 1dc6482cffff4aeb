//! Lines over months: gaps stay gaps, months cut short are hollow, names stand at the ends.

use super::{
    axes::{self, Category, Margins},
    labels::spread,
    months::Calendar,
    page::Page,
    scale::Scale,
    scene::{Align, BODY, KEY, Label, Plot, WHITE, half_cap},
};
use crate::{
    domain::{Metric, Unit},
    template::Colour,
};

/// One line.
#[derive(Debug, Clone)]
pub(super) struct Curve {
    /// Written at its end; empty for a single line.
    pub(super) name: String,
    pub(super) points: Vec<Point>,
    pub(super) colour: Colour,
    /// Its colour, dark enough for text.
    pub(super) ink: Colour,
    pub(super) width: f64,
    /// Positions whose values are printed, the most important first.
    pub(super) labelled: Vec<usize>,
    /// Whether a point is the sum of its month: then no line leads to a month cut short, whose sum is not finished.
    pub(super) is_sum: bool,
}

/// A place of a line.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Point {
    /// Its position in the index.
    pub(super) index: Option<usize>,
    pub(super) value: Option<f64>,
    pub(super) is_partial: bool,
    /// Whether the data reach here, so that no value means "no data".
    pub(super) is_expected: bool,
}

impl Curve {
    /// A line without printed values. `colours` are that of the mark and that of text beside it.
    pub(super) fn new(
        name: String,
        points: Vec<Point>,
        (colour, ink): (Colour, Colour),
        width: f64,
        metric: Metric,
    ) -> Self {
        Self { name, points, colour, ink, width, labelled: Vec::new(), is_sum: metric.is_additive() }
    }

    fn last(&self) -> Option<usize> {
        self.points.iter().rposition(|point| point.value.is_some())
    }

    /// Positions of the last, highest, lowest and first value, in this order, without months cut short and repeats.
    pub(super) fn landmarks(&self) -> Vec<usize> {
        let whole = || {
            let points = self.points.iter().enumerate().filter(|(_, point)| !point.is_partial);
            points.filter_map(|(i, point)| Some((i, point.value?)))
        };
        let highest = whole().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let lowest = whole().min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let mut found = Vec::new();
        for (i, _) in [whole().next_back(), highest, lowest, whole().next()].into_iter().flatten() {
            if !found.contains(&i) {
                found.push(i);
            }
        }
        found
    }
}

/// Draws lines over categories, the first curve on top. Every curve has as many points as there are categories.
pub(super) fn draw(
    page: &mut Page<'_>,
    curves: &[Curve],
    categories: &[Category],
    calendar: &Calendar,
    has_note: bool,
    unit: Unit,
) {
    let values = || curves.iter().flat_map(|curve| curve.points.iter().filter_map(|point| point.value));
    let scale = Scale::around(values(), unit);
    let names = || curves.iter().filter(|curve| !curve.name.is_empty());
    let widest = names().map(|curve| key(curve, 0.0).width()).fold(0.0, f64::max);
    // Room for half a value label at the right end of a line without a name.
    let right = if widest > 0.0 { widest + 34.0 } else { 24.0 };
    let mut plot = axes::plot(page, &scale, categories, Margins { right, has_keys: has_note });
    axes::calendar(page, &plot, calendar);
    axes::grid(page, &plot, &scale);
    for curve in curves.iter().rev() {
        trace(page, &mut plot, curve);
    }
    let empty = Plot { marks: Vec::new(), ..plot.clone() };
    page.scene.plot(plot);
    axes::zero_line(page, &empty, &scale);
    axes::categories(page, &empty, categories);
    end_names(page, &empty, curves);
    let mut dots = empty.clone();
    for curve in curves {
        for &at in &curve.labelled {
            let Some(value) = curve.points.get(at).and_then(|point| point.value) else { continue };
            if value_label(page, &empty, curve, (at, value), unit) {
                dots.dot((x(at), value), curve.width * 1.5, curve.colour);
            }
        }
    }
    page.scene.plot(dots);
    gaps(page, &empty, curves);
}

fn x(position: usize) -> f64 {
    position as f64 + 0.5
}

/// The marks of one line: its stretches between gaps, dots where a point stands alone or is labelled.
fn trace(page: &mut Page<'_>, plot: &mut Plot, curve: &Curve) {
    let partial = page.colours().partial;
    let points = || curve.points.iter().enumerate();
    let mut stretch: Vec<(f64, f64)> = Vec::new();
    let mut stretches = Vec::new();
    for (i, point) in points() {
        match point.value {
            Some(value) if !(point.is_partial && curve.is_sum) => stretch.push((x(i), value)),
            _ => stretches.push(std::mem::take(&mut stretch)),
        }
    }
    stretches.push(stretch);
    for stretch in stretches {
        match stretch[..] {
            [] => {}
            [alone] => plot.dot(alone, curve.width * 1.2, curve.colour),
            _ => {
                let on_page: Vec<_> = stretch.iter().map(|at| plot.place(*at)).collect();
                page.taken.add_line(&on_page);
                plot.line(stretch, curve.colour, curve.width);
            }
        }
    }
    // The way to or from an average of a month cut short is no trend: it is drawn pale.
    let cut = |(_, pair): &(usize, &[Point])| !curve.is_sum && pair.iter().any(|point| point.is_partial);
    for pair in curve.points.windows(2).enumerate().filter(cut) {
        if let (i, [Point { value: Some(a), .. }, Point { value: Some(b), .. }]) = pair {
            plot.line(vec![(x(i), *a), (x(i + 1), *b)], partial, curve.width);
        }
    }
    for (i, point) in points() {
        let Some(value) = point.value else { continue };
        let at = (x(i), value);
        page.anchor(point.index, plot.place(at));
        if point.is_partial {
            plot.dot(at, curve.width * 1.7, curve.colour);
            plot.dot(at, curve.width * 1.0, WHITE);
        }
    }
}

fn key(curve: &Curve, y: f64) -> Label {
    Label::new(&curve.name, 0.0, y + half_cap(KEY), curve.ink).size(KEY).bold()
}

/// Names at the right, level with the ends of their lines and pushed apart; the name of a line that ends earlier
/// stands beside its end.
fn end_names(page: &mut Page<'_>, plot: &Plot, curves: &[Curve]) {
    let named = curves.iter().filter(|curve| !curve.name.is_empty());
    let ends: Vec<(&Curve, (f64, f64))> = named
        .filter_map(|curve| {
            let last = curve.last()?;
            Some((curve, plot.place((x(last), curve.points[last].value?))))
        })
        .collect();
    let reach = plot.place((x(curves.first().map_or(1, |curve| curve.points.len()) - 1), 0.0)).0;
    let (full, early): (Vec<_>, Vec<_>) = ends.into_iter().partition(|(_, (end, _))| *end >= reach - 1.0);
    let mut centres: Vec<f64> = full.iter().map(|(_, (_, y))| *y).collect();
    spread(&mut centres, KEY * 1.25, plot.area.top, plot.area.bottom - KEY / 2.0);
    for ((curve, (end, y)), centre) in full.iter().zip(centres) {
        let left = plot.area.right + 10.0;
        if (centre - y).abs() > KEY * 0.6 {
            page.scene.line(vec![(*end + 8.0, *y), (left - 6.0, centre)], curve.colour, 2.0);
        }
        page.put(key(curve, centre).at(left, centre + half_cap(KEY)));
    }
    for (curve, (end, y)) in early {
        let label = key(curve, y);
        let beside = label.at(end + 18.0, y + half_cap(KEY));
        let around =
            [-34.0, 56.0, -66.0, 88.0, -100.0, 120.0].map(|up| label.at(end, y + up).align(Align::Centre));
        page.place(std::iter::once(beside).chain(around));
    }
}

/// The value of one point, in the nearest free place; `false` when there is none.
fn value_label(
    page: &mut Page<'_>,
    plot: &Plot,
    curve: &Curve,
    (at, value): (usize, f64),
    unit: Unit,
) -> bool {
    let (x, y) = plot.place((x(at), value));
    let neighbours = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
    let beside: Vec<f64> = neighbours.filter_map(|i| curve.points.get(i)?.value).collect();
    let is_valley = !beside.is_empty() && beside.iter().all(|other| *other >= value);
    let label = Label::new(page.print(value, unit), x, y, curve.ink).bold().align(Align::Centre);
    let (above, below) = (y - 18.0, y + 18.0 + 2.0 * half_cap(BODY));
    let (near, far) = if is_valley { (below, above) } else { (above, below) };
    let right = label.at(x + 18.0, y + half_cap(BODY)).align(Align::Left);
    let left = label.at(x - 18.0, y + half_cap(BODY)).align(Align::Right);
    let corner = |x: f64, y: f64, align| label.at(x, y).align(align);
    let places = [
        label.at(x, near),
        corner(x + 14.0, near, Align::Right),
        corner(x - 14.0, near, Align::Left),
        right,
        left,
        label.at(x, far),
        corner(x + 14.0, far, Align::Right),
        corner(x - 14.0, far, Align::Left),
        label.at(x, above - 24.0),
        label.at(x, below + 24.0),
    ];
    page.place_value(curve.points[at].index, places)
}

/// `no data`, or `not shown`, once for every stretch of months in which no line has a value though one should.
fn gaps(page: &mut Page<'_>, plot: &Plot, curves: &[Curve]) {
    let count = curves.first().map_or(0, |curve| curve.points.len());
    let is_gap = |i: usize| {
        let missing = curves.iter().any(|c| c.points[i].is_expected && c.points[i].value.is_none());
        missing && curves.iter().filter(|c| c.points[i].is_expected).all(|c| c.points[i].value.is_none())
    };
    let mut start = None;
    for i in 0..=count {
        match (i < count && is_gap(i), start) {
            (true, None) => start = Some(i),
            (false, Some(from)) => {
                let centre = plot.place((f64::midpoint(from as f64, i as f64), 0.0)).0;
                let is_withheld = (from..i).all(|at| page.is_withheld(curves[0].points[at].index));
                let words = page.style.words();
                let words = if is_withheld { words.not_shown } else { words.no_data };
                let label =
                    Label::new(words.join(" "), centre, 0.0, page.colours().muted).align(Align::Centre);
                let heights = [16.0, 60.0, 104.0, 200.0, 300.0, 400.0, 500.0];
                page.place(heights.map(|up| label.at(centre, plot.area.bottom - up)));
                start = None;
            }
            _ => {}
        }
    }
}
