//! Fonts: shaping, measuring and wrapping.
//!
//! Charts draw what is shaped here, and the deck measures titles and takeaways with it. Nothing here knows of charts,
//! slides or colours. Sizes are font sizes in pixels (the em), widths in the same pixels.

mod fonts;
mod lines;
mod shape;

pub use fonts::{
    FontId, Outline, Weight, ascent, cap_height, descent, file as font_file, glyph_box, missing_glyphs,
    outline, set_fallback,
};
pub use lines::{elide, elide_lines, wrap};
pub use shape::{Glyph, Run, measure, shape};

use std::borrow::Cow;

/// A text as it can be drawn on one line: white space of any kind becomes a plain space (no-break spaces stay), and
/// control characters, direction overrides and non-characters go.
pub fn clean(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !(c.is_control() || is_invisible(c));
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let kept = |c: char| match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        c => is_plain(c).then_some(c),
    };
    Cow::Owned(text.chars().filter_map(kept).collect())
}

/// Marks that change direction or lines, zero-width spaces, and the two non-characters that XML forbids.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fffe}' | '\u{ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_go_and_line_breaks_become_spaces() {
        assert_eq!(clean("Pay in\n3\u{0}\u{7f}\u{202e}"), "Pay in 3");
        assert!(matches!(clean("Café\u{a0}€"), Cow::Borrowed(_)));
    }
}
