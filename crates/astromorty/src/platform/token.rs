//! Token replies: what the token endpoint answered, read with patience for its dialects.

use std::collections::BTreeSet;

use domain::moment::{Moment, Span};
use domain::platform::{AnswerForm, ErrorClass, TokenEndpoint};
use domain::token::{Secret, TokenSet};
use serde_json::{Map, Value};
use tracing::debug;

use super::call::header;
use super::{Platform, PlatformError};
use crate::app::seam::Response;

/// No token is longer; what is longer does not fit into a header everywhere.
const LONGEST_TOKEN: usize = 8 * 1024;

/// The longest life of a token that is believed.
const LONGEST_LIFE: i64 = 10 * 365 * 86_400;

/// What the token endpoint sold.
#[derive(Debug)]
pub(super) struct Bought {
    pub(super) tokens: TokenSet,
    /// OpenID Connect: who signed in, signed by the issuer and not verified yet.
    pub(super) id_token: Option<Secret>,
}

impl Platform {
    /// The tokens in a reply. Whatever is odd about it ends the attempt: nothing is half taken.
    pub(super) fn tokens(
        &self,
        answer: &Response,
        asked: &BTreeSet<String>,
    ) -> Result<Bought, PlatformError> {
        let reply = self.reply(answer);
        let code = reply.as_ref().and_then(|reply| reply.get("error")?.as_str());
        // N-14: GitHub tells errors with status 200, so `error` is looked at before anything else.
        if code.is_some() || !answer.status().is_success() {
            return Err(self.token_error(answer, (reply.as_ref(), code)));
        }
        let tokens = reply.as_ref().and_then(|reply| self.token_set(reply, asked));
        let id_token = reply.as_ref().and_then(|reply| present(reply, "id_token")).and_then(Value::as_str);
        let Some(tokens) = tokens else {
            debug!(platform = %self.key(), "the token endpoint answered with something that holds no tokens");
            return Err(PlatformError::Unavailable);
        };
        // An OpenID provider may leave out scopes it does not know (OpenID Connect Core 1.0 §3.1.2.1):
        // the ID token is what counts there, and facts that need a scope are unknown without it.
        let may_leave_out = self.shared.issuer.is_some();
        if may_leave_out || asked.iter().all(|scope| tokens.scopes.contains(scope)) {
            Ok(Bought { tokens, id_token: id_token.map(|text| Secret::new(text.to_owned())) })
        } else {
            Err(PlatformError::InsufficientScope)
        }
    }

    /// The fields of an answer, in the form that the definition or its content type says.
    fn reply(&self, answer: &Response) -> Option<Map<String, Value>> {
        let told = || header(answer, "content-type").unwrap_or_default().to_ascii_lowercase();
        let form = match self.shared.definition.token.answer {
            AnswerForm::Json => false,
            AnswerForm::Form => true,
            AnswerForm::Auto => told().starts_with("application/x-www-form-urlencoded"),
        };
        if form { form_fields(answer.body()) } else { serde_json::from_slice(answer.body()).ok() }
    }

    /// What a refusal of the token endpoint means; a code that nobody explained is the platform's fault.
    fn token_error(
        &self,
        answer: &Response,
        (reply, code): (Option<&Map<String, Value>>, Option<&str>),
    ) -> PlatformError {
        let (errors, status) = (&self.shared.definition.errors, answer.status().as_u16());
        let by_status = match status {
            429 => ErrorClass::RateLimited,
            401 => ErrorClass::InvalidClient,
            _ => ErrorClass::Unavailable,
        };
        let by_rule = reply.and_then(|reply| errors.of_token_answer(status, &Value::from(reply.clone())));
        let told = by_rule.or_else(|| errors.of_code(code?));
        let class = if self.is_limit(answer) { ErrorClass::RateLimited } else { told.unwrap_or(by_status) };
        debug!(platform = %self.key(), class = ?class, status = answer.status().as_u16(), "the token endpoint refused");
        PlatformError::of(class, self.wait_until(answer))
    }

    fn token_set(&self, reply: &Map<String, Value>, asked: &BTreeSet<String>) -> Option<TokenSet> {
        let endpoint = &self.shared.definition.token;
        let bearer = |kind: &Value| kind.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
        // RFC 6749 §7.1: a token of a kind we do not know must not be used. A missing kind is bearer.
        if !present(reply, "token_type").is_none_or(bearer) {
            return None;
        }
        let scopes = match present(reply, "scope") {
            Some(scope) => scopes(scope)?,
            // RFC 6749 §5.1: left out when it is what was asked for.
            None => asked.clone(),
        };
        Some(TokenSet {
            access: secret(present(reply, "access_token")?)?,
            refresh: present(reply, "refresh_token").and_then(secret),
            expires_at: self.end_of(reply, endpoint),
            scopes: scopes.into_iter().collect(),
        })
    }

    /// When an access token ends, as the answer tells it or else as the definition does.
    fn end_of(&self, reply: &Map<String, Value>, endpoint: &TokenEndpoint) -> Option<Moment> {
        let now = self.shared.clock.now();
        let field = endpoint.expires_field.as_deref().unwrap_or("expires_in");
        let told = present(reply, field).and_then(|life| expiry(life, now));
        told.or_else(|| endpoint.lifetime.map(|life| now + life))
    }
}

/// A form's fields; nothing where a name stands there twice.
fn form_fields(body: &[u8]) -> Option<Map<String, Value>> {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        if fields.insert(name.into_owned(), Value::from(value.into_owned())).is_some() {
            return None;
        }
    }
    Some(fields)
}

fn present<'a>(reply: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    reply.get(name).filter(|value| !value.is_null())
}

/// A token is visible ASCII (RFC 6749 appendix A.12).
fn secret(value: &Value) -> Option<Secret> {
    let text = value.as_str()?;
    let fits = !text.is_empty() && text.len() <= LONGEST_TOKEN && text.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| Secret::new(text.to_owned()))
}

/// A list, or a text with commas or spaces in between; sorted and without doubles.
fn scopes(value: &Value) -> Option<BTreeSet<String>> {
    let split = |text: &str| {
        let scopes = text.split([' ', ',']).filter(|scope| !scope.is_empty());
        scopes.map(str::to_owned).collect()
    };
    match value {
        Value::String(text) => Some(split(text)),
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

/// Seconds, as a number or as text. A life that makes no sense is no promise at all.
fn expiry(life: &Value, now: Moment) -> Option<Moment> {
    let seconds = life.as_i64().or_else(|| life.as_str()?.trim().parse().ok())?;
    (seconds > 0).then(|| now + Span::seconds(seconds.min(LONGEST_LIFE)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn scopes_come_in_three_dialects() {
        let expected = Some(BTreeSet::from(["a:b".to_owned(), "c".to_owned()]));
        assert_eq!(scopes(&json!("c a:b")), expected);
        assert_eq!(scopes(&json!("c,a:b")), expected);
        assert_eq!(scopes(&json!(["c", "a:b", "c"])), expected);
        assert_eq!(scopes(&json!("")), Some(BTreeSet::new()));
        assert_eq!(scopes(&json!([1])), None);
        assert_eq!(scopes(&json!({})), None);
    }

    #[test]
    fn a_life_is_a_number_or_text() {
        let now = Moment::from_millis(0);
        assert_eq!(expiry(&json!(60), now), Some(now + Span::minutes(1)));
        assert_eq!(expiry(&json!("60"), now), Some(now + Span::minutes(1)));
        for nonsense in [json!(0), json!(-5), json!("soon"), json!(1e300), json!([])] {
            assert_eq!(expiry(&nonsense, now), None, "{nonsense}");
        }
        let longest = now + Span::seconds(LONGEST_LIFE);
        assert_eq!(expiry(&json!(i64::MAX), now), Some(longest));
    }

    #[test]
    fn a_token_fits_into_a_header() {
        assert!(secret(&json!("gho_abc")).is_some());
        for odd in [json!(""), json!("a b"), json!("a\r\nb"), json!("é"), json!(7)] {
            assert!(secret(&odd).is_none(), "{odd}");
        }
        assert!(secret(&json!("a".repeat(LONGEST_TOKEN + 1))).is_none());
    }
}
