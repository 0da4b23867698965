use super::*;

async fn show(query: &str) -> Seen {
    Place::new().send(Call::new("GET", &format!("/login/oauth/authorize?{query}"))).await
}

#[tokio::test]
async fn the_page_lets_one_pick_an_account() {
    let page = show(&query("read:user")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("name=\"user\" value=\"583231\""));
    assert!(page.body.contains("name=\"decision\" value=\"cancel\""));
}

#[tokio::test]
async fn a_wrong_request_is_not_sent_anywhere() {
    let whole = query("read:user");
    for wrong in [
        whole.replace("client_id=client", "client_id=nobody"),
        whole.replace("S256", "plain"),
        whole.replace("code_challenge=E9", "code_challenge=E"),
        whole.replace("select_account", "none"),
        format!("{whole}&state=again"),
        format!("{whole}&response_type=token"),
    ] {
        let page = show(&wrong).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{wrong}");
    }
}

#[tokio::test]
async fn a_wrong_redirect_uri_is_told_to_the_registered_one() {
    let answer = show(&query("").replace("/callback", "/elsewhere")).await;
    let location = answer.header("location");
    assert!(location.starts_with(BACK));
    assert_eq!(param(location, "error"), "redirect_uri_mismatch");
    assert_eq!(param(location, "state"), "xyz");
}

#[tokio::test]
async fn a_loopback_redirect_uri_may_have_another_port() {
    assert_eq!(show(&query("").replace(":8000", ":9000")).await.status, 200);
}

#[tokio::test]
async fn cancelling_sends_the_refusal_back_with_the_state() {
    let place = Place::new();
    let call = Call::new("POST", &format!("/login/oauth/authorize?{}", query("")));
    let answer = place.send(call.form("decision=cancel")).await;
    assert_eq!(param(answer.header("location"), "error"), "access_denied");
    assert_eq!(param(answer.header("location"), "state"), "xyz");
}

#[tokio::test]
async fn only_accounts_that_can_sign_in_can_be_picked() {
    let place = Place::new();
    place.github.suspend(ADA);
    for form in
        ["decision=authorize", "user=99&decision=authorize", "user=7&decision=authorize", "user=583231"]
    {
        let call = Call::new("POST", &format!("/login/oauth/authorize?{}", query("")));
        assert_eq!(place.send(call.form(form)).await.status, 400, "{form}");
    }
}
