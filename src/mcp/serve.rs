//! The metrics server for others: over standard input and output, or over HTTP. Prints nothing.

use super::metrics_server::MetricsServer;
use crate::{
    concurrency::{Stop, Task, spawn},
    failure::{Failure, FailureKind},
    store::Store,
};
use axum::{Router, serve::ListenerExt};
use rmcp::{
    ServiceExt,
    transport::{
        io::stdio_pipes,
        streamable_http_server::{
            StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
        },
    },
};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    sync::Arc,
};
use tokio::net::TcpListener;

/// Where the metrics server listens unless told otherwise: `http://127.0.0.1:8000/mcp`.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8000));

/// Why serving is not possible.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The client did not open the conversation as an MCP client does.
    #[error("the client did not speak MCP: {0}")]
    Handshake(String),
    /// The server ended unexpectedly.
    #[error("the server ended unexpectedly: {0}")]
    Ended(String),
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::Listen { .. } => Self::new(FailureKind::Unavailable, error)
                .hint("another program may hold the port: choose one with --http ADDRESS:PORT"),
            ServeError::Handshake(_) | ServeError::Ended(_) => Self::new(FailureKind::Unavailable, error),
        }
    }
}

/// A metrics server that listens for HTTP.
#[derive(Debug)]
pub struct HttpServing {
    address: SocketAddr,
    task: Task<io::Result<()>>,
}

impl HttpServing {
    /// The address it listens on; the real port where port 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients find it.
    pub fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// Waits until the server has ended: its stop signal was given and the calls in flight are answered.
    ///
    /// # Errors
    /// When it ended for another reason.
    pub async fn ended(self) -> Result<(), ServeError> {
        match self.task.join().await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(ServeError::Ended(error.to_string())),
            Err(panicked) => Err(ServeError::Ended(panicked.to_string())),
        }
    }
}

/// Listens on `address` and serves at `/mcp` until `stop` is given. Port 0 takes a free port.
///
/// Only requests for a loopback host name or for the address itself are answered, so that a web page in a browser
/// cannot reach the data under another name.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve_http(
    store: Arc<Store>,
    address: SocketAddr,
    stop: &Stop,
) -> Result<HttpServing, ServeError> {
    let listen = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    // Without sessions a restart goes unnoticed by clients, and a call in flight at its end fails at once.
    let mut config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_cancellation_token(stop.token());
    config.allowed_hosts.push(address.ip().to_string());
    let server = MetricsServer::new(store);
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(LocalSessionManager::default()),
        config,
    );
    let router = Router::new().nest_service("/mcp", service);
    // Without TCP_NODELAY, clients that reuse connections wait some 40 ms for each answer.
    let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
    let stop = stop.clone();
    let task = spawn(async move {
        let stopped = async move {
            stop.stopped().await;
        };
        axum::serve(listener, router).with_graceful_shutdown(stopped).await
    });
    Ok(HttpServing { address, task })
}

/// Serves one client over standard input and output until it hangs up or `stop` is given.
///
/// On a terminal a read of standard input cannot be called off: end the runtime with `shutdown_background`.
///
/// # Errors
/// When the client does not speak MCP.
pub async fn serve_stdio(store: Arc<Store>, stop: &Stop) -> Result<(), ServeError> {
    let serving = async {
        let handshake =
            |error: rmcp::service::ServerInitializeError| ServeError::Handshake(error.to_string());
        let running = MetricsServer::new(store).serve(stdio_pipes()).await.map_err(handshake)?;
        running.waiting().await.map(drop).map_err(|error| ServeError::Ended(error.to_string()))
    };
    stop.or(Box::pin(serving)).await.unwrap_or(Ok(()))
}
