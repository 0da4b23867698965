//! The record of what was asked and answered.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

use crate::Millis;

/// One API request that a stand-in has seen, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The request's method.
    pub method: String,
    /// The request's path, without the query.
    pub path: String,
    /// The request's query, as sent; empty without one.
    pub query: String,
    /// The kind of credentials: `bot`, `bearer`, `basic` or `none`. Never the credentials.
    pub authorization: &'static str,
    /// The request's body as text.
    pub request_body: String,
    /// The answer's status; 0 where no answer was given (cut before effect, hang).
    pub status: u16,
    /// The answer's body as text.
    pub response_body: String,
    /// `X-Audit-Log-Reason`, percent-decoded.
    pub reason: Option<String>,
    /// When the request arrived.
    pub at: Millis,
}

impl Exchange {
    /// The record of a request that has no answer yet.
    pub(crate) fn of(parts: &Parts, body: &[u8], at: Millis) -> Exchange {
        Exchange {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            authorization: kind(&parts.headers),
            request_body: String::from_utf8_lossy(body).into_owned(),
            status: 0,
            response_body: String::new(),
            reason: reason(&parts.headers),
            at,
        }
    }
}

/// The audit reason as a person would read it.
fn reason(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("x-audit-log-reason")?.to_str().ok()?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

fn kind(headers: &HeaderMap) -> &'static str {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return "none";
    };
    let scheme = value
        .to_str()
        .unwrap_or_default()
        .split(' ')
        .next()
        .unwrap_or_default();
    match scheme.to_ascii_lowercase().as_str() {
        "bot" => "bot",
        "bearer" | "token" => "bearer",
        "basic" => "basic",
        _ => "none",
    }
}
