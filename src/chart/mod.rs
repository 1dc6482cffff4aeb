//! A dataset → a picture, PNG and SVG, with alternative text. Pure and CPU-bound; runs on the CPU pool.
//!
//! Marks are drawn with plotters over two small backends of our own (pixels and SVG), so that one drawing gives
//! both files with the same layout. The chart has no title: the slide says the message.

mod alt;
mod axes;
mod backend;
mod bars;
mod bridge;
mod canvas;
mod card;
mod choose;
mod columns;
mod curves;
mod donut;
mod labels;
mod line;
mod months;
mod multiples;
mod page;
mod panels;
mod parts;
mod percent;
mod ranges;
mod rules;
mod scale;
mod scene;
mod segments;
mod spark;
mod stack;
mod tile;
mod weeks;
mod words;

use crate::{
    dataset::Dataset,
    domain::{Metric, Period, Review},
    format::Format,
    template::{ChartKind, Theme},
};
pub use bridge::{Bridge, Step, bridge};
use page::Composed;
use std::panic::{self, AssertUnwindSafe};

pub use ranges::{RangeRow, Ranges};
pub use spark::Spark;
pub use tile::{Change, Comparison, Tile};
pub use weeks::Weeks;

/// Everything a chart is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Drawing<'a> {
    /// The numbers.
    pub dataset: &'a Dataset,
    /// The chart asked for; the data may call for another.
    pub kind: ChartKind,
    /// The metric it shows.
    pub value: Metric,
    /// Which months are the history and the focus.
    pub review: &'a Review,
    /// Sentences drawn beside an index entry, at most three.
    pub notes: &'a [Note],
    /// Days to be marked on an axis of time, in order.
    pub events: &'a [Dated],
    /// How it prints and looks.
    pub style: Style<'a>,
}

/// Something that happened, or will, on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// When.
    pub day: jiff::civil::Date,
    /// A few words.
    pub text: String,
}

/// How charts print and look.
#[derive(Debug, Clone, Copy)]
pub struct Style<'a> {
    /// How numbers are printed.
    pub format: &'a Format,
    /// Colours.
    pub theme: &'a Theme,
    /// Pixels per layout unit: 1 gives 1600 × 900, 2 gives 3200 × 1800.
    pub scale: u32,
    /// Whether the PNG is made as small as it gets, for several times the work.
    pub small: bool,
}

impl Drawing<'_> {
    /// The days that values without months stand for.
    fn period(&self) -> Period {
        self.dataset.covers.unwrap_or_else(|| self.review.history())
    }
}

/// A remark on one index entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Position in the index.
    pub index: usize,
    /// A few words.
    pub text: String,
}

/// A finished chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// The kind that was drawn, after the data had their say, for instance `stacked-columns`.
    pub kind: &'static str,
    /// The picture.
    pub png: Vec<u8>,
    /// The same picture as SVG with real text.
    pub svg: String,
    /// What it shows, in a sentence or two.
    pub alt: String,
    /// What could not be shown as it should, for the report.
    pub warnings: Vec<String>,
}

/// Why there is no chart.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// There is nothing to draw.
    #[error("there is no value to draw")]
    Empty,
    /// A value or a size is out of bounds.
    #[error("{0}")]
    OutOfBounds(String),
    /// The drawing itself failed.
    #[error("drawing failed: {0}")]
    Backend(String),
}

/// Draws a chart.
///
/// # Errors
/// When there is nothing to draw or the numbers are out of bounds. Never hangs, never panics.
pub fn draw(drawing: &Drawing<'_>) -> Result<Chart, ChartError> {
    check_bounds(drawing)?;
    finished(drawing.style, || choose::compose(drawing))
}

/// Draws a sparkline on a page of 400 × 120 units.
///
/// # Errors
/// As [`draw`].
pub fn spark(spark: &Spark, style: Style<'_>) -> Result<Chart, ChartError> {
    finished(style, || spark::compose(spark, style))
}

/// Draws a KPI tile on a page of 480 × 360 units.
///
/// # Errors
/// As [`draw`].
pub fn tile(tile: &Tile, style: Style<'_>) -> Result<Chart, ChartError> {
    finished(style, || tile::compose(tile, style))
}

/// Draws one's own values on the ranges of a group.
///
/// # Errors
/// As [`draw`].
pub fn ranges(ranges: &Ranges, style: Style<'_>) -> Result<Chart, ChartError> {
    finished(style, || ranges::compose(ranges, style))
}

/// Draws a calendar strip of weeks.
///
/// # Errors
/// As [`draw`].
pub fn weeks(weeks: &Weeks, style: Style<'_>) -> Result<Chart, ChartError> {
    finished(style, || weeks::compose(weeks, style))
}

/// A composition as pictures.
fn finished(
    style: Style<'_>,
    compose: impl FnOnce() -> Result<Composed, ChartError>,
) -> Result<Chart, ChartError> {
    if !(1..=2).contains(&style.scale) {
        return Err(ChartError::OutOfBounds(format!("the scale is {}; it can be 1 or 2", style.scale)));
    }
    // Nothing in here is known to panic; a fault in one chart must not take the others along.
    panic::catch_unwind(AssertUnwindSafe(|| render(&compose()?, style))).unwrap_or_else(|cause| {
        let said = cause.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| cause.downcast_ref::<&str>().copied());
        Err(ChartError::Backend(said.unwrap_or("it stopped without a message").to_owned()))
    })
}

/// Makes ready what every chart of a thread needs: the memory of a page, the fonts, and the figures and letters in the
/// sizes of most labels. For the time in which there is nothing to draw yet.
pub fn warm_up() {
    const LINES: [&str; 2] = ["0123456789 € k m % . , −", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"];
    let mut scene = scene::Scene::default();
    for (line, quarter) in LINES.into_iter().flat_map(|line| (0..4).map(move |quarter| (line, quarter))) {
        // Glyphs are kept for each quarter of a pixel that they start on.
        let label = scene::Label::new(line, f64::from(quarter) / 4.0, scene::HEIGHT / 2.0, scene::WHITE);
        scene.text(label.clone());
        scene.text(label.bold());
    }
    let paint = |backend: backend::RasterBackend<'_>| canvas::paint(&scene, backend, 1);
    // What it leaves behind is all it is for; the same fault in a chart will be told.
    drop(backend::draw_pixels(canvas::pixels(&scene, 1), paint, |_| Ok(())));
}

/// The largest magnitude that is drawn.
const LARGEST: f64 = 1e12;
/// The most index entries that are drawn.
const LONGEST: usize = 400;

fn check_bounds(drawing: &Drawing<'_>) -> Result<(), ChartError> {
    check_count(drawing.dataset.index().len(), LONGEST, "entries")?;
    check_values(drawing.dataset.series().iter().flat_map(|series| series.values.iter().flatten().copied()))
}

fn check_count(count: usize, most: usize, of: &str) -> Result<(), ChartError> {
    if count > most {
        let what = format!("there are {count} {of} to draw; a chart holds {most} at most");
        return Err(ChartError::OutOfBounds(what));
    }
    Ok(())
}

fn check_values(values: impl IntoIterator<Item = f64>) -> Result<(), ChartError> {
    match values.into_iter().find(|value| value.is_nan() || value.abs() > LARGEST) {
        Some(value) => {
            let what = format!("the value {value:e} is beyond what a chart can show (1e12)");
            Err(ChartError::OutOfBounds(what))
        }
        None => Ok(()),
    }
}

fn render(composed: &Composed, style: Style<'_>) -> Result<Chart, ChartError> {
    let Composed { kind, scene, alt, warnings } = composed;
    let size = canvas::pixels(scene, style.scale);
    let png = backend::draw_pixels(
        size,
        |backend| canvas::paint(scene, backend, style.scale),
        |sheet| backend::encode(sheet, style.small),
    )?;
    let svg = backend::draw_svg(alt, scene.size, |backend| canvas::paint(scene, backend, 1))?;
    Ok(Chart { kind, png, svg, alt: alt.clone(), warnings: warnings.clone() })
}
