//! What is on the page, in layout units: marks in the coordinates of their plots, and lines of text.
//!
//! The page of a chart is 1600 × 900 units, y downwards; a tile's is smaller. A chart's file composes a [`Scene`];
//! [`super::canvas`] paints it with plotters. The picture of a chart fills some 8.3 in of the slide, so 28 units print as
//! about 10.5 pt: nothing is smaller.

use crate::{
    template::Colour,
    text::{self, Weight},
};

/// Width of a chart's page.
pub(super) const WIDTH: f64 = 1600.0;
/// Height of a chart's page.
pub(super) const HEIGHT: f64 = 900.0;
/// Font size of values, categories and notes.
pub(super) const BODY: f64 = 28.0;
/// Font size of series names and panel headings.
pub(super) const KEY: f64 = 32.0;
/// Paper.
pub(super) const WHITE: Colour = Colour(255, 255, 255);

/// A rectangle of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    /// The rectangle between two corners, given in any order.
    pub(super) fn between(a: (f64, f64), b: (f64, f64)) -> Self {
        Self { left: a.0.min(b.0), top: a.1.min(b.1), right: a.0.max(b.0), bottom: a.1.max(b.1) }
    }

    /// A square around a point.
    pub(super) fn around((x, y): (f64, f64), reach: f64) -> Self {
        Self { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach }
    }

    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(super) fn grown(&self, by: f64) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    pub(super) fn is_inside(&self, outer: &Self) -> bool {
        outer.left <= self.left
            && self.right <= outer.right
            && outer.top <= self.top
            && self.bottom <= outer.bottom
    }
}

/// Where a line of text stands relative to its x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Label {
    pub(super) text: String,
    pub(super) x: f64,
    pub(super) baseline: f64,
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) colour: Colour,
    pub(super) align: Align,
}

impl Label {
    /// A regular label at body size, left-aligned.
    pub(super) fn new(text: impl Into<String>, x: f64, baseline: f64, colour: Colour) -> Self {
        let text = text.into();
        Self { text, x, baseline, size: BODY, weight: Weight::Regular, colour, align: Align::Left }
    }

    pub(super) fn size(self, size: f64) -> Self {
        Self { size, ..self }
    }

    pub(super) fn bold(self) -> Self {
        Self { weight: Weight::SemiBold, ..self }
    }

    pub(super) fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    pub(super) fn at(&self, x: f64, baseline: f64) -> Self {
        Self { x, baseline, ..self.clone() }
    }

    pub(super) fn width(&self) -> f64 {
        width(&self.text, self.weight, self.size)
    }

    /// The box of the line: from the top of its capitals to the foot of its descenders.
    pub(super) fn area(&self) -> Area {
        let width = self.width();
        let left = match self.align {
            Align::Left => self.x,
            Align::Centre => self.x - width / 2.0,
            Align::Right => self.x - width,
        };
        let (top, bottom) = (self.baseline - 0.75 * self.size, self.baseline + 0.22 * self.size);
        Area { left, top, right: left + width, bottom }
    }
}

/// Width of a line of text.
pub(super) fn width(line: &str, weight: Weight, size: f64) -> f64 {
    f64::from(text::measure(line, weight, size as f32))
}

/// From the middle of a line of capitals or digits down to its baseline.
pub(super) fn half_cap(size: f64) -> f64 {
    f64::from(text::cap_height(Weight::Regular)) * size / 2.0
}

/// A mark, in the coordinates of its plot; widths and radii in layout units.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// A filled rectangle between two corners.
    Rect { from: (f64, f64), to: (f64, f64), fill: Colour },
    /// An open line.
    Line { points: Vec<(f64, f64)>, colour: Colour, width: f64 },
    /// A filled disc.
    Dot { at: (f64, f64), radius: f64, fill: Colour },
    /// A filled area.
    Polygon { points: Vec<(f64, f64)>, fill: Colour },
}

/// Marks that share a place on the page and a coordinate system.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plot {
    pub(super) area: Area,
    /// Values at the left and right edges.
    pub(super) x: (f64, f64),
    /// Values at the bottom and top edges.
    pub(super) y: (f64, f64),
    pub(super) marks: Vec<Mark>,
}

impl Plot {
    pub(super) fn new(area: Area, x: (f64, f64), y: (f64, f64)) -> Self {
        Self { area, x, y, marks: Vec::new() }
    }

    /// Where a value stands on the page.
    pub(super) fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let along = |v: f64, (from, to): (f64, f64)| (v - from) / (to - from);
        (
            self.area.left + along(x, self.x) * self.area.width(),
            self.area.bottom - along(y, self.y) * self.area.height(),
        )
    }

    pub(super) fn rect(&mut self, from: (f64, f64), to: (f64, f64), fill: Colour) {
        self.marks.push(Mark::Rect { from, to, fill });
    }

    pub(super) fn line(&mut self, points: Vec<(f64, f64)>, colour: Colour, width: f64) {
        self.marks.push(Mark::Line { points, colour, width });
    }

    pub(super) fn dot(&mut self, at: (f64, f64), radius: f64, fill: Colour) {
        self.marks.push(Mark::Dot { at, radius, fill });
    }
}

/// Something to paint.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Plot(Plot),
    Text(Label),
}

/// Everything on the page, in painting order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scene {
    /// Width and height of the page.
    pub(super) size: (f64, f64),
    pub(super) items: Vec<Item>,
}

impl Default for Scene {
    fn default() -> Self {
        Self { size: (WIDTH, HEIGHT), items: Vec::new() }
    }
}

impl Scene {
    /// The whole page.
    pub(super) fn page(&self) -> Area {
        Area { left: 0.0, top: 0.0, right: self.size.0, bottom: self.size.1 }
    }

    pub(super) fn plot(&mut self, plot: Plot) {
        self.items.push(Item::Plot(plot));
    }

    pub(super) fn text(&mut self, label: Label) {
        self.items.push(Item::Text(label));
    }

    /// A mark in layout units.
    pub(super) fn mark(&mut self, mark: Mark) {
        let mut page = Plot::new(self.page(), (0.0, self.size.0), (self.size.1, 0.0));
        page.marks.push(mark);
        self.plot(page);
    }

    pub(super) fn rect(&mut self, area: &Area, fill: Colour) {
        self.mark(Mark::Rect { from: (area.left, area.top), to: (area.right, area.bottom), fill });
    }

    pub(super) fn line(&mut self, points: Vec<(f64, f64)>, colour: Colour, width: f64) {
        self.mark(Mark::Line { points, colour, width });
    }
}
