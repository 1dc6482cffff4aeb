//! Text → glyphs in their places, with kerning; numbers with tabular figures.

use super::fonts::{TABULAR, Weight, font};
use rustybuzz::{UnicodeBuffer, script};
use std::{cell::RefCell, collections::HashMap, rc::Rc};

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
    /// Its number in the font.
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
    let font = font(weight);
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    if [script::COMMON, script::UNKNOWN].contains(&buffer.script()) {
        buffer.set_script(script::LATIN);
    }
    // In running text a tabular 1 leaves a hole, so only lines without letters get tabular figures.
    let is_number = !text.chars().any(char::is_alphabetic);
    let is_latin =
        buffer.script() == script::LATIN && buffer.direction() == rustybuzz::Direction::LeftToRight;
    let shaped = match (is_latin, is_number) {
        (true, true) => rustybuzz::shape_with_plan(&font.face, &font.numbers, buffer),
        (true, false) => rustybuzz::shape_with_plan(&font.face, &font.words, buffer),
        (false, true) => rustybuzz::shape(&font.face, &TABULAR, buffer),
        (false, false) => rustybuzz::shape(&font.face, &[], buffer),
    };
    let em = |units: i32| units as f32 / font.units_per_em;
    let mut width = 0.0;
    let mut glyphs = Vec::with_capacity(shaped.len());
    for (info, place) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
        glyphs.push(Glyph { id: info.glyph_id as u16, x: width + em(place.x_offset), y: em(place.y_offset) });
        width += em(place.x_advance);
    }
    Run { glyphs, width }
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
        assert!((width("Pay\u{7}") - width("Pay")).abs() < f32::EPSILON);
    }
}
