//! The calls that a model asks for: made, kept, and told back to it.

use super::{digest, sheet::Sheets, short, tools};
use crate::{
    llm::{Message, ToolCall},
    mcp::{Session, ToolAnswer, ToolInfo},
    retrieve::{CallError, Retrieval, call, redact},
};
use futures::future::join_all;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The tools of one conversation, and what they have answered.
pub(super) struct Toolbox<'a> {
    retrieval: &'a Retrieval<'a>,
    session: &'a Session,
    position: usize,
    sheets: Sheets,
    /// Every call made, in one spelling.
    made: BTreeSet<String>,
    /// What the data server last failed with.
    trouble: Option<CallError>,
}

impl<'a> Toolbox<'a> {
    /// For the request at a position of the plan.
    pub(super) fn new(retrieval: &'a Retrieval<'a>, session: &'a Session, position: usize) -> Self {
        Self { retrieval, session, position, sheets: Sheets::default(), made: BTreeSet::new(), trouble: None }
    }

    /// What has been answered.
    pub(super) fn sheets(&self) -> &Sheets {
        &self.sheets
    }

    /// What the data server last failed with; told once.
    pub(super) fn trouble(&mut self) -> Option<CallError> {
        self.trouble.take()
    }

    /// Makes the calls that the model asks for, all at once, and gives what it is told about each.
    pub(super) async fn call_all(
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
                return Err(self.trouble.take().unwrap_or_else(|| super::failed(message)));
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
        let result = match self.sheets.add(&tool.name, arguments, &known, answer) {
            Err(words) => return format!("the call failed: {words}"),
            Ok(result) => result,
        };
        let others = self.sheets.other_merchants(result, &self.retrieval.plan.merchant);
        if !others.is_empty() {
            // A name that could not be found out is none: then nothing of the result may serve.
            let name = call::merchant_name(self.retrieval, self.session, &self.retrieval.plan.merchant).await;
            let name = name.ok().flatten();
            if let Some(other) = others.into_iter().find(|other| Some(other) != name.as_ref()) {
                self.sheets.discard(result);
                return format!(
                    "the result is about the merchant `{}`, which was not asked for",
                    short(&other)
                );
            }
        }
        match self.sheets.of(result) {
            [] => {
                let rows = "the result has no rows that can be referred to; it says: ";
                digest::fitted(format!("{rows}{}", redact::text(&text)), tokens)
            }
            sheets => digest::result(sheets, tokens),
        }
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
}

/// What became of a call that the model asked for.
enum Called {
    Answered { tool: Box<ToolInfo>, arguments: Map<String, Value>, answer: ToolAnswer },
    Rows { name: String, from: usize, n: usize },
    Told(String),
    Failed(CallError),
}
