//! Answers that need not be asked for: those of a recording, and those that a run of the same job fetched minutes ago.
//!
//! A stored answer goes the way of a fetched one: decoded, checked for the merchant, redacted. What fails on the way is a
//! failure of a replay; a run that can ask asks anew. `retrieve` looks before it opens a session and stores what arrives.

use super::{Answer, Asking, CallError, Retrieval, Retrieved, TokensSpent, gathered, guard, redact};
use crate::{
    artifact::{AnswerFolder, RawAnswer, StoredAnswer, answer_key},
    concurrency::now_ms,
    decode::Table,
    domain::Merchant,
    event::Event,
    failure::FailureKind,
    mcp::{LIST_MERCHANTS, ToolAnswer},
    request::Call,
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
    pub fn forget(&self, merchant: &Merchant, answers: &[Answer]) {
        for Answer { server, tool, arguments, .. } in answers {
            if let Some(folder) = &self.reusable {
                folder.remove(&answer_key(server, tool, arguments, merchant.as_str()));
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

impl Retrieval<'_> {
    /// Looks every call of the plan up. What a language model asks for is not known beforehand, and not stored.
    pub(super) fn look_up(&self) -> Stored {
        let by_agent = self.options.agent.is_some();
        let look = |request: usize, call: &Call| match self.asking(request, call) {
            _ if by_agent => None,
            Ok(asking) => self.stored(&asking),
            // What cannot be asked for needs no server to fail.
            Err(error) => Some(Err(error)),
        };
        let requests = self.plan.requests.iter().enumerate();
        requests.map(|(n, request)| request.calls.iter().map(|call| look(n, call)).collect()).collect()
    }

    fn stored(&self, asking: &Asking<'_>) -> Option<Result<Answer, CallError>> {
        let store = &self.options.answers;
        match (&store.replay, &store.reusable) {
            (Some(recording), _) => Some(self.replayed(recording, asking)),
            (None, Some(folder)) => self.fresh(folder, asking).map(Ok),
            (None, None) => None,
        }
    }

    /// The answer of a recording, or why it has none.
    fn replayed(&self, recording: &AnswerFolder, asking: &Asking<'_>) -> Result<Answer, CallError> {
        let failed = |message: String, hint: &str| CallError {
            kind: FailureKind::InvalidData,
            message,
            hints: vec![hint.to_owned()],
        };
        match recording.read(&self.key(asking)) {
            Ok(Some(stored)) => self.accepted(recording, asking, stored).map(|(answer, _)| answer),
            Ok(None) => {
                let (folder, server) = (recording.path().display(), &self.server_name);
                Err(failed(
                    format!("{folder} holds no answer of {server} to this call of {}", asking.tool),
                    "replay with the merchant, dates, template and server of the recorded run, or record it again with \
                     --record",
                ))
            }
            Err(error) => Err(failed(error.to_string(), "record it again with --record")),
        }
    }

    /// An answer that a run of the same job fetched minutes ago; `None` where there is none or it is no good, which is
    /// told.
    fn fresh(&self, folder: &AnswerFolder, asking: &Asking<'_>) -> Option<Answer> {
        let store = &self.options.answers;
        let found = match folder.read(&self.key(asking)) {
            Ok(stored) => {
                let stored = stored.filter(|stored| store.is_fresh(stored.fetched_at))?;
                let accepted = self.accepted(folder, asking, stored.clone());
                accepted.map(|(answer, name)| (answer, name, stored)).map_err(|error| error.message)
            }
            Err(error) => Err(error.to_string()),
        };
        match found {
            Ok((answer, name, stored)) => {
                let through = answer.table.about.complete_through();
                if through.zip(store.complete_through).is_some_and(|(through, needed)| through < needed) {
                    return None;
                }
                // What a recording lacks cannot be replayed.
                self.write(store.record.as_ref(), asking, &stored, name.as_deref());
                Some(answer)
            }
            Err(why) => {
                self.warn(format!("a stored answer was not used: {why}"));
                None
            }
        }
    }

    /// A stored answer, understood and checked as if it had just come, and the merchant's name where that was needed.
    fn accepted(
        &self,
        folder: &AnswerFolder,
        asking: &Asking<'_>,
        stored: StoredAnswer,
    ) -> Result<(Answer, Option<String>), CallError> {
        let fetched_at = stored.fetched_at;
        let answer = tool_answer(stored.raw);
        let table = asking.read(&answer)?;
        let needs_name = !guard::others(&table, asking.merchant()).is_empty();
        let name = if needs_name { self.stored_name(folder, asking) } else { None };
        let answer = self.checked(asking, table, &answer, name.as_deref(), fetched_at)?;
        if name.is_some() {
            // Known already where another answer carries it too.
            drop(self.merchant_name.set(name.clone()));
        }
        Ok((Answer { cached: true, ..answer }, name))
    }

    /// The name that the server gave the merchant when an answer was stored that carries it.
    fn stored_name(&self, folder: &AnswerFolder, asking: &Asking<'_>) -> Option<String> {
        let key = answer_key(&self.server_name, LIST_MERCHANTS, &json!({}), asking.merchant().as_str());
        guard::name_of(asking.merchant(), &folder.read(&key).ok()??.raw.structured?)
    }

    /// Stores an answer that was decoded and checked.
    pub(super) fn store(&self, asking: &Asking<'_>, answer: &Answer, came: &ToolAnswer, name: Option<&str>) {
        let store = &self.options.answers;
        if store.receivers().next().is_none() {
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
        // A number that reads like a telephone number does not survive in a text; half an answer is none.
        let again = self.again(&stored, asking, name);
        if !again.is_some_and(|again| again.table == answer.table) {
            if store.record.is_some() {
                let tool = &answer.tool;
                self.warn(format!("an answer of {tool} was not recorded: without what looks like personal data it reads differently"));
            }
            return;
        }
        let reusable = store.reusable.as_ref().filter(|_| !is_empty(&answer.table));
        for folder in [store.record.as_ref(), reusable] {
            self.write(folder, asking, &stored, name);
        }
    }

    fn again(&self, stored: &StoredAnswer, asking: &Asking<'_>, name: Option<&str>) -> Option<Answer> {
        let answer = tool_answer(stored.raw.clone());
        let table = asking.read(&answer).ok()?;
        self.checked(asking, table, &answer, name, stored.fetched_at).ok()
    }

    /// Writes an answer, and the name without which it would not be known as this merchant's. Of the other merchants
    /// that `list_merchants` names nothing is kept.
    fn write(
        &self,
        folder: Option<&AnswerFolder>,
        asking: &Asking<'_>,
        stored: &StoredAnswer,
        name: Option<&str>,
    ) {
        let Some(folder) = folder else { return };
        let named = name.map(|name| StoredAnswer {
            server: self.server_name.clone(),
            tool: LIST_MERCHANTS.into(),
            arguments: json!({}),
            merchant: asking.merchant().to_string(),
            fetched_at: stored.fetched_at,
            raw: RawAnswer {
                is_error: false,
                structured: Some(json!({"merchants": [{"id": asking.merchant().as_str(), "name": name}]})),
                text: Vec::new(),
            },
        });
        for stored in named.iter().chain([stored]) {
            if let Err(error) = folder.write(stored) {
                self.warn(format!("an answer could not be stored: {:#}", anyhow::Error::new(error)));
            }
        }
    }

    fn key(&self, asking: &Asking<'_>) -> String {
        let arguments = Value::Object(asking.arguments.clone());
        answer_key(&self.server_name, asking.tool, &arguments, asking.merchant().as_str())
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
