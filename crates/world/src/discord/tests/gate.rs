use super::*;
use crate::Scope;

#[tokio::test]
async fn a_discord_user_agent_is_demanded() {
    let place = Place::new();
    for agent in [None, Some("reqwest/0.13")] {
        let mut request = axum::http::Request::get("/api/v10/users/@me").header("authorization", BOT);
        if let Some(agent) = agent {
            request = request.header("user-agent", agent);
        }
        let request = request.body(axum::body::Body::empty()).unwrap();
        let answer = tower::ServiceExt::oneshot(place.discord.router(), request).await.unwrap();
        assert_eq!(answer.status(), 403);
    }
}

#[tokio::test]
async fn other_versions_and_none_are_refused() {
    let place = Place::new();
    for path in ["/api/users/@me", "/api/v6/users/@me", "/api/v8/users/@me", "/api/oauth2/token"] {
        assert_eq!(place.send(Call::new("GET", path).auth(BOT)).await.code(), (400, 50041), "{path}");
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused_everywhere() {
    let place = Place::new();
    for auth in ["Bot wrong", "Bearer wrong", "bot-token", "bot bot-token"] {
        let call = Call::new("GET", "/api/v10/guilds/500").auth(auth);
        assert_eq!(place.send(call).await.code(), (401, 0), "{auth}");
    }
    assert_eq!(place.bot("POST", "/users/@me").await.code(), (405, 0));
}

#[tokio::test]
async fn every_answer_tells_the_state_of_its_bucket() {
    let place = Place::new();
    place.discord.limits(RateLimits::default());
    let first = place.bot("GET", "/guilds/500").await;
    assert_eq!((first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")), ("50", "49"));
    assert_eq!(first.header("x-ratelimit-reset"), "1790000001.000");
    assert_eq!(first.header("x-ratelimit-reset-after"), "1.000");
    assert_eq!(first.header("x-ratelimit-bucket").len(), 32);
    assert_eq!(first.header("x-ratelimit-scope"), "");
    place.discord.limits(RateLimits { scope_always: true, ..RateLimits::default() });
    assert_eq!(place.bot("GET", "/guilds/500").await.header("x-ratelimit-scope"), "user");
    assert_eq!(place.bot("GET", "/guilds/9").await.header("x-ratelimit-remaining"), "49");
}

#[tokio::test]
async fn role_writes_share_a_bucket_per_server() {
    let place = Place::new();
    place.discord.limits(RateLimits { global: None, ..RateLimits::default() });
    place.discord.guild(501, "Other", BOB);
    place.discord.add_bot(501, APP, 5);
    for n in 0..10 {
        let method = if n % 2 == 0 { "PUT" } else { "DELETE" };
        assert_eq!(place.bot(method, "/guilds/500/members/11/roles/701").await.status, 204);
    }
    let refused = place.bot("PUT", "/guilds/500/members/12/roles/701").await;
    let body = refused.json();
    assert_eq!((refused.status, refused.header("retry-after")), (429, "10"));
    assert_eq!(refused.header("x-ratelimit-scope"), "user");
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    assert_eq!(refused.header("x-ratelimit-global"), "");
    assert_eq!((body["retry_after"].as_f64(), body["global"].as_bool()), (Some(10.0), Some(false)));
    assert_ne!(place.bot("PUT", "/guilds/501/members/12/roles/9").await.status, 429);
    place.advance(10_000);
    assert_eq!(place.bot("PUT", "/guilds/500/members/12/roles/701").await.status, 204);
}

#[tokio::test]
async fn a_bot_has_fifty_requests_a_second_over_all_routes() {
    let place = Place::new();
    place.discord.limits(RateLimits { other: None, ..RateLimits::default() });
    for guild in 0..50 {
        assert_ne!(place.bot("GET", &format!("/guilds/{guild}")).await.status, 429);
    }
    let refused = place.bot("GET", "/users/@me").await;
    assert_eq!((refused.status, refused.header("x-ratelimit-scope")), (429, "global"));
    assert_eq!(refused.header("x-ratelimit-global"), "true");
    assert_eq!(refused.json()["global"], true);
    let (bearer, _) = place.sign_in(ADA, "identify").await;
    let me = Call::new("GET", "/api/v10/users/@me").auth(&bearer);
    assert_eq!(place.send(me).await.status, 200, "people's tokens do not count");
    place.advance(1000);
    assert_eq!(place.bot("GET", "/users/@me").await.status, 200);
}

#[tokio::test]
async fn peoples_tokens_have_buckets_of_their_own() {
    let place = Place::new();
    place.discord.limits(RateLimits::default());
    let (adas, _) = place.sign_in(ADA, "role_connections.write").await;
    let (bobs, _) = place.sign_in(BOB, "role_connections.write").await;
    let body = serde_json::json!({ "platform_name": "x" });
    for _ in 0..5 {
        assert_eq!(place.push(&adas, &body).await.status, 200);
    }
    assert_eq!(place.push(&adas, &body).await.status, 429);
    assert_eq!(place.push(&bobs, &body).await.status, 200);
}

#[tokio::test]
async fn the_log_tells_everything_but_the_token() {
    let place = Place::new();
    place.sign_in(ADA, "identify").await;
    place.bot("PUT", "/guilds/500/members/11/roles/9?x=1").await;
    let log = place.discord.log();
    let last = log.last().unwrap();
    assert_eq!((last.method.as_str(), last.query.as_str()), ("PUT", "x=1"));
    assert_eq!(last.path, "/api/v10/guilds/500/members/11/roles/9");
    assert_eq!((last.authorization, last.status, last.at), ("bot", 404, START));
    assert!(last.response_body.contains("Unknown Role"));
    assert_eq!(log[0].authorization, "none");
    assert!(!format!("{last:?}").contains("bot-token"));
    assert_eq!(Scope::Shared.word(), "shared");
}
