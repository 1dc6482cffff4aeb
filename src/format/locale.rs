//! The languages that a deck can be in, each with the country whose habits its numbers follow.

use crate::{domain::DomainError, message};

/// A language and the country whose habits it follows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// British English.
    #[default]
    EnGb,
    /// Italian of Italy.
    ItIt,
    /// French of France.
    FrFr,
    /// German of Germany.
    DeDe,
}

impl Locale {
    /// Every locale, English first.
    pub const ALL: [Self; 4] = [Self::EnGb, Self::ItIt, Self::FrFr, Self::DeDe];

    /// The tag of BCP 47, as `xml:lang` takes it: `it-IT`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::EnGb => "en-GB",
            Self::ItIt => "it-IT",
            Self::FrFr => "fr-FR",
            Self::DeDe => "de-DE",
        }
    }
}

impl std::fmt::Display for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}

impl std::str::FromStr for Locale {
    type Err = DomainError;
    /// Reads a tag; upper and lower case are the same, as BCP 47 has it.
    fn from_str(text: &str) -> Result<Self, DomainError> {
        let is_meant = |locale: &Self| locale.tag().eq_ignore_ascii_case(text);
        Self::ALL.into_iter().find(is_meant).ok_or_else(|| {
            let tags = || Self::ALL.into_iter().map(Self::tag);
            // The bare language is the likeliest slip, and too far from the tag for a misspelling.
            let of_language = tags().find(|tag| tag[..2].eq_ignore_ascii_case(text));
            let meant = of_language
                .or_else(|| message::nearest(text, tags()))
                .map_or_else(String::new, |tag| format!("; did you mean {tag}?"));
            let known = tags().collect::<Vec<_>>().join(", ");
            DomainError(format!("`{text}` is not a language of decks: {known}{meant}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_locale_and_a_slip_the_nearest() {
        for locale in Locale::ALL {
            assert_eq!(locale.tag().parse(), Ok(locale));
            assert_eq!(locale.tag().to_lowercase().parse(), Ok(locale));
        }
        let refused = |text: &str| text.parse::<Locale>().unwrap_err().to_string();
        assert!(refused("it").ends_with("; did you mean it-IT?"), "{}", refused("it"));
        assert!(refused("fr_FR").ends_with("; did you mean fr-FR?"), "{}", refused("fr_FR"));
        assert_eq!(refused("ja-JP"), "`ja-JP` is not a language of decks: en-GB, it-IT, fr-FR, de-DE");
    }
}
