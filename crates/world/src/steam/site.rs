//! How the site refuses: small HTML pages, whatever was asked for.

use std::sync::Mutex;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::{Steam, openid};
use crate::traffic::{Limited, Site, Traffic};
use crate::{Exchange, Millis};

/// A page that refuses a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    status: StatusCode,
    text: String,
}

impl Page {
    /// The key is missing or wrong.
    pub(crate) fn forbidden() -> Page {
        let text = "Access is denied. Retrying will not help. Please verify your <pre>key=</pre> parameter.";
        Page { status: StatusCode::FORBIDDEN, text: text.to_owned() }
    }

    pub(crate) fn not_found() -> Page {
        let text = "The requested interface or method does not exist.";
        Page { status: StatusCode::NOT_FOUND, text: text.to_owned() }
    }

    /// A parameter is missing or wrong; the text must be plain.
    pub(crate) fn bad_request(text: impl Into<String>) -> Page {
        Page { status: StatusCode::BAD_REQUEST, text: text.into() }
    }

    /// The key has no more calls today.
    pub(crate) fn too_many_requests() -> Page {
        let text = "You have sent too many requests.";
        Page { status: StatusCode::TOO_MANY_REQUESTS, text: text.to_owned() }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or_default();
        let text = self.text;
        let page =
            format!("<html><head><title>{title}</title></head><body><h1>{title}</h1>{text}</body></html>");
        (self.status, Html(page)).into_response()
    }
}

impl Site for Steam {
    fn traffic(&self) -> &Mutex<Traffic> {
        &self.traffic
    }

    fn now(&self) -> Millis {
        self.clock.now()
    }

    fn short<'a>(&self, path: &'a str) -> &'a str {
        path
    }

    /// Without any header that says how long to wait.
    fn rate_limited(&self, _path: &str, _limited: Limited) -> Response {
        Page::too_many_requests().into_response()
    }

    fn revoked(&self, path: &str) -> Response {
        if path == openid::LOGIN { openid::not_valid() } else { Page::forbidden().into_response() }
    }

    /// Whoever is asked for is missing from the answer.
    fn gone(&self, path: &str) -> Response {
        let answer = if path.contains("/GetPlayerBans/") {
            json!({ "players": [] })
        } else if path.contains("/GetPlayerSummaries/") {
            json!({ "response": { "players": [] } })
        } else {
            json!({ "response": {} })
        };
        axum::Json(answer).into_response()
    }

    fn passed(&self, _exchange: &Exchange, _status: StatusCode) {}
}
