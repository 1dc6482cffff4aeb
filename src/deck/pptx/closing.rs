//! The closing slide: definitions beside sources and absent sections, continued on further slides where they are many.

use super::{DEFINITIONS, presentation::Presentation};
use crate::deck::{
    DeckError,
    fit::{Paragraph, Room, Ruler},
};

/// Fixed words on the slide. English is the only language so far.
const SOURCES: &str = "Sources";
const ABSENT: &str = "Not in this edition";
const CONTINUED: &str = "(continued)";

/// One slide holds the lists if they fit at this size, in points; else they continue on further slides.
const SMALLEST: f32 = 10.0;

/// Size of lists that continue, in points.
const CONTINUED_SIZE: f32 = 12.0;

/// Space before a heading that does not begin the column, in points.
const ABOVE_HEADING: f32 = 18.0;

pub(super) fn add(
    presentation: &mut Presentation,
    title: &str,
    definitions: &[(String, String)],
    sources: &[String],
    absent: &[String],
) -> Result<(), DeckError> {
    let (left, right) =
        (presentation.room(DEFINITIONS, "Definitions")?, presentation.room(DEFINITIONS, "Sources")?);
    let ruler = presentation.ruler;
    let mut terms: Vec<_> =
        definitions.iter().map(|(term, meaning)| Paragraph::definition(term, meaning)).collect();
    let mut lists = list(SOURCES, sources);
    lists.extend(list(ABSENT, absent));

    let own = left.style.size.min(right.style.size);
    let fitting = (0..=(own - SMALLEST).max(0.0) as u32).map(|step| own - step as f32).find(|size| {
        indent(&mut terms, ruler, *size, &left);
        ruler.height(&terms, *size, &left) <= left.height
            && ruler.height(&lists, *size, &right) <= right.height
    });
    let size = fitting.unwrap_or(own.min(CONTINUED_SIZE));
    indent(&mut terms, ruler, size, &left);

    let mut first = true;
    while first || !terms.is_empty() || !lists.is_empty() {
        let mut page = presentation.begin(DEFINITIONS)?;
        let heading = if first { title.to_owned() } else { format!("{title} {CONTINUED}") };
        page.title(&heading);
        page.set("Definitions", &ruler.take_page(&mut terms, size, &left), size);
        page.set("Sources", &ruler.take_page(&mut lists, size, &right), size);
        presentation.end(page);
        first = false;
    }
    Ok(())
}

fn list(heading: &str, lines: &[String]) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    if !lines.is_empty() {
        paragraphs.push(Paragraph { before: Some(ABOVE_HEADING), ..Paragraph::bold(heading) });
        paragraphs.extend(lines.iter().map(|line| Paragraph::new(line)));
    }
    paragraphs
}

/// Gives all meanings one left edge, behind the widest term that takes no more than a third of the column.
fn indent(terms: &mut [Paragraph], ruler: Ruler, size: f32, room: &Room) {
    let indent = ruler.indent_for(terms, size, room.width / 3.0);
    for term in terms {
        term.indent = indent;
    }
}
