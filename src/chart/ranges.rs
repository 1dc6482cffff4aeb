//! One's own value as a dot on the range of others: a row a metric or product, each with the middle half of the group
//! as a bar, its median as a tick. No ranks, and nobody else's name.
//!
//! Rows of one unit share a scale, so that lengths compare. Where units differ, or one row would be a speck on the
//! scale of another, each row has its own, and a line of words says so.

mod drawing;
mod leaders;

use super::{
    ChartError, Style, check_count, check_values,
    page::{Composed, Page, short},
    scale::Scale,
    scene::{Area, HEIGHT, Scene},
    words::Words,
};
use crate::{domain::Unit, format::Format};

/// Rows on the page; further ones are counted in words.
const MOST: usize = 14;
/// Rows named in the alternative text.
const SPOKEN: usize = 8;
/// Room for the key above the first row, and for a line below the last.
const HEAD: f64 = 92.0;
const LINE: f64 = 38.0;
/// A row whose values are smaller than this share of the largest would be a speck on a shared scale.
const SPECK: f64 = 0.02;

/// One's own values on the ranges of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranges {
    /// Whose value the dot is, for instance the merchant's name.
    pub subject: String,
    /// Who the ranges are of, for instance `comparable shops`.
    pub group: String,
    /// From top to bottom, at most 400; fourteen are drawn.
    pub rows: Vec<RangeRow>,
}

/// A value on its range.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeRow {
    /// What is measured.
    pub name: String,
    /// What its numbers count.
    pub unit: Unit,
    /// A quarter of the group lies below it.
    pub low: f64,
    /// Half of the group lies below it.
    pub median: f64,
    /// A quarter of the group lies above it.
    pub high: f64,
    /// One's own value.
    pub own: Option<f64>,
}

impl RangeRow {
    fn values(&self) -> impl Iterator<Item = f64> {
        [self.low, self.median, self.high].into_iter().chain(self.own)
    }

    /// The largest magnitude.
    fn size(&self) -> f64 {
        self.values().map(f64::abs).fold(0.0, f64::max)
    }

    fn check(&self) -> Result<(), ChartError> {
        check_values(self.values())?;
        if self.low <= self.median && self.median <= self.high {
            return Ok(());
        }
        let RangeRow { low, median, high, .. } = self;
        Err(ChartError::OutOfBounds(format!("the range {low}, {median}, {high} does not ascend")))
    }

    fn said(&self, format: &Format) -> String {
        let print = |value: f64| format.value(value, self.unit);
        let words = Words::of(format.locale());
        let own = match self.own {
            None => words.no_data.join(" "),
            Some(own) if own > self.high => format!("{}, {}", print(own), words.ranges.above),
            Some(own) if own < self.low => format!("{}, {}", print(own), words.ranges.below),
            Some(own) => format!("{}, {}", print(own), words.ranges.within),
        };
        let (name, range, median) = (short(&self.name), self.range(format), print(self.median));
        format!("{name} {own} ({range}, {} {median})", words.ranges.median)
    }

    /// The ends of the middle half as printed.
    fn range(&self, format: &Format) -> String {
        let [low, high] = [self.low, self.high].map(|value| format.value(value, self.unit));
        (Words::of(format.locale()).ranges.from_to)(&low, &high)
    }
}

/// Where the rows stand and how their values become places.
struct Layout {
    area: Area,
    pitch: f64,
    /// The scale of all rows; without it each row has its own.
    shared: Option<Scale>,
}

impl Layout {
    /// Half the height of the tick of the median, which is seen behind a dot.
    fn tick(&self) -> f64 {
        (self.pitch * 0.4).min(28.0)
    }

    fn middle(&self, row: usize) -> f64 {
        self.area.top + self.pitch * (row as f64 + 0.5)
    }

    /// From the left of the page.
    fn x(&self, row: &RangeRow, value: f64) -> f64 {
        // A row of its own scale keeps clear of the edges.
        const INSET: f64 = 0.05;
        let along = if let Some(scale) = &self.shared {
            (value - scale.low) / (scale.high - scale.low)
        } else {
            let low = row.values().fold(f64::INFINITY, f64::min);
            let high = row.values().fold(f64::NEG_INFINITY, f64::max);
            let along = if high - low > row.size() * 1e-9 { (value - low) / (high - low) } else { 0.5 };
            INSET + along * (1.0 - 2.0 * INSET)
        };
        self.area.left + along * self.area.width()
    }
}

/// Dots on ranges.
///
/// # Errors
/// When there is no row, or a value is out of bounds.
pub(super) fn compose(ranges: &Ranges, style: Style<'_>) -> Result<Composed, ChartError> {
    check_count(ranges.rows.len(), 400, "rows")?;
    ranges.rows.iter().try_for_each(RangeRow::check)?;
    let rows = &ranges.rows[..ranges.rows.len().min(MOST)];
    let Some(first) = rows.first() else { return Err(ChartError::Empty) };
    let mut page = Page::blank(style, Scene::default());
    let largest = rows.iter().map(RangeRow::size).fold(0.0, f64::max);
    let is_shared = rows.iter().all(|row| row.unit == first.unit && row.size() >= largest * SPECK);
    let shared = is_shared.then(|| Scale::around(rows.iter().flat_map(RangeRow::values), first.unit));

    let hidden = ranges.rows.len() - rows.len();
    let words = style.words();
    let notes = drawing::notes(hidden, is_shared, words);
    let lines = notes.len() + usize::from(is_shared);
    let room = HEIGHT - HEAD - 18.0 - LINE * lines as f64;
    let pitch = (room / rows.len() as f64).min(140.0);
    // Few rows stand in the middle of the page, not at its top.
    let top = HEAD + (room - pitch * rows.len() as f64) / 2.0;
    let gutter = drawing::names(&mut page, rows, top, pitch) + 30.0;
    let right = drawing::values(&mut page, rows, top, pitch, is_shared) - 36.0;
    let area = Area { left: gutter, top, right, bottom: top + pitch * rows.len() as f64 };
    let layout = Layout { area, pitch, shared };
    drawing::foot(&mut page, &layout, &notes);
    drawing::marks(&mut page, rows, &layout);
    drawing::key(&mut page, ranges, first, &layout);

    let said: Vec<String> = ranges.rows.iter().take(SPOKEN).map(|row| row.said(style.format)).collect();
    let more = match ranges.rows.len().saturating_sub(SPOKEN) {
        0 => String::new(),
        count => (words.alt.and_more)(count),
    };
    let rows = format!("{}{more}", said.join("; "));
    let alt = (words.ranges.alt)([&short(&ranges.subject), &short(&ranges.group), &rows]);
    Ok(page.finish("ranges", alt))
}
