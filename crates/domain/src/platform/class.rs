//! Error classes: what a failed request to a platform means for us.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::pointer::Pointer;

/// What a failure means. Each has one consequence, whatever the platform calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
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
    /// The account does not exist (any more).
    Gone,
    /// Asked too often.
    RateLimited,
    /// The operator's credentials for the platform do not work. Never the user's fault.
    InvalidClient,
    /// No answer, or none that makes sense.
    Unavailable,
}

/// How a platform tells its errors, beyond what the standards say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Errors {
    /// The platform's own `error` codes at the authorize and token endpoints. Those of RFC 6749
    /// are known already.
    #[serde(default)]
    pub codes: BTreeMap<String, ErrorClass>,
    /// Answers of the API that mean something special, the first match first.
    #[serde(default)]
    pub answers: Vec<AnswerRule>,
}

/// One way in which an answer of the API tells what went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerRule {
    /// The HTTP status.
    pub status: u16,
    /// Where in the body the text stands.
    pub pointer: Pointer,
    /// What the text contains, whatever its case.
    pub contains: String,
    /// What it means.
    pub class: ErrorClass,
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
    pub fn of_answer(&self, status: u16, body: &serde_json::Value) -> Option<ErrorClass> {
        let matches = |rule: &&AnswerRule| {
            let text = rule.pointer.find(body).and_then(serde_json::Value::as_str);
            let contains = |text: &str| {
                let wanted = rule.contains.to_ascii_lowercase();
                text.to_ascii_lowercase().contains(&wanted)
            };
            rule.status == status && text.is_some_and(contains)
        };
        self.answers.iter().find(matches).map(|rule| rule.class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_platforms_own_codes_come_first() {
        let errors = Errors {
            codes: BTreeMap::from([("server_error".to_owned(), ErrorClass::Denied)]),
            answers: vec![],
        };
        assert_eq!(errors.of_code("server_error"), Some(ErrorClass::Denied));
        assert_eq!(errors.of_code("invalid_grant"), Some(ErrorClass::InvalidGrant));
        assert_eq!(errors.of_code("whatever"), None);
    }

    #[test]
    fn an_answer_is_known_by_status_and_text() {
        let errors = Errors {
            codes: BTreeMap::new(),
            answers: vec![AnswerRule {
                status: 403,
                pointer: Pointer::new("/message"),
                contains: "Rate limit".to_owned(),
                class: ErrorClass::RateLimited,
            }],
        };
        let body = json!({"message": "a secondary rate LIMIT"});
        assert_eq!(errors.of_answer(403, &body), Some(ErrorClass::RateLimited));
        assert_eq!(errors.of_answer(404, &body), None);
        assert_eq!(errors.of_answer(403, &json!({"message": 7})), None);
    }
}
