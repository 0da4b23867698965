//! Errors of the REST API: `{message, documentation_url, status}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer that refuses a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    status: StatusCode,
    message: String,
}

impl ApiError {
    fn new(status: StatusCode, message: impl Into<String>) -> ApiError {
        ApiError { status, message: message.into() }
    }

    pub(crate) fn bad_credentials() -> ApiError {
        ApiError::new(StatusCode::UNAUTHORIZED, "Bad credentials")
    }

    pub(crate) fn requires_authentication() -> ApiError {
        ApiError::new(StatusCode::UNAUTHORIZED, "Requires authentication")
    }

    pub(crate) fn not_found() -> ApiError {
        ApiError::new(StatusCode::NOT_FOUND, "Not Found")
    }

    pub(crate) fn not_for_integrations() -> ApiError {
        ApiError::new(StatusCode::FORBIDDEN, "Resource not accessible by integration")
    }

    pub(crate) fn needs_scope(scope: &str, what: &str) -> ApiError {
        let message = format!("You need at least {scope} scope {what}.");
        ApiError::new(StatusCode::FORBIDDEN, message)
    }

    /// The organization keeps out `OAuth` apps that it has not approved.
    pub(crate) fn restricted(org: &str) -> ApiError {
        let message = format!(
            "Although you appear to have the correct authorization credentials, the `{org}` \
             organization has enabled OAuth App access restrictions, meaning that data access to \
             third-parties is limited. For more information on these restrictions, including how to \
             enable this app, visit \
             https://docs.github.com/articles/restricting-access-to-your-organization-s-data/"
        );
        ApiError::new(StatusCode::FORBIDDEN, message)
    }

    pub(crate) fn empty_repository() -> ApiError {
        ApiError::new(StatusCode::CONFLICT, "Git Repository is empty.")
    }

    pub(crate) fn suspended() -> ApiError {
        ApiError::new(StatusCode::FORBIDDEN, "Sorry. Your account was suspended.")
    }

    pub(crate) fn no_user_agent() -> ApiError {
        let message = "Request forbidden by administrative rules. Please make sure your request \
                       has a User-Agent header.";
        ApiError::new(StatusCode::FORBIDDEN, message)
    }

    pub(crate) fn unknown_version(version: &str) -> ApiError {
        let message = format!("'{version}' is not a supported version.");
        ApiError::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn bad_json() -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, "Problems parsing JSON")
    }

    pub(crate) fn invalid(what: &str) -> ApiError {
        let message = format!("Invalid request.\n\n{what}");
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    pub(crate) fn rate_limited(status: StatusCode, who: &str) -> ApiError {
        ApiError::new(status, format!("API rate limit exceeded for {who}."))
    }

    pub(crate) fn secondary_limit(status: StatusCode) -> ApiError {
        let message = "You have exceeded a secondary rate limit. Please wait a few minutes before \
                       you try again.";
        ApiError::new(status, message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({
            "message": self.message, "documentation_url": "https://docs.github.com/rest",
            "status": self.status.as_u16().to_string(),
        });
        (self.status, Json(body)).into_response()
    }
}
