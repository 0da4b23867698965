//! Refusals: what an answer that is not the one we asked for means.

use domain::moment::{Moment, Span};
use domain::platform::{Call, ErrorClass, ResetForm, Says};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::call::header;
use super::credential::Credential;
use super::{Platform, PlatformError};
use crate::app::seam::Response;

/// How long to wait when a platform refuses us for a limit and does not say until when.
pub(super) const UNSAID_WAIT: Span = Span::minutes(1);

/// The longest wait that is believed: a wrong header must not stop checks for a year.
const LONGEST_WAIT: Span = Span::days(1);

impl Platform {
    /// The document of a good answer of the API, or what a bad one means.
    pub(super) fn accept(
        &self,
        answer: &Response,
        (call, credential): (&Call, &Credential),
    ) -> Result<Value, PlatformError> {
        let status = answer.status();
        let refused = |class| Err(PlatformError::of(credential.blames(class), self.wait_until(answer)));
        if self.is_limit(answer) {
            return refused(ErrorClass::RateLimited);
        }
        let body: Option<Value> = serde_json::from_slice(answer.body()).ok();
        let told =
            body.as_ref().and_then(|body| self.shared.definition.errors.of_answer(status.as_u16(), body));
        if let Some(class) = told {
            return refused(class);
        }
        match call.statuses.of(status.as_u16()) {
            Some(Says::Class(class)) => return refused(*class),
            Some(Says::Answer { answer }) => return Ok(answer.clone()),
            None => {}
        }
        if status.is_success() {
            return body.ok_or(PlatformError::Unavailable);
        }
        refused(match status.as_u16() {
            401 => ErrorClass::ExpiredAccess,
            403 => ErrorClass::InsufficientScope,
            _ => ErrorClass::Unavailable,
        })
    }

    /// Until when this answer asks us not to call again.
    pub(super) fn asked_to_wait(&self, answer: &Response) -> Option<Moment> {
        if self.is_limit(answer) {
            return Some(self.wait_until(answer));
        }
        let backoff = self.shared.definition.limits.backoff.as_ref()?;
        let body: Value = serde_json::from_slice(answer.body()).ok()?;
        let seconds = backoff.find(&body)?.as_i64().filter(|seconds| *seconds > 0)?;
        let now = self.shared.clock.now();
        Some((now + Span::seconds(seconds.min(LONGEST_WAIT.as_seconds()))).min(now + LONGEST_WAIT))
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
        let limits = &self.shared.definition.limits;
        let told = |name: &str| header(answer, name).map(numbers).unwrap_or_default();
        let left = limits.remaining.as_deref().map(told).unwrap_or_default();
        let used_up = limits.used.as_ref().is_some_and(|used| {
            let (limit, usage) = (told(&used.limit), told(&used.usage));
            limit.iter().zip(&usage).any(|(limit, usage)| usage >= limit)
        });
        used_up || left.contains(&0)
    }

    /// When a refused call may be made again: `Retry-After`, else the limit's reset, else a minute.
    pub(super) fn wait_until(&self, answer: &Response) -> Moment {
        let now = self.shared.clock.now();
        let limits = &self.shared.definition.limits;
        let reset = || {
            let text = header(answer, limits.reset.as_deref()?)?;
            self.is_spent(answer).then(|| reset(text, limits.reset_is, now))?
        };
        let told = header(answer, "retry-after").and_then(|text| retry_after(text, now));
        let until = told.or_else(reset).unwrap_or(now + UNSAID_WAIT);
        until.clamp(now + Span::seconds(1), now + LONGEST_WAIT)
    }
}

/// Whole numbers with commas in between. What is no number is left out.
fn numbers(text: &str) -> Vec<u64> {
    text.split(',').filter_map(|number| number.trim().parse().ok()).collect()
}

/// When a window begins anew.
fn reset(text: &str, form: ResetForm, now: Moment) -> Option<Moment> {
    let start = Moment::from_millis(0);
    match form {
        ResetForm::Epoch => {
            let seconds = text.parse::<i64>().ok().filter(|seconds| *seconds >= 0)?;
            Some(start + Span::seconds(seconds))
        }
        ResetForm::EpochMs => {
            let millis = text.parse::<i64>().ok()?;
            (0..=i64::from(u32::MAX) * 1000).contains(&millis).then(|| Moment::from_millis(millis))
        }
        ResetForm::Seconds => {
            let whole = text.split('.').next()?;
            Some(now + Span::seconds(whole.parse::<u32>().ok()?.into()) + Span::seconds(1))
        }
        ResetForm::Iso => Moment::parse_rfc3339(text),
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

    #[test]
    fn a_reset_is_told_in_four_ways() {
        let now = Moment::from_millis(1_000_000);
        let at = |seconds| Some(Moment::from_millis(0) + Span::seconds(seconds));
        assert_eq!(reset("1700000000", ResetForm::Epoch, now), at(1_700_000_000));
        assert_eq!(reset("1700000000000", ResetForm::EpochMs, now), at(1_700_000_000));
        assert_eq!(reset("7.9", ResetForm::Seconds, now), Some(now + Span::seconds(8)));
        assert_eq!(reset("1970-01-01T00:01:00Z", ResetForm::Iso, now), at(60));
        for form in [ResetForm::Epoch, ResetForm::EpochMs, ResetForm::Seconds, ResetForm::Iso] {
            for odd in ["", "soon", "-1", "1e99", "99999999999999999999"] {
                assert_eq!(reset(odd, form, now), None, "{odd:?}");
            }
        }
    }

    #[test]
    fn several_windows_stand_side_by_side() {
        assert_eq!(numbers("200, 2000,x"), [200, 2000]);
    }
}
