//! How much room text takes on a slide, and the size at which it fits. Points throughout, 72 to the inch.
//!
//! `PowerPoint` lays text out itself, so this is an estimate on the safe side: advance widths of Calibri, which are
//! those of its metric twin Carlito, without kerning. Charts do not use it: they measure the font that they embed.

mod advance;

use crate::package::{Placeholder, TextStyle};
use advance::advance;

/// EMU in a point.
pub(super) const EMU: f32 = 12_700.0;

/// Height of a line of Calibri over its size: ascent, descent and gap of 1536, 512 and 452 units of 2048.
const LINE: f32 = 1.2207;

/// No text is set smaller; what does not fit then is cut.
const SMALLEST: f32 = 8.0;

/// Gap between a term and its meaning on one line.
const GAP: f32 = 8.0;

/// A paragraph as it is measured and written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Paragraph {
    /// A term set in bold in the margin that the text leaves free.
    pub(super) term: Option<String>,
    /// The text.
    pub(super) text: String,
    /// Whether the text is bold.
    pub(super) bold: bool,
    /// The margin left of the text, where the term stands.
    pub(super) indent: f32,
    /// Space before, where it is not the placeholder's own.
    pub(super) before: Option<f32>,
}

impl Paragraph {
    /// A paragraph of plain text, on one line as far as it is concerned.
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.replace(['\n', '\r', '\t'], " "), ..Self::default() }
    }

    /// A term with its meaning.
    pub(super) fn definition(term: &str, meaning: &str) -> Self {
        Self { term: Some(Self::new(term).text), ..Self::new(meaning) }
    }

    pub(super) fn bold(text: &str) -> Self {
        Self { bold: true, ..Self::new(text) }
    }

    /// Whether there is nothing to see.
    pub(super) fn is_blank(&self) -> bool {
        self.term.is_none() && self.text.trim().is_empty()
    }
}

/// The room inside a placeholder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) style: TextStyle,
}

impl Room {
    pub(super) fn of(placeholder: &Placeholder) -> Self {
        let [left, top, right, bottom] = placeholder.style.insets;
        let place = placeholder.place;
        Self {
            width: (place.width - left - right) as f32 / EMU,
            height: (place.height - top - bottom) as f32 / EMU,
            style: placeholder.style,
        }
    }
}

/// Measures text in the slide font.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ruler {
    /// How much wider than Calibri the font runs.
    stretch: f32,
}

impl Ruler {
    /// The ruler for a font by name. Of fonts other than Calibri only the usual ratio is known.
    pub(super) fn new(font: &str) -> Self {
        let stretch = match font.to_ascii_lowercase().as_str() {
            "calibri" | "carlito" => 1.0,
            "verdana" | "lucida sans unicode" => 1.3,
            _ => 1.15,
        };
        Self { stretch }
    }

    /// Width of a text on one line.
    pub(super) fn width(self, text: &str, size: f32, bold: bool) -> f32 {
        text.chars().map(|c| advance(c, bold)).sum::<f32>() * size * self.stretch
    }

    /// The lines of a text: broken at spaces and between ideographs, and inside a word that is too long for a line.
    pub(super) fn lines(self, text: &str, size: f32, bold: bool, width: f32) -> Vec<&str> {
        let mut lines = Vec::new();
        let (mut start, mut space, mut used) = (0, None, 0.0);
        let mut before = ' ';
        for (at, c) in text.char_indices() {
            if at > start && (is_space(before) || is_ideograph(c) || is_ideograph(before)) {
                space = Some(at);
            }
            let step = advance(c, bold) * size * self.stretch;
            // A space at the end of a line hangs over the edge.
            if used + step > width && at > start && !is_space(c) {
                let end = space.unwrap_or(at);
                lines.push(&text[start..end]);
                start = end;
                space = None;
                used = self.width(&text[start..at], size, bold);
            }
            used += step;
            before = c;
        }
        lines.push(&text[start..]);
        lines
    }

    /// Whether a term and its meaning stand on one line.
    pub(super) fn term_fits(self, paragraph: &Paragraph, size: f32) -> bool {
        let term = paragraph.term.as_deref().unwrap_or_default();
        self.width(term, size, true) + GAP <= paragraph.indent
    }

    /// The margin that the terms of some paragraphs need, at most a given one.
    pub(super) fn indent_for(self, paragraphs: &[Paragraph], size: f32, most: f32) -> f32 {
        let terms = paragraphs.iter().filter_map(|paragraph| paragraph.term.as_deref());
        let widths = terms.map(|term| self.width(term, size, true) + GAP + 1.0);
        widths.filter(|width| *width <= most).fold(0.0, f32::max)
    }

    /// Number of lines of a paragraph.
    pub(super) fn count(self, paragraph: &Paragraph, size: f32, width: f32) -> usize {
        let inner = width - paragraph.indent;
        let above = match &paragraph.term {
            Some(term) if !self.term_fits(paragraph, size) => self.lines(term, size, true, inner).len(),
            _ => 0,
        };
        above + self.lines(&paragraph.text, size, paragraph.bold, inner).len()
    }

    /// Height of some paragraphs, without the space before the first.
    pub(super) fn height(self, paragraphs: &[Paragraph], size: f32, room: &Room) -> f32 {
        let line = size * LINE * room.style.spacing;
        let heights = paragraphs.iter().enumerate().map(|(i, paragraph)| {
            let before = if i == 0 { 0.0 } else { paragraph.before.unwrap_or(room.style.before) };
            before + self.count(paragraph, size, room.width) as f32 * line
        });
        heights.sum()
    }

    /// The largest whole size, from the placeholder's own down to a smallest, at which paragraphs fit.
    pub(super) fn size(self, paragraphs: &[Paragraph], room: &Room, smallest: f32) -> Option<f32> {
        sizes(room.style.size, smallest).find(|size| self.height(paragraphs, *size, room) <= room.height)
    }

    /// The size of a title: two lines at its own size or a little below, else what the room holds.
    pub(super) fn title_size(self, title: &Paragraph, room: &Room, smallest: f32) -> Option<f32> {
        let short = sizes(room.style.size, smallest).find(|size| {
            self.count(title, *size, room.width) <= 2
                && self.height(std::slice::from_ref(title), *size, room) <= room.height
        });
        short.or_else(|| self.size(std::slice::from_ref(title), room, SMALLEST))
    }

    /// Paragraphs that fit, with their size: smaller if they must be, and cut if even that is not enough.
    pub(super) fn fit(self, mut paragraphs: Vec<Paragraph>, room: &Room, wish: f32) -> (Vec<Paragraph>, f32) {
        if let Some(size) =
            self.size(&paragraphs, room, wish).or_else(|| self.size(&paragraphs, room, SMALLEST))
        {
            return (paragraphs, size);
        }
        let line = SMALLEST * LINE * room.style.spacing;
        while let Some(mut last) = paragraphs.pop() {
            let used = self.height(&paragraphs, SMALLEST, room);
            let before = if paragraphs.is_empty() { 0.0 } else { last.before.unwrap_or(room.style.before) };
            let left = ((room.height - used - before) / line).max(0.0) as usize;
            if left == 0 && !paragraphs.is_empty() {
                continue;
            }
            // One line's end makes room for the ellipsis.
            let inner = room.width - last.indent - SMALLEST;
            let lines = self.lines(&last.text, SMALLEST, last.bold, inner);
            if lines.len() > left {
                last.text = format!("{}…", lines[..left].concat().trim_end());
            } else {
                last.text = format!("{} …", last.text);
            }
            paragraphs.push(last);
            break;
        }
        (paragraphs, SMALLEST)
    }

    /// Takes as many paragraphs from the front as fit at a size; one that is too tall for any page is divided. At
    /// least a line is taken, so that taking pages always ends.
    pub(super) fn take_page(self, rest: &mut Vec<Paragraph>, size: f32, room: &Room) -> Vec<Paragraph> {
        let mut page: Vec<Paragraph> = Vec::new();
        while !rest.is_empty() {
            page.push(rest[0].clone());
            if self.height(&page, size, room) <= room.height {
                rest.remove(0);
                continue;
            }
            page.pop();
            if page.is_empty() {
                let line = size * LINE * room.style.spacing;
                let whole = &rest[0];
                let lines = self.lines(&whole.text, size, whole.bold, room.width - whole.indent);
                let of_the_term = self.count(whole, size, room.width) - lines.len();
                let fitting = ((room.height / line) as usize).saturating_sub(of_the_term);
                let fitting = fitting.clamp(1, lines.len());
                let (head, tail) = (lines[..fitting].concat(), lines[fitting..].concat());
                page.push(Paragraph { text: head, ..whole.clone() });
                if tail.is_empty() {
                    rest.remove(0);
                } else {
                    rest[0] = Paragraph { term: None, text: tail, ..whole.clone() };
                }
            }
            break;
        }
        // A heading does not stay behind without what it heads.
        if !rest.is_empty() && page.len() > 1 && page.last().is_some_and(|last| last.bold) {
            rest.splice(0..0, page.pop());
        }
        page
    }
}

fn sizes(from: f32, to: f32) -> impl Iterator<Item = f32> {
    let steps = (from - to).max(0.0).floor() as u32;
    (0..=steps).map(move |step| from - step as f32)
}

/// A space that a line may end at.
fn is_space(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}')
}

fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xff00..=0xffef | 0x2_0000..=0x3_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(width: f32, height: f32, size: f32) -> Room {
        let style = TextStyle { size, bold: false, before: 6.0, spacing: 1.0, insets: [0; 4] };
        Room { width, height, style }
    }

    #[test]
    fn lines_lose_no_character_and_keep_within_the_width() {
        let ruler = Ruler::new("Calibri");
        for text in [
            "Sales reached €1.42 m in Q2 2025, 12 % above Q2 2024, and the peak was in November.",
            &"W".repeat(200),
            "カフェ・ド・東京駅前店の売上は前年比で十二パーセント増加しました。カフェ・ド・東京駅前店の売上は前年比で",
            "متجر الأزياء الكبير في وسط المدينة القديمة بجانب السوق",
            "",
        ] {
            let lines = ruler.lines(text, 14.0, false, 160.0);
            assert_eq!(lines.concat(), text);
            for line in &lines {
                assert!(ruler.width(line.trim_end(), 14.0, false) <= 160.0, "{line}");
            }
            assert!(text.len() < 60 || lines.len() > 1, "{text}");
        }
    }

    #[test]
    fn text_shrinks_before_it_is_cut() {
        let ruler = Ruler::new("Calibri");
        let paragraphs = |n: usize| vec![Paragraph::new(&"word ".repeat(n))];
        let room = room(200.0, 100.0, 14.0);
        assert_eq!(ruler.fit(paragraphs(10), &room, 12.0), (paragraphs(10), 14.0));
        let (same, size) = ruler.fit(paragraphs(50), &room, 12.0);
        assert!(size < 14.0 && same == paragraphs(50), "{size}");
        let (cut, size) = ruler.fit(paragraphs(5000), &room, 12.0);
        assert!(cut[0].text.ends_with('…') && cut[0].text.len() < 600);
        assert!(ruler.height(&cut, size, &room) <= room.height);
    }

    #[test]
    fn a_title_stays_on_two_lines_while_it_can() {
        let ruler = Ruler::new("Calibri");
        let size =
            |n: usize| ruler.title_size(&Paragraph::bold(&"word ".repeat(n)), &room(880.0, 62.0, 24.0), 18.0);
        assert_eq!(size(20), Some(24.0));
        assert!((18.0..24.0).contains(&size(36).unwrap()), "{:?}", size(36));
        assert!(size(70).unwrap() < 18.0);
        assert_eq!(size(2000), None);
    }

    #[test]
    fn pages_hold_everything_once_and_in_order() {
        let ruler = Ruler::new("Calibri");
        let all: Vec<_> = (0..40)
            .map(|i| Paragraph {
                term: Some(format!("Term {i}")),
                text: format!("meaning {i} ").repeat(if i == 20 { 300 } else { 6 }),
                indent: 60.0,
                ..Paragraph::default()
            })
            .collect();
        let room = room(300.0, 200.0, 12.0);
        let (mut rest, mut text) = (all.clone(), String::new());
        while !rest.is_empty() {
            let page = ruler.take_page(&mut rest, 12.0, &room);
            assert!(ruler.height(&page, 12.0, &room) <= room.height);
            text.extend(page.into_iter().map(|paragraph| paragraph.text));
        }
        assert_eq!(text, all.into_iter().map(|paragraph| paragraph.text).collect::<String>());
    }

    #[test]
    fn a_heading_is_not_parted_from_its_list() {
        let ruler = Ruler::new("Calibri");
        let room = room(300.0, 50.0, 12.0);
        let mut rest = vec![Paragraph::new("one"), Paragraph::bold("Heading"), Paragraph::new("two")];
        assert_eq!(ruler.take_page(&mut rest, 12.0, &room), [Paragraph::new("one")]);
        assert_eq!(rest.len(), 2);
    }
}
