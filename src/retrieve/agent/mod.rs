//! Agent retrieval: a language model drives the server's tools, one conversation per request, and hands over a table of
//! the metrics contract. For servers that no binding describes.
//!
//! The model chooses what to call and says which rows are the answer; it is never a source of numbers. Every value is
//! computed here from the tools' results ([`grounding`]), and an answer that says another is refused.
//!
//! `batch` calls [`ask`] in place of the direct call. Retries, limits and the stop signal are the run's own.

mod answer;
mod conversation;
mod decimal;
mod digest;
mod grounding;
mod months;
mod prompt;
mod reading;
mod sheet;
mod tabulate;
mod toolbox;
mod tools;
mod transcript;

pub(super) use transcript::{Inquiry, Transcript};

use super::{CallError, Retrieval, Retrieved, call, redact, since};
use crate::{
    concurrency::{Room, Span, blocking, now_ms},
    failure::FailureKind,
    llm::{self, Llm},
    mcp::{Session, ToolInfo},
};
use conversation::Conversation;
use std::num::NonZeroUsize;
use tokio::sync::OnceCell;

/// Words of the model's that are passed on.
const QUOTED: usize = 200;

/// The model that drives the tools, and its limits.
#[derive(Debug, Clone)]
pub struct Agent {
    /// The model.
    pub llm: Llm,
    /// Turns of the model per request; one is a question to it and its answer.
    pub max_steps: u32,
    /// Whether tools are described to it in short.
    pub simplified_schemas: bool,
    /// Tokens of any one prompt, and of the open conversations of a batch together.
    pub max_context_tokens: usize,
    /// Questions to the model in flight, over all batches.
    pub max_concurrent: NonZeroUsize,
}

/// What a request cost in tokens; all zero without a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokensSpent {
    /// Sent.
    pub prompt: u64,
    /// Received.
    pub completion: u64,
    /// The largest single prompt.
    pub max_context: u64,
}

impl TokensSpent {
    /// Both together; the largest prompt is the larger one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            prompt: self.prompt + other.prompt,
            completion: self.completion + other.completion,
            max_context: self.max_context.max(other.max_context),
        }
    }
}

/// What the conversations of one batch share.
pub(super) struct Desk {
    /// Their tokens together.
    room: Room,
    /// The server's tools, listed once.
    tools: OnceCell<Result<Vec<ToolInfo>, CallError>>,
}

impl Desk {
    /// For one batch.
    pub(super) fn new(agent: &Agent) -> Self {
        Self { room: Room::new(agent.max_context_tokens), tools: OnceCell::new() }
    }

    /// The server's tools, and the vocabulary for counting at hand.
    async fn tools(&self, retrieval: &Retrieval<'_>, session: &Session) -> Result<&[ToolInfo], CallError> {
        let list = || async {
            let bug = |error: crate::concurrency::Panicked| CallError {
                kind: FailureKind::Bug,
                message: error.to_string(),
                hints: Vec::new(),
            };
            blocking(llm::load).await.map_err(bug)?;
            let listed = || session.tools(retrieval.options.call_timeout);
            let attempt = || call::one_try(retrieval, &|| (), Box::pin(listed()));
            let tried = retrieval.retry.run(attempt, |failed| failed.next, |_, _| ()).await;
            tried.outcome.map_err(|failed| failed.error.and(tried.gave_up))
        };
        self.tools.get_or_init(list).await.as_deref().map_err(Clone::clone)
    }
}

/// Has a request answered in a conversation of its own.
pub(super) async fn ask(
    retrieval: &Retrieval<'_>,
    agent: &Agent,
    desk: &Desk,
    session: &Session,
    request: usize,
) -> Retrieved {
    let started_ms = now_ms();
    let mut conversation = Conversation::new(retrieval, agent, session, request);
    let answers = match retrieval.stop.or(conversation.run(desk)).await {
        Ok(answers) => answers,
        Err(reason) => Err(CallError::stopped(reason)),
    };
    let (attempts, tokens) = (conversation.attempts(), conversation.tokens());
    let started_ms = conversation.started_ms().unwrap_or(started_ms);
    let Span { started_ms, ended_ms } = since(started_ms);
    Retrieved { request, answers, lost: Vec::new(), attempts, tokens, started_ms, ended_ms }
}

/// A conversation that came to nothing.
fn failed(message: impl AsRef<str>) -> CallError {
    CallError { kind: FailureKind::Refused, message: redact::text(message.as_ref()), hints: Vec::new() }
}

/// A model's words, on one line and not too many of them.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
