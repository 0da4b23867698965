//! Discord's errors: `{code, message, errors?}` with the codes of its reference.

use axum::Json;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An answer that refuses a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: u32,
    message: &'static str,
    errors: Option<Value>,
}

/// Errors that say nothing about single fields.
const fn plain(status: StatusCode, code: u32, message: &'static str) -> ApiError {
    ApiError { status, code, message, errors: None }
}

pub(crate) const UNAUTHORIZED: ApiError = plain(StatusCode::UNAUTHORIZED, 0, "401: Unauthorized");
pub(crate) const NOT_FOUND: ApiError = plain(StatusCode::NOT_FOUND, 0, "404: Not Found");
pub(crate) const METHOD_NOT_ALLOWED: ApiError =
    plain(StatusCode::METHOD_NOT_ALLOWED, 0, "405: Method Not Allowed");
pub(crate) const UNKNOWN_APPLICATION: ApiError = plain(StatusCode::NOT_FOUND, 10002, "Unknown Application");
pub(crate) const UNKNOWN_GUILD: ApiError = plain(StatusCode::NOT_FOUND, 10004, "Unknown Guild");
pub(crate) const UNKNOWN_MEMBER: ApiError = plain(StatusCode::NOT_FOUND, 10007, "Unknown Member");
pub(crate) const UNKNOWN_ROLE: ApiError = plain(StatusCode::NOT_FOUND, 10011, "Unknown Role");
pub(crate) const UNKNOWN_USER: ApiError = plain(StatusCode::NOT_FOUND, 10013, "Unknown User");
pub(crate) const BOTS_MAY_NOT: ApiError =
    plain(StatusCode::FORBIDDEN, 20001, "Bots cannot use this endpoint");
pub(crate) const ONLY_BOTS_MAY: ApiError =
    plain(StatusCode::FORBIDDEN, 20002, "Only bots can use this endpoint");
pub(crate) const BLOCKED: ApiError = plain(StatusCode::FORBIDDEN, 40333, "internal network error");
pub(crate) const MISSING_ACCESS: ApiError = plain(StatusCode::FORBIDDEN, 50001, "Missing Access");
pub(crate) const MISSING_PERMISSIONS: ApiError = plain(StatusCode::FORBIDDEN, 50013, "Missing Permissions");
pub(crate) const INVALID_OAUTH_TOKEN: ApiError =
    plain(StatusCode::FORBIDDEN, 50025, "Invalid OAuth2 access token");
pub(crate) const MISSING_SCOPE: ApiError =
    plain(StatusCode::FORBIDDEN, 50026, "Missing required OAuth2 scope");
pub(crate) const INVALID_API_VERSION: ApiError = plain(StatusCode::BAD_REQUEST, 50041, "Invalid API version");
pub(crate) const INVALID_JSON: ApiError =
    plain(StatusCode::BAD_REQUEST, 50109, "The request body contains invalid JSON.");

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = self.errors {
            body["errors"] = errors;
        }
        (self.status, Json(body)).into_response()
    }
}

/// The answer below `/api` where there is no route: another version, or nothing of that name.
pub(crate) async fn elsewhere(uri: Uri) -> ApiError {
    if uri.path().starts_with("/api/v10/") { NOT_FOUND } else { INVALID_API_VERSION }
}

/// The mistakes in a form, found all at once, as the tree of error 50035.
#[derive(Debug)]
pub(crate) struct Mistakes(Value);

impl Mistakes {
    pub(crate) fn none() -> Mistakes {
        Mistakes(json!({}))
    }

    /// Adds one at a path of field names; an empty path means the form itself.
    pub(crate) fn add(&mut self, path: &[&str], code: &str, message: impl Into<String>) {
        let mut place = &mut self.0;
        // A field may be called like the list itself; its mistakes then stand at its parent.
        for field in path.iter().take_while(|field| **field != "_errors") {
            place = &mut place[*field];
        }
        let mistake = json!({ "code": code, "message": message.into() });
        match place["_errors"].as_array_mut() {
            Some(mistakes) => mistakes.push(mistake),
            None => place["_errors"] = json!([mistake]),
        }
    }

    /// Adds one if the text's length in characters is outside the limits.
    pub(crate) fn check_length(&mut self, path: &[&str], text: &str, limits: (usize, usize)) {
        let (least, most) = limits;
        if !(least..=most).contains(&text.chars().count()) {
            let message = format!("Must be between {least} and {most} in length.");
            self.add(path, "BASE_TYPE_BAD_LENGTH", message);
        }
    }

    /// Refuses the form if there is any.
    pub(crate) fn refuse(self) -> Result<(), ApiError> {
        if self.0.as_object().is_none_or(serde_json::Map::is_empty) {
            return Ok(());
        }
        let form = plain(StatusCode::BAD_REQUEST, 50035, "Invalid Form Body");
        Err(ApiError { errors: Some(self.0), ..form })
    }
}

/// A form with one mistake.
pub(crate) fn invalid_form(path: &[&str], code: &str, message: impl Into<String>) -> ApiError {
    let mut mistakes = Mistakes::none();
    mistakes.add(path, code, message);
    mistakes.refuse().expect_err("one mistake was just added")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_nest_by_field() {
        let mut mistakes = Mistakes::none();
        mistakes.add(&["metadata", "a"], "X", "first");
        mistakes.add(&["metadata", "a"], "X", "second");
        let refused = mistakes.refuse().unwrap_err();
        let messages = &refused.errors.unwrap()["metadata"]["a"]["_errors"];
        assert_eq!(messages[0]["message"], "first");
        assert_eq!(messages[1]["message"], "second");
    }

    #[test]
    fn a_field_called_like_the_list_does_not_break_the_tree() {
        let mut mistakes = Mistakes::none();
        mistakes.add(&["metadata"], "X", "first");
        mistakes.add(&["metadata", "_errors"], "X", "second");
        mistakes.add(&["metadata", "_errors", "a"], "X", "third");
        let errors = mistakes.refuse().unwrap_err().errors.unwrap();
        assert_eq!(errors["metadata"]["_errors"][2]["message"], "third");
    }

    #[test]
    fn no_mistakes_refuse_nothing() {
        assert!(Mistakes::none().refuse().is_ok());
    }
}
