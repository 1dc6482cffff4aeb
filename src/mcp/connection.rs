//! One connection to a server: how it is opened for each kind of server, and how it ends.

use super::{Protocol, Server, ServerError, child::Child, metrics_server::MetricsServer, server::HttpServer};
use crate::{
    concurrency::{Task, spawn},
    failure::FailureKind,
};
use rmcp::{
    ClientServiceExt, RoleClient, ServiceExt,
    model::{ClientCapabilities, ClientConfig, Implementation, ProtocolVersion},
    service::{ClientInitializeError, ClientLifecycleMode, Peer, RunningService},
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use std::{
    pin::Pin,
    time::{Duration, Instant},
};

/// Bytes in flight between the two ends of a connection inside the process.
const PIPE: usize = 64 * 1024;

/// Calls in flight over one HTTP connection, at most. The limits of a run are lower; this must not be in their way.
const CALLS: usize = 1024;

/// The orderly end of a connection takes no longer.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

type Client = RunningService<RoleClient, ClientConfig>;

/// An open connection. End it with [`Connection::close`].
#[derive(Debug)]
pub(super) struct Connection {
    client: Client,
    far_end: FarEnd,
}

/// What answers, as far as it is ours to end.
#[derive(Debug)]
enum FarEnd {
    Elsewhere,
    Embedded(Task<()>),
    Child(Box<Child>),
}

impl Connection {
    /// Connects and agrees on the protocol, all within `limit`.
    ///
    /// # Errors
    /// When the server cannot be reached or started in time, refuses, or does not speak MCP.
    pub(super) async fn open(server: &Server, limit: Duration) -> Result<Self, ServerError> {
        let stateless =
            || ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
        match server.knobs().protocol {
            Protocol::Handshake => open(server, ClientLifecycleMode::Initialize, limit).await,
            Protocol::Stateless => open(server, stateless(), limit).await,
            Protocol::Auto => {
                let started = Instant::now();
                match open(server, stateless(), limit / 2).await {
                    Err(error) if error.kind != FailureKind::Auth && error.kind != FailureKind::Config => {
                        tracing::debug!("{}: falling back to MCP 2025-11-25: {error}", server.name());
                        let left = limit.saturating_sub(started.elapsed());
                        open(server, ClientLifecycleMode::Initialize, left).await
                    }
                    outcome => outcome,
                }
            }
        }
    }

    /// Where calls are sent.
    pub(super) fn peer(&self) -> Peer<RoleClient> {
        self.client.peer().clone()
    }

    /// The error with what is known of the far end.
    pub(super) async fn explain(&self, server: &Server, error: ServerError) -> ServerError {
        self.far_end.explain(server, error).await
    }

    /// Ends the connection in an orderly way, as far as that is quick.
    pub(super) async fn close(mut self) {
        // Whatever goes wrong here, the answers are there already.
        drop(self.client.close_with_timeout(CLOSE_TIMEOUT).await);
        self.far_end.end().await;
    }
}

impl FarEnd {
    async fn explain(&self, server: &Server, error: ServerError) -> ServerError {
        match (self, server) {
            (Self::Child(child), Server::Stdio(stdio)) => child.explain(stdio, error).await,
            _ => error,
        }
    }

    async fn end(self) {
        match self {
            Self::Elsewhere => {}
            Self::Embedded(task) => drop(tokio::time::timeout(CLOSE_TIMEOUT, task.join()).await),
            Self::Child(child) => child.end().await,
        }
    }
}

async fn open(
    server: &Server,
    lifecycle: ClientLifecycleMode,
    limit: Duration,
) -> Result<Connection, ServerError> {
    let me = ClientConfig::new(
        ClientCapabilities::default(),
        Implementation::new("kamslides", env!("CARGO_PKG_VERSION")),
    )
    .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE);
    let (opened, far_end) = match server {
        Server::Embedded(store) => {
            let (near, far) = tokio::io::duplex(PIPE);
            let handler = MetricsServer::new(store.clone());
            let embedded = spawn(async move {
                // A client that hangs up early is the client's business.
                if let Ok(running) = handler.serve(far).await {
                    drop(running.waiting().await);
                }
            });
            let opening = me.serve_with_lifecycle(near, lifecycle);
            (within(limit, Box::pin(opening)).await, FarEnd::Embedded(embedded))
        }
        Server::Http(HttpServer { url, headers, client, .. }) => {
            let mut config =
                StreamableHttpClientTransportConfig::with_uri(url.as_str()).max_concurrent_requests(CALLS);
            config.custom_headers =
                headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            let transport = StreamableHttpClientTransport::with_client(client.clone(), config);
            (within(limit, Box::pin(me.serve_with_lifecycle(transport, lifecycle))).await, FarEnd::Elsewhere)
        }
        Server::Stdio(stdio) => {
            let (child, stdout, stdin) = Child::start(stdio)?;
            let opening = me.serve_with_lifecycle((stdout, stdin), lifecycle);
            (within(limit, Box::pin(opening)).await, FarEnd::Child(Box::new(child)))
        }
    };
    let name = server.name();
    let error = match opened {
        Some(Ok(client)) => return Ok(Connection { client, far_end }),
        Some(Err(error)) => ServerError::connecting(&name, &error),
        None => ServerError::new(
            FailureKind::Timeout,
            format!("the server {name} did not answer within {limit:?}"),
        )
        .hint("check that the server is up, or allow more time"),
    };
    let error = far_end.explain(server, error).await;
    far_end.end().await;
    Err(server.explain(error))
}

/// The outcome, unless it takes too long. Boxed: what a handshake holds is large, and lives for a moment only.
async fn within(
    limit: Duration,
    opening: Pin<Box<impl Future<Output = Result<Client, ClientInitializeError>>>>,
) -> Option<Result<Client, ClientInitializeError>> {
    tokio::time::timeout(limit, opening).await.ok()
}
