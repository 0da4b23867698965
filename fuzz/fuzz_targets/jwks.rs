//! Key lists (N-25).
//!
//! Laws: at most 100 keys; a key that is kept has the size and shape that its kind asks for, no
//! private half, and is not for encryption; the key that is chosen is one of the kept ones and fits;
//! and no key makes the verification panic.
#![no_main]

use astromorty::platform::oidc::{Alg, Header, Key, Keys};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

const ALGS: [Alg; 9] = [
    Alg::Rs256,
    Alg::Rs384,
    Alg::Rs512,
    Alg::Ps256,
    Alg::Ps384,
    Alg::Ps512,
    Alg::Es256,
    Alg::Es384,
    Alg::Ed25519,
];

fuzz_target!(|data: &[u8]| {
    let Ok(keys) = Keys::read(data) else { return };
    let set: Map<String, Value> = serde_json::from_slice(data).expect("what is read is JSON");
    let list = set.get("keys").and_then(Value::as_array).expect("a key list has keys");
    assert!(list.len() <= 100);
    let list: Vec<_> = list.iter().map(|key| key.as_object().expect("a key is an object")).collect();
    let kept: Vec<_> = list.into_iter().filter_map(|jwk| Some((jwk, Key::read(jwk)?))).collect();
    assert_eq!(keys.len(), kept.len());
    assert_eq!(keys.is_empty(), kept.is_empty());
    for (jwk, key) in &kept {
        is_sound(jwk, key);
    }
    for alg in ALGS {
        chosen(&keys, &kept, &Header { alg, kid: None });
        if let Some((_, key)) = kept.last() {
            chosen(&keys, &kept, &Header { alg, kid: key.kid.clone() });
        }
    }
    // One is enough for a run: a verification takes longer than everything else together.
    if let Some((_, key)) = kept.first() {
        verifies_without_panic(key);
    }
});

fn is_sound(jwk: &Map<String, Value>, key: &Key) {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let bytes = |name: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(text(name)?).ok()?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        Some((bytes.len(), bytes[zeros..].to_vec()))
    };
    assert!(!jwk.contains_key("d"));
    assert!(jwk.get("use").is_none_or(|usage| usage == "sig"));
    assert_eq!(key.kid.as_deref(), text("kid"));
    let fits: Vec<_> = ALGS.into_iter().filter(|alg| key.fits(*alg)).collect();
    assert!(!fits.is_empty(), "a key that fits nothing is kept");
    match text("alg") {
        Some(name) => assert_eq!(fits, [Alg::named(name).expect("an algorithm of ours")]),
        None => assert!(jwk.get("alg").is_none()),
    }
    match (text("kty"), text("crv")) {
        (Some("RSA"), _) => {
            let (n, e) = (bytes("n").expect("a modulus").1, bytes("e").expect("an exponent").1);
            let bits = n.len() * 8 - n.first().map_or(0, |byte| byte.leading_zeros() as usize);
            assert!((2048..=4096).contains(&bits), "{bits} bits");
            assert!(e.len() <= 5 && e != [1] && e.last().is_some_and(|last| last % 2 == 1));
        }
        (Some("EC"), Some("P-256")) => {
            assert!(["x", "y"].iter().all(|name| bytes(name).is_some_and(|(length, _)| length == 32)))
        }
        (Some("EC"), Some("P-384")) => {
            assert!(["x", "y"].iter().all(|name| bytes(name).is_some_and(|(length, _)| length == 48)))
        }
        (Some("OKP"), Some("Ed25519")) => assert!(bytes("x").is_some_and(|(length, _)| length == 32)),
        other => panic!("a key of another kind is kept: {other:?}"),
    }
}

fn chosen(keys: &Keys, kept: &[(&Map<String, Value>, Key)], header: &Header) {
    let fitting = |key: &Key| key.fits(header.alg) && (header.kid.is_none() || key.kid == header.kid);
    let fitting: Vec<_> = kept.iter().filter(|(_, key)| fitting(key)).collect();
    match keys.choose(header) {
        Ok(key) => {
            assert!(key.fits(header.alg) && fitting.len() == 1);
            assert!(header.kid.is_none() || key.kid == header.kid);
        }
        Err(_) => assert!(fitting.len() != 1),
    }
}

fn verifies_without_panic(key: &Key) {
    let alg = ALGS.into_iter().find(|alg| key.fits(*alg)).expect("a kept key fits something");
    let length = match alg {
        Alg::Rs256 | Alg::Rs384 | Alg::Rs512 | Alg::Ps256 | Alg::Ps384 | Alg::Ps512 => 256,
        Alg::Es256 | Alg::Ed25519 => 64,
        Alg::Es384 => 96,
    };
    let signature = URL_SAFE_NO_PAD.encode(vec![7; length]);
    assert!(!key.verifies(alg, b"header.content", &signature), "nobody has signed this");
    assert!(!key.verifies(alg, b"header.content", "+"));
}
