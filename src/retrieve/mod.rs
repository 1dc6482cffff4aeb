//! Requests → answers. Every request has its own outcome: one that fails takes nobody with it.
//!
//! Knows of batches, sessions, limits, retries, bindings, stored answers and the wrong-merchant guard; not of datasets or
//! charts. A call is made by the binding, or by a language model (`agent`); what comes back is checked the same way.

mod agent;
mod batch;
mod binding;
mod call;
mod guard;
mod redact;
mod replay;
mod sql;

pub use binding::{Asking, ask};
pub use replay::{AnswerStore, REUSED_FOR};

pub use agent::{Agent, TokensSpent};

use crate::{
    concurrency::{BreakerOptions, Gate, GaveUp, Limits, Retry, ServerHealth, Span, Stop, Usage, now_ms},
    decode::Table,
    event::{Event, Events, HealthChange},
    failure::FailureKind,
    mcp::Server,
    request::{Call, RequestPlan},
};
use futures::future::join_all;
use jiff::Timestamp;
use serde_json::Value;
use std::{cell::RefCell, num::NonZeroUsize, time::Duration};
use tokio::sync::OnceCell;

/// What came back for one request.
#[derive(Debug, Clone)]
pub struct Retrieved {
    /// Position in the plan.
    pub request: usize,
    /// The answers in call order, or why there is none.
    pub answers: Result<Vec<Answer>, CallError>,
    /// Calls that failed where others of the same request did not, by position.
    pub lost: Lost,
    /// Tries of the call that took most: 1 when nothing was retried, 0 when every answer was stored.
    pub attempts: u32,
    /// What a language model took for it.
    pub tokens: TokensSpent,
    /// Milliseconds from process start to the first call.
    pub started_ms: f64,
    /// Milliseconds from process start to the last answer.
    pub ended_ms: f64,
}

/// Calls that failed, by position.
type Lost = Vec<(usize, CallError)>;

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
    /// When it came from the server.
    pub fetched_at: Timestamp,
    /// Whether it was stored, and not asked for by this run.
    pub cached: bool,
    /// The key under which it is stored.
    pub key: String,
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
    /// What turns a server's failures into fewer calls.
    pub breaker: BreakerOptions,
    /// What need not be asked for, and what is stored.
    pub answers: AnswerStore,
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
    /// How the server's health changed, in order.
    pub health: Vec<HealthChange>,
    /// The name that the server gives the merchant, where its answers carry that instead of the id asked for.
    pub merchant_name: Option<String>,
    /// What the operator should know of stored answers.
    pub warnings: Vec<String>,
}

/// What everything in one retrieval shares.
struct Retrieval<'a> {
    plan: &'a RequestPlan,
    server: &'a Server,
    server_name: String,
    options: &'a Options,
    events: &'a Events,
    stop: &'a Stop,
    /// The options' with the run's deadline.
    retry: Retry,
    /// The gate that every call goes through.
    health: ServerHealth,
    /// Questions to a language model in flight.
    llm: Gate,
    /// The name that the server gives the merchant, once it has answered that question.
    merchant_name: OnceCell<Option<String>>,
    /// Troubles with stored answers, each once.
    warnings: RefCell<Vec<String>>,
}

/// Asks for everything in the plan. Batches run in order, as many at once as the limits allow, each over a session of
/// its own; the requests of a batch run at once; all calls go through one gate, first come, first served, which the
/// server's health narrows. What is stored is not asked for, and a batch of which everything is stored opens no session.
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
    let server_name = server.name();
    let retrieval = Retrieval {
        plan,
        server,
        options,
        events,
        stop,
        retry: options.retry.until(stop.until()),
        health: ServerHealth::new(&server_name, options.limits.calls, options.breaker, events),
        server_name,
        llm: Gate::new(options.agent.as_ref().map_or(NonZeroUsize::MIN, |agent| agent.max_concurrent)),
        merchant_name: OnceCell::new(),
        warnings: RefCell::default(),
    };
    let stored = retrieval.look_up();
    let reused: Vec<_> =
        stored.iter().enumerate().filter_map(|(n, stored)| retrieval.reused(n, stored)).collect();
    let mut retrieved = Vec::with_capacity(plan.requests.len());
    for one in reused {
        retrieved.push(retrieval.finished(one, &on_answer));
    }
    let batches = Gate::new(options.limits.batches);
    let to_ask = |batch: &Vec<usize>| -> Vec<usize> {
        batch.iter().copied().filter(|&request| stored[request].iter().any(Option::is_none)).collect()
    };
    let done = join_all(plan.batches.iter().map(|requests| {
        let (retrieval, batches, on_answer, requests) = (&retrieval, &batches, &on_answer, to_ask(requests));
        let stored = &stored;
        async move {
            if requests.is_empty() {
                return batch::Outcome { retrieved: Vec::new(), connect: None };
            }
            let _in_flight = batches.enter().await;
            batch::run(retrieval, &requests, stored, on_answer).await
        }
    }))
    .await;
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
    let (calls, health) = (retrieval.health.usage(), retrieval.health.changes());
    let llm = options.agent.as_ref().map_or(Usage { limit: 0, peak: 0 }, |_| retrieval.llm.usage());
    let warnings = retrieval.warnings.into_inner();
    let merchant_name = retrieval.merchant_name.into_inner().flatten();
    RetrievalSummary {
        retrieved,
        batches: batches.usage(),
        calls,
        llm,
        connect,
        health,
        merchant_name,
        warnings,
    }
}

impl Retrieval<'_> {
    /// How a call is asked under the plan's binding.
    fn asking<'p>(&'p self, request: usize, call: &'p Call) -> Result<Asking<'p>, CallError> {
        ask(&self.plan.binding, &self.plan.requests[request].section, call)
    }

    /// Tells everybody how a request ended.
    fn finished(&self, retrieved: Retrieved, on_answer: &impl Fn(Retrieved)) -> Retrieved {
        self.events.emit(Event::RequestFinished {
            slug: self.slug(retrieved.request),
            error: retrieved.answers.as_ref().err().map(|error| (error.kind, error.message.clone())),
        });
        on_answer(retrieved.clone());
        retrieved
    }
}

/// The answers of a request, and the calls that failed beside them. Without any answer, the first failure speaks.
fn gathered(outcomes: Vec<Result<Answer, CallError>>) -> (Result<Vec<Answer>, CallError>, Lost) {
    let (mut answers, mut lost) = (Vec::with_capacity(outcomes.len()), Lost::new());
    for (call, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok(answer) => answers.push(answer),
            Err(error) => lost.push((call, error)),
        }
    }
    match lost.first() {
        Some((_, error)) if answers.is_empty() => (Err(error.clone()), Lost::new()),
        _ => (Ok(answers), lost),
    }
}

impl Retrieved {
    /// Every answer with the position of its call.
    pub fn answered(&self) -> impl Iterator<Item = (usize, &Answer)> {
        let calls = (0..).filter(|call| self.lost.iter().all(|(lost, _)| lost != call));
        calls.zip(self.answers.iter().flatten())
    }
}

impl CallError {
    /// Adds why it was not tried again.
    fn and(mut self, gave_up: Option<GaveUp>) -> Self {
        if let Some(gave_up) = gave_up {
            self.message = format!("{}; {gave_up}", self.message);
        }
        self
    }

    fn stopped(reason: crate::concurrency::StopReason) -> Self {
        let message = format!("{reason} before the answer came");
        Self { kind: reason.kind(), message, hints: Vec::new() }
    }
}

/// A span that ends now.
fn since(started_ms: f64) -> Span {
    Span { started_ms, ended_ms: now_ms() }
}
