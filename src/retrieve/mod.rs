//! Requests → answers. Every request has its own outcome: one that fails takes nobody with it.
//!
//! Knows of batches, sessions, limits, retries and the wrong-merchant guard; not of datasets or charts.

use crate::{decode::Table, failure::FailureKind};
use serde_json::Value;

/// What came back for one request.
#[derive(Debug, Clone)]
pub struct Retrieved {
    /// Position in the plan.
    pub request: usize,
    /// One answer per call in call order, or why the request failed.
    pub answers: Result<Vec<Answer>, CallError>,
    /// Tries of the call that took most, 1 when nothing was retried.
    pub attempts: u32,
    /// Milliseconds from process start to the first call.
    pub started_ms: f64,
    /// Milliseconds from process start to the last answer.
    pub ended_ms: f64,
}

/// One usable answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The rows.
    pub table: Table,
    /// The server's name.
    pub server: String,
    /// The tool called.
    pub tool: String,
    /// What was sent.
    pub arguments: Value,
    /// The answer as it came, for `raw/`.
    pub raw: String,
    /// SHA-256 of `raw`, in hex.
    pub raw_sha256: String,
}

/// Why a call gave no usable answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    /// In the terms of an operator.
    pub kind: FailureKind,
    /// What happened, for the report; never shown to a merchant.
    pub message: String,
    /// What to do next, for instance near names of an unknown merchant.
    pub hints: Vec<String>,
}
