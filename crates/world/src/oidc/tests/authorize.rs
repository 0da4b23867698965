use super::*;

async fn show(query: &str) -> Seen {
    Place::new().get(&format!("/authorize?{query}")).await
}

#[tokio::test]
async fn the_page_lets_one_pick_an_account() {
    let page = show(&format!("{}&login_hint=bob", query("openid email"))).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("name=\"user\" value=\"ada-1\">"));
    assert!(page.body.contains("name=\"user\" value=\"bob/2\" checked>"));
    assert!(page.body.contains("action=\"/realms/one/authorize?client_id=client&amp;"));
    assert!(page.body.contains("openid, email"));
}

#[tokio::test]
async fn the_request_may_come_as_a_form() {
    let place = Place::new();
    let call = Call::new("POST", "/realms/one/authorize").form(&query("openid"));
    let page = place.send(call).await;
    assert!(page.status == 200 && page.body.contains("Which account?"));
}

#[tokio::test]
async fn without_a_known_address_nobody_is_sent_anywhere() {
    let whole = query("openid");
    for wrong in [
        whole.replace("client_id=client", "client_id=nobody"),
        whole.replace("callback", "callback/"),
        whole.replace(":8000", ":9000"),
        whole.replace("redirect_uri", "redirect"),
        whole.replace("%3Fplatform", "%3FPlatform"),
        format!("{whole}&state=again"),
        String::new(),
    ] {
        let page = show(&wrong).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{wrong}");
    }
}

#[tokio::test]
async fn other_mistakes_are_told_to_the_client() {
    let whole = query("openid");
    let with = |more: &str| format!("{whole}&{more}");
    for (wrong, error) in [
        (whole.replace("response_type=code", ""), "invalid_request"),
        (whole.replace("response_type=code", "response_type=code%20id_token"), "unsupported_response_type"),
        (with("response_mode=fragment"), "invalid_request"),
        (with("request=e30"), "request_not_supported"),
        (with("request_uri=x"), "request_uri_not_supported"),
        (with("registration=x"), "registration_not_supported"),
        (query("profile"), "invalid_scope"),
        (whole.replace("S256", "plain"), "invalid_request"),
        (whole.replace("code_challenge=E9", "code_challenge=E"), "invalid_request"),
        (whole.replace("code_challenge", "x"), "invalid_request"),
        (with("prompt=none"), "login_required"),
        (with("prompt=none%20login"), "invalid_request"),
        (with("prompt=create"), "invalid_request"),
        (with("max_age=soon"), "invalid_request"),
    ] {
        let answer = show(&wrong).await;
        let location = answer.header("location");
        assert!(location.starts_with(BACK), "{wrong}: {location}");
        let told = ["error", "state", "iss"].map(|name| param(location, name));
        assert_eq!(told, [error, "xyz", ISSUER], "{wrong}");
    }
}

#[tokio::test]
async fn the_answer_names_state_and_issuer() {
    let place = Place::new();
    let answer = place.decide(&query("openid"), "user=ada-1&decision=authorize").await;
    let location = answer.header("location");
    assert!(location.starts_with(&format!("{BACK}&code=")));
    assert_eq!((param(location, "state"), param(location, "iss")), ("xyz".into(), ISSUER.into()));
    let answer = place.decide(&query("openid"), "decision=cancel").await;
    assert_eq!(param(answer.header("location"), "error"), "access_denied");
    assert_eq!(param(answer.header("location"), "iss"), ISSUER);
}

#[tokio::test]
async fn only_accounts_that_are_there_can_be_picked() {
    let place = Place::new();
    place.oidc.remove(ADA);
    for form in ["decision=authorize", "user=ada-1&decision=authorize", "user=bob%2F2&decision=maybe"] {
        assert_eq!(place.decide(&query("openid"), form).await.status, 400, "{form}");
    }
}

#[tokio::test]
async fn a_client_that_need_not_prove_its_key_may_leave_it_out() {
    let place = Place::new();
    let bare = query("openid").replace("code_challenge", "x").replace("client_id=client", "client_id=other");
    let code = place.code(ADA, &bare).await;
    let form = redeem(&code).replace(&format!("&code_verifier={VERIFIER}"), "");
    let form = format!("client_id=other&client_secret=se:cret%2B&{form}");
    assert_eq!(place.send(Call::new("POST", "/realms/one/token").form(&form)).await.status, 200);
}
