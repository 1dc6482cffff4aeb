//! The one client of a language model.

use super::{LlmError, Prompt, Reply, message::Form, transport};
use crate::{failure::FailureKind, secret::Secret};
use async_openai::{Client, config::OpenAIConfig, error::OpenAIError};
use reqwest::{Url, header::HeaderValue};
use serde_json::Value;
use std::{
    sync::{
        Arc, Once,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// A model at a server that speaks `OpenAI`'s chat interface. Clones share the client.
#[derive(Clone)]
pub struct Llm {
    client: Arc<Client<OpenAIConfig>>,
    model: String,
    name: String,
    timeout: Duration,
    /// Position in [`Form::ALL`]: what the server is known not to know is not sent again.
    form: Arc<AtomicUsize>,
}

impl Llm {
    /// A model at `base_url`, for instance `https://api.openai.com/v1`; the key is sent as bearer token, and without one
    /// no such header is sent. `timeout` is for one whole call, from the request to the last byte of the answer.
    ///
    /// Nothing is taken from variables of the process.
    ///
    /// # Errors
    /// When the address is not an `http` or `https` URL or holds a password, or the key cannot be sent in a header.
    pub fn new(
        base_url: &str,
        model: &str,
        key: Option<&Secret>,
        timeout: Duration,
    ) -> Result<Self, LlmError> {
        let wrong = |what: &str| {
            LlmError::new(FailureKind::Config, format!("llm.base_url {what}"))
                .hint("give it as a URL, for instance https://api.openai.com/v1")
        };
        let url = Url::parse(base_url.trim()).map_err(|error| wrong(&format!("is not a URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(wrong("does not begin with http:// or https://"));
        }
        if url.password().is_some() || !url.username().is_empty() || url.query().is_some() {
            return Err(wrong("holds a user name, a password or a query").hint("set the key in llm.api_key"));
        }
        let key = key.map_or("", Secret::expose);
        if HeaderValue::from_str(key).is_err() {
            let message = "llm.api_key holds a line break or another character that no key has";
            return Err(LlmError::new(FailureKind::Config, message));
        }
        let name = url.as_str().trim_end_matches('/').to_owned();
        // All four, since the crate takes what is left out from variables of the process.
        let config = OpenAIConfig::new()
            .with_api_base(name.as_str())
            .with_api_key(key)
            .with_org_id("")
            .with_project_id("");
        let http = http_client(&url)?;
        let service = transport::service(http.clone(), name.clone(), !key.is_empty());
        let client = Arc::new(Client::build(http, config).with_http_service(service));
        Ok(Self { client, model: model.to_owned(), name, timeout, form: Arc::default() })
    }

    /// The model's name.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Asks the model once, and once more where its server does not know the form of answer. Dropping the future ends
    /// the call.
    ///
    /// # Errors
    /// When no answer came in time, or it is none. A refusal of the model's is an answer ([`Reply::refusal`]).
    pub async fn chat(&self, prompt: &Prompt) -> Result<Reply, LlmError> {
        loop {
            let at = self.form.load(Ordering::Relaxed);
            match self.ask(prompt, Form::ALL[at]).await {
                Err(error) if error.about_form && prompt.answer.is_some() && at + 1 < Form::ALL.len() => {
                    self.form.fetch_max(at + 1, Ordering::Relaxed);
                }
                outcome => return outcome,
            }
        }
    }

    async fn ask(&self, prompt: &Prompt, form: Form) -> Result<Reply, LlmError> {
        let body = prompt.body(&self.model, form);
        let chat = self.client.chat();
        match tokio::time::timeout(self.timeout, chat.create_byot::<&Value, Value>(&body)).await {
            Ok(Ok(answer)) => Reply::read(&answer).map_err(|what| LlmError::odd(&self.name, &what)),
            Ok(Err(error)) => Err(self.error(error)),
            Err(_) => {
                let message = format!("the model gave no answer within {:?}", self.timeout);
                Err(LlmError::new(FailureKind::Timeout, message)
                    .hint("allow more time with llm.timeout, or use a faster model"))
            }
        }
    }

    fn error(&self, error: OpenAIError) -> LlmError {
        match error {
            OpenAIError::Boxed(inner) => match inner.downcast::<LlmError>() {
                Ok(error) => *error,
                Err(_) => LlmError::odd(&self.name, "the request failed"),
            },
            OpenAIError::Reqwest(error) => LlmError::connection(&self.name, &error),
            _ => LlmError::odd(&self.name, "it is not a chat completion"),
        }
    }
}

impl std::fmt::Debug for Llm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Llm").field("model", &self.model).field("at", &self.name).finish_non_exhaustive()
    }
}

fn http_client(url: &Url) -> Result<reqwest::Client, LlmError> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // It fails only when there is a provider already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
    });
    let mut builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
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
        LlmError::new(FailureKind::Refused, format!("no HTTPS on this system: {error}"))
            .hint("install the system's CA certificates")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_keys_are_checked_and_never_shown() {
        let new = |url: &str, key: &str| Llm::new(url, "m", Some(&Secret::new(key)), Duration::from_secs(1));
        for url in ["", "localhost:1", "ftp://x/v1", "http://me:hunter2@x/v1", "http://x/v1?key=hunter2"] {
            let error = new(url, "k").unwrap_err();
            assert_eq!(error.kind, FailureKind::Config, "{url}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
        let error = new("http://127.0.0.1:1/v1", "hunter2\nx").unwrap_err();
        assert!(error.kind == FailureKind::Config && !format!("{error:?}").contains("hunter2"), "{error:?}");
        let llm = new("http://127.0.0.1:1/v1/", "hunter2").unwrap();
        let shown = format!("{llm:?}");
        assert!(shown.contains("http://127.0.0.1:1/v1") && !shown.contains("hunter2"), "{shown}");
    }
}
