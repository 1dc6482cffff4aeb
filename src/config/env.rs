//! What the environment may say, [`ENV_VARS`], and what it says, [`Environment`].
//!
//! The table is the one list of keys as well: a key exists because it has a row. It drives the reading of variables and
//! files, the suggestions, and the tests that hold `docs/configuration.md` and `config.example.toml` to it.

use super::Kind;
use crate::message::nearest;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What every variable of this program begins with.
pub(super) const PREFIX: &str = "SCALAPAY_";

/// One variable.
#[derive(Debug, Clone, Copy)]
pub struct EnvVar {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub effect: Effect,
    /// What it is for, a phrase.
    pub help: &'static str,
}

/// What a variable does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Sets a key; the variable is `SCALAPAY_<TABLE>__<KEY>`.
    Key(&'static str, Kind),
    /// Names a file that holds the value of a key.
    File(&'static str),
    /// Sets a key by its historical name.
    Historical(&'static str),
    /// Belongs to a part that this version does not have.
    Unused,
    /// Tuned something that is no longer done. The help says what replaced it.
    Replaced,
}

impl EnvVar {
    /// The key it sets, if it sets one.
    pub fn key(&self) -> Option<&'static str> {
        match self.effect {
            Effect::Key(key, _) | Effect::File(key) | Effect::Historical(key) => Some(key),
            Effect::Unused | Effect::Replaced => None,
        }
    }
}

const fn key(name: &'static str, key: &'static str, kind: Kind, help: &'static str) -> EnvVar {
    EnvVar { name, effect: Effect::Key(key, kind), help }
}

const fn file(name: &'static str, key: &'static str) -> EnvVar {
    EnvVar { name, effect: Effect::File(key), help: "path of a file that holds the secret" }
}

const fn historical(name: &'static str, key: &'static str) -> EnvVar {
    EnvVar { name, effect: Effect::Historical(key), help: "historical name" }
}

const fn unused(name: &'static str) -> EnvVar {
    EnvVar { name, effect: Effect::Unused, help: "belongs to a part that this version does not have" }
}

const fn replaced(name: &'static str, help: &'static str) -> EnvVar {
    EnvVar { name, effect: Effect::Replaced, help }
}

/// How many of something there may be at once.
const COUNT: Kind = Kind::Whole { min: 1, max: 1000 };

/// Every `SCALAPAY_*` variable.
pub static ENV_VARS: &[EnvVar] = &[
    key(
        "SCALAPAY_RETRIEVAL__MODE",
        "retrieval.mode",
        Kind::Choice(&["direct", "agent"]),
        "who decides what the server is asked",
    ),
    key("SCALAPAY_RETRIEVAL__DB", "retrieval.db", Kind::Path, "the embedded database"),
    key("SCALAPAY_RETRIEVAL__SERVER", "retrieval.server", Kind::Name, "the server of a list that answers"),
    key(
        "SCALAPAY_RETRIEVAL__BINDING",
        "retrieval.binding",
        Kind::Name,
        "how the data server is asked: a name or a path",
    ),
    key("SCALAPAY_RETRIEVAL__DEADLINE", "retrieval.deadline", Kind::Duration, "longest time for a run"),
    key(
        "SCALAPAY_RETRIEVAL__CALL_TIMEOUT",
        "retrieval.call_timeout",
        Kind::Duration,
        "longest wait for an answer",
    ),
    key(
        "SCALAPAY_RETRIEVAL__CONNECT_TIMEOUT",
        "retrieval.connect_timeout",
        Kind::Duration,
        "longest wait for a session",
    ),
    key("SCALAPAY_RETRIEVAL__CONCURRENT", "retrieval.concurrent", Kind::Switch, "whether calls may overlap"),
    key(
        "SCALAPAY_RETRIEVAL__MAX_CONCURRENT_BATCHES",
        "retrieval.max_concurrent_batches",
        COUNT,
        "batches in flight",
    ),
    key("SCALAPAY_RETRIEVAL__BATCH_SIZE", "retrieval.batch_size", COUNT, "requests per batch"),
    key(
        "SCALAPAY_RETRIEVAL__MAX_STEPS",
        "retrieval.max_steps",
        Kind::Whole { min: 1, max: 100 },
        "turns of a language model per request",
    ),
    key(
        "SCALAPAY_RETRIEVAL__SIMPLIFIED_SCHEMAS",
        "retrieval.simplified_schemas",
        Kind::Switch,
        "whether tools are described to a language model in short",
    ),
    key(
        "SCALAPAY_CHARTS__CONCURRENT",
        "charts.concurrent",
        Kind::Switch,
        "whether charts are drawn side by side",
    ),
    key("SCALAPAY_CHARTS__MAX_CONCURRENT", "charts.max_concurrent", COUNT, "charts drawn at once"),
    key(
        "SCALAPAY_CHARTS__SCALE",
        "charts.scale",
        Kind::Whole { min: 1, max: 2 },
        "1 for pictures of 1600 × 900 pixels, 2 for 3200 × 1800",
    ),
    key(
        "SCALAPAY_CHARTS__SMALL",
        "charts.small",
        Kind::Switch,
        "whether pictures are made as small as they get",
    ),
    key(
        "SCALAPAY_FONTS__FALLBACK",
        "fonts.fallback",
        Kind::Paths,
        "font files for names in other scripts, with a colon between two",
    ),
    key("SCALAPAY_LLM__BASE_URL", "llm.base_url", Kind::Url, "address of a language model's server"),
    key("SCALAPAY_LLM__MODEL", "llm.model", Kind::Name, "the language model's name there"),
    key("SCALAPAY_LLM__API_KEY", "llm.api_key", Kind::Secret, "bearer token for that server"),
    file("SCALAPAY_LLM__API_KEY_FILE", "llm.api_key"),
    key("SCALAPAY_LLM__TIMEOUT", "llm.timeout", Kind::Duration, "longest wait for an answer of the model"),
    key("SCALAPAY_LLM__MAX_CONCURRENT", "llm.max_concurrent", COUNT, "questions to the model in flight"),
    key(
        "SCALAPAY_LLM__MAX_CONTEXT_TOKENS",
        "llm.max_context_tokens",
        Kind::Whole { min: 1_000, max: 10_000_000 },
        "tokens of a prompt, and of a batch's conversations together",
    ),
    key("SCALAPAY_MCP__URL", "mcp.url", Kind::Url, "address of the data server"),
    key("SCALAPAY_MCP__TOKEN", "mcp.token", Kind::Secret, "bearer token for the data server"),
    file("SCALAPAY_MCP__TOKEN_FILE", "mcp.token"),
    key("SCALAPAY_MCP__SERVERS", "mcp.servers", Kind::Servers, "servers by name, as JSON"),
    key(
        "SCALAPAY_RESILIENCE__RETRY_ATTEMPTS",
        "resilience.retry_attempts",
        Kind::Whole { min: 0, max: 20 },
        "tries of a call after the first",
    ),
    key(
        "SCALAPAY_RESILIENCE__RETRY_DELAY_SECONDS",
        "resilience.retry_delay_seconds",
        Kind::Seconds,
        "wait before the first retry",
    ),
    key("SCALAPAY_RESILIENCE__SEQUENTIAL", "resilience.sequential", Kind::Switch, "one thing at a time"),
    key(
        "SCALAPAY_RESILIENCE__CIRCUIT_BREAKER_THRESHOLD",
        "resilience.circuit_breaker_threshold",
        Kind::Whole { min: 1, max: 20 },
        "failures that make a server asked less",
    ),
    key(
        "SCALAPAY_RESILIENCE__CIRCUIT_BREAKER_TIMEOUT_SECONDS",
        "resilience.circuit_breaker_timeout_seconds",
        Kind::Seconds,
        "how long a failing server is left alone",
    ),
    key(
        "SCALAPAY_RESILIENCE__FALLBACK_TO_SEQUENTIAL",
        "resilience.fallback_to_sequential",
        Kind::Switch,
        "whether a failing server is first asked one call at a time",
    ),
    key("SCALAPAY_OUTPUT__FOLDER", "output.folder", Kind::Path, "the folder that receives a folder per run"),
    key("SCALAPAY_OUTPUT__TEMPLATE", "output.template", Kind::Name, "the deck's template: a name or a path"),
    key(
        "SCALAPAY_OUTPUT__AUDIENCE",
        "output.audience",
        Kind::Choice(&["client", "internal"]),
        "who will see the deck",
    ),
    key(
        "SCALAPAY_OUTPUT__ON_MISSING",
        "output.on_missing",
        Kind::Choice(&["placeholder", "omit", "fail"]),
        "what stands in for a section without data",
    ),
    key(
        "SCALAPAY_OUTPUT__REQUIRE_COMPLETE",
        "output.require_complete",
        Kind::Switch,
        "whether the data must reach the end of the focus",
    ),
    key("SCALAPAY_OUTPUT__PROVIDER", "output.provider", Kind::Text, "the provider's name in texts"),
    key("SCALAPAY_OUTPUT__AUTHOR", "output.author", Kind::Text, "the author in the deck's properties"),
    key("SCALAPAY_OUTPUT__COMPANY", "output.company", Kind::Text, "the company in the deck's properties"),
    key("SCALAPAY_OUTPUT__FSYNC", "output.fsync", Kind::Switch, "whether files are forced to disk"),
    key(
        "SCALAPAY_PRIVACY__MIN_BASE",
        "privacy.min_base",
        Kind::Threshold { floor: 50 },
        "people behind a panel",
    ),
    key(
        "SCALAPAY_PRIVACY__MIN_CELL",
        "privacy.min_cell",
        Kind::Threshold { floor: 10 },
        "people behind a cell",
    ),
    key(
        "SCALAPAY_PRIVACY__RAW_DAYS",
        "privacy.raw_days",
        Kind::Whole { min: 1, max: 3650 },
        "days that raw answers are kept",
    ),
    key(
        "SCALAPAY_ANALYSIS__MIN_ORDERS",
        "analysis.min_orders",
        Kind::Threshold { floor: 30 },
        "orders below which no per cent is given",
    ),
    key("SCALAPAY_LOG__LEVEL", "log.level", Kind::Level, "the least severe line that is written"),
    key("SCALAPAY_LOG__FORMAT", "log.format", Kind::Choice(&["human", "json"]), "how a line is written"),
    key("SCALAPAY_LOG__VERBOSE", "log.verbose", Kind::Switch, "whether -v applies"),
    historical("SCALAPAY_ENABLE_CONCURRENT_DATA_RETRIEVAL", "retrieval.concurrent"),
    historical("SCALAPAY_MAX_CONCURRENT_BATCHES", "retrieval.max_concurrent_batches"),
    historical("SCALAPAY_BATCH_SIZE", "retrieval.batch_size"),
    historical("SCALAPAY_DATA_RETRIEVAL_MAX_STEPS", "retrieval.max_steps"),
    historical("SCALAPAY_USE_SIMPLIFIED_SCHEMAS", "retrieval.simplified_schemas"),
    historical("SCALAPAY_ENABLE_CONCURRENT_CHART_GENERATION", "charts.concurrent"),
    historical("SCALAPAY_MAX_CONCURRENT_CHARTS", "charts.max_concurrent"),
    historical("SCALAPAY_RETRY_ATTEMPTS", "resilience.retry_attempts"),
    historical("SCALAPAY_RETRY_DELAY_SECONDS", "resilience.retry_delay_seconds"),
    historical("SCALAPAY_FORCE_SEQUENTIAL_SLIDES", "resilience.sequential"),
    historical("SCALAPAY_FORCE_SEQUENTIAL_BATCH", "resilience.sequential"),
    historical("SCALAPAY_EMERGENCY_MODE", "resilience.sequential"),
    historical("SCALAPAY_CIRCUIT_BREAKER_THRESHOLD", "resilience.circuit_breaker_threshold"),
    historical("SCALAPAY_CIRCUIT_BREAKER_TIMEOUT", "resilience.circuit_breaker_timeout_seconds"),
    historical("SCALAPAY_ENABLE_FALLBACK_TO_SEQUENTIAL", "resilience.fallback_to_sequential"),
    historical("SCALAPAY_CHART_BASE_FOLDER", "output.folder"),
    historical("SCALAPAY_LOG_LEVEL", "log.level"),
    historical("SCALAPAY_VERBOSE_LOGGING", "log.verbose"),
    unused("SCALAPAY_ENABLE_CONCURRENT_SLIDES_PROCESSING"),
    unused("SCALAPAY_MAX_CONCURRENT_SLIDES_PROCESSING"),
    replaced("SCALAPAY_CHART_GENERATION_MAX_STEPS", "charts are drawn in one step, without a model"),
    replaced("SCALAPAY_SLIDES_BATCH_SIZE", "the whole deck is written at once"),
    replaced("SCALAPAY_ENABLE_CONCURRENT_BATCH_OPERATIONS", "the whole deck is written at once"),
    replaced("SCALAPAY_MAX_CONCURRENT_SLIDES", "the whole deck is written at once"),
    replaced("SCALAPAY_SLIDES_API_BATCH_SIZE", "the whole deck is written at once"),
    replaced("SCALAPAY_DISABLE_CHART_STYLING", "the template's theme.toml styles charts"),
    replaced("SCALAPAY_ENABLE_EXECUTION_FOLDERS", "every run has a folder of its own in output.folder"),
    replaced("SCALAPAY_CHART_CORRELATION_ID", "chart files are named by what they show"),
    replaced("SCALAPAY_CHART_DEBUG_FOLDER", "charts lie in the folder of their run"),
    replaced("SCALAPAY_BATCH_RETRY_ATTEMPTS", "use resilience.retry_attempts"),
    replaced("SCALAPAY_BATCH_RETRY_DELAY", "use resilience.retry_delay_seconds"),
    replaced("SCALAPAY_FALLBACK_TO_SEQUENTIAL_BATCH", "use resilience.sequential"),
    replaced("SCALAPAY_EMERGENCY_FALLBACK_ON_ERROR", "use resilience.sequential"),
    replaced(
        "SCALAPAY_HTTP_CONNECTION_POOL_SIZE",
        "one session per batch: use retrieval.max_concurrent_batches",
    ),
    replaced("SCALAPAY_HTTP_CONNECTION_TIMEOUT", "use retrieval.connect_timeout"),
    replaced("SCALAPAY_BATCH_OPERATIONS_LOG_LEVEL", "use log.level"),
    replaced("SCALAPAY_DEBUG_MODE", "use log.level"),
];

/// Every key with its kind, in the order of the table.
pub(super) fn keys() -> impl Iterator<Item = (&'static str, Kind)> {
    ENV_VARS.iter().filter_map(|variable| match variable.effect {
        Effect::Key(key, kind) => Some((key, kind)),
        _ => None,
    })
}

/// The key of this name with its kind.
pub(super) fn kind_of(name: &str) -> Option<(&'static str, Kind)> {
    keys().find(|(key, _)| *key == name)
}

/// Whether a table of this name exists.
pub(super) fn is_table(name: &str) -> bool {
    keys().any(|(key, _)| key.split_once('.').is_some_and(|(table, _)| table == name))
}

/// The variable of this name.
pub(super) fn variable(name: &str) -> Option<&'static EnvVar> {
    ENV_VARS.iter().find(|variable| variable.name == name)
}

/// The key, or for a name without a dot also the table, that somebody may have meant.
pub(super) fn nearest_key(name: &str) -> Option<String> {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let moved = || keys().map(|(key, _)| key).find(|key| last(key) == last(name));
    let tables = keys().filter_map(|(key, _)| key.split_once('.')).map(|(table, _)| table);
    let known = keys().map(|(key, _)| key).chain(tables);
    moved().or_else(|| nearest(name, known)).map(str::to_owned)
}

/// The variable that somebody may have meant.
pub(super) fn nearest_variable(name: &str) -> Option<String> {
    let bare = |name: &'static str| name.strip_prefix(PREFIX).unwrap_or(name);
    let name = name.to_ascii_uppercase();
    let near = nearest(name.strip_prefix(PREFIX)?, ENV_VARS.iter().map(|variable| bare(variable.name)))?;
    Some(format!("{PREFIX}{near}"))
}

/// The variables of the process as they were at one moment, and where the system keeps its configuration.
#[derive(Clone, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    system_config: PathBuf,
}

impl Environment {
    /// An environment of these variables and no others.
    pub fn new<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let variables =
            variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { variables, system_config: PathBuf::from("/etc") }
    }

    /// The environment of this process. What is not UTF-8 is replaced by U+FFFD, which no setting takes.
    pub fn of_process() -> Self {
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        let variables = std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
        Self { variables, ..Self::new([]) }
    }

    /// The same with another folder in place of `/etc`.
    #[must_use]
    pub fn with_system_config(self, folder: impl Into<PathBuf>) -> Self {
        Self { system_config: folder.into(), ..self }
    }

    /// The value of a variable. One that is empty or blank counts as unset, as a line `NAME=` in a service's
    /// environment file means it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// The folder in which the system keeps its configuration.
    pub(super) fn system_config(&self) -> &Path {
        &self.system_config
    }

    /// The variables of this program that are set, by name; also those in the wrong case, which have no effect.
    pub(super) fn own(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = self.variables.keys().filter(|name| name.to_ascii_uppercase().starts_with(PREFIX));
        names.filter_map(|name| Some((name.as_str(), self.get(name)?)))
    }
}

impl std::fmt::Debug for Environment {
    /// The names alone: values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_consistent() {
        let mut names = std::collections::BTreeSet::new();
        for variable in ENV_VARS {
            assert!(names.insert(variable.name), "{} twice", variable.name);
            assert!(variable.name.starts_with(PREFIX) && !variable.help.is_empty(), "{}", variable.name);
            if let Effect::Key(key, _) = variable.effect {
                let expected = format!("{PREFIX}{}", key.replace('.', "__").to_uppercase());
                assert_eq!(variable.name, expected);
            }
            assert!(variable.key().is_none_or(|key| kind_of(key).is_some()), "{}", variable.name);
        }
        let secrets = keys().filter(|(_, kind)| *kind == Kind::Secret).map(|(key, _)| key);
        for secret in secrets {
            assert!(ENV_VARS.iter().any(|v| v.effect == Effect::File(secret)), "{secret} has no _FILE twin");
        }
    }

    #[test]
    fn misspellings_are_recognised_and_strangers_are_not() {
        assert_eq!(nearest_variable("SCALAPAY_BATCHSIZE").as_deref(), Some("SCALAPAY_BATCH_SIZE"));
        assert_eq!(nearest_variable("SCALAPAY_MCP_URL").as_deref(), Some("SCALAPAY_MCP__URL"));
        assert_eq!(nearest_variable("scalapay_batch_size").as_deref(), Some("SCALAPAY_BATCH_SIZE"));
        assert_eq!(nearest_variable("SCALAPAY_API_KEY"), None);
        assert_eq!(nearest_key("retrieval.batchsize").as_deref(), Some("retrieval.batch_size"));
        assert_eq!(nearest_key("url").as_deref(), Some("mcp.url"));
        assert_eq!(nearest_key("chart").as_deref(), Some("charts"));
        assert_eq!(nearest_key("weather"), None);
    }

    #[test]
    fn an_environment_shows_names_only() {
        let environment = Environment::new([("SCALAPAY_MCP__TOKEN", "hunter2")]);
        let shown = format!("{environment:?}");
        assert!(shown.contains("SCALAPAY_MCP__TOKEN") && !shown.contains("hunter2"), "{shown}");
    }
}
