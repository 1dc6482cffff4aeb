//! What a model said, and the results it was told of → the answers to a request. Pure, so that a stored conversation is
//! read by the same code as one that has just been held.

use super::{
    answer::{self, table_name},
    grounding::{Grounded, ground},
    sheet::Sheets,
    short,
};
use crate::{
    artifact::sha256_hex,
    failure::FailureKind,
    request::{Call, Request},
    retrieve::{Answer, CallError, redact},
};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Who answered, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'a> {
    /// The data server's name.
    pub(super) server: &'a str,
    /// The model's name.
    pub(super) model: &'a str,
    /// When the answer was given.
    pub(super) at: Timestamp,
    /// The key under which the conversation is stored.
    pub(super) key: &'a str,
}

/// Why there are no answers in what a model said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It says that there are no data, and perhaps why.
    NoData(Option<String>),
    /// What is wrong, a phrase each.
    Problems(Vec<String>),
}

impl From<Unusable> for CallError {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::NoData(reason) => {
                let reason = reason.map(|why| format!(": {}", short(&why))).unwrap_or_default();
                let message = redact::text(&format!("the model found no data{reason}"));
                Self { kind: FailureKind::NoData, message, hints: Vec::new() }
            }
            Unusable::Problems(problems) => {
                let more = match problems.len() {
                    0 | 1 => String::new(),
                    n => format!(" (and {} more)", n - 1),
                };
                let first = problems.first().map(String::as_str).unwrap_or_default();
                let message = redact::text(&format!("ungrounded: {first}{more}"));
                let hint = "the model's answer does not follow from the server's; nothing of it was used";
                Self { kind: FailureKind::InvalidData, message, hints: vec![hint.to_owned()] }
            }
        }
    }
}

/// The answers in what a model said, one per call.
///
/// # Errors
/// When it is no answer, or says that there is none.
pub(super) fn read(
    request: &Request,
    said: &str,
    sheets: &Sheets,
    origin: Origin<'_>,
) -> Result<Vec<Answer>, Unusable> {
    let read = answer::read(request, said).map_err(|why| Unusable::Problems(vec![why]))?;
    if read.tables.iter().flatten().all(|table| table.rows.is_empty()) {
        return Err(Unusable::NoData(read.no_data));
    }
    let (mut answers, mut problems) = (Vec::new(), Vec::new());
    for (call, table) in request.calls.iter().zip(&read.tables) {
        let grounded = match table {
            Some(table) => ground(call, table, read.currency.as_deref(), sheets),
            None => Ok(Grounded::empty(call)),
        };
        match grounded {
            Ok(grounded) => answers.push(answer(call, grounded, said, sheets, origin)),
            Err(found) => {
                problems.extend(found.into_iter().map(|why| format!("{}: {why}", table_name(call))));
            }
        }
    }
    if problems.is_empty() { Ok(answers) } else { Err(Unusable::Problems(problems)) }
}

/// An answer with everything it draws on, as it came.
fn answer(call: &Call, grounded: Grounded, said: &str, sheets: &Sheets, origin: Origin<'_>) -> Answer {
    let results: Vec<_> = grounded.results.iter().map(|at| &sheets.results[*at]).collect();
    let source = |result: &&super::sheet::ToolResult| {
        let (name, tool, arguments) = (&result.name, &result.tool, &result.arguments);
        json!({"ref": name, "tool": tool, "arguments": arguments, "answer": result.raw()})
    };
    let sources: Vec<_> = results.iter().map(source).collect();
    let raw = json!({
        "model": origin.model, "table": table_name(call), "answer": redact::text(said), "results": sources,
    });
    let raw = raw.to_string();
    let mut tools: Vec<_> = results.iter().map(|result| result.tool.as_str()).collect();
    tools.dedup();
    let mut arguments: Vec<_> = results.iter().map(|result| result.arguments.clone()).collect();
    Answer {
        table: grounded.table,
        server: origin.server.to_owned(),
        tool: tools.join(", "),
        arguments: if arguments.len() == 1 { arguments.remove(0) } else { Value::Array(arguments) },
        raw_sha256: sha256_hex(raw.as_bytes()),
        raw,
        fetched_at: origin.at,
        cached: false,
        key: origin.key.to_owned(),
    }
}
