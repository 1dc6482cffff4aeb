//! Finds a binding and what it extends.

use super::{Binding, read};
use crate::message::nearest;
use serde_json::{Map, Value};
use std::path::Path;

/// The bindings embedded in the program, by name.
const BUILT_IN: [(&str, &str); 3] = [
    ("metrics", include_str!("../../../templates/bindings/metrics.toml")),
    ("sql", include_str!("../../../templates/bindings/sql.toml")),
    ("agent", include_str!("../../../templates/bindings/agent.toml")),
];

/// What is wrong with a binding.
#[derive(Debug, thiserror::Error)]
pub enum BindingError {
    /// No such binding.
    #[error("there is no binding `{name}`; built in: {}{}", binding_names().join(", "), suggestion(name))]
    Unknown {
        /// As asked for.
        name: String,
    },
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{path}: {}", message.trim_end())]
    Toml {
        /// The file.
        path: String,
        /// The parser's words, with line and column.
        message: String,
    },
    /// It is not what a binding must be: everything that is wrong.
    #[error("{path}: {}", errors.join("; "))]
    Invalid {
        /// The file, or the name of a built-in binding.
        path: String,
        /// All errors.
        errors: Vec<String>,
    },
}

/// Names of the bindings embedded in the program.
pub fn binding_names() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(name, _)| *name).collect()
}

fn suggestion(name: &str) -> String {
    nearest(name, BUILT_IN.iter().map(|(name, _)| *name))
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

impl Binding {
    /// Loads a built-in binding by name, or a file.
    ///
    /// # Errors
    /// When there is none, it cannot be read, or it is wrong; all that is wrong is named.
    pub fn load(name: &str) -> Result<Self, BindingError> {
        if let Some(text) = built_in(name) {
            return parse(name, text, false);
        }
        let path = Path::new(name);
        if !path.exists() && !name.contains('/') && path.extension().is_none() {
            return Err(BindingError::Unknown { name: name.to_owned() });
        }
        let text = std::fs::read_to_string(path)
            .map_err(|source| BindingError::Unreadable { path: name.to_owned(), source })?;
        parse(name, text.strip_prefix('\u{feff}').unwrap_or(&text), true)
    }
}

/// The metrics contract.
pub(super) fn metrics() -> Binding {
    // That the file is right is tested; were it not, no call would have a way.
    Binding::load("metrics").unwrap_or_else(|_| Binding {
        name: "metrics".into(),
        retrieval: super::Retrieval::Direct,
        sql: None,
        ways: Vec::new(),
    })
}

fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

fn parse(path: &str, text: &str, own: bool) -> Result<Binding, BindingError> {
    let table = toml(text).map_err(|message| BindingError::Toml { path: path.to_owned(), message })?;
    let mut errors = Vec::new();
    if own
        && let Some(name) = table.get("name").and_then(Value::as_str).filter(|name| built_in(name).is_some())
    {
        errors.push(format!("`name`: `{name}` is the name of a built-in binding; choose another"));
    }
    let table = extended(table, &mut errors);
    let binding = read::binding(&table, &mut errors);
    if errors.is_empty() { Ok(binding) } else { Err(BindingError::Invalid { path: path.to_owned(), errors }) }
}

fn toml(text: &str) -> Result<Map<String, Value>, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

/// The table over the one that it extends: its keys replace the other's, in `sql` and `answer` one by one.
fn extended(table: Map<String, Value>, errors: &mut Vec<String>) -> Map<String, Value> {
    let Some(base) = table.get("extends") else { return table };
    let text = base.as_str().and_then(built_in);
    let Some(mut base) = text.and_then(|text| toml(text).ok()) else {
        let near = base.as_str().map_or_else(String::new, suggestion);
        errors.push(format!(
            "`extends`: {base} is no built-in binding; there are {}{near}",
            binding_names().join(", ")
        ));
        return table;
    };
    for (key, value) in table {
        match (key.as_str(), base.get_mut(&key), value) {
            ("sql" | "answer", Some(Value::Object(under)), Value::Object(over)) => {
                // A table and a query are two ways of saying one thing.
                if over.contains_key("table") || over.contains_key("query") {
                    under.retain(|key, _| key != "table" && key != "query");
                }
                under.extend(over);
            }
            (_, _, value) => {
                base.insert(key, value);
            }
        }
    }
    base
}
