//! Calls: how we talk to a platform.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::platform::{Call, ErrorClass, Method};
use domain::token::Secret;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, HeaderValue};
use serde_json::Value;
use tracing::debug;

use super::question::Given;
use super::{Platform, PlatformError};
use crate::app::seam::{HttpError, Request, Response};

/// Who we say we are; GitHub refuses calls without it.
const AGENT: &str = concat!("Astromorty/", env!("CARGO_PKG_VERSION"));

/// What a call is authenticated with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Credential<'a> {
    /// A user's access token.
    User(&'a Secret),
    /// The operator's service credential.
    Service(&'a Secret),
    /// Our client id and secret.
    Client,
}

impl Credential<'_> {
    /// Whose fault a refusal is: what our own credentials may not do, no user can mend.
    pub(super) const fn blames(self, class: ErrorClass) -> ErrorClass {
        match (self, class) {
            (Self::Service(_) | Self::Client, ErrorClass::ExpiredAccess | ErrorClass::InsufficientScope) => {
                ErrorClass::InvalidClient
            }
            (Self::User(_) | Self::Service(_) | Self::Client, class) => class,
        }
    }
}

impl Platform {
    /// Fills a call's placeholders and builds it.
    pub(super) fn fill_call(
        &self,
        call: &Call,
        credential: Credential<'_>,
        given: &Given<'_>,
    ) -> Result<Request, PlatformError> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            // Lists go into bodies only.
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let texts = given.iter().filter_map(|(name, value)| Some((*name, text(value)?)));
        let texts: Vec<_> = texts.collect();
        let texts = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let url = self.fill(&call.url, texts).ok_or(PlatformError::Unavailable)?;
        let body = call.body.as_ref().map(|body| body.fill(given).ok_or(PlatformError::Unavailable));
        self.api_call((call.method, url), credential, body.transpose()?.as_ref())
    }

    /// Builds a call to the API.
    fn api_call(
        &self,
        (method, url): (Method, String),
        credential: Credential<'_>,
        body: Option<&Value>,
    ) -> Result<Request, PlatformError> {
        let method = match method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Delete => http::Method::DELETE,
        };
        let mut request = http::Request::builder()
            .method(method)
            .uri(url)
            .header(USER_AGENT, AGENT)
            .header(AUTHORIZATION, self.authorization(credential)?);
        for (name, value) in &self.shared.definition.headers {
            request = request.header(name, value);
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Bytes::new, |json| Bytes::from(json.to_string()));
        // The definition's check let only good headers and URLs pass.
        request.body(body).map_err(|_| PlatformError::Unavailable)
    }

    /// Sends a call. A GET goes out once more when its connection breaks: it changes nothing there.
    pub(super) async fn send(&self, request: Request) -> Result<Response, PlatformError> {
        let again = (request.method() == http::Method::GET).then(|| request.clone());
        let mut answer = self.shared.http.call(request).await;
        if let (Err(HttpError::NotSent | HttpError::Cut), Some(request)) = (&answer, again) {
            answer = self.shared.http.call(request).await;
        }
        let status = answer.as_ref().map_or("none", |answer| label(answer.status()));
        self.shared.metrics.outbound(self.key().as_str(), status);
        answer.map_err(|error| {
            debug!(platform = %self.key(), error = %error, "no answer from {}", self.key());
            PlatformError::Unavailable
        })
    }

    /// HTTP Basic with client id and secret, each form-encoded first (RFC 6749 §2.3.1).
    pub(super) fn basic(&self) -> Result<HeaderValue, PlatformError> {
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let id = encode(&self.shared.client_id);
        let secret = encode(self.shared.client_secret.expose());
        let pair = Secret::new(format!("{id}:{secret}"));
        sensitive(&format!("Basic {}", STANDARD.encode(pair.expose()))).ok_or(PlatformError::InvalidClient)
    }

    fn authorization(&self, credential: Credential<'_>) -> Result<HeaderValue, PlatformError> {
        let bearer = |token: &Secret| sensitive(&format!("Bearer {}", token.expose()));
        match credential {
            Credential::User(token) => bearer(token).ok_or(PlatformError::ExpiredAccess),
            Credential::Service(token) => bearer(token).ok_or(PlatformError::InvalidClient),
            Credential::Client => self.basic(),
        }
    }
}

/// Builds a form for the token endpoint.
pub(super) fn form(
    url: String,
    form: String,
    authorization: Option<HeaderValue>,
) -> Result<Request, PlatformError> {
    let mut request = http::Request::builder()
        .method(http::Method::POST)
        .uri(url)
        .header(USER_AGENT, AGENT)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(value) = authorization {
        request = request.header(AUTHORIZATION, value);
    }
    let body = Bytes::from(form);
    request.body(body).map_err(|_| PlatformError::Unavailable)
}

/// A header value that prints as `Sensitive`.
fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// A header's value as text.
pub(super) fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    let name = HeaderName::try_from(name).ok()?;
    answer.headers().get(name)?.to_str().ok().map(str::trim)
}

fn label(status: http::StatusCode) -> &'static str {
    match status.as_u16() {
        429 => "429",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500..600 => "5xx",
        _ => "none",
    }
}
