use domain::moment::Span;
use domain::token::Secret;
use serde_json::{Value, json};

use super::stage::{NOW, Stage, authorize, tokens};
use crate::app::seam::HttpError;
use crate::platform::{Account, PlatformError};

const BACK: &str = "https://roles.example.org/api/role-connections/github/callback";

fn code() -> Secret {
    Secret::new("code-canary".to_owned())
}

fn verifier() -> Secret {
    Secret::new("verifier-canary".to_owned())
}

async fn exchanged(stage: &Stage) -> Result<domain::token::TokenSet, PlatformError> {
    stage.github().exchange(&code(), &verifier(), BACK).await.map(|bought| bought.tokens)
}

#[test]
fn the_browser_takes_state_and_challenge_along_and_no_scope() {
    let url = authorize(&Stage::default().github(), ("state&1", "challenge"), BACK);
    insta::assert_snapshot!(url, @"https://github.com/login/oauth/authorize?response_type=code&client_id=Iv1.club&redirect_uri=https%3A%2F%2Froles.example.org%2Fapi%2Frole-connections%2Fgithub%2Fcallback&state=state%261&code_challenge=challenge&code_challenge_method=S256&prompt=select_account");
}

#[test]
fn scopes_are_joined_as_the_platform_wants_them() {
    let changes = "authorize = { scopes = [\"b\", \"a\"], scope_separator = \",\" }";
    let url = authorize(&Stage::default().platform(None, changes), ("s", "c"), BACK);
    assert!(url.query_pairs().any(|(name, value)| name == "scope" && value == "a,b"));
}

#[tokio::test]
async fn a_code_buys_tokens() {
    let reply = json!({"access_token": "gho_1", "token_type": "Bearer", "scope": "",
        "expires_in": "28800", "refresh_token": "ghr_1"});
    let stage = Stage::default().json(200, &reply);
    let tokens = exchanged(&stage).await.unwrap();
    assert_eq!(tokens.access.expose(), "gho_1");
    assert_eq!(tokens.refresh.unwrap().expose(), "ghr_1");
    assert_eq!(tokens.expires_at, Some(NOW + Span::hours(8)));
    assert_eq!(stage.lines(), ["POST https://github.com/login/oauth/access_token"]);
    assert_eq!(stage.last().headers()["accept"], "application/json");
    let form = stage.last_form();
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(form["client_id"], "Iv1.club");
    assert_eq!(form["client_secret"], "secret-canary");
    assert_eq!(form["code"], "code-canary");
    assert_eq!(form["code_verifier"], "verifier-canary");
    assert_eq!(form["redirect_uri"], BACK);
}

#[tokio::test]
async fn a_client_may_use_http_basic() {
    let stage = Stage::default().json(200, &json!({"access_token": "t"}));
    let platform = stage.platform(None, "client = { auth = \"basic\" }");
    platform.exchange(&code(), &verifier(), BACK).await.unwrap();
    assert!(!stage.last_form().contains_key("client_secret"));
    let header = stage.last().headers()["authorization"].clone();
    assert_eq!(header, "Basic SXYxLmNsdWI6c2VjcmV0LWNhbmFyeQ==");
    assert!(header.is_sensitive());
}

#[tokio::test]
async fn n_13_a_code_bound_to_another_challenge_buys_nothing() {
    let reply = json!({"error": "bad_verification_code", "error_description": "<b>x</b>"});
    let stage = Stage::default().json(200, &reply);
    assert_eq!(exchanged(&stage).await, Err(PlatformError::InvalidGrant));
}

#[tokio::test]
async fn n_14_an_error_wins_over_everything_beside_it() {
    let errors = [
        ("incorrect_client_credentials", PlatformError::InvalidClient),
        ("redirect_uri_mismatch", PlatformError::InvalidClient),
        ("unverified_user_email", PlatformError::Denied),
        ("access_denied", PlatformError::Denied),
        ("invalid_grant", PlatformError::InvalidGrant),
        ("something_new", PlatformError::Unavailable),
        ("", PlatformError::Unavailable),
    ];
    for (code, error) in errors {
        for status in [200, 400] {
            let reply = json!({"error": code, "access_token": "gho_1"});
            let stage = Stage::default().json(status, &reply);
            assert_eq!(exchanged(&stage).await, Err(error), "{code} with {status}");
        }
    }
}

#[tokio::test]
async fn n_14_a_reply_that_is_no_token_set_is_refused_whole() {
    let replies = [
        "<html><body>Unicorn!</body></html>".to_owned(),
        "access_token=gho_1&token_type=bearer".to_owned(),
        String::new(),
        "[]".to_owned(),
        "null".to_owned(),
        "{\"access_token\":".to_owned(),
        "[".repeat(100_000),
        json!({}).to_string(),
        json!({"access_token": null}).to_string(),
        json!({"access_token": ""}).to_string(),
        json!({"access_token": 7}).to_string(),
        json!({"access_token": "a b"}).to_string(),
        json!({"access_token": "t", "token_type": "mac"}).to_string(),
        json!({"access_token": "t", "token_type": 1}).to_string(),
        json!({"access_token": "t", "scope": {"a": 1}}).to_string(),
    ];
    for reply in replies {
        let stage = Stage::default().raw(200, &[], reply.clone());
        assert_eq!(exchanged(&stage).await, Err(PlatformError::Unavailable), "{reply:.60}");
    }
}

#[tokio::test]
async fn n_14_less_scope_than_asked_for_is_refused() {
    let granted = |scope: Value| json!({"access_token": "t", "scope": scope});
    let changes = "authorize = { scopes = [\"read:user\", \"read:org\"] }";
    for scope in [json!("read:user"), json!(""), json!(["read:org"])] {
        let stage = Stage::default().json(200, &granted(scope));
        let platform = stage.platform(None, changes);
        let refused = platform.exchange(&code(), &verifier(), BACK).await;
        assert_eq!(refused.err(), Some(PlatformError::InsufficientScope));
    }
    for scope in [json!("read:org,read:user"), json!(["read:user", "read:org", "more"]), Value::Null] {
        let stage = Stage::default().json(200, &granted(scope));
        let platform = stage.platform(None, changes);
        platform.exchange(&code(), &verifier(), BACK).await.unwrap();
    }
}

#[tokio::test]
async fn a_token_endpoint_that_fails_is_unavailable_and_is_not_asked_twice() {
    for error in [HttpError::Timeout, HttpError::TooLarge, HttpError::NotSent, HttpError::Cut] {
        let stage = Stage::default().fails(error);
        assert_eq!(exchanged(&stage).await, Err(PlatformError::Unavailable));
    }
    for (status, error) in [
        (500, PlatformError::Unavailable),
        (302, PlatformError::Unavailable),
        (404, PlatformError::Unavailable),
        (401, PlatformError::InvalidClient),
    ] {
        let stage = Stage::default().raw(status, &[], "no");
        assert_eq!(exchanged(&stage).await, Err(error), "{status}");
    }
}

#[tokio::test]
async fn f_18_a_refresh_without_a_new_refresh_token_keeps_the_old_one() {
    let old = Secret::new("ghr_old".to_owned());
    let stage = Stage::default()
        .json(200, &json!({"access_token": "gho_2"}))
        .json(200, &json!({"access_token": "gho_3", "refresh_token": "ghr_3"}))
        .json(200, &json!({"error": "bad_refresh_token"}))
        .json(200, &json!({"error": "incorrect_client_credentials"}));
    let github = stage.github();
    assert_eq!(github.refresh(&old, "https://a.example").await.unwrap().refresh, Some(old.clone()));
    assert_eq!(stage.last_form()["refresh_token"], "ghr_old");
    assert_eq!(github.refresh(&old, "https://a.example").await.unwrap().refresh.unwrap().expose(), "ghr_3");
    assert_eq!(github.refresh(&old, "https://a.example").await, Err(PlatformError::InvalidGrant));
    assert_eq!(github.refresh(&old, "https://a.example").await, Err(PlatformError::InvalidClient));
}

#[tokio::test]
async fn the_identity_is_the_lasting_id() {
    let user = json!({"id": 9_007_199_254_740_993_u64, "login": "octocat", "node_id": "U_1"});
    let stage = Stage::default().json(200, &user);
    let account = stage.github().identify(&tokens(), None).await.unwrap();
    let expected = Account {
        subject: "9007199254740993".to_owned(),
        username: "octocat".to_owned(),
        node: Some("U_1".to_owned()),
    };
    assert_eq!(account, expected);
    assert_eq!(stage.lines(), ["GET https://api.github.com/user"]);
    let headers = stage.last().headers().clone();
    assert_eq!(headers["authorization"], "Bearer gho_canary");
    assert_eq!(headers["x-github-api-version"], "2022-11-28");
    assert_eq!(headers["accept"], "application/vnd.github+json");
    assert!(headers["user-agent"].to_str().unwrap().starts_with("Astromorty/"));
    assert!(!format!("{headers:?}").contains("canary"));
}

#[tokio::test]
async fn an_odd_identity_is_refused() {
    let odd = [
        json!({"login": "octocat"}),
        json!({"id": null, "login": "octocat"}),
        json!({"id": -1, "login": "octocat"}),
        json!({"id": 0, "login": "octocat"}),
        json!({"id": 1.5, "login": "octocat"}),
        json!({"id": 1e300, "login": "octocat"}),
        json!({"id": "1 or 1", "login": "octocat"}),
        json!({"id": "", "login": "octocat"}),
        json!({"id": 1}),
        json!({"id": 1, "login": ""}),
        json!({"id": 1, "login": "a".repeat(256)}),
        json!([1]),
    ];
    for user in odd {
        let stage = Stage::default().json(200, &user);
        let refused = stage.github().identify(&tokens(), None).await;
        assert_eq!(refused, Err(PlatformError::Unavailable), "{user}");
        assert!(stage.metrics.render().contains("odd_identity"));
    }
}

#[test]
fn n_10_what_the_browser_brings_back_is_a_class_and_no_text() {
    let github = Stage::default().github();
    assert_eq!(github.refused("access_denied"), PlatformError::Denied);
    assert_eq!(github.refused("application_suspended"), PlatformError::InvalidClient);
    assert_eq!(github.refused("<script>"), PlatformError::Unavailable);
}
