use super::*;

#[tokio::test]
async fn a_user_agent_is_demanded() {
    let place = Place::new();
    let bare = axum::http::Request::get("/user").body(axum::body::Body::empty()).unwrap();
    let answer = tower::ServiceExt::oneshot(place.github.router(), bare).await.unwrap();
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn only_versions_that_exist_are_taken() {
    let place = Place::new();
    let ask = |version: &str| {
        Call::new("GET", "/user/7").auth("Bearer service").header("x-github-api-version", version)
    };
    assert_eq!(place.send(ask("2022-11-28")).await.status, 200);
    assert_eq!(place.send(ask("2020-01-01")).await.status, 400);
}

#[tokio::test]
async fn wrong_credentials_are_refused_everywhere() {
    let place = Place::new();
    for auth in ["Bearer nothing", "token x", "Basic eDp5", "Digest x", "x"] {
        let answer = place.get("/user/7", auth).await;
        assert_eq!((answer.status, &answer.json()["message"]), (401, &json!("Bad credentials")), "{auth}");
    }
}

#[tokio::test]
async fn anonymous_callers_have_sixty_requests_an_hour() {
    let place = Place::new();
    for left in (0..60).rev() {
        let answer = place.send(Call::new("GET", "/user/7")).await;
        assert_eq!(answer.header("x-ratelimit-remaining"), left.to_string());
    }
    let refused = place.send(Call::new("GET", "/user/7")).await;
    assert_eq!((refused.status, refused.header("x-ratelimit-remaining")), (403, "0"));
    assert_eq!(refused.header("x-ratelimit-reset"), ((START / 1000) + 3600).to_string());
    assert_eq!(place.get("/user/7", "Bearer service").await.status, 200, "others go on");
    place.advance(3_600_000);
    assert_eq!(place.send(Call::new("GET", "/user/7")).await.status, 200);
}

#[tokio::test]
async fn what_has_not_changed_costs_nothing() {
    let place = Place::new();
    let first = place.get("/user/7", "Bearer service").await;
    let again = || {
        let call = Call::new("GET", "/user/7").auth("Bearer service");
        call.header("if-none-match", first.header("etag"))
    };
    let same = place.send(again()).await;
    assert_eq!((same.status, same.body.as_str()), (304, ""));
    assert_eq!(same.header("x-ratelimit-used"), "1");
    place.github.change(ADA, |ada| ada.followers = 1);
    assert_eq!(place.send(again()).await.status, 200);
}

#[tokio::test]
async fn faults_speak_githubs_language() {
    let place = Place::new();
    let limited = |scope| FaultKind::RateLimited { scope, retry_after: 30.0, html: false };
    place.github.fault(Fault::once("GET /user/*", limited(Scope::User)));
    let answer = place.get("/user/7", "Bearer service").await;
    assert_eq!((answer.status, answer.header("x-ratelimit-remaining")), (403, "0"));
    place.github.fault(Fault::once("GET /user/*", limited(Scope::Global)));
    let answer = place.get("/user/7", "Bearer service").await;
    assert_eq!((answer.status, answer.header("retry-after")), (403, "30"));
    place.github.fault(Fault::once("GET /user/*", FaultKind::Revoked));
    assert_eq!(place.get("/user/7", "Bearer service").await.json()["message"], "Bad credentials");
    place.github.fault(Fault::once("GET /user/*", FaultKind::Gone));
    assert_eq!(place.get("/user/7", "Bearer service").await.status, 404);
    place.github.fault(Fault::once("POST /login/oauth/access_token", FaultKind::Revoked));
    assert_eq!(place.token("").await["error"], "bad_refresh_token");
    place.github.fault(Fault::always("POST /graphql", limited(Scope::User)));
    let answer = place.graphql(&json!({ "query": "{ viewer { login } }" })).await;
    assert_eq!(answer["errors"][0]["type"], "RATE_LIMITED");
    place.github.heal();
    assert_eq!(place.get("/user/7", "Bearer service").await.status, 200);
    assert_eq!(place.github.log().len(), 7);
}
