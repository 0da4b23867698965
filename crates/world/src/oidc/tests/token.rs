use super::*;

#[tokio::test]
async fn a_code_becomes_tokens_once_and_a_second_use_kills_them() {
    let place = Place::new();
    let code = place.code(ADA, &query("openid profile unknown")).await;
    let answer = place.ask("/token", &redeem(&code)).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!((&tokens["expires_in"], &tokens["scope"]), (&json!(3600), &json!("openid profile")));
    assert_eq!(tokens["refresh_token"], Value::Null);
    assert_eq!(place.oidc.tokens_of(ADA), 1);
    assert_eq!(place.refused(&redeem(&code)).await, (400, "invalid_grant".into()));
    assert_eq!(place.oidc.tokens_of(ADA), 0);
    assert_eq!(place.userinfo(&tokens).await.status, 401);
}

#[tokio::test]
async fn the_id_token_says_what_it_must() {
    let place = Place::new();
    let code = place.code(ADA, &query("openid")).await;
    place.advance(2_000);
    let tokens = place.ask("/token", &redeem(&code)).await.json();
    let token = Token::read(tokens["id_token"].as_str().unwrap());
    assert_eq!(token.header, json!({ "typ": "JWT", "alg": "ES256", "kid": "key-1" }));
    let digest = <sha2::Sha256 as sha2::Digest>::digest(tokens["access_token"].as_str().unwrap());
    let at_hash = URL_SAFE_NO_PAD.encode(&digest[..16]);
    let wanted = json!({
        "iss": ISSUER, "sub": ADA, "aud": "client", "azp": "client", "nonce": "n-1", "at_hash": at_hash,
        "auth_time": NOW, "iat": NOW + 2, "nbf": NOW + 2, "exp": NOW + 302,
    });
    assert_eq!(token.claims, wanted);
    assert!(token.is_good(&place.jwks().await));
}

#[tokio::test]
async fn a_code_is_bound_to_client_verifier_redirect_uri_and_time() {
    let place = Place::new();
    for (right, wrong) in [
        ("dBjft", "eBjft"),
        (VERIFIER, ""),
        ("callback", "callback2"),
        ("redirect_uri", "x"),
        ("code=code", "code=node"),
    ] {
        let code = place.code(ADA, &query("openid")).await;
        let form = redeem(&code).replace(right, wrong);
        assert_eq!(place.refused(&form).await, (400, "invalid_grant".into()), "{wrong}");
    }
    let code = place.code(ADA, &query("openid").replace("client_id=client", "client_id=other")).await;
    assert_eq!(place.refused(&redeem(&code)).await.1, "invalid_grant");
    let code = place.code(ADA, &query("openid")).await;
    place.advance(60_000);
    assert_eq!(place.refused(&redeem(&code)).await.1, "invalid_grant");
}

#[tokio::test]
async fn a_malformed_request_is_refused() {
    let place = Place::new();
    for (form, error) in [
        ("code=x", "invalid_request"),
        ("grant_type=password", "unsupported_grant_type"),
        ("grant_type=authorization_code", "invalid_request"),
        ("grant_type=refresh_token", "invalid_request"),
        ("grant_type=refresh_token&grant_type=refresh_token", "invalid_request"),
        ("grant_type=refresh_token&refresh_token=x", "invalid_grant"),
    ] {
        assert_eq!(place.refused(form).await, (400, error.into()), "{form}");
    }
    let call = Call::new("POST", "/realms/one/token").json(&json!({ "grant_type": "authorization_code" }));
    assert_eq!(place.send(call).await.json()["error"], "invalid_request");
    assert_eq!(place.get("/token").await.status, 405);
}

#[tokio::test]
async fn a_client_proves_itself_in_the_way_it_is_registered_for() {
    let place = Place::new();
    let form = "grant_type=refresh_token&refresh_token=x";
    let ask = async |pair: &str, form: &str| {
        let basic = format!("Basic {}", STANDARD.encode(pair));
        let answer = place.send(Call::new("POST", "/realms/one/token").auth(&basic).form(form)).await;
        (answer.json()["error"].as_str().unwrap().to_owned(), answer.header("www-authenticate").to_owned())
    };
    let challenge = "Basic realm=\"openid\"".to_owned();
    let right = "basic+client:se%3Acret%2B";
    assert_eq!(ask(right, form).await, ("invalid_grant".into(), String::new()));
    for wrong in ["basic client:se:cret+", "basic+client:x", "client:se%3Acret%2B", "nobody:x", "x"] {
        assert_eq!(ask(wrong, form).await, ("invalid_client".into(), challenge.clone()), "{wrong}");
    }
    for more in ["client_secret=x", "client_id=other"] {
        assert_eq!(ask(right, &format!("{form}&{more}")).await.0, "invalid_request", "{more}");
    }
    let post = "client_id=basic+client&client_secret=se:cret%2B";
    for wrong in [post, "client_id=client&client_secret=x", "client_id=client", ""] {
        let call = Call::new("POST", "/realms/one/token").form(&format!("{form}&{wrong}"));
        let answer = place.send(call).await;
        assert_eq!((answer.status, &answer.json()["error"]), (401, &json!("invalid_client")), "{wrong}");
    }
}

#[tokio::test]
async fn offline_access_needs_consent() {
    let place = Place::new();
    let tokens = place.sign_in(&query("openid offline_access")).await;
    assert_eq!((&tokens["refresh_token"], &tokens["scope"]), (&Value::Null, &json!("openid")));
    let tokens = place.sign_in(&offline()).await;
    assert!(tokens["refresh_token"].is_string());
    assert_eq!(tokens["scope"], "openid offline_access");
}

#[tokio::test]
async fn refresh_tokens_rotate_and_a_second_use_kills_the_grant() {
    let place = Place::new();
    let first = place.sign_in(&offline()).await;
    place.advance(5_000);
    let second = place.ask("/token", &renew(&first)).await.json();
    let token = Token::read(second["id_token"].as_str().unwrap());
    assert_eq!((&token.claims["nonce"], &token.claims["auth_time"]), (&Value::Null, &json!(NOW)));
    assert_eq!(token.claims["iat"], NOW + 5);
    assert_eq!(place.userinfo(&second).await.status, 200);
    assert_eq!(place.refused(&renew(&first)).await, (400, "invalid_grant".into()));
    assert_eq!(place.refused(&renew(&second)).await.1, "invalid_grant");
    assert_eq!(place.userinfo(&second).await.status, 401);
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_and_not_for_more() {
    let place = Place::new();
    let tokens = place.sign_in(&offline().replace("openid", "openid%20email")).await;
    let less = place.ask("/token", &format!("{}&scope=openid", renew(&tokens))).await.json();
    assert_eq!(less["scope"], "openid");
    let more = format!("{}&scope=openid+groups", renew(&less));
    assert_eq!(place.refused(&more).await, (400, "invalid_scope".into()));
}

#[tokio::test]
async fn refresh_tokens_end_with_time_grant_and_account() {
    let place = Place::new();
    let tokens = place.sign_in(&offline()).await;
    place.oidc.revoke_grants(ADA);
    assert_eq!(place.refused(&renew(&tokens)).await.1, "invalid_grant");
    let tokens = place.sign_in(&offline()).await;
    place.advance(3_600_000);
    assert_eq!(place.oidc.tokens_of(ADA), 0);
    assert_eq!(place.userinfo(&tokens).await.status, 401);
    place.advance(30 * 86_400_000);
    assert_eq!(place.refused(&renew(&tokens)).await.1, "invalid_grant");
    let tokens = place.sign_in(&offline()).await;
    place.oidc.remove(ADA);
    assert_eq!(place.refused(&renew(&tokens)).await.1, "invalid_grant");
}
