//! What a call said: the texts and numbers of its arguments. A statement's comments say nothing.

use serde_json::Value;

/// The arguments of a call.
pub(super) struct Sent(Vec<String>);

impl Sent {
    /// What stands in arguments, at any depth.
    pub(super) fn new(arguments: &Value) -> Self {
        let mut texts = Vec::new();
        collect(arguments, &mut texts);
        Self(texts)
    }

    /// Whether a name stands there as a whole: `acme` does not stand in `acme-it`.
    pub(super) fn names(&self, name: &str) -> bool {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let stands = |text: &str| {
            text.match_indices(name).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let after = text[at + name.len()..].chars().next();
                !before.is_some_and(is_part) && !after.is_some_and(is_part)
            })
        };
        self.0.iter().any(|text| text.trim() == name || stands(&uncommented(text)))
    }

    /// Whether words stand there.
    pub(super) fn says(&self, words: &str) -> bool {
        self.0.iter().any(|text| uncommented(text).contains(words))
    }
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Number(number) => texts.push(number.to_string()),
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, texts)),
        Value::Object(object) => object.values().for_each(|inner| collect(inner, texts)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// A statement without its comments. A mark of a comment within quotes is none.
fn uncommented(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (length, keep) = if rest.starts_with("--") || c == '#' {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            (comment.find("*/").map_or(rest.len(), |end| end + 4), false)
        } else if matches!(c, '\'' | '"' | '`') {
            (rest[1..].find(c).map_or(rest.len(), |end| end + 2), true)
        } else {
            (c.len_utf8(), true)
        };
        kept.push_str(if keep { &rest[..length] } else { " " });
        rest = &rest[length..];
    }
    kept
}
