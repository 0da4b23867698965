//! Errors of the API: `{title, detail, type, …}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Where the kinds of problems are named.
const KINDS: &str = "https://api.x.com/2/problems";

/// An answer that refuses a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    status: StatusCode,
    body: Value,
}

impl Problem {
    /// A problem without more to say than its status.
    fn plain(status: StatusCode, title: &str) -> Problem {
        let body = json!({
            "title": title, "type": "about:blank", "status": status.as_u16(), "detail": title,
        });
        Problem { status, body }
    }

    fn of_kind(status: StatusCode, kind: &str, title: &str, detail: &str) -> Problem {
        let body = json!({
            "title": title, "detail": detail, "type": format!("{KINDS}/{kind}"), "status": status.as_u16(),
        });
        Problem { status, body }
    }

    pub(crate) fn unauthorized() -> Problem {
        Problem::plain(StatusCode::UNAUTHORIZED, "Unauthorized")
    }

    /// The token lacks a scope, or its account may not do anything.
    pub(crate) fn forbidden() -> Problem {
        Problem::plain(StatusCode::FORBIDDEN, "Forbidden")
    }

    pub(crate) fn not_found() -> Problem {
        Problem::plain(StatusCode::NOT_FOUND, "Not Found")
    }

    /// An app's own Bearer token where a person's is needed.
    pub(crate) fn app_only() -> Problem {
        let detail = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  \
                      Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].";
        let title = "Unsupported Authentication";
        Problem::of_kind(StatusCode::FORBIDDEN, "unsupported-authentication", title, detail)
    }

    /// No credit is left.
    pub(crate) fn usage_capped() -> Problem {
        let detail = "Usage cap exceeded: no credits are left for this account";
        let mut problem = Problem::of_kind(StatusCode::FORBIDDEN, "usage-capped", "UsageCapExceeded", detail);
        problem.body["scope"] = json!("Account");
        problem.body["period"] = json!("Monthly");
        problem
    }

    pub(crate) fn rate_limited() -> Problem {
        let body = json!({ "errors": [{ "code": 88, "message": "Rate limit exceeded" }] });
        Problem { status: StatusCode::TOO_MANY_REQUESTS, body }
    }

    /// A parameter is wrong.
    pub(crate) fn invalid(parameter: &str, value: &str, message: &str) -> Problem {
        let body = json!({
            "errors": [{ "parameters": { parameter: [value] }, "message": message }],
            "title": "Invalid Request", "detail": "One or more parameters to your request was invalid.",
            "type": format!("{KINDS}/invalid-request"),
        });
        Problem { status: StatusCode::BAD_REQUEST, body }
    }
}

/// The entry of `errors` for an account that does not exist.
pub(crate) fn missing(parameter: &str, id: &str) -> Value {
    let detail = format!("Could not find user with {parameter}: [{id}].");
    entry(parameter, id, "Not Found Error", &detail)
}

/// The entry of `errors` for an account that is suspended.
pub(crate) fn suspended(parameter: &str, id: &str) -> Value {
    entry(parameter, id, "Forbidden", &format!("User has been suspended: [{id}]."))
}

fn entry(parameter: &str, id: &str, title: &str, detail: &str) -> Value {
    json!({
        "value": id, "detail": detail, "title": title, "resource_type": "user", "parameter": parameter,
        "resource_id": id, "type": format!("{KINDS}/resource-not-found"),
    })
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}
