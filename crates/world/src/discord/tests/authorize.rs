use super::*;

/// Asks for the page with a query and returns status and page.
async fn show(query: &str) -> Seen {
    Place::new()
        .send(Call::new("GET", &format!("/oauth2/authorize?{query}")))
        .await
}

#[tokio::test]
async fn the_page_names_the_application_and_lets_one_pick() {
    let page = show(&query("identify role_connections.write")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Linker 1000"));
    assert!(page.body.contains("name=\"user\" value=\"11\""));
    assert!(page.body.contains("name=\"decision\" value=\"authorize\""));
    assert!(page.body.contains("name=\"decision\" value=\"cancel\""));
}

#[tokio::test]
async fn a_wrong_request_ends_on_an_error_page() {
    let whole = query("identify");
    let wrong = [
        whole.replace("client_id=1000", "client_id=9"),
        whole.replace("client_id=1000", "client_id=x"),
        whole.replace("client_id=1000&", ""),
        whole.replace("callback", "elsewhere"),
        whole.replace("callback", "callback%2F"),
        whole.replace("response_type=code", "response_type=token"),
        whole.replace("response_type=code&", ""),
        whole.replace("scope=identify", "scope=everything"),
        whole.replace("scope=identify", "scope="),
        whole.replace("scope=identify", "scope=bot"),
        format!("{whole}&state=again"),
        format!("{whole}&code_challenge={CHALLENGE}&code_challenge_method=plain"),
        format!("{whole}&code_challenge=short&code_challenge_method=S256"),
        format!("{whole}&prompt=login"),
    ];
    for query in wrong {
        let page = show(&query).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{query}");
        assert!(page.body.contains("not valid"));
    }
}

#[tokio::test]
async fn without_a_redirect_uri_the_first_registered_one_is_used() {
    let place = Place::new();
    let call = Call::new(
        "POST",
        "/oauth2/authorize?client_id=1000&response_type=code&scope=identify",
    );
    let answer = place.send(call.form("user=11&decision=authorize")).await;
    assert!(answer.header("location").starts_with(BACK));
}

#[tokio::test]
async fn the_request_may_be_carried_in_the_form() {
    let place = Place::new();
    let form = format!("{}&user=11&decision=authorize", query("identify"));
    let answer = place
        .send(Call::new("POST", "/oauth2/authorize").form(&form))
        .await;
    assert_eq!(param(answer.header("location"), "state"), "xyz");
}

#[tokio::test]
async fn cancelling_sends_the_refusal_back_with_the_state() {
    let place = Place::new();
    let call = Call::new("POST", &format!("/oauth2/authorize?{}", query("identify")));
    let answer = place.send(call.form("user=11&decision=cancel")).await;
    let location = answer.header("location");
    assert_eq!(answer.status, 303);
    assert!(location.starts_with(BACK));
    assert_eq!(param(location, "error"), "access_denied");
    assert_eq!(param(location, "state"), "xyz");
    assert_eq!(param(location, "code"), "");
}

#[tokio::test]
async fn nobody_is_signed_in_without_being_picked() {
    let place = Place::new();
    for form in [
        "decision=authorize",
        "user=99&decision=authorize",
        "user=11",
        "user=11&decision=x",
    ] {
        let call = Call::new("POST", &format!("/oauth2/authorize?{}", query("identify")));
        assert_eq!(place.send(call.form(form)).await.status, 400, "{form}");
    }
}

#[tokio::test]
async fn prompt_none_skips_the_page_only_for_what_was_granted() {
    let place = Place::new();
    place.sign_in(ADA, "identify").await;
    let ask = |scope: &str| {
        Call::new(
            "GET",
            &format!("/oauth2/authorize?{}&prompt=none", query(scope)),
        )
        .header("cookie", "discord_person=11")
    };
    assert_eq!(place.send(ask("identify")).await.status, 303);
    assert_eq!(place.send(ask("identify guilds")).await.status, 200);
}
