//! The settings themselves: one struct per table, the defaults beside the fields, and what follows from several.
//!
//! The ranges are not checked here but in the table of keys (`env.rs`), where the error can name the source.

use super::duration;
use crate::{
    concurrency::{BreakerOptions, Limits},
    mcp::ServerList,
    secret::Secret,
};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};

/// Every setting of the program.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How data are fetched.
    pub retrieval: RetrievalSettings,
    /// How charts are drawn.
    pub charts: ChartSettings,
    /// Fonts for names in other scripts.
    pub fonts: FontSettings,
    /// The language model.
    pub llm: LlmSettings,
    /// The data server.
    pub mcp: McpSettings,
    /// What happens under trouble.
    pub resilience: ResilienceSettings,
    /// What is made, and where.
    pub output: OutputSettings,
    /// From how many people on a share may be shown.
    pub privacy: PrivacySettings,
    /// From how much data on a change may be stated.
    pub analysis: AnalysisSettings,
    /// What the program tells about itself.
    pub log: LogSettings,
}

/// How data are fetched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetrievalSettings {
    /// Who decides what the server is asked.
    pub mode: RetrievalMode,
    /// The embedded database; the demo data without it.
    pub db: Option<PathBuf>,
    /// The server of a list that answers; `mcp.url` or the embedded data without it.
    pub server: Option<String>,
    /// How the data server is asked: a built-in binding, or a file.
    pub binding: String,
    /// Longest time for a whole run.
    #[serde(with = "duration")]
    pub deadline: Duration,
    /// Longest wait for one answer.
    #[serde(with = "duration")]
    pub call_timeout: Duration,
    /// Longest wait for a session.
    #[serde(with = "duration")]
    pub connect_timeout: Duration,
    /// Whether calls may overlap; without, one is in flight at a time.
    pub concurrent: bool,
    /// Batches in flight, each with a session of its own.
    pub max_concurrent_batches: usize,
    /// Requests per batch.
    pub batch_size: usize,
    /// Turns of a language model per request.
    pub max_steps: u32,
    /// Whether tools are described to a language model in short.
    pub simplified_schemas: bool,
}

impl Default for RetrievalSettings {
    fn default() -> Self {
        Self {
            mode: RetrievalMode::Direct,
            db: None,
            server: None,
            binding: "metrics".into(),
            deadline: Duration::from_secs(300),
            call_timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(30),
            concurrent: true,
            max_concurrent_batches: 2,
            batch_size: 3,
            max_steps: 15,
            simplified_schemas: true,
        }
    }
}

/// Who decides what the server is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetrievalMode {
    /// The binding: one call per data need.
    Direct,
    /// A language model that drives the server's tools.
    Agent,
}

/// The language model. Asked only where something is set to use one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LlmSettings {
    /// Address of a server with `OpenAI`'s chat interface.
    pub base_url: String,
    /// The model's name there.
    pub model: Option<String>,
    /// Bearer token for that server.
    pub api_key: Option<Secret>,
    /// Longest wait for one answer.
    #[serde(with = "duration")]
    pub timeout: Duration,
    /// Questions in flight.
    pub max_concurrent: usize,
    /// Tokens of any one prompt, and of the open conversations of a batch together.
    pub max_context_tokens: usize,
}

impl Default for LlmSettings {
    fn default() -> Self {
        Self {
            base_url: "https://api.openai.com/v1".into(),
            model: None,
            api_key: None,
            timeout: Duration::from_secs(120),
            max_concurrent: 6,
            max_context_tokens: 100_000,
        }
    }
}

/// How charts are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartSettings {
    /// Whether charts are drawn side by side.
    pub concurrent: bool,
    /// Charts drawn at once, which is the number of threads.
    pub max_concurrent: usize,
    /// Pixels per unit of the layout: 1 for 1600 × 900, 2 for 3200 × 1800.
    pub scale: u32,
    /// Whether pictures are made as small as they get, which takes several times as long.
    pub small: bool,
}

impl Default for ChartSettings {
    fn default() -> Self {
        Self { concurrent: true, max_concurrent: 4, scale: 1, small: false }
    }
}

/// Fonts beyond the one that is part of the program.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FontSettings {
    /// Font files for signs that the program's own font lacks, in order of preference.
    pub fallback: Vec<PathBuf>,
}

/// The data server.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct McpSettings {
    /// Address of a server that speaks Streamable HTTP; the embedded server without it.
    pub url: Option<String>,
    /// Bearer token for that server.
    pub token: Option<Secret>,
    /// Servers by name, as in a `.mcp.json`. Naming one starts nothing.
    pub servers: Option<ServerList>,
}

/// What happens under trouble.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResilienceSettings {
    /// Tries of a call after the first.
    pub retry_attempts: u32,
    /// Wait before the first retry, in seconds.
    pub retry_delay_seconds: f64,
    /// One thing at a time, everywhere.
    pub sequential: bool,
    /// Failures among a server's last 20 calls that lower its limit to one call, and then end calls for a while.
    pub circuit_breaker_threshold: usize,
    /// For how long a server that goes on failing is left alone, in seconds.
    pub circuit_breaker_timeout_seconds: f64,
    /// Whether a server that fails is first asked one call at a time.
    pub fallback_to_sequential: bool,
}

impl Default for ResilienceSettings {
    fn default() -> Self {
        Self {
            retry_attempts: 2,
            retry_delay_seconds: 1.0,
            sequential: false,
            circuit_breaker_threshold: 5,
            circuit_breaker_timeout_seconds: 15.0,
            fallback_to_sequential: true,
        }
    }
}

impl ResilienceSettings {
    /// Tries of a call, the first included.
    pub fn tries(&self) -> u32 {
        self.retry_attempts + 1
    }

    /// Wait before the first retry. Finite and not negative, as checked when it was read.
    pub fn retry_delay(&self) -> Duration {
        Duration::from_secs_f64(self.retry_delay_seconds)
    }

    /// What turns a server's failures into fewer calls. The seconds are finite and not negative, as checked when they
    /// were read.
    pub fn breaker(&self) -> BreakerOptions {
        BreakerOptions {
            threshold: self.circuit_breaker_threshold,
            timeout: Duration::from_secs_f64(self.circuit_breaker_timeout_seconds),
            sequential: self.fallback_to_sequential,
        }
    }
}

/// What is made, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputSettings {
    /// The folder that receives a folder per run.
    pub folder: PathBuf,
    /// The deck's template: a name, or a path.
    pub template: String,
    /// Who will see the deck.
    pub audience: Audience,
    /// What stands in for a section without data; by presence and audience when unset.
    pub on_missing: Option<OnMissing>,
    /// Whether there is a deck only when the data are complete up to the end of the focus.
    pub require_complete: bool,
    /// The payment provider's name in "sales through …"; sentences drop it when empty.
    pub provider: String,
    /// The author in the document's properties.
    pub author: String,
    /// The company in the document's properties.
    pub company: String,
    /// Whether files are forced to disk before they are published.
    pub fsync: bool,
}

impl Default for OutputSettings {
    fn default() -> Self {
        Self {
            folder: "./decks".into(),
            template: "kam-review".into(),
            audience: Audience::Client,
            on_missing: None,
            require_complete: false,
            provider: String::new(),
            author: String::new(),
            company: String::new(),
            fsync: false,
        }
    }
}

/// Who will see the deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The merchant: nothing of how the data came about.
    Client,
    /// Colleagues: sources and problems by name.
    Internal,
}

/// What stands in for a section that has no chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnMissing {
    /// A neutral card on a slide of its own.
    Placeholder,
    /// A line under "Not in this edition".
    Omit,
    /// Nothing is published.
    Fail,
}

/// From how many people on a share may be shown. May be raised, never lowered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacySettings {
    /// People behind a panel.
    pub min_base: u64,
    /// People behind a cell of a panel.
    pub min_cell: u64,
    /// Days that raw answers are kept beside a deck.
    pub raw_days: u64,
}

impl Default for PrivacySettings {
    fn default() -> Self {
        Self { min_base: 50, min_cell: 10, raw_days: 30 }
    }
}

/// From how much data on a change may be stated. May be raised, never lowered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnalysisSettings {
    /// Orders in either period, below which a change is given in absolute terms and not in per cent.
    pub min_orders: u64,
}

impl Default for AnalysisSettings {
    fn default() -> Self {
        Self { min_orders: 30 }
    }
}

/// What the program tells about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// The least severe line that is written.
    pub level: LogLevel,
    /// How a line is written.
    pub format: LogFormat,
    /// Whether `-v` applies.
    pub verbose: bool,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { level: LogLevel::Warn, format: LogFormat::Human, verbose: false }
    }
}

impl LogSettings {
    /// The level in effect: verbose means at least `debug`.
    pub fn effective_level(&self) -> LogLevel {
        if self.verbose { self.level.max(LogLevel::Debug) } else { self.level }
    }
}

/// How severe a line must be to be written; each level includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// What ends the run.
    Error,
    /// What somebody should look at.
    Warn,
    /// What was done.
    Info,
    /// How it was done.
    Debug,
    /// Everything.
    Trace,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For a person.
    Human,
    /// One JSON object per line.
    Json,
}

impl Settings {
    /// The limits of a run. `retrieval.concurrent = false` means one call in flight, `charts.concurrent = false` one
    /// chart, `resilience.sequential` both.
    pub fn limits(&self) -> Limits {
        let (retrieval, charts) = (&self.retrieval, &self.charts);
        let mut limits =
            Limits::new(retrieval.max_concurrent_batches, retrieval.batch_size, charts.max_concurrent);
        if self.resilience.sequential || !retrieval.concurrent {
            limits = limits.one_call();
        }
        if self.resilience.sequential || !charts.concurrent {
            limits = limits.one_chart();
        }
        limits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_switch_lowers_its_own_limits() {
        let limits = |change: fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            let Limits { batches, batch_size, calls, charts } = settings.limits();
            [batches, batch_size, calls, charts].map(usize::from)
        };
        assert_eq!(limits(|_| ()), [2, 3, 6, 4]);
        assert_eq!(limits(|s| s.retrieval.concurrent = false), [1, 3, 1, 4]);
        assert_eq!(limits(|s| s.charts.concurrent = false), [2, 3, 6, 1]);
        assert_eq!(limits(|s| s.resilience.sequential = true), [1, 3, 1, 1]);
    }

    #[test]
    fn verbose_never_lowers_the_level() {
        let level =
            |level, verbose| LogSettings { level, verbose, ..LogSettings::default() }.effective_level();
        assert_eq!(level(LogLevel::Warn, false), LogLevel::Warn);
        assert_eq!(level(LogLevel::Warn, true), LogLevel::Debug);
        assert_eq!(level(LogLevel::Trace, true), LogLevel::Trace);
    }

    #[test]
    fn two_retries_are_three_tries() {
        let resilience = ResilienceSettings::default();
        assert_eq!((resilience.tries(), resilience.retry_delay()), (3, Duration::from_secs(1)));
        assert_eq!(resilience.breaker(), BreakerOptions::default());
    }
}
