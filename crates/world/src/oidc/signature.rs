//! Headers and signatures of ID tokens: the current key's, or a lie's.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};

use super::Oidc;
use super::jwks::{VAST_BYTES, VAST_KID, noise};
use super::keys::{Algorithm, Key, Keys, text};
use super::lie::{JwksLie, SignatureLie};
use super::state::State;

/// The header, and what signs.
pub(crate) fn head<'a>(oidc: &Oidc, state: &'a State) -> (Value, Signer<'a>) {
    let keys = &state.keys;
    let weak = keys.weak.as_ref().filter(|_| state.tells(JwksLie::Rsa512));
    let key = weak.unwrap_or(&keys.current);
    let mut head = (header(key), Signer::Key(key));
    if state.tells(JwksLie::Rsa16384) {
        head = (json!({ "typ": "JWT", "alg": "RS256", "kid": VAST_KID }), Signer::Noise);
    }
    for lie in SignatureLie::ALL.iter().filter(|lie| state.tells(**lie)) {
        head = missign(head, *lie, oidc, keys);
    }
    head
}

/// An honest header.
pub(crate) fn header(key: &Key) -> Value {
    json!({ "typ": "JWT", "alg": key.algorithm().name(), "kid": key.kid })
}

fn missign<'a>(
    (mut head, signer): (Value, Signer<'a>),
    lie: SignatureLie,
    oidc: &Oidc,
    keys: &'a Keys,
) -> (Value, Signer<'a>) {
    let mut with = |name: &str, value: Value| {
        head[name] = value;
        head.clone()
    };
    match lie {
        SignatureLie::AlgNone => (with("alg", json!("none")), Signer::Nobody),
        SignatureLie::Hs256WithPem => (with("alg", json!("HS256")), Signer::Secret(keys.current.pem())),
        SignatureLie::Hs256WithJwk => {
            (with("alg", json!("HS256")), Signer::Secret(keys.current.jwk().to_string()))
        }
        SignatureLie::OtherAlgorithm => (header(&keys.unlisted), Signer::Key(&keys.unlisted)),
        SignatureLie::Broken => (head, Signer::Broken(&keys.current)),
        SignatureLie::UnknownKid => (with("kid", json!("nobody")), signer),
        SignatureLie::NoKid => {
            if let Some(head) = head.as_object_mut() {
                head.remove("kid");
            }
            (head, signer)
        }
        SignatureLie::Jku => (with("jku", json!(oidc.at("/stranger"))), Signer::Key(&keys.stranger)),
        SignatureLie::X5u => (with("x5u", json!(oidc.at("/stranger.pem"))), Signer::Key(&keys.stranger)),
        SignatureLie::Jwk => (with("jwk", keys.stranger.jwk()), Signer::Key(&keys.stranger)),
    }
}

/// What makes the signature.
pub(crate) enum Signer<'a> {
    Key(&'a Key),
    /// Like a key, with one wrong bit.
    Broken(&'a Key),
    /// HMAC with SHA-256.
    Secret(String),
    Noise,
    Nobody,
}

impl Signer<'_> {
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Signer::Key(key) => key.sign(message),
            Signer::Broken(key) => {
                let mut signature = key.sign(message);
                if let Some(byte) = signature.get_mut(5) {
                    *byte ^= 1;
                }
                signature
            }
            Signer::Secret(secret) => hmac(secret, message),
            Signer::Noise => {
                let mut noise = noise(VAST_BYTES);
                noise[0] = 0;
                noise
            }
            Signer::Nobody => Vec::new(),
        }
    }

    /// `at_hash`: the left half of the hash that belongs to the algorithm. Ed25519 uses SHA-512.
    pub(crate) fn hash(&self, access_token: &str) -> String {
        let long = match self {
            Signer::Key(key) | Signer::Broken(key) => key.algorithm() == Algorithm::EdDsa,
            Signer::Secret(_) | Signer::Noise | Signer::Nobody => false,
        };
        if long {
            text(&Sha512::digest(access_token)[..32])
        } else {
            text(&Sha256::digest(access_token)[..16])
        }
    }
}

fn hmac(secret: &str, message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}
