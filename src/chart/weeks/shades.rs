//! Shades of one hue, from pale to full: as far apart from each other as there is room, and each one fit to be written
//! on.

use crate::chart::{
    page::{contrast, text_on},
    scene::WHITE,
};
use crate::template::Colour;

/// Contrast of the palest shade to the paper.
const PALEST: f64 = 1.35;
/// Contrast that words need.
const WORDS: f64 = 4.5;

/// Shades of a hue, the palest first, each as much darker than the one before it.
pub(super) fn shades(hue: Colour, count: usize) -> Vec<Colour> {
    let full = contrast(hue, WHITE).max(PALEST);
    let shade = |n: usize| {
        let along = if count > 1 { n as f64 / (count - 1) as f64 } else { 1.0 };
        legible(paled(hue, PALEST * (full / PALEST).powf(along)))
    };
    (0..count).map(shade).collect()
}

/// A hue with so much white that it has a contrast to white, found by halving.
fn paled(hue: Colour, wanted: f64) -> Colour {
    let (mut pale, mut full) = (0.0, 1.0);
    for _ in 0..16 {
        let middle = f64::midpoint(pale, full);
        if contrast(mixed(WHITE, hue, middle), WHITE) < wanted { pale = middle } else { full = middle }
    }
    mixed(WHITE, hue, full)
}

/// The colour, or the next darker one on which white or black can be read.
fn legible(colour: Colour) -> Colour {
    let darker = (0..=25).map(|n| mixed(colour, Colour(0, 0, 0), f64::from(n) / 50.0));
    { darker }.find(|shade| contrast(*shade, text_on(*shade)) >= WORDS).unwrap_or(colour)
}

fn mixed(from: Colour, to: Colour, along: f64) -> Colour {
    let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * along).round() as u8;
    Colour(channel(from.0, to.0), channel(from.1, to.1), channel(from.2, to.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_darken_are_told_apart_and_can_be_written_on() {
        for hue in
            [Colour(0x0B, 0x5F, 0xA5), Colour(0xD5, 0x5E, 0), Colour(0, 0x9E, 0x73), Colour(0x14, 0x14, 0x14)]
        {
            for count in 1..=6 {
                let shades = shades(hue, count);
                assert_eq!(shades.len(), count);
                for shade in &shades {
                    assert!(contrast(*shade, text_on(*shade)) >= WORDS, "{shade:?} of {hue:?}");
                }
                for pair in shades.windows(2) {
                    assert!(
                        contrast(pair[1], WHITE) > contrast(pair[0], WHITE) * 1.12,
                        "{pair:?} of {hue:?}"
                    );
                }
            }
        }
    }
}
