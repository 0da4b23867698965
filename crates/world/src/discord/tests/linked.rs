use serde_json::json;

use super::*;

const LINKED: u64 = 800;

/// A place whose linked role asks for one field of a type, and Ada's token.
async fn place(kind: u8, value: i64) -> (Place, String) {
    let place = Place::new();
    let field = json!([{ "type": kind, "key": "k", "name": "Thing", "description": "A thing" }]);
    assert_eq!(place.register(&field).await.status, 200);
    link(&place, vec![vec![Condition::Field { key: "k".into(), value }]]);
    let (bearer, _) = place.sign_in(ADA, "role_connections.write").await;
    (place, bearer)
}

fn link(place: &Place, any_of: Vec<Vec<Condition>>) {
    let linked = Some(LinkedRule { application: APP, any_of });
    place.discord.role(GUILD, Role { id: LINKED, name: "Linked".into(), linked, ..Role::default() });
}

/// Whether a pushed value lets Ada claim the role.
async fn passes(kind: u8, wanted: i64, value: &str) -> bool {
    let (place, bearer) = place(kind, wanted).await;
    place.push(&bearer, &json!({ "metadata": { "k": value } })).await;
    place.discord.claim(GUILD, ADA, LINKED).is_ok()
}

#[tokio::test]
async fn integers_and_booleans_compare_as_documented() {
    for (kind, wanted, value, holds) in [
        (1, 5, "5", true),
        (1, 5, "6", false),
        (2, 5, "5", true),
        (2, 5, "4", false),
        (3, 5, "5", true),
        (3, 5, "4", false),
        (4, 5, "4", true),
        (4, 5, "5", false),
        (7, 1, "1", true),
        (7, 1, "0", false),
        (7, 1, "true", false),
        (8, 1, "0", true),
        (8, 1, "1", false),
        (8, 1, "false", false),
        (2, 5, "many", false),
    ] {
        assert_eq!(passes(kind, wanted, value).await, holds, "type {kind}: {value} against {wanted}");
    }
}

#[tokio::test]
async fn dates_compare_as_ages() {
    // The clock stands at 2026-09-21T14:13:20Z.
    for (kind, value, holds) in [
        (5, "2026-09-20", true),
        (5, "2026-09-01T00:00:00Z", false),
        (5, "2027-01-01", true),
        (6, "2026-09-20", false),
        (6, "2026-09-01T00:00:00+02:00", true),
        (6, "2027-01-01", false),
        (6, "2026-09-11T14:13:20Z", true),
        (5, "2026-09-11T14:13:20Z", true),
        (6, "long ago", false),
    ] {
        assert_eq!(passes(kind, 10, value).await, holds, "type {kind}: {value}");
    }
}

#[tokio::test]
async fn true_and_numbers_are_taken_as_text_and_true_never_matches() {
    let (place, bearer) = place(7, 1).await;
    assert_eq!(
        place.push(&bearer, &json!({ "metadata": { "k": true } })).await.json()["metadata"]["k"],
        "true"
    );
    assert_eq!(place.discord.claim(GUILD, ADA, LINKED), Err(ClaimRefusal::DoesNotQualify));
    place.push(&bearer, &json!({ "metadata": { "k": 1 } })).await;
    assert_eq!(place.discord.claim(GUILD, ADA, LINKED), Ok(()));
}

#[tokio::test]
async fn one_group_must_hold_whole() {
    let (place, bearer) = place(2, 0).await;
    let field = |value| Condition::Field { key: "k".into(), value };
    let unknown = Condition::Field { key: "other".into(), value: 1 };
    place.push(&bearer, &json!({ "metadata": { "k": "5", "other": "1" } })).await;
    for (any_of, holds) in [
        (vec![vec![field(6)], vec![field(5)]], true),
        (vec![vec![field(5), field(6)]], false),
        (vec![vec![field(5), unknown]], false),
        (vec![vec![Condition::Connected]], true),
        (vec![], false),
    ] {
        link(&place, any_of.clone());
        assert_eq!(place.discord.claim(GUILD, ADA, LINKED).is_ok(), holds, "{any_of:?}");
    }
}

#[tokio::test]
async fn the_first_grant_is_the_members_own_act_and_a_later_push_can_take_it() {
    let (place, bearer) = place(2, 5).await;
    place.push(&bearer, &json!({ "metadata": { "k": "5" } })).await;
    assert!(place.discord.member_roles(GUILD, ADA).is_empty());
    place.discord.claim(GUILD, ADA, LINKED).unwrap();
    assert_eq!(place.discord.member_roles(GUILD, ADA), [LINKED].into());
    place.push(&bearer, &json!({ "metadata": { "k": "4" } })).await;
    assert!(place.discord.member_roles(GUILD, ADA).is_empty());
}

#[tokio::test]
async fn deleting_the_connection_takes_the_role_unless_discord_never_revokes() {
    let (place, bearer) = place(2, 5).await;
    let push = json!({ "metadata": { "k": "5" } });
    let delete = || Call::new("DELETE", &connection_path(APP)).auth(&bearer);
    place.push(&bearer, &push).await;
    place.discord.claim(GUILD, ADA, LINKED).unwrap();
    place.discord.never_revokes(true);
    place.send(delete()).await;
    assert_eq!(place.discord.member_roles(GUILD, ADA), [LINKED].into());
    place.discord.never_revokes(false);
    place.send(delete()).await;
    assert!(place.discord.member_roles(GUILD, ADA).is_empty());
}

#[tokio::test]
async fn a_claim_is_refused_for_its_reason() {
    let (place, bearer) = place(2, 5).await;
    let claim = |guild, user, role| place.discord.claim(guild, user, role).unwrap_err();
    place.discord.user(13, "Eve");
    assert_eq!(claim(9, ADA, LINKED), ClaimRefusal::NoGuild);
    assert_eq!(claim(GUILD, 13, LINKED), ClaimRefusal::NotAMember);
    assert_eq!(claim(GUILD, ADA, 9), ClaimRefusal::NoRole);
    assert_eq!(claim(GUILD, ADA, ROLE), ClaimRefusal::NotLinked);
    assert_eq!(claim(GUILD, ADA, LINKED), ClaimRefusal::NotConnected);
    place.push(&bearer, &json!({ "metadata": { "k": "4" } })).await;
    assert_eq!(claim(GUILD, ADA, LINKED), ClaimRefusal::DoesNotQualify);
    place.discord.application(Application { verification_url: None, ..app(APP, "bot-token") });
    assert_eq!(claim(GUILD, ADA, LINKED), ClaimRefusal::NoVerificationUrl);
    place.discord.remove_bot(GUILD, APP);
    assert_eq!(claim(GUILD, ADA, LINKED), ClaimRefusal::NoBot);
}
