//! One call: leave through the gate, tries, decoding, and the wrong-merchant guard.

use super::{Answer, CallError, Retrieval, binding, guard, redact};
use crate::{
    concurrency::Next,
    decode::{Table, Verdict, decode},
    event::Event,
    failure::FailureKind,
    mcp::{LIST_MERCHANTS, ServerError, Session, ToolAnswer},
    request::Call,
};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Why one try gave nothing, and whether another may.
struct Failed {
    error: CallError,
    next: Next,
}

/// What to do about a server's failure.
pub(super) fn next_after(error: &ServerError) -> Next {
    match error.retry_after {
        _ if !error.passing => Next::GiveUp,
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
    let tries = std::cell::Cell::new(0);
    let attempt = || async {
        let inside = retrieval.calls.enter().await;
        tries.set(tries.get() + 1);
        begun();
        let (table, answer) = one_try(retrieval, session, call).await?;
        drop(inside);
        guarded(retrieval, session, call, table, &answer).await
    };
    let again = |attempt: u32, failed: &Failed| {
        retrieval.retried(request, attempt, failed.error.kind, &failed.error.message);
    };
    match retrieval.stop.or(retrieval.options.retry.run(attempt, |failed| failed.next, again)).await {
        Ok((outcome, attempts)) => (outcome.map_err(|failed| failed.error), attempts),
        Err(reason) => (Err(CallError::stopped(reason)), tries.get().max(1)),
    }
}

async fn one_try(
    retrieval: &Retrieval<'_>,
    session: &Session,
    call: &Call,
) -> Result<(Table, ToolAnswer), Failed> {
    let arguments = binding::arguments(call);
    let answer = session.call(binding::TOOL, arguments, retrieval.options.call_timeout).await?;
    let table = decode(answer.is_error, answer.structured.as_ref(), &answer.text)?;
    Ok((table, answer))
}

/// The answer, if it is about the merchant asked for. Otherwise nothing of it is kept.
async fn guarded(
    retrieval: &Retrieval<'_>,
    session: &Session,
    call: &Call,
    mut table: Table,
    answer: &ToolAnswer,
) -> Result<Answer, Failed> {
    let others = guard::others(&table, &call.merchant);
    if !others.is_empty() {
        let name = merchant_name(retrieval, session, call).await;
        if let Some(other) = others.into_iter().find(|other| Some(other) != name.as_ref()) {
            let other = redact::text(&other);
            let message = format!("the answer is about `{other}`, but `{}` was asked for", call.merchant);
            let hint =
                format!("find out why {} mixes merchants before using it again", retrieval.server_name);
            let error = CallError { kind: FailureKind::WrongMerchant, message, hints: vec![hint] };
            return Err(Failed { error, next: Next::GiveUp });
        }
    }
    let raw = match &answer.structured {
        Some(structured) => redact::text(&structured.to_string()),
        None => redact::text(&answer.text),
    };
    table.rows.iter_mut().flatten().for_each(redact::value);
    table.about.warnings.iter_mut().for_each(|warning| *warning = redact::text(warning));
    Ok(Answer {
        table,
        server: retrieval.server_name.clone(),
        tool: binding::TOOL.into(),
        arguments: Value::Object(binding::arguments(call)),
        raw_sha256: hex(&Sha256::digest(&raw)),
        raw,
    })
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|n| char::from_digit(n.into(), 16))
        .collect()
}

/// The name that the server gives the merchant. Asked for once, and only when an answer carries another than its id.
pub(super) async fn merchant_name(
    retrieval: &Retrieval<'_>,
    session: &Session,
    call: &Call,
) -> Option<String> {
    let options = retrieval.options;
    let attempt = || async {
        let _inside = retrieval.calls.enter().await;
        session.call(LIST_MERCHANTS, Map::new(), options.call_timeout).await
    };
    let ask = || async {
        let (list, _) = options.retry.run(attempt, next_after, |_, _| ()).await;
        let list = list.ok().filter(|list| !list.is_error)?;
        let list = list.structured.or_else(|| serde_json::from_str(&list.text).ok())?;
        guard::name_of(&call.merchant, &list)
    };
    retrieval.merchant_name.get_or_init(ask).await.clone()
}

impl Retrieval<'_> {
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

impl From<Verdict> for Failed {
    fn from(verdict: Verdict) -> Self {
        let message = redact::text(&verdict.to_string());
        let (kind, hints) = match verdict {
            Verdict::Error(_) => (FailureKind::Unavailable, Vec::new()),
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
                let hint = "the server must answer as the metrics contract says; is it the right server?";
                (FailureKind::InvalidData, vec![hint.to_owned()])
            }
            Verdict::InvalidData(_) => (FailureKind::InvalidData, Vec::new()),
            Verdict::Truncated(_) => (FailureKind::InvalidData, vec!["ask for a shorter period".to_owned()]),
        };
        let next = if kind.is_transient() { Next::Again } else { Next::GiveUp };
        Self { error: CallError { kind, message, hints }, next }
    }
}
