//! Answers that need not be asked for: those of a recording, and those that a run of the same job fetched minutes ago.
//!
//! A stored answer goes the way of a fetched one: decoded, checked for the merchant, redacted. What fails on the way is a
//! failure of a replay; a run that can ask asks anew. `retrieve` looks before it opens a session and stores what arrives.

use super::{
    Agent, Answer, Asking, CallError, Retrieval, Retrieved, TokensSpent,
    agent::{Inquiry, Transcript},
    gathered, guard, redact,
};
use crate::{
    artifact::{AnswerFolder, RawAnswer, StoredAnswer, answer_key},
    concurrency::now_ms,
    decode::Table,
    event::Event,
    failure::FailureKind,
    mcp::{LIST_MERCHANTS, ToolAnswer},
    request::{Call, Request},
};
use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};
use std::time::Duration;

/// How long an answer may serve further runs of its job.
pub const REUSED_FOR: Duration = Duration::from_secs(15 * 60);

/// Which stored answers a retrieval may use, and where it stores what arrives. By default none and nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerStore {
    /// A recording: every answer comes from here, and no server is asked.
    pub replay: Option<AnswerFolder>,
    /// Receives every answer that is decoded and about the right merchant, also one that holds nothing.
    pub record: Option<AnswerFolder>,
    /// Answers that further runs of the same job may use: of the last [`REUSED_FOR`] before `now`, and none that is
    /// empty. Ignored in a replay.
    pub reusable: Option<AnswerFolder>,
    /// The moment against which age is judged.
    pub now: Timestamp,
    /// The day that data must reach: an answer that says that it ends earlier is asked for again.
    pub complete_through: Option<Date>,
}

/// What is stored of each call of a plan, by request and call: an answer, for a replay also why there is none, and
/// `None` for what has to be asked.
pub(super) type Stored = Vec<Vec<Option<Result<Answer, CallError>>>>;

impl AnswerStore {
    /// Takes back answers that turned out to be no good, so that the next run asks for them again.
    pub fn forget(&self, answers: &[Answer]) {
        if let Some(folder) = &self.reusable {
            for answer in answers {
                folder.remove(&answer.key);
            }
        }
    }

    /// The folders that new answers go to.
    fn receivers(&self) -> impl Iterator<Item = &AnswerFolder> {
        self.record.iter().chain(&self.reusable).filter(|_| self.replay.is_none())
    }

    fn is_fresh(&self, fetched_at: Timestamp) -> bool {
        // An answer from the future was dated by a clock that cannot be trusted.
        Duration::try_from(self.now.duration_since(fetched_at)).is_ok_and(|age| age <= REUSED_FOR)
    }
}

/// What a stored answer is the answer to.
enum Question<'a> {
    /// One call, as the binding says.
    Call(Asking<'a>),
    /// A request that a language model saw to.
    Inquiry(Inquiry<'a>),
}

impl Question<'_> {
    fn key(&self, server: &str) -> String {
        match self {
            Self::Call(asking) => asking.key(server),
            Self::Inquiry(inquiry) => inquiry.key(),
        }
    }

    /// Who was asked, in words.
    fn whom(&self) -> String {
        match self {
            Self::Call(asking) => format!("this call of {}", asking.tool),
            Self::Inquiry(inquiry) => format!("`{}` by {}", inquiry.request.section.slug, inquiry.tool()),
        }
    }
}

impl Asking<'_> {
    /// The key under which its answer is stored.
    pub(super) fn key(&self, server: &str) -> String {
        answer_key(server, self.tool, &Value::Object(self.arguments.clone()), self.merchant().as_str())
    }
}

impl Retrieval<'_> {
    /// Looks every call of the plan up. What a language model calls is not known beforehand; its requests are stored whole.
    pub(super) fn look_up(&self) -> Stored {
        let call = |request: usize, call: &Call| match self.asking(request, call) {
            Ok(asking) => {
                let stored = self.stored(&Question::Call(asking))?;
                stored.map(|answers| answers.into_iter().next()).transpose()
            }
            // What cannot be asked for needs no server to fail.
            Err(error) => Some(Err(error)),
        };
        let whole = |agent: &Agent, request: &Request| match self
            .stored(&Question::Inquiry(self.inquiry(agent, request)))
        {
            None => vec![None; request.calls.len()],
            Some(Ok(answers)) => answers.into_iter().map(|answer| Some(Ok(answer))).collect(),
            Some(Err(error)) => vec![Some(Err(error)); request.calls.len()],
        };
        let requests = self.plan.requests.iter().enumerate();
        let look = |(n, request): (usize, &Request)| match &self.options.agent {
            Some(agent) => whole(agent, request),
            None => request.calls.iter().map(|one| call(n, one)).collect(),
        };
        requests.map(look).collect()
    }

    /// What a language model is asked for a request.
    pub(super) fn inquiry<'a>(&'a self, agent: &'a Agent, request: &'a Request) -> Inquiry<'a> {
        Inquiry { server: &self.server_name, agent, merchant: &self.plan.merchant, request }
    }

    fn stored(&self, question: &Question<'_>) -> Option<Result<Vec<Answer>, CallError>> {
        let store = &self.options.answers;
        match (&store.replay, &store.reusable) {
            (Some(recording), _) => Some(self.replayed(recording, question)),
            (None, Some(folder)) => self.fresh(folder, question).map(Ok),
            (None, None) => None,
        }
    }

    /// The answers of a recording, or why it has none.
    fn replayed(&self, recording: &AnswerFolder, question: &Question<'_>) -> Result<Vec<Answer>, CallError> {
        let failed = |message: String, hint: &str| CallError {
            kind: FailureKind::InvalidData,
            message,
            hints: vec![hint.to_owned()],
        };
        match recording.read(&question.key(&self.server_name)) {
            Ok(Some(stored)) => self.accepted(recording, question, &stored).map(|(answers, _)| answers),
            Ok(None) => {
                let (folder, server, whom) = (recording.path().display(), &self.server_name, question.whom());
                let model = if self.options.agent.is_some() { ", model" } else { "" };
                Err(failed(
                    format!("{folder} holds no answer of {server} to {whom}"),
                    &format!(
                        "replay with the merchant, dates, template{model} and server of the recorded run, or record it \
                         again with --record"
                    ),
                ))
            }
            Err(error) => Err(failed(error.to_string(), "record it again with --record")),
        }
    }

    /// Answers that a run of the same job fetched minutes ago; `None` where there are none or they are no good, which
    /// is told.
    fn fresh(&self, folder: &AnswerFolder, question: &Question<'_>) -> Option<Vec<Answer>> {
        let store = &self.options.answers;
        let found = match folder.read(&question.key(&self.server_name)) {
            Ok(stored) => {
                let stored = stored.filter(|stored| store.is_fresh(stored.fetched_at))?;
                let accepted = self.accepted(folder, question, &stored);
                accepted.map(|(answers, name)| (answers, name, stored)).map_err(|error| error.message)
            }
            Err(error) => Err(error.to_string()),
        };
        match found {
            Ok((answers, name, stored)) => {
                let through = answers.iter().filter_map(|answer| answer.table.about.complete_through()).min();
                if through.zip(store.complete_through).is_some_and(|(through, needed)| through < needed) {
                    return None;
                }
                // What a recording lacks cannot be replayed.
                self.write(store.record.as_ref(), &stored, name.as_deref());
                Some(answers)
            }
            Err(why) => {
                self.warn(format!("a stored answer was not used: {why}"));
                None
            }
        }
    }

    /// A stored answer, understood and checked as if it had just come, and the merchant's name where one is stored too.
    fn accepted(
        &self,
        folder: &AnswerFolder,
        question: &Question<'_>,
        stored: &StoredAnswer,
    ) -> Result<(Vec<Answer>, Option<String>), CallError> {
        let name = self.stored_name(folder);
        if name.is_some() {
            // Known already where another answer carries it too.
            drop(self.merchant_name.set(name.clone()));
        }
        let mut answers = match question {
            Question::Call(asking) => vec![self.understood(asking, stored, name.as_deref())?],
            Question::Inquiry(inquiry) => Transcript::answers(stored, inquiry, name.as_deref())?,
        };
        for answer in &mut answers {
            answer.cached = true;
        }
        Ok((answers, name))
    }

    fn understood(
        &self,
        asking: &Asking<'_>,
        stored: &StoredAnswer,
        name: Option<&str>,
    ) -> Result<Answer, CallError> {
        let answer = tool_answer(stored.raw.clone());
        let table = asking.read(&answer)?;
        self.checked(asking, table, &answer, name, stored.fetched_at)
    }

    /// The name that the server gave the merchant when an answer was stored that carries it.
    fn stored_name(&self, folder: &AnswerFolder) -> Option<String> {
        let merchant = &self.plan.merchant;
        let key = answer_key(&self.server_name, LIST_MERCHANTS, &json!({}), merchant.as_str());
        guard::name_of(merchant, &folder.read(&key).ok()??.raw.structured?)
    }

    /// Stores an answer that was decoded and checked.
    pub(super) fn store(&self, asking: &Asking<'_>, answer: &Answer, came: &ToolAnswer, name: Option<&str>) {
        if self.options.answers.receivers().next().is_none() {
            return;
        }
        let stored = StoredAnswer {
            server: answer.server.clone(),
            tool: answer.tool.clone(),
            arguments: answer.arguments.clone(),
            merchant: asking.merchant().to_string(),
            fetched_at: answer.fetched_at,
            raw: redacted(came),
        };
        // What holds nothing personal reads as it did.
        let again = tool_answer(stored.raw.clone()) == *came
            || self.understood(asking, &stored, name).is_ok_and(|again| again.table == answer.table);
        self.keep(&stored, again, is_empty(&answer.table), name);
    }

    /// Stores a conversation that came to these answers, none where there are no data.
    pub(super) fn store_transcript(
        &self,
        inquiry: &Inquiry<'_>,
        transcript: &Transcript,
        answers: &[Answer],
        at: Timestamp,
    ) {
        if self.options.answers.receivers().next().is_none() {
            return;
        }
        let stored = transcript.stored(inquiry, at);
        let name = self.merchant_name.get().cloned().flatten();
        let again = match Transcript::answers(&stored, inquiry, name.as_deref()) {
            Ok(again) => again.iter().map(|one| &one.table).eq(answers.iter().map(|one| &one.table)),
            Err(error) => answers.is_empty() && error.kind == FailureKind::NoData,
        };
        let is_empty = answers.is_empty() || answers.iter().any(|answer| is_empty(&answer.table));
        self.keep(&stored, again, is_empty, name.as_deref());
    }

    /// Writes an answer to the folders that receive it, if it reads `again` as it did.
    fn keep(&self, stored: &StoredAnswer, again: bool, is_empty: bool, name: Option<&str>) {
        let store = &self.options.answers;
        // A number that reads like a telephone number does not survive in a text; half an answer is none.
        if !again {
            if store.record.is_some() {
                let tool = &stored.tool;
                self.warn(format!("an answer of {tool} was not recorded: without what looks like personal data it reads differently"));
            }
            return;
        }
        let reusable = store.reusable.as_ref().filter(|_| !is_empty);
        for folder in [store.record.as_ref(), reusable] {
            self.write(folder, stored, name);
        }
    }

    /// Writes an answer, and the name without which it would not be known as this merchant's. Of the other merchants
    /// that `list_merchants` names nothing is kept.
    fn write(&self, folder: Option<&AnswerFolder>, stored: &StoredAnswer, name: Option<&str>) {
        let Some(folder) = folder else { return };
        let named = name.map(|name| StoredAnswer {
            server: self.server_name.clone(),
            tool: LIST_MERCHANTS.into(),
            arguments: json!({}),
            merchant: stored.merchant.clone(),
            fetched_at: stored.fetched_at,
            raw: RawAnswer {
                is_error: false,
                structured: Some(json!({"merchants": [{"id": stored.merchant, "name": name}]})),
                text: Vec::new(),
            },
        });
        for stored in named.iter().chain([stored]) {
            if let Err(error) = folder.write(stored) {
                self.warn(format!("an answer could not be stored: {:#}", anyhow::Error::new(error)));
            }
        }
    }

    /// The outcome of a request of which every call is stored; `None` when something has to be asked.
    pub(super) fn reused(
        &self,
        request: usize,
        stored: &[Option<Result<Answer, CallError>>],
    ) -> Option<Retrieved> {
        let outcomes: Vec<_> = stored.iter().cloned().collect::<Option<_>>()?;
        let (answers, lost) = gathered(outcomes);
        if let Ok(answers) = &answers
            && let Some(fetched_at) = answers.iter().map(|answer| answer.fetched_at).max()
        {
            self.events.emit(Event::RequestReused { slug: self.slug(request), fetched_at });
        }
        let now = now_ms();
        let tokens = TokensSpent::default();
        Some(Retrieved { request, answers, lost, attempts: 0, tokens, started_ms: now, ended_ms: now })
    }

    fn warn(&self, warning: String) {
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
}

/// Whether a table holds no number but zero.
fn is_empty(table: &Table) -> bool {
    let is_something = |cell: &Value| cell.as_f64().is_some_and(|number| number != 0.0);
    !table.rows.iter().flatten().any(is_something)
}

fn redacted(answer: &ToolAnswer) -> RawAnswer {
    let mut structured = answer.structured.clone();
    structured.iter_mut().for_each(redact::value);
    RawAnswer {
        is_error: answer.is_error,
        structured,
        text: answer.blocks.iter().map(|text| redact::text(text)).collect(),
    }
}

fn tool_answer(raw: RawAnswer) -> ToolAnswer {
    ToolAnswer { is_error: raw.is_error, structured: raw.structured, blocks: raw.text }
}
