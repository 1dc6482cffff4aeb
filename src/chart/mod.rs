//! A dataset → a picture, PNG and SVG, with alternative text. Pure and CPU-bound; runs on the CPU pool.
//!
//! Marks are drawn with plotters over two small backends of our own (tiny-skia and SVG), so that one drawing gives
//! both files with the same layout. The chart has no title: the slide says the message.

use crate::{
    dataset::Dataset,
    domain::{Metric, Review},
    format::Format,
    template::{ChartKind, Theme},
};

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
    /// How numbers are printed.
    pub format: &'a Format,
    /// Looks.
    pub theme: &'a Theme,
    /// Sentences drawn beside an index entry, at most three.
    pub notes: &'a [Note],
    /// Pixels per layout unit: 1 gives 1600 × 900, 2 gives 3200 × 1800.
    pub scale: u32,
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
    let _ = drawing;
    Err(ChartError::Empty)
}
