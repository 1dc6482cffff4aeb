//! One call: leave of the server's health, tries, decoding, and the wrong-merchant guard.

use super::{Answer, Asking, CallError, Retrieval, guard, redact};
use crate::{
    artifact::sha256_hex,
    concurrency::{LeftAlone, Next},
    decode::{Table, Verdict},
    domain::Merchant,
    event::Event,
    failure::FailureKind,
    mcp::{LIST_MERCHANTS, ServerError, Session, ToolAnswer},
    request::Call,
};
use serde_json::{Map, Value};

/// What to look at when a server says that the question is wrong.
const IS_IT_ASKED_RIGHT: &str = "is it the right server, and the right --binding? its tool, table and columns must be those of the server";

/// Why one try gave nothing, and whether another may.
pub(super) struct Failed {
    pub(super) error: CallError,
    pub(super) next: Next,
}

/// What to do about a server's failure.
pub(super) fn next_after(error: &ServerError) -> Next {
    match error.retry_after {
        _ if !error.kind.is_transient() => Next::GiveUp,
        Some(wait) => Next::AgainAfter(wait),
        None => Next::Again,
    }
}

/// The answer of one call, and the number of tries. `begun` is told when a try is let through.
pub(super) async fn answer(
    retrieval: &Retrieval<'_>,
    session: &Session,
    request: usize,
    call: &Call,
    begun: &impl Fn(),
) -> (Result<Answer, CallError>, u32) {
    let asking = match retrieval.asking(request, call) {
        Ok(asking) => asking,
        Err(error) => return (Err(error), 0),
    };
    let tries = std::cell::Cell::new(0);
    let begun = || {
        tries.set(tries.get() + 1);
        begun();
    };
    let attempt = || async {
        let answer = call_tool(retrieval, session, asking.tool, asking.arguments.clone(), &begun).await?;
        let table = asking.read(&answer)?;
        guarded(retrieval, session, &asking, table, &answer).await
    };
    let again = |attempt: u32, failed: &Failed| {
        retrieval.retried(request, attempt, failed.error.kind, &failed.error.message);
    };
    match retrieval.stop.or(retrieval.retry.run(attempt, |failed| failed.next, again)).await {
        Ok(tried) => (tried.outcome.map_err(|failed| failed.error.and(tried.gave_up)), tried.tries),
        Err(reason) => (Err(CallError::stopped(reason)), tries.get().max(1)),
    }
}

/// One try of a tool call, as the server's health allows.
pub(super) async fn call_tool(
    retrieval: &Retrieval<'_>,
    session: &Session,
    tool: &str,
    arguments: Map<String, Value>,
    begun: &impl Fn(),
) -> Result<ToolAnswer, Failed> {
    // A call is a large future; on the heap it does not make all those around it large.
    let sent = Box::pin(session.call(tool, arguments, retrieval.options.call_timeout));
    one_try(retrieval, begun, sent).await
}

/// One try of anything asked of the server, as its health allows. The place is given back before anybody waits for the
/// next try.
///
/// A tool that says that it failed is an answer: what was asked may be to blame, and then asking less of everything else
/// would help nobody.
pub(super) async fn one_try<T>(
    retrieval: &Retrieval<'_>,
    begun: &impl Fn(),
    sent: impl Future<Output = Result<T, ServerError>>,
) -> Result<T, Failed> {
    let leave = retrieval.health.enter().await?;
    begun();
    let outcome = sent.await.map_err(Failed::from);
    leave.ended(outcome.as_ref().err().map(|Failed { error, .. }| (error.kind, error.message.as_str())));
    outcome
}

/// The answer, if it is about the merchant asked for. It is stored as soon as that is known.
async fn guarded(
    retrieval: &Retrieval<'_>,
    session: &Session,
    asking: &Asking<'_>,
    table: Table,
    answer: &ToolAnswer,
) -> Result<Answer, Failed> {
    let fetched_at = jiff::Timestamp::now();
    let others = guard::others(&table, asking.merchant());
    let name = match others.first() {
        None => None,
        Some(other) => merchant_name(retrieval, session, asking.merchant()).await.map_err(|mut failed| {
            failed.error.message = format!(
                "the answer is about `{}`, and whether that is the name of `{}` could not be found out: {}",
                redact::text(other),
                asking.merchant(),
                failed.error.message
            );
            // Its own tries are used up.
            Failed { next: Next::GiveUp, ..failed }
        })?,
    };
    let accepted = retrieval.checked(asking, table, answer, name.as_deref(), fetched_at);
    let accepted = accepted.map_err(|error| Failed { error, next: Next::GiveUp })?;
    retrieval.store(asking, &accepted, answer, name.as_deref());
    Ok(accepted)
}

/// The name that the server gives the merchant; `None` when it gives none. Asked for once, and only when an answer
/// carries another than its id. A server without that tool has answered the question; one that cannot be reached has not.
pub(super) async fn merchant_name(
    retrieval: &Retrieval<'_>,
    session: &Session,
    merchant: &Merchant,
) -> Result<Option<String>, Failed> {
    let attempt = || call_tool(retrieval, session, LIST_MERCHANTS, Map::new(), &|| ());
    let find = || async {
        let list = match retrieval.retry.run(attempt, |failed| failed.next, |_, _| ()).await.outcome {
            Ok(list) if !list.is_error => list,
            Ok(_) => return Ok(None),
            Err(failed) if failed.error.kind == FailureKind::Refused => return Ok(None),
            Err(failed) => return Err(failed),
        };
        let text = list.text();
        let list = list.structured.or_else(|| serde_json::from_str(&text).ok());
        Ok(list.and_then(|list| guard::name_of(merchant, &list)))
    };
    retrieval.merchant_name.get_or_try_init(find).await.cloned()
}

impl Retrieval<'_> {
    /// A decoded answer, fetched or stored, if it is about the merchant asked for, by id or by the name that the server
    /// gives it. Otherwise nothing of it is kept.
    pub(super) fn checked(
        &self,
        asking: &Asking<'_>,
        mut table: Table,
        answer: &ToolAnswer,
        name: Option<&str>,
        fetched_at: jiff::Timestamp,
    ) -> Result<Answer, CallError> {
        let others = guard::others(&table, asking.merchant());
        if let Some(other) = others.into_iter().find(|other| Some(other.as_str()) != name) {
            let other = redact::text(&other);
            let message = format!("the answer is about `{other}`, but `{}` was asked for", asking.merchant());
            let hint = format!("find out why {} mixes merchants before using it again", self.server_name);
            return Err(CallError { kind: FailureKind::WrongMerchant, message, hints: vec![hint] });
        }
        let raw = match &answer.structured {
            Some(structured) => redact::text(&structured.to_string()),
            None => redact::text(&answer.text()),
        };
        table.rows.iter_mut().flatten().for_each(redact::value);
        table.about.warnings.iter_mut().for_each(|warning| *warning = redact::text(warning));
        Ok(Answer {
            table,
            server: self.server_name.clone(),
            tool: asking.tool.to_owned(),
            arguments: Value::Object(asking.arguments.clone()),
            raw_sha256: sha256_hex(raw.as_bytes()),
            raw,
            fetched_at,
            cached: false,
            key: asking.key(&self.server_name),
        })
    }

    pub(super) fn retried(&self, request: usize, attempt: u32, kind: FailureKind, reason: &str) {
        let (slug, reason) = (self.slug(request), reason.to_owned());
        self.events.emit(Event::CallRetried { slug, attempt, kind, reason });
    }
}

impl From<ServerError> for CallError {
    fn from(error: ServerError) -> Self {
        Self { kind: error.kind, message: redact::text(&error.message), hints: error.hints }
    }
}

impl From<ServerError> for Failed {
    fn from(error: ServerError) -> Self {
        let next = next_after(&error);
        Self { error: error.into(), next }
    }
}

impl From<LeftAlone> for Failed {
    fn from(error: LeftAlone) -> Self {
        let hint = "find out what is wrong with the server; resilience.circuit_breaker_timeout_seconds says for how long it is left alone";
        let message = redact::text(&error.to_string());
        // It may be back when the time is over, and then no section is lost. If it was not, nobody waits once more.
        let next = if error.again { Next::GiveUp } else { Next::NotBefore(error.remaining) };
        Self { error: CallError { kind: error.kind, message, hints: vec![hint.to_owned()] }, next }
    }
}

impl From<Verdict> for Failed {
    fn from(verdict: Verdict) -> Self {
        let error = CallError::from(verdict);
        let next = if error.kind.is_transient() { Next::Again } else { Next::GiveUp };
        Self { error, next }
    }
}

impl From<Verdict> for CallError {
    fn from(verdict: Verdict) -> Self {
        let message = redact::text(&verdict.to_string());
        let (kind, hints) = match verdict {
            Verdict::Error(words) => match FailureKind::told(&words) {
                FailureKind::Refused => (FailureKind::Refused, vec![IS_IT_ASKED_RIGHT.to_owned()]),
                kind => (kind, Vec::new()),
            },
            Verdict::UnknownMerchant { suggestions, .. } => {
                let near = suggestions.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let hint = if near.is_empty() {
                    "check the merchant's id; capitals matter".to_owned()
                } else {
                    format!("did you mean {near}?")
                };
                (FailureKind::UnknownMerchant, vec![hint])
            }
            Verdict::NotATable(_) => {
                let hint = "see how it is understood with `kamslides decode`; is it the right server, and the right --binding?";
                (FailureKind::InvalidData, vec![hint.to_owned()])
            }
            Verdict::InvalidData(_) => (FailureKind::InvalidData, Vec::new()),
            Verdict::NotReal(_) => (FailureKind::NoData, Vec::new()),
            Verdict::Truncated(_) => (FailureKind::InvalidData, vec!["ask for a shorter period".to_owned()]),
        };
        Self { kind, message, hints }
    }
}
