//! Signers: keys that are made for the tests, and tokens by them.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, crypto};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair,
};
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

use crate::platform::oidc::Alg;

/// Every algorithm with its name.
pub const ALGS: [(&str, Alg); 9] = [
    ("RS256", Alg::Rs256),
    ("RS384", Alg::Rs384),
    ("RS512", Alg::Rs512),
    ("PS256", Alg::Ps256),
    ("PS384", Alg::Ps384),
    ("PS512", Alg::Ps512),
    ("ES256", Alg::Es256),
    ("ES384", Alg::Es384),
    ("EdDSA", Alg::Ed25519),
];

/// A private key, and its public half as a site shows it (without `kid` and `alg`).
pub struct Signer {
    private: EncodingKey,
    pub public: Value,
}

static RSA: LazyLock<Signer> = LazyLock::new(|| rsa(2048));
static P256: LazyLock<Signer> = LazyLock::new(|| elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, ("P-256", 32)));
static P384: LazyLock<Signer> = LazyLock::new(|| elliptic(&ECDSA_P384_SHA384_FIXED_SIGNING, ("P-384", 48)));
static ED25519: LazyLock<Signer> = LazyLock::new(edwards);

/// The signer of an algorithm.
pub fn signer(alg: Alg) -> &'static Signer {
    match alg {
        Alg::Rs256 | Alg::Rs384 | Alg::Rs512 | Alg::Ps256 | Alg::Ps384 | Alg::Ps512 => &RSA,
        Alg::Es256 => &P256,
        Alg::Es384 => &P384,
        Alg::Ed25519 => &ED25519,
    }
}

/// A new key on P-256.
pub fn stranger() -> Signer {
    elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, ("P-256", 32))
}

/// A new RSA key.
pub fn rsa(bits: usize) -> Signer {
    let key = RsaPrivateKey::new(&mut ::rsa::rand_core::OsRng, bits).unwrap();
    let public = json!({
        "kty": "RSA",
        "n": encode(&key.n().to_bytes_be()),
        "e": encode(&key.e().to_bytes_be()),
    });
    let der = key.to_pkcs1_der().unwrap();
    Signer { private: EncodingKey::from_rsa_der(der.as_bytes()), public }
}

fn elliptic(alg: &'static EcdsaSigningAlgorithm, (curve, length): (&str, usize)) -> Signer {
    let random = SystemRandom::new();
    let der = EcdsaKeyPair::generate_pkcs8(alg, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(alg, der.as_ref(), &random).unwrap();
    let point = &pair.public_key().as_ref()[1..];
    let public = json!({
        "kty": "EC", "crv": curve, "x": encode(&point[..length]), "y": encode(&point[length..]),
    });
    Signer { private: EncodingKey::from_ec_der(der.as_ref()), public }
}

fn edwards() -> Signer {
    let der = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(der.as_ref()).unwrap();
    let public = json!({"kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref())});
    Signer { private: EncodingKey::from_ed_der(der.as_ref()), public }
}

impl Signer {
    /// The public half under a name.
    pub fn named(&self, kid: &str) -> Value {
        let mut public = self.public.clone();
        public["kid"] = json!(kid);
        public
    }

    /// A token with exactly these texts as header and content.
    pub fn sign(&self, alg: Alg, header: &str, payload: &str) -> String {
        let signed = format!("{}.{}", encode(header.as_bytes()), encode(payload.as_bytes()));
        let signature = crypto::sign(signed.as_bytes(), &self.private, alg.library()).unwrap();
        format!("{signed}.{signature}")
    }
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
