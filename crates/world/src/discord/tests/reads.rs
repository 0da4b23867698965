use serde_json::json;

use super::*;

#[tokio::test]
async fn a_person_and_a_bot_read_themselves() {
    let place = Place::new();
    let (bearer, _) = place.sign_in(ADA, "identify").await;
    let me = place.send(Call::new("GET", "/api/v10/users/@me").auth(&bearer)).await.json();
    assert_eq!((&me["id"], &me["global_name"]), (&json!("11"), &json!("Ada")));
    assert_eq!(me["username"], "ada");
    let bot = place.bot("GET", "/users/@me").await.json();
    assert_eq!((&bot["id"], &bot["bot"]), (&json!("1000"), &json!(true)));
}

#[tokio::test]
async fn a_token_reads_only_what_its_scopes_open() {
    let place = Place::new();
    let (bearer, _) = place.sign_in(ADA, "role_connections.write").await;
    for path in ["/users/@me", "/users/@me/guilds"] {
        let call = Call::new("GET", &format!("/api/v10{path}")).auth(&bearer);
        assert_eq!(place.send(call).await.code(), (403, 50026), "{path}");
    }
}

#[tokio::test]
async fn the_authorization_tells_application_scopes_and_end() {
    let place = Place::new();
    let (bearer, _) = place.sign_in(ADA, "identify guilds").await;
    let body = place.send(Call::new("GET", "/api/v10/oauth2/@me").auth(&bearer)).await.json();
    assert_eq!(body["application"]["id"], "1000");
    assert_eq!(body["scopes"], json!(["identify", "guilds"]));
    assert_eq!(body["expires"], "2026-09-28T14:13:20.000000+00:00");
    assert_eq!(body["user"]["id"], "11");
    let (bearer, _) = place.sign_in(ADA, "guilds").await;
    let body = place.send(Call::new("GET", "/api/v10/oauth2/@me").auth(&bearer)).await.json();
    assert_eq!(body.get("user"), None);
    assert_eq!(place.bot("GET", "/oauth2/@me").await.code(), (403, 20001));
}

#[tokio::test]
async fn servers_are_listed_with_rights_and_in_pages() {
    let place = Place::new();
    for id in [501, 502, 503] {
        place.discord.guild(id, "More", ADA);
    }
    place.discord.guild(504, "Elsewhere", BOB);
    let (bearer, _) = place.sign_in(ADA, "guilds").await;
    let ids = async |query: &str| {
        let path = format!("/api/v10/users/@me/guilds{query}");
        let body = place.send(Call::new("GET", &path).auth(&bearer)).await.json();
        let guilds = body.as_array().unwrap().iter();
        guilds.map(|guild| guild["id"].as_str().unwrap().parse::<u64>().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids("").await, [500, 501, 502, 503]);
    assert_eq!(ids("?limit=2").await, [500, 501]);
    assert_eq!(ids("?after=501&limit=200").await, [502, 503]);
    assert_eq!(ids("?before=503&limit=2").await, [501, 502]);
    let path = "/api/v10/users/@me/guilds?with_counts=true";
    let body = place.send(Call::new("GET", path).auth(&bearer)).await.json();
    assert_eq!((&body[0]["owner"], &body[1]["owner"]), (&json!(false), &json!(true)));
    assert_eq!(body[1]["permissions"], permission::ALL.to_string());
    assert_eq!(body[0]["approximate_member_count"], 3);
    for wrong in ["?limit=0", "?limit=201", "?limit=x", "?after=x", "?limit=1&limit=2"] {
        let call = Call::new("GET", &format!("/api/v10/users/@me/guilds{wrong}")).auth(&bearer);
        assert_eq!(place.send(call).await.code(), (400, 50035), "{wrong}");
    }
    assert_eq!(place.bot("GET", "/users/@me/guilds").await.json()[0]["id"], "500");
}

#[tokio::test]
async fn a_bot_reads_its_application() {
    let place = Place::new();
    place.sign_in(ADA, "identify").await;
    let body = place.bot("GET", "/applications/@me").await.json();
    assert_eq!(body["redirect_uris"], json!([BACK]));
    assert_eq!(body["role_connections_verification_url"], "http://127.0.0.1:8000/verify");
    assert_eq!(body["approximate_guild_count"], 1);
    assert_eq!(body["approximate_user_authorization_count"], 1);
    assert_eq!(body["verify_key"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn a_bot_reads_server_roles_and_members() {
    let place = Place::new();
    place.discord.give_by_hand(GUILD, ADA, ROLE);
    let guild = place.bot("GET", "/guilds/500").await.json();
    assert_eq!((&guild["owner_id"], &guild["name"]), (&json!("12"), &json!("Café <b>")));
    let roles = place.bot("GET", "/guilds/500/roles").await.json();
    let bots = roles.as_array().unwrap().iter().find(|role| role["managed"] == true).unwrap();
    assert_eq!(bots["tags"]["bot_id"], "1000");
    assert_eq!(bots["permissions"], permission::MANAGE_ROLES.to_string());
    assert_eq!(place.bot("GET", "/guilds/500/roles/701").await.json()["name"], "Popular");
    let member = place.bot("GET", "/guilds/500/members/11").await.json();
    assert_eq!(member["roles"], json!(["701"]));
    assert_eq!(member["user"]["id"], "11");
    assert_eq!(member["joined_at"], "2026-09-21T14:13:20.000000+00:00");
}

#[tokio::test]
async fn a_linked_role_shows_its_tag_with_null() {
    let place = Place::new();
    let linked = Some(LinkedRule { application: APP, any_of: vec![vec![Condition::Connected]] });
    place.discord.role(GUILD, Role { id: 702, name: "Linked".into(), linked, ..Role::default() });
    let role = place.bot("GET", "/guilds/500/roles/702").await.json();
    assert_eq!(role["tags"].as_object().unwrap().get("guild_connections"), Some(&Value::Null));
}

#[tokio::test]
async fn what_is_not_there_has_its_code() {
    let place = Place::new();
    place.discord.guild(501, "Without the bot", BOB);
    place.discord.user(13, "Eve");
    for (path, code) in [
        ("/guilds/9", (404, 10004)),
        ("/guilds/501", (404, 10004)),
        ("/guilds/9/roles", (404, 10004)),
        ("/guilds/501/roles", (403, 50001)),
        ("/guilds/500/roles/9", (404, 10011)),
        ("/guilds/500/members/13", (404, 10007)),
        ("/guilds/500/members/99", (404, 10013)),
        ("/guilds/501/members/12", (403, 50001)),
        ("/guilds/abc", (400, 50035)),
        ("/guilds/99999999999999999999", (400, 50035)),
        ("/nowhere", (404, 0)),
    ] {
        assert_eq!(place.bot("GET", path).await.code(), code, "{path}");
    }
    place.discord.remove_bot(GUILD, APP);
    assert_eq!(place.bot("GET", "/guilds/500").await.code(), (404, 10004));
}
