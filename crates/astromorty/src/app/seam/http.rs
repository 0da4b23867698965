//! Outbound HTTP: one tower service, held by `App`.
//!
//! In production it is a reqwest client; a test may put a stand-in's router in its place. Every
//! call has a timeout and a size cap; redirects are never followed.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt};

use super::Clock;

/// A call with its whole body.
pub type Request = http::Request<Bytes>;

/// An answer with its whole body.
pub type Response = http::Response<Bytes>;

/// How long and how large an answer may be. Put it into a request's extensions to differ from the default.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the first byte sent to the last one received.
    pub timeout: Duration,
    /// Bytes of the answer's body, after decompression.
    pub max_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), max_bytes: 1024 * 1024 }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Too slow.
    #[error("no whole answer in time")]
    Timeout,
    /// Larger than its limit.
    #[error("the answer is larger than accepted")]
    TooLarge,
    /// Never reached the other side: nothing has happened there.
    #[error("could not connect")]
    NotSent,
    /// The connection broke; the other side may have acted.
    #[error("the connection broke before the answer was complete")]
    Cut,
}

/// Outbound HTTP with limits.
#[derive(Clone)]
pub struct Http {
    service: BoxCloneSyncService<Request, Response, HttpError>,
    clock: Clock,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Http")
    }
}

impl Http {
    /// Wraps a service; `clock` drives the timeouts.
    pub fn new<S>(service: S, clock: Clock) -> Self
    where
        S: Service<Request, Response = Response, Error = HttpError> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        Self { service: BoxCloneSyncService::new(service), clock }
    }

    /// Sends one request and reads the whole answer.
    pub async fn call(&self, request: Request) -> Result<Response, HttpError> {
        let limits = request.extensions().get::<Limits>().copied().unwrap_or_default();
        let answer = self.service.clone().oneshot(request);
        let response = tokio::select! {
            biased;
            response = answer => response?,
            () = self.clock.wait(limits.timeout) => return Err(HttpError::Timeout),
        };
        if response.body().len() > limits.max_bytes { Err(HttpError::TooLarge) } else { Ok(response) }
    }
}

/// The service used in production.
///
/// # Panics
/// When the TLS library cannot start, which is a fault of the build.
#[must_use]
pub fn outbound(clock: Clock) -> Http {
    // A second call finds it installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(Duration::from_secs(5))
        .pool_idle_timeout(Duration::from_mins(1))
        .build()
        .expect("the TLS provider was installed above");
    Http::new(tower::service_fn(move |request| send(client.clone(), request)), clock)
}

async fn send(client: reqwest::Client, request: Request) -> Result<Response, HttpError> {
    let limits = request.extensions().get::<Limits>().copied().unwrap_or_default();
    let request = reqwest::Request::try_from(request).map_err(|_| HttpError::NotSent)?;
    let answer = client.execute(request).await.map_err(|error| reason(&error))?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut body = BytesMut::new();
    let mut chunks = answer.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk.map_err(|error| reason(&error))?);
        if body.len() > limits.max_bytes {
            return Err(HttpError::TooLarge);
        }
    }
    let mut response = http::Response::new(body.freeze());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

fn reason(error: &reqwest::Error) -> HttpError {
    if error.is_connect() || error.is_builder() {
        HttpError::NotSent
    } else if error.is_timeout() {
        HttpError::Timeout
    } else {
        HttpError::Cut
    }
}
