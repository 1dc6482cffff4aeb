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
    state: RwLock<State>,
    /// The number of the last connection that is known to be broken.
    broken: AtomicU64,
}

#[derive(Debug)]
struct State {
    /// Counts the attempts to connect, from 1.
    number: u64,
    connection: Result<Connection, ServerError>,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolAnswer {
    /// Whether the tool says that it failed.
    pub is_error: bool,
    /// The answer as data, where the server gave it so.
    pub structured: Option<Value>,
    /// The answer as text: every text block, a line each.
    pub text: String,
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
        let connection = Ok(Connection::open(server, connect_timeout).await?);
        let state = RwLock::new(State { number: 1, connection });
        Ok(Self { server: server.clone(), connect_timeout, state, broken: AtomicU64::new(0) })
    }

    /// Calls a tool. A call that is dropped or takes too long is cancelled at the server. Where the connection is broken,
    /// connecting again comes first, with a limit of its own.
    ///
    /// # Errors
    /// When no answer came in time, or the server refused the call. A tool that says that it failed is an answer.
    pub async fn call(
        &self,
        tool: &'static str,
        arguments: JsonObject,
        timeout: Duration,
    ) -> Result<ToolAnswer, ServerError> {
        let (number, peer) = self.connected().await?;
        let params = CallToolRequestParams::new(tool).with_arguments(arguments);
        match tokio::time::timeout(timeout, peer.call_tool_once(params)).await {
            Ok(Ok(CallToolResponse::Complete(result))) => Ok(answer(result)),
            Ok(Ok(_)) => {
                let name = self.server.name();
                let message = format!("the server {name} wants a conversation where an answer was asked for");
                Err(ServerError::lasting(FailureKind::Unavailable, message))
            }
            Ok(Err(error)) => {
                let failed = ServerError::calling(&self.server.name(), tool, &error);
                let failed = if is_broken(&error) { self.lost(number, failed).await } else { failed };
                Err(self.server.explain(failed))
            }
            Err(_) => Err(ServerError::passing(
                FailureKind::Timeout,
                format!("{tool} gave no answer within {timeout:?}"),
            )
            .hint("ask for less at once, or allow more time")),
        }
    }

    /// Ends the session in an orderly way, as far as that is quick.
    pub async fn close(self) {
        if let Ok(connection) = self.state.into_inner().connection {
            connection.close().await;
        }
    }

    /// The connection in use with its number. The first to come after it broke makes a new one; the others wait for the
    /// outcome of that one attempt.
    async fn connected(&self) -> Result<(u64, Peer<RoleClient>), ServerError> {
        let seen = {
            let state = self.state.read().await;
            match &state.connection {
                Ok(connection) if self.broken.load(Ordering::Acquire) < state.number => {
                    return Ok((state.number, connection.peer()));
                }
                _ => state.number,
            }
        };
        let mut state = self.state.write().await;
        if state.number == seen {
            // Who gives up waiting here leaves the state as it was: without a connection.
            let closing = ServerError::passing(
                FailureKind::Unavailable,
                format!("the connection to the server {} is closed", self.server.name()),
            );
            if let Ok(old) = mem::replace(&mut state.connection, Err(closing)) {
                old.close().await;
            }
            tracing::debug!("{}: connecting again", self.server.name());
            state.connection = Connection::open(&self.server, self.connect_timeout).await;
            state.number += 1;
        }
        match &state.connection {
            Ok(connection) => Ok((state.number, connection.peer())),
            Err(error) => Err(error.clone()),
        }
    }

    /// Notes that a connection is broken, and says what is known of its end.
    async fn lost(&self, number: u64, error: ServerError) -> ServerError {
        self.broken.fetch_max(number, Ordering::AcqRel);
        let state = self.state.read().await;
        match &state.connection {
            Ok(connection) if state.number == number => connection.explain(&self.server, error).await,
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

fn answer(result: CallToolResult) -> ToolAnswer {
    let texts = result.content.into_iter().filter_map(|block| match block {
        ContentBlock::Text(text) => Some(text.text),
        _ => None,
    });
    ToolAnswer {
        // Some servers leave the mark out of a success.
        is_error: result.is_error == Some(true),
        structured: result.structured_content,
        text: texts.collect::<Vec<_>>().join("\n"),
    }
}
