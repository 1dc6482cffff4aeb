//! Which server a run asks: the embedded one, or one at a URL.

use super::ServerError;
use crate::{failure::FailureKind, secret::Secret, store::Store};
use reqwest::Url;
use std::sync::{Arc, Once};

/// A server to open sessions with.
#[derive(Clone)]
pub enum Server {
    /// The embedded data, over a real MCP connection inside the process.
    Embedded(Arc<Store>),
    /// A server that speaks Streamable HTTP.
    Http(HttpServer),
}

/// A server at a URL; made by [`Server::http`].
#[derive(Clone)]
pub struct HttpServer {
    pub(super) url: Url,
    pub(super) token: Option<Secret>,
    /// One for all sessions: making one reads the system's certificates.
    pub(super) client: reqwest::Client,
}

impl Server {
    /// A server at a URL; the token is sent as bearer token.
    ///
    /// # Errors
    /// When the text is not an `http` or `https` URL, or carries a password.
    pub fn http(url: &str, token: Option<Secret>) -> Result<Self, ServerError> {
        let wrong = |what: &str| {
            ServerError::new(FailureKind::Config, format!("the server's address {what}"))
                .hint("give it as a URL, for instance http://127.0.0.1:8000/mcp")
        };
        let url = Url::parse(url.trim()).map_err(|error| wrong(&format!("is not a URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(wrong("does not begin with http:// or https://"));
        }
        if url.password().is_some() || !url.username().is_empty() {
            return Err(wrong("holds a user name or password").hint("set the token in SCALAPAY_MCP__TOKEN"));
        }
        let client = client(&url)?;
        Ok(Self::Http(HttpServer { url, token, client }))
    }

    /// Its name in reports: `embedded`, or the URL without what may be secret.
    pub fn name(&self) -> String {
        match self {
            Self::Embedded(_) => "embedded".into(),
            Self::Http(HttpServer { url, .. }) => {
                let mut shown = url.clone();
                shown.set_query(None);
                shown.set_fragment(None);
                shown.into()
            }
        }
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Server").field(&self.name()).finish()
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
