use super::*;

fn says(field: &str, value: &str) -> Lie {
    Lie::Says { field: field.into(), value: value.into() }
}

#[tokio::test]
async fn a_lie_can_be_signed() {
    let place = Place::new();
    place.steam.lie(says("op_endpoint", "https://evil.example/openid/login"));
    place.steam.lie(says("claimed_id", "https://steamcommunity.com/openid/id/76561197960265729"));
    let fields = place.steam.assertion(GABE, BACK);
    assert_eq!(field(&fields, "op_endpoint"), "https://evil.example/openid/login");
    assert_ne!(field(&fields, "claimed_id"), field(&fields, "identity"));
    assert_eq!(place.check(&fields).await.body, verdict(true));
    let honest = place.steam.assertion(GABE, BACK);
    assert_eq!(field(&honest, "claimed_id"), field(&honest, "identity"), "a lie is told once");
}

#[tokio::test]
async fn a_nonce_of_another_time_is_confirmed() {
    let place = Place::new();
    place.steam.lie(says("response_nonce", "2020-01-01T00:00:00Zabc"));
    assert_eq!(place.check(&place.steam.assertion(GABE, BACK)).await.body, verdict(true));
}

#[tokio::test]
async fn a_field_can_be_left_unsigned() {
    let place = Place::new();
    place.steam.lie(Lie::Unsigned("return_to".into()));
    let mut fields = place.steam.assertion(GABE, BACK);
    assert!(!field(&fields, "signed").contains("return_to"));
    let at = fields.iter().position(|(name, _)| name == "openid.return_to").unwrap();
    fields[at].1 = "https://evil.example/".into();
    assert_eq!(place.check(&fields).await.body, verdict(true), "nobody notices");
}

#[tokio::test]
async fn fields_can_be_removed_doubled_forged_and_added() {
    let place = Place::new();
    let lies = |lie: Lie| {
        place.steam.lie(lie);
        place.steam.assertion(GABE, BACK)
    };
    let (name, value) = ("identity".to_owned(), "x".to_owned());
    let removed = lies(Lie::Removed(name.clone()));
    assert_eq!((removed.len(), field(&removed, "identity")), (9, ""));
    let doubled = lies(Lie::Doubled { field: name.clone(), value: value.clone() });
    assert_eq!(doubled.iter().filter(|(name, _)| name == "openid.identity").count(), 2);
    let forged = lies(Lie::Forged { field: name, value: value.clone() });
    assert_eq!(field(&forged, "identity"), "x");
    assert_eq!(place.check(&forged).await.body, verdict(false));
    let added = lies(Lie::Added { field: "ns.sreg".into(), value });
    assert_eq!((added.len(), field(&added, "ns.sreg")), (11, "x"));
    assert_eq!(place.check(&added).await.body, verdict(true));
}

#[tokio::test]
async fn a_verdict_can_be_anything() {
    let place = Place::new();
    let form = question(&place.steam.assertion(GABE, BACK));
    let true_line = |seen: &Seen| seen.body.lines().any(|line| line == "is_valid:true");
    for (lie, status, holds) in [
        (Verdict::False, 200, false),
        (Verdict::OtherKey, 200, false),
        (Verdict::InValue, 200, false),
        (Verdict::Longer, 200, false),
        (Verdict::Both, 200, true),
        (Verdict::NoNamespace, 200, true),
        (Verdict::OtherNamespace, 200, true),
        (Verdict::Empty, 200, false),
        (Verdict::Html, 200, true),
        (Verdict::Forbidden, 403, true),
        (Verdict::Redirect("https://evil.example/".into()), 302, false),
        (Verdict::Raw { status: 500, body: "is_valid:true".into() }, 500, true),
    ] {
        place.steam.lie(Lie::Verdict(lie.clone()));
        let seen = place.send(Call::new("POST", "/openid/login").form(&form)).await;
        assert_eq!((seen.status, true_line(&seen)), (status, holds), "{lie:?}: {}", seen.body);
        if let Verdict::Redirect(place) = lie {
            assert_eq!(seen.header("location"), place);
        }
    }
    let honest = place.send(Call::new("POST", "/openid/login").form(&form)).await;
    assert_eq!(honest.body, verdict(true), "no lie used the assertion up");
    place.steam.lie(Lie::Verdict(Verdict::True));
    assert_eq!(place.send(Call::new("POST", "/openid/login").form(&form)).await.body, verdict(true));
}

#[tokio::test]
async fn healing_ends_lies() {
    let place = Place::new();
    place.steam.lie(Lie::Removed("sig".into()));
    place.steam.lie(Lie::Verdict(Verdict::Empty));
    place.steam.heal();
    assert_eq!(place.check(&place.steam.assertion(GABE, BACK)).await.body, verdict(true));
}
