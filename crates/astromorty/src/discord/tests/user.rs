//! What a user's own token does.

use super::*;

#[tokio::test]
async fn signing_in_gives_tokens_and_a_name() {
    let place = Place::new();
    let tokens = place.sign_in().await;
    assert_eq!(tokens.scopes, ["guilds", "identify", "role_connections.write"]);
    assert!(tokens.refresh.is_some());
    let authorization = place.run(place.discord.authorization(&tokens.access)).await.unwrap();
    assert_eq!(authorization.application, place.discord.application_id());
    let user = authorization.user.unwrap();
    assert_eq!((user.id, user.name.as_str()), (ada(), "Ada"));
    assert!(authorization.expires_at > place.clock.now());
    let guilds = place.discord.user_guilds(&tokens.access, Priority::Interactive);
    let names: Vec<_> = place.run(guilds).await.unwrap().into_iter().map(|guild| guild.name).collect();
    assert_eq!(names, ["Café"]);
}

#[tokio::test]
async fn the_page_to_agree_on_is_asked_for_by_the_book() {
    let place = Place::new();
    let url = place.discord.authorize_url("a b&c", CHALLENGE, BACK);
    assert_eq!(
        url.as_str(),
        "http://localhost/oauth2/authorize?response_type=code&client_id=1000\
         &scope=identify%20guilds%20role_connections.write\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fauth%2Fdiscord%2Fcallback\
         &state=a%20b%26c&prompt=consent\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
}

#[tokio::test]
async fn codes_and_refresh_tokens_work_once() {
    let place = Place::new();
    let code = place.code().await;
    let first = place.run(place.discord.exchange(&code, VERIFIER, BACK)).await.unwrap();
    let again = place.run(place.discord.exchange(&code, VERIFIER, BACK)).await;
    assert_eq!(again, Err(DiscordError::InvalidGrant));

    let tokens = place.sign_in().await;
    let refresh = tokens.refresh.unwrap();
    let next = place.run(place.discord.refresh(&refresh)).await.unwrap();
    assert_ne!(next.refresh, Some(refresh.clone()));
    let before = place.requests();
    let again = place.run(place.discord.refresh(&refresh)).await;
    assert_eq!(again, Err(DiscordError::InvalidGrant));
    assert_eq!(place.requests(), before + 1, "a dead refresh token is never tried twice");
    drop(first);
}

#[tokio::test]
async fn a_code_of_another_browser_is_refused() {
    let place = Place::new();
    let code = place.code().await;
    let wrong = CHALLENGE;
    let stolen = place.run(place.discord.exchange(&code, wrong, BACK)).await;
    assert_eq!(stolen, Err(DiscordError::InvalidGrant));
}

#[tokio::test]
async fn revoking_ends_all_tokens() {
    let place = Place::new();
    let tokens = place.sign_in().await;
    place.run(place.discord.revoke(&tokens.access)).await.unwrap();
    let dead = place.run(place.discord.authorization(&tokens.access)).await;
    assert_eq!(dead, Err(DiscordError::TokenDead));
    // The bot is somebody else.
    place.give(ROLE, Priority::Interactive).await.unwrap();
}

#[tokio::test]
async fn a_role_connection_is_pushed_read_and_removed() {
    let place = Place::new();
    let record = serde_json::json!({
        "type": 2, "key": "github_followers", "name": "Followers", "description": "On GitHub",
    });
    place.run(place.discord.put_metadata_schema(&[record])).await.unwrap();
    let access = place.sign_in().await.access;
    let mut connection = RoleConnection {
        platform_name: Some("GitHub".into()),
        platform_username: Some("octocat".into()),
        ..RoleConnection::default()
    };
    connection.metadata.insert("github_followers".into(), "12".into());
    let put = place.discord.put_role_connection(&access, &connection, Priority::Interactive);
    assert_eq!(place.run(put).await.as_ref(), Ok(&connection));
    let read = place.discord.role_connection(&access, Priority::Interactive);
    assert_eq!(place.run(read).await, Ok(connection));
    let delete = place.discord.delete_role_connection(&access, Priority::Interactive);
    place.run(delete).await.unwrap();
    let read = place.discord.role_connection(&access, Priority::Interactive);
    assert_eq!(place.run(read).await, Ok(RoleConnection::default()));
}

#[tokio::test]
async fn a_wrong_client_secret_is_told_as_such() {
    let place = Place::new();
    place.fault("POST /oauth2/token", FaultKind::Status(401, r#"{"error": "invalid_client"}"#.into()));
    let error = place.run(place.discord.exchange("code", VERIFIER, BACK)).await;
    assert_eq!(error, Err(DiscordError::InvalidClient));
}
