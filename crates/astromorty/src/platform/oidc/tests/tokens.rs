//! Tokens as a whole: form, header, key and signature.

use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::Sha256;

use super::signer::{ALGS, encode, signer, stranger};
use super::stage::{JWKS, Stage, claims, document, token};
use crate::platform::oidc::{Alg, Compact, Header, Keys, OidcError, Refused};

fn refused(refused: Refused) -> OidcError {
    OidcError::Refused(refused)
}

/// The stage's key for an algorithm.
fn kid(alg: Alg) -> &'static str {
    match alg {
        Alg::Rs256 | Alg::Rs384 | Alg::Rs512 | Alg::Ps256 | Alg::Ps384 | Alg::Ps512 => "rsa",
        Alg::Es256 => "p256",
        Alg::Es384 => "p384",
        Alg::Ed25519 => "ed",
    }
}

fn signed(alg: Alg, header: &Value) -> String {
    signer(alg).sign(alg, &header.to_string(), &claims().to_string())
}

#[tokio::test]
async fn every_algorithm_of_ours_is_believed() {
    let stage = Stage::with_keys();
    for (name, alg) in ALGS {
        let token = signed(alg, &json!({"alg": name, "kid": kid(alg), "typ": "JWT"}));
        let claims = stage.verify(&token).await.unwrap();
        assert_eq!(
            (claims.subject.as_str(), &claims.all["groups"]),
            ("248289761001", &json!(["club"])),
            "{name}"
        );
    }
    let newer_name = signed(Alg::Ed25519, &json!({"alg": "Ed25519", "kid": "ed"}));
    assert!(stage.verify(&newer_name).await.is_ok());
    assert_eq!(stage.asked(JWKS), 1);
}

#[tokio::test]
async fn n_19_the_algorithm_is_one_that_the_site_announces() {
    let stage = Stage::with_keys();
    let mut only_rsa = document();
    only_rsa["id_token_signing_alg_values_supported"] = json!(["RS256"]);
    stage.tells(&only_rsa);
    assert_eq!(stage.verify(&token(&claims())).await, Err(refused(Refused::Algorithm)));
    let good = signed(Alg::Rs256, &json!({"alg": "RS256", "kid": "rsa"}));
    assert!(stage.verify(&good).await.is_ok());
}

#[tokio::test]
async fn n_19_a_public_key_is_no_shared_secret() {
    let stage = Stage::with_keys();
    for secret in
        [signer(Alg::Rs256).public.to_string(), signer(Alg::Rs256).public["n"].to_string(), String::new()]
    {
        let header = encode(br#"{"alg":"HS256","kid":"rsa"}"#);
        let message = format!("{header}.{}", encode(claims().to_string().as_bytes()));
        let mac =
            Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&message).finalize();
        let forged = format!("{message}.{}", encode(&mac.into_bytes()));
        assert_eq!(stage.verify(&forged).await, Err(refused(Refused::Algorithm)));
    }
}

#[tokio::test]
async fn n_19_an_unsigned_token_is_none() {
    let stage = Stage::with_keys();
    for alg in [r#"{"alg":"none"}"#, r#"{"alg":"None"}"#, r#"{"alg":"RS256","kid":"rsa"}"#] {
        let unsigned = format!("{}.{}.", encode(alg.as_bytes()), encode(claims().to_string().as_bytes()));
        assert_eq!(stage.verify(&unsigned).await, Err(refused(Refused::Form)), "{alg}");
        let scribbled = format!("{unsigned}AAAA");
        let why = stage.verify(&scribbled).await.unwrap_err();
        assert!([refused(Refused::Algorithm), refused(Refused::Signature)].contains(&why), "{alg}");
    }
}

#[tokio::test]
async fn n_20_the_signature_is_by_the_key_of_that_name_and_algorithm() {
    let stage = Stage::with_keys();
    let (payload, strange) = (claims().to_string(), stranger());
    for (forged, why) in [
        (strange.sign(Alg::Es256, r#"{"alg":"ES256","kid":"p256"}"#, &payload), Refused::Signature),
        (strange.sign(Alg::Es256, r#"{"alg":"ES256"}"#, &payload), Refused::Signature),
        (strange.sign(Alg::Es256, r#"{"alg":"ES256","kid":"other"}"#, &payload), Refused::Key),
        (signed(Alg::Es256, &json!({"alg": "RS256", "kid": "p256"})), Refused::Key),
        (signed(Alg::Es256, &json!({"alg": "ES384", "kid": "p384"})), Refused::Signature),
        (signed(Alg::Rs256, &json!({"alg": "PS256", "kid": "rsa"})), Refused::Signature),
        (signed(Alg::Rs256, &json!({"alg": "RS512", "kid": "rsa"})), Refused::Signature),
        (signed(Alg::Ed25519, &json!({"alg": "ES256", "kid": "p256"})), Refused::Signature),
    ] {
        assert_eq!(stage.verify(&forged).await, Err(refused(why)), "{forged}");
    }
}

#[tokio::test]
async fn n_20_a_key_that_the_token_brings_along_is_not_used() {
    let stage = Stage::with_keys();
    let strange = stranger();
    let header = json!({
        "alg": "ES256", "kid": "p256", "jwk": strange.public,
        "jku": "https://id.example/evil", "x5u": "https://id.example/evil",
    });
    let forged = strange.sign(Alg::Es256, &header.to_string(), &claims().to_string());
    assert_eq!(stage.verify(&forged).await, Err(refused(Refused::Signature)));
    assert_eq!(stage.asked("/evil"), 0);
    let honest = signed(Alg::Es256, &header);
    assert!(stage.verify(&honest).await.is_ok());
}

#[tokio::test]
async fn a_content_that_is_no_object_is_refused() {
    let stage = Stage::with_keys();
    let doubled = claims().to_string().replacen('{', r#"{"sub":"1","#, 1);
    for content in ["", "[]", "null", "{", doubled.as_str()] {
        let token = signer(Alg::Es256).sign(Alg::Es256, r#"{"alg":"ES256","kid":"p256"}"#, content);
        assert_eq!(stage.verify(&token).await, Err(refused(Refused::Content)), "{content}");
    }
}

#[test]
fn a_token_has_three_parts_of_base64url() {
    let good = token(&claims());
    let parts: Vec<_> = good.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    assert!(Compact::read(&good).is_ok());
    let tail = good.len() - 1;
    for bad in [
        "",
        ".",
        "..",
        "...",
        header,
        &format!("{header}.{payload}"),
        &format!("{header}.{payload}."),
        &format!("{good}."),
        &format!(".{good}"),
        &format!("{good}.{signature}.{signature}"),
        &format!("{good}="),
        &format!("{good} "),
        &format!(" {good}"),
        &format!("{good}\n"),
        &format!("{header}.{payload}.{}", signature.replace(['-', '_', 'a'], "+")),
        &format!("{header}=.{payload}.{signature}"),
        &good[..tail],
        &format!("Bearer {good}"),
    ] {
        assert_eq!(Compact::read(bad).err(), Some(Refused::Form), "{bad:?}");
    }
    let long = format!("{header}.{}.{signature}", "A".repeat(16 * 1024));
    assert_eq!(Compact::read(&long).err(), Some(Refused::Form));
}

proptest! {
    /// Any changed byte of a token refuses it.
    #[test]
    fn n_20_any_changed_byte_refuses_a_token(at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        let key = signer(Alg::Ed25519);
        let keys = Keys::read(json!({"keys": [key.public]}).to_string().as_bytes()).unwrap();
        let opens = |token: &str| {
            let token = Compact::read(token)?;
            let key = keys.choose(&token.header).map_err(|_| Refused::Key)?;
            token.open(key)
        };
        let good = key.sign(Alg::Ed25519, r#"{"alg":"EdDSA"}"#, &claims().to_string());
        prop_assert!(opens(&good).is_ok());
        let mut bytes = good.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(opens(&changed).is_ok(), changed == good);
    }

    /// No text makes the reader panic.
    #[test]
    fn no_text_is_too_odd(
        text in "[a-zA-Z0-9_.=-]{0,120}|.{0,60}",
        bytes in prop::collection::vec(any::<u8>(), 0..120),
    ) {
        let _ = Compact::read(&text);
        let dressed = format!("{}.{}.{}", encode(&bytes), encode(&bytes), encode(&bytes));
        prop_assert_eq!(Compact::read(&dressed).is_ok(), !bytes.is_empty() && Header::read(&bytes).is_ok());
    }
}
