//! What people grant: fewer scopes than asked, more than before, fewer later.

use super::*;

async fn granted(place: &Place, scope: &str, form: &str) -> Value {
    let path = format!("/login/oauth/authorize?{}", query(scope));
    let form = format!("user={OCTOCAT}&decision=authorize{form}");
    let answer = place.send(Call::new("POST", &path).form(&form)).await;
    let code = param(answer.header("location"), "code");
    place.token(&redeem(&code)).await
}

#[tokio::test]
async fn scopes_can_be_kept_back_on_the_page() {
    let place = Place::new();
    let path = format!("/login/oauth/authorize?{}", query("read:user read:org"));
    let page = place.send(Call::new("GET", &path)).await;
    assert!(page.body.contains("name=\"keep_back:read:org\""));
    let body = granted(&place, "read:user read:org", "&keep_back%3Aread%3Aorg=on").await;
    assert_eq!(body["scope"], "read:user");
    assert_eq!(granted(&place, "read:user read:org", "").await["scope"], "read:user,read:org");
}

#[tokio::test]
async fn asking_for_nothing_gives_what_was_granted_before() {
    let place = Place::new();
    assert_eq!(granted(&place, "", "").await["scope"], "");
    granted(&place, "read:org", "").await;
    assert_eq!(granted(&place, "", "").await["scope"], "read:org");
    place.github.revoke(OCTOCAT, "client");
    assert_eq!(granted(&place, "", "").await["scope"], "");
}

#[tokio::test]
async fn a_scope_that_another_holds_is_not_listed() {
    let place = Place::new();
    let body = granted(&place, "user read:user read:org admin:org", "").await;
    assert_eq!(body["scope"], "user,admin:org");
}

#[tokio::test]
async fn scopes_can_be_taken_back_later() {
    let place = Place::new();
    let bearer = place.bearer(OCTOCAT, "read:user read:org").await;
    place.github.narrow(OCTOCAT, "client", &["read:user"]);
    let answer = place.get("/user/memberships/orgs/github", &bearer).await;
    assert_eq!((answer.status, answer.header("x-oauth-scopes")), (403, "read:user"));
}
