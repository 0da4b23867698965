//! Known answers: the Wycheproof vectors of the signature schemes, through the path that verifies
//! ID tokens: keys are read as a site publishes them, signatures as a token carries them.
//!
//! The package that carries the vectors has no JWS set, so the schemes are tried one by one.

use ::wycheproof::{ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};
use serde_json::{Value, json};

use super::signer::encode;
use crate::platform::oidc::{Alg, Key};

/// How many vectors of a set were tried, and how many of those are good signatures.
type Tally = (usize, usize);

/// Tries every vector of a set under the key of its group. What a verifier may take or leave, we leave.
fn tally(alg: Alg, set: &str, jwk: impl Fn(&Value) -> Value) -> Tally {
    let set: Value = serde_json::from_str(set).unwrap();
    let mut tally = (0, 0);
    for group in set["testGroups"].as_array().unwrap() {
        let jwk = jwk(group);
        let key = Key::read(jwk.as_object().unwrap()).unwrap_or_else(|| panic!("a key of no use: {jwk:?}"));
        for test in group["tests"].as_array().unwrap() {
            let verified = key.verifies(alg, &hex(&test["msg"]), &encode(&hex(&test["sig"])));
            let good = test["result"] == "valid";
            assert_eq!(verified, good, "{alg:?} {}: {}", test["tcId"], test["comment"]);
            tally = (tally.0 + 1, tally.1 + usize::from(good));
        }
    }
    tally
}

fn hex(text: &Value) -> Vec<u8> {
    let byte = |pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    text.as_str().unwrap().as_bytes().chunks(2).map(byte).collect()
}

/// A key on a curve; not every group has it as JSON.
fn point(group: &Value) -> Value {
    let point = hex(&group["publicKey"]["uncompressed"]);
    let (x, y) = point[1..].split_at(point.len() / 2);
    let curve = if x.len() == 32 { "P-256" } else { "P-384" };
    json!({"kty": "EC", "crv": curve, "x": encode(x), "y": encode(y)})
}

#[test]
fn n_25_ecdsa_agrees_with_every_vector() {
    use ecdsa::TestName::{EcdsaSecp256r1Sha256P1363, EcdsaSecp384r1Sha384P1363};
    let tried = |alg, set: ecdsa::TestName| tally(alg, set.json_data(), point);
    assert_eq!(tried(Alg::Es256, EcdsaSecp256r1Sha256P1363), (262, 173));
    assert_eq!(tried(Alg::Es384, EcdsaSecp384r1Sha384P1363), (280, 193));
}

#[test]
fn n_25_ed25519_agrees_with_every_vector() {
    assert_eq!(
        tally(Alg::Ed25519, eddsa::TestName::Ed25519.json_data(), |group| group["publicKeyJwk"].clone()),
        (151, 88)
    );
}

#[test]
fn n_25_rsa_pkcs1_agrees_with_every_vector() {
    use rsa_pkcs1_verify::TestName as Set;
    for (alg, set, expected) in [
        (Alg::Rs256, Set::Rsa2048Sha256, (259, 9)),
        (Alg::Rs384, Set::Rsa2048Sha384, (258, 7)),
        (Alg::Rs512, Set::Rsa2048Sha512, (259, 8)),
        (Alg::Rs256, Set::Rsa3072Sha256, (259, 8)),
        (Alg::Rs384, Set::Rsa3072Sha384, (259, 7)),
        (Alg::Rs512, Set::Rsa3072Sha512, (260, 8)),
        (Alg::Rs256, Set::Rsa4096Sha256, (258, 7)),
        (Alg::Rs384, Set::Rsa4096Sha384, (259, 7)),
        (Alg::Rs512, Set::Rsa4096Sha512, (259, 7)),
    ] {
        assert_eq!(tally(alg, set.json_data(), |group| group["keyJwk"].clone()), expected, "{set:?}");
    }
}

#[test]
fn n_25_rsa_pss_agrees_with_every_vector() {
    use rsa_pss_verify::TestName as Set;
    for (alg, set, expected) in [
        (Alg::Ps256, Set::RsaPss2048Sha256Mgf1SaltLen32, (108, 63)),
        (Alg::Ps384, Set::RsaPss2048Sha384Mgf1SaltLen48, (141, 95)),
        (Alg::Ps256, Set::RsaPss3072Sha256Mgf1SaltLen32, (108, 63)),
        (Alg::Ps256, Set::RsaPss4096Sha256Mgf1SaltLen32, (108, 63)),
        (Alg::Ps384, Set::RsaPss4096Sha384Mgf1SaltLen48, (141, 95)),
        (Alg::Ps512, Set::RsaPss4096Sha512Mgf1SaltLen64, (179, 132)),
    ] {
        assert_eq!(tally(alg, set.json_data(), |group| group["publicKeyJwk"].clone()), expected, "{set:?}");
    }
}

#[test]
fn n_25_keys_of_8192_bits_are_of_no_use() {
    let set: Value = serde_json::from_str(rsa_pkcs1_verify::TestName::Rsa8192Sha256.json_data()).unwrap();
    assert!(Key::read(set["testGroups"][0]["keyJwk"].as_object().unwrap()).is_none());
}
