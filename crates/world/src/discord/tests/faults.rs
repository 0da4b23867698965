use std::time::Duration;

use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;
use crate::{FaultKind, Lost, Scope};

const PATH: &str = "/guilds/500/members/11/roles/701";

async fn met(kind: FaultKind) -> (Place, Seen) {
    let place = Place::new();
    place.discord.fault(Fault::once(format!("PUT {PATH}"), kind));
    let answer = place.bot("PUT", PATH).await;
    (place, answer)
}

/// Whether the role was given all the same.
fn took_effect(place: &Place) -> bool {
    !place.discord.member_roles(GUILD, ADA).is_empty()
}

#[tokio::test]
async fn answers_without_effect() {
    for (kind, status, start) in [
        (FaultKind::Status(503, "{\"code\":130000}".into()), 503, "{\"code\""),
        (FaultKind::Garbage(b"{\"a\":".to_vec()), 200, "{\"a\":"),
        (FaultKind::Html, 200, "<!doctype"),
        (FaultKind::Revoked, 401, "{\"code\":0"),
        (FaultKind::Gone, 404, "{\"code\":10011"),
    ] {
        let (place, answer) = met(kind.clone()).await;
        assert_eq!(answer.status, status, "{kind:?}");
        assert!(answer.body.starts_with(start), "{kind:?}: {}", answer.body);
        assert!(!took_effect(&place) && place.discord.writes().is_empty());
        assert_eq!(place.discord.log()[0].status, status);
    }
}

#[tokio::test]
async fn a_fault_is_met_as_often_as_it_says() {
    let place = Place::new();
    let kind = FaultKind::Status(500, String::new());
    place.discord.fault(Fault { route: format!("PUT {PATH}"), times: Some(2), kind: kind.clone() });
    let statuses = [place.bot("PUT", PATH).await, place.bot("PUT", PATH).await, place.bot("PUT", PATH).await];
    assert_eq!(statuses.map(|answer| answer.status), [500, 500, 204]);
    place.discord.fault(Fault::always("PUT /api/v10/guilds", kind));
    assert_eq!(place.bot("PUT", PATH).await.status, 500);
    place.discord.heal();
    assert_eq!(place.bot("PUT", PATH).await.status, 204);
}

#[tokio::test]
async fn rate_limits_come_in_all_forms() {
    for (scope, global) in [(Scope::User, ""), (Scope::Shared, ""), (Scope::Global, "true")] {
        let kind = FaultKind::RateLimited { scope, retry_after: 1.5, html: false };
        let (_, answer) = met(kind).await;
        assert_eq!((answer.status, answer.header("retry-after")), (429, "2"));
        assert_eq!(answer.header("x-ratelimit-scope"), scope.word());
        assert_eq!(answer.header("x-ratelimit-global"), global);
        assert_eq!(answer.json()["retry_after"], 1.5);
    }
    let (_, answer) = met(FaultKind::RateLimited { scope: Scope::User, retry_after: 30.0, html: true }).await;
    assert_eq!((answer.status, answer.header("x-ratelimit-scope")), (429, ""));
    assert!(answer.body.contains("1015"));
}

#[tokio::test]
async fn gone_means_what_the_path_names() {
    let place = Place::new();
    for (path, code) in [
        ("/guilds/500", 10004),
        ("/guilds/500/members/11", 10007),
        ("/guilds/500/roles/701", 10011),
        ("/users/@me", 10013),
    ] {
        place.discord.fault(Fault::once("GET /", FaultKind::Gone));
        assert_eq!(place.bot("GET", path).await.code(), (404, code));
    }
    place.discord.fault(Fault::once("POST /oauth2/token", FaultKind::Revoked));
    assert_eq!(place.token("").await.json()["error"], "invalid_grant");
}

/// Sends the role PUT and reads what the connection lets through.
async fn broken(kind: FaultKind) -> (Place, axum::Error) {
    let place = Place::new();
    place.discord.fault(Fault::once("PUT /guilds", kind));
    let request = Call::new("PUT", &format!("/api/v10{PATH}")).auth(BOT).request();
    let answer = place.discord.router().oneshot(request).await.unwrap();
    let error = answer.into_body().collect().await.unwrap_err();
    (place, error)
}

#[tokio::test]
async fn a_cut_loses_the_answer_before_or_after_the_effect() {
    for (kind, effect, status) in [(FaultKind::Cut, false, 0), (FaultKind::CutAfterEffect, true, 204)] {
        let (place, error) = broken(kind).await;
        assert!(Lost::is_cause_of(&error), "{error:?}");
        assert_eq!((took_effect(&place), place.discord.writes().len()), (effect, usize::from(effect)));
        assert_eq!(place.discord.log()[0].status, status);
    }
}

#[tokio::test]
async fn a_hang_never_answers() {
    let place = Place::new();
    place.discord.fault(Fault::once("PUT /guilds", FaultKind::Hang));
    let hung = place.bot("PUT", PATH);
    assert!(tokio::time::timeout(Duration::from_millis(5), hung).await.is_err());
    assert!(!took_effect(&place));
    assert_eq!(place.discord.log()[0].status, 0);
}

#[tokio::test]
async fn a_delay_and_a_drip_take_effect() {
    let (place, answer) = met(FaultKind::Delay(Duration::from_millis(1))).await;
    assert_eq!((answer.status, took_effect(&place)), (204, true));
    let (place, answer) = met(FaultKind::Drip).await;
    assert_eq!((answer.status, took_effect(&place)), (204, true));
}

#[tokio::test]
async fn a_huge_body_is_as_large_as_it_says() {
    let (place, answer) = met(FaultKind::HugeBody(200_000)).await;
    assert_eq!((answer.status, answer.body.len()), (200, 200_000));
    assert!(!took_effect(&place));
}
