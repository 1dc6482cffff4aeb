//! Comparing a model's words with those of the data.

/// Whether two labels are the same but for case, spaces and punctuation: `pay_in_3` and `Pay in 3`.
pub(super) fn same(a: &str, b: &str) -> bool {
    let a = words(a);
    !a.is_empty() && a.concat() == words(b).concat()
}

/// Whether a line says the words of a label one after the other.
pub(super) fn says(line: &str, label: &str) -> bool {
    let (line, label) = (words(line), words(label));
    !label.is_empty() && line.windows(label.len()).any(|window| window == label)
}

pub(super) fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether a cell says that its row sums up the others.
pub(super) fn is_total(text: &str) -> bool {
    matches!(
        words(text).concat().as_str(),
        "total" | "totals" | "grandtotal" | "subtotal" | "overall" | "all"
    )
}
