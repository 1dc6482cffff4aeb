//! A dataset → a picture, PNG and SVG, with alternative text. Pure and CPU-bound; runs on the CPU pool.
//!
//! Marks are drawn with plotters over two small backends of our own (tiny-skia and SVG), so that one drawing gives
//! both files with the same layout. The chart has no title: the slide says the message.

mod alt;
mod axes;
mod backend;
mod bars;
mod canvas;
mod card;
mod columns;
mod curves;
mod donut;
mod labels;
mod line;
mod months;
mod page;
mod panels;
mod scale;
mod scene;
mod stack;
mod words;

use crate::{
    dataset::{Dataset, Index, Series},
    domain::{Metric, Month, Period, Review},
    format::Format,
    template::{ChartKind, Theme},
};
use page::Composed;
use std::panic::{self, AssertUnwindSafe};

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
    /// How it prints and looks.
    pub style: Style<'a>,
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
    finished(drawing.style, || compose(drawing))
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
    let paint = |backend: backend::SkiaBackend<'_>| canvas::paint(&scene, backend, 1);
    // What it leaves behind is all it is for; the same fault in a chart will be told.
    drop(backend::draw_pixels(canvas::pixels(&scene, 1), paint, |_| Ok(())));
}

/// The largest magnitude that is drawn.
const LARGEST: f64 = 1e12;
/// The most index entries that are drawn.
const LONGEST: usize = 400;

fn check_bounds(drawing: &Drawing<'_>) -> Result<(), ChartError> {
    let out = |what: String| Err(ChartError::OutOfBounds(what));
    let entries = drawing.dataset.index().len();
    if entries > LONGEST {
        return out(format!("there are {entries} entries to draw; a chart holds {LONGEST} at most"));
    }
    let values = drawing.dataset.series().iter().flat_map(|series| series.values.iter().flatten());
    match { values }.find(|value| value.is_nan() || value.abs() > LARGEST) {
        Some(value) => out(format!("the value {value:e} is beyond what a chart can show (1e12)")),
        None => Ok(()),
    }
}

fn render(composed: &Composed, style: Style<'_>) -> Result<Chart, ChartError> {
    let Composed { kind, scene, alt, warnings } = composed;
    let size = canvas::pixels(scene, style.scale);
    let png = backend::draw_pixels(
        size,
        |backend| canvas::paint(scene, backend, style.scale),
        |rgba| backend::encode(rgba, size),
    )?;
    let svg = backend::draw_svg(alt, scene.size, |backend| canvas::paint(scene, backend, 1))?;
    Ok(Chart { kind, png, svg, alt: alt.clone(), warnings: warnings.clone() })
}

/// The chart asked for, or the one that the data call for instead.
fn compose(drawing: &Drawing<'_>) -> Result<Composed, ChartError> {
    let dataset = drawing.dataset;
    let whole = || dataset.whole(drawing.value).ok_or(ChartError::Empty);
    match (dataset.index(), drawing.kind) {
        (Index::Months(_), ChartKind::Line) => line::single(drawing, whole()?),
        (Index::Months(_), ChartKind::StackedColumns) if dataset.by_part(drawing.value).next().is_some() => {
            stack::compose(drawing, drawing.value)
        }
        (Index::Months(_), _) => by_year(drawing, whole()?),
        (Index::Parts(_), ChartKind::Donut) => donut::compose(drawing, whole()?),
        (Index::Parts(_), ChartKind::Panels) => panels::compose(drawing, whole()?),
        (Index::Parts(_), _) => bars::compose(drawing, whole()?),
    }
}

/// Two years are pairs of columns, three or more are lines. Where no month has a value in both years, or the history
/// is a few months, it is a column each in the order of time.
fn by_year(drawing: &Drawing<'_>, series: &Series) -> Result<Composed, ChartError> {
    const FEW: usize = 3;
    let months = drawing.dataset.months();
    let history = || months.iter().filter(|entry| !entry.comparison);
    let mut years: Vec<i16> = history().map(|entry| entry.month.year()).collect();
    years.dedup();
    let has_value = |month: Month| {
        let at = months.binary_search_by_key(&month, |entry| entry.month);
        at.is_ok_and(|i| series.values[i].is_some())
    };
    let has_pair = |latest: i16| {
        let mut recent = history().filter(|entry| entry.month.year() == latest);
        recent.any(|entry| has_value(entry.month) && has_value(entry.month.plus(-12)))
    };
    match years[..] {
        [] => Err(ChartError::Empty),
        [_, _] if history().count() <= FEW => columns::plain(drawing, series),
        [latest] | [_, latest] if has_pair(latest) => columns::by_year(drawing, series, latest),
        [_] | [_, _] => columns::plain(drawing, series),
        _ => line::by_year(drawing, series, &years),
    }
}
