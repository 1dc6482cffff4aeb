//! Which server a run asks: the embedded one, one at a URL, or a program that is started for the run.

use super::{Knobs, ServerError, entry::sensitive, secrets::Secrets};
use crate::{failure::FailureKind, secret::Secret, store::Store};
use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap},
};
use std::{
    path::PathBuf,
    sync::{Arc, Once},
};

/// A server to open sessions with. Cheap to clone.
#[derive(Clone)]
pub enum Server {
    /// The embedded data, over a real MCP connection inside the process.
    Embedded(Arc<Store>),
    /// A server that speaks Streamable HTTP.
    Http(HttpServer),
    /// A program that speaks MCP over its standard input and output; each session starts one of its own.
    Stdio(StdioServer),
}

/// A server at a URL; made by [`Server::http`] or from a [`ServerList`](super::ServerList).
#[derive(Clone)]
pub struct HttpServer {
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    /// One for all sessions: making one reads the system's certificates.
    pub(super) client: reqwest::Client,
    identity: Arc<Identity>,
}

/// A program to start; made from a [`ServerList`](super::ServerList).
#[derive(Clone)]
pub struct StdioServer {
    pub(super) command: String,
    pub(super) args: Vec<String>,
    /// What is added to the variables of this process.
    pub(super) env: Vec<(String, String)>,
    pub(super) cwd: Option<PathBuf>,
    identity: Arc<Identity>,
}

/// What is known of a server beside how it is reached.
pub(super) struct Identity {
    /// Its name in reports.
    pub(super) name: String,
    pub(super) knobs: Knobs,
    pub(super) secrets: Secrets,
    /// What to do when it refuses us.
    pub(super) auth_advice: String,
}

impl Server {
    /// A server at a URL; the token is sent as bearer token.
    ///
    /// # Errors
    /// When the text is not an `http` or `https` URL, or carries a password.
    pub fn http(url: &str, token: Option<Secret>) -> Result<Self, ServerError> {
        let mut headers = HeaderMap::new();
        let mut secrets = Secrets::default();
        if let Some(token) = token {
            secrets.keep(token.expose());
            let bearer = sensitive(&format!("Bearer {}", token.expose())).ok_or_else(|| {
                ServerError::new(FailureKind::Config, "the server's token holds what no HTTP header can")
                    .hint("it must be one line of ASCII characters")
            })?;
            headers.insert(AUTHORIZATION, bearer);
        }
        let identity = Identity {
            name: String::new(),
            knobs: Knobs::default(),
            secrets,
            auth_advice: "set SCALAPAY_MCP__TOKEN to a token that this server accepts".into(),
        };
        HttpServer::new(url, headers, identity).map(Self::Http)
    }

    /// Its name in reports: `embedded`, the name in its list, or the URL without what may be secret.
    pub fn name(&self) -> String {
        self.identity().map_or_else(|| "embedded".into(), |identity| identity.name.clone())
    }

    /// How it is treated, where its list says so.
    pub fn knobs(&self) -> Knobs {
        self.identity().map(|identity| identity.knobs.clone()).unwrap_or_default()
    }

    /// A text without the server's secrets.
    pub(super) fn mask(&self, text: &str) -> String {
        self.identity().map_or_else(|| text.to_owned(), |identity| identity.secrets.mask(text))
    }

    /// The error without the server's secrets, and with advice that fits this server.
    pub(super) fn explain(&self, mut error: ServerError) -> ServerError {
        let Some(identity) = self.identity() else { return error };
        error.message = identity.secrets.mask(&error.message);
        if error.kind == FailureKind::Auth {
            error.hints = vec![identity.auth_advice.clone()];
        }
        for hint in &mut error.hints {
            *hint = identity.secrets.mask(hint);
        }
        error
    }

    fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Embedded(_) => None,
            Self::Http(HttpServer { identity, .. }) | Self::Stdio(StdioServer { identity, .. }) => {
                Some(identity)
            }
        }
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Server").field(&self.name()).finish()
    }
}

impl HttpServer {
    /// A server at a URL, named after it if it has no name.
    pub(super) fn new(url: &str, headers: HeaderMap, mut identity: Identity) -> Result<Self, ServerError> {
        let whose = if identity.name.is_empty() {
            "the server's".into()
        } else {
            format!("the server {}'s", identity.name)
        };
        let wrong = |what: &str| {
            ServerError::new(FailureKind::Config, format!("{whose} address {what}"))
                .hint("give it as a URL, for instance http://127.0.0.1:8000/mcp")
        };
        let url = Url::parse(url.trim()).map_err(|error| wrong(&format!("is not a URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(wrong("does not begin with http:// or https://"));
        }
        if url.password().is_some() || !url.username().is_empty() {
            let error = wrong("holds a user name or password");
            return Err(ServerError { hints: vec![identity.auth_advice], ..error });
        }
        // Tokens are often put there.
        identity.secrets.keep(url.query().unwrap_or_default());
        if identity.name.is_empty() {
            let mut shown = url.clone();
            shown.set_query(None);
            shown.set_fragment(None);
            identity.name = shown.into();
        }
        let client = client(&url)?;
        Ok(Self { url, headers, client, identity: Arc::new(identity) })
    }
}

impl StdioServer {
    pub(super) fn new(
        command: String,
        args: Vec<String>,
        env: Vec<(String, String)>,
        cwd: Option<PathBuf>,
        identity: Identity,
    ) -> Self {
        Self { command, args, env, cwd, identity: Arc::new(identity) }
    }

    pub(super) fn name(&self) -> &str {
        &self.identity.name
    }

    pub(super) fn secrets(&self) -> &Secrets {
        &self.identity.secrets
    }
}

fn client(url: &Url) -> Result<reqwest::Client, ServerError> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // It fails only when there is a provider already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
    });
    let mut builder = reqwest::Client::builder()
        // Servers without TCP_NODELAY answer reused connections some 40 ms late.
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none());
    if url.scheme() == "http" {
        // No certificate is ever needed; reading the system's takes milliseconds.
        builder = builder.tls_certs_only([]);
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    if host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()) {
        // A proxy has no business between two programs of one machine.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| {
        ServerError::new(FailureKind::Unavailable, format!("no HTTPS on this system: {error}"))
            .hint("install the system's CA certificates")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_shown_without_secrets() {
        for text in ["", "localhost:8000", "ftp://x/mcp", "not a url", "http://me:pass@x/mcp", "file:///x"] {
            let error = Server::http(text, None).unwrap_err();
            assert_eq!(error.kind, FailureKind::Config, "{text}");
            assert!(!error.to_string().contains("pass@"));
        }
        let server = Server::http(" https://x.example/mcp?key=1#a ", None).unwrap();
        assert_eq!(server.name(), "https://x.example/mcp");
    }
}
