//! What a conversation came to, in a form that can be stored and read again: what the model said in the end, and every
//! result that it was told of. Nothing that was computed is stored: a replay computes and checks it again.

use super::{
    Agent,
    reading::{self, Origin, Unusable},
    sheet::Sheets,
};
use crate::{
    artifact::{RawAnswer, StoredAnswer, answer_key},
    domain::{Dimension, Merchant},
    failure::FailureKind,
    mcp::ToolAnswer,
    request::{Call, Request},
    retrieve::{Answer, CallError, redact},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// An end of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::retrieve) struct Transcript {
    /// The model's last words.
    said: String,
    /// The results in the order of the calls.
    results: Vec<Told>,
}

/// One result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    tool: String,
    arguments: Map<String, Value>,
    /// The arguments that the tool's schema knows.
    known: Vec<String>,
    /// `None` where it was about another merchant.
    answer: Option<RawAnswer>,
}

/// What a conversation is about: whom a model asks what.
#[derive(Debug, Clone, Copy)]
pub(in crate::retrieve) struct Inquiry<'a> {
    /// The data server's name.
    pub(in crate::retrieve) server: &'a str,
    /// The model, and its limits.
    pub(in crate::retrieve) agent: &'a Agent,
    /// Whose numbers are asked for.
    pub(in crate::retrieve) merchant: &'a Merchant,
    /// What is needed.
    pub(in crate::retrieve) request: &'a Request,
}

impl Inquiry<'_> {
    /// What stands for the tool where the conversation is stored.
    pub(in crate::retrieve) fn tool(&self) -> String {
        format!("agent:{}", self.agent.llm.model())
    }

    /// What stands for the arguments: everything that decides what the model is asked.
    fn arguments(&self) -> Value {
        let call = |call: &Call| {
            let metrics: Vec<_> = call.metrics.iter().map(|metric| metric.as_str()).collect();
            let group_by: Vec<_> = call.group_by.iter().map(Dimension::as_str).collect();
            let (from, to) = (call.start_date.to_string(), call.end_date.to_string());
            json!({"metrics": metrics, "group_by": group_by, "start_date": from, "end_date": to})
        };
        let calls: Vec<_> = self.request.calls.iter().map(call).collect();
        json!({"request": self.request.section.id, "calls": calls})
    }

    /// The key under which the conversation is stored.
    pub(in crate::retrieve) fn key(&self) -> String {
        answer_key(self.server, &self.tool(), &self.arguments(), self.merchant.as_str())
    }

    /// The answers in what a model said.
    ///
    /// # Errors
    /// When it is no answer, or says that there is none.
    pub(super) fn read(&self, said: &str, sheets: &Sheets, at: Timestamp) -> Result<Vec<Answer>, Unusable> {
        let key = self.key();
        let origin = Origin { server: self.server, model: self.agent.llm.model(), at, key: &key };
        reading::read(self.request, said, sheets, origin)
    }
}

impl Transcript {
    /// Of a conversation that ends with these words. Personal data are left out.
    pub(super) fn new(said: &str, sheets: &Sheets) -> Self {
        let told = |result: &super::sheet::ToolResult| Told {
            tool: result.tool.clone(),
            arguments: result.arguments.as_object().cloned().unwrap_or_default(),
            known: result.known.clone(),
            answer: result.answer.clone(),
        };
        Self { said: redact::text(said), results: sheets.results.iter().map(told).collect() }
    }

    /// As it is stored.
    pub(in crate::retrieve) fn stored(&self, inquiry: &Inquiry<'_>, fetched_at: Timestamp) -> StoredAnswer {
        StoredAnswer {
            server: inquiry.server.to_owned(),
            tool: inquiry.tool(),
            arguments: inquiry.arguments(),
            merchant: inquiry.merchant.to_string(),
            fetched_at,
            raw: RawAnswer { is_error: false, structured: serde_json::to_value(self).ok(), text: Vec::new() },
        }
    }

    /// The answers in a stored conversation, checked as if it had just been held. `name` is the one that the server gave
    /// the merchant.
    ///
    /// # Errors
    /// When it is no conversation, is about another merchant, or holds no answer.
    pub(in crate::retrieve) fn answers(
        stored: &StoredAnswer,
        inquiry: &Inquiry<'_>,
        name: Option<&str>,
    ) -> Result<Vec<Answer>, CallError> {
        let damaged =
            |why: String| CallError { kind: FailureKind::InvalidData, message: why, hints: Vec::new() };
        let transcript: Self = serde_json::from_value(stored.raw.structured.clone().unwrap_or_default())
            .map_err(|_| damaged("what is stored is no conversation with a model".into()))?;
        let mut sheets = Sheets::default();
        for told in transcript.results {
            let Some(answer) = told.answer else {
                sheets.skip(&told.tool);
                continue;
            };
            let answer =
                ToolAnswer { is_error: answer.is_error, structured: answer.structured, blocks: answer.text };
            let result = sheets.add(&told.tool, &told.arguments, &told.known, answer).map_err(damaged)?;
            let others = sheets.other_merchants(result, inquiry.merchant);
            if let Some(other) = others.into_iter().find(|other| Some(other.as_str()) != name) {
                let message =
                    format!("the answer is about `{other}`, but `{}` was asked for", inquiry.merchant);
                return Err(CallError { kind: FailureKind::WrongMerchant, message, hints: Vec::new() });
            }
        }
        inquiry.read(&transcript.said, &sheets, stored.fetched_at).map_err(Unusable::into)
    }
}
