use super::*;

/// The query of a sign-in, with some fields changed; an empty value leaves the field out.
fn query(changed: &[(&str, &str)]) -> String {
    let select = format!("{NS}/identifier_select");
    let mut fields = BTreeMap::from([
        ("openid.ns", NS),
        ("openid.mode", "checkid_setup"),
        ("openid.claimed_id", &select),
        ("openid.identity", &select),
        ("openid.realm", "https://us.example"),
        ("openid.return_to", BACK),
    ]);
    fields.extend(changed.iter().copied());
    fields.retain(|_, value| !value.is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

async fn decide(place: &Place, form: &str) -> Seen {
    place.send(Call::new("POST", &format!("/openid/login/decide?{}", query(&[]))).form(form)).await
}

#[tokio::test]
async fn the_page_names_the_realm_and_lets_one_pick_an_account() {
    let place = Place::new();
    let page = place.get(&format!("/openid/login?{}", query(&[]))).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Sign in to https://us.example with"));
    assert!(page.body.contains("name=\"user\" value=\"76561197960287930\""));
    let page = place.get(&format!("/openid/login?{}", query(&[("openid.realm", "")]))).await;
    assert!(page.body.contains("Sign in to https://us.example/back?state=xyz with"));
}

#[tokio::test]
async fn signing_in_carries_exactly_ten_fields_back() {
    let place = Place::new();
    let answer = decide(&place, &format!("user={GABE}&decision=allow")).await;
    let location = answer.header("location");
    assert!(location.starts_with(&format!("{BACK}&openid.ns=")), "{location}");
    let url = url::Url::parse(location).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let names: Vec<_> = pairs.iter().map(|(name, _)| name.trim_start_matches("openid.")).collect();
    let wanted =
        "state ns mode op_endpoint claimed_id identity return_to response_nonce assoc_handle signed sig";
    assert_eq!(names.join(" "), wanted);
    let claimed = format!("{WEB}/openid/id/{GABE}");
    assert_eq!((field(&pairs, "ns"), field(&pairs, "mode")), (NS, "id_res"));
    assert_eq!(field(&pairs, "op_endpoint"), "https://steamcommunity.com/openid/login");
    assert_eq!((field(&pairs, "claimed_id"), field(&pairs, "identity")), (&*claimed, &*claimed));
    assert_eq!((field(&pairs, "return_to"), field(&pairs, "assoc_handle")), (BACK, "1234567890"));
    let signed = "signed,op_endpoint,claimed_id,identity,return_to,response_nonce,assoc_handle";
    assert_eq!(field(&pairs, "signed"), signed);
    assert!(field(&pairs, "response_nonce").starts_with("2026-09-21T14:13:20Z"));
    assert_eq!(place.check(&pairs[1..]).await.body, verdict(true));
}

#[tokio::test]
async fn cancelling_says_so() {
    let answer = decide(&Place::new(), "decision=cancel").await;
    assert_eq!(param(answer.header("location"), "openid.mode"), "cancel");
    assert_eq!(param(answer.header("location"), "state"), "xyz");
}

#[tokio::test]
async fn only_accounts_that_exist_can_be_picked() {
    let place = Place::new();
    let nobody = format!("user={NOBODY}&decision=allow");
    for form in ["decision=allow", &nobody, &format!("user={GABE}"), "decision=a&decision=b"] {
        assert_eq!(decide(&place, form).await.status, 400, "{form}");
    }
}

#[tokio::test]
async fn nobody_is_sent_outside_the_realm() {
    let place = Place::new();
    for changed in [
        ("openid.return_to", ""),
        ("openid.return_to", "/back"),
        ("openid.return_to", "https://us.example.evil/back"),
        ("openid.return_to", "https://us.example/back#here"),
        ("openid.realm", "https://us.example/elsewhere"),
        ("openid.realm", "https://*.example"),
        ("openid.realm", "us.example"),
    ] {
        let query = query(&[changed]);
        let page = place.get(&format!("/openid/login?{query}")).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{changed:?}");
        let decided = place.send(Call::new("POST", &format!("/openid/login/decide?{query}")).form("")).await;
        assert_eq!((decided.status, decided.header("location")), (400, ""), "{changed:?}");
    }
    let twice = format!("{}&openid.return_to=https://us.example/", query(&[]));
    assert_eq!(place.get(&format!("/openid/login?{twice}")).await.status, 400);
}

#[tokio::test]
async fn other_mistakes_are_told_to_the_site() {
    let place = Place::new();
    for (changed, text) in [
        (("openid.ns", ""), "openid.ns"),
        (("openid.ns", "http://openid.net/signon/1.1"), "openid.ns"),
        (("openid.mode", "associate"), "openid.mode"),
        (("openid.claimed_id", "https://steamcommunity.com/openid/id/1"), "identifier_select"),
        (("openid.identity", ""), "identifier_select"),
    ] {
        let answer = place.get(&format!("/openid/login?{}", query(&[changed]))).await;
        let location = answer.header("location");
        assert_eq!((answer.status, param(location, "openid.mode")), (303, "error".into()), "{changed:?}");
        assert!(param(location, "openid.error").contains(text), "{location}");
    }
    let answer =
        place.get(&format!("/openid/login?{}", query(&[("openid.mode", "checkid_immediate")]))).await;
    assert_eq!(param(answer.header("location"), "openid.mode"), "setup_needed");
}
