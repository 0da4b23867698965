//! Key lists, sound and not.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::signer::{ALGS, encode, rsa, signer, stranger};
use crate::platform::oidc::{Alg, Header, Keys, NoKey, Refused};

fn keys(keys: &[Value]) -> Keys {
    Keys::read(json!({"keys": keys}).to_string().as_bytes()).unwrap()
}

fn header(alg: Alg, kid: Option<&str>) -> Header {
    Header { alg, kid: kid.map(str::to_owned) }
}

fn choice(list: &Keys, alg: Alg, kid: Option<&str>) -> Result<(), NoKey> {
    list.choose(&header(alg, kid)).map(drop)
}

/// The key with one member changed.
fn with(mut key: Value, name: &str, value: Value) -> Value {
    key[name] = value;
    key
}

/// An RSA key with a modulus of that many bits, that nobody has the other half of.
fn modulus(bits: usize) -> Value {
    let mut n = vec![0xff; bits.div_ceil(8)];
    n[0] >>= (8 - bits % 8) % 8;
    json!({"kty": "RSA", "n": encode(&n), "e": "AQAB"})
}

#[test]
fn n_20_a_key_is_chosen_by_its_name() {
    let list = keys(&[signer(Alg::Es256).named("a"), stranger().named("b"), signer(Alg::Rs256).named("a")]);
    assert_eq!(choice(&list, Alg::Es256, Some("a")), Ok(()));
    assert_eq!(list.choose(&header(Alg::Es256, Some("b"))).unwrap().kid.as_deref(), Some("b"));
    assert_eq!(choice(&list, Alg::Es256, Some("c")), Err(NoKey::Unknown));
    assert_eq!(choice(&list, Alg::Es256, Some("A")), Err(NoKey::Unknown));
    assert_eq!(choice(&list, Alg::Rs256, Some("b")), Err(NoKey::Unknown));
}

#[test]
fn n_20_without_a_name_there_is_one_key_that_fits() {
    let two = keys(&[signer(Alg::Es256).named("a"), stranger().named("b"), signer(Alg::Rs256).named("c")]);
    assert_eq!(choice(&two, Alg::Es256, None), Err(NoKey::Several));
    assert_eq!(choice(&two, Alg::Ps512, None), Ok(()));
    assert_eq!(choice(&two, Alg::Ed25519, None), Err(NoKey::Unknown));
    let same_name = keys(&[signer(Alg::Es256).named("a"), stranger().named("a")]);
    assert_eq!(choice(&same_name, Alg::Es256, Some("a")), Err(NoKey::Several));
}

#[test]
fn n_19_a_key_serves_its_own_algorithm() {
    for (name, alg) in ALGS {
        let list = keys(&[with(signer(alg).named("a"), "alg", json!(name))]);
        for (_, other) in ALGS {
            let chosen = choice(&list, other, Some("a")).is_ok();
            assert_eq!(chosen, other == alg, "{name} for {other:?}");
        }
    }
}

#[test]
fn keys_of_no_use_are_left_out() {
    let (rsa, ec, ed) =
        (&signer(Alg::Rs256).public, &signer(Alg::Es256).public, &signer(Alg::Ed25519).public);
    let p384 = &signer(Alg::Es384).public;
    for bad in [
        json!({}),
        json!({"kty": "oct", "k": "AAAA"}),
        json!({"kty": "oct", "k": "AAAA", "alg": "HS256"}),
        with(rsa.clone(), "kty", json!("rsa")),
        with(rsa.clone(), "kty", json!(7)),
        with(rsa.clone(), "kty", json!("EC")),
        with(rsa.clone(), "use", json!("enc")),
        with(rsa.clone(), "use", json!(null)),
        with(rsa.clone(), "key_ops", json!(["sign"])),
        with(rsa.clone(), "key_ops", json!("verify")),
        with(rsa.clone(), "alg", json!("RSA-OAEP")),
        with(rsa.clone(), "alg", json!("HS256")),
        with(rsa.clone(), "alg", json!("ES256")),
        with(rsa.clone(), "alg", json!(null)),
        with(rsa.clone(), "kid", json!(7)),
        with(rsa.clone(), "d", json!("AQAB")),
        with(rsa.clone(), "e", json!("AQ")),
        with(rsa.clone(), "e", json!("Ag")),
        with(rsa.clone(), "e", json!("")),
        with(rsa.clone(), "e", json!(65537)),
        with(rsa.clone(), "e", json!(encode(&[1; 6]))),
        with(rsa.clone(), "n", json!("")),
        with(rsa.clone(), "n", json!("not base64")),
        with(rsa.clone(), "n", json!(encode(&[0; 256]))),
        with(rsa.clone(), "n", json!(encode(&[0xfe; 256]))),
        with(ec.clone(), "crv", json!("P-384")),
        with(ec.clone(), "crv", json!("P-521")),
        with(ec.clone(), "crv", json!("secp256k1")),
        with(ec.clone(), "alg", json!("ES384")),
        with(ec.clone(), "x", json!(encode(&[1; 31]))),
        with(ec.clone(), "y", json!(encode(&[1; 33]))),
        with(ec.clone(), "y", json!(null)),
        with(p384.clone(), "crv", json!("P-256")),
        with(ed.clone(), "crv", json!("Ed448")),
        with(ed.clone(), "crv", json!("X25519")),
        with(ed.clone(), "x", json!(encode(&[1; 31]))),
        with(ed.clone(), "x", json!("")),
    ] {
        assert!(keys(std::slice::from_ref(&bad)).is_empty(), "{bad}");
    }
    let padded = format!("{}=", rsa["n"].as_str().unwrap());
    assert!(keys(&[with(rsa.clone(), "n", json!(padded))]).is_empty());
    let fine = with(with(rsa.clone(), "use", json!("sig")), "key_ops", json!(["verify"]));
    assert_eq!(keys(&[fine, ec.clone(), ed.clone(), p384.clone()]).len(), 4);
}

#[test]
fn n_25_an_rsa_key_has_2048_to_4096_bits() {
    for bits in [2048, 2049, 3072, 4096] {
        assert_eq!(keys(&[modulus(bits)]).len(), 1, "{bits}");
    }
    for bits in [8, 512, 1024, 2047, 4097, 8192, 16384] {
        assert!(keys(&[modulus(bits)]).is_empty(), "{bits}");
    }
}

#[test]
fn n_25_a_zero_before_the_modulus_changes_nothing() {
    let signer = rsa(2048);
    let n = base64::Engine::decode(
        &base64::engine::general_purpose::URL_SAFE_NO_PAD,
        signer.public["n"].as_str().unwrap(),
    );
    let longer = with(signer.public.clone(), "n", json!(encode(&[&[0], n.unwrap().as_slice()].concat())));
    let list = keys(&[longer]);
    let token = signer.sign(Alg::Rs256, r#"{"alg":"RS256"}"#, "{}");
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let key = list.choose(&header(Alg::Rs256, None)).unwrap();
    assert!(key.verifies(Alg::Rs256, signed.as_bytes(), signature));
    assert!(!key.verifies(Alg::Ps256, signed.as_bytes(), signature));
}

#[test]
fn n_25_a_list_has_an_end() {
    let many = |count| json!({"keys": vec![json!({"kty": "oct"}); count]}).to_string();
    assert!(Keys::read(many(100).as_bytes()).unwrap().is_empty());
    assert_eq!(Keys::read(many(101).as_bytes()).unwrap_err(), Refused::KeysTooMany);
    assert_eq!(Keys::read(many(10_000).as_bytes()).unwrap_err(), Refused::KeysTooMany);
}

#[test]
fn a_list_of_another_shape_is_refused() {
    for bad in [
        "",
        "{}",
        "[]",
        r#"{"keys":{}}"#,
        r#"{"keys":null}"#,
        r#"{"keys":["a"]}"#,
        r#"{"keys":[],"keys":[]}"#,
        r#"{"keys":[{"kty":"RSA","kty":"oct"}]}"#,
    ] {
        assert_eq!(Keys::read(bad.as_bytes()).unwrap_err(), Refused::Keys, "{bad}");
    }
}

proptest! {
    /// No bytes make the reader panic, and neither does any key that it takes.
    #[test]
    fn no_bytes_are_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Keys::read(&bytes);
    }

    /// No key material, however odd, makes a verification panic or succeed.
    #[test]
    fn n_20_odd_keys_verify_nothing(
        (kty, crv) in prop::sample::select(
            vec![("RSA", ""), ("EC", "P-256"), ("EC", "P-384"), ("OKP", "Ed25519")],
        ),
        one in prop::collection::vec(any::<u8>(), 0..300),
        two in prop::collection::vec(any::<u8>(), 0..60),
        cut in prop::sample::select(vec![32_usize, 48, 256, 300]),
    ) {
        let one = &one[..one.len().min(cut)];
        let two = &two[..two.len().min(cut)];
        let (one, two) = (encode(one), encode(two));
        let key = json!({"kty": kty, "crv": crv, "n": one, "e": two, "x": one, "y": two});
        let list = keys(&[key]);
        for (_, alg) in ALGS {
            if let Ok(key) = list.choose(&header(alg, None)) {
                prop_assert!(!key.verifies(alg, b"signed", &one));
            }
        }
    }
}
