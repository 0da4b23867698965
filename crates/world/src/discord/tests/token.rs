use super::*;
use serde_json::json;

#[tokio::test]
async fn a_code_becomes_tokens_once() {
    let place = Place::new();
    let code = place.code(ADA, "identify guilds").await;
    let answer = place.token(&redeem(&code)).await;
    let body = answer.json();
    assert_eq!(answer.status, 200);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 604_800);
    assert_eq!(body["scope"], "identify guilds");
    let again = place.token(&redeem(&code)).await;
    assert_eq!((again.status, &again.json()["error"]), (400, &json!("invalid_grant")));
}

#[tokio::test]
async fn basic_credentials_work_as_well() {
    let place = Place::new();
    let code = place.code(ADA, "identify").await;
    let call = Call::new("POST", "/api/v10/oauth2/token")
        .auth("Basic MTAwMDpzZWNyZXQtMTAwMA==")
        .form(&redeem(&code));
    assert_eq!(place.send(call).await.status, 200);
}

#[tokio::test]
async fn wrong_credentials_are_an_invalid_client() {
    let place = Place::new();
    let call = Call::new("POST", "/api/v10/oauth2/token")
        .form("client_id=1000&client_secret=wrong&grant_type=refresh_token&refresh_token=x");
    let answer = place.send(call).await;
    assert_eq!((answer.status, &answer.json()["error"]), (401, &json!("invalid_client")));
    let call = Call::new("POST", "/api/v10/oauth2/token")
        .auth("Basic MTAwMDp3cm9uZw==")
        .form("grant_type=refresh_token&refresh_token=x");
    let answer = place.send(call).await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Basic realm=\"discord\""));
}

#[tokio::test]
async fn what_the_endpoint_cannot_read_it_refuses() {
    let place = Place::new();
    let json = Call::new("POST", "/api/v10/oauth2/token").json(&json!({"grant_type": "refresh_token"}));
    assert_eq!(place.send(json).await.json()["error"], "invalid_request");
    assert_eq!(place.token("").await.json()["error"], "invalid_request");
    assert_eq!(place.token("grant_type=authorization_code").await.json()["error"], "invalid_request");
    assert_eq!(place.token("grant_type=refresh_token").await.json()["error"], "invalid_request");
    assert_eq!(place.token("grant_type=password").await.json()["error"], "unsupported_grant_type");
    let twice = "grant_type=refresh_token&refresh_token=a&refresh_token=b";
    assert_eq!(place.token(twice).await.json()["error"], "invalid_request");
}

#[tokio::test]
async fn a_code_is_bound_to_verifier_redirect_uri_and_client() {
    let place = Place::new();
    let wrong = [
        |code: &str| redeem(code).replace("dBjft", "eBjft"),
        |code: &str| redeem(code).split("&code_verifier").next().unwrap().to_owned(),
        |code: &str| redeem(code).replace("callback", "elsewhere"),
    ];
    for wrong in wrong {
        let code = place.code(ADA, "identify").await;
        assert_eq!(place.token(&wrong(&code)).await.json()["error"], "invalid_grant");
        assert_eq!(place.token(&redeem(&code)).await.status, 400, "a tried code is used up");
    }
    let code = place.code(ADA, "identify").await;
    let form = format!("client_id={OTHER_APP}&client_secret=secret-{OTHER_APP}&{}", redeem(&code));
    let answer = place.send(Call::new("POST", "/api/v10/oauth2/token").form(&form)).await;
    assert_eq!(answer.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_code_lives_a_minute() {
    let place = Place::new();
    let code = place.code(ADA, "identify").await;
    place.advance(60_000);
    assert_eq!(place.token(&redeem(&code)).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_works_once_and_gives_the_next() {
    let place = Place::new();
    let (_, refresh) = place.sign_in(ADA, "identify").await;
    let form = format!("grant_type=refresh_token&refresh_token={refresh}");
    let answer = place.token(&form).await;
    assert_ne!(answer.json()["refresh_token"], json!(refresh));
    let again = place.token(&form).await;
    assert_eq!(again.status, 400);
    assert_eq!(again.json()["error"], "invalid_grant");
    assert_eq!(again.json()["error_description"], "Invalid \"refresh_token\" in request.");
}

#[tokio::test]
async fn an_access_token_lives_seven_days() {
    let place = Place::new();
    let (bearer, _) = place.sign_in(ADA, "identify").await;
    let me = || Call::new("GET", "/api/v10/users/@me").auth(&bearer);
    place.advance(604_799_000);
    assert_eq!(place.send(me()).await.status, 200);
    place.advance(1000);
    assert_eq!(place.send(me()).await.code(), (401, 0));
}

#[tokio::test]
async fn revoking_one_token_kills_all_of_that_person_only() {
    let place = Place::new();
    let (first, refresh) = place.sign_in(ADA, "identify").await;
    let (second, _) = place.sign_in(ADA, "guilds identify").await;
    let (bobs, _) = place.sign_in(BOB, "identify").await;
    let form = format!("client_id={APP}&client_secret=secret-{APP}&token={refresh}");
    let answer = place.send(Call::new("POST", "/api/v10/oauth2/token/revoke").form(&form)).await;
    assert_eq!(answer.status, 200);
    for (bearer, status) in [(first, 401), (second, 401), (bobs, 200)] {
        assert_eq!(place.send(Call::new("GET", "/api/v10/users/@me").auth(&bearer)).await.status, status);
    }
}

#[tokio::test]
async fn revoking_an_unknown_or_foreign_token_changes_nothing() {
    let place = Place::new();
    let (bearer, refresh) = place.sign_in(ADA, "identify").await;
    for (application, token) in [(APP, "nothing"), (OTHER_APP, refresh.as_str())] {
        let form = format!("client_id={application}&client_secret=secret-{application}&token={token}");
        let answer = place.send(Call::new("POST", "/api/v10/oauth2/token/revoke").form(&form)).await;
        assert_eq!(answer.status, 200);
    }
    assert_eq!(place.send(Call::new("GET", "/api/v10/users/@me").auth(&bearer)).await.status, 200);
}

#[tokio::test]
async fn deauthorizing_kills_access_and_refresh_tokens() {
    let place = Place::new();
    let (bearer, refresh) = place.sign_in(ADA, "identify").await;
    place.discord.deauthorize(APP, ADA);
    assert_eq!(place.send(Call::new("GET", "/api/v10/users/@me").auth(&bearer)).await.status, 401);
    let form = format!("grant_type=refresh_token&refresh_token={refresh}");
    assert_eq!(place.token(&form).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn an_exchange_names_the_redirect_uri_if_the_request_did() {
    let place = Place::new();
    let unnamed = "/oauth2/authorize?client_id=1000&response_type=code&scope=identify";
    for (back, status) in
        [("", 200), (&format!("&redirect_uri={BACK}"), 200), ("&redirect_uri=http://x", 400)]
    {
        let call = Call::new("POST", unnamed).form("user=11&decision=authorize");
        let code = param(place.send(call).await.header("location"), "code");
        let form = format!("grant_type=authorization_code&code={code}{back}");
        assert_eq!(place.token(&form).await.status, status, "{back}");
    }
    let code = place.code(ADA, "identify").await;
    let form = format!("grant_type=authorization_code&code={code}&code_verifier={VERIFIER}");
    assert_eq!(place.token(&form).await.status, 400);
}
