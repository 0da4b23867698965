use super::*;

#[tokio::test]
async fn wrong_credentials_are_refused() {
    let place = Place::new();
    let path = format!("/2/users/{ADA}");
    for auth in ["Bearer nothing", "Bearer", "token app-only", BASIC, "x"] {
        let answer = place.get(&path, auth).await;
        assert_eq!((answer.status, &answer.json()["title"]), (401, &json!("Unauthorized")), "{auth}");
        assert_eq!(answer.header("x-rate-limit-limit"), "");
    }
    assert_eq!(place.send(Call::new("GET", &path)).await.status, 401);
    assert_eq!(place.get("/2/tweets", BEARER).await.status, 404);
}

#[tokio::test]
async fn lookups_need_both_scopes() {
    let place = Place::new();
    for scope in ["users.read", "tweet.read", "offline.access"] {
        let tokens = place.sign_in(ADA, scope).await;
        for path in ["/2/users/me", "/2/users?ids=1", "/2/users/1"] {
            let answer = place.get(path, &bearer(&tokens)).await;
            assert_eq!(
                (answer.status, &answer.json()["title"]),
                (403, &json!("Forbidden")),
                "{scope} {path}"
            );
        }
    }
}

#[tokio::test]
async fn an_app_is_nobody() {
    let answer = Place::new().get("/2/users/me", BEARER).await;
    assert_eq!((answer.status, &answer.json()["title"]), (403, &json!("Unsupported Authentication")));
}

#[tokio::test]
async fn limits_hold_for_a_quarter_of_an_hour_per_route_and_caller() {
    let place = Place::new();
    let tokens = place.sign_in(ADA, SCOPES).await;
    place.x.limits(RateLimits { users_per_app: Some(2), ..RateLimits::default() });
    for left in ["1", "0"] {
        let answer = place.get("/2/users?ids=1", BEARER).await;
        assert_eq!(answer.header("x-rate-limit-limit"), "2");
        assert_eq!(answer.header("x-rate-limit-remaining"), left);
        assert_eq!(answer.header("x-rate-limit-reset"), (START / 1000 + 900).to_string());
    }
    let refused = place.get("/2/users?ids=1", BEARER).await;
    assert_eq!((refused.status, refused.header("x-rate-limit-remaining")), (429, "0"));
    assert_eq!(refused.json(), json!({ "errors": [{ "code": 88, "message": "Rate limit exceeded" }] }));
    assert_eq!(place.get("/2/users/1", BEARER).await.status, 200, "each route for itself");
    let answer = place.get("/2/users?ids=1", &bearer(&tokens)).await;
    assert_eq!(answer.header("x-rate-limit-limit"), "900");
    let answer = place.get("/2/users/me", &bearer(&tokens)).await;
    assert_eq!(answer.header("x-rate-limit-limit"), "75");
    place.advance(900_000);
    assert_eq!(place.get("/2/users?ids=1", BEARER).await.status, 200);
}

#[tokio::test]
async fn faults_speak_the_language_of_x() {
    let place = Place::new();
    let path = format!("/2/users/{ADA}");
    let limited = FaultKind::RateLimited { scope: Scope::User, retry_after: 30.0, html: false };
    place.x.fault(Fault::once("GET /2/users", limited));
    let answer = place.get(&path, BEARER).await;
    assert_eq!((answer.status, &answer.json()["errors"][0]["code"]), (429, &json!(88)));
    assert_eq!(answer.header("x-rate-limit-reset"), (START / 1000 + 30).to_string());
    place.x.fault(Fault::once("GET /users/*", FaultKind::Revoked));
    assert_eq!(place.get(&path, BEARER).await.status, 401);
    place.x.fault(Fault::once("GET /users/*", FaultKind::Gone));
    assert_eq!(place.get(&path, BEARER).await.json()["errors"][0]["resource_id"], ADA.to_string());
    place.x.fault(Fault::once("POST /2/oauth2/token", FaultKind::Revoked));
    assert_eq!(refusal(&place.token("").await).2, "Value passed for the token was invalid.");
    place.x.fault(Fault::once("POST /2/oauth2/revoke", FaultKind::Status(503, "later".into())));
    let answer = place.send(Call::new("POST", "/2/oauth2/revoke")).await;
    assert_eq!((answer.status, answer.body.as_str()), (503, "later"));
    place.x.fault(Fault::always("/2/users", FaultKind::Html));
    assert!(place.get(&path, BEARER).await.body.starts_with("<!doctype html>"));
    place.x.heal();
    assert_eq!(place.get(&path, BEARER).await.status, 200);
    let log = place.x.log();
    assert_eq!((log.len(), log[0].authorization, log[0].status), (7, "bearer", 429));
}
