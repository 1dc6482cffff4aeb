//! Reading a TOML table key by key: every wrong key and type is noted, and reading goes on.

use crate::message::nearest;
use serde_json::{Map, Value};

/// A table of a file, and what is wrong in it.
pub(super) struct Fields<'a, 'e> {
    table: &'a Map<String, Value>,
    /// Where the table stands, with a dot behind it; empty for the file itself.
    prefix: String,
    errors: &'e mut Vec<String>,
}

impl<'a, 'e> Fields<'a, 'e> {
    /// A table whose keys must be among `known`.
    pub(super) fn new(
        table: &'a Map<String, Value>,
        prefix: &str,
        known: &[&str],
        errors: &'e mut Vec<String>,
    ) -> Self {
        for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
            let hint = match nearest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{prefix}{near}`?"),
                None => format!("there are {}", known.join(", ")),
            };
            errors.push(format!("unknown key `{prefix}{key}`; {hint}"));
        }
        Self { table, prefix: prefix.to_owned(), errors }
    }

    /// Notes what is wrong at a key.
    pub(super) fn complain(&mut self, key: &str, what: impl std::fmt::Display) {
        self.errors.push(format!("`{}{key}`: {what}", self.prefix));
    }

    /// Whether a key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Any value.
    pub(super) fn value(&self, key: &str) -> Option<&'a Value> {
        self.table.get(key)
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, key: &str) -> Option<&'a str> {
        let text = self.checked(key, "a text", Value::as_str)?;
        if text.trim().is_empty() || text.contains('\0') {
            self.complain(key, "is empty or holds a NUL");
            return None;
        }
        Some(text)
    }

    /// A whole number from 0.
    pub(super) fn whole(&mut self, key: &str) -> Option<u64> {
        self.checked(key, "a whole number from 0", Value::as_u64)
    }

    /// A table.
    pub(super) fn table(&mut self, key: &str) -> Option<&'a Map<String, Value>> {
        self.checked(key, "a table", Value::as_object)
    }

    /// A list.
    pub(super) fn list(&mut self, key: &str) -> Option<&'a Vec<Value>> {
        self.checked(key, "a list", Value::as_array)
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, key: &str) -> Vec<String> {
        let list = self.list(key).into_iter().flatten();
        let texts: Vec<_> = list.map(|item| item.as_str().map(str::to_owned)).collect();
        if texts.iter().any(Option::is_none) {
            self.complain(key, "must be a list of texts");
        }
        texts.into_iter().flatten().collect()
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let word = self.text(key)?;
        let found = choices.iter().find(|(name, _)| *name == word);
        if found.is_none() {
            let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
            let near = nearest(word, names.iter().copied());
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            self.complain(key, format!("`{word}` is none of {}{near}", names.join(", ")));
        }
        found.map(|(_, choice)| *choice)
    }

    /// A table of texts by text.
    pub(super) fn names(&mut self, key: &str) -> Vec<(&'a str, &'a str)> {
        let mut names = Vec::new();
        for (name, value) in self.table(key).into_iter().flatten() {
            match value.as_str().filter(|text| !text.trim().is_empty() && !text.contains('\0')) {
                Some(text) => names.push((name.as_str(), text)),
                None => self.complain(&format!("{key}.{name}"), "must be a text that is not empty"),
            }
        }
        names
    }

    fn checked<T>(&mut self, key: &str, what: &str, read: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        let value = self.table.get(key)?;
        let read = read(value);
        if read.is_none() {
            self.complain(key, format!("must be {what}, and is {value}"));
        }
        read
    }
}
