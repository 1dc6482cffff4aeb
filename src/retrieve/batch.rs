//! One batch: a session, and the requests over it, all at once.

use super::{
    Answer, CallError, Retrieval, Retrieved, TokensSpent, agent, call, gathered, replay::Stored, since,
};
use crate::{
    concurrency::{Span, Tried, now_ms},
    event::Event,
    mcp::{ServerError, Session},
};
use futures::future::join_all;
use std::cell::Cell;

/// What became of a batch.
pub(super) struct Outcome {
    pub(super) retrieved: Vec<Retrieved>,
    pub(super) connect: Option<Span>,
}

/// Asks for those requests of a batch of which not everything is stored.
pub(super) async fn run(
    retrieval: &Retrieval<'_>,
    requests: &[usize],
    stored: &Stored,
    on_answer: &impl Fn(Retrieved),
) -> Outcome {
    let finished = |retrieved: Retrieved| retrieval.finished(retrieved, on_answer);
    let started_ms = now_ms();
    let (session, attempts) = match retrieval.stop.or(open(retrieval, requests)).await {
        Ok(opened) => {
            let session = opened.outcome.map_err(|error| CallError::from(error).and(opened.gave_up));
            (session, opened.tries)
        }
        Err(reason) => (Err(CallError::stopped(reason)), 1),
    };
    let session = match session {
        Ok(session) => session,
        Err(error) => {
            let connect = since(started_ms);
            let failed = |&request| {
                let answers = Err(error.clone());
                let Span { started_ms, ended_ms } = connect;
                let tokens = TokensSpent::default();
                let lost = Vec::new();
                finished(Retrieved { request, answers, lost, attempts, tokens, started_ms, ended_ms })
            };
            return Outcome { retrieved: requests.iter().map(failed).collect(), connect: Some(connect) };
        }
    };
    let connect = since(started_ms);
    let agent = retrieval.options.agent.as_ref().map(|agent| (agent, agent::Desk::new(agent)));
    let retrieved = join_all(requests.iter().map(|&request| {
        let (session, finished, agent) = (&session, &finished, &agent);
        async move {
            finished(match agent {
                Some((agent, desk)) => agent::ask(retrieval, agent, desk, session, request).await,
                None => ask(retrieval, session, request, &stored[request]).await,
            })
        }
    }))
    .await;
    session.close().await;
    Outcome { retrieved, connect: Some(connect) }
}

/// Opens the session of a batch, with retries.
async fn open(retrieval: &Retrieval<'_>, requests: &[usize]) -> Tried<Session, ServerError> {
    let again = |attempt: u32, error: &ServerError| {
        for &request in requests {
            retrieval.retried(request, attempt, error.kind, &error.message);
        }
    };
    let attempt = || Session::open(retrieval.server, retrieval.options.connect_timeout);
    retrieval.retry.run(attempt, call::next_after, again).await
}

/// Asks for one request: all its calls at once, but those that are stored.
async fn ask(
    retrieval: &Retrieval<'_>,
    session: &Session,
    request: usize,
    stored: &[Option<Result<Answer, CallError>>],
) -> Retrieved {
    let asked_ms = now_ms();
    // When the first of its calls was let through.
    let started: Cell<Option<f64>> = Cell::new(None);
    let begun = || {
        if started.get().is_none() {
            started.set(Some(now_ms()));
            retrieval.events.emit(Event::RequestStarted { slug: retrieval.slug(request) });
        }
    };
    let calls = &retrieval.plan.requests[request].calls;
    let outcomes = join_all(calls.iter().zip(stored).map(async |(one, stored)| match stored {
        Some(stored) => (stored.clone(), 0),
        None => call::answer(retrieval, session, request, one, &begun).await,
    }))
    .await;
    let attempts = outcomes.iter().map(|(_, attempts)| *attempts).max().unwrap_or(1);
    let (answers, lost) = gathered(outcomes.into_iter().map(|(outcome, _)| outcome).collect());
    let Span { started_ms, ended_ms } = since(started.get().unwrap_or(asked_ms));
    Retrieved { request, answers, lost, attempts, tokens: TokensSpent::default(), started_ms, ended_ms }
}

impl Retrieval<'_> {
    /// The name of a request in events.
    pub(super) fn slug(&self, request: usize) -> String {
        self.plan.requests[request].section.slug.clone()
    }
}
