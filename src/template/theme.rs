//! `theme.toml`: colours and the slide font.

use serde::Deserialize;

/// Looks of charts and slides.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// Font of text on slides, an Office font.
    pub slide_font: String,
    /// Every colour.
    pub colours: Colours,
}

/// The colours of a theme.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Colours {
    /// Text and the zero line.
    pub ink: Colour,
    /// Secondary text.
    pub muted: Colour,
    /// Gridlines.
    pub grid: Colour,
    /// Now, us.
    pub accent: Colour,
    /// The takeaway box and the focus band.
    pub tint: Colour,
    /// A year before.
    pub previous: Colour,
    /// A period cut short.
    pub partial: Colour,
    /// A change for the better.
    pub good: Colour,
    /// A change for the worse.
    pub bad: Colour,
    /// Marks of the first to sixth series.
    pub series: Vec<Colour>,
    /// Text in the colour of the first to sixth series.
    pub series_text: Vec<Colour>,
}

impl Colours {
    /// Every colour with its name in `theme.toml`; those of series are numbered from 1.
    pub fn named(&self) -> Vec<(String, Colour)> {
        let Self { ink, muted, grid, accent, tint, previous, partial, good, bad, series, series_text } = self;
        let single = [
            ("ink", ink),
            ("muted", muted),
            ("grid", grid),
            ("accent", accent),
            ("tint", tint),
            ("previous", previous),
            ("partial", partial),
            ("good", good),
            ("bad", bad),
        ];
        let numbered = |name: &'static str, list: &[Colour]| -> Vec<(String, Colour)> {
            list.iter().enumerate().map(|(n, colour)| (format!("{name} {}", n + 1), *colour)).collect()
        };
        let single = single.map(|(name, colour)| (name.to_owned(), *colour)).to_vec();
        [single, numbered("series", series), numbered("series_text", series_text)].concat()
    }
}

/// A colour of the sRGB space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// Six capital hex digits, as OOXML writes colours.
    pub fn hex(self) -> String {
        format!("{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

impl TryFrom<String> for Colour {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.strip_prefix('#').filter(|rest| rest.len() == 6 && rest.is_ascii());
        let part = |range| digits.and_then(|rest| u8::from_str_radix(&rest[range], 16).ok());
        match (part(0..2), part(2..4), part(4..6)) {
            (Some(r), Some(g), Some(b)) => Ok(Self(r, g, b)),
            _ => Err(format!("`{text}` is not a colour of the form #0B5FA5")),
        }
    }
}
