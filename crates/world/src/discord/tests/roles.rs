use super::*;

const PATH: &str = "/guilds/500/members/11/roles/701";

#[tokio::test]
async fn a_role_is_given_and_taken_as_often_as_one_likes() {
    let place = Place::new();
    for _ in 0..2 {
        assert_eq!(place.bot("PUT", PATH).await.status, 204);
        assert_eq!(place.discord.member_roles(GUILD, ADA), [ROLE].into());
    }
    for _ in 0..2 {
        assert_eq!(place.bot("DELETE", PATH).await.status, 204);
        assert!(place.discord.member_roles(GUILD, ADA).is_empty());
    }
    let methods: Vec<_> = place.discord.writes().into_iter().map(|write| write.method).collect();
    assert_eq!(methods, ["PUT", "PUT", "DELETE", "DELETE"]);
}

#[tokio::test]
async fn what_cannot_be_given_has_its_code() {
    let place = Place::new();
    let discord = &place.discord;
    let role = |id, position| Role { id, position, ..Role::default() };
    discord.role(GUILD, role(710, 11));
    discord.role(GUILD, role(711, 10));
    discord.role(GUILD, Role { managed: true, ..role(712, 1) });
    let linked = Some(LinkedRule { application: APP, any_of: vec![] });
    discord.role(GUILD, Role { linked, ..role(713, 1) });
    discord.user(13, "Eve");
    discord.guild(501, "Without the bot", ADA);
    for (path, code) in [
        ("/guilds/500/members/11/roles/710", (403, 50013)),
        ("/guilds/500/members/11/roles/711", (403, 50013)),
        ("/guilds/500/members/11/roles/712", (403, 50013)),
        ("/guilds/500/members/11/roles/713", (403, 50013)),
        ("/guilds/500/members/11/roles/500", (404, 10011)),
        ("/guilds/500/members/11/roles/9", (404, 10011)),
        ("/guilds/500/members/13/roles/701", (404, 10007)),
        ("/guilds/500/members/99/roles/701", (404, 10013)),
        ("/guilds/501/members/11/roles/701", (403, 50001)),
        ("/guilds/9/members/11/roles/701", (404, 10004)),
        ("/guilds/500/members/x/roles/701", (400, 50035)),
    ] {
        for method in ["PUT", "DELETE"] {
            assert_eq!(place.bot(method, path).await.code(), code, "{method} {path}");
        }
    }
    assert!(discord.writes().is_empty());
}

#[tokio::test]
async fn among_equal_positions_the_lower_id_stands_higher() {
    let place = Place::new();
    place.discord.role(GUILD, Role { id: u64::MAX, position: 10, ..Role::default() });
    let path = format!("/guilds/500/members/11/roles/{}", u64::MAX);
    assert_eq!(place.bot("PUT", &path).await.status, 204);
}

#[tokio::test]
async fn the_members_own_rank_does_not_matter() {
    let place = Place::new();
    let permissions = permission::ADMINISTRATOR;
    place.discord.role(GUILD, Role { id: 720, position: 50, permissions, ..Role::default() });
    place.discord.give_by_hand(GUILD, ADA, 720);
    assert_eq!(place.bot("PUT", PATH).await.status, 204);
}

#[tokio::test]
async fn a_bot_without_the_right_may_not() {
    let place = Place::new();
    place.discord.application(app(OTHER_APP, "other-token"));
    place.discord.join(GUILD, OTHER_APP);
    let call = Call::new("PUT", &format!("/api/v10{PATH}")).auth("Bot other-token");
    assert_eq!(place.send(call).await.code(), (403, 50013));
    let permissions = permission::ADMINISTRATOR;
    place.discord.role(GUILD, Role { id: 721, position: 2, permissions, ..Role::default() });
    place.discord.give_by_hand(GUILD, OTHER_APP, 721);
    let call = Call::new("PUT", &format!("/api/v10{PATH}")).auth("Bot other-token");
    assert_eq!(place.send(call).await.code(), (403, 50013), "an administrator is bound by rank");
}

#[tokio::test]
async fn a_person_may_not_with_their_token() {
    let place = Place::new();
    let (bearer, _) = place.sign_in(BOB, "identify").await;
    let call = Call::new("PUT", &format!("/api/v10{PATH}")).auth(&bearer);
    assert_eq!(place.send(call).await.code(), (403, 20002));
    assert_eq!(place.send(Call::new("PUT", &format!("/api/v10{PATH}"))).await.code(), (401, 0));
}

#[tokio::test]
async fn the_audit_reason_is_decoded_and_its_length_checked() {
    let place = Place::new();
    let give = |reason: &str| {
        let call = Call::new("PUT", &format!("/api/v10{PATH}")).auth(BOT);
        call.header("x-audit-log-reason", reason)
    };
    assert_eq!(place.send(give("rule%2012%20v3%20%E2%9C%93")).await.status, 204);
    assert_eq!(place.discord.writes()[0].reason.as_deref(), Some("rule 12 v3 ✓"));
    assert_eq!(place.send(give(&"%E2%9C%93".repeat(512))).await.status, 204);
    for wrong in [&"a".repeat(513), "", "%FF"] {
        assert_eq!(place.send(give(wrong)).await.code(), (400, 50035), "{wrong}");
    }
}

#[tokio::test]
async fn leaving_and_deleting_takes_roles_along() {
    let place = Place::new();
    place.discord.give_by_hand(GUILD, ADA, ROLE);
    place.discord.leave(GUILD, ADA);
    place.discord.join(GUILD, ADA);
    assert!(place.discord.member_roles(GUILD, ADA).is_empty());
    place.discord.give_by_hand(GUILD, ADA, ROLE);
    place.discord.remove_role(GUILD, ROLE);
    assert!(place.discord.member_roles(GUILD, ADA).is_empty());
    assert_eq!(place.bot("PUT", PATH).await.code(), (404, 10011));
}
