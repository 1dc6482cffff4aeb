//! Dated events over a strip: each a pointer with a flag of words, on as many lines as it takes to keep them apart.

use crate::chart::{
    page::Page,
    scene::{self, BODY, Label, Mark, WIDTH},
};
use crate::text::{self, Weight};

/// The widest flag.
const WIDEST: f64 = 380.0;
/// From the pole to its words, and from the words of one flag to those of the next and to its pole.
const POLE: f64 = 9.0;
const WORDS: f64 = 14.0;
const CLEAR: f64 = 8.0;

/// An event that has found a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Flag {
    /// Where its pole stands.
    x: f64,
    /// Where its words begin and end.
    left: f64,
    right: f64,
    text: String,
    /// Lines above the lowest one.
    pub(super) line: usize,
}

impl Flag {
    /// Whether two flags keep apart: their words, and the pole of each from the words of the other.
    fn is_clear_of(&self, other: &Self) -> bool {
        let cuts = |pole: &Self, words: &Self| {
            pole.line >= words.line && words.left - CLEAR < pole.x && pole.x < words.right + CLEAR
        };
        let meet =
            self.line == other.line && self.left < other.right + WORDS && other.left < self.right + WORDS;
        !meet && !cuts(self, other) && !cuts(other, self)
    }

    /// Draws it over the line that it points to.
    pub(super) fn draw(&self, page: &mut Page<'_>, foot: f64, leading: f64) {
        let ink = page.colours().ink;
        let baseline = foot - 24.0 - leading * self.line as f64;
        let points = vec![(self.x - 8.0, foot - 14.0), (self.x + 8.0, foot - 14.0), (self.x, foot - 2.0)];
        page.scene.line(vec![(self.x, foot - 10.0), (self.x, baseline - BODY * 0.72)], ink, 2.0);
        page.scene.mark(Mark::Polygon { points, fill: ink });
        page.put(Label::new(&self.text, self.left, baseline, ink));
    }
}

/// Places for events, given as places on the line and words, on at most so many lines; those that find none are left
/// out.
pub(super) fn flags(mut events: Vec<(f64, String)>, lines: usize) -> Vec<Flag> {
    // From the right, so that a pole may rise past the flags that fly to its right.
    events.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut placed: Vec<Flag> = Vec::new();
    for (x, words) in events {
        let text = text::elide(&words, Weight::Regular, BODY as f32, WIDEST as f32);
        let width = scene::width(&text, Weight::Regular, BODY);
        // Flags fly to the right as long as they can: a flag to the left bars the pole of an event before it.
        let places = [x + POLE, x - POLE - width]
            .into_iter()
            .flat_map(|left| (0..lines).map(move |line| (line, left)));
        let flag = |(line, left)| Flag { x, left, right: left + width, text: text.clone(), line };
        let is_free = |flag: &Flag| {
            flag.left >= 0.0 && flag.right <= WIDTH && placed.iter().all(|other| flag.is_clear_of(other))
        };
        let found = places.map(flag).find(is_free);
        placed.extend(found);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_keep_apart_and_what_finds_no_place_is_left_out() {
        let event = |x: f64| (x, "Black Friday".to_owned());
        let flags = |xs: &[f64], lines| flags(xs.iter().copied().map(event).collect(), lines);
        let placed = flags(&[500.0, 510.0, 1500.0, 20.0], 2);
        assert_eq!(placed.len(), 4);
        for (n, flag) in placed.iter().enumerate() {
            assert!(placed[..n].iter().all(|other| flag.is_clear_of(other)), "{placed:?}");
            assert!(flag.left >= 0.0 && flag.right <= WIDTH);
        }
        assert!(placed.iter().any(|flag| flag.x > 1400.0 && flag.right < flag.x), "to the left at the edge");
        assert_eq!(flags(&[500.0; 9], 1).len(), 2, "one on either side");
        assert!(flags(&[500.0], 0).is_empty());
    }
}
