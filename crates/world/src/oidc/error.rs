//! Errors of the token endpoint (RFC 6749 section 5.2) and of bearer tokens (RFC 6750 section 3).

use axum::Json;
use axum::http::header::{CACHE_CONTROL, PRAGMA, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::client::AuthMethod;

/// Why a client gets nothing. The texts are for a developer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// The request is malformed.
    Request(&'static str),
    /// The credentials are wrong or were sent in a way that is not registered.
    Client(AuthMethod),
    /// The code or token does not work (any more).
    Grant(&'static str),
    /// The grant type is unknown.
    GrantType,
    /// More scopes than were granted.
    Scope,
}

impl TokenError {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            TokenError::Request(text) => (StatusCode::BAD_REQUEST, "invalid_request", text),
            TokenError::Client(_) => {
                (StatusCode::UNAUTHORIZED, "invalid_client", "Client authentication failed.")
            }
            TokenError::Grant(text) => (StatusCode::BAD_REQUEST, "invalid_grant", text),
            TokenError::GrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "grant_type must be authorization_code or refresh_token.",
            ),
            TokenError::Scope => {
                (StatusCode::BAD_REQUEST, "invalid_scope", "More was asked for than was granted.")
            }
        }
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let (status, error, text) = self.parts();
        let mut answer = uncached(&json!({ "error": error, "error_description": text }));
        *answer.status_mut() = status;
        if self == TokenError::Client(AuthMethod::Basic) {
            let challenge = HeaderValue::from_static("Basic realm=\"openid\"");
            answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        answer
    }
}

/// An answer that nobody may keep (RFC 6749 section 5.1).
pub(crate) fn uncached(body: &Value) -> Response {
    ([(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")], Json(body)).into_response()
}

/// Refuses a request without credentials; RFC 6750 wants no error code then.
pub(crate) fn no_token() -> Response {
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer realm=\"openid\"")]).into_response()
}

/// Refuses an access token.
pub(crate) fn invalid_token() -> Response {
    let text = "The access token is unknown, expired or revoked.";
    let challenge = format!("Bearer realm=\"openid\", error=\"invalid_token\", error_description=\"{text}\"");
    let body = json!({ "error": "invalid_token", "error_description": text });
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)], Json(body)).into_response()
}
