//! What an answer tells about rate limits (Discord's "Rate Limits" page).

use domain::moment::Moment;
use http::HeaderMap;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::app::seam::Response;

/// Discord's name for a bucket, as a number: names have no bound, numbers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BucketName(pub u64);

/// A bucket as one answer shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Told {
    pub bucket: Option<BucketName>,
    pub count: Option<Count>,
}

/// How much is left of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub limit: u32,
    pub left: u32,
    pub reset: Moment,
}

/// How far a 429 reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// One bucket, by our own doing.
    Bucket,
    /// One bucket, by everybody's doing: not counted against us.
    Shared,
    /// Everything this credential does.
    Credential,
    /// Everything from our address: something in front of Discord refused.
    Everything,
}

/// What a 429 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limited {
    pub reach: Reach,
    /// Milliseconds to stay away, without jitter.
    pub wait: i64,
}

/// Where a 429 does not say how long.
const UNSAID_WAIT: i64 = 5_000;
/// Longer waits than a day are nonsense.
const LONGEST: f64 = 86_400.0;

impl Told {
    pub(super) fn by(headers: &HeaderMap, now: Moment) -> Self {
        let bucket = text(headers, "x-ratelimit-bucket").map(BucketName::of);
        let count = || {
            Some(Count {
                limit: text(headers, "x-ratelimit-limit")?.parse().ok()?,
                left: text(headers, "x-ratelimit-remaining")?.parse().ok()?,
                reset: now.later(millis(text(headers, "x-ratelimit-reset-after")?)?),
            })
        };
        Self { bucket, count: count() }
    }
}

impl BucketName {
    fn of(text: &str) -> Self {
        let hash = Sha256::digest(text);
        let mut short = [0; 8];
        short.copy_from_slice(&hash[..8]);
        Self(u64::from_be_bytes(short))
    }
}

impl Limited {
    pub(super) fn by(response: &Response) -> Self {
        let headers = response.headers();
        let header = text(headers, "retry-after").and_then(millis);
        let body = serde_json::from_slice::<Value>(response.body());
        let Ok(Value::Object(body)) = body else {
            return Self { reach: Reach::Everything, wait: header.unwrap_or(UNSAID_WAIT) };
        };
        let said = header.max(body.get("retry_after").and_then(Value::as_f64).and_then(in_millis));
        let everywhere =
            body.get("global") == Some(&Value::Bool(true)) || headers.contains_key("x-ratelimit-global");
        let reach = match text(headers, "x-ratelimit-scope") {
            Some("global") => Reach::Credential,
            _ if everywhere => Reach::Credential,
            Some("shared") => Reach::Shared,
            Some(_) | None => Reach::Bucket,
        };
        Self { reach, wait: said.unwrap_or(UNSAID_WAIT) }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn millis(seconds: &str) -> Option<i64> {
    in_millis(seconds.parse().ok()?)
}

/// Whole milliseconds, rounded up. Negative and endless waits are not waits.
#[allow(clippy::cast_possible_truncation, reason = "the number lies between 0 and a day")]
fn in_millis(seconds: f64) -> Option<i64> {
    (seconds.is_finite() && seconds >= 0.0).then(|| (seconds.min(LONGEST) * 1000.0).ceil() as i64)
}

/// Milliseconds later; [`domain::moment::Span`] counts whole seconds only.
pub(super) trait Later {
    fn later(self, millis: i64) -> Moment;
}

impl Later for Moment {
    fn later(self, millis: i64) -> Moment {
        Moment::from_millis(self.millis().saturating_add(millis))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn response(headers: &[(&'static str, &str)], body: &str) -> Response {
        let mut response = http::Response::new(Bytes::copy_from_slice(body.as_bytes()));
        for (name, value) in headers {
            response.headers_mut().insert(*name, value.parse().unwrap());
        }
        response
    }

    fn limited(headers: &[(&'static str, &str)], body: &str) -> (Reach, i64) {
        let limited = Limited::by(&response(headers, body));
        (limited.reach, limited.wait)
    }

    #[test]
    fn f_04_the_longer_wait_counts() {
        let header = [("retry-after", "3")];
        assert_eq!(limited(&header, r#"{"retry_after": 1.25}"#).1, 3000);
        assert_eq!(limited(&header, r#"{"retry_after": 64.57}"#).1, 64570);
        assert_eq!(limited(&[("retry-after", "3600")], "{}").1, 3_600_000);
    }

    #[test]
    fn f_04_no_or_a_nonsensical_wait_is_five_seconds() {
        for body in ["{}", r#"{"retry_after": -1}"#, r#"{"retry_after": null}"#] {
            assert_eq!(limited(&[], body), (Reach::Bucket, 5000), "{body}");
        }
        for header in ["soon", "-5", "NaN", "inf"] {
            assert_eq!(limited(&[("retry-after", header)], "{}").1, 5000);
        }
        assert_eq!(limited(&[("retry-after", "1e300")], "{}").1, 86_400_000);
    }

    #[test]
    fn f_04_scopes() {
        let scope = |name| limited(&[("x-ratelimit-scope", name)], "{}").0;
        assert_eq!(scope("user"), Reach::Bucket);
        assert_eq!(scope("shared"), Reach::Shared);
        assert_eq!(scope("global"), Reach::Credential);
        assert_eq!(scope("new"), Reach::Bucket);
        assert_eq!(limited(&[], r#"{"global": true}"#).0, Reach::Credential);
        let header = [("x-ratelimit-global", "true")];
        assert_eq!(limited(&header, "{}").0, Reach::Credential);
        let html = "<html>error code: 1015</html>";
        assert_eq!(limited(&[], html), (Reach::Everything, 5000));
        assert_eq!(limited(&[("x-ratelimit-scope", "user")], "").0, Reach::Everything);
    }

    #[test]
    fn half_a_bucket_is_none() {
        let now = Moment::from_millis(1000);
        let full = response(
            &[
                ("x-ratelimit-bucket", "abcd"),
                ("x-ratelimit-limit", "10"),
                ("x-ratelimit-remaining", "9"),
                ("x-ratelimit-reset-after", "1.0005"),
            ],
            "",
        );
        let count = Told::by(full.headers(), now).count.unwrap();
        assert_eq!((count.limit, count.left), (10, 9));
        assert_eq!(count.reset, Moment::from_millis(2001));
        let half = response(&[("x-ratelimit-limit", "-1"), ("x-ratelimit-remaining", "9")], "");
        assert_eq!(Told::by(half.headers(), now), Told::default());
    }
}
