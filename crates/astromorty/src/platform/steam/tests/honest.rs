//! What happens when nobody lies.

use domain::moment::Span;

use super::{ADA, Answer, FIELDS, RETURN_TO, WEB, asked, check, decoded, now};
use crate::platform::steam::{Assertion, Expected, Refused, endpoint, login_url};

#[test]
fn the_browser_is_sent_to_steam_with_our_address_and_nothing_else() {
    let url = login_url(WEB, RETURN_TO, "https://roles.example.org").unwrap();
    let expected = "https://steamcommunity.com/openid/login\
        ?openid.ns=http%3A%2F%2Fspecs.openid.net%2Fauth%2F2.0\
        &openid.mode=checkid_setup\
        &openid.claimed_id=http%3A%2F%2Fspecs.openid.net%2Fauth%2F2.0%2Fidentifier_select\
        &openid.identity=http%3A%2F%2Fspecs.openid.net%2Fauth%2F2.0%2Fidentifier_select\
        &openid.realm=https%3A%2F%2Froles.example.org\
        &openid.return_to=https%3A%2F%2Froles.example.org%2Fapi%2Frole-connections%2Fsteam%2Fcallback\
        %3Fstate%3DZm9ydHktdHdv_-9bits";
    assert_eq!(url.as_str(), expected);
    assert_eq!(login_url("steamcommunity.com", RETURN_TO, "https://roles.example.org"), None);
}

#[test]
fn an_honest_answer_names_its_account() {
    let assertion = Answer::honest().check().unwrap();
    assert_eq!(assertion.subject(), ADA);
    assert_eq!(assertion.nonce(), "https://steamcommunity.com/openid/login 2026-11-24T12:00:00ZqL9+/x8=");
    assert!(assertion.remember_until() >= now() + Span::minutes(10));
    assert_eq!(format!("{assertion:?}"), r#"Assertion { subject: "76561198000000042", .. }"#);
}

#[test]
fn steam_is_asked_about_our_copies_in_a_fixed_order() {
    let form = Answer::honest().check().unwrap().form();
    let expected = "openid.ns=http%3A%2F%2Fspecs.openid.net%2Fauth%2F2.0\
        &openid.mode=check_authentication\
        &openid.op_endpoint=https%3A%2F%2Fsteamcommunity.com%2Fopenid%2Flogin\
        &openid.claimed_id=https%3A%2F%2Fsteamcommunity.com%2Fopenid%2Fid%2F76561198000000042\
        &openid.identity=https%3A%2F%2Fsteamcommunity.com%2Fopenid%2Fid%2F76561198000000042\
        &openid.return_to=https%3A%2F%2Froles.example.org%2Fapi%2Frole-connections%2Fsteam%2Fcallback\
        %3Fstate%3DZm9ydHktdHdv_-9bits\
        &openid.response_nonce=2026-11-24T12%3A00%3A00ZqL9%2B%2Fx8%3D\
        &openid.assoc_handle=1234567890\
        &openid.signed=signed%2Cop_endpoint%2Cclaimed_id%2Cidentity%2Creturn_to%2Cresponse_nonce\
        %2Cassoc_handle\
        &openid.sig=W0u1%2BwLEfmKqU3qqJvnJuA4%2Fx8E%3D";
    assert_eq!(form, expected);
    assert_eq!(decoded(&form), asked(&Answer::honest()));
}

#[test]
fn order_and_spelling_of_the_query_do_not_matter() {
    let honest = Answer::honest().check().unwrap();
    let mut backwards = Answer::honest();
    backwards.0.reverse();
    assert_eq!(backwards.check().as_ref(), Ok(&honest));

    let every_byte = |text: &str| {
        let escapes = text.bytes().map(|byte| format!("%{byte:02x}"));
        escapes.collect::<Vec<_>>().concat()
    };
    let pair = |(name, value): &(String, String)| format!("{}={}", every_byte(name), every_byte(value));
    let escaped: Vec<_> = Answer::honest().0.iter().map(pair).collect();
    assert_eq!(check(&escaped.join("&")).as_ref(), Ok(&honest));
}

#[test]
fn the_signed_fields_may_stand_in_any_order_which_is_kept() {
    let signed = "assoc_handle,claimed_id,identity,op_endpoint,response_nonce,return_to";
    let answer = Answer::honest().with("openid.signed", signed);
    assert_eq!(decoded(&answer.check().unwrap().form()), asked(&answer));
}

#[test]
fn the_first_and_the_last_account_may_sign_in() {
    for id in ["76561197960265729", "76561198000000042", "76561201000000000", "76561202255233023"] {
        let address = format!("{WEB}/openid/id/{id}");
        assert_eq!(Answer::honest().of(&address).check().unwrap().subject(), id);
    }
}

#[test]
fn one_setting_moves_steam_to_a_stand_in() {
    let web = "http://127.0.0.1:8321/steam";
    let moved = |text: &str| text.replace(WEB, web);
    let answer = Answer(Answer::honest().0.into_iter().map(|(name, value)| (name, moved(&value))).collect());
    let expected = Expected { web, return_to: RETURN_TO, now: now() };
    let assertion = Assertion::check(&answer.query(), &expected).unwrap();
    assert_eq!(decoded(&assertion.form()), asked(&answer));
    assert_eq!(endpoint(web), "http://127.0.0.1:8321/steam/openid/login");
    assert_eq!(answer.check(), Err(Refused::Endpoint));
    assert_eq!(Assertion::check(&Answer::honest().query(), &expected), Err(Refused::Endpoint));
}

#[test]
fn an_answer_has_ten_fields() {
    let honest = Answer::honest();
    assert_eq!((FIELDS.len(), honest.0.len()), (10, 11));
}
