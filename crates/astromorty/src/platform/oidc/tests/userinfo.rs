//! `UserInfo`, plain and signed.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::signer::signer;
use super::stage::{CLIENT, ISSUER, SECOND, Stage, answer, document, json_answer};
use crate::platform::oidc::{Alg, OidcError, Refused, user};

const SUBJECT: &str = "248289761001";

fn read(told: &Value) -> Result<Value, Refused> {
    user::read(told.to_string().as_bytes(), SUBJECT).map(Value::Object)
}

fn signed(told: &Value) -> String {
    signer(Alg::Rs256).sign(Alg::Rs256, r#"{"alg":"RS256","kid":"rsa"}"#, &told.to_string())
}

#[test]
fn n_24_userinfo_is_about_the_same_account() {
    let good = json!({"sub": SUBJECT, "email_verified": true});
    assert_eq!(read(&good), Ok(good));
    for bad in [
        json!("other"),
        json!(""),
        json!(248_289_761_001_i64),
        json!([SUBJECT]),
        json!(null),
        json!("248289761001 "),
    ] {
        assert_eq!(read(&json!({"sub": bad})), Err(Refused::UserInfoSubject), "{bad}");
    }
    assert_eq!(read(&json!({})), Err(Refused::UserInfoSubject));
    assert_eq!(user::read(br#"{"sub":""}"#, ""), Err(Refused::UserInfoSubject));
}

#[test]
fn a_malformed_answer_is_refused() {
    for bad in [
        "",
        "[]",
        "null",
        "<html>",
        r#"{"sub":"248289761001","sub":"1"}"#,
        r#"{"sub":"1","sub":"248289761001"}"#,
    ] {
        assert_eq!(user::read(bad.as_bytes(), SUBJECT), Err(Refused::UserInfo), "{bad}");
    }
}

#[tokio::test]
async fn plain_userinfo_is_read_without_asking_the_site() {
    let stage = Stage::new();
    let told = stage.issuer.userinfo(&json_answer(&json!({"sub": SUBJECT})), SUBJECT).await;
    assert_eq!(told.unwrap()["sub"], SUBJECT);
    assert_eq!(stage.asked("/jwks"), 0);
}

#[tokio::test]
async fn signed_userinfo_is_verified() {
    let stage = Stage::with_keys();
    let good = json!({"iss": ISSUER, "aud": CLIENT, "sub": SUBJECT, "groups": ["club"]});
    let ask = async |told: &Value| {
        let answer = answer(200, "Application/JWT; charset=utf-8", signed(told) + "\n");
        stage.issuer.userinfo(&answer, SUBJECT).await.map(Value::Object)
    };
    assert_eq!(ask(&good).await, Ok(good.clone()));
    for (name, value, why) in [
        ("iss", json!("https://evil.example"), Refused::Issuer),
        ("iss", json!(null), Refused::Issuer),
        ("aud", json!("other"), Refused::Audience),
        ("aud", json!([CLIENT, "other"]), Refused::AuthorizedParty),
        ("sub", json!("other"), Refused::UserInfoSubject),
        ("exp", json!(SECOND - 60), Refused::Expiry),
        ("exp", json!("never"), Refused::Expiry),
        ("iat", json!(SECOND + 61), Refused::IssuedAt),
        ("nbf", json!(SECOND + 61), Refused::NotBefore),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        assert_eq!(ask(&bad).await, Err(OidcError::Refused(why)), "{name}");
    }
}

#[tokio::test]
async fn n_19_unsigned_or_forged_userinfo_is_refused() {
    let stage = Stage::with_keys();
    let told = json!({"iss": ISSUER, "aud": CLIENT, "sub": SUBJECT});
    let ask = async |body: &str| {
        let answer = answer(200, "application/jwt", body.to_owned());
        stage.issuer.userinfo(&answer, SUBJECT).await.map(Value::Object)
    };
    let (honest, other) = (signed(&told), signed(&json!({"sub": "other"})));
    let forged = format!("{}.{}", honest.rsplit_once('.').unwrap().0, other.rsplit_once('.').unwrap().1);
    assert_eq!(ask(&forged).await, Err(OidcError::Refused(Refused::Signature)));
    assert_eq!(ask(&told.to_string()).await, Err(OidcError::Refused(Refused::Form)));
    assert_eq!(ask("eyJhbGciOiJub25lIn0.e30.").await, Err(OidcError::Refused(Refused::Form)));
    assert_eq!(ask("eyJhbGciOiJub25lIn0.e30.AA").await, Err(OidcError::Refused(Refused::Algorithm)));
    let mut only_ec = document();
    only_ec["userinfo_signing_alg_values_supported"] = json!(["ES256"]);
    let stage = Stage::with_keys();
    stage.tells(&only_ec);
    let answer = answer(200, "application/jwt", signed(&told));
    let told = stage.issuer.userinfo(&answer, SUBJECT).await;
    assert_eq!(told, Err(OidcError::Refused(Refused::Algorithm)));
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let stage = Stage::with_keys();
    let answer = answer(200, "application/jwt", vec![0xff, 0xfe]);
    let told = stage.issuer.userinfo(&answer, SUBJECT).await;
    assert_eq!(told, Err(OidcError::Refused(Refused::UserInfo)));
}

proptest! {
    /// Whatever is told, it is about the account that was asked about.
    #[test]
    fn n_24_nobody_else_is_told_about(subject in ".{0,12}", other in ".{0,12}") {
        let told = json!({"sub": other}).to_string();
        if user::read(told.as_bytes(), &subject).is_ok() {
            prop_assert_eq!(subject, other);
        }
    }
}
