//! What goes wrong at Discord or on the way to it.

use std::time::Duration;

use world::Scope;

use super::*;

const GIVE: &str = "PUT /guilds/*/members/*/roles";

fn limited(scope: Scope, retry_after: f64) -> FaultKind {
    FaultKind::RateLimited { scope, retry_after, html: false }
}

/// What happens to background work right after a 429.
async fn put_off(fault: FaultKind) -> (i64, Place) {
    let place = Place::without_limits();
    place.fault(GIVE, fault);
    let error = place.give(ROLE, Priority::Background).await.unwrap_err();
    let DiscordError::NotBefore(until) = error else {
        panic!("{error}");
    };
    let again = place.give(ROLE, Priority::Background).await;
    assert_eq!(again, Err(DiscordError::NotBefore(until)));
    assert_eq!(place.requests(), 1, "no request before the reset");
    (until.millis() - START.millis(), place)
}

async fn reads(place: &Place, other: i64) -> bool {
    // A second on, so that the pace is not in the way.
    place.clock.advance(Span::seconds(1));
    let other = GuildId::new(other).unwrap();
    let roles = place.discord.roles(other, Priority::Background).await;
    !matches!(roles, Err(DiscordError::NotBefore(_)))
}

#[tokio::test]
async fn f_04_a_limit_of_one_bucket_leaves_the_others_alone() {
    for scope in [Scope::User, Scope::Shared] {
        let (wait, place) = put_off(limited(scope, 3.25)).await;
        assert!((3250..4500).contains(&wait), "{wait}");
        assert!(reads(&place, 500).await);
        let counted = usize::from(scope == Scope::User);
        assert_eq!(place.discord.health().invalid_requests, counted);
    }
}

#[tokio::test]
async fn f_04_the_global_limit_stops_the_bot() {
    let (wait, place) = put_off(limited(Scope::Global, 3600.0)).await;
    assert!((3_600_000..3_601_500).contains(&wait), "{wait}");
    assert!(!reads(&place, 500).await);
    // A user's token is a caller of its own.
    place.sign_in().await;
    place.clock.advance(Span::seconds(3602));
    place.give(ROLE, Priority::Background).await.unwrap();
}

#[tokio::test]
async fn f_04_a_page_instead_of_an_answer_stops_everything() {
    let html = FaultKind::RateLimited { scope: Scope::Global, retry_after: 60.0, html: true };
    let (wait, place) = put_off(html).await;
    assert!(wait >= 5000, "{wait}");
    assert!(!reads(&place, 500).await);
    let any = Secret::new("any".into());
    let user = place.discord.user_guilds(&any, Priority::Background).await;
    assert!(matches!(user, Err(DiscordError::NotBefore(_))), "{user:?}");
}

#[tokio::test]
async fn f_04_a_person_waits_for_a_short_limit_and_is_served() {
    let place = Place::without_limits();
    place.fault(GIVE, limited(Scope::User, 3.0));
    place.give(ROLE, Priority::Interactive).await.unwrap();
    assert!(place.clock.now() >= START + Span::seconds(3));
    place.fault(GIVE, limited(Scope::User, 60.0));
    let told = place.give(ROLE, Priority::Interactive).await;
    assert!(matches!(told, Err(DiscordError::NotBefore(_))), "{told:?}");
}

#[tokio::test]
async fn f_05_no_usable_answer_is_no_decision() {
    let cases = [
        FaultKind::Status(500, "{}".into()),
        FaultKind::Status(502, "<html>bad gateway</html>".into()),
        FaultKind::Status(504, String::new()),
        FaultKind::Status(503, r#"{"code": 130000, "message": "overloaded"}"#.into()),
        FaultKind::Status(404, "<html>not here</html>".into()),
        FaultKind::Status(408, "timeout".into()),
        FaultKind::Status(302, String::new()),
        FaultKind::Garbage(br#"{"roles": ["70"#.to_vec()),
        FaultKind::Garbage(vec![0xff, 0xfe, 0]),
        FaultKind::Html,
        FaultKind::HugeBody(3 * 1024 * 1024),
        FaultKind::Cut,
        FaultKind::Hang,
    ];
    for fault in cases {
        let place = Place::without_limits();
        place.fault("GET /guilds/*/members", fault.clone());
        let member = place.discord.member(guild(), ada(), Priority::Interactive);
        let told = place.run(member).await;
        assert_eq!(told, Err(DiscordError::Unavailable { sent: true }), "{fault:?}");
        assert!(place.discord.health().last_failure.is_some());
        let member = place.discord.member(guild(), ada(), Priority::Interactive);
        assert!(place.run(member).await.unwrap().is_some(), "after {fault:?}");
    }
}

#[tokio::test]
async fn f_05_a_page_is_not_mistaken_for_success() {
    for fault in [FaultKind::Html, FaultKind::Garbage(b"ok".to_vec())] {
        let place = Place::without_limits();
        place.fault(GIVE, fault);
        let told = place.give(ROLE, Priority::Interactive).await;
        assert_eq!(told, Err(DiscordError::Unavailable { sent: true }));
    }
}

#[tokio::test]
async fn f_05_a_slow_answer_is_given_ten_seconds() {
    let place = Place::without_limits();
    place.fault(GIVE, FaultKind::Hang);
    let told = place.give(ROLE, Priority::Interactive).await;
    assert_eq!(told, Err(DiscordError::Unavailable { sent: true }));
    let waited = place.clock.now().millis() - START.millis();
    assert!((10_000..12_000).contains(&waited), "{waited}");
    assert_eq!(Limits::default().timeout, Duration::from_secs(10));
}

#[tokio::test]
async fn f_06_a_write_whose_answer_was_lost_may_be_repeated() {
    let place = Place::without_limits();
    place.fault(GIVE, FaultKind::CutAfterEffect);
    let lost = place.give(ROLE, Priority::Interactive).await;
    assert_eq!(lost, Err(DiscordError::Unavailable { sent: true }));
    assert!(place.fake.member_roles(GUILD, ADA).contains(&ROLE));
    place.give(ROLE, Priority::Interactive).await.unwrap();
    assert_eq!(place.fake.member_roles(GUILD, ADA).len(), 1);
}

#[tokio::test]
async fn refusals_spend_a_budget_that_stops_background_work_first() {
    let place = Place::without_limits();
    for _ in 0..50 {
        let told = place.give(HIGH_ROLE, Priority::Interactive).await;
        assert_eq!(refusal(told), Some(Refusal::MissingPermission));
    }
    assert_eq!(place.discord.health().invalid_requests, 50);
    let before = place.requests();
    let stopped = place.give(ROLE, Priority::Background).await;
    assert!(matches!(stopped, Err(DiscordError::Stopped(until)) if until > place.clock.now()));
    assert_eq!(place.requests(), before);
    place.give(ROLE, Priority::Interactive).await.unwrap();
    place.clock.advance(Span::minutes(10));
    place.give(ROLE, Priority::Background).await.unwrap();
}

#[tokio::test]
async fn a_call_that_never_left_is_tried_once_more() {
    let place = Place::without_limits();
    let tries = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counted = std::sync::Arc::clone(&tries);
    let nowhere = tower::service_fn(move |_: Request| {
        counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        async { Err::<Response, _>(HttpError::NotSent) }
    });
    let clock = Clock::Manual(place.clock.clone());
    let http = Http::new(nowhere, clock.clone());
    let metrics = Metrics::default();
    let discord = Discord::new(access(), http, clock, Random::seeded(1), metrics);
    let told = discord.give_role(assignment(ROLE), "x", Priority::Background).await;
    assert_eq!(told, Err(DiscordError::Unavailable { sent: false }));
    assert_eq!(tries.load(std::sync::atomic::Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_happens_is_counted() {
    let place = Place::without_limits();
    place.give(ROLE, Priority::Interactive).await.unwrap();
    let _ = place.give(HIGH_ROLE, Priority::Interactive).await;
    let metrics = place.metrics.render();
    assert!(metrics.contains(r#"role_connections_outbound_total{service="discord",status="2xx"} 1"#));
    assert!(metrics.contains("role_connections_invalid_requests_total 1"), "{metrics}");
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_no_trace() {
    let place = Place::without_limits();
    place.fault(GIVE, FaultKind::Hang);
    let give = place.discord.give_role(assignment(ROLE), "x", Priority::Interactive);
    let gone = tokio::select! {
        biased;
        told = give => Some(told),
        () = breathe() => None,
    };
    assert_eq!(gone, None);
    place.give(ROLE, Priority::Interactive).await.unwrap();
}
