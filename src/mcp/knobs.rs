//! What this program alone reads of a server's entry: the table `kamslides`, which other programs pass over.

use super::ServerError;
use crate::{
    domain::{DURATION_FORM, parse_duration},
    failure::FailureKind,
    message::nearest,
};
use serde_json::{Map, Value};
use std::{num::NonZeroUsize, time::Duration};

/// How one server is treated; what is `None` is as in the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Knobs {
    /// The longest wait for an answer; `timeout`.
    pub call_timeout: Option<Duration>,
    /// The longest wait for a session; `initTimeout`.
    pub connect_timeout: Option<Duration>,
    /// Calls in flight over all sessions, at most; `concurrency`.
    pub concurrency: Option<NonZeroUsize>,
    /// Which version of MCP is spoken; `protocol`.
    pub protocol: Protocol,
    /// How the server answers: the name of a binding, or a path; `binding`.
    pub binding: Option<String>,
}

/// Which version of MCP is spoken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Protocol {
    /// 2025-11-25, the newest that begins with a handshake; servers offer what they know up to it.
    #[default]
    Handshake,
    /// 2026-07-28, which knows no sessions.
    Stateless,
    /// 2026-07-28, else 2025-11-25 over a new connection.
    Auto,
}

/// The names of the knobs.
const NAMES: [&str; 5] = ["timeout", "initTimeout", "concurrency", "protocol", "binding"];

impl Knobs {
    /// Reads the table `kamslides` of the server `server`.
    ///
    /// # Errors
    /// When a knob is unknown or its value is not what it takes.
    pub(super) fn read(server: &str, table: &Value) -> Result<Self, ServerError> {
        let wrong = |what: String| {
            ServerError::new(FailureKind::Config, format!("the server {server}: kamslides{what}"))
        };
        let Value::Object(table) = table else {
            return Err(wrong(" is not a table".into()));
        };
        if let Some(stranger) = table.keys().find(|name| !NAMES.contains(&name.as_str())) {
            let error = wrong(format!(".{} is no setting of a server", stranger.escape_debug()));
            return Err(match nearest(stranger, NAMES.into_iter()) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(format!("there are {}", NAMES.join(", "))),
            });
        }
        let refused = |name: &str, allowed: &str| wrong(format!(".{name} is not {allowed}"));
        Ok(Self {
            call_timeout: duration(table, "timeout").map_err(|()| refused("timeout", DURATION_FORM))?,
            connect_timeout: duration(table, "initTimeout")
                .map_err(|()| refused("initTimeout", DURATION_FORM))?,
            concurrency: match table.get("concurrency") {
                None => None,
                Some(number) => Some(
                    number
                        .as_u64()
                        .and_then(|n| NonZeroUsize::new(n.min(1000) as usize))
                        .ok_or_else(|| refused("concurrency", "a whole number from 1 on"))?,
                ),
            },
            protocol: match table.get("protocol").map(Value::as_str) {
                None | Some(Some("2025-11-25")) => Protocol::Handshake,
                Some(Some("2026-07-28")) => Protocol::Stateless,
                Some(Some("auto")) => Protocol::Auto,
                Some(_) => return Err(refused("protocol", "2025-11-25, 2026-07-28 or auto")),
            },
            binding: match table.get("binding").map(Value::as_str) {
                None => None,
                Some(Some(name)) if !name.trim().is_empty() => Some(name.trim().to_owned()),
                Some(_) => return Err(refused("binding", "a name or a path")),
            },
        })
    }
}

fn duration(table: &Map<String, Value>, name: &str) -> Result<Option<Duration>, ()> {
    let Some(value) = table.get(name) else { return Ok(None) };
    value.as_str().and_then(parse_duration).map(Some).ok_or(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_knob_is_read() {
        let table = json!({"timeout": "90s", "initTimeout": "2m", "concurrency": 4, "protocol": "auto", "binding": "sql"});
        let knobs = Knobs {
            call_timeout: Some(Duration::from_secs(90)),
            connect_timeout: Some(Duration::from_secs(120)),
            concurrency: NonZeroUsize::new(4),
            protocol: Protocol::Auto,
            binding: Some("sql".into()),
        };
        assert_eq!(Knobs::read("x", &table), Ok(knobs));
        assert_eq!(Knobs::read("x", &json!({})), Ok(Knobs::default()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (table, said) in [
            (json!(3), "the server x: kamslides is not a table"),
            (
                json!({"timeuot": "9s"}),
                "kamslides.timeuot is no setting of a server; did you mean `timeout`?",
            ),
            (json!({"timeout": 90}), "kamslides.timeout is not a duration such as"),
            (json!({"concurrency": 0}), "kamslides.concurrency is not a whole number"),
            (json!({"protocol": "2024-11-05"}), "kamslides.protocol is not 2025-11-25, 2026-07-28 or auto"),
            (json!({"binding": ""}), "kamslides.binding is not a name or a path"),
            (json!({"retries": 2}), "there are timeout, initTimeout"),
        ] {
            let error = Knobs::read("x", &table).unwrap_err();
            let text = format!("{error}; {}", error.hints.join("; "));
            assert!(text.contains(said) && error.kind == FailureKind::Config, "{text}");
        }
    }
}
