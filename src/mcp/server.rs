//! Which server a run asks: the embedded one, or one at a URL.

use super::ServerError;
use crate::{failure::FailureKind, secret::Secret, store::Store};
use reqwest::Url;
use std::sync::Arc;

/// A server to open sessions with.
#[derive(Debug, Clone)]
pub enum Server {
    /// The embedded data, over a real MCP connection inside the process.
    Embedded(Arc<Store>),
    /// A server that speaks Streamable HTTP.
    Http {
        /// Where it listens.
        url: Url,
        /// Sent as bearer token.
        token: Option<Secret>,
    },
}

impl Server {
    /// A server at a URL.
    ///
    /// # Errors
    /// When the text is not an `http` or `https` URL, or carries a password.
    pub fn http(url: &str, token: Option<Secret>) -> Result<Self, ServerError> {
        let wrong = |what: &str| {
            ServerError::lasting(FailureKind::Config, format!("the server's address {what}"))
                .hint("give it as a URL, for instance http://127.0.0.1:8000/mcp")
        };
        let url = Url::parse(url.trim()).map_err(|error| wrong(&format!("is not a URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(wrong("does not begin with http:// or https://"));
        }
        if url.password().is_some() || !url.username().is_empty() {
            return Err(wrong("holds a user name or password").hint("set the token in SCALAPAY_MCP__TOKEN"));
        }
        Ok(Self::Http { url, token })
    }

    /// Its name in reports: `embedded`, or the URL without what may be secret.
    pub fn name(&self) -> String {
        match self {
            Self::Embedded(_) => "embedded".into(),
            Self::Http { url, .. } => {
                let mut shown = url.clone();
                shown.set_query(None);
                shown.set_fragment(None);
                shown.into()
            }
        }
    }
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
