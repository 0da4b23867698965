//! Keys: one public key of a site, and what it may verify.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, crypto};
use serde_json::{Map, Value};

use super::{Alg, json};

/// The lengths of an RSA modulus in bits. Shorter ones are weak (RFC 7518 §3.3); longer ones the
/// library does not take, and they cost more time than a site may have of us.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// The longest exponent in bytes; what the library takes has 33 bits.
const LONGEST_EXPONENT: usize = 5;

/// A public key (RFC 7517 §4) that can verify signatures of ours.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its id, where it has one.
    pub kid: Option<String>,
    alg: Option<Alg>,
    kind: Kind,
    library: DecodingKey,
}

/// Which algorithms a key is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl Key {
    /// Reads a key; `None` for one that is of no use to us.
    ///
    /// Of no use are keys for encryption, for algorithms that are not ours, of other lengths and
    /// curves, shared secrets (RFC 8725 §3.1), and keys whose private half stands beside them.
    #[must_use]
    pub fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let verifies = |ops: &Value| json::texts(ops).is_some_and(|ops| ops.contains(&"verify"));
        let for_signatures = jwk.get("use").is_none_or(|usage| usage == "sig");
        if !for_signatures || !jwk.get("key_ops").is_none_or(verifies) || jwk.contains_key("d") {
            return None;
        }
        let kid = match jwk.get("kid") {
            Some(kid) => Some(kid.as_str()?.to_owned()),
            None => None,
        };
        let alg = match jwk.get("alg") {
            Some(alg) => Some(Alg::named(alg.as_str()?)?),
            None => None,
        };
        let (kind, library) = match jwk.get("kty")?.as_str()? {
            "RSA" => (Kind::Rsa, rsa(jwk)?),
            "EC" => elliptic(jwk)?,
            "OKP" => (Kind::Ed25519, edwards(jwk)?),
            _ => return None,
        };
        let key = Self { kid, alg, kind, library };
        key.alg.is_none_or(|alg| kind == Kind::of(alg)).then_some(key)
    }

    /// Whether the key is meant for that algorithm: for one only, where it says so (RFC 8725 §3.1).
    #[must_use]
    pub fn fits(&self, alg: Alg) -> bool {
        self.kind == Kind::of(alg) && self.alg.is_none_or(|only| only == alg)
    }

    /// Whether the signature, in base64url, over `signed` is by this key (RFC 7515 §5.2).
    #[must_use]
    pub fn verifies(&self, alg: Alg, signed: &[u8], signature: &str) -> bool {
        // The library panics for keys of another kind, so `fits` is asked first.
        self.fits(alg) && crypto::verify(signature, signed, &self.library, alg.library()).unwrap_or(false)
    }
}

impl Kind {
    const fn of(alg: Alg) -> Self {
        match alg {
            Alg::Rs256 | Alg::Rs384 | Alg::Rs512 | Alg::Ps256 | Alg::Ps384 | Alg::Ps512 => Self::Rsa,
            Alg::Es256 => Self::P256,
            Alg::Es384 => Self::P384,
            Alg::Ed25519 => Self::Ed25519,
        }
    }
}

fn bytes(jwk: &Map<String, Value>, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok()
}

/// RFC 7518 §6.3.1. Leading zeros should not be there, but some libraries write them.
fn rsa(jwk: &Map<String, Value>) -> Option<DecodingKey> {
    let (n, e) = (bytes(jwk, "n")?, bytes(jwk, "e")?);
    let (n, e) = (trimmed(&n), trimmed(&e));
    let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    let bits = n.len() * 8 - usize::try_from(n.first()?.leading_zeros()).ok()?;
    let fits = RSA_BITS.contains(&bits) && e.len() <= LONGEST_EXPONENT && e != [1];
    (fits && odd(n) && odd(e)).then(|| DecodingKey::from_rsa_raw_components(n, e))
}

fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// RFC 7518 §6.2.1: coordinates have their full length. Whether the point is on its curve the
/// library sees when it verifies.
fn elliptic(jwk: &Map<String, Value>) -> Option<(Kind, DecodingKey)> {
    let (kind, length) = match jwk.get("crv")?.as_str()? {
        "P-256" => (Kind::P256, 32),
        "P-384" => (Kind::P384, 48),
        _ => return None,
    };
    let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
    let point = [&[4], x.as_slice(), &y].concat();
    let fits = x.len() == length && y.len() == length;
    fits.then(|| (kind, DecodingKey::from_ec_der(&point)))
}

/// RFC 8037 §2. The library panics when there are fewer than 32 bytes.
fn edwards(jwk: &Map<String, Value>) -> Option<DecodingKey> {
    let x = bytes(jwk, "x")?;
    let fits = jwk.get("crv")? == "Ed25519" && x.len() == 32;
    fits.then(|| DecodingKey::from_ed_der(&x))
}
