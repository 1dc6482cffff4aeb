//! Text → glyphs in their places, with kerning; numbers with tabular figures; each sign from the first font that has it,
//! lines that run both ways in the order in which they are read (UAX #9).

use super::fonts::{FontId, TABULAR, Weight};
use deunicode::deunicode_with_tofu;
use rustybuzz::{Direction, UnicodeBuffer, script};
use std::{cell::RefCell, collections::HashMap, rc::Rc};
use unicode_bidi::{BidiInfo, Level};

/// A shaped line of text. Everything is in em: multiply by the font size.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// From left to right.
    pub glyphs: Vec<Glyph>,
    /// Width of the line.
    pub width: f32,
}

/// A glyph in its place on the line, in em; y upwards from the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// The font it is from.
    pub font: FontId,
    /// Its number there.
    pub id: u16,
    /// From the start of the line.
    pub x: f32,
    /// From the baseline.
    pub y: f32,
}

thread_local! {
    /// The few hundred labels of a deck come back often: in both pictures, and between measuring and drawing.
    static SHAPED: RefCell<HashMap<Weight, HashMap<String, Rc<Run>>>> = RefCell::default();
}

/// Lines kept per thread and weight.
const CACHED_LINES: usize = 4096;

/// Shapes one line of text. Shaped lines are kept per thread.
pub fn shape(text: &str, weight: Weight) -> Rc<Run> {
    let text = super::clean(text);
    SHAPED.with_borrow_mut(|shaped| {
        let lines = shaped.entry(weight).or_default();
        if let Some(run) = lines.get(text.as_ref()) {
            return Rc::clone(run);
        }
        if lines.len() >= CACHED_LINES {
            lines.clear();
        }
        let run = Rc::new(shape_line(&text, weight));
        lines.insert(text.into_owned(), Rc::clone(&run));
        run
    })
}

/// Width of one line of text at a font size.
pub fn measure(text: &str, weight: Weight, size: f32) -> f32 {
    shape(text, weight).width * size
}

fn shape_line(text: &str, weight: Weight) -> Run {
    let mut run = Run { glyphs: Vec::with_capacity(text.len()), width: 0.0 };
    if text.chars().all(|c| FontId::with(c, weight) == Some(FontId::embedded(weight))) && !is_mirrored(text) {
        shape_span(text, FontId::embedded(weight), Direction::LeftToRight, &mut run);
        return run;
    }
    let text = readable(text, weight);
    let bidi = BidiInfo::new(&text, None);
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for range in runs {
            let is_rtl = levels.get(range.start).is_some_and(Level::is_rtl);
            let direction = if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight };
            let mut spans = spans(&text[range], weight);
            if is_rtl {
                spans.reverse();
            }
            for (span, font) in spans {
                shape_span(span, font, direction, &mut run);
            }
        }
    }
    run
}

/// Whether a text may hold letters that are written from right to left: Hebrew, Arabic and what follows them.
fn is_mirrored(text: &str) -> bool {
    text.chars().any(|c| ('\u{590}'..='\u{8ff}').contains(&c) || ('\u{fb1d}'..='\u{fefc}').contains(&c))
}

/// The text with what no font can draw in plain Latin letters: an empty box would say nothing.
fn readable(text: &str, weight: Weight) -> String {
    let mut readable = String::with_capacity(text.len());
    let is_drawn = |c: &char| FontId::with(*c, weight).is_some();
    let characters: Vec<char> = text.chars().collect();
    for stretch in characters.chunk_by(|a, b| is_drawn(a) == is_drawn(b)) {
        let stretch_text: String = stretch.iter().collect();
        if stretch.first().is_none_or(is_drawn) {
            readable.push_str(&stretch_text);
        } else {
            let latin = deunicode_with_tofu(&stretch_text, "?");
            readable.push_str(latin.trim());
        }
    }
    readable
}

/// Stretches of text with the font that draws them. A space is drawn by the font of what stands before it.
fn spans(text: &str, weight: Weight) -> Vec<(&str, FontId)> {
    let mut spans: Vec<(usize, FontId)> = Vec::new();
    for (start, c) in text.char_indices() {
        let font = FontId::with(c, weight).unwrap_or(FontId::embedded(weight));
        match spans.last() {
            Some((_, last)) if *last == font || c == ' ' => {}
            _ => spans.push((start, font)),
        }
    }
    let ends = spans.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    spans.iter().zip(ends).map(|((start, font), end)| (&text[*start..end], *font)).collect()
}

/// Adds a stretch in one font and direction to a line.
fn shape_span(text: &str, font_id: FontId, direction: Direction, run: &mut Run) {
    let font = font_id.font();
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    buffer.set_direction(direction);
    if [script::COMMON, script::UNKNOWN].contains(&buffer.script()) {
        buffer.set_script(script::LATIN);
    }
    // In running text a tabular 1 leaves a hole, so only lines without letters get tabular figures.
    let is_number = !text.chars().any(char::is_alphabetic);
    let is_latin = buffer.script() == script::LATIN && direction == Direction::LeftToRight;
    let shaped = match (is_latin, is_number) {
        (true, true) => rustybuzz::shape_with_plan(&font.face, &font.numbers, buffer),
        (true, false) => rustybuzz::shape_with_plan(&font.face, &font.words, buffer),
        (false, true) => rustybuzz::shape(&font.face, &TABULAR, buffer),
        (false, false) => rustybuzz::shape(&font.face, &[], buffer),
    };
    let em = |units: i32| units as f32 / font.units_per_em;
    for (info, place) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
        run.glyphs.push(Glyph {
            font: font_id,
            id: info.glyph_id as u16,
            x: run.width + em(place.x_offset),
            y: em(place.y_offset),
        });
        run.width += em(place.x_advance);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_tabular_in_numbers_and_letters_are_kerned() {
        let width = |text| measure(text, Weight::Regular, 100.0);
        assert!((width("111") - width("444")).abs() < 0.01);
        assert!(width("AV") < width("A") + width("V"));
        assert!(measure("Sales", Weight::SemiBold, 20.0) > measure("Sales", Weight::Regular, 20.0));
        assert!(width("").abs() < f32::EPSILON);
        // What no font has is written in Latin letters.
        assert_eq!(shape("漢字 3", Weight::Regular).glyphs, shape("Han Zi 3", Weight::Regular).glyphs);
        assert_eq!(readable("Caffè 漢字", Weight::Regular), "Caffè Han Zi");
        assert!((width("Pay\u{7}") - width("Pay")).abs() < f32::EPSILON);
    }
}
