//! A bridge drawn: columns and what joins them, their values, and the arrow from the earlier total to the later one.

use super::{
    Change, Column, Role,
    layout::{ARROW, LEADING, Layout, Way},
};
use crate::{
    chart::{
        page::{Page, contrast, text_on},
        scene::{Align, Area, BODY, Label, Mark, Plot, WHITE, half_cap},
    },
    template::Colour,
};

/// Half of the share of its place that a column fills.
const HALF: f64 = 0.33;

pub(super) fn draw(page: &mut Page<'_>, columns: &[Column], change: &Change) {
    let layout = Layout::of(columns, change);
    let count = columns.len() as f64;
    // Where it all started, for the eye to come back to.
    let start = [layout.place(0.5, change.from), layout.place(count, change.from)];
    page.scene.line(start.to_vec(), page.colours().grid, 2.5);
    let areas = marks(page, &layout, columns);
    let ink = page.colours().ink;
    page.scene.line(vec![layout.place(0.0, 0.0), layout.place(count, 0.0)], ink, 2.0);
    for name in layout.labels(ink) {
        page.put(name);
    }
    for (column, area) in columns.iter().zip(areas) {
        value(page, &layout, column, area);
    }
    difference(page, &layout, change, count);
}

/// The columns and the thin lines that join them.
fn marks(page: &mut Page<'_>, layout: &Layout, columns: &[Column]) -> Vec<Area> {
    let previous = page.colours().previous;
    let mut plot = layout.plot.clone();
    let mut areas = Vec::new();
    for (i, column) in columns.iter().enumerate() {
        let middle = i as f64 + 0.5;
        let corners = (layout.at(middle - HALF, column.from), layout.at(middle + HALF, column.to));
        let area = Area::between(layout.plot.place(corners.0), layout.plot.place(corners.1));
        // What is too small to be seen keeps a line in its place.
        if area.width().min(area.height()) < 2.0 {
            let ends = vec![layout.at(middle - HALF, column.to), layout.at(middle + HALF, column.to)];
            plot.line(ends, fill(page, column.role), 3.0);
        } else {
            plot.rect(corners.0, corners.1, fill(page, column.role));
        }
        page.taken.add(area.grown(1.0));
        areas.push(area);
        if i + 1 < columns.len() {
            let ends = [(middle + HALF, column.to), (middle + 1.0 - HALF, column.to)];
            page.taken.add_line(&ends.map(|(position, level)| layout.place(position, level)));
            plot.line(ends.map(|(position, level)| layout.at(position, level)).to_vec(), previous, 2.0);
        }
    }
    page.scene.plot(Plot { marks: plot.marks, ..layout.plot.clone() });
    areas
}

fn fill(page: &Page<'_>, role: Role) -> Colour {
    let colours = page.colours();
    match role {
        Role::Before | Role::Nothing => colours.previous,
        Role::Better => colours.good,
        Role::Worse => colours.bad,
        Role::After => colours.accent,
    }
}

/// The colour of a column, dark enough for text.
fn ink(page: &Page<'_>, role: Role) -> Colour {
    match role {
        Role::Before | Role::Nothing => page.colours().muted,
        Role::Better | Role::Worse | Role::After => fill(page, role),
    }
}

/// The value of a column: a driver's inside where it fits and reads well; else outside, where the column leads to.
fn value(page: &mut Page<'_>, layout: &Layout, column: &Column, area: Area) {
    let (x, y) = (f64::midpoint(area.left, area.right), f64::midpoint(area.top, area.bottom));
    let label = Label::new(&column.text, x, y + half_cap(BODY), ink(page, column.role)).bold();
    let fill = fill(page, column.role);
    let is_step = !matches!(column.role, Role::Before | Role::After);
    let has_room = label.width() <= area.width() - 12.0 && area.height() >= BODY * 1.3;
    if is_step && has_room && contrast(fill, text_on(fill)) >= 4.5 {
        page.put(Label { colour: text_on(fill), ..label.align(Align::Centre) });
        return;
    }
    let rises = column.to >= column.from;
    let places = match layout.way {
        Way::Upright => {
            let (over, under) = (area.top - 16.0, area.bottom + 13.0 + 2.0 * half_cap(BODY));
            let (near, far) = if rises { (over, under) } else { (under, over) };
            [near, far, over - LEADING, under + LEADING]
                .map(|baseline| label.at(x, baseline).align(Align::Centre))
        }
        Way::Lying => {
            let right = |out: f64| label.at(area.right + out, label.baseline);
            let left = |out: f64| label.at(area.left - out, label.baseline).align(Align::Right);
            if rises {
                [right(12.0), left(12.0), right(40.0), left(40.0)]
            } else {
                [left(12.0), right(12.0), left(40.0), right(40.0)]
            }
        }
    };
    // Every column has its value, though it stand on a line.
    let label = page.taken.first_free(places.clone()).unwrap_or_else(|| places[0].clone());
    page.scene.rect(&label.area().grown(2.0), WHITE);
    page.put(label);
}

/// The arrow from the level of the earlier total to that of the later one, with the change beside it.
fn difference(page: &mut Page<'_>, layout: &Layout, change: &Change, count: f64) {
    const HEAD: f64 = 14.0;
    let ink = ink(page, change.role);
    let colour = fill(page, change.role);
    let (from, to) = (layout.place(count, change.from), layout.place(count, change.to));
    let (dx, dy) = match layout.way {
        Way::Upright => (ARROW / 2.0, 0.0),
        Way::Lying => (0.0, ARROW / 2.0),
    };
    let grid = page.colours().grid;
    let after = layout.place(count - 0.5 + HALF, change.to);
    page.scene.line(vec![from, (from.0 + dx, from.1 + dy)], grid, 2.5);
    page.scene.line(vec![after, (to.0 + dx, to.1 + dy)], grid, 2.5);
    let (tail, tip) = ((from.0 + dx, from.1 + dy), (to.0 + dx, to.1 + dy));
    let length = (tip.0 - tail.0).hypot(tip.1 - tail.1);
    if length > HEAD {
        let (ux, uy) = ((tip.0 - tail.0) / length, (tip.1 - tail.1) / length);
        let neck = (tip.0 - ux * HEAD, tip.1 - uy * HEAD);
        let side = (-uy * HEAD * 0.6, ux * HEAD * 0.6);
        let wings = [(neck.0 + side.0, neck.1 + side.1), (neck.0 - side.0, neck.1 - side.1)];
        page.scene.line(vec![tail, neck], colour, 4.0);
        page.scene.mark(Mark::Polygon { points: vec![tip, wings[0], wings[1]], fill: colour });
    }
    let middle = (f64::midpoint(tail.0, tip.0), f64::midpoint(tail.1, tip.1));
    let lines = change.lines.len() as f64;
    for (n, line) in change.lines.iter().enumerate() {
        let label = Label::new(line, 0.0, 0.0, ink).bold();
        let label = match layout.way {
            Way::Upright => {
                let first = middle.1 + half_cap(BODY) - LEADING * (lines - 1.0) / 2.0;
                let first = first.clamp(BODY, layout.plot.area.bottom - LEADING * (lines - 1.0));
                label.at(middle.0 + ARROW / 2.0 + 4.0, first + LEADING * n as f64)
            }
            Way::Lying => {
                let half = label.width() / 2.0;
                let x = middle.0.clamp(half, page.scene.size.0 - half);
                label.at(x, middle.1 + ARROW / 2.0 + BODY * 0.7 + LEADING * n as f64).align(Align::Centre)
            }
        };
        page.put(label);
    }
}
