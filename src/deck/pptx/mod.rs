//! A deck as `.pptx`: each kind of slide fills the placeholders of one layout of the template's base.
//!
//! [`LAYOUTS`] is all that the program asks of a base; where things stand and how they look is the base's own.

mod closing;
mod presentation;
mod properties;
mod slide;

use super::{Deck, DeckError, Slide, fit::Paragraph};
use presentation::Presentation;

pub use presentation::Base;

const TITLE: &str = "Title";
const CHART: &str = "Chart and takeaway";
const MESSAGE: &str = "Message";
const DEFINITIONS: &str = "Definitions";

/// The layouts that a base must have, with the placeholders that slides fill, by name.
const LAYOUTS: [(&str, &[&str]); 4] = [
    (TITLE, &["Title", "Subtitle", "Details"]),
    (CHART, &["Title", "Caption", "Chart", "Takeaway", "Source"]),
    (MESSAGE, &["Title", "Message"]),
    (DEFINITIONS, &["Title", "Definitions", "Sources"]),
];

/// A layout's placeholder for the deck's ribbon; needed only by decks that have one.
const RIBBON: &str = "Ribbon";

/// Sizes in points below which text is made smaller only when it would be lost otherwise.
const SMALLEST_TITLE: f32 = 18.0;
const SMALLEST_TEXT: f32 = 12.0;
const SMALLEST_NOTE: f32 = 9.0;

/// The deck as a `.pptx` file. The same deck gives the same bytes.
///
/// # Errors
/// When the base has no room for a ribbon that the deck has; when a chart's picture is not a PNG.
pub fn pptx(deck: &Deck, base: &Base) -> Result<Vec<u8>, DeckError> {
    let mut presentation = Presentation::new(deck, base)?;
    for slide in &deck.slides {
        add(&mut presentation, slide)?;
    }
    presentation.finish()
}

fn add(presentation: &mut Presentation, slide: &Slide) -> Result<(), DeckError> {
    match slide {
        Slide::Title { title, subtitle, lines } => {
            let mut page = presentation.begin(TITLE)?;
            page.title(title);
            page.text("Subtitle", vec![Paragraph::new(subtitle)], SMALLEST_TEXT);
            page.text("Details", lines.iter().map(|line| Paragraph::new(line)).collect(), SMALLEST_NOTE);
            presentation.end(page);
        }
        Slide::Section { slug, title, caption, chart, takeaway, source } => {
            let mut page = presentation.begin(CHART)?;
            page.title(title);
            page.text("Caption", vec![Paragraph::new(caption)], SMALLEST_NOTE);
            page.picture("Chart", chart)
                .map_err(|why| DeckError::Package(format!("the picture of section `{slug}` {why}")))?;
            page.text("Takeaway", takeaway_paragraphs(takeaway), SMALLEST_TEXT);
            page.text("Source", vec![Paragraph::new(source)], SMALLEST_NOTE);
            presentation.end(page);
        }
        Slide::Missing { slug: _, title, message } => {
            let mut page = presentation.begin(MESSAGE)?;
            page.title(title);
            page.text("Message", vec![Paragraph::new(message)], SMALLEST_TEXT);
            presentation.end(page);
        }
        Slide::Closing { title, definitions, sources, absent } => {
            closing::add(presentation, title, definitions, sources, absent)?;
        }
    }
    Ok(())
}

/// A paragraph for each sentence; the first says what, in bold.
fn takeaway_paragraphs(sentences: &[String]) -> Vec<Paragraph> {
    let paragraph = |(i, text): (usize, &String)| Paragraph { bold: i == 0, ..Paragraph::new(text) };
    sentences.iter().filter(|text| !text.trim().is_empty()).enumerate().map(paragraph).collect()
}
