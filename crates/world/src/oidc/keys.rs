//! Signing keys: made when the provider starts, never stored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::pkcs8::{EncodePublicKey, LineEnding};
use rsa::RsaPrivateKey;
use rsa::rand_core::OsRng;
use rsa::sha2::Sha256;
use rsa::signature::{RandomizedSigner, SignatureEncoding, Signer};
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

/// The size of an honest RSA key.
const RSA_BITS: usize = 2048;
/// The size of an RSA key that anybody can break, just large enough for RS256.
const WEAK_RSA_BITS: usize = 512;

/// How an ID token is signed (RFC 7518 section 3.1, RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256.
    Es256,
    /// RSA with PKCS #1 v1.5. The key takes a while to make.
    Rs256,
    /// RSA with PSS. The key takes a while to make.
    Ps256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// The name in a token's `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Es256 => "ES256",
            Algorithm::Rs256 => "RS256",
            Algorithm::Ps256 => "PS256",
            Algorithm::EdDsa => "EdDSA",
        }
    }

    /// A quick algorithm that is not this one, and not RS256, which every provider lists.
    pub(crate) fn other(self) -> Algorithm {
        match self {
            Algorithm::Es256 | Algorithm::Rs256 | Algorithm::Ps256 => Algorithm::EdDsa,
            Algorithm::EdDsa => Algorithm::Es256,
        }
    }
}

/// The private half. It has no `Debug`, so that it cannot be printed.
enum Secret {
    Es256(p256::ecdsa::SigningKey),
    Rs256(Box<RsaPrivateKey>),
    Ps256(Box<RsaPrivateKey>),
    EdDsa(Box<ed25519_dalek::SigningKey>),
}

/// A key pair under its `kid`.
pub(crate) struct Key {
    pub(crate) kid: String,
    secret: Secret,
}

impl Key {
    /// A new key. RSA takes a second or more.
    pub(crate) fn generate(algorithm: Algorithm, kid: &str) -> Key {
        let secret = match algorithm {
            Algorithm::Es256 => Secret::Es256(p256::ecdsa::SigningKey::random(&mut OsRng)),
            Algorithm::Rs256 => Secret::Rs256(rsa_key(RSA_BITS)),
            Algorithm::Ps256 => Secret::Ps256(rsa_key(RSA_BITS)),
            Algorithm::EdDsa => Secret::EdDsa(Box::new(ed25519_dalek::SigningKey::generate(&mut OsRng))),
        };
        Key { kid: kid.to_owned(), secret }
    }

    /// A new RSA key that is far too short.
    pub(crate) fn weak(kid: &str) -> Key {
        Key { kid: kid.to_owned(), secret: Secret::Rs256(rsa_key(WEAK_RSA_BITS)) }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        match self.secret {
            Secret::Es256(_) => Algorithm::Es256,
            Secret::Rs256(_) => Algorithm::Rs256,
            Secret::Ps256(_) => Algorithm::Ps256,
            Secret::EdDsa(_) => Algorithm::EdDsa,
        }
    }

    /// Signs, in the form that a JWS carries.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.secret {
            Secret::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_vec()
            }
            Secret::Rs256(key) => {
                rsa::pkcs1v15::SigningKey::<Sha256>::new(key.as_ref().clone()).sign(message).to_vec()
            }
            Secret::Ps256(key) => {
                let key = rsa::pss::SigningKey::<Sha256>::new(key.as_ref().clone());
                key.sign_with_rng(&mut OsRng, message).to_vec()
            }
            Secret::EdDsa(key) => key.sign(message).to_vec(),
        }
    }

    /// The public half as a JWK (RFC 7517).
    pub(crate) fn jwk(&self) -> Value {
        let mut jwk = match &self.secret {
            Secret::Es256(key) => {
                let point = key.verifying_key().to_encoded_point(false);
                let part = |part: Option<&_>| part.map(|part: &p256::FieldBytes| text(part));
                json!({ "kty": "EC", "crv": "P-256", "x": part(point.x()), "y": part(point.y()) })
            }
            Secret::Rs256(key) | Secret::Ps256(key) => {
                json!({ "kty": "RSA", "n": text(&key.n().to_bytes_be()), "e": text(&key.e().to_bytes_be()) })
            }
            Secret::EdDsa(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": text(key.verifying_key().as_bytes()) })
            }
        };
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(self.algorithm().name());
        jwk
    }

    /// The public half as PEM.
    pub(crate) fn pem(&self) -> String {
        let pem = match &self.secret {
            Secret::Es256(key) => key.verifying_key().to_public_key_pem(LineEnding::LF),
            Secret::Rs256(key) | Secret::Ps256(key) => key.to_public_key().to_public_key_pem(LineEnding::LF),
            Secret::EdDsa(key) => key.verifying_key().to_public_key_pem(LineEnding::LF),
        };
        pem.expect("a public key of a known kind has a PEM form")
    }
}

fn rsa_key(bits: usize) -> Box<RsaPrivateKey> {
    let key = RsaPrivateKey::new(&mut OsRng, bits);
    Box::new(key.expect("the system's random numbers make primes"))
}

/// Bytes as JWTs write them.
pub(crate) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The keys of a provider.
pub(crate) struct Keys {
    made: u32,
    pub(crate) current: Key,
    /// Published, and not used any more.
    pub(crate) old: Vec<Key>,
    /// Nobody publishes it, unless a lie needs it.
    pub(crate) stranger: Key,
    /// Of an algorithm that discovery does not list; published while a lie needs it.
    pub(crate) unlisted: Key,
    /// Far too short; published while a lie needs it.
    pub(crate) weak: Option<Key>,
}

impl Keys {
    pub(crate) fn new(algorithm: Algorithm) -> Keys {
        Keys {
            made: 1,
            current: Key::generate(algorithm, "key-1"),
            old: Vec::new(),
            stranger: Key::generate(algorithm, "key-1"),
            unlisted: Key::generate(algorithm.other(), "unlisted"),
            weak: None,
        }
    }

    /// Signs with a new key from now on and keeps publishing the one before.
    pub(crate) fn rotate(&mut self, algorithm: Algorithm) {
        self.made += 1;
        let kid = format!("key-{}", self.made);
        if self.unlisted.algorithm() != algorithm.other() {
            self.unlisted = Key::generate(algorithm.other(), "unlisted");
        }
        self.stranger = Key::generate(algorithm, &kid);
        let before = std::mem::replace(&mut self.current, Key::generate(algorithm, &kid));
        self.old.push(before);
    }

    /// All that an honest provider publishes, the current one first.
    pub(crate) fn published(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.old)
    }
}
