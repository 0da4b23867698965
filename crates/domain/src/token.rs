//! Token sets, and the sealed form that is all a database may hold.

use std::fmt;
use std::marker::PhantomData;

use crate::moment::Moment;

/// A secret text. It is never printed, and wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(zeroize::Zeroizing<String>);

impl Secret {
    /// Wraps a secret.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(zeroize::Zeroizing::new(text))
    }

    /// The secret itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// N-71: whatever holds a secret prints this instead.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// OAuth2 tokens of one user at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSet {
    /// What API calls carry.
    pub access: Secret,
    /// What buys the next set, where the platform gives one.
    pub refresh: Option<Secret>,
    /// When `access` ends, where the platform says so.
    pub expires_at: Option<Moment>,
    /// The scopes that were granted, sorted.
    pub scopes: Vec<String>,
}

/// A `T` that only the vault can open: version, key id, nonce and ciphertext as base64 text.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed<T> {
    text: String,
    of: PhantomData<fn() -> T>,
}

impl<T> Sealed<T> {
    /// Takes text that the vault made or the database kept.
    #[must_use]
    pub const fn from_text(text: String) -> Self {
        Self { text, of: PhantomData }
    }

    /// The text to store.
    #[must_use]
    pub fn as_text(&self) -> &str {
        &self.text
    }
}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_71_nothing_prints_a_secret() {
        let tokens = TokenSet {
            access: Secret::new("canary-access".into()),
            refresh: Some(Secret::new("canary-refresh".into())),
            expires_at: None,
            scopes: vec![],
        };
        let sealed = Sealed::<TokenSet>::from_text("canary-sealed".into());
        assert!(!format!("{tokens:?} {} {sealed:?}", tokens.access).contains("canary"));
    }
}
