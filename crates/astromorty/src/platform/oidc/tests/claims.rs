//! Claims of ID tokens whose signature holds: each one missing, malformed and false.

use domain::moment::Moment;
use domain::token::Secret;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::signer::encode;
use super::stage::{CLIENT, ISSUER, NOW, SECOND, Stage, changed, claims, token};
use crate::platform::oidc::{Alg, Circumstances, Claims, Expect, OidcError, Refused, check};
use sha2::{Digest, Sha256};

fn judge(claims: &Value) -> Result<Claims, Refused> {
    judge_at(claims, NOW)
}

fn judge_at(claims: &Value, now: Moment) -> Result<Claims, Refused> {
    let here = Circumstances { issuer: ISSUER, client_id: CLIENT, alg: Alg::Rs256, now };
    let nonce_hash = encode(&Sha256::digest("n-0S6"));
    let (access, code) = (Secret::new("access".to_owned()), Secret::new("code".to_owned()));
    let expect = Expect { nonce_hash: &nonce_hash, access_token: Some(&access), code: Some(&code) };
    check(claims.as_object().unwrap().clone(), &here, &expect)
}

/// What is wrong with claims of which one is like this, or missing.
fn fault(name: &str, value: Option<Value>) -> Option<Refused> {
    judge(&changed(name, value)).err()
}

/// Values that have the type of no claim that we look at.
fn odd() -> Vec<Value> {
    vec![json!(null), json!(true), json!({}), json!({"a": ISSUER}), json!([[CLIENT]]), json!([1])]
}

#[test]
fn sound_claims_are_told_whole() {
    let told = judge(&claims()).unwrap();
    assert_eq!((told.subject.as_str(), Value::Object(told.all)), ("248289761001", claims()));
}

#[test]
fn n_21_the_issuer_is_that_of_the_settings() {
    for bad in ["https://id.example/", "https://ID.example", "http://id.example", "https://evil.example", ""]
    {
        assert_eq!(fault("iss", Some(json!(bad))), Some(Refused::Issuer), "{bad}");
    }
    for bad in odd().into_iter().map(Some).chain([None, Some(json!([ISSUER]))]) {
        assert_eq!(fault("iss", bad.clone()), Some(Refused::Issuer), "{bad:?}");
    }
}

#[test]
fn n_21_the_audience_is_us() {
    for good in [json!(CLIENT), json!([CLIENT])] {
        assert_eq!(fault("aud", Some(good.clone())), None, "{good}");
    }
    let bad =
        [json!("other"), json!(""), json!([]), json!(["other"]), json!([CLIENT, 7]), json!("Astromorty")];
    for bad in odd().into_iter().chain(bad).map(Some).chain([None]) {
        assert_eq!(fault("aud", bad.clone()), Some(Refused::Audience), "{bad:?}");
    }
}

#[test]
fn n_21_of_several_audiences_we_are_the_authorized_party() {
    let several = |azp: Option<Value>| {
        let mut claims = changed("azp", azp);
        claims["aud"] = json!(["other", CLIENT]);
        judge(&claims).err()
    };
    assert_eq!(several(Some(json!(CLIENT))), None);
    assert_eq!(several(None), Some(Refused::AuthorizedParty));
    assert_eq!(fault("azp", Some(json!(CLIENT))), None);
    for bad in odd().into_iter().chain([json!("other"), json!([CLIENT]), json!("")]) {
        assert_eq!(several(Some(bad.clone())), Some(Refused::AuthorizedParty), "{bad}");
        assert_eq!(fault("azp", Some(bad.clone())), Some(Refused::AuthorizedParty), "{bad}");
    }
}

#[test]
fn n_23_dates_are_whole_numbers() {
    let names = [("exp", Refused::Expiry), ("iat", Refused::IssuedAt), ("nbf", Refused::NotBefore)];
    for (name, why) in names {
        let bad =
            ["1800000000", "\"1800000000\"", "1800000000.0", "1.8e9", "-1", "0", "-1800000000", "1e400"];
        let large = ["18446744073709551616", "18446744073709551615", "9223372036854775807", "253402300800"];
        for bad in bad.into_iter().skip(1).chain(large) {
            let Ok(value) = serde_json::from_str(bad) else {
                continue;
            };
            assert_eq!(fault(name, Some(value)), Some(why), "{name}: {bad}");
        }
        for bad in odd() {
            assert_eq!(fault(name, Some(bad.clone())), Some(why), "{name}: {bad}");
        }
    }
    assert_eq!(fault("exp", None), Some(Refused::Expiry));
    assert_eq!(fault("iat", None), Some(Refused::IssuedAt));
}

#[test]
fn n_23_dates_hold_within_a_minute() {
    let at = |name, second: i64| fault(name, Some(json!(second)));
    assert_eq!(at("exp", SECOND - 59), None);
    assert_eq!(at("exp", SECOND - 60), Some(Refused::Expiry));
    assert_eq!(at("nbf", SECOND + 60), None);
    assert_eq!(at("nbf", SECOND + 61), Some(Refused::NotBefore));
    assert_eq!(at("iat", SECOND + 60), None);
    assert_eq!(at("iat", SECOND + 61), Some(Refused::IssuedAt));
    assert_eq!(at("iat", SECOND - 660), None);
    assert_eq!(at("iat", SECOND - 661), Some(Refused::IssuedAt));
    assert_eq!(at("iat", SECOND - 7 * 86_400), Some(Refused::IssuedAt));
    assert_eq!(at("exp", SECOND * 1000), Some(Refused::Expiry), "milliseconds");
}

#[test]
fn n_22_the_nonce_is_that_of_this_sign_in() {
    for bad in odd().into_iter().chain([json!(""), json!("n-0S7"), json!("n-0S6 "), json!(["n-0S6"])]) {
        assert_eq!(fault("nonce", Some(bad.clone())), Some(Refused::Nonce), "{bad}");
    }
    assert_eq!(fault("nonce", None), Some(Refused::Nonce));
    let hash = encode(&Sha256::digest("n-0S6"));
    assert_eq!(fault("nonce", Some(json!(hash))), Some(Refused::Nonce));
}

#[test]
fn n_22_hashes_fit_where_they_are() {
    for (name, of, why) in
        [("at_hash", "access", Refused::AccessTokenHash), ("c_hash", "code", Refused::CodeHash)]
    {
        let good = Alg::Rs256.half_hash(of);
        assert_eq!(fault(name, Some(json!(good))), None);
        let padded = format!("{good}=");
        let whole = encode(&Sha256::digest(of));
        let other = Alg::Rs512.half_hash(of);
        for bad in [padded, whole, other, Alg::Rs256.half_hash("other"), good.to_uppercase(), String::new()] {
            assert_eq!(fault(name, Some(json!(bad))), Some(why), "{name}: {bad}");
        }
        for bad in odd() {
            assert_eq!(fault(name, Some(bad.clone())), Some(why), "{name}: {bad}");
        }
    }
}

#[test]
fn n_24_the_subject_is_a_text_of_1_to_255_characters() {
    for good in ["1".to_owned(), "a b|c@d".to_owned(), "x".repeat(255)] {
        let told = judge(&changed("sub", Some(json!(good)))).unwrap();
        assert_eq!(told.subject, good);
    }
    let bad = [
        json!(""),
        json!("x".repeat(256)),
        json!("x".repeat(300)),
        json!(7),
        json!("é"),
        json!("a\n"),
        json!("a\0"),
    ];
    for bad in odd().into_iter().chain(bad).chain([json!("a\u{7f}"), json!("a\u{200b}")]) {
        assert_eq!(fault("sub", Some(bad.clone())), Some(Refused::Subject), "{bad}");
    }
    assert_eq!(fault("sub", None), Some(Refused::Subject));
}

#[test]
fn userinfo_tells_of_the_user_and_not_of_the_token() {
    let told = json!({
        "sub": "other", "iss": "other", "aud": "other", "azp": "other", "jti": "other", "nonce": "other",
        "exp": 1, "iat": 1, "nbf": 1, "at_hash": "other", "c_hash": "other",
        "groups": ["staff"], "email_verified": true,
    });
    let merged = judge(&claims()).unwrap().with(told.as_object().unwrap().clone());
    let mut expected = claims();
    expected["groups"] = json!(["staff"]);
    expected["email_verified"] = json!(true);
    assert_eq!(Value::Object(merged.all), expected);
    assert_eq!(merged.subject, "248289761001");
}

#[test]
fn nothing_prints_what_somebody_is_called() {
    let printed = format!("{:?}", judge(&changed("email", Some(json!("ada@example.org")))).unwrap());
    assert!(printed.contains("email") && !printed.contains("ada") && !printed.contains("248289761001"));
}

#[tokio::test]
async fn a_signature_does_not_make_false_claims_true() {
    let stage = Stage::with_keys();
    for (name, value, why) in [
        ("iss", json!("https://evil.example"), Refused::Issuer),
        ("aud", json!("other"), Refused::Audience),
        ("exp", json!(1), Refused::Expiry),
        ("nonce", json!("other"), Refused::Nonce),
        ("at_hash", json!("other"), Refused::AccessTokenHash),
        ("sub", json!(7), Refused::Subject),
    ] {
        let told = stage.verify(&token(&changed(name, Some(value)))).await;
        assert_eq!(told, Err(OidcError::Refused(why)), "{name}");
    }
    let good = token(&claims());
    assert!(stage.verify(&good).await.is_ok());
    stage.wait(360);
    assert_eq!(stage.verify(&good).await, Err(OidcError::Refused(Refused::Expiry)));
}

proptest! {
    /// Whatever claims stand there: those that are believed are of this issuer, for us, and alive.
    #[test]
    fn what_is_believed_is_true(
        name in prop::sample::select(vec!["iss", "aud", "azp", "exp", "iat", "nbf", "sub"]),
        value in value(),
    ) {
        if let Ok(told) = judge(&changed(name, Some(value))) {
            let all: &Map<String, Value> = &told.all;
            prop_assert_eq!(&all["iss"], ISSUER);
            let many = all["aud"].as_array();
            prop_assert!(all["aud"] == CLIENT || many.is_some_and(|many| many.contains(&json!(CLIENT))));
            prop_assert!(all["exp"].as_i64().unwrap() + 60 > SECOND);
            prop_assert!(all["iat"].as_i64().unwrap().abs_diff(SECOND) <= 660);
            prop_assert!(!told.subject.is_empty());
        }
    }

    /// No moment makes the check panic.
    #[test]
    fn no_moment_is_too_odd(now in any::<i64>()) {
        let _ = judge_at(&claims(), Moment::from_millis(now));
    }
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (SECOND - 1000..SECOND + 1000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        prop::collection::vec(prop::sample::select(vec![CLIENT, "other", ""]), 0..4).prop_map(Value::from),
    ]
}
