//! Every mark drawn with data that were made up to be ordinary and to be hostile, as one HTML page to look through.
//!
//! For whoever changes a theme or a chart: `template show --gallery` writes the page, and the tests of charts draw the
//! same samples. Nothing here is part of a deck.

pub mod bridges;
pub mod by_part;
mod hostile;
pub mod make;
pub mod ordinary;
mod page;
pub mod ranges;
pub mod tiles;
mod weeks;

use crate::{
    chart::{self, Bridge, Chart, ChartError, Dated, Drawing, Note, Ranges, Spark, Style, Tile, Weeks},
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
    /// Days marked on the axis.
    pub events: Vec<Dated>,
}

impl Sample {
    /// A sample without notes and events.
    pub fn new(
        (name, shows): (&str, &str),
        kind: ChartKind,
        value: Metric,
        review: Review,
        dataset: Dataset,
    ) -> Self {
        let (name, shows) = (name.into(), shows.into());
        Self { name, shows, dataset, kind, value, review, notes: Vec::new(), events: Vec::new() }
    }

    /// The same data under another name, as another chart.
    #[must_use]
    pub fn renamed(self, name: &str, shows: &str, kind: ChartKind) -> Self {
        Self { name: name.into(), shows: shows.into(), kind, ..self }
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
            events: &self.events,
            style,
        })
    }
}

/// What a case is in the gallery for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Data as merchants have them.
    Ordinary,
    /// The same in another language.
    Language,
    /// Data that would embarrass a careless chart.
    Hostile,
}

/// What is drawn.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A section's data.
    Data(Box<Sample>),
    /// A bridge.
    Bridge(Bridge),
    /// A sparkline.
    Spark(Spark),
    /// A tile.
    Tile(Tile),
    /// Dots on ranges.
    Ranges(Ranges),
    /// A calendar strip of weeks.
    Weeks(Weeks),
}

impl Subject {
    /// Draws it.
    ///
    /// # Errors
    /// Those of [`chart::draw`].
    pub fn chart(&self, style: Style<'_>) -> Result<Chart, ChartError> {
        match self {
            Self::Data(sample) => sample.chart(style),
            Self::Bridge(bridge) => chart::bridge(bridge, style),
            Self::Spark(spark) => chart::spark(spark, style),
            Self::Tile(tile) => chart::tile(tile, style),
            Self::Ranges(ranges) => chart::ranges(ranges, style),
            Self::Weeks(weeks) => chart::weeks(weeks, style),
        }
    }

    /// What was asked for, in words.
    fn asked(&self) -> String {
        match self {
            Self::Data(sample) => sample.kind.to_string(),
            Self::Bridge(_) => "a bridge".into(),
            Self::Spark(_) => "a sparkline".into(),
            Self::Tile(_) => "a tile".into(),
            Self::Ranges(_) => "dots on ranges".into(),
            Self::Weeks(_) => "weeks".into(),
        }
    }
}

/// A picture to be.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name in links and file names, unique: small letters, digits and hyphens.
    pub name: String,
    /// What there is to see, in a line.
    pub shows: String,
    /// What it is there for.
    pub group: Group,
    /// The language it is drawn in.
    pub locale: Locale,
    /// What is drawn.
    pub subject: Subject,
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

impl From<(&str, Group, &str, Subject)> for Case {
    fn from((name, group, shows, subject): (&str, Group, &str, Subject)) -> Self {
        Self::new(name, shows, group, subject)
    }
}

impl Case {
    fn new(name: &str, shows: &str, group: Group, subject: Subject) -> Self {
        Self { name: name.into(), shows: shows.into(), group, locale: Locale::default(), subject }
    }

    fn of_data(group: Group, sample: Sample) -> Self {
        let (name, shows) = (sample.name.clone(), sample.shows.clone());
        Self::new(&name, &shows, group, Subject::Data(Box::new(sample)))
    }

    /// The same in another language.
    fn translated(&self, locale: Locale) -> Self {
        let name = format!("{}-{}", self.name, &locale.tag()[..2]);
        Self { name, group: Group::Language, locale, ..self.clone() }
    }

    /// The file of its picture, beside the page.
    pub fn file(&self) -> String {
        format!("{}.png", self.name)
    }

    /// Draws it in the colours of a theme.
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub fn draw(self, theme: &Theme) -> Result<Plate, GalleryError> {
        let format = Format::new(self.locale, Some(Currency::EUR));
        let style = Style { format: &format, theme, scale: 1, small: false };
        match self.subject.chart(style) {
            Ok(chart) => Ok(Plate { case: self, chart }),
            Err(source) => Err(GalleryError { name: self.name, source }),
        }
    }
}

/// Every case, not drawn yet. Ordinary data come in every language.
pub fn cases() -> Vec<Case> {
    let ordinary = ordinary::all().into_iter().map(|sample| Case::of_data(Group::Ordinary, sample));
    let mut cases: Vec<Case> = ordinary
        .chain(bridges::all())
        .chain(tiles::sparks())
        .chain(tiles::tiles())
        .chain(ranges::all())
        .chain(weeks::all())
        .collect();
    let others = Locale::ALL.into_iter().filter(|locale| *locale != Locale::default());
    let ordinary = cases.iter().filter(|case| case.group == Group::Ordinary);
    let languages: Vec<_> =
        others.flat_map(|locale| ordinary.clone().map(move |case| case.translated(locale))).collect();
    cases.extend(languages);
    cases.extend(
        hostile::all()
            .into_iter()
            .chain(by_part::hostile())
            .map(|sample| Case::of_data(Group::Hostile, sample)),
    );
    // The sort is stable: within a group, the order is the one above.
    cases.sort_by_key(|case| case.group);
    cases
}
