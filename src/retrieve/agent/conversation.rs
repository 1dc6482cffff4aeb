//! One request's conversation with the model, turn by turn.

use super::{
    Agent, Desk, TokensSpent,
    answer::{self, table_name},
    digest,
    grounding::{Grounded, ground},
    prompt,
    sheet::Sheets,
    tools,
};
use crate::{
    artifact::sha256_hex,
    concurrency::{Full, Next, Seat, now_ms},
    event::Event,
    failure::FailureKind,
    llm::{LlmError, Message, Prompt, Reply, ToolCall},
    mcp::{Session, ToolAnswer, ToolInfo},
    request::Request,
    retrieve::{Answer, CallError, Retrieval, call, guard, redact},
};
use futures::future::join_all;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Tokens that a server's own template may add around a prompt.
const FRAME: usize = 16;

/// Words of the model's that are passed on.
const QUOTED: usize = 200;

/// A conversation.
pub(super) struct Conversation<'a> {
    retrieval: &'a Retrieval<'a>,
    agent: &'a Agent,
    session: &'a Session,
    position: usize,
    request: &'a Request,
    sheets: Sheets,
    /// Every call made, in one spelling.
    made: BTreeSet<String>,
    /// What the messages so far weigh.
    weight: usize,
    /// What the server counted beyond our count, at most.
    excess: usize,
    tokens: TokensSpent,
    attempts: u32,
    started_ms: Option<f64>,
    /// What the data server last failed with.
    trouble: Option<CallError>,
}

impl<'a> Conversation<'a> {
    pub(super) fn new(
        retrieval: &'a Retrieval<'a>,
        agent: &'a Agent,
        session: &'a Session,
        position: usize,
    ) -> Self {
        Self {
            retrieval,
            agent,
            session,
            position,
            request: &retrieval.plan.requests[position],
            sheets: Sheets::default(),
            made: BTreeSet::new(),
            weight: 0,
            excess: 0,
            tokens: TokensSpent::default(),
            attempts: 1,
            started_ms: None,
            trouble: None,
        }
    }

    /// Tries of the call that took most.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What it has cost so far.
    pub(super) fn tokens(&self) -> TokensSpent {
        self.tokens
    }

    /// When the model was first asked.
    pub(super) fn started_ms(&self) -> Option<f64> {
        self.started_ms
    }

    /// Holds the conversation until there is an answer or a reason why there is none.
    pub(super) async fn run(&mut self, desk: &Desk) -> Result<Vec<Answer>, CallError> {
        let mut seat = desk.room.seat();
        let tools = desk.tools(self.retrieval, self.session).await?;
        let mut prompt = Prompt {
            messages: Vec::new(),
            tools: tools::offered(tools, self.agent.simplified_schemas),
            answer: Some(("answer".into(), answer::schema(self.request))),
        };
        self.weight = prompt.fixed_tokens() + FRAME;
        self.say(&mut prompt, Message::System(prompt::SYSTEM.trim_end().into()));
        self.say(&mut prompt, Message::User(prompt::request(self.request)));
        let mut repaired = false;
        for _ in 0..self.agent.max_steps {
            self.admit(&mut seat).await?;
            let reply = self.ask(&prompt).await?;
            if let Some(refusal) = &reply.refusal {
                return Err(failed(FailureKind::Refused, format!("the model refused: {}", short(refusal))));
            }
            self.say(
                &mut prompt,
                Message::Assistant { text: reply.text.clone(), calls: reply.calls.clone() },
            );
            if !reply.calls.is_empty() {
                for message in self.call_tools(tools, &reply.calls).await? {
                    self.say(&mut prompt, message);
                }
                continue;
            }
            if reply.cut_off {
                let message = "the model's answer was cut off at its limit of length";
                return Err(failed(FailureKind::Refused, message));
            }
            let problems = match self.read(&reply)? {
                Ok(answers) => return Ok(answers),
                Err(problems) => problems,
            };
            if repaired {
                return Err(ungrounded(&problems));
            }
            repaired = true;
            self.say(&mut prompt, Message::User(prompt::repair(&problems)));
        }
        let message = format!("the model gave no answer within {} turns", self.agent.max_steps);
        Err(self.trouble.take().unwrap_or_else(|| failed(FailureKind::Refused, message))).map_err(|error| {
            hinted(error, "raise retrieval.max_steps, or use a model that is better at calling tools")
        })
    }

    fn say(&mut self, prompt: &mut Prompt, message: Message) {
        self.weight += message.tokens();
        prompt.messages.push(message);
    }

    /// Waits for room for the next prompt among the conversations of the batch.
    async fn admit(&self, seat: &mut Seat) -> Result<(), CallError> {
        let (size, limit) = (self.weight + self.excess, self.agent.max_context_tokens);
        seat.hold(size).await.map_err(|full| {
            let message = match full {
                Full::TooLarge => format!("the conversation has come to {size} tokens, but {limit} is the most allowed"),
                Full::Stuck => format!(
                    "the conversation needs {size} tokens, but the batch has no room left: {limit} is the most \
                     allowed for its conversations together"
                ),
            };
            let error = failed(FailureKind::Refused, message);
            match full {
                Full::TooLarge => hinted(error, "ask for a shorter period, or raise llm.max_context_tokens"),
                Full::Stuck => hinted(error, "lower retrieval.batch_size, or raise llm.max_context_tokens"),
            }
        })
    }

    /// Asks the model, with the run's retries.
    async fn ask(&mut self, prompt: &Prompt) -> Result<Reply, CallError> {
        let retrieval = self.retrieval;
        let slug = retrieval.slug(self.position);
        let started = std::cell::Cell::new(self.started_ms);
        let attempt = || async {
            let _inside = retrieval.llm.enter().await;
            if started.get().is_none() {
                started.set(Some(now_ms()));
                retrieval.events.emit(Event::RequestStarted { slug: slug.clone() });
            }
            self.agent.llm.chat(prompt).await
        };
        let next = |error: &LlmError| match error.retry_after {
            _ if !error.kind.is_transient() => Next::GiveUp,
            Some(wait) => Next::AgainAfter(wait),
            None => Next::Again,
        };
        let again = |attempt: u32, error: &LlmError| {
            retrieval.retried(self.position, attempt, error.kind, &error.message);
        };
        let tried = retrieval.retry.run(attempt, next, again).await;
        self.started_ms = started.get();
        self.attempts = self.attempts.max(tried.tries);
        let reply = tried.outcome.map_err(|error| {
            let message = redact::text(&error.message);
            CallError { kind: error.kind, message, hints: error.hints }.and(tried.gave_up)
        })?;
        let (sent, received) = match reply.spent {
            Some(spent) => (spent.prompt, spent.completion),
            None => (self.weight as u64, answer_tokens(&reply)),
        };
        self.excess = self.excess.max(usize::try_from(sent).unwrap_or(0).saturating_sub(self.weight));
        self.tokens = self.tokens.and(TokensSpent { prompt: sent, completion: received, max_context: sent });
        Ok(reply)
    }

    /// Makes the calls that the model asks for, all at once, and gives what it is told about each.
    async fn call_tools(
        &mut self,
        known: &[ToolInfo],
        calls: &[ToolCall],
    ) -> Result<Vec<Message>, CallError> {
        for call in calls {
            let arguments: Value =
                serde_json::from_str(&call.arguments).unwrap_or_else(|_| json!(call.arguments));
            if !self.made.insert(format!("{} {}", call.name, tools::canonical(&arguments))) {
                let message =
                    format!("the model made the same call of `{}` twice and was stopped", short(&call.name));
                return Err(self.trouble.take().unwrap_or_else(|| failed(FailureKind::Refused, message)));
            }
        }
        let answers = join_all(calls.iter().map(|call| self.call_tool(known, call))).await;
        let share = digest::RESULT_TOKENS.min(digest::TURN_TOKENS / calls.len().max(1));
        let mut messages = Vec::with_capacity(calls.len());
        for (call, answer) in calls.iter().zip(answers) {
            let text = match answer {
                Called::Answered { tool, arguments, answer } => {
                    self.take(&tool, &arguments, answer, share).await
                }
                Called::Told(text) => text,
                Called::Rows { name, from, n } => self.rows(&name, from, n, share),
                Called::Failed(error) => {
                    let text = format!("the call failed: {}", error.message);
                    self.trouble = Some(error);
                    text
                }
            };
            messages.push(Message::Tool { call: call.id.clone(), text: digest::fitted(text, share) });
        }
        Ok(messages)
    }

    async fn call_tool(&self, known: &[ToolInfo], call: &ToolCall) -> Called {
        let Ok(Value::Object(arguments)) = serde_json::from_str(&call.arguments) else {
            return Called::Told("the arguments are not a JSON object".into());
        };
        if call.name == tools::GET_ROWS {
            let name = arguments.get("ref").and_then(Value::as_str).unwrap_or_default().to_owned();
            let whole = |name: &str| {
                let number = arguments.get(name).and_then(Value::as_u64);
                number.and_then(|n| usize::try_from(n).ok())
            };
            return Called::Rows {
                name,
                from: whole("from").unwrap_or(0),
                n: whole("n").unwrap_or(usize::MAX),
            };
        }
        let Some(tool) = known.iter().find(|tool| tool.name == call.name && !tool.destructive) else {
            let names = known.iter().filter(|tool| !tool.destructive).map(|tool| tool.name.as_str());
            let names: Vec<_> = names.chain([tools::GET_ROWS]).collect();
            return Called::Told(format!(
                "there is no tool `{}`; the tools are {}",
                short(&call.name),
                names.join(", ")
            ));
        };
        let retrieval = self.retrieval;
        let attempt = || call::call_tool(retrieval, self.session, &tool.name, arguments.clone(), &|| ());
        let again = |attempt: u32, failed: &call::Failed| {
            retrieval.retried(self.position, attempt, failed.error.kind, &failed.error.message);
        };
        let tried = retrieval.retry.run(attempt, |failed| failed.next, again).await;
        match tried.outcome {
            Ok(answer) => Called::Answered { tool: Box::new(tool.clone()), arguments, answer },
            Err(failed) => Called::Failed(failed.error.and(tried.gave_up)),
        }
    }

    /// Keeps a result whole and gives its digest.
    async fn take(
        &mut self,
        tool: &ToolInfo,
        arguments: &Map<String, Value>,
        answer: ToolAnswer,
        tokens: usize,
    ) -> String {
        let known = tools::known_arguments(tool);
        let text = answer.text();
        let first = self.sheets.sheets.len();
        match self.sheets.add(&tool.name, arguments, &known, answer) {
            Err(words) => format!("the call failed: {words}"),
            Ok([]) => {
                let rows = "the result has no rows that can be referred to; it says: ";
                digest::fitted(format!("{rows}{}", redact::text(&text)), tokens)
            }
            Ok(sheets) => {
                let digest = digest::result(sheets, tokens);
                match self.another_merchant(first).await {
                    None => digest,
                    Some(other) => {
                        // Nothing of it may serve.
                        self.sheets.sheets.truncate(first);
                        format!(
                            "the result is about the merchant `{}`, which was not asked for",
                            short(&other)
                        )
                    }
                }
            }
        }
    }

    /// The merchant that the newest result speaks of, if it is another than the one asked for.
    async fn another_merchant(&self, first: usize) -> Option<String> {
        let call = self.request.calls.first()?;
        let sheet = self.sheets.sheets.get(first)?;
        // A list of merchants names many and holds no figures of any.
        let others = guard::others(&sheet.table, &call.merchant);
        if others.is_empty() {
            return None;
        }
        // A name that could not be found out is none: then nothing of the result may serve.
        let name = call::merchant_name(self.retrieval, self.session, &call.merchant).await.ok().flatten();
        others.into_iter().find(|other| Some(other) != name.as_ref())
    }

    fn rows(&self, name: &str, from: usize, n: usize, tokens: usize) -> String {
        let Some(sheet) = self.sheets.sheet(name) else {
            let names: Vec<_> = self.sheets.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
            return format!("there is no result `{}`; there are: {}", short(name), names.join(", "));
        };
        let shown = digest::rows(sheet, from, n, tokens.saturating_sub(40));
        let all = sheet.table.rows.len();
        let wanted = from.saturating_add(n).min(all);
        if shown.next < wanted {
            return format!(
                "{}rows {} to {} did not fit: ask for them next",
                shown.text,
                shown.next,
                wanted - 1
            );
        }
        shown.text
    }

    /// The answers in a reply, or what is wrong with it.
    fn read(&mut self, reply: &Reply) -> Result<Result<Vec<Answer>, Vec<String>>, CallError> {
        let text = reply.text.as_deref().unwrap_or_default();
        let read = match answer::read(self.request, text) {
            Ok(read) => read,
            Err(why) => return Ok(Err(vec![why])),
        };
        let empty = read.tables.iter().flatten().all(|table| table.rows.is_empty());
        if empty {
            let error = match (self.trouble.take(), &read.no_data) {
                (Some(trouble), _) => trouble,
                (None, Some(why)) => {
                    failed(FailureKind::NoData, format!("the model found no data: {}", short(why)))
                }
                (None, None) => failed(FailureKind::NoData, "the model found no data"),
            };
            return Err(error);
        }
        let (mut answers, mut problems) = (Vec::new(), Vec::new());
        for (call, table) in self.request.calls.iter().zip(&read.tables) {
            let Some(table) = table else {
                answers.push(self.answer(call, Grounded::empty(call), text));
                continue;
            };
            match ground(call, table, read.currency.as_deref(), &self.sheets) {
                Ok(grounded) => answers.push(self.answer(call, grounded, text)),
                Err(found) => {
                    problems.extend(found.into_iter().map(|why| format!("{}: {why}", table_name(call))));
                }
            }
        }
        Ok(if problems.is_empty() { Ok(answers) } else { Err(problems) })
    }

    /// An answer with everything it draws on, as it came.
    fn answer(&self, call: &crate::request::Call, grounded: Grounded, text: &str) -> Answer {
        let results: Vec<_> = grounded.results.iter().map(|at| &self.sheets.results[*at]).collect();
        let sources: Vec<_> = results
            .iter()
            .map(|result| {
                let (name, tool, arguments) = (&result.name, &result.tool, &result.arguments);
                json!({"ref": name, "tool": tool, "arguments": arguments, "answer": result.raw})
            })
            .collect();
        let said = redact::text(text);
        let raw = json!({"model": self.agent.llm.model(), "table": table_name(call), "answer": said, "results": sources});
        let raw = raw.to_string();
        let mut tools: Vec<_> = results.iter().map(|result| result.tool.as_str()).collect();
        tools.dedup();
        let mut arguments: Vec<_> = results.iter().map(|result| result.arguments.clone()).collect();
        Answer {
            table: grounded.table,
            server: self.retrieval.server_name.clone(),
            tool: tools.join(", "),
            arguments: if arguments.len() == 1 { arguments.remove(0) } else { Value::Array(arguments) },
            raw_sha256: sha256_hex(raw.as_bytes()),
            raw,
            fetched_at: jiff::Timestamp::now(),
            cached: false,
        }
    }
}

/// What became of a call that the model asked for.
enum Called {
    Answered { tool: Box<ToolInfo>, arguments: Map<String, Value>, answer: ToolAnswer },
    Rows { name: String, from: usize, n: usize },
    Told(String),
    Failed(CallError),
}

fn failed(kind: FailureKind, message: impl AsRef<str>) -> CallError {
    CallError { kind, message: redact::text(message.as_ref()), hints: Vec::new() }
}

fn hinted(mut error: CallError, hint: &str) -> CallError {
    error.hints.push(hint.to_owned());
    error
}

fn ungrounded(problems: &[String]) -> CallError {
    let more = match problems.len() {
        0 | 1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    let first = problems.first().map(String::as_str).unwrap_or_default();
    let error = failed(FailureKind::InvalidData, format!("ungrounded: {first}{more}"));
    hinted(error, "the model's answer does not follow from the server's; nothing of it was used")
}

fn answer_tokens(reply: &Reply) -> u64 {
    let message = Message::Assistant { text: reply.text.clone(), calls: reply.calls.clone() };
    message.tokens() as u64
}

fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
