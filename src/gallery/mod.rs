//! Every mark drawn with data that were made up to be ordinary and to be hostile, as one HTML page to look through.
//!
//! For whoever changes a theme or a chart: `template show --gallery` writes the page, and the tests of charts draw the
//! same samples. Nothing here is part of a deck.

mod hostile;
pub mod make;
pub mod ordinary;
mod page;

use crate::{
    chart::{self, Chart, ChartError, Drawing, Note, Style},
    dataset::Dataset,
    domain::{Currency, Metric, Review},
    format::{Format, Locale},
    template::{ChartKind, Theme},
};

pub use page::{MARK, page};

/// Data with the chart asked for: what a section of a deck is drawn from.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its name in links and file names: small letters, digits and hyphens.
    pub name: String,
    /// What there is to see, in a line.
    pub shows: String,
    /// The numbers.
    pub dataset: Dataset,
    /// The chart asked for.
    pub kind: ChartKind,
    /// The metric it shows.
    pub value: Metric,
    /// Which months are the history and the focus.
    pub review: Review,
    /// Sentences drawn beside an index entry.
    pub notes: Vec<Note>,
}

impl Sample {
    /// A sample without notes.
    pub fn new(
        (name, shows): (&str, &str),
        kind: ChartKind,
        value: Metric,
        review: Review,
        dataset: Dataset,
    ) -> Self {
        Self { name: name.into(), shows: shows.into(), dataset, kind, value, review, notes: Vec::new() }
    }

    /// Draws it.
    ///
    /// # Errors
    /// Those of [`chart::draw`].
    pub fn chart(&self, style: Style<'_>) -> Result<Chart, ChartError> {
        chart::draw(&Drawing {
            dataset: &self.dataset,
            kind: self.kind,
            value: self.value,
            review: &self.review,
            notes: &self.notes,
            style,
        })
    }
}

/// What a case is in the gallery for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Data as merchants have them.
    Ordinary,
    /// The same in another language.
    Language,
    /// Data that would embarrass a careless chart.
    Hostile,
}

/// A picture to be.
#[derive(Debug)]
pub struct Case {
    /// The data.
    pub sample: Sample,
    /// What it is there for.
    pub group: Group,
    /// The language it is drawn in.
    pub locale: Locale,
}

/// A picture of the gallery.
#[derive(Debug)]
pub struct Plate {
    /// What it was drawn from.
    pub case: Case,
    /// The picture.
    pub chart: Chart,
}

/// A case that could not be drawn, which is a fault of this program.
#[derive(Debug, thiserror::Error)]
#[error("the case `{name}` of the gallery cannot be drawn")]
pub struct GalleryError {
    name: String,
    source: ChartError,
}

impl Case {
    /// Its name in links and file names, unique: that of the sample, with the language unless it is English.
    pub fn name(&self) -> String {
        match self.locale {
            Locale::EnGb => self.sample.name.clone(),
            other => format!("{}-{}", self.sample.name, &other.tag()[..2]),
        }
    }

    /// The file of its picture, beside the page.
    pub fn file(&self) -> String {
        format!("{}.png", self.name())
    }

    /// Draws it in the colours of a theme.
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub fn draw(self, theme: &Theme) -> Result<Plate, GalleryError> {
        let format = Format::new(self.locale, Some(Currency::EUR));
        match self.sample.chart(Style { format: &format, theme, scale: 1 }) {
            Ok(chart) => Ok(Plate { case: self, chart }),
            Err(source) => Err(GalleryError { name: self.name(), source }),
        }
    }
}

/// Every case, not drawn yet. Ordinary data come in every language.
pub fn cases() -> Vec<Case> {
    let case = |group, locale| move |sample| Case { sample, group, locale };
    let languages = Locale::ALL.into_iter().flat_map(|locale| {
        let group = if locale == Locale::default() { Group::Ordinary } else { Group::Language };
        ordinary::all().into_iter().map(case(group, locale))
    });
    let hostile = hostile::all().into_iter().map(case(Group::Hostile, Locale::default()));
    languages.chain(hostile).collect()
}
