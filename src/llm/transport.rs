//! The HTTP service under the crate's client: one try, and every error told apart before the crate reads the body.
//!
//! The crate's own service tries again by rules that differ from the run's, and its reading of error bodies loses the
//! status when a body is no JSON or its `code` a number.

use super::LlmError;
use async_openai::{error::OpenAIError, middleware::HttpRequestFactory};
use reqwest::{Response, header::AUTHORIZATION};
use tower::{Service, service_fn};

/// An answer of a model is a few ten thousand tokens; nothing longer is read.
const MAX_BODY: usize = 8 << 20;

/// Sends each request once. `name` is the server's name in errors; without `authorized` no bearer token is sent.
pub(super) fn service(
    http: reqwest::Client,
    name: String,
    authorized: bool,
) -> impl Service<HttpRequestFactory, Response = Response, Error = OpenAIError, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    service_fn(move |factory: HttpRequestFactory| {
        let (http, name) = (http.clone(), name.clone());
        async move {
            let mut request = factory.build().await?;
            if !authorized {
                request.headers_mut().remove(AUTHORIZATION);
            }
            let sent = send(&http, &name, request).await;
            sent.map_err(|error| OpenAIError::Boxed(Box::new(error)))
        }
    })
}

async fn send(http: &reqwest::Client, name: &str, request: reqwest::Request) -> Result<Response, LlmError> {
    let broken = |error: reqwest::Error| LlmError::connection(name, &error);
    let mut response = http.execute(request).await.map_err(broken)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(broken)? {
        body.extend(piece);
        if body.len() > MAX_BODY {
            return Err(LlmError::odd(name, &format!("it is longer than {} MiB", MAX_BODY >> 20)));
        }
    }
    if !status.is_success() {
        return Err(LlmError::status(name, status, &headers, &body));
    }
    if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_err() {
        return Err(LlmError::odd(name, "it is not JSON"));
    }
    let mut whole = axum::http::Response::new(body);
    *whole.status_mut() = status;
    Ok(whole.into())
}
