//! Requests → answers. Every request has its own outcome: one that fails takes nobody with it.
//!
//! Knows of batches, sessions, limits, retries and the wrong-merchant guard; not of datasets or charts.

mod agent;
mod batch;
mod binding;
mod call;
mod guard;
mod redact;

pub use agent::{Agent, TokensSpent};

use crate::{
    concurrency::{Gate, Limits, Retry, Span, Stop, Usage, now_ms},
    decode::Table,
    event::Events,
    failure::FailureKind,
    mcp::Server,
    request::RequestPlan,
};
use futures::future::join_all;
use serde_json::Value;
use std::{num::NonZeroUsize, time::Duration};
use tokio::sync::OnceCell;

/// What came back for one request.
#[derive(Debug, Clone)]
pub struct Retrieved {
    /// Position in the plan.
    pub request: usize,
    /// One answer per call in call order, or why the request failed.
    pub answers: Result<Vec<Answer>, CallError>,
    /// Tries of the call that took most, 1 when nothing was retried.
    pub attempts: u32,
    /// What a language model took for it.
    pub tokens: TokensSpent,
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
    /// The answer as it came, without personal data, for `raw/`.
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

/// How answers are fetched.
#[derive(Debug, Clone)]
pub struct Options {
    /// How much at once.
    pub limits: Limits,
    /// The longest wait for a session.
    pub connect_timeout: Duration,
    /// The longest wait for one answer.
    pub call_timeout: Duration,
    /// What is tried again.
    pub retry: Retry,
    /// The model that drives the tools; `None` when the binding says what is called.
    pub agent: Option<Agent>,
}

/// What a retrieval took.
#[derive(Debug, Clone)]
pub struct RetrievalSummary {
    /// One per request, in request order.
    pub retrieved: Vec<Retrieved>,
    /// Batches in flight, which is sessions open.
    pub batches: Usage,
    /// Calls in flight.
    pub calls: Usage,
    /// Questions to a language model in flight; a limit of 0 without one.
    pub llm: Usage,
    /// From the first attempt to open a session until the last session was open; `None` when none was attempted.
    pub connect: Option<Span>,
}

/// What everything in one retrieval shares.
struct Retrieval<'a> {
    plan: &'a RequestPlan,
    server: &'a Server,
    server_name: String,
    options: &'a Options,
    events: &'a Events,
    stop: &'a Stop,
    calls: Gate,
    llm: Gate,
    /// The name that the server gives the merchant, once it has been asked for.
    merchant_name: OnceCell<Option<String>>,
}

/// Asks for everything in the plan. Batches run in order, as many at once as the limits allow, each over a session of
/// its own; the requests of a batch run at once; all calls draw on one gate, first come, first served.
///
/// `on_answer` is told each request's outcome as soon as its last answer is there. It runs between the calls and must
/// be quick. When `stop` is given, what is there is kept, and the rest are errors of its kind.
pub async fn retrieve(
    plan: &RequestPlan,
    server: &Server,
    options: &Options,
    events: &Events,
    stop: &Stop,
    on_answer: impl Fn(Retrieved),
) -> RetrievalSummary {
    let retrieval = Retrieval {
        plan,
        server,
        server_name: server.name(),
        options,
        events,
        stop,
        calls: Gate::new(options.limits.calls),
        llm: Gate::new(options.agent.as_ref().map_or(NonZeroUsize::MIN, |agent| agent.max_concurrent)),
        merchant_name: OnceCell::new(),
    };
    let batches = Gate::new(options.limits.batches);
    let done = join_all((0..plan.batches.len()).map(|batch| {
        let (retrieval, batches, on_answer) = (&retrieval, &batches, &on_answer);
        async move {
            let _in_flight = batches.enter().await;
            batch::run(retrieval, batch, on_answer).await
        }
    }))
    .await;
    let mut retrieved = Vec::with_capacity(plan.requests.len());
    let mut connect: Option<Span> = None;
    for outcome in done {
        retrieved.extend(outcome.retrieved);
        connect = match (connect, outcome.connect) {
            (Some(a), Some(b)) => Some(Span {
                started_ms: a.started_ms.min(b.started_ms),
                ended_ms: a.ended_ms.max(b.ended_ms),
            }),
            (a, b) => a.or(b),
        };
    }
    retrieved.sort_by_key(|one: &Retrieved| one.request);
    let llm = options.agent.as_ref().map_or(Usage { limit: 0, peak: 0 }, |_| retrieval.llm.usage());
    RetrievalSummary { retrieved, batches: batches.usage(), calls: retrieval.calls.usage(), llm, connect }
}

impl CallError {
    fn stopped(reason: crate::concurrency::StopReason) -> Self {
        let message = format!("{reason} before the answer came");
        Self { kind: reason.kind(), message, hints: Vec::new() }
    }
}

/// A span that ends now.
fn since(started_ms: f64) -> Span {
    Span { started_ms, ended_ms: now_ms() }
}
