//! A list of servers as other MCP clients keep it: `mcpServers` or `servers` in a JSON file, or our own TOML tables.
//!
//! A list only names servers. An entry is looked at when it is chosen, so that one that is wrong, or whose variables
//! are not set, is in nobody's way.

use super::{Server, ServerError, entry, expand::Lookup, jsonc};
use crate::{failure::FailureKind, message::nearest};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The root keys that hold the servers: everybody's but one, and VS Code's.
const ROOTS: [&str; 2] = ["mcpServers", "servers"];

/// Servers by name, each as it was written. Shows and serialises as the names alone: an entry may hold secrets.
#[derive(Clone, Default, PartialEq)]
pub struct ServerList {
    servers: BTreeMap<String, Value>,
    passed_over: Vec<String>,
}

impl ServerList {
    /// Reads the text of a file such as `.mcp.json`. Comments and trailing commas are taken.
    ///
    /// # Errors
    /// When the text is no JSON object, or holds neither or both of `mcpServers` and `servers`.
    pub fn parse(text: &str) -> Result<Self, ServerError> {
        let wrong = |what: String| ServerError::new(FailureKind::Config, what);
        let root: Value = serde_json::from_str(&jsonc::to_json(text))
            .map_err(|error| wrong(format!("the server list is not JSON: {error}")))?;
        let Value::Object(mut root) = root else {
            return Err(wrong("the server list is not a JSON object".into()).hint(form()));
        };
        let mut found = ROOTS.iter().filter_map(|key| Some((*key, root.shift_remove(*key)?)));
        let (key, servers) = match (found.next(), found.next()) {
            (Some(one), None) => one,
            (Some(_), Some(_)) => {
                let both = "the server list holds both `mcpServers` and `servers`";
                return Err(wrong(both.into()).hint("keep the servers under one of the two"));
            }
            (None, _) => {
                let neither = "the server list holds neither `mcpServers` nor `servers`";
                let near = root.keys().find(|key| nearest(key, ROOTS.into_iter()).is_some());
                let hint = near.map_or_else(form, |key| format!("is `{}` misspelt?", key.escape_debug()));
                return Err(wrong(neither.into()).hint(hint));
            }
        };
        drop(found);
        let Value::Object(servers) = servers else {
            return Err(wrong(format!("`{key}` in the server list is not an object")).hint(form()));
        };
        let passed_over = root.keys().map(|key| format!("`{}`", key.escape_debug())).collect();
        Ok(Self { passed_over, ..Self::from(servers) })
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.servers.keys().map(String::as_str)
    }

    /// Whether a server of this name is in the list.
    pub fn contains(&self, name: &str) -> bool {
        self.servers.contains_key(name)
    }

    /// The keys beside the servers that were passed over, for the log.
    pub fn passed_over(&self) -> &[String] {
        &self.passed_over
    }

    /// The fields of a server's entry that mean nothing to this program, for the log.
    pub fn unknown_fields(&self, name: &str) -> Vec<&str> {
        self.servers.get(name).map(entry::unknown_fields).unwrap_or_default()
    }

    /// The field of an entry that may have been meant.
    pub fn nearest_field(field: &str) -> Option<&'static str> {
        entry::nearest_field(field)
    }

    /// The name that may have been meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.names())
    }

    /// The server of this name. Only its entry is read, and only its variables are looked up.
    ///
    /// # Errors
    /// When there is no such server, or its entry cannot be used; the message never holds a value of the entry that
    /// may be secret.
    pub fn choose(&self, name: &str, lookup: &Lookup<'_>) -> Result<Server, ServerError> {
        let unknown = || {
            let what = format!("there is no server `{}` in the list", name.escape_debug());
            ServerError::new(FailureKind::Config, what)
        };
        entry::server(name, self.servers.get(name).ok_or_else(unknown)?, lookup)
    }
}

fn form() -> String {
    "it looks like {\"mcpServers\": {\"NAME\": {\"url\": \"https://…\"}}}".into()
}

impl From<Map<String, Value>> for ServerList {
    fn from(servers: Map<String, Value>) -> Self {
        Self { servers: servers.into_iter().collect(), passed_over: Vec::new() }
    }
}

impl std::fmt::Debug for ServerList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl Serialize for ServerList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<'de> Deserialize<'de> for ServerList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn either_root_is_taken_and_the_rest_is_passed_over() {
        for text in [
            r#"{"mcpServers": {"b": {}, "a": 3}, "$schema": "x"}"#,
            r#"{"inputs": [], /* VS Code */ "servers": {"a": {"command": "x"}, "b": {},}}"#,
        ] {
            let list = ServerList::parse(text).unwrap();
            assert_eq!(list.names().collect::<Vec<_>>(), ["a", "b"]);
            assert_eq!(list.passed_over().len(), 1);
        }
    }

    #[test]
    fn neither_or_both_roots_are_an_error() {
        for (text, said) in [
            ("", "not JSON"),
            ("[]", "not a JSON object; it looks like {\"mcpServers\""),
            ("{}", "neither `mcpServers` nor `servers`"),
            (r#"{"mcpServer": {}}"#, "neither `mcpServers` nor `servers`; is `mcpServer` misspelt?"),
            (r#"{"mcpServers": {}, "servers": {}}"#, "both `mcpServers` and `servers`"),
            (r#"{"mcpServers": []}"#, "`mcpServers` in the server list is not an object"),
        ] {
            let error = ServerList::parse(text).unwrap_err();
            let shown = format!("{error}; {}", error.hints.join("; "));
            assert!(shown.contains(said) && error.kind == FailureKind::Config, "{shown}");
        }
    }

    #[test]
    fn a_list_shows_names_only() {
        let list = ServerList::parse(r#"{"servers": {"a": {"url": "http://h/hunter2"}}}"#).unwrap();
        assert_eq!(format!("{list:?} {}", serde_json::to_string(&list).unwrap()), r#"{"a"} ["a"]"#);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            text in "\\PC{0,60}",
            field in "command|args|env|cwd|url|serverUrl|headers|type|token|kamslides",
            value in r#"(null|3|"\$\{A\}"|"\$\{A:-b\}"|"http://h:1/"|\["x", "\$\{"\]|\{"a": "\$\{A\}"\}|\{"timeout": "1s"\}|"sse"|"stdio"){1}"#,
            more in r#"(, "url": "http://h"|, "command": "x"|, "x": 1){0,2}"#,
        ) {
            drop(ServerList::parse(&text));
            let list = ServerList::parse(&format!(r#"{{"mcpServers": {{"a": {{"{field}": {value}{more}}}}}}}"#));
            for lookup in [None, Some("hunter2".to_owned())] {
                if let Ok(list) = &list
                    && let Err(error) = list.choose("a", &|_| lookup.clone())
                {
                    prop_assert!(!error.message.contains("hunter2"));
                }
            }
        }
    }
}
