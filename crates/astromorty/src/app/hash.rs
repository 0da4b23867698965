//! Hashes of what could be guessed, with a key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::token::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Hashes what could be guessed (account ids, networks) with a key that rests sealed.
#[derive(Debug, Clone)]
pub struct Hasher(Secret);

impl Hasher {
    /// With this key.
    #[must_use]
    pub const fn new(key: Secret) -> Self {
        Self(key)
    }

    /// HMAC-SHA-256 of `parts` for one purpose, so that hashes of two purposes cannot be compared.
    #[must_use]
    pub fn hash(&self, purpose: &str, parts: &[&str]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose().as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        for part in parts {
            mac.update(&[0]);
            mac.update(part.as_bytes());
        }
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}
