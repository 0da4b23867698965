use domain::fact::Unknown;
use domain::moment::{Moment, Span};
use domain::platform::ErrorClass;

use super::stage::{NOW, Stage, facts, octocat};
use crate::platform::PlatformError;

/// Until when a refused read has to wait.
async fn waits(status: u16, headers: &[(&str, &str)], body: &'static str) -> Option<Moment> {
    let stage = Stage::default().raw(status, headers, body);
    let answers = stage.github_service().read(&octocat(), &facts(&["followers"])).await;
    let error = answers[0].outcome.clone().unwrap_err();
    let limited = error.class == ErrorClass::RateLimited;
    assert_eq!(limited, error.reason == Unknown::RateLimited);
    assert_eq!(limited, error.retry_after.is_some());
    error.retry_after
}

#[tokio::test]
async fn a_limit_is_waited_for_as_long_as_it_says() {
    let minute = Some(NOW + Span::minutes(1));
    let spent = ("x-ratelimit-remaining", "0");
    let reset = ("x-ratelimit-reset", "1800000600");
    assert_eq!(waits(429, &[("retry-after", "7")], "").await, Some(NOW + Span::seconds(7)));
    assert_eq!(waits(403, &[("retry-after", "90"), spent, reset], "{}").await, Some(NOW + Span::seconds(90)));
    assert_eq!(waits(403, &[spent, reset], "{}").await, Some(NOW + Span::minutes(10)));
    assert_eq!(waits(429, &[], "slow down").await, minute);
    let secondary = r#"{"message": "You have exceeded a secondary rate limit."}"#;
    assert_eq!(waits(403, &[("x-ratelimit-remaining", "4000")], secondary).await, minute);
}

#[tokio::test]
async fn a_wrong_wait_is_kept_within_reason() {
    let soonest = Some(NOW + Span::seconds(1));
    let latest = Some(NOW + Span::days(1));
    let spent = ("x-ratelimit-remaining", "0");
    assert_eq!(waits(429, &[("retry-after", "0")], "").await, soonest);
    assert_eq!(waits(429, &[("retry-after", "4294967295")], "").await, latest);
    assert_eq!(waits(403, &[spent, ("x-ratelimit-reset", "9223372036854775807")], "").await, latest);
    assert_eq!(waits(403, &[spent, ("x-ratelimit-reset", "5")], "").await, soonest);
    assert_eq!(waits(429, &[("retry-after", "soon")], "").await, Some(NOW + Span::minutes(1)));
}

#[tokio::test]
async fn other_refusals_are_no_limit() {
    assert_eq!(waits(403, &[("x-ratelimit-remaining", "4000")], r#"{"message": "no"}"#).await, None);
    assert_eq!(waits(500, &[("x-ratelimit-remaining", "0")], "").await, None);
}

#[tokio::test]
async fn the_token_endpoint_has_limits_too() {
    let stage = Stage::default().raw(429, &[("retry-after", "30")], "");
    let secret = domain::token::Secret::new("r".to_owned());
    let until = NOW + Span::seconds(30);
    let refused = stage.github().refresh(&secret, "https://a.example").await;
    assert_eq!(refused, Err(PlatformError::RateLimited { until }));
}
