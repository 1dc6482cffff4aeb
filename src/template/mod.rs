//! A deck's definition: `deck.toml` (what is asked for and shown), `theme.toml` (looks) and `base/` (the .pptx master
//! as readable XML parts). Read once, checked whole: [`DeckTemplate::load`] reports every error at once.
//!
//! Templates are embedded in the program; a path names a folder of the same make.

pub mod binding;
mod load;
mod theme;

pub use binding::{Binding, BindingError, binding_names};
pub use load::{TemplateError, embedded_names};
pub use theme::{Colour, Colours, Theme};

use crate::domain::{Dimension, Metric};
use serde::Serialize as _;
use std::{collections::BTreeMap, fmt};

/// A deck's definition, checked.
#[derive(Debug, Clone)]
pub struct DeckTemplate {
    /// Its name.
    pub name: String,
    /// Neutral words for the whole deck.
    pub heading: String,
    /// In request order.
    pub sections: Vec<Section>,
    /// Slugs in slide order.
    pub order: Vec<String>,
    /// Looks.
    pub theme: Theme,
    /// Parts of the base .pptx by part name, without the leading slash.
    pub base: BTreeMap<String, Vec<u8>>,
}

/// One section: a data need, and how its slide shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The request id, in the KAM's own words.
    pub id: String,
    /// Its name in files and options.
    pub slug: String,
    /// Neutral words for it.
    pub heading: String,
    /// Whether the deck is incomplete without it.
    pub presence: Presence,
    /// What its dataset looks like.
    pub shape: Shape,
    /// Metrics asked for.
    pub metrics: Vec<Metric>,
    /// Groupings, one list per call.
    pub calls: Vec<Vec<Dimension>>,
    /// The metric that the slide is about.
    pub value: Metric,
    /// Whether 12 months before the history are asked for, for comparison.
    pub comparison: bool,
    /// The chart drawn when the data allow it.
    pub chart: ChartKind,
}

/// Whether the deck is incomplete without a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// Its absence makes the run partial.
    Required,
    /// Its absence is listed.
    Optional,
}

/// What a section's dataset looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// One value a month.
    Months,
    /// One value a month and part.
    MonthsByPart,
    /// One value a part, over the whole history.
    Parts,
    /// Shares of people, a panel per dimension.
    Panels,
}

/// A kind of chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChartKind {
    /// A group of columns per calendar month, a column per year; a line per year from three years on.
    ColumnsByYear,
    /// A column per month, stacked by part, totals on top.
    StackedColumns,
    /// One line; first, last, lowest and highest labelled.
    Line,
    /// A ring of at most four parts with the total in the hole; bars when the parts do not add up.
    Donut,
    /// Horizontal bars, largest first.
    Bars,
    /// Bars of shares, a panel per dimension.
    Panels,
}

impl fmt::Display for Shape {
    /// Its name in `deck.toml`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl fmt::Display for ChartKind {
    /// Its name in `deck.toml`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl DeckTemplate {
    /// The section with a slug or id.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.slug == name || section.id == name)
    }
}
