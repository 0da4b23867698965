use super::*;

const INVALID: &str = "invalid_request";
const DEAD_CODE: &str = "Value passed for the authorization code was invalid.";
const DEAD_TOKEN: &str = "Value passed for the token was invalid.";

fn dead(text: &str) -> (u16, String, String) {
    (400, INVALID.to_owned(), text.to_owned())
}

#[tokio::test]
async fn a_code_becomes_tokens_once() {
    let place = Place::new();
    let code = place.code(ADA, SCOPES).await;
    let answer = place.token(&redeem(&code)).await;
    let body = answer.json();
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(7200)));
    assert_eq!(body["scope"], SCOPES);
    assert_eq!((place.x.tokens_of(ADA), place.x.refresh_tokens_of(ADA)), (1, 1));
    assert_eq!(place.get("/2/users/me", &bearer(&body)).await.status, 200);
    assert_eq!(refusal(&place.token(&redeem(&code)).await), dead(DEAD_CODE));
    assert_eq!((place.x.tokens_of(ADA), place.x.refresh_tokens_of(ADA)), (0, 0), "a code used twice leaked");
}

#[tokio::test]
async fn there_is_no_refresh_token_without_offline_access() {
    let place = Place::new();
    let body = place.sign_in(ADA, "users.read tweet.read").await;
    assert_eq!(body.get("refresh_token"), None);
    assert_eq!((place.x.tokens_of(ADA), place.x.refresh_tokens_of(ADA)), (1, 0));
}

#[tokio::test]
async fn a_code_lives_thirty_seconds() {
    let place = Place::new();
    let code = place.code(ADA, SCOPES).await;
    place.advance(29_999);
    assert_eq!(place.token(&redeem(&code)).await.status, 200);
    let code = place.code(ADA, SCOPES).await;
    place.advance(30_000);
    assert_eq!(refusal(&place.token(&redeem(&code)).await), dead(DEAD_CODE));
}

#[tokio::test]
async fn a_code_is_bound_to_verifier_redirect_uri_and_app() {
    let place = Place::new();
    for (right, wrong, what) in [
        ("dBjft", "eBjft", "code verifier"),
        ("&code_verifier", "&other", "code verifier"),
        ("/callback", "/x", "redirect uri"),
        ("&redirect_uri", "&other", "redirect uri"),
    ] {
        let whole = redeem(&place.code(ADA, SCOPES).await);
        let answer = refusal(&place.token(&whole.replace(right, wrong)).await);
        assert!(answer.0 == 400 && answer.1 == INVALID && answer.2.contains(what), "{answer:?}");
        assert_eq!(refusal(&place.token(&whole).await), dead(DEAD_CODE), "it is used up");
    }
    let whole = redeem(&place.code(ADA, SCOPES).await);
    let other = Call::new("POST", "/2/oauth2/token").auth(OTHER_BASIC).form(&whole);
    assert_eq!(refusal(&place.send(other).await), dead(DEAD_CODE));
    assert_eq!(place.token(&whole).await.status, 200, "another app cannot use it up");
}

#[tokio::test]
async fn apps_authenticate_with_http_basic() {
    let place = Place::new();
    let whole = redeem(&place.code(ADA, SCOPES).await);
    let post = |path| Call::new("POST", path);
    let in_body = format!("{whole}&client_id=client&client_secret=secret");
    for path in ["/2/oauth2/token", "/2/oauth2/revoke"] {
        let answer = refusal(&place.send(post(path).form(&in_body)).await);
        assert_eq!(answer.1, "unauthorized_client");
        assert_eq!((answer.0, answer.2.as_str()), (401, "Missing valid authorization header"));
        let wrong = post(path).auth("Basic Y2xpZW50Ong=").form(&whole);
        assert_eq!(place.send(wrong).await.json()["error"], "invalid_client");
        let foreign = post(path).auth(BASIC).form(&format!("{whole}&client_id=other"));
        assert_eq!(place.send(foreign).await.json()["error"], "invalid_client");
        let as_json = post(path).auth(BASIC).json(&json!({ "grant_type": "refresh_token" }));
        assert_eq!(refusal(&place.send(as_json).await).1, INVALID);
    }
    assert_eq!(place.token(&format!("{whole}&client_id=client")).await.status, 200);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let place = Place::new();
    for (form, name) in [
        ("", "grant_type"),
        ("grant_type=authorization_code", "code"),
        ("grant_type=refresh_token", "refresh_token"),
    ] {
        let (status, error, text) = refusal(&place.token(form).await);
        assert_eq!((status, error.as_str()), (400, INVALID));
        assert_eq!(text, format!("Missing required parameter [{name}]."));
    }
    assert_eq!(refusal(&place.token("grant_type=password").await).1, "unsupported_grant_type");
    assert_eq!(refusal(&place.token("grant_type=a&grant_type=a").await).1, INVALID);
}

#[tokio::test]
async fn refreshing_rotates_and_kills_the_old_pair() {
    let place = Place::new();
    let first = place.sign_in(ADA, SCOPES).await;
    let second = place.refresh(&first).await.json();
    assert_eq!(second["scope"], SCOPES);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(place.get("/2/users/me", &bearer(&first)).await.status, 401);
    assert_eq!(place.get("/2/users/me", &bearer(&second)).await.status, 200);
    place.advance(7_200_000);
    assert_eq!(place.get("/2/users/me", &bearer(&second)).await.status, 401);
    assert_eq!(place.x.tokens_of(ADA), 0);
    assert_eq!(place.refresh(&second).await.status, 200, "the refresh token outlives it");
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_sign_in() {
    let place = Place::new();
    let other = place.sign_in(ADA, SCOPES).await;
    let first = place.sign_in(ADA, SCOPES).await;
    let second = place.refresh(&first).await.json();
    assert_eq!(refusal(&place.refresh(&first).await), dead(DEAD_TOKEN));
    assert_eq!(place.get("/2/users/me", &bearer(&second)).await.status, 401);
    assert_eq!(refusal(&place.refresh(&second).await), dead(DEAD_TOKEN));
    assert_eq!(place.get("/2/users/me", &bearer(&other)).await.status, 200, "other sign-ins go on");
}

#[tokio::test]
async fn a_refresh_token_belongs_to_its_app_and_ends() {
    let place = Place::new();
    let tokens = place.sign_in(ADA, SCOPES).await;
    let form = format!("grant_type=refresh_token&refresh_token={}", text(&tokens, "refresh_token"));
    let other = Call::new("POST", "/2/oauth2/token").auth(OTHER_BASIC).form(&form);
    assert_eq!(refusal(&place.send(other).await), dead(DEAD_TOKEN));
    place.advance(180 * 86_400_000);
    assert_eq!(refusal(&place.token(&form).await), dead(DEAD_TOKEN));
}

#[tokio::test]
async fn an_app_gives_tokens_back() {
    let place = Place::new();
    let tokens = place.sign_in(ADA, SCOPES).await;
    let revoke = |name: &str, auth: &str| {
        let form = format!("token={}", text(&tokens, name));
        Call::new("POST", "/2/oauth2/revoke").auth(auth).form(&form)
    };
    let counts = || (place.x.tokens_of(ADA), place.x.refresh_tokens_of(ADA));
    place.send(revoke("refresh_token", OTHER_BASIC)).await;
    assert_eq!(counts(), (1, 1), "another app's are not its to give back");
    let answer = place.send(revoke("access_token", BASIC)).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "revoked": true })));
    assert_eq!(counts(), (0, 1), "an access token dies alone");
    let second = place.refresh(&tokens).await.json();
    let form = format!("token={}", text(&second, "refresh_token"));
    place.send(Call::new("POST", "/2/oauth2/revoke").auth(BASIC).form(&form)).await;
    assert_eq!(counts(), (0, 0), "a refresh token dies with all of its sign-in");
    let again = place.send(Call::new("POST", "/2/oauth2/revoke").auth(BASIC).form(&form)).await;
    assert_eq!(again.status, 200);
    let nothing = Call::new("POST", "/2/oauth2/revoke").auth(BASIC).form("");
    assert_eq!(refusal(&place.send(nothing).await).2, "Missing required parameter [token].");
}

#[tokio::test]
async fn owners_and_the_site_end_sign_ins() {
    let place = Place::new();
    let tokens = place.sign_in(ADA, SCOPES).await;
    place.x.revoke_grants(ADA);
    assert_eq!(place.get("/2/users/me", &bearer(&tokens)).await.status, 401);
    assert_eq!(refusal(&place.refresh(&tokens).await), dead(DEAD_TOKEN));
    let tokens = place.sign_in(ADA, SCOPES).await;
    place.x.suspend(ADA);
    assert_eq!(place.get("/2/users/me", &bearer(&tokens)).await.status, 403);
    assert_eq!(refusal(&place.refresh(&tokens).await), dead(DEAD_TOKEN));
    let code = place.code(GRACE, SCOPES).await;
    place.x.remove(GRACE);
    assert_eq!(refusal(&place.token(&redeem(&code)).await), dead(DEAD_CODE));
}
