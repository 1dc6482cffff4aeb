//! One connection to a server, and the calls over it.

use super::{Server, ServerError, metrics_server::MetricsServer, server::HttpServer};
use crate::{
    concurrency::{Task, spawn},
    failure::FailureKind,
};
use rmcp::{
    RoleClient, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities, ClientConfig,
        ContentBlock, Implementation, JsonObject, ProtocolVersion,
    },
    service::RunningService,
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use serde_json::Value;
use std::time::Duration;

/// Bytes in flight between the two ends of a connection inside the process.
const PIPE: usize = 64 * 1024;

/// Calls in flight over one HTTP connection, at most. The limits of a run are lower; this must not be in their way.
const CALLS: usize = 1024;

/// The orderly end of a connection takes no longer.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

/// An open connection. Many calls may be in flight over it at once. End it with [`Session::close`].
#[derive(Debug)]
pub struct Session {
    pub(super) server: String,
    pub(super) client: RunningService<RoleClient, ClientConfig>,
    /// The other end, for the embedded server.
    embedded: Option<Task<()>>,
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
    ///
    /// # Errors
    /// When the server cannot be reached in time, refuses, or does not speak MCP.
    pub async fn open(server: &Server, connect_timeout: Duration) -> Result<Self, ServerError> {
        let name = server.name();
        let me = ClientConfig::new(
            ClientCapabilities::default(),
            Implementation::new("kamslides", env!("CARGO_PKG_VERSION")),
        )
        .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE);
        let opening = async {
            match server {
                Server::Embedded(store) => {
                    let (near, far) = tokio::io::duplex(PIPE);
                    let handler = MetricsServer::new(store.clone());
                    let embedded = spawn(async move {
                        // A client that hangs up early is the client's business.
                        if let Ok(running) = handler.serve(far).await {
                            drop(running.waiting().await);
                        }
                    });
                    let client = me.serve(near).await;
                    client
                        .map(|client| (client, Some(embedded)))
                        .map_err(|e| ServerError::connecting(&name, &e))
                }
                Server::Http(HttpServer { url, token, client }) => {
                    let mut config = StreamableHttpClientTransportConfig::with_uri(url.as_str())
                        .max_concurrent_requests(CALLS);
                    if let Some(token) = token {
                        config = config.auth_header(token.expose());
                    }
                    let transport = StreamableHttpClientTransport::with_client(client.clone(), config);
                    let client = me.serve(transport).await;
                    client.map(|client| (client, None)).map_err(|e| ServerError::connecting(&name, &e))
                }
            }
        };
        match tokio::time::timeout(connect_timeout, Box::pin(opening)).await {
            Ok(outcome) => outcome.map(|(client, embedded)| Self { server: name.clone(), client, embedded }),
            Err(_) => Err(ServerError::passing(
                FailureKind::Timeout,
                format!("the server {name} did not answer within {connect_timeout:?}"),
            )
            .hint("check that the server is up, or allow more time")),
        }
    }

    /// Calls a tool. A call that is dropped or takes too long is cancelled at the server.
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
        match tokio::time::timeout(timeout, self.client.peer().call_tool_once(params)).await {
            Ok(Ok(CallToolResponse::Complete(result))) => Ok(answer(result)),
            Ok(Ok(_)) => {
                let message =
                    format!("the server {} wants a conversation where an answer was asked for", self.server);
                Err(ServerError::lasting(FailureKind::Unavailable, message))
            }
            Ok(Err(error)) => Err(ServerError::calling(&self.server, tool, &error)),
            Err(_) => Err(ServerError::passing(
                FailureKind::Timeout,
                format!("{tool} gave no answer within {timeout:?}"),
            )
            .hint("ask for less at once, or allow more time")),
        }
    }

    /// Ends the connection in an orderly way, as far as that is quick.
    pub async fn close(mut self) {
        // Whatever goes wrong here, the answers are there already.
        drop(self.client.close_with_timeout(CLOSE_TIMEOUT).await);
        if let Some(embedded) = self.embedded {
            drop(tokio::time::timeout(CLOSE_TIMEOUT, embedded.join()).await);
        }
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
