//! What the bot's token does.

use world::discord::{Condition, LinkedRule};

use super::*;

#[tokio::test]
async fn a_role_is_given_seen_and_taken() {
    let place = Place::new();
    place.give(ROLE, Priority::Interactive).await.unwrap();
    let member = place.discord.member(guild(), ada(), Priority::Interactive);
    let member = place.run(member).await.unwrap().unwrap();
    assert!(member.roles.contains(&assignment(ROLE).role));
    assert_eq!(member.joined_at, Some(START));
    let reasons: Vec<_> = place.fake.writes().into_iter().map(|write| write.reason).collect();
    assert_eq!(reasons, [Some("rule 12 v3".to_owned())]);

    let take = place.discord.take_role(assignment(ROLE), "rule 12 v3", Priority::Interactive);
    place.run(take).await.unwrap();
    assert!(place.fake.member_roles(GUILD, ADA).is_empty());
}

#[tokio::test]
async fn f_08_refusals_are_told_apart_by_their_code() {
    let place = Place::without_limits();
    let unknown = |role| place.give(role, Priority::Interactive);
    assert_eq!(refusal(unknown(999).await), Some(Refusal::UnknownRole));
    assert_eq!(refusal(unknown(HIGH_ROLE).await), Some(Refusal::MissingPermission));
    place.fake.leave(GUILD, ADA);
    let gone = refusal(unknown(ROLE).await).unwrap();
    assert_eq!(gone, Refusal::UnknownMember);
    assert!(gone.member_gone());
    let member = place.discord.member(guild(), ada(), Priority::Interactive);
    assert_eq!(place.run(member).await, Ok(None));
    place.fake.remove_bot(GUILD, APP);
    let roles = place.discord.roles(guild(), Priority::Interactive);
    assert!(refusal(place.run(roles).await).unwrap().guild_gone());
}

#[tokio::test]
async fn linked_and_managed_roles_are_known_as_reserved() {
    let place = Place::new();
    let linked = Role {
        linked: Some(LinkedRule { application: APP, any_of: vec![vec![Condition::Connected]] }),
        ..plain_role(703, 4)
    };
    place.fake.role(GUILD, linked);
    let roles = place.discord.roles(guild(), Priority::Interactive);
    let roles = place.run(roles).await.unwrap();
    let reserved = |id: i64| {
        let id = RoleId::new(id).unwrap();
        roles.iter().find(|role| role.id == id).map(GuildRole::reserved)
    };
    assert_eq!(reserved(703), Some(true));
    assert_eq!(reserved(701), Some(false));
    assert!(roles.iter().any(|role| role.tags.bot && role.managed));
    assert!(roles.iter().any(|role| role.id == guild().everyone()));
}

#[tokio::test]
async fn servers_are_listed_page_by_page() {
    let place = Place::new();
    for id in 10_000..10_450 {
        place.fake.guild(id, "Another", BOB);
        place.fake.add_bot(id, APP, 10);
    }
    let guilds = place.run(place.discord.bot_guilds(Priority::Background)).await.unwrap();
    assert_eq!(guilds.len(), 451);
    assert!(guilds.windows(2).all(|pair| pair[0].id < pair[1].id));
    let first = place.run(place.discord.guild(guild(), Priority::Interactive)).await.unwrap();
    assert_eq!((first.name.as_str(), first.owner_id), ("Café", "12".parse().unwrap()));
}

#[tokio::test]
async fn the_application_and_its_schema_are_read_and_written() {
    let place = Place::new();
    let application = place.run(place.discord.application()).await.unwrap();
    assert_eq!(application.redirect_uris, [BACK]);
    assert!(application.role_connections_verification_url.is_some());
    let schema = place.run(place.discord.metadata_schema()).await.unwrap();
    assert!(schema.is_empty());
    let record = serde_json::json!({
        "type": 2, "key": "github_followers", "name": "Followers", "description": "On GitHub",
    });
    let put = place.run(place.discord.put_metadata_schema(&[record])).await.unwrap();
    assert_eq!(put.len(), 1);
    let wrong = serde_json::json!({"type": 9, "key": "Not A Key", "name": "", "description": "x"});
    let error = place.run(place.discord.put_metadata_schema(&[wrong])).await.unwrap_err();
    assert_eq!(error.refusal(), Some(Refusal::InvalidForm));
    assert!(error.to_string().contains("key"), "{error}");
}

#[tokio::test]
async fn f_07_a_refused_bot_token_stops_the_bot_and_a_new_one_starts_it_again() {
    let place = Place::without_limits();
    let tokens = place.sign_in().await;
    place.fault("PUT /guilds", FaultKind::Revoked);
    let first = place.give(ROLE, Priority::Interactive).await;
    assert_eq!(first, Err(DiscordError::TokenDead));
    let before = place.requests();
    let second = place.give(ROLE, Priority::Background).await;
    assert_eq!(second, Err(DiscordError::TokenDead));
    assert_eq!(place.requests(), before, "nothing is sent");
    assert_eq!(place.discord.health().bot_token, Standing::Refused);
    assert!(place.fake.member_roles(GUILD, ADA).is_empty());
    // Users' tokens have nothing to do with it.
    let own = place.discord.authorization(&tokens.access);
    place.run(own).await.unwrap();

    place.discord.replace_bot_token(Secret::new("bot-token".into()));
    place.give(ROLE, Priority::Interactive).await.unwrap();
    assert_eq!(place.discord.health().bot_token, Standing::Accepted);
}

#[tokio::test]
async fn an_exhausted_bucket_puts_background_work_back_and_lets_people_wait() {
    let place = Place::new();
    for _ in 0..10 {
        place.give(ROLE, Priority::Interactive).await.unwrap();
    }
    let put_back = place.give(ROLE, Priority::Background).await.unwrap_err();
    assert!(put_back.retry_at().is_some_and(|then| then > place.clock.now()), "{put_back}");
    place.give(ROLE, Priority::Interactive).await.unwrap();
    assert!(place.fake.log().iter().all(|exchange| exchange.status != 429));
}
