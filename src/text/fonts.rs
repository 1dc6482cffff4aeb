//! The fonts of the process: the two weights of Inter that are part of the program, and those that stand in for signs
//! that Inter lacks. What can be asked of them.

use rustybuzz::{
    Direction, Face, Feature, ShapePlan, script,
    ttf_parser::{GlyphId, Tag},
};
use std::sync::{LazyLock, OnceLock};

pub use rustybuzz::ttf_parser::OutlineBuilder as Outline;

/// A weight of the embedded font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weight {
    /// 400.
    Regular = 0,
    /// 600.
    SemiBold = 1,
}

/// Tabular figures: every digit as wide as any other, so that numbers in a column line up.
pub(super) const TABULAR: [Feature; 1] =
    [Feature { tag: Tag::from_bytes(b"tnum"), value: 1, start: 0, end: u32::MAX }];

/// A font of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FontId(u8);

/// A parsed font with the shaping plans of its usual text.
pub(super) struct Font {
    pub(super) face: Face<'static>,
    /// For Latin text.
    pub(super) words: ShapePlan,
    /// For numbers, with tabular figures.
    pub(super) numbers: ShapePlan,
    pub(super) units_per_em: f32,
}

static REGULAR: LazyLock<Font> = LazyLock::new(|| Font::embedded(file(Weight::Regular).1));
static SEMI_BOLD: LazyLock<Font> = LazyLock::new(|| Font::embedded(file(Weight::SemiBold).1));

/// The name and the content of a weight's TrueType file, for pages that show text in it.
pub fn file(weight: Weight) -> (&'static str, &'static [u8]) {
    match weight {
        Weight::Regular => {
            ("Inter-Regular.ttf", include_bytes!("../../templates/kam-review/fonts/Inter-Regular.ttf"))
        }
        Weight::SemiBold => {
            ("Inter-SemiBold.ttf", include_bytes!("../../templates/kam-review/fonts/Inter-SemiBold.ttf"))
        }
    }
}

impl Font {
    fn embedded(bytes: &'static [u8]) -> Self {
        Self::read(bytes).expect("the embedded fonts are TrueType files (tested)")
    }

    fn read(bytes: &'static [u8]) -> Option<Self> {
        let face = Face::from_slice(bytes, 0)?;
        let plan = |features: &[Feature]| {
            ShapePlan::new(&face, Direction::LeftToRight, Some(script::LATIN), None, features)
        };
        let (words, numbers) = (plan(&[]), plan(&TABULAR));
        let units_per_em = face.units_per_em() as f32;
        Some(Self { face, words, numbers, units_per_em })
    }
}

/// What stands in for signs that Inter lacks, in order of preference.
static FALLBACK: OnceLock<Vec<Font>> = OnceLock::new();

/// Fonts given beyond the ones that are part of the program, at most.
const MOST: usize = 16;

/// Names the fonts that stand in for signs that the embedded one lacks, in order of preference, as the bytes of TrueType
/// or OpenType files. For the start of the process: a second call, and more than 16 fonts, change nothing.
///
/// # Errors
/// With the position of the first that is no font.
pub fn set_fallback(files: Vec<Vec<u8>>) -> Result<(), usize> {
    let read = |(place, bytes): (usize, Vec<u8>)| {
        // Fonts live as long as the process, as the embedded ones do.
        Font::read(bytes.leak()).ok_or(place)
    };
    let fonts: Result<Vec<Font>, usize> = files.into_iter().take(MOST).enumerate().map(read).collect();
    FALLBACK.set(fonts?).unwrap_or_default();
    Ok(())
}

fn fallback() -> &'static [Font] {
    FALLBACK.get().map_or(&[], Vec::as_slice)
}

pub(super) fn font(weight: Weight) -> &'static Font {
    match weight {
        Weight::Regular => &REGULAR,
        Weight::SemiBold => &SEMI_BOLD,
    }
}

/// Fonts before the first that stands in.
const EMBEDDED: u8 = 2;

impl FontId {
    /// The first font with a sign for a character, starting with the embedded one of a weight.
    pub(super) fn with(c: char, weight: Weight) -> Option<Self> {
        if font(weight).face.glyph_index(c).is_some() {
            return Some(Self::embedded(weight));
        }
        let place = fallback().iter().position(|font| font.face.glyph_index(c).is_some())?;
        Some(Self(EMBEDDED + place as u8))
    }

    /// The embedded font of a weight.
    pub(super) fn embedded(weight: Weight) -> Self {
        Self(weight as u8)
    }

    pub(super) fn font(self) -> &'static Font {
        match self.0 {
            0 => &REGULAR,
            1 => &SEMI_BOLD,
            // Only fonts that are there have a number.
            place => fallback().get(usize::from(place - EMBEDDED)).unwrap_or(&REGULAR),
        }
    }
}

/// Height of a capital letter, in em.
pub fn cap_height(weight: Weight) -> f32 {
    let font = font(weight);
    font.face.capital_height().map_or(0.73, f32::from) / font.units_per_em
}

/// Height of the font above the baseline, in em.
pub fn ascent(weight: Weight) -> f32 {
    let font = font(weight);
    f32::from(font.face.ascender()) / font.units_per_em
}

/// Depth of the font below the baseline, in em; positive.
pub fn descent(weight: Weight) -> f32 {
    let font = font(weight);
    -f32::from(font.face.descender()) / font.units_per_em
}

/// The box of a glyph in em, `[left, bottom, right, top]` with y upwards; `None` for a space.
pub fn glyph_box(font: FontId, glyph: u16) -> Option<[f32; 4]> {
    let font = font.font();
    let bounds = font.face.glyph_bounding_box(GlyphId(glyph))?;
    Some([bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|v| f32::from(v) / font.units_per_em))
}

/// Traces the outline of a glyph, in em with y upwards.
pub fn outline(font: FontId, glyph: u16, into: &mut dyn Outline) {
    let font = font.font();
    let mut scaled = Scaled { into, by: 1.0 / font.units_per_em };
    font.face.outline_glyph(GlyphId(glyph), &mut scaled);
}

/// The characters that no font can draw, each once, in order of appearance.
pub fn missing_glyphs(text: &str) -> Vec<char> {
    let mut missing = Vec::new();
    for c in super::clean(text).chars() {
        if FontId::with(c, Weight::Regular).is_none() && !missing.contains(&c) {
            missing.push(c);
        }
    }
    missing
}

/// Passes an outline on, from font units to em.
struct Scaled<'a> {
    into: &'a mut dyn Outline,
    by: f32,
}

impl Outline for Scaled<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.into.move_to(x * self.by, y * self.by);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.into.line_to(x * self.by, y * self.by);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.into.quad_to(x1 * self.by, y1 * self.by, x * self.by, y * self.by);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let by = self.by;
        self.into.curve_to(x1 * by, y1 * by, x2 * by, y2 * by, x * by, y * by);
    }
    fn close(&mut self) {
        self.into.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_fonts_cover_european_names_and_signs() {
        assert!(missing_glyphs("Žluťoučký κόσμος Привет €£$ 1–2 −3 … ·\u{a0}\u{202f}").is_empty());
        assert_eq!(missing_glyphs("ab漢漢字"), ['漢', '字']);
        assert!((0.6..0.8).contains(&cap_height(Weight::SemiBold)));
        assert_eq!(set_fallback(vec![b"no font".to_vec()]), Err(0));
        assert!(ascent(Weight::Regular) > cap_height(Weight::Regular) && descent(Weight::Regular) > 0.0);
    }
}
