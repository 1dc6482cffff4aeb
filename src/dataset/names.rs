//! Printed names of parts: `pay_in_3` becomes `Pay in 3`, `18-24` becomes `18–24`; and the order they stand in.

use crate::domain::Dimension;
use std::cmp::Ordering;

/// The part that several small ones were put together in.
pub const OTHER: &str = "Other";

/// The part of those whose attribute is not known.
pub const NOT_STATED: &str = "Not stated";

/// The printed name of a part. Only a machine name is rewritten; any other stands as it was written.
pub(super) fn printed(raw: Option<&str>, dimension: &Dimension) -> String {
    let Some(raw) = raw else { return NOT_STATED.into() };
    let key = raw.to_lowercase().replace(['_', '-'], " ");
    if says_nothing(Some(raw)) {
        return NOT_STATED.into();
    }
    match dimension {
        Dimension::AgeBand => return age_band(raw),
        Dimension::Gender => match key.as_str() {
            "f" | "female" | "women" | "woman" => return "Women".into(),
            "m" | "male" | "men" | "man" => return "Men".into(),
            _ => {}
        },
        _ => {}
    }
    if !is_machine_name(raw) {
        return raw.to_owned();
    }
    let has_digits_only_hyphen = raw.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let spaced = if has_digits_only_hyphen { raw.to_owned() } else { raw.replace(['_', '-'], " ") };
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Whether a name was written for machines: small letters and digits, joined by single hyphens or underscores.
fn is_machine_name(raw: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    raw.split(['_', '-']).all(is_word)
}

/// Whether a part is one by its own name: neither `Other` nor `Not stated`, which are never the subject of a finding.
pub fn is_named(name: &str) -> bool {
    name != OTHER && name != NOT_STATED
}

/// Whether a value names no part: null, empty, `all`, `unknown` and the like.
pub(super) fn says_nothing(raw: Option<&str>) -> bool {
    raw.is_none_or(|raw| {
        let key = raw.trim().to_lowercase();
        matches!(key.as_str(), "" | "null" | "none" | "unknown" | "n/a" | "not stated") || is_total(raw)
    })
}

/// Whether a value names all parts together.
pub(super) fn is_total(raw: &str) -> bool {
    raw.trim().eq_ignore_ascii_case("all")
}

/// `25-34 years` as `25–34`.
fn age_band(raw: &str) -> String {
    let text = raw.trim().trim_end_matches("years").trim_end_matches("yrs").trim();
    text.replace('_', "-").replace('-', "\u{2013}")
}

/// The band that runs from the first of one to the last of another: `45–54` and `55–64` give `45–64`, with `65+` `45+`.
pub(super) fn joined_band(first: &str, last: &str) -> String {
    let ends = |name: &str| -> Option<(String, Option<String>)> {
        let digits = |text: &str| {
            (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.to_owned())
        };
        if let Some(low) = name.strip_suffix('+') {
            return Some((digits(low)?, None));
        }
        let (low, high) = name.split_once('\u{2013}')?;
        Some((digits(low)?, Some(digits(high)?)))
    };
    match (ends(first), ends(last)) {
        (Some((low, _)), Some((_, Some(high)))) => format!("{low}\u{2013}{high}"),
        (Some((low, _)), Some((_, None))) => format!("{low}+"),
        _ => format!("{first} and {last}"),
    }
}

/// Printing order: names with their numbers by size, then `Other`, then `Not stated`. The same names stand in the same
/// order in every section of a deck, so that a part keeps its colour.
pub(super) fn order(a: &str, b: &str) -> Ordering {
    let rank = |name: &str| match name {
        NOT_STATED => 2,
        OTHER => 1,
        _ => 0,
    };
    rank(a).cmp(&rank(b)).then_with(|| natural(a).cmp(&natural(b)))
}

/// Runs of digits as numbers, everything else as letters.
fn natural(name: &str) -> Vec<(u64, String)> {
    let mut pieces: Vec<(u64, String)> = Vec::new();
    for c in name.chars() {
        match (c.to_digit(10), pieces.last_mut()) {
            (Some(digit), Some((number, letters))) if letters.is_empty() => {
                *number = number.saturating_mul(10).saturating_add(u64::from(digit));
            }
            (Some(digit), _) => pieces.push((u64::from(digit), String::new())),
            (None, Some((_, letters))) if !letters.is_empty() => letters.extend(c.to_lowercase()),
            (None, _) => pieces.push((u64::MAX, c.to_lowercase().collect())),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_printed_as_people_write_them() {
        let product = |raw: &str| printed(Some(raw), &Dimension::ProductType);
        for (raw, want) in [
            ("pay_in_3", "Pay in 3"),
            ("pay-in-3", "Pay in 3"),
            ("pay in 3", "pay in 3"),
            ("c d", "c d"),
            ("pay__in", "pay__in"),
            ("new", "New"),
            ("PayLater XL", "PayLater XL"),
            ("Pay_in_3", "Pay_in_3"),
            ("unknown", NOT_STATED),
        ] {
            assert_eq!(product(raw), want);
        }
        assert_eq!(printed(Some("25-34 years"), &Dimension::AgeBand), "25–34");
        assert_eq!(printed(Some("F"), &Dimension::Gender), "Women");
        assert_eq!(printed(None, &Dimension::Gender), NOT_STATED);
    }

    #[test]
    fn bands_join_and_names_sort_by_number() {
        assert_eq!(joined_band("45–54", "55–64"), "45–64");
        assert_eq!(joined_band("55–64", "65+"), "55+");
        assert_eq!(joined_band("young", "old"), "young and old");
        let mut names = vec!["Other", "Pay in 12", NOT_STATED, "Pay in 3", "Card"];
        names.sort_by(|a, b| order(a, b));
        assert_eq!(names, ["Card", "Pay in 3", "Pay in 12", "Other", NOT_STATED]);
    }
}
