use super::*;

#[tokio::test]
async fn an_access_token_dies_alone_and_a_refresh_token_with_all() {
    let place = Place::new();
    let first = place.sign_in(&offline()).await;
    let access = format!("token={}", first["access_token"].as_str().unwrap());
    assert_eq!(place.ask("/revoke", &access).await.status, 200);
    assert_eq!(place.userinfo(&first).await.status, 401);
    let second = place.ask("/token", &renew(&first)).await.json();
    let refresh =
        format!("token={}&token_type_hint=refresh_token", second["refresh_token"].as_str().unwrap());
    assert_eq!(place.ask("/revoke", &refresh).await.status, 200);
    assert_eq!(place.userinfo(&second).await.status, 401);
    assert_eq!(place.refused(&renew(&second)).await.1, "invalid_grant");
}

#[tokio::test]
async fn unknown_tokens_are_fine_and_foreign_ones_are_not() {
    let place = Place::new();
    assert_eq!(place.ask("/revoke", "token=x").await.status, 200);
    assert_eq!(place.ask("/revoke", "").await.json()["error"], "invalid_request");
    let tokens = place.sign_in(&query("openid")).await;
    let form = format!("token={}", tokens["access_token"].as_str().unwrap());
    let other = format!("client_id=other&client_secret=se:cret%2B&{form}");
    let answer = place.send(Call::new("POST", "/realms/one/revoke").form(&other)).await;
    assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_grant")));
    let answer = place.send(Call::new("POST", "/realms/one/revoke").form(&form)).await;
    assert_eq!(answer.status, 401);
    assert_eq!(place.oidc.tokens_of(ADA), 1);
}

#[tokio::test]
async fn introspection_tells_a_client_about_its_own_tokens() {
    let place = Place::new();
    let tokens = place.sign_in(&offline()).await;
    let access = format!("token={}", tokens["access_token"].as_str().unwrap());
    let wanted = json!({
        "active": true, "iss": ISSUER, "sub": ADA, "client_id": "client", "scope": "openid offline_access",
        "exp": NOW + 3600, "token_type": "Bearer",
    });
    assert_eq!(place.ask("/introspect", &access).await.json(), wanted);
    let refresh = format!("token={}", tokens["refresh_token"].as_str().unwrap());
    let body = place.ask("/introspect", &refresh).await.json();
    assert_eq!((&body["token_type"], &body["exp"]), (&json!("refresh_token"), &json!(NOW + 30 * 86_400)));
    let other = format!("client_id=other&client_secret=se:cret%2B&{access}");
    let answer = place.send(Call::new("POST", "/realms/one/introspect").form(&other)).await;
    assert_eq!(answer.json(), json!({ "active": false }));
    place.advance(3_600_000);
    assert_eq!(place.ask("/introspect", &access).await.json(), json!({ "active": false }));
    assert_eq!(place.ask("/introspect", "").await.status, 400);
}
