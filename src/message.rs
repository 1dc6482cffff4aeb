//! What messages share: the name that may have been meant, and somebody else's words in a few of ours.
//!
//! Not for names that are refused because they look like a slip of a built-in one (`template`, `store::import`): those
//! are rules of what is valid, stricter than a suggestion, and stand where they hold.

/// The known name nearest to the one given, if it is near enough for a misspelling: one letter, and one more for every
/// four of the name. Upper and lower case are the same.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |known: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase());
    let (distance, near) = known.map(|known| (distance(known), known)).min()?;
    (distance <= 1 + near.len() / 4).then_some(near)
}

/// The first characters of a text, on one line.
pub fn excerpt(text: &str, characters: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_has_a_nearest_name_and_a_stranger_none() {
        let known = || ["sql", "metrics", "last-quarter"].into_iter();
        let cases = [
            ("sqll", Some("sql")),
            ("Metircs", Some("metrics")),
            ("last-quater", Some("last-quarter")),
            ("orders", None),
            ("", None),
        ];
        for (name, near) in cases {
            assert_eq!(nearest(name, known()), near, "{name}");
        }
        assert_eq!(nearest("sql", std::iter::empty()), None);
    }

    #[test]
    fn an_excerpt_is_one_line_that_says_where_it_ends_early() {
        assert_eq!(excerpt("a\n  b\tc ", 5), "a b c");
        assert_eq!(excerpt("äöü und", 3), "äöü…");
        assert_eq!(excerpt("", 3), "");
    }
}
