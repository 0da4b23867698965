//! Calls: how we talk to a platform.

use bytes::Bytes;
use domain::platform::body::{compose, fill_json, plain};
use domain::platform::template::Values;
use domain::platform::{Body, Call, Field, Given, Join, Method, Service};
use domain::token::Secret;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, USER_AGENT};
use http::{HeaderName, HeaderValue};
use serde_json::Value;
use tracing::debug;
use url::form_urlencoded::Serializer;

use super::credential::{Credential, sensitive};
use super::{Platform, PlatformError};
use crate::app::seam::{HttpError, Request, Response};

/// Who we say we are; GitHub refuses calls without it.
pub(super) const AGENT: &str = concat!("Astromorty/", env!("CARGO_PKG_VERSION"));

/// A call of a definition, and all that fills it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) call: &'a Call,
    pub(super) credential: &'a Credential,
    pub(super) given: &'a Given<'a>,
    pub(super) join: Join,
}

impl<'a> Asking<'a> {
    /// A call about one account.
    pub(super) const fn one(call: &'a Call, credential: &'a Credential, given: &'a Given<'a>) -> Self {
        Self { call, credential, given, join: Join::Comma }
    }
}

impl Platform {
    /// Fills a call's placeholders and builds it.
    pub(super) async fn build(
        &self,
        asking: Asking<'_>,
        etag: Option<&str>,
    ) -> Result<Request, PlatformError> {
        let Asking { call, credential, given, join } = asking;
        let mut given = given.clone();
        given.insert("client_id", Value::from(self.shared.client_id.as_str()));
        for (name, text) in &call.texts {
            let text = compose(text, &given).ok_or(PlatformError::Unavailable)?;
            given.insert(name, Value::from(text));
        }
        let url = self.url(asking, &given).await.ok_or(PlatformError::Unavailable)?;
        let method = match call.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Delete => http::Method::DELETE,
        };
        let mut request = http::Request::builder().method(method).uri(url).header(USER_AGENT, AGENT);
        if let Some(value) = self.authorization(credential)? {
            request = request.header(AUTHORIZATION, value);
        }
        if let (Credential::Key(key), Some(Service::Key { header: Some(name), .. })) =
            (credential, &self.shared.definition.service)
        {
            request = request.header(name, sensitive(key.expose()).ok_or(PlatformError::InvalidClient)?);
        }
        if !self.shared.definition.headers.keys().any(|name| name.eq_ignore_ascii_case("accept")) {
            request = request.header(ACCEPT, "application/json");
        }
        for (name, value) in &self.shared.definition.headers {
            request = request.header(name, value);
        }
        if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let body = match &call.body {
            None => Bytes::new(),
            Some(Body::Json(json)) => {
                request = request.header(CONTENT_TYPE, "application/json");
                fill_json(json, &given).ok_or(PlatformError::Unavailable)?.to_string().into()
            }
            Some(Body::Form(fields)) => {
                request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
                fields_of(fields, &given, join).ok_or(PlatformError::Unavailable)?.into()
            }
        };
        // The definition's check let only good headers and URLs pass.
        request.body(body).map_err(|_| PlatformError::Unavailable)
    }

    /// The URL with its query.
    async fn url(&self, asking: Asking<'_>, given: &Given<'_>) -> Option<String> {
        let Asking { call, credential, join, .. } = asking;
        let texts: Vec<(&str, String)> =
            given.iter().filter_map(|(name, value)| Some((*name, in_url(value, join)?))).collect();
        let values: Values<'_> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let mut url = call.url.fill(&*self.hosts().await?, &values)?;
        let mut query = fields_of(&call.query, given, join)?;
        if let (Credential::Key(key), Some(Service::Key { query: Some(name), .. })) =
            (credential, &self.shared.definition.service)
        {
            let key = Serializer::new(String::new()).append_pair(name, key.expose()).finish();
            query = if query.is_empty() { key } else { format!("{query}&{key}") };
        }
        if !query.is_empty() {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&query);
        }
        Some(url)
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
}

/// A value as it stands in a URL. Lists are written with commas or semicolons there.
fn in_url(value: &Value, join: Join) -> Option<String> {
    let Value::Array(items) = value else { return plain(value) };
    let items: Option<Vec<String>> = items.iter().map(plain).collect();
    let between = match join {
        Join::Semicolon => ";",
        Join::Comma | Join::Repeat | Join::Json => ",",
    };
    items.map(|items| items.join(between))
}

/// Fields as a query or a form.
fn fields_of(
    fields: &std::collections::BTreeMap<String, Field>,
    given: &Given<'_>,
    join: Join,
) -> Option<String> {
    let mut form = Serializer::new(String::new());
    for (name, field) in fields {
        for value in field.fill(given, join)? {
            form.append_pair(name, &value);
        }
    }
    Some(form.finish())
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

/// A header's value as text.
pub(super) fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    let name = HeaderName::try_from(name).ok()?;
    answer.headers().get(name)?.to_str().ok().map(str::trim)
}

/// Whether a key or token fits into a header.
pub(super) fn fits_header(secret: &Secret) -> bool {
    !secret.expose().trim().is_empty() && HeaderValue::from_str(secret.expose()).is_ok()
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
