use super::*;

#[tokio::test]
async fn a_scope_opens_its_claims() {
    let place = Place::new();
    let roles = json!({ "roles": ["brewer"] });
    let tokens = place.sign_in(&query("openid")).await;
    assert_eq!(place.userinfo(&tokens).await.json(), json!({ "sub": ADA, "realm_access": roles }));
    let tokens = place.sign_in(&query("openid profile email groups")).await;
    let wanted = json!({
        "sub": ADA, "realm_access": roles, "preferred_username": "ada", "name": "Ada Lovelace",
        "updated_at": NOW - 5, "email": "ada@example.org", "email_verified": true,
        "groups": ["staff", "cn=x,ou=y"],
    });
    assert_eq!(place.userinfo(&tokens).await.json(), wanted);
}

#[tokio::test]
async fn what_an_account_has_not_is_absent() {
    let place = Place::new();
    let code = place.code(BOB, &query("openid profile email")).await;
    let tokens = place.ask("/token", &redeem(&code)).await.json();
    let wanted = json!({ "sub": BOB, "preferred_username": "bob", "updated_at": 0 });
    assert_eq!(place.userinfo(&tokens).await.json(), wanted);
}

#[tokio::test]
async fn a_change_shows_at_the_next_look() {
    let place = Place::new();
    let tokens = place.sign_in(&query("openid groups")).await;
    place.oidc.change(ADA, |account| {
        account.groups.clear();
        account.sub = "renamed".into();
    });
    place.oidc.change("nobody", |account| account.groups.clear());
    let body = place.userinfo(&tokens).await.json();
    assert_eq!((&body["sub"], &body["groups"]), (&json!(ADA), &json!([])));
    place.oidc.remove(ADA);
    assert_eq!(place.userinfo(&tokens).await.status, 401);
}

#[tokio::test]
async fn only_a_live_bearer_token_is_taken() {
    let place = Place::new();
    let none = place.get("/userinfo").await;
    assert_eq!((none.status, none.header("www-authenticate")), (401, "Bearer realm=\"openid\""));
    let tokens = place.sign_in(&query("openid")).await;
    let access = tokens["access_token"].as_str().unwrap();
    for auth in ["Bearer x".to_owned(), format!("Token {access}"), access.to_owned()] {
        let answer = place.send(Call::new("GET", "/realms/one/userinfo").auth(&auth)).await;
        assert_eq!(answer.status, 401, "{auth}");
        assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""), "{auth}");
    }
    let call = Call::new("POST", "/realms/one/userinfo").auth(&format!("bearer {access}"));
    assert_eq!(place.send(call).await.status, 200);
}

#[tokio::test]
async fn it_may_name_another_subject_or_none() {
    let place = Place::new();
    let tokens = place.sign_in(&query("openid")).await;
    place.oidc.lie(UserinfoLie::SubjectOther);
    assert_eq!(place.userinfo(&tokens).await.json()["sub"], "not-ada-1");
    place.oidc.honest();
    place.oidc.lie(UserinfoLie::SubjectMissing);
    assert_eq!(place.userinfo(&tokens).await.json()["sub"], Value::Null);
}

#[tokio::test]
async fn it_may_be_signed() {
    let place = Place::new();
    let tokens = place.sign_in(&query("openid")).await;
    for (lie, good) in [(UserinfoLie::Signed, true), (UserinfoLie::SignedBroken, false)] {
        place.oidc.honest();
        place.oidc.lie(lie);
        let answer = place.userinfo(&tokens).await;
        assert_eq!(answer.header("content-type"), "application/jwt");
        let token = Token::read(&answer.body);
        let told = ["iss", "aud", "sub"].map(|name| token.claims[name].as_str().unwrap().to_owned());
        assert_eq!(told, [ISSUER, "client", ADA]);
        assert_eq!(token.is_good(&place.jwks().await), good);
    }
}
