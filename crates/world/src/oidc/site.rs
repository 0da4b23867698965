//! How the provider words a fault.

use std::sync::Mutex;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::error::invalid_token;
use super::{Oidc, token};
use crate::traffic::{Limited, Site, Traffic, whole_seconds};
use crate::{Exchange, Millis};

impl Site for Oidc {
    fn traffic(&self) -> &Mutex<Traffic> {
        &self.traffic
    }

    fn now(&self) -> Millis {
        self.clock.now()
    }

    fn short<'a>(&self, path: &'a str) -> &'a str {
        path.strip_prefix(&*self.prefix).unwrap_or(path)
    }

    /// Whose limit it is, nobody says.
    fn rate_limited(&self, _path: &str, limited: Limited) -> Response {
        let body = json!({ "error": "slow_down", "error_description": "Too many requests." });
        let mut answer = (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response();
        answer.headers_mut().insert("retry-after", whole_seconds(limited.retry_after));
        answer
    }

    fn revoked(&self, path: &str) -> Response {
        if path == "/token" { token::dead() } else { invalid_token() }
    }

    fn gone(&self, _path: &str) -> Response {
        let body = json!({ "error": "not_found", "error_description": "There is nothing here." });
        (StatusCode::NOT_FOUND, Json(body)).into_response()
    }

    fn passed(&self, _exchange: &Exchange, _status: StatusCode) {}
}
