//! The colours of a picture by number, and what becomes of one over another at the soft edges of shapes and letters.

/// The number of a colour.
pub(super) type Ink = u16;

/// Steps of coverage from nothing to all of a pixel. Few enough that a chart's colours fit a palette of 256 and its file
/// is small, enough to look smooth: nobody sees a difference to 20, and the files are a tenth smaller.
pub(super) const LEVELS: u8 = 10;

/// A share of a pixel, 0 to 1, in steps.
#[inline]
pub(super) fn level(covered: f32) -> u8 {
    (covered.clamp(0.0, 1.0) * f32::from(LEVELS) + 0.5) as u8
}

/// Colours kept apart. A chart has a few hundred; beyond this, edges are hard.
const MOST: usize = 4096;
/// Not worked out yet.
const UNKNOWN: Ink = Ink::MAX;

/// The colours of a picture.
#[derive(Debug, Default)]
pub(super) struct Inks {
    colours: Vec<[u8; 3]>,
    /// By the colour on top: its mixtures, by the colour below and the level.
    mixtures: Vec<Vec<Ink>>,
}

impl Inks {
    /// Forgets every colour.
    pub(super) fn clear(&mut self) {
        self.colours.clear();
        self.mixtures.clear();
    }

    /// Every colour, by number.
    pub(super) fn colours(&self) -> &[[u8; 3]] {
        &self.colours
    }

    /// The number of a colour, a new one where it has none.
    pub(super) fn number(&mut self, colour: [u8; 3]) -> Ink {
        let known = self.colours.iter().position(|other| *other == colour);
        let place = known.unwrap_or_else(|| {
            self.colours.push(colour);
            self.mixtures.push(Vec::new());
            self.colours.len() - 1
        });
        place as Ink
    }

    /// The number of a colour that nobody tells from this one. Where soft edges lie on each other, there would be hundreds.
    fn like(&mut self, colour: [u8; 3]) -> Ink {
        /// Steps of a channel, of 255, that nobody sees at an edge.
        const UNSEEN: u8 = 4;
        let near = |other: &[u8; 3]| other.iter().zip(&colour).all(|(a, b)| a.abs_diff(*b) <= UNSEEN);
        match self.colours.iter().position(near) {
            Some(place) => place as Ink,
            None => self.number(colour),
        }
    }

    /// What is seen where a colour covers some levels of another.
    #[inline]
    pub(super) fn over(&mut self, under: Ink, over: Ink, level: u8) -> Ink {
        if level >= LEVELS || under == over {
            return over;
        }
        let place = usize::from(under) * usize::from(LEVELS) + usize::from(level);
        match self.mixtures[usize::from(over)].get(place) {
            Some(&ink) if ink != UNKNOWN => ink,
            _ => self.mix(under, over, level, place),
        }
    }

    fn mix(&mut self, under: Ink, over: Ink, level: u8, place: usize) -> Ink {
        let ink = if self.colours.len() < MOST {
            let (below, above) = (self.colours[usize::from(under)], self.colours[usize::from(over)]);
            let (steps, all) = (u32::from(level), u32::from(LEVELS));
            let channel = |c: usize| {
                let mixed = u32::from(above[c]) * steps + u32::from(below[c]) * (all - steps);
                ((mixed + all / 2) / all) as u8
            };
            self.like([channel(0), channel(1), channel(2)])
        } else if level > LEVELS / 2 {
            over
        } else {
            under
        };
        let row = &mut self.mixtures[usize::from(over)];
        if row.len() <= place {
            row.resize(place + usize::from(LEVELS), UNKNOWN);
        }
        row[place] = ink;
        ink
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_has_one_number_and_mixes_in_even_steps() {
        let mut inks = Inks::default();
        let (white, black) = (inks.number([255; 3]), inks.number([0; 3]));
        assert_eq!(inks.number([255; 3]), white);
        assert_eq!(inks.over(white, black, LEVELS), black);
        let half = inks.over(white, black, LEVELS / 2);
        assert_eq!(inks.colours()[usize::from(half)], [128; 3]);
        assert_eq!(inks.over(white, black, LEVELS / 2), half);
        assert_eq!(inks.colours().len(), 3);
        assert_eq!([0.0, 0.5, 1.0, 7.0].map(level), [0, LEVELS / 2, LEVELS, LEVELS]);
    }

    #[test]
    fn beyond_the_most_colours_edges_are_hard() {
        let mut inks = Inks::default();
        for n in 0..MOST {
            inks.number([(n / 256) as u8, (n % 256) as u8, 7]);
        }
        assert_eq!([inks.over(3, 900, 4), inks.over(3, 900, LEVELS - 1)], [3, 900]);
        assert_eq!(inks.colours().len(), MOST);
    }
}
