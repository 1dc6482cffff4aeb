//! Findings → titles and paragraphs. Pure: the same facts give the same words.
//!
//! The rules are chosen by a section's shape and value, never by its name, so that a new section of known shape is
//! written about without new code. Within a section the sentences are chosen by the pattern of its facts: what moved
//! it, which way, how the season runs, what is missing. No LLM, no claim of effects, no advice.

mod average;
mod caption;
mod mix;
mod profile;
mod sales;
mod segments;
mod shares;
mod words;

use crate::{
    analysis::{Facts, Study},
    dataset::Dataset,
    domain::{Dimension, Metric, Review},
    format::Format,
    template::Section,
};
use words::{Text, Words, capital};

/// Longest title, in characters: two lines of 24 points over 12.3 inches.
const TITLE_LENGTH: usize = 120;

/// Fewest words of a paragraph.
const MIN_WORDS: usize = 15;

/// Most words of a paragraph.
const PARAGRAPH_WORDS: usize = 80;

/// Most sentences of a paragraph.
const PARAGRAPH_SENTENCES: usize = 4;

/// What a slide says about its section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrative {
    /// One sentence with number and period, without a full stop.
    pub title: String,
    /// The paragraph, a sentence each.
    pub sentences: Vec<String>,
    /// What the chart shows: metric, unit, period.
    pub caption: String,
    /// Provider, metric, period, currency, as of.
    pub source: Vec<String>,
    /// What the chart's names mean, where they need saying.
    pub terms: Option<String>,
}

impl Narrative {
    /// The source line.
    pub fn source_line(&self) -> String {
        self.source.join(" \u{b7} ")
    }

    /// The line below the chart: the source, and the terms that need saying.
    pub fn footer(&self) -> String {
        let parts: Vec<_> = self.source.iter().chain(&self.terms).map(String::as_str).collect();
        parts.join(" \u{b7} ")
    }

    /// Words in the paragraph.
    pub fn words(&self) -> usize {
        self.sentences.iter().map(|sentence| count_words(sentence)).sum()
    }
}

/// Writes about one section. `provider` may be empty: sentences then go without it. `merchant` is the display name.
///
/// `study` must hold the section's facts; without them the heading is the title and nothing is claimed.
pub fn write(
    section: &Section,
    dataset: &Dataset,
    study: &Study,
    review: &Review,
    format: &Format,
    provider: &str,
    merchant: &str,
) -> Narrative {
    let words = Words { section, dataset, study, review, format, provider, merchant };
    let text = match study.facts(&section.slug) {
        Some(Facts::Level(level)) if section.value == Metric::Aov => average::write(&words, level),
        Some(Facts::Level(level)) => sales::write(&words, level),
        Some(Facts::Mix(mix)) if mix.dimension == Dimension::UserType => segments::write(&words, mix),
        Some(Facts::Mix(mix)) => mix::write(&words, mix),
        Some(Facts::Breakdown(parts)) => shares::write(&words, parts),
        Some(Facts::Profile(profile)) => profile::write(&words, profile),
        None => Text::default(),
    };
    Narrative {
        title: title(&text.titles, section),
        sentences: paragraph(text.sentences, &words),
        caption: caption::caption(&words),
        source: caption::source(&words),
        terms: caption::terms(&words),
    }
}

/// The first title that fits, else the last one cut at a word.
fn title(titles: &[String], section: &Section) -> String {
    let fits = |title: &&String| title.chars().count() <= TITLE_LENGTH;
    if let Some(title) = titles.iter().find(fits) {
        return capital(title);
    }
    titles.last().map_or_else(|| section.heading.clone(), |title| cut(title))
}

fn cut(title: &str) -> String {
    let mut short = String::new();
    for word in title.split(' ') {
        if short.chars().count() + word.chars().count() + 2 > TITLE_LENGTH {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    format!("{}\u{2026}", short.trim_end_matches([',', ';']))
}

/// The first sentences that keep the paragraph short enough. A paragraph with little to say names what it rests on.
fn paragraph(candidates: Vec<String>, words_of: &Words<'_>) -> Vec<String> {
    let said: usize = candidates.iter().map(|sentence| count_words(sentence)).sum();
    let mut candidates = candidates;
    if candidates.len() < 2 || said < MIN_WORDS {
        candidates.push(words_of.basis());
    }
    let mut sentences: Vec<String> = Vec::new();
    let mut words = 0;
    for sentence in candidates {
        let more = count_words(&sentence);
        if sentences.len() < PARAGRAPH_SENTENCES && words + more <= PARAGRAPH_WORDS {
            words += more;
            sentences.push(capital(&sentence));
        }
    }
    sentences
}

fn count_words(sentence: &str) -> usize {
    sentence.split_whitespace().count()
}
