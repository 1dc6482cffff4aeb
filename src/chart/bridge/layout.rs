//! Which way a bridge runs, and where on the page: upright where names and values fit their columns, else lying down.

use super::{Change, Column};
use crate::{
    chart::scene::{Align, Area, BODY, HEIGHT, Label, Plot, WIDTH, half_cap, width},
    template::Colour,
    text::{self, Weight},
};

/// Which way a bridge runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// From left to right; levels upwards.
    Upright,
    /// From top to bottom; levels to the right.
    Lying,
}

/// The place of everything that can be placed before drawing.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) way: Way,
    pub(super) plot: Plot,
    /// The name of each column, in lines.
    names: Vec<Vec<String>>,
    /// Where names end that stand left of their columns.
    gutter: f64,
}

/// From one line of a text to the next.
pub(super) const LEADING: f64 = BODY * 1.2;
/// Room for the arrow between the totals and its words.
pub(super) const ARROW: f64 = 44.0;
/// Room over the highest column for its value.
const HEAD: f64 = 60.0;
/// Room below columns that hang from the zero line, for their values.
const FOOT: f64 = 50.0;

impl Layout {
    pub(super) fn of(columns: &[Column], change: &Change) -> Self {
        Self::upright(columns, change).unwrap_or_else(|| Self::lying(columns, change))
    }

    fn upright(columns: &[Column], change: &Change) -> Option<Self> {
        const LINES: usize = 3;
        let right = WIDTH - ARROW - 14.0 - widest(&change.lines);
        let count = columns.len() as f64;
        // Two or three columns stand closer together than the page is wide.
        let left = (right - 230.0 * count).max(0.0) / 2.0;
        let room = (right - 2.0 * left) / count - 16.0;
        let fits = |column: &Column| {
            let mut words = column.name.split(' ').map(|word| width(word, Weight::Regular, BODY));
            words.all(|word| word <= room)
                && text::wrap(&column.name, Weight::Regular, BODY as f32, room as f32).len() <= LINES
                && width(&column.text, Weight::SemiBold, BODY) <= room + 8.0
        };
        if !columns.iter().all(fits) {
            return None;
        }
        let names = names(columns, room, LINES);
        let lines = names.iter().map(Vec::len).max().unwrap_or(1) as f64;
        let (low, high) = reach(columns);
        let foot = if low < 0.0 { FOOT } else { 0.0 };
        let bottom = HEIGHT - 20.0 - LEADING * lines - foot;
        let area = Area { left, top: HEAD, right: right - left, bottom };
        Some(Self { way: Way::Upright, plot: Plot::new(area, (0.0, count), (low, high)), names, gutter: 0.0 })
    }

    fn lying(columns: &[Column], change: &Change) -> Self {
        const NAMES: f64 = 460.0;
        let names = names(columns, NAMES, 2);
        let values =
            columns.iter().map(|column| width(&column.text, Weight::SemiBold, BODY)).fold(0.0, f64::max);
        let values = values + 26.0;
        let (low, high) = reach(columns);
        let gutter =
            names.iter().flatten().map(|line| width(line, Weight::Regular, BODY)).fold(0.0, f64::max);
        let left = gutter + 20.0 + if low < 0.0 { values } else { 0.0 };
        let below = ARROW + LEADING * change.lines.len() as f64;
        let count = columns.len() as f64;
        let pitch = ((HEIGHT - 10.0 - below) / count).min(120.0);
        let top = 5.0 + (HEIGHT - 10.0 - below - pitch * count) / 2.0;
        let area = Area { left, top, right: WIDTH - values, bottom: top + pitch * count };
        Self { way: Way::Lying, plot: Plot::new(area, (low, high), (count, 0.0)), names, gutter }
    }

    /// A position and a level in the coordinates of the plot.
    pub(super) fn at(&self, position: f64, level: f64) -> (f64, f64) {
        match self.way {
            Way::Upright => (position, level),
            Way::Lying => (level, position),
        }
    }

    /// A position and a level on the page.
    pub(super) fn place(&self, position: f64, level: f64) -> (f64, f64) {
        self.plot.place(self.at(position, level))
    }

    /// The names of all columns, each line where it stands.
    pub(super) fn labels(&self, colour: Colour) -> Vec<Label> {
        let lines = |(i, lines): (usize, &Vec<String>)| {
            let (x, y) = self.plot.place(self.at(i as f64 + 0.5, 0.0));
            let most = self.names.iter().map(Vec::len).max().unwrap_or(1) as f64;
            let (x, first, align) = match self.way {
                Way::Upright => (x, HEIGHT - 20.0 - LEADING * most + BODY * 1.1, Align::Centre),
                Way::Lying => {
                    let up = LEADING * (lines.len() as f64 - 1.0) / 2.0;
                    (self.gutter, y + half_cap(BODY) - up, Align::Right)
                }
            };
            let line = move |(n, line): (usize, &String)| {
                Label::new(line, x, first + LEADING * n as f64, colour).align(align)
            };
            lines.iter().enumerate().map(line).collect::<Vec<_>>()
        };
        self.names.iter().enumerate().flat_map(lines).collect()
    }
}

fn names(columns: &[Column], room: f64, most: usize) -> Vec<Vec<String>> {
    let lines =
        |column: &Column| text::elide_lines(&column.name, Weight::Regular, BODY as f32, room as f32, most);
    columns.iter().map(lines).collect()
}

fn widest(lines: &[String]) -> f64 {
    lines.iter().map(|line| width(line, Weight::SemiBold, BODY)).fold(0.0, f64::max)
}

/// The lowest and the highest level, zero among them.
fn reach(columns: &[Column]) -> (f64, f64) {
    let levels = || columns.iter().flat_map(|column| [column.from, column.to]);
    let (low, high) = (levels().fold(0.0, f64::min), levels().fold(0.0, f64::max));
    if high > low { (low, high) } else { (0.0, 1.0) }
}
