//! Error classes: what a failed request to a platform means for us.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::pointer::Pointer;

/// What a failure means. Each has one consequence, whatever the platform calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// The user said no, or has to do something there first.
    Denied,
    /// The code or refresh token is not accepted (any more); on a refresh, the link is revoked.
    InvalidGrant,
    /// The access token is not accepted (any more): refresh once, else a new sign-in.
    ExpiredAccess,
    /// The user's tokens may not do this.
    InsufficientScope,
    /// The account hides what was asked for.
    Private,
    /// The account does not exist (any more).
    Gone,
    /// Asked too often.
    RateLimited,
    /// What may be spent at the platform is spent.
    Budget,
    /// The operator's credentials for the platform do not work. Never the user's fault.
    InvalidClient,
    /// No answer, or none that makes sense.
    Unavailable,
}

/// How a platform tells its errors, beyond what the standards say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Errors {
    /// The platform's own `error` codes at the authorize and token endpoints. Those of RFC 6749
    /// are known already.
    #[serde(default)]
    pub codes: BTreeMap<String, ErrorClass>,
    /// Answers of the API that mean something special, the first match first.
    #[serde(default)]
    pub answers: Vec<AnswerRule>,
    /// Refusals of the token endpoint that mean something else than their `error` code says.
    #[serde(default)]
    pub tokens: Vec<AnswerRule>,
}

/// One way in which an answer tells what went wrong. All that is given has to fit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRule {
    /// The HTTP status; any, 200 included, where it is left out.
    pub status: Option<u16>,
    /// Where in the body a text or number stands.
    pub pointer: Pointer,
    /// What the text contains, whatever its case.
    pub contains: Option<String>,
    /// What stands there, exactly.
    pub equals: Option<Value>,
    /// What it means.
    pub class: ErrorClass,
}

impl AnswerRule {
    fn fits(&self, status: u16, body: &Value) -> bool {
        let Some(found) = self.pointer.find(body) else { return false };
        let holds = |wanted: &String| {
            let text = found.as_str().unwrap_or_default().to_ascii_lowercase();
            text.contains(&wanted.to_ascii_lowercase())
        };
        self.status.is_none_or(|wanted| wanted == status)
            && self.contains.as_ref().is_none_or(holds)
            && self.equals.as_ref().is_none_or(|wanted| wanted == found)
    }
}

impl Errors {
    /// What an `error` code means; `None` for a code that nobody explained.
    ///
    /// The definition's own codes come before those of RFC 6749 §4.1.2.1 and §5.2.
    #[must_use]
    pub fn of_code(&self, code: &str) -> Option<ErrorClass> {
        let standard = || match code {
            "access_denied" => Some(ErrorClass::Denied),
            "invalid_grant" => Some(ErrorClass::InvalidGrant),
            "invalid_client"
            | "unauthorized_client"
            | "invalid_request"
            | "invalid_scope"
            | "unsupported_grant_type"
            | "unsupported_response_type" => Some(ErrorClass::InvalidClient),
            "server_error" | "temporarily_unavailable" => Some(ErrorClass::Unavailable),
            _ => None,
        };
        self.codes.get(code).copied().or_else(standard)
    }

    /// What an answer of the API means by the definition's own rules.
    #[must_use]
    pub fn of_answer(&self, status: u16, body: &Value) -> Option<ErrorClass> {
        first(&self.answers, status, body)
    }

    /// What a refusal of the token endpoint means by the definition's own rules.
    #[must_use]
    pub fn of_token_answer(&self, status: u16, body: &Value) -> Option<ErrorClass> {
        first(&self.tokens, status, body)
    }
}

fn first(rules: &[AnswerRule], status: u16, body: &Value) -> Option<ErrorClass> {
    rules.iter().find(|rule| rule.fits(status, body)).map(|rule| rule.class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_platforms_own_codes_come_first() {
        let errors = Errors {
            codes: BTreeMap::from([("server_error".to_owned(), ErrorClass::Denied)]),
            ..Errors::default()
        };
        assert_eq!(errors.of_code("server_error"), Some(ErrorClass::Denied));
        assert_eq!(errors.of_code("invalid_grant"), Some(ErrorClass::InvalidGrant));
        assert_eq!(errors.of_code("whatever"), None);
    }

    #[test]
    fn an_answer_is_known_by_status_and_text() {
        let errors = Errors {
            answers: vec![AnswerRule {
                status: Some(403),
                pointer: Pointer::new("/message"),
                contains: Some("Rate limit".to_owned()),
                equals: None,
                class: ErrorClass::RateLimited,
            }],
            ..Errors::default()
        };
        let body = json!({"message": "a secondary rate LIMIT"});
        assert_eq!(errors.of_answer(403, &body), Some(ErrorClass::RateLimited));
        assert_eq!(errors.of_answer(404, &body), None);
        assert_eq!(errors.of_answer(403, &json!({"message": 7})), None);
    }

    #[test]
    fn a_failure_may_hide_in_a_200() {
        let rule = r#"{"pointer": "/error/code", "equals": 9, "class": "expired_access"}"#;
        let errors = Errors { answers: vec![serde_json::from_str(rule).unwrap()], ..Errors::default() };
        let expired = errors.of_answer(200, &json!({"error": {"code": 9}}));
        assert_eq!(expired, Some(ErrorClass::ExpiredAccess));
        assert_eq!(errors.of_answer(200, &json!({"error": {"code": "9"}})), None);
        assert_eq!(errors.of_answer(200, &json!({"name": "ada"})), None);
    }

    #[test]
    fn the_token_endpoint_has_rules_of_its_own() {
        let rule = r#"{"status": 400, "pointer": "/error_description", "contains": "token was invalid",
            "class": "invalid_grant"}"#;
        let errors = Errors { tokens: vec![serde_json::from_str(rule).unwrap()], ..Errors::default() };
        let dead = json!({"error": "invalid_request", "error_description": "The token was invalid."});
        assert_eq!(errors.of_token_answer(400, &dead), Some(ErrorClass::InvalidGrant));
        assert_eq!(errors.of_token_answer(401, &dead), None);
        assert_eq!(errors.of_answer(400, &dead), None);
    }
}
