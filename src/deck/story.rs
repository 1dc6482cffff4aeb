//! What stands on which slide: sections in story order, what is missing, and the closing slide of definitions and
//! sources. Pure. `pipeline` calls it once every section has ended.

use super::{Deck, Picture, Slide};
use crate::{
    domain::{Metric, Review},
    format::Format,
    narrative::Narrative,
    template::{DeckTemplate, Section},
};

/// Everything a deck is composed of.
#[derive(Debug)]
pub struct Edition<'a> {
    /// The deck's definition.
    pub template: &'a DeckTemplate,
    /// The merchant's name as printed.
    pub merchant: &'a str,
    /// History and focus.
    pub review: &'a Review,
    /// How numbers and dates are printed.
    pub format: Format,
    /// Who sends the deck; empty when not configured.
    pub provider: &'a str,
    /// Who presents it; may be empty.
    pub author: &'a str,
    /// Whose company; may be empty.
    pub company: &'a str,
    /// Whether the data are made up for demonstration.
    pub demo: bool,
    /// Document date, RFC 3339 in UTC.
    pub dated: String,
    /// The day the data stand for, as printed; `None` when no answer says.
    pub as_of: Option<String>,
    /// In request order.
    pub sections: Vec<Told<'a>>,
}

/// A section as the deck tells it.
#[derive(Debug)]
pub struct Told<'a> {
    /// Its definition.
    pub section: &'a Section,
    /// How it is shown.
    pub telling: Telling,
}

/// How a section is shown.
#[derive(Debug)]
pub enum Telling {
    /// A slide of its own.
    Slide {
        /// The chart.
        chart: Picture,
        /// The words.
        narrative: Narrative,
    },
    /// A neutral card in its place, with the reason.
    Card(String),
    /// A line on the closing slide, with the reason.
    Line(String),
}

/// Composes the deck.
pub fn compose(edition: Edition<'_>) -> Deck {
    let mut sections = edition.sections;
    sections.sort_by_key(|told| edition.template.order.iter().position(|slug| *slug == told.section.slug));
    let definitions = definitions(&sections, edition.review, &edition.format, edition.provider);
    let absent: Vec<String> = sections
        .iter()
        .filter_map(|told| match &told.telling {
            Telling::Line(reason) => Some(format!("{}: {reason}", told.section.heading)),
            Telling::Slide { .. } | Telling::Card(_) => None,
        })
        .collect();
    let sources = sources(&sections);
    let focus = edition.format.period(&edition.review.focus());
    let heading = edition.template.heading.as_str();

    let mut lines = vec![format!("History: {}", edition.format.period(&edition.review.history()))];
    lines.extend(edition.as_of.map(|day| format!("Data as of {day}")));
    let presenter: Vec<_> =
        [edition.author, edition.company].into_iter().filter(|name| !name.is_empty()).collect();
    lines.extend((!presenter.is_empty()).then(|| presenter.join(", ")));
    let mut slides = vec![Slide::Title {
        title: edition.merchant.to_owned(),
        subtitle: format!("{heading}, {focus}"),
        lines,
    }];
    slides.extend(sections.into_iter().filter_map(|told| {
        let slug = told.section.slug.clone();
        match told.telling {
            Telling::Slide { chart, narrative } => Some(Slide::Section {
                slug,
                source: narrative.footer(),
                title: narrative.title,
                caption: narrative.caption,
                chart,
                takeaway: narrative.sentences,
            }),
            Telling::Card(message) => {
                Some(Slide::Missing { slug, title: told.section.heading.clone(), message })
            }
            Telling::Line(_) => None,
        }
    }));
    slides.push(Slide::Closing { title: "Definitions and sources".into(), definitions, sources, absent });
    Deck {
        title: format!("{}: {}, {focus}", edition.merchant, heading.to_lowercase()),
        author: edition.author.to_owned(),
        company: edition.company.to_owned(),
        language: edition.format.locale().tag().to_owned(),
        dated: edition.dated,
        ribbon: edition.demo.then(|| "Demo data".to_owned()),
        slides,
    }
}

/// The terms that the slides of this deck use.
fn definitions(
    sections: &[Told<'_>],
    review: &Review,
    format: &Format,
    provider: &str,
) -> Vec<(String, String)> {
    let shown = |metric: Metric| {
        sections
            .iter()
            .any(|told| matches!(told.telling, Telling::Slide { .. }) && told.section.value == metric)
    };
    let through = if provider.is_empty() { String::new() } else { format!(" through {provider}") };
    let mut terms = vec![(
        "Focus".to_owned(),
        format!("{}, the period that titles and texts speak of.", format.period(&review.focus())),
    )];
    let mut add = |wanted: bool, term: &str, meaning: String| {
        if wanted {
            terms.push((term.to_owned(), meaning));
        }
    };
    add(
        shown(Metric::Sales) || shown(Metric::Aov),
        "Sales",
        format!("Order amounts{through}, refunds subtracted, by the date of the order line."),
    );
    add(
        shown(Metric::Orders) || shown(Metric::Aov),
        "Orders",
        format!(
            "Orders{through} with at least one amount above zero, each counted once, on the date of its first line."
        ),
    );
    add(shown(Metric::Aov), "Average order value", "Sales divided by orders.".into());
    add(
        shown(Metric::Users),
        "Shoppers",
        "Distinct customers with an order in the period. Groups too small to print are merged.".into(),
    );
    let types = sections.iter().find_map(|told| match &told.telling {
        Telling::Slide { narrative, .. } => narrative.terms.clone(),
        Telling::Card(_) | Telling::Line(_) => None,
    });
    add(types.is_some(), "Shopper types", format!("{}.", types.unwrap_or_default()));
    add(
        true,
        "Compared with",
        "The same months a year before, where the data hold them; else the equal span just \
        before the focus. Months cut short are shown and marked, and left out of comparisons."
            .into(),
    );
    terms
}

/// The distinct source lines of the slides.
fn sources(sections: &[Told<'_>]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let cited = sections.iter().filter_map(|told| match &told.telling {
        Telling::Slide { narrative, .. } => Some(narrative.source_line()),
        Telling::Card(_) | Telling::Line(_) => None,
    });
    for line in cited {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}
