//! GitHub Apps: tokens without scopes, sight only where installed, and word of revocation.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::*;
use crate::discord::hex;

const APP: &str = "client_id=app&client_secret=app-secret";

fn place() -> Place {
    let place = Place::new();
    place.github.github_app(App {
        client_id: "app".into(),
        client_secret: "app-secret".into(),
        redirect_uris: vec![BACK.into()],
        webhook_secret: Some("hook".into()),
        ..App::default()
    });
    place.github.org(Org { id: 40, login: "club".into(), ..Org::default() });
    place.github.join(OCTOCAT, "club", Member::default());
    place
}

fn asked(scope: &str) -> String {
    query(scope).replace("client_id=client", "client_id=app")
}

async fn token(place: &Place, form: &str) -> Value {
    let call = Call::new("POST", "/login/oauth/access_token").header("accept", "application/json");
    place.send(call.form(&format!("{APP}&{form}"))).await.json()
}

async fn sign_in(place: &Place) -> Value {
    let path = format!("/login/oauth/authorize?{}", asked("read:org"));
    let form = format!("user={OCTOCAT}&decision=authorize");
    let answer = place.send(Call::new("POST", &path).form(&form)).await;
    token(place, &redeem(&param(answer.header("location"), "code"))).await
}

fn bearer(body: &Value) -> String {
    format!("Bearer {}", body["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn its_tokens_expire_rotate_and_have_no_scopes() {
    let place = place();
    let first = sign_in(&place).await;
    assert!(first["access_token"].as_str().unwrap().starts_with("ghu_"));
    assert_eq!((&first["scope"], &first["expires_in"]), (&json!(""), &json!(28_800)));
    assert_eq!(first["refresh_token_expires_in"], 15_897_600);
    let answer = place.get("/user", &bearer(&first)).await;
    assert_eq!((answer.status, answer.headers.get("x-oauth-scopes")), (200, None));
    let form = format!("grant_type=refresh_token&refresh_token={}", first["refresh_token"].as_str().unwrap());
    let second = token(&place, &form).await;
    assert!(second["access_token"].as_str().unwrap().starts_with("ghu_"));
    assert_eq!(place.get("/user", &bearer(&first)).await.status, 401);
    place.advance(28_800_000);
    assert_eq!(place.get("/user", &bearer(&second)).await.status, 401);
}

#[tokio::test]
async fn its_address_is_matched_exactly() {
    let place = place();
    let path = format!("/login/oauth/authorize?{}", asked("").replace(":8000", ":9000"));
    let answer = place.send(Call::new("GET", &path)).await;
    assert_eq!(param(answer.header("location"), "error"), "redirect_uri_mismatch");
}

#[tokio::test]
async fn it_sees_memberships_where_it_is_installed() {
    let place = place();
    let bearer = bearer(&sign_in(&place).await);
    let answer = place.get("/user/memberships/orgs/club", &bearer).await;
    let message = json!("Resource not accessible by integration");
    assert_eq!((answer.status, &answer.json()["message"]), (403, &message));
    place.github.install("app", "club");
    place.github.change_org("club", |org| org.blocks_apps = true);
    assert_eq!(place.get("/user/memberships/orgs/club", &bearer).await.json()["state"], "active");
    assert_eq!(place.get("/orgs/club/members/octocat", &bearer).await.status, 204);
}

#[tokio::test]
async fn it_does_only_what_it_is_permitted() {
    let place = place();
    let bearer = bearer(&sign_in(&place).await);
    assert_eq!(place.get("/user/starred/rust-lang/rust", &bearer).await.status, 204);
    place.github.github_app(App {
        client_id: "app".into(),
        client_secret: "app-secret".into(),
        permissions: [].into(),
        installed: ["club".to_owned()].into(),
        ..App::default()
    });
    assert_eq!(place.get("/user/starred/rust-lang/rust", &bearer).await.status, 403);
    assert_eq!(place.get("/user/memberships/orgs/club", &bearer).await.status, 403);
}

#[tokio::test]
async fn revoking_it_makes_a_signed_delivery() {
    let place = place();
    let bearer = bearer(&sign_in(&place).await);
    place.sign_in(OCTOCAT, "").await;
    let page = place.send(Call::new("GET", "/settings/octocat")).await;
    assert!(page.body.contains("Revoke app"));
    let call = Call::new("POST", "/settings/octocat/applications").form("name=app&do=revoke");
    assert_eq!(place.send(call).await.status, 303);
    assert_eq!(place.get("/user", &bearer).await.status, 401);
    assert_eq!(place.github.tokens_of(OCTOCAT), 1, "the other app keeps its token");

    let deliveries = place.github.deliveries();
    let [delivery] = deliveries.as_slice() else { panic!("one delivery") };
    let header = |name: &str| {
        let found = delivery.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap()
    };
    assert_eq!(delivery.event, "github_app_authorization");
    assert_eq!(header("x-github-event"), delivery.event);
    assert_eq!(header("x-github-delivery"), delivery.id);
    let mut mac = Hmac::<Sha256>::new_from_slice(b"hook").unwrap();
    mac.update(&delivery.body);
    let signature = format!("sha256={}", hex(&mac.finalize().into_bytes()));
    assert_eq!(header("x-hub-signature-256"), signature);
    let body: Value = serde_json::from_slice(&delivery.body).unwrap();
    assert_eq!((&body["action"], &body["sender"]["id"]), (&json!("revoked"), &json!(OCTOCAT)));
    assert_eq!(body["sender"]["login"], "octocat");
}

#[tokio::test]
async fn only_github_apps_are_told_and_only_once() {
    let place = place();
    place.sign_in(OCTOCAT, "").await;
    place.github.revoke_grants(OCTOCAT);
    assert_eq!(place.github.deliveries(), []);
    sign_in(&place).await;
    sign_in(&place).await;
    place.github.revoke_grants(OCTOCAT);
    place.github.revoke_grants(OCTOCAT);
    assert_eq!(place.github.deliveries().len(), 1);
}
