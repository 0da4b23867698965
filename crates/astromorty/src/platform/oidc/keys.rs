//! Key lists: what a site publishes to verify its signatures with.

use serde_json::Value;

use super::{Header, Key, Refused, json};

/// Sites have a handful; more than this are not looked at (N-25).
const MOST: usize = 100;

/// The keys of a site that are of use to us (a JWK Set, RFC 7517 §5).
#[derive(Debug, Clone)]
pub struct Keys(Vec<Key>);

/// Why no key is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoKey {
    /// None fits; the site may have a new one.
    Unknown,
    /// Several fit, and nothing says which.
    Several,
}

impl Keys {
    /// Reads a key list. Keys that are of no use to us are left out (RFC 7517 §5).
    pub fn read(bytes: &[u8]) -> Result<Self, Refused> {
        let set = json::object(bytes).ok_or(Refused::Keys)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(Refused::Keys)?;
        if keys.len() > MOST {
            return Err(Refused::KeysTooMany);
        }
        let objects = keys.iter().map(|key| key.as_object().ok_or(Refused::Keys));
        let objects = objects.collect::<Result<Vec<_>, _>>()?;
        Ok(Self(objects.into_iter().filter_map(Key::read).collect()))
    }

    /// The one key that a token can be signed with (OpenID Connect Core §10.1).
    ///
    /// Without a key id there must be only one that fits; of two with the same id neither is taken.
    pub fn choose(&self, header: &Header) -> Result<&Key, NoKey> {
        let named = |key: &&Key| header.kid.is_none() || key.kid == header.kid;
        let mut fitting = self.0.iter().filter(|key| key.fits(header.alg)).filter(named);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err(NoKey::Unknown),
            (Some(_), Some(_)) => Err(NoKey::Several),
        }
    }

    /// How many are of use to us.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is of use to us.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
