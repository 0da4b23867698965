use serde_json::json;

use super::*;

#[tokio::test]
async fn pages_say_that_they_are_not_the_real_thing() {
    let place = Place::new();
    for path in ["/", "/servers/500", "/people/11"] {
        let page = place.send(Call::new("GET", path)).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("Not the real Discord"), "{path}");
        assert!(!page.body.contains("<script"), "{path}");
    }
    assert!(place.send(Call::new("GET", "/servers/500")).await.body.contains("Café &lt;b&gt;"));
    for path in ["/servers/9", "/people/9"] {
        assert_eq!(place.send(Call::new("GET", path)).await.status, 404);
    }
}

#[tokio::test]
async fn a_watched_page_reloads_itself() {
    let place = Place::new();
    let reloads = |page: Seen| page.body.contains("http-equiv=\"refresh\"");
    assert!(reloads(place.send(Call::new("GET", "/servers/500?watch=1")).await));
    assert!(!reloads(place.send(Call::new("GET", "/servers/500")).await));
}

#[tokio::test]
async fn a_member_connects_and_claims_a_linked_role_on_the_page() {
    let place = Place::new();
    let linked = Some(LinkedRule { application: APP, any_of: vec![vec![Condition::Connected]] });
    place.discord.role(GUILD, Role { id: 800, name: "Linked".into(), linked, ..Role::default() });
    let page = place.send(Call::new("GET", "/servers/500")).await.body;
    assert!(page.contains("Linked roles"));
    assert!(page.contains("href=\"http://127.0.0.1:8000/verify\""));
    let claim = || Call::new("POST", "/servers/500/claim").form("user=11&role=800");
    let refused = place.send(claim()).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("choose Connect first"));
    let (bearer, _) = place.sign_in(ADA, "role_connections.write").await;
    let shown =
        json!({ "platform_name": "GitHub", "platform_username": "octo<cat>", "metadata": { "k": "7" } });
    place.push(&bearer, &shown).await;
    let claimed = place.send(claim()).await;
    assert_eq!(claimed.header("location"), "/servers/500?claimed=800");
    let page = place.send(Call::new("GET", "/servers/500?claimed=800")).await.body;
    assert!(page.contains("Claimed:"));
    assert!(page.contains("octo&lt;cat&gt;"));
    assert_eq!(place.discord.member_roles(GUILD, ADA), [800].into());
    assert_eq!(place.send(Call::new("POST", "/servers/500/claim").form("user=11")).await.status, 409);
    assert_eq!(place.send(Call::new("POST", "/servers/9/claim").form("user=1&role=1")).await.status, 404);
}

#[tokio::test]
async fn a_person_takes_consent_back_on_their_page() {
    let place = Place::new();
    let (bearer, _) = place.sign_in(ADA, "identify").await;
    assert!(place.send(Call::new("GET", "/people/11")).await.body.contains("Deauthorize"));
    let deauthorize = |form: &str| Call::new("POST", "/people/11/deauthorize").form(form);
    assert_eq!(place.send(deauthorize("application=x")).await.status, 400);
    assert_eq!(place.send(deauthorize("application=1000")).await.status, 303);
    assert_eq!(place.send(Call::new("GET", "/api/v10/users/@me").auth(&bearer)).await.status, 401);
}
