//! What a run did, as `run.json` (schema 1) and as one line. Everything in it was measured or counted, nothing assumed.
//!
//! `pipeline` fills it; the command line prints it. Times in `_ms` count from process start.

use crate::{
    analysis::Finding,
    artifact::RunFile,
    concurrency::{Span, Usage, now_ms},
    event::{HealthChange, Phase},
    failure::FailureKind,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Every section drawn, or optional and without data.
    Complete,
    /// At least one drawn, and at least one failed or required and missing.
    Partial,
    /// Nothing was published.
    Failed,
}

/// The report of one run.
#[derive(Debug, Clone, Serialize)]
pub struct RunReport {
    /// Version of this file's form.
    pub schema: u32,
    /// Correlation id.
    pub run_id: String,
    /// How it ended.
    pub status: Status,
    /// Whether the data are made up for demonstration.
    pub demo: bool,
    /// Whose deck.
    pub merchant: String,
    /// First day of the history.
    pub from: String,
    /// Last day of the history.
    pub to: String,
    /// The focus.
    pub focus: Days,
    /// The template's name.
    pub template: String,
    /// `client` or `internal`.
    pub audience: String,
    /// When the process started, RFC 3339 in UTC.
    pub started_at: String,
    /// From process start to this report.
    pub duration_ms: f64,
    /// Every setting with its source, secrets masked.
    pub settings: BTreeMap<String, Setting>,
    /// When each phase began and ended.
    pub phases: BTreeMap<&'static str, Span>,
    /// In request order.
    pub requests: Vec<RequestReport>,
    /// In request order.
    pub charts: Vec<ChartReport>,
    /// What the texts rest on.
    pub findings: Vec<Finding>,
    /// In request order.
    pub narratives: Vec<NarrativeReport>,
    /// How the servers' health changed, in order; empty when none gave cause.
    pub health: Vec<HealthChange>,
    /// Limits and the most that ever ran at once.
    pub concurrency: BTreeMap<&'static str, Usage>,
    /// Tokens of a language model; all zero without one.
    pub tokens: Tokens,
    /// What it cost.
    pub resources: Resources,
    /// How often each kind of failure ended a request.
    pub errors_by_kind: BTreeMap<&'static str, u32>,
    /// Every file but this one.
    pub files: Vec<RunFile>,
    /// What the operator should know.
    pub warnings: Vec<String>,
}

/// A span of days.
#[derive(Debug, Clone, Serialize)]
pub struct Days {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// A setting's value and where it comes from.
#[derive(Debug, Clone, Serialize)]
pub struct Setting {
    /// As used; secrets masked.
    pub value: serde_json::Value,
    /// `default`, `file PATH`, `env NAME` or `flag --x`.
    pub source: String,
}

/// Tokens of a language model.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Tokens {
    /// Sent.
    pub prompt: u64,
    /// Received.
    pub completion: u64,
    /// The largest single context.
    pub max_context: u64,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    /// Its data are on the deck.
    Ok,
    /// The server has none.
    NoData,
    /// Anything else.
    Failed,
}

/// One request.
#[derive(Debug, Clone, Serialize)]
pub struct RequestReport {
    /// The request id.
    pub id: String,
    /// The section.
    pub slug: String,
    /// How it ended.
    pub status: RequestStatus,
    /// Tool calls it needs.
    pub calls: usize,
    /// Whether none of its answers was asked for, because all were stored.
    pub cached: bool,
    /// When its last answer came from the server, RFC 3339 in UTC.
    pub fetched_at: String,
    /// Its batch, from 0.
    pub batch: usize,
    /// Tries of the call that took most.
    pub attempts: u32,
    /// When its first call was sent.
    pub started_ms: f64,
    /// When its last answer came.
    pub ended_ms: f64,
    /// Rows of all answers.
    pub rows: usize,
    /// Bytes of all answers.
    pub bytes: usize,
    /// Tokens spent on it.
    pub tokens: u64,
    /// What its data call for.
    pub warnings: Vec<String>,
    /// Why it has no data on the deck.
    pub error: Option<ErrorReport>,
}

/// Why something failed.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorReport {
    /// In the terms of an operator.
    pub kind: FailureKind,
    /// In words.
    pub message: String,
}

/// One chart.
#[derive(Debug, Clone, Serialize)]
pub struct ChartReport {
    /// The section.
    pub request: String,
    /// The PNG, relative to the run's folder.
    pub file: String,
    /// The kind drawn.
    pub kind: &'static str,
    /// When drawing began.
    pub started_ms: f64,
    /// When it ended.
    pub ended_ms: f64,
    /// Bytes of the PNG.
    pub bytes: usize,
    /// SHA-256 of the PNG, in hex.
    pub sha256: String,
}

/// One text.
#[derive(Debug, Clone, Serialize)]
pub struct NarrativeReport {
    /// The section.
    pub request: String,
    /// `rules` or `llm`.
    pub source: &'static str,
    /// Whether every number was checked against the data; null for rules, which print nothing but computed facts.
    pub grounded: Option<bool>,
    /// Words of the paragraph.
    pub words: usize,
    /// Texts refused before this one.
    pub rejected: Vec<String>,
}

/// What a run cost.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Resources {
    /// CPU time of all threads.
    pub cpu_ms: f64,
    /// Most memory ever resident; `None` where the system does not tell.
    pub peak_rss_bytes: Option<u64>,
    /// CPU time over wall time and cores, 0 to 1.
    pub utilisation: f64,
}

impl Resources {
    /// What this process has used until now.
    pub fn measure(duration_ms: f64) -> Self {
        let cpu = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        let cpu_ms = cpu.tv_sec as f64 * 1e3 + cpu.tv_nsec as f64 / 1e6;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { cpu_ms, peak_rss_bytes: peak_rss(), utilisation: cpu_ms / (duration_ms * cores as f64) }
    }
}

/// `VmHWM` of `/proc/self/status`.
fn peak_rss() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

impl RunReport {
    /// The version of `run.json`.
    pub const SCHEMA: u32 = 1;

    /// Notes when a phase worked.
    pub fn add_phase(&mut self, phase: Phase, span: Span) {
        self.phases.insert(phase.as_str(), span);
    }

    /// Closes the report: the files written so far, and what the run has cost until now.
    pub fn finish(&mut self, files: &[RunFile]) {
        self.files = files.to_vec();
        self.duration_ms = now_ms();
        self.resources = Resources::measure(self.duration_ms);
    }

    /// `run.json`, indented, with a newline at its end.
    pub fn to_json(&self) -> String {
        // Every field is a plain value with text keys, which always serialises.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// One line for cron's mail: `acme 2023-01-01..2025-06-30 complete, 7 of 7 slides, 9 calls, 84 ms`.
    pub fn summary_line(&self) -> String {
        let drawn = self.charts.len();
        let asked = self.requests.iter().filter(|request| !request.cached);
        let calls: usize = asked.map(|request| request.calls).sum();
        let took = if self.duration_ms < 1000.0 {
            format!("{:.0} ms", self.duration_ms)
        } else {
            format!("{:.1} s", self.duration_ms / 1000.0)
        };
        let status = match self.status {
            Status::Complete => "complete",
            Status::Partial => "partial",
            Status::Failed => "failed",
        };
        let mut line = format!(
            "{} {}..{} {status}: {drawn} of {} sections drawn, {calls} calls, {took}",
            self.merchant,
            self.from,
            self.to,
            self.requests.len()
        );
        let reused: Vec<&str> =
            self.requests.iter().filter(|r| r.cached).map(|r| r.fetched_at.as_str()).collect();
        if let (Some(first), Some(last)) = (reused.iter().min(), reused.iter().max()) {
            let (first, last) = (minute(first), minute(last));
            let when = if first == last { first } else { format!("{first} to {last}") };
            line +=
                &format!("; {} of {} answers reused (fetched {when} UTC)", reused.len(), self.requests.len());
        }
        let missing = |status: RequestStatus| -> Vec<&str> {
            self.requests.iter().filter(|r| r.status == status).map(|r| r.slug.as_str()).collect()
        };
        for (status, word) in [(RequestStatus::NoData, "no data for"), (RequestStatus::Failed, "failed:")] {
            let slugs = missing(status);
            if !slugs.is_empty() {
                line.extend(["; ", word, " ", &slugs.join(", ")]);
            }
        }
        line
    }
}

/// `14:02` of an RFC 3339 timestamp in UTC.
fn minute(timestamp: &str) -> String {
    timestamp.get(11..16).unwrap_or(timestamp).to_owned()
}

/// Collects when phases begin and end.
#[derive(Debug, Clone, Default)]
pub struct PhaseTimes(BTreeMap<&'static str, Span>);

impl PhaseTimes {
    /// Notes that work of a phase was done between two moments; several spans widen it.
    pub fn add(&mut self, phase: Phase, span: Span) {
        let whole = self.0.entry(phase.as_str()).or_insert(span);
        whole.started_ms = whole.started_ms.min(span.started_ms);
        whole.ended_ms = whole.ended_ms.max(span.ended_ms);
    }

    /// The phases by name.
    pub fn into_map(self) -> BTreeMap<&'static str, Span> {
        self.0
    }
}
