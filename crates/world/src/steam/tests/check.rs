use super::*;

#[tokio::test]
async fn an_assertion_is_good_once() {
    let place = Place::new();
    let fields = place.steam.assertion(GABE, BACK);
    assert_eq!(fields.len(), 10);
    let answer = place.check(&fields).await;
    assert_eq!((answer.status, answer.body), (200, verdict(true)));
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    let again = place.check(&fields).await;
    assert_eq!((again.status, again.body), (200, verdict(false)));
}

#[tokio::test]
async fn an_assertion_is_good_for_five_minutes() {
    let place = Place::new();
    let early = place.steam.assertion(GABE, BACK);
    place.advance(1);
    let late = place.steam.assertion(GABE, BACK);
    assert_ne!(field(&early, "response_nonce"), field(&late, "response_nonce"));
    place.advance(299_999);
    assert_eq!(place.check(&early).await.body, verdict(false));
    assert_eq!(place.check(&late).await.body, verdict(true));
}

#[tokio::test]
async fn any_change_of_a_signed_field_breaks_the_signature() {
    let place = Place::new();
    for name in SIGNED_FIELDS.split(',').chain(["sig"]) {
        let whole = place.steam.assertion(GABE, BACK);
        let mut changed = whole.clone();
        let at = changed.iter().position(|(known, _)| *known == format!("openid.{name}")).unwrap();
        changed[at].1.push('x');
        assert_eq!(place.check(&changed).await.body, verdict(false), "{name}");
        assert_eq!(place.check(&whole).await.body, verdict(true), "a forgery does not use {name} up");
    }
}

const SIGNED_FIELDS: &str = "signed,op_endpoint,claimed_id,identity,return_to,response_nonce,assoc_handle";

#[tokio::test]
async fn a_check_that_is_not_whole_is_refused() {
    let place = Place::new();
    let whole = place.steam.assertion(GABE, BACK);
    for missing in 0..whole.len() {
        let mut fields = whole.clone();
        let (name, _) = fields.remove(missing);
        let answer = place.check(&fields).await;
        assert_eq!(answer.status, 400, "{name}");
        assert!(answer.body.starts_with(&format!("ns:{NS}\nerror:")) && answer.body.contains(&name));
    }
    let form = question(&whole);
    let broken = form.replace("openid%2Fid%2F", "openid%2Fid%2F%0A");
    assert_ne!(form, broken);
    for wrong in [
        format!("{form}&openid.sig=x"),
        form.replace("check_authentication", "id_res"),
        form.replace("auth%2F2.0&", "auth%2F1.1&"),
        broken,
    ] {
        let answer = place.send(Call::new("POST", "/openid/login").form(&wrong)).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
    let plain = place.send(Call::new("POST", "/openid/login").bytes("text/plain", form.as_bytes())).await;
    assert_eq!(plain.status, 400);
    assert_eq!(place.check(&whole).await.body, verdict(true), "none of it used the assertion up");
}

#[tokio::test]
async fn another_provider_signs_differently() {
    let (here, there) = (Place::new(), Steam::new(Clock::from_fn(|| START), "http://localhost:1"));
    let foreign = there.assertion(GABE, BACK);
    assert_eq!(field(&foreign, "op_endpoint"), "http://localhost:1/openid/login");
    assert_eq!(field(&foreign, "claimed_id"), format!("http://localhost:1/openid/id/{GABE}"));
    assert_eq!(here.check(&foreign).await.body, verdict(false));
}
