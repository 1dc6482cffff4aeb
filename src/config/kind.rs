//! What a setting may hold: the one check of a value, whichever source it comes from.

use crate::{
    domain::{DURATION_FORM, parse_duration},
    mcp::ServerList,
};
use serde_json::Value;

/// The kind of value a key takes. Environment variables are text, so every kind is read from text too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// On or off.
    Switch,
    /// A whole number within bounds, both included.
    Whole {
        /// Least.
        min: u64,
        /// Greatest.
        max: u64,
    },
    /// A whole number that protects somebody: it may be raised above its floor, never lowered.
    Threshold {
        /// Least, and the default.
        floor: u64,
    },
    /// Seconds with a fraction.
    Seconds,
    /// A whole number with a unit.
    Duration,
    /// Any text; what looks like a number stays text.
    Text,
    /// Text that is not empty.
    Name,
    /// A path that is not empty.
    Path,
    /// Paths: a list, or text with a colon between two.
    Paths,
    /// An address that begins with `http://` or `https://` and holds no credentials.
    Url,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// How much is logged. The names that other logging systems use are taken too.
    Level,
    /// Text that is never printed.
    Secret,
    /// Servers by name: a table of tables, or a JSON object as text. Only their names are printed.
    Servers,
}

/// What stands for a secret.
pub(super) const MASK: &str = "***";

/// The greatest threshold taken.
const MAX_THRESHOLD: u64 = 1_000_000;

/// The longest retry delay taken, in seconds.
const MAX_SECONDS: f64 = 3600.0;

/// Levels by every name taken, with the name kept.
const LEVELS: [(&str, &str); 7] = [
    ("error", "error"),
    ("warn", "warn"),
    ("info", "info"),
    ("debug", "debug"),
    ("trace", "trace"),
    ("warning", "warn"),
    ("critical", "error"),
];

impl Kind {
    /// The value in the form that the settings hold, or why it cannot be taken. The message never holds a secret.
    pub(super) fn check(self, value: &Value) -> Result<Value, String> {
        if self == Self::Servers {
            return servers(value).unwrap_or_else(|| Err(self.refusal(value)));
        }
        let text = value.as_str().map(str::trim);
        let taken = match self {
            Self::Switch => value.as_bool().or_else(|| text.and_then(switch)).map(Value::from),
            Self::Whole { min, max } => whole(value).filter(|n| (min..=max).contains(n)).map(Value::from),
            Self::Threshold { floor } => {
                whole(value).filter(|n| (floor..=MAX_THRESHOLD).contains(n)).map(Value::from)
            }
            Self::Seconds => value
                .as_f64()
                .or_else(|| text.and_then(|text| text.parse().ok()))
                .filter(|seconds| (0.0..=MAX_SECONDS).contains(seconds))
                .map(Value::from),
            Self::Duration => text.filter(|text| parse_duration(text).is_some()).map(Value::from),
            Self::Text => value.as_str().map(Value::from),
            Self::Name | Self::Secret => text.filter(|text| !text.is_empty()).map(Value::from),
            Self::Path => value.as_str().filter(|text| !text.trim().is_empty()).map(Value::from),
            Self::Paths => paths(value),
            Self::Url => text.filter(|text| is_url(text)).map(Value::from),
            Self::Choice(words) => text.and_then(|text| {
                words.iter().find(|word| word.eq_ignore_ascii_case(text)).map(|word| Value::from(*word))
            }),
            Self::Level => text.and_then(|text| {
                let level = LEVELS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
                level.map(|(_, kept)| Value::from(*kept))
            }),
            Self::Servers => None,
        };
        taken.ok_or_else(|| self.refusal(value))
    }

    /// What may be written, to complete "this is not …".
    pub fn allowed(self) -> String {
        match self {
            Self::Switch => "true or false (also yes/no, on/off, 1/0, enabled/disabled)".into(),
            Self::Whole { min, max } => format!("a whole number from {min} to {max}"),
            Self::Threshold { floor } => {
                format!(
                    "a whole number from {floor} to {MAX_THRESHOLD} (this threshold may be raised, never lowered)"
                )
            }
            Self::Seconds => format!("a number of seconds from 0 to {MAX_SECONDS}"),
            Self::Duration => DURATION_FORM.into(),
            Self::Text => "text in quotes".into(),
            Self::Name | Self::Secret => "text that is not empty".into(),
            Self::Path => "a path".into(),
            Self::Paths => "a list of paths (in a variable with a colon between two)".into(),
            Self::Url => {
                "an address such as http://127.0.0.1:8000/mcp, without user name or password in it".into()
            }
            Self::Choice(words) => words.join(" or "),
            Self::Level => "error, warn, info, debug or trace".into(),
            Self::Servers => "a table of servers by name, each with a command or a url".into(),
        }
    }

    /// A value of this kind as it may be shown: secrets are masked, and so is the query of an address, where tokens
    /// are often put.
    pub(super) fn shown(self, value: &Value) -> Value {
        match (self, value.as_str()) {
            (Self::Secret, Some(_)) => MASK.into(),
            (Self::Url, Some(url)) => match url.split_once('?') {
                Some((address, _)) => format!("{address}?{MASK}").into(),
                None => value.clone(),
            },
            (Self::Servers, _) => match value {
                Value::Object(servers) => servers.keys().map(String::as_str).collect(),
                other => other.clone(),
            },
            _ => value.clone(),
        }
    }

    fn refusal(self, value: &Value) -> String {
        let allowed = self.allowed();
        match (self, value) {
            (Self::Secret | Self::Url | Self::Servers, _) => format!("the value is not {allowed}"),
            (_, Value::String(text)) => format!("`{}` is not {allowed}", text.escape_debug()),
            (_, Value::Array(_) | Value::Object(_)) => format!("a list, table or date is not {allowed}"),
            _ => format!("`{value}` is not {allowed}"),
        }
    }
}

fn switch(text: &str) -> Option<bool> {
    let is = |words: [&str; 5]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is(["true", "1", "yes", "on", "enabled"]) {
        Some(true)
    } else if is(["false", "0", "no", "off", "disabled"]) {
        Some(false)
    } else {
        None
    }
}

/// Servers by name, or what is wrong with one; `None` for what is no table of tables. What a field holds is checked when
/// its server is used: one that is wrong is in nobody's way.
fn servers(value: &Value) -> Option<Result<Value, String>> {
    let servers = match value {
        Value::String(text) => serde_json::from_str(text).ok()?,
        Value::Object(servers) => servers.clone(),
        _ => return None,
    };
    if !servers.values().all(Value::is_object) {
        return None;
    }
    let list = ServerList::from(servers.clone());
    let stranger = list.names().find_map(|name| Some((name, *list.unknown_fields(name).first()?)));
    Some(match stranger {
        Some((name, field)) => {
            let near = ServerList::nearest_field(field).map(|near| format!("; did you mean `{near}`?"));
            let (name, field) = (name.escape_debug(), field.escape_debug());
            Err(format!("the server `{name}` has the unknown field `{field}`{}", near.unwrap_or_default()))
        }
        None => Ok(Value::Object(servers)),
    })
}

/// A list of paths; none of them empty.
fn paths(value: &Value) -> Option<Value> {
    let paths: Vec<&str> = match value {
        Value::String(text) => text.split(':').filter(|path| !path.is_empty()).collect(),
        Value::Array(paths) => paths.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => return None,
    };
    paths.iter().all(|path| !path.trim().is_empty()).then(|| paths.into())
}

fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn is_url(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !authority.is_empty()
        && !authority.starts_with(':')
        && !authority.contains('@')
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_takes_what_it_should_and_names_what_it_refuses() {
        let whole = Kind::Whole { min: 1, max: 10 };
        let cases = [
            (Kind::Switch, json!("Enabled"), Some(json!(true))),
            (Kind::Switch, json!("0"), Some(json!(false))),
            (Kind::Switch, json!("maybe"), None),
            (Kind::Paths, json!("a.ttf:b c.otf"), Some(json!(["a.ttf", "b c.otf"]))),
            (Kind::Paths, json!(["a.ttf"]), Some(json!(["a.ttf"]))),
            (Kind::Paths, json!([""]), None),
            (Kind::Paths, json!(3), None),
            (whole, json!("3"), Some(json!(3))),
            (whole, json!(0), None),
            (whole, json!(11), None),
            (whole, json!("-1"), None),
            (whole, json!(1.5), None),
            (Kind::Threshold { floor: 50 }, json!(49), None),
            (Kind::Threshold { floor: 50 }, json!(60), Some(json!(60))),
            (Kind::Seconds, json!(1), Some(json!(1.0))),
            (Kind::Seconds, json!("nan"), None),
            (Kind::Seconds, json!("inf"), None),
            (Kind::Seconds, json!("-0.5"), None),
            (Kind::Duration, json!(60), None),
            (Kind::Text, json!("12345"), Some(json!("12345"))),
            (Kind::Text, json!(12345), None),
            (Kind::Name, json!(" "), None),
            (Kind::Level, json!("WARNING"), Some(json!("warn"))),
            (Kind::Choice(&["client", "internal"]), json!("both"), None),
            (Kind::Url, json!("ftp://host/"), None),
            (Kind::Url, json!("http:///mcp"), None),
            (Kind::Url, json!("https://host/mcp"), Some(json!("https://host/mcp"))),
        ];
        for (kind, value, taken) in cases {
            match (kind.check(&value), taken) {
                (Ok(found), Some(taken)) => assert_eq!(found, taken, "{kind:?}"),
                (Err(message), None) => {
                    assert!(message.ends_with(&kind.allowed()), "{message}");
                }
                (found, _) => panic!("{kind:?} {value}: {found:?}"),
            }
        }
    }

    #[test]
    fn neither_a_refusal_nor_a_listing_gives_a_secret_away() {
        for (kind, value) in [(Kind::Secret, json!(314_159)), (Kind::Url, json!("https://kim:314159@host/"))]
        {
            let message = kind.check(&value).unwrap_err();
            assert!(!message.contains("314159"), "{message}");
        }
        assert_eq!(Kind::Secret.shown(&json!("314159")), json!("***"));
        assert_eq!(Kind::Url.shown(&json!("https://host/mcp?key=314159")), json!("https://host/mcp?***"));
    }
}
