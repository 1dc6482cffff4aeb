//! Names of folders and files: safe on every file system, and different for different content.

use super::retention::REUSABLE;
use crate::domain::{Merchant, Period, Review};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Longest slug, in characters.
const SLUG_LENGTH: usize = 40;

/// The first eight hex digits of SHA-256 over `parts`, each preceded by its length so that no two lists run together.
pub fn short_hash(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize()[..4])
}

/// SHA-256 in hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

/// A merchant as a part of a file name: `[a-z0-9-]`, at most 40 characters, followed by eight hex digits of its
/// SHA-256 whenever it is not the id itself, so that different merchants never share a name.
pub fn merchant_slug(merchant: &Merchant) -> String {
    distinct_slug(merchant.as_str(), "merchant")
}

/// A text as a part of a file name, different for different texts.
fn distinct_slug(text: &str, otherwise: &str) -> String {
    let slug = slug(text, otherwise);
    if slug == text { slug } else { format!("{slug}-{}", &sha256_hex(text.as_bytes())[..8]) }
}

fn slug(text: &str, otherwise: &str) -> String {
    let folded = deunicode::deunicode(text).to_ascii_lowercase();
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug: String = words.collect::<Vec<_>>().join("-").chars().take(SLUG_LENGTH).collect();
    slug.truncate(slug.trim_end_matches('-').len());
    if slug.is_empty() { otherwise.to_owned() } else { slug }
}

/// `<nn>-<slug>-<hash>` of a chart file, without its ending; `number` counts from 1 in request order.
pub fn chart_file(number: usize, section: &str, hash: &str) -> String {
    format!("{number:02}-{section}-{hash}")
}

/// What tells one output folder from another.
#[derive(Debug, Clone, Copy)]
pub struct FolderName<'a> {
    /// Whose deck it is.
    pub merchant: &'a Merchant,
    /// Its history and focus.
    pub review: &'a Review,
    /// The template's own name.
    pub template: &'a str,
    /// Whether it is the edition for colleagues.
    pub internal: bool,
    /// Slugs it is limited to; empty for all.
    pub only: &'a [String],
}

impl FolderName<'_> {
    /// The name, in the output folder, of the folder of answers that runs of the same job share: the same merchant,
    /// history and template. Focus, audience and sections asked for change nothing about an answer.
    pub fn answers(&self) -> String {
        let Self { merchant, template, .. } = *self;
        let history = self.review.history();
        // The default focus lies inside every history.
        let review = Review::new(history, None).unwrap_or(*self.review);
        let job = FolderName { merchant, review: &review, template, internal: false, only: &[] };
        format!(".{job}{REUSABLE}")
    }
}

impl std::fmt::Display for FolderName<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let history = self.review.history();
        write!(f, "{}_{}_{}", merchant_slug(self.merchant), history.from(), history.to())?;
        if self.template != "kam-review" {
            write!(f, "_{}", distinct_slug(self.template, "template"))?;
        }
        if self.internal {
            f.write_str("_internal")?;
        }
        if !self.review.has_default_focus() {
            write!(f, "_focus-{}", focus_name(self.review.focus()))?;
        }
        if !self.only.is_empty() {
            let mut slugs: Vec<_> = self.only.iter().map(String::as_bytes).collect();
            slugs.sort_unstable();
            slugs.dedup();
            write!(f, "_only-{}", short_hash(&slugs))?;
        }
        if self.merchant.is_demo() {
            f.write_str("_demo")?;
        }
        Ok(())
    }
}

fn focus_name(focus: Period) -> String {
    format!("{}-{}", focus.from(), focus.to())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::parse_date;

    fn slug_of(name: &str) -> String {
        merchant_slug(&Merchant::new(name).unwrap())
    }

    #[test]
    fn slugs_are_safe_and_differ() {
        assert_eq!(slug_of("demo-fashion"), "demo-fashion");
        let names = [
            "../../etc/ô 🛒 & <b>",
            "Acme",
            "acme",
            "ACME",
            "日本",
            "日 本",
            ".",
            "..",
            "con",
            "a/b",
            "a-b",
            "-a-",
        ];
        let mut slugs: Vec<_> = names.iter().map(|name| slug_of(name)).collect();
        for slug in &slugs {
            assert!(slug.len() <= 49 && !slug.starts_with(['.', '-']), "{slug}");
            assert!(slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{slug}");
        }
        slugs.sort();
        slugs.dedup();
        assert_eq!(slugs.len(), names.len(), "two names share a slug");
        assert_eq!(slug_of(&"x".repeat(200)).len(), 49);
    }

    #[test]
    fn folder_names_tell_every_difference() {
        let merchant = Merchant::new("demo-fashion").unwrap();
        let history =
            Period::new(parse_date("2023-01-01").unwrap(), parse_date("2025-06-30").unwrap()).unwrap();
        let review = Review::new(history, None).unwrap();
        let name = FolderName {
            merchant: &merchant,
            review: &review,
            template: "kam-review",
            internal: false,
            only: &[],
        };
        assert_eq!(name.to_string(), "demo-fashion_2023-01-01_2025-06-30_demo");
        let only = ["aov".to_owned()];
        let focus = Review::new(history, Some(history)).unwrap();
        let name = FolderName { review: &focus, internal: true, only: &only, template: "Mine", ..name };
        let text = name.to_string();
        assert!(
            text.contains("_mine-") && text.contains("_internal_focus-2023-01-01-2025-06-30_only-"),
            "{text}"
        );
    }

    #[test]
    fn runs_that_ask_the_same_share_answers() {
        let (merchant, other) = (Merchant::new("acme").unwrap(), Merchant::new("other").unwrap());
        let history =
            |from| Period::new(parse_date(from).unwrap(), parse_date("2025-06-30").unwrap()).unwrap();
        let review = Review::new(history("2023-01-01"), None).unwrap();
        let focus = Review::new(history("2023-01-01"), Some(history("2025-01-01"))).unwrap();
        let longer = Review::new(history("2022-01-01"), None).unwrap();
        let job = FolderName {
            merchant: &merchant,
            review: &review,
            template: "kam-review",
            internal: false,
            only: &[],
        };
        let only = ["aov".to_owned()];
        assert_eq!(job.answers(), ".acme_2023-01-01_2025-06-30.answers");
        assert_eq!(
            FolderName { review: &focus, internal: true, only: &only, ..job }.answers(),
            job.answers()
        );
        for another in [
            FolderName { merchant: &other, ..job },
            FolderName { review: &longer, ..job },
            FolderName { template: "mine", ..job },
        ] {
            assert_ne!(another.answers(), job.answers());
        }
    }
}
