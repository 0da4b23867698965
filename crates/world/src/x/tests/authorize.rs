use super::*;

async fn show(query: &str) -> Seen {
    Place::new().send(Call::new("GET", &format!("/i/oauth2/authorize?{query}"))).await
}

#[tokio::test]
async fn the_page_lets_one_pick_an_account() {
    let page = show(&query(SCOPES)).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("name=\"user\" value=\"1790000000000000001\""));
    assert!(page.body.contains("users.read, tweet.read, offline.access"));
    let place = Place::new();
    let same = place.send(Call::new("GET", &format!("/2/oauth2/authorize?{}", query(SCOPES)))).await;
    assert_eq!(same.body, page.body, "the API host knows the page as well");
}

#[tokio::test]
async fn a_wrong_request_is_not_sent_anywhere() {
    let whole = query("users.read");
    let long = "s".repeat(501);
    for wrong in [
        whole.replace("client_id=client", "client_id=nobody"),
        whole.replace("/callback", "/callback/"),
        whole.replace(":8000", ":9000"),
        whole.replace("redirect_uri", "redirect"),
        whole.replace("response_type=code", "response_type=token"),
        whole.replace("response_type=code&", ""),
        whole.replace("&state=xyz", ""),
        whole.replace("xyz", &long),
        whole.replace("S256", "plain"),
        whole.replace("code_challenge=E9", "code_challenge=E"),
        format!("{}&code_challenge_method=S256", whole.split("&code_challenge").next().unwrap()),
        whole.split("&code_challenge").next().unwrap().to_owned(),
        whole.replace("users.read", "users.see"),
        whole.replace("users.read", "users.read,tweet.read"),
        whole.replace("users.read", ""),
        format!("{whole}&state=again"),
    ] {
        let page = show(&wrong).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{wrong}");
    }
    assert_eq!(show(&whole.replace("xyz", &long[1..])).await.status, 200, "500 characters are fine");
}

#[tokio::test]
async fn cancelling_sends_the_refusal_back_with_the_state() {
    let place = Place::new();
    let call = Call::new("POST", &format!("/i/oauth2/authorize?{}", query(SCOPES)));
    let answer = place.send(call.form("decision=cancel")).await;
    assert_eq!(param(answer.header("location"), "error"), "access_denied");
    assert_eq!(param(answer.header("location"), "state"), "xyz");
}

#[tokio::test]
async fn only_accounts_that_can_sign_in_can_be_picked() {
    let place = Place::new();
    place.x.suspend(GRACE);
    let grace = format!("user={GRACE}&decision=authorize");
    for form in ["decision=authorize", "user=99&decision=authorize", &grace, "decision=a&decision=b", ""] {
        let call = Call::new("POST", &format!("/i/oauth2/authorize?{}", query(SCOPES)));
        assert_eq!(place.send(call.form(form)).await.status, 400, "{form}");
    }
}
