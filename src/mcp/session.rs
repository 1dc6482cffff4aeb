//! A session: calls over one connection at a time, which is made anew when it breaks.

use super::{Server, ServerError, connection::Connection};
use crate::failure::FailureKind;
use rmcp::{
    RoleClient, ServiceError,
    model::{CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, JsonObject},
    service::Peer,
};
use serde_json::Value;
use std::{
    io, mem,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::sync::RwLock;

/// A session with a server. Many calls may be in flight over it at once. End it with [`Session::close`].
///
/// When the connection breaks, every call in flight fails in passing, and the next call connects again: once for all
/// who come, whether it succeeds or not.
#[derive(Debug)]
pub struct Session {
    server: Server,
    connect_timeout: Duration,
    /// The outcome of the last attempt to connect.
    connection: RwLock<Result<Connection, ServerError>>,
    /// Counts the attempts, from 1; it changes while the connection is held for writing.
    number: AtomicU64,
    /// The number of the last connection that is known to be broken.
    broken: AtomicU64,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolAnswer {
    /// Whether the tool says that it failed.
    pub is_error: bool,
    /// The answer as data, where the server gave it so.
    pub structured: Option<Value>,
    /// The answer as text, a block each: some servers send a block for each row.
    pub blocks: Vec<String>,
}

impl ToolAnswer {
    /// Every text block, a line each.
    pub fn text(&self) -> String {
        self.blocks.join("\n")
    }
}

impl Session {
    /// Connects and agrees on the protocol.
    ///
    /// The version offered is 2025-11-25, the newest that begins with a handshake: every server tried understands it.
    /// The server's entry in its list may ask for another.
    ///
    /// # Errors
    /// When the server cannot be reached or started in time, refuses, or does not speak MCP.
    pub async fn open(server: &Server, connect_timeout: Duration) -> Result<Self, ServerError> {
        let connection = RwLock::new(Ok(Connection::open(server, connect_timeout).await?));
        let (number, broken) = (AtomicU64::new(1), AtomicU64::new(0));
        Ok(Self { server: server.clone(), connect_timeout, connection, number, broken })
    }

    /// Calls a tool. A call that is dropped or takes too long is cancelled at the server. Where the connection is broken,
    /// connecting again comes first, with a limit of its own.
    ///
    /// # Errors
    /// When no answer came in time, or the server refused the call. A tool that says that it failed is an answer.
    pub async fn call(
        &self,
        tool: &str,
        arguments: JsonObject,
        timeout: Duration,
    ) -> Result<ToolAnswer, ServerError> {
        let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let send = |peer: Peer<RoleClient>| async move { peer.call_tool_once(params).await };
        if let CallToolResponse::Complete(result) = self.request(tool, timeout, send).await? {
            return Ok(self.answer(result));
        }
        let name = self.server.name();
        let message = format!("the server {name} wants a conversation where an answer was asked for");
        Err(ServerError::new(FailureKind::Refused, message))
    }

    /// Sends one request, named `what` in errors, over the connection in use.
    pub(super) async fn request<T, F>(
        &self,
        what: &str,
        timeout: Duration,
        send: impl FnOnce(Peer<RoleClient>) -> F,
    ) -> Result<T, ServerError>
    where
        F: Future<Output = Result<T, ServiceError>>,
    {
        let (number, peer) = self.connected().await?;
        match tokio::time::timeout(timeout, send(peer)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                let failed = ServerError::calling(&self.server.name(), what, &error);
                let failed = if is_broken(&error) { self.lost(number, failed).await } else { failed };
                Err(self.server.explain(failed))
            }
            Err(_) => Err(ServerError::new(
                FailureKind::Timeout,
                format!("{what} gave no answer within {timeout:?}"),
            )
            .hint("ask for less at once, or allow more time")),
        }
    }

    /// Ends the session in an orderly way, as far as that is quick.
    pub async fn close(self) {
        if let Ok(connection) = self.connection.into_inner() {
            connection.close().await;
        }
    }

    /// The connection in use with its number. The first to come after it broke makes a new one; all who come until that is
    /// decided share the outcome of the one attempt.
    async fn connected(&self) -> Result<(u64, Peer<RoleClient>), ServerError> {
        let seen = self.number.load(Ordering::Acquire);
        {
            let connection = self.connection.read().await;
            let number = self.number.load(Ordering::Acquire);
            match &*connection {
                Ok(open) if self.broken.load(Ordering::Acquire) < number => return Ok((number, open.peer())),
                Err(error) if number != seen => return Err(error.clone()),
                _ => {}
            }
        }
        let mut connection = self.connection.write().await;
        if self.number.load(Ordering::Acquire) == seen {
            // Whoever is stopped while it connects leaves this behind, and the next to come connects.
            let none = ServerError::new(
                FailureKind::Unavailable,
                format!("there is no connection to the server {}", self.server.name()),
            );
            if let Ok(old) = mem::replace(&mut *connection, Err(none)) {
                old.close().await;
            }
            tracing::debug!("{}: connecting again", self.server.name());
            *connection = Connection::open(&self.server, self.connect_timeout).await;
            self.number.fetch_add(1, Ordering::AcqRel);
        }
        match &*connection {
            Ok(open) => Ok((self.number.load(Ordering::Acquire), open.peer())),
            Err(error) => Err(error.clone()),
        }
    }

    /// What a tool answered. An error may repeat what it was sent, and is told without the server's secrets.
    fn answer(&self, result: CallToolResult) -> ToolAnswer {
        let texts = result.content.into_iter().filter_map(|block| match block {
            ContentBlock::Text(text) => Some(text.text),
            _ => None,
        });
        let blocks: Vec<String> = texts.collect();
        let structured = result.structured_content;
        // Some servers leave the mark out of a success.
        if result.is_error == Some(true) {
            let masked = |value: Value| serde_json::from_str(&self.server.mask(&value.to_string())).ok();
            let structured = structured.and_then(masked);
            let blocks = blocks.iter().map(|text| self.server.mask(text)).collect();
            ToolAnswer { is_error: true, structured, blocks }
        } else {
            ToolAnswer { is_error: false, structured, blocks }
        }
    }

    /// Notes that a connection is broken, and says what is known of its end.
    async fn lost(&self, number: u64, error: ServerError) -> ServerError {
        self.broken.fetch_max(number, Ordering::AcqRel);
        match &*self.connection.read().await {
            Ok(open) if self.number.load(Ordering::Acquire) == number => {
                open.explain(&self.server, error).await
            }
            _ => error,
        }
    }
}

/// Whether a failed call says that no other call will succeed over the same connection.
fn is_broken(error: &ServiceError) -> bool {
    match error {
        ServiceError::TransportClosed => true,
        // Over HTTP a failed call says nothing about the next one; over pipes it does.
        ServiceError::TransportSend(error) => error.error.is::<io::Error>(),
        _ => false,
    }
}
