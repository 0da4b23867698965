use super::*;

async fn ask(place: &Place, method: &str, what: &str, auth: &str, token: &str) -> Seen {
    let call = Call::new(method, &format!("/applications/client/{what}")).auth(auth);
    place.send(call.json(&json!({ "access_token": token }))).await
}

#[tokio::test]
async fn an_app_checks_its_own_tokens_only() {
    let place = Place::new();
    let token = place.sign_in(OCTOCAT, "read:user").await;
    let answer = ask(&place, "POST", "token", BASIC, &token).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["user"]["login"], "octocat");
    assert_eq!(ask(&place, "POST", "token", BASIC, "gho_nothing").await.status, 404);
    assert_eq!(ask(&place, "POST", "token", OTHER_BASIC, &token).await.status, 404);
    assert_eq!(ask(&place, "POST", "token", "Basic eDp5", &token).await.status, 401);
    assert_eq!(ask(&place, "POST", "token", &format!("Bearer {token}"), &token).await.status, 401);
}

#[tokio::test]
async fn deleting_a_token_kills_it_alone() {
    let place = Place::new();
    let first = place.sign_in(OCTOCAT, "").await;
    let second = place.sign_in(OCTOCAT, "").await;
    assert_eq!(ask(&place, "DELETE", "token", OTHER_BASIC, &first).await.status, 404);
    assert_eq!(ask(&place, "DELETE", "token", BASIC, &first).await.status, 204);
    assert_eq!(ask(&place, "DELETE", "token", BASIC, &first).await.status, 404);
    assert_eq!(place.get("/user", &format!("Bearer {first}")).await.status, 401);
    assert_eq!(place.get("/user", &format!("Bearer {second}")).await.status, 200);
}

#[tokio::test]
async fn deleting_the_grant_kills_all_tokens_of_that_account() {
    let place = Place::new();
    let first = place.sign_in(OCTOCAT, "").await;
    place.sign_in(OCTOCAT, "read:org").await;
    place.sign_in(ADA, "").await;
    assert_eq!(ask(&place, "DELETE", "grant", BASIC, &first).await.status, 204);
    assert_eq!((place.github.tokens_of(OCTOCAT), place.github.tokens_of(ADA)), (0, 1));
}

#[tokio::test]
async fn the_body_must_be_json_with_a_token() {
    let place = Place::new();
    let call = || Call::new("DELETE", "/applications/client/token").auth(BASIC);
    assert_eq!(place.send(call().form("access_token=x")).await.status, 400);
    assert_eq!(place.send(call().json(&json!({}))).await.status, 422);
}

#[tokio::test]
async fn an_account_can_take_back_all_it_granted() {
    let place = Place::new();
    let token = place.sign_in(OCTOCAT, "").await;
    place.github.revoke_grants(OCTOCAT);
    assert_eq!(place.github.tokens_of(OCTOCAT), 0);
    let answer = place.get("/user", &format!("Bearer {token}")).await;
    assert_eq!((answer.status, &answer.json()["message"]), (401, &json!("Bad credentials")));
}
