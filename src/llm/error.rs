//! What went wrong with a language model, in plain words and in the terms of an operator.

use crate::{
    concurrency::retry_after,
    failure::{Failure, FailureKind},
};
use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;
use std::{error::Error, time::Duration};

/// Why a model gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LlmError {
    /// In the terms of an operator.
    pub kind: FailureKind,
    /// What happened, for the report. Holds no key.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
    /// How long the server asked us to wait.
    pub retry_after: Option<Duration>,
    /// Whether the server does not know the form of answer that it was asked for.
    pub(super) about_form: bool,
}

impl From<LlmError> for Failure {
    fn from(error: LlmError) -> Self {
        Self { hints: error.hints.clone(), ..Self::new(error.kind, error) }
    }
}

/// Characters of a server's words that are passed on.
const QUOTED: usize = 200;

impl LlmError {
    /// A failure. Its kind says whether it may pass.
    pub(super) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), retry_after: None, about_form: false }
    }

    /// Adds what to do next.
    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// An answer that is not what it should be. A model's server may do better the next time.
    pub(super) fn odd(name: &str, what: &str) -> Self {
        let message = format!("the answer of the model server {name} cannot be read: {what}");
        Self::new(FailureKind::Unavailable, message)
            .hint("does llm.base_url name a server with OpenAI's chat interface? the path often ends in /v1")
    }

    /// A connection that broke or did not come about.
    pub(super) fn connection(name: &str, error: &reqwest::Error) -> Self {
        let mut cause: &dyn Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        let why = cause.to_string().to_lowercase();
        let why = quoted(why.split(" (os error").next().unwrap_or(&why));
        let message = if error.is_connect() {
            format!("cannot reach the model server {name}: {why}")
        } else {
            format!("the connection to the model server {name} broke: {why}")
        };
        Self::new(FailureKind::Unavailable, message).hint("check llm.base_url, and that the server is up")
    }

    /// An answer with an error status. The body may be anything: JSON as the interface defines it, JSON with a number
    /// for a code, text, or a page.
    pub(super) fn status(name: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let said = Said::read(body);
        let named = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
        let mut message = format!("the model server {name} answered {}", named.trim());
        if !said.words.is_empty() {
            message = format!("{message}: {}", said.words);
        }
        let is = |code: &str| said.code.as_deref() == Some(code) || said.kind.as_deref() == Some(code);
        let mut error = match status.as_u16() {
            401 | 403 => Self::new(FailureKind::Auth, message)
                .hint("set SCALAPAY_LLM__API_KEY to a key that this server accepts"),
            400 | 413 if is("context_length_exceeded") || said.is_about_length() => {
                Self::new(FailureKind::Refused, message)
                    .hint("lower llm.max_context_tokens to what this model takes, or use another model")
            }
            429 if is("insufficient_quota") => Self::new(FailureKind::Refused, message)
                .hint("the account behind the key has nothing left; see to its billing"),
            429 => Self::new(FailureKind::Throttled, message),
            408 | 409 | 500.. => Self::new(FailureKind::Unavailable, message),
            404 => Self::new(FailureKind::Config, message).hint("check llm.base_url and llm.model"),
            _ => Self::new(FailureKind::Refused, message)
                .hint("check that llm.model can call tools and answer by a JSON schema"),
        };
        error.retry_after = wait(headers);
        error.about_form = matches!(status.as_u16(), 400 | 415 | 422 | 501) && said.is_about_form();
        error
    }
}

/// What an error body says.
#[derive(Default)]
struct Said {
    words: String,
    code: Option<String>,
    kind: Option<String>,
}

impl Said {
    fn read(body: &[u8]) -> Self {
        let Ok(json) = serde_json::from_slice::<Value>(body) else {
            return Self { words: quoted(&String::from_utf8_lossy(body)), ..Self::default() };
        };
        let error = json.get("error").unwrap_or(&json);
        let text = |name: &str| match error.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let words = error.as_str().map(str::to_owned).or_else(|| text("message"));
        Self {
            words: quoted(&words.unwrap_or_else(|| error.to_string())),
            code: text("code"),
            kind: text("type"),
        }
    }

    /// Whether it names the form of the answer, as those do that do not know it.
    fn is_about_form(&self) -> bool {
        let words = self.words.to_lowercase();
        ["response_format", "response format", "json_schema", "json_object", "grammar"]
            .iter()
            .any(|w| words.contains(w))
    }

    /// Whether it says that the prompt was too long; compatible servers have no common code for it.
    fn is_about_length(&self) -> bool {
        let words = self.words.to_lowercase();
        words.contains("context length") || words.contains("context size") || words.contains("context window")
    }
}

/// How long the server asks us to wait: `retry-after-ms`, or `Retry-After` in any of its forms.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |text: &str| text.parse::<f64>().ok().filter(|n| (0.0..1e9).contains(n));
    if let Some(milliseconds) = text("retry-after-ms").and_then(number) {
        return Some(Duration::from_secs_f64(milliseconds / 1000.0));
    }
    retry_after(text("retry-after")?, jiff::Timestamp::now())
}

/// A server's words, on one line and not too many of them.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> LlmError {
        LlmError::status("x", StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn statuses_and_bodies_have_kinds() {
        let quota = r#"{"error": {"message": "no money", "type": "insufficient_quota", "code": null}}"#;
        let length = r#"{"error": {"message": "too long", "code": "context_length_exceeded"}}"#;
        let llama =
            r#"{"error": {"code": 400, "message": "the request exceeds the available context size"}}"#;
        let cases = [
            (401, "", FailureKind::Auth, false),
            (403, "", FailureKind::Auth, false),
            (404, "<html>", FailureKind::Config, false),
            (400, "{}", FailureKind::Refused, false),
            (400, length, FailureKind::Refused, false),
            (400, llama, FailureKind::Refused, false),
            (408, "", FailureKind::Unavailable, true),
            (409, "", FailureKind::Unavailable, true),
            (429, "slow down", FailureKind::Throttled, true),
            (429, r#"{"error": {"code": 429, "message": "slow"}}"#, FailureKind::Throttled, true),
            (429, quota, FailureKind::Refused, false),
            (500, "\u{0}", FailureKind::Unavailable, true),
            (503, "[]", FailureKind::Unavailable, true),
        ];
        for (status, body, kind, passing) in cases {
            let error = of(status, body);
            assert_eq!((error.kind, error.kind.is_transient()), (kind, passing), "{status} {body}");
        }
        assert!(of(400, llama).hints[0].contains("max_context_tokens"));
        assert_eq!(
            of(429, "slow\n down").message,
            "the model server x answered 429 Too Many Requests: slow down"
        );
        assert!(of(500, &"é".repeat(5000)).message.chars().count() < 300);
    }

    #[test]
    fn the_wait_is_read_in_every_form() {
        let read = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            wait(&headers)
        };
        assert_eq!(read("retry-after", "7"), Some(Duration::from_secs(7)));
        assert_eq!(read("retry-after", "0.5"), Some(Duration::from_millis(500)));
        assert_eq!(read("retry-after-ms", "900"), Some(Duration::from_millis(900)));
        assert_eq!(read("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        for odd in ["soon", "-1", "nan", "1e300"] {
            assert_eq!(read("retry-after", odd), None, "{odd}");
        }
    }
}
