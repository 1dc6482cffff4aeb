//! What went wrong with a server, in plain words and in the terms of an operator.
//!
//! The texts of `rmcp`'s errors hold names of Rust types; none of them is passed on.

use crate::{
    concurrency::retry_after,
    failure::{Failure, FailureKind},
    message::excerpt,
};
use reqwest::StatusCode;
use rmcp::{
    ServiceError,
    model::{ErrorCode, ErrorData},
    service::ClientInitializeError,
    transport::{DynamicTransportError, streamable_http_client::StreamableHttpError},
};
use std::{error::Error, time::Duration};

/// Why a server gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ServerError {
    /// In the terms of an operator.
    pub kind: FailureKind,
    /// What happened, for the report.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
    /// How long the server asked us to wait.
    pub retry_after: Option<Duration>,
}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        Self { hints: error.hints.clone(), ..Self::new(error.kind, error) }
    }
}

type HttpError = StreamableHttpError<reqwest::Error>;

/// Characters of a server's words that are passed on.
const QUOTED: usize = 200;

impl ServerError {
    /// A failure. Its kind says whether it may pass.
    pub(super) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), retry_after: None }
    }

    /// Adds what to do next.
    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// A connection that did not come about.
    pub(super) fn connecting(server: &str, error: &ClientInitializeError) -> Self {
        match error {
            ClientInitializeError::TransportError { error, .. } => Self::transport(server, error),
            ClientInitializeError::ConnectionClosed(_) | ClientInitializeError::Cancelled => {
                Self::new(FailureKind::Unavailable, format!("the server {server} hung up"))
            }
            ClientInitializeError::JsonRpcError(error) => {
                let words = quoted(&error.message);
                Self::new(
                    FailureKind::Refused,
                    format!("the server {server} refused the connection: {words}"),
                )
            }
            ClientInitializeError::NoCompatibleProtocolVersion { .. } => Self::new(
                FailureKind::Refused,
                format!("the server {server} speaks no version of MCP in common"),
            ),
            _ => Self::not_mcp(server, "it did not answer as an MCP server does"),
        }
    }

    /// A call that failed.
    pub(super) fn calling(server: &str, tool: &str, error: &ServiceError) -> Self {
        match error {
            ServiceError::McpError(error) => Self::refused(server, tool, error),
            ServiceError::TransportSend(error) => Self::transport(server, error),
            ServiceError::TransportClosed => Self::new(
                FailureKind::Unavailable,
                format!("the server {server} closed the connection before answering"),
            ),
            ServiceError::Cancelled { .. } => {
                Self::new(FailureKind::Unavailable, format!("the server {server} called the call off"))
            }
            _ => Self::not_mcp(server, &format!("it did not answer {tool} as an MCP server does")),
        }
    }

    fn refused(server: &str, tool: &str, error: &ErrorData) -> Self {
        let message = format!("the server {server} refused {tool}: {}", quoted(&error.message));
        match error.code {
            ErrorCode::INVALID_PARAMS | ErrorCode::METHOD_NOT_FOUND => {
                Self::new(FailureKind::Refused, message).hint(format!(
                    "the server must offer the tool `{tool}` and take these arguments; is it the right server, and the right --binding?"
                ))
            }
            ErrorCode::INVALID_REQUEST | ErrorCode::PARSE_ERROR => Self::new(FailureKind::Refused, message),
            // The server's whole words: what is quoted may end before the one that says why.
            _ => Self::new(FailureKind::told(&error.message), message),
        }
    }

    fn transport(server: &str, error: &DynamicTransportError) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error.error.as_ref());
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<HttpError>() {
                return Self::http(server, error);
            }
            cause = error.source();
        }
        Self::new(FailureKind::Unavailable, format!("the connection to the server {server} broke"))
    }

    fn http(server: &str, error: &HttpError) -> Self {
        match error {
            HttpError::HttpStatus(failed) => {
                Self::status(server, failed.status, "").after(failed.retry_after.as_deref())
            }
            HttpError::AuthRequired(challenge) => {
                Self::status(server, 401, &challenge.www_authenticate_header)
            }
            HttpError::InsufficientScope(challenge) => {
                Self::status(server, 403, &challenge.www_authenticate_header)
            }
            HttpError::SessionExpired => Self::status(server, 404, ""),
            HttpError::UnexpectedServerResponse(text) => match status_in(text) {
                Some((status, body)) => Self::status(server, status, body),
                None => Self::not_mcp(server, "its answer is not JSON-RPC"),
            },
            HttpError::UnexpectedContentType(Some(kind)) => {
                Self::not_mcp(server, &format!("it answered with {}", quoted(kind)))
            }
            HttpError::UnexpectedContentType(None) | HttpError::Deserialize(_) => {
                Self::not_mcp(server, "its answer is not JSON-RPC")
            }
            HttpError::ResponseBodyTooLarge { max_size } => Self::new(
                FailureKind::Refused,
                format!("the server {server} answered with more than {} MiB", max_size >> 20),
            )
            .hint("ask for a shorter period"),
            HttpError::Client(error) => Self::connection(server, error),
            _ => Self::new(FailureKind::Unavailable, format!("the connection to the server {server} broke")),
        }
    }

    fn status(server: &str, status: u16, body: &str) -> Self {
        let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let named = format!("{status} {}", reason.unwrap_or_default());
        let mut message = format!("the server {server} answered {}", named.trim());
        if !body.trim().is_empty() {
            message = format!("{message}: {}", quoted(body));
        }
        match status {
            401 | 403 => Self::new(FailureKind::Auth, message)
                .hint("set SCALAPAY_MCP__TOKEN to a token that this server accepts"),
            429 => Self::new(FailureKind::Throttled, message),
            408 | 409 | 500.. => Self::new(FailureKind::Unavailable, message),
            _ => Self::new(FailureKind::Refused, message).hint(is_this_mcp(server)),
        }
    }

    fn connection(server: &str, error: &reqwest::Error) -> Self {
        let why = root_cause(error);
        let message = match why.as_str() {
            why if why.contains("dns") || why.contains("lookup") || why.contains("name resolution") => {
                format!("cannot reach the server {server}: its host name is not known")
            }
            why if error.is_connect() => format!("cannot reach the server {server}: {}", quoted(why)),
            _ if error.is_timeout() => format!("cannot reach the server {server}: it did not answer in time"),
            why => format!("the connection to the server {server} broke: {}", quoted(why)),
        };
        let kind = if error.is_timeout() { FailureKind::Timeout } else { FailureKind::Unavailable };
        Self::new(kind, message).hint("check the address, and that the server is up")
    }

    fn not_mcp(server: &str, what: &str) -> Self {
        let message = format!("the server {server} does not speak MCP: {what}");
        Self::new(FailureKind::Refused, message).hint(is_this_mcp(server))
    }

    /// Notes how long the server asked us to wait.
    fn after(mut self, header: Option<&str>) -> Self {
        self.retry_after = header.and_then(|value| retry_after(value, jiff::Timestamp::now()));
        self
    }
}

fn is_this_mcp(server: &str) -> String {
    format!("is {server} an MCP server? the path often ends in /mcp")
}

/// The status and the body in a text of the form `HTTP 404 Not Found: nope`.
fn status_in(text: &str) -> Option<(u16, &str)> {
    let rest = text.strip_prefix("HTTP ")?;
    let status = rest.split(' ').next()?.trim_end_matches(':').parse().ok()?;
    Some((status, rest.split_once(": ").map_or("", |(_, body)| body)))
}

/// The innermost cause, which is the one that says something.
fn root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    let mut chain = cause.to_string();
    while let Some(inner) = cause.source() {
        cause = inner;
        chain = cause.to_string();
    }
    chain.split(" (os error").next().unwrap_or(&chain).to_lowercase()
}

/// A server's words, on one line and not too many of them.
pub(super) fn quoted(text: &str) -> String {
    excerpt(text, QUOTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_have_kinds() {
        let cases = [
            (400, FailureKind::Refused),
            (401, FailureKind::Auth),
            (403, FailureKind::Auth),
            (404, FailureKind::Refused),
            (408, FailureKind::Unavailable),
            (429, FailureKind::Throttled),
            (500, FailureKind::Unavailable),
            (503, FailureKind::Unavailable),
        ];
        for (status, kind) in cases {
            assert_eq!(ServerError::status("x", status, "").kind, kind, "{status}");
        }
        assert_eq!(status_in("HTTP 404 Not Found: nope: no"), Some((404, "nope: no")));
        assert_eq!(status_in("garbage"), None);
    }
}
