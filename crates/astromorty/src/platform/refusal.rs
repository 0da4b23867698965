//! Refusals: what an answer that is not the one we asked for means.

use domain::moment::{Moment, Span};
use domain::platform::ErrorClass;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::call::{Credential, header};
use super::{Platform, PlatformError};
use crate::app::seam::Response;

/// How long to wait when a platform refuses us for a limit and does not say until when.
pub(super) const UNSAID_WAIT: Span = Span::minutes(1);

/// The longest wait that is believed: a wrong header must not stop checks for a year.
const LONGEST_WAIT: Span = Span::days(1);

impl Platform {
    /// The body of a good answer of the API, or what a bad one means.
    pub(super) fn accept(
        &self,
        answer: &Response,
        credential: Credential<'_>,
        gone: &[u16],
    ) -> Result<Value, PlatformError> {
        let body = serde_json::from_slice(answer.body()).ok();
        if answer.status().is_success() {
            return body.ok_or(PlatformError::Unavailable);
        }
        let class = self.refusal(answer, &body.unwrap_or_default(), gone);
        let class = credential.blames(class);
        Err(PlatformError::of(class, self.wait_until(answer)))
    }

    fn refusal(&self, answer: &Response, body: &Value, gone: &[u16]) -> ErrorClass {
        let status = answer.status().as_u16();
        if self.is_limit(answer) {
            ErrorClass::RateLimited
        } else if let Some(class) = self.shared.definition.errors.of_answer(status, body) {
            class
        } else if gone.contains(&status) {
            ErrorClass::Gone
        } else {
            match status {
                401 => ErrorClass::ExpiredAccess,
                403 => ErrorClass::InsufficientScope,
                _ => ErrorClass::Unavailable,
            }
        }
    }

    /// Whether the headers say that a limit refused us.
    pub(super) fn is_limit(&self, answer: &Response) -> bool {
        let told_to_wait = || header(answer, "retry-after").is_some();
        match answer.status().as_u16() {
            429 => true,
            403 => self.is_spent(answer) || told_to_wait(),
            _ => false,
        }
    }

    /// Whether the headers say that no calls are left.
    pub(super) fn is_spent(&self, answer: &Response) -> bool {
        let remaining = self.shared.definition.limits.remaining.as_deref();
        remaining.and_then(|name| header(answer, name)) == Some("0")
    }

    /// When a refused call may be made again: `Retry-After`, else the limit's reset, else a minute.
    pub(super) fn wait_until(&self, answer: &Response) -> Moment {
        let now = self.shared.clock.now();
        let limits = &self.shared.definition.limits;
        let named = |name: &Option<String>| name.as_deref().and_then(|name| header(answer, name));
        let reset = || {
            let seconds: i64 = named(&limits.reset)?.parse().ok()?;
            self.is_spent(answer).then(|| Moment::from_millis(0) + Span::seconds(seconds))
        };
        let told = header(answer, "retry-after").and_then(|text| retry_after(text, now));
        let until = told.or_else(reset).unwrap_or(now + UNSAID_WAIT);
        until.clamp(now + Span::seconds(1), now + LONGEST_WAIT)
    }
}

/// `Retry-After`: seconds, or a date (RFC 9110 §10.2.3).
fn retry_after(text: &str, now: Moment) -> Option<Moment> {
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(now + Span::seconds(i64::from(seconds)));
    }
    let date = OffsetDateTime::parse(text, &Rfc2822).ok()?;
    Some(Moment::from_millis(0) + Span::seconds(date.unix_timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Moment::from_millis(1_000);
        assert_eq!(retry_after("7", now), Some(now + Span::seconds(7)));
        let date = retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now);
        assert_eq!(date, Moment::parse_rfc3339("1994-11-06T08:49:37Z"));
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(retry_after("-1", now), None);
    }
}
