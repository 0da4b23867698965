use super::*;

#[tokio::test]
async fn a_code_becomes_a_token_once() {
    let place = Place::new();
    let code = place.code(OCTOCAT, "read:user user:email").await;
    let body = place.token(&redeem(&code)).await;
    assert_eq!(body["token_type"], "bearer");
    assert_eq!(body["scope"], "read:user,user:email");
    assert!(body["access_token"].as_str().unwrap().starts_with("gho_"));
    assert_eq!(body["refresh_token"], Value::Null);
    assert_eq!(place.token(&redeem(&code)).await["error"], "bad_verification_code");
    assert_eq!(place.github.tokens_of(OCTOCAT), 1);
}

#[tokio::test]
async fn the_answer_is_a_form_unless_json_is_asked_for() {
    let place = Place::new();
    let code = place.code(OCTOCAT, "").await;
    let form = format!("client_id=client&client_secret=secret&{}", redeem(&code));
    let answer = place.send(Call::new("POST", "/login/oauth/access_token").form(&form)).await;
    assert!(answer.header("content-type").starts_with("application/x-www-form-urlencoded"));
    assert!(answer.body.starts_with("access_token=gho_"));
    let answer = place.send(Call::new("POST", "/login/oauth/access_token").form(&form)).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.starts_with("error=bad_verification_code"));
}

#[tokio::test]
async fn errors_come_with_status_200() {
    let place = Place::new();
    let code = place.code(OCTOCAT, "").await;
    let call = Call::new("POST", "/login/oauth/access_token").header("accept", "application/json");
    let answer = place.send(call.form(&format!("client_id=client&client_secret=x&code={code}"))).await;
    assert_eq!((answer.status, &answer.json()["error"]), (200, &json!("incorrect_client_credentials")));
    assert_eq!(place.token("code=nothing").await["error"], "bad_verification_code");
    assert_eq!(place.token("grant_type=password").await["error"], "unsupported_grant_type");
    assert_eq!(place.token("grant_type=refresh_token&refresh_token=x").await["error"], "bad_refresh_token");
}

#[tokio::test]
async fn a_code_is_bound_to_verifier_redirect_uri_and_time() {
    let place = Place::new();
    let code = place.code(OCTOCAT, "").await;
    let wrong = redeem(&code).replace("dBjft", "eBjft");
    assert_eq!(place.token(&wrong).await["error"], "bad_verification_code");
    let code = place.code(OCTOCAT, "").await;
    let wrong = redeem(&code).replace("/callback", "/x");
    assert_eq!(place.token(&wrong).await["error"], "redirect_uri_mismatch");
    let code = place.code(OCTOCAT, "").await;
    place.advance(600_000);
    assert_eq!(place.token(&redeem(&code)).await["error"], "bad_verification_code");
}

#[tokio::test]
async fn expiring_tokens_rotate_and_kill_the_old_pair() {
    let place = Place::new();
    let code = place.code(OCTOCAT, "read:user offline_access").await;
    let first = place.token(&redeem(&code)).await;
    assert_eq!(first["expires_in"], 28_800);
    assert_eq!(first["refresh_token_expires_in"], 15_897_600);
    assert_eq!(first["scope"], "read:user");
    let form = format!("grant_type=refresh_token&refresh_token={}", first["refresh_token"].as_str().unwrap());
    let second = place.token(&form).await;
    let bearer = |body: &Value| format!("Bearer {}", body["access_token"].as_str().unwrap());
    assert_eq!(place.get("/user", &bearer(&first)).await.status, 401);
    assert_eq!(place.get("/user", &bearer(&second)).await.status, 200);
    assert_eq!(place.token(&form).await["error"], "bad_refresh_token");
    place.advance(28_800_000);
    assert_eq!(place.get("/user", &bearer(&second)).await.status, 401);
    assert_eq!(place.github.tokens_of(OCTOCAT), 0);
}

#[tokio::test]
async fn the_eleventh_token_drops_the_oldest() {
    let place = Place::new();
    let first = place.sign_in(OCTOCAT, "").await;
    for _ in 0..10 {
        place.sign_in(OCTOCAT, "").await;
    }
    assert_eq!(place.github.tokens_of(OCTOCAT), 10);
    assert_eq!(place.get("/user", &format!("Bearer {first}")).await.status, 401);
}
