//! Slides → the bytes of a deck. Pure. `pipeline` builds the [`Deck`]; what the slides say was decided before.

mod fit;
mod pptx;
mod story;

pub use pptx::{Base, pptx};
pub use story::{Edition, Telling, Told, compose};

use crate::failure::{Failure, FailureKind};

/// A deck, ready to be written in any format.
#[derive(Debug, Clone)]
pub struct Deck {
    /// Document title.
    pub title: String,
    /// Author and company, for the document's properties; may be empty.
    pub author: String,
    /// The company.
    pub company: String,
    /// BCP 47 language of every text.
    pub language: String,
    /// Document date, RFC 3339 in UTC: never the clock.
    pub dated: String,
    /// Words on a ribbon on every slide, for instance `Demo data`.
    pub ribbon: Option<String>,
    /// In order.
    pub slides: Vec<Slide>,
}

/// One slide.
#[derive(Debug, Clone)]
pub enum Slide {
    /// The first slide.
    Title {
        /// The merchant's name.
        title: String,
        /// What the deck is.
        subtitle: String,
        /// Focus, history, data as of, presenter: a line each.
        lines: Vec<String>,
    },
    /// A chart with its takeaway.
    Section {
        /// The section.
        slug: String,
        /// One sentence with the number.
        title: String,
        /// What the chart shows: metric, unit, period.
        caption: String,
        /// The chart.
        chart: Picture,
        /// The paragraph, a sentence each.
        takeaway: Vec<String>,
        /// Provider, metric, period, currency, as of.
        source: String,
    },
    /// A neutral card in the place of a section.
    Missing {
        /// The section.
        slug: String,
        /// Neutral words for the section.
        title: String,
        /// Why it is not there, in neutral words.
        message: String,
    },
    /// Definitions, sources, and what is not in this edition.
    Closing {
        /// Its title.
        title: String,
        /// Term and meaning.
        definitions: Vec<(String, String)>,
        /// Sources, a line each.
        sources: Vec<String>,
        /// Sections that are not in this edition, with the reason, a line each.
        absent: Vec<String>,
    },
}

/// A picture in both forms.
#[derive(Debug, Clone)]
pub struct Picture {
    /// PNG bytes.
    pub png: Vec<u8>,
    /// SVG text.
    pub svg: String,
    /// Alternative text.
    pub alt: String,
}

/// Why a deck cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum DeckError {
    /// The template's base lacks something.
    #[error("template `{template}`: {message}")]
    Base {
        /// The template.
        template: String,
        /// What is missing, and what there is.
        message: String,
    },
    /// The package cannot be written.
    #[error("the .pptx package cannot be written: {0}")]
    Package(String),
}

impl From<DeckError> for Failure {
    fn from(error: DeckError) -> Self {
        match error {
            DeckError::Base { .. } => Self::new(FailureKind::Config, error)
                .hint("correct the template's base, then try `kamslides template check`; docs/templates.md lists its layouts"),
            DeckError::Package(_) => Self::new(FailureKind::Bug, error),
        }
    }
}
