//! `[secrets]`: the keys that seal what rests in the database.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use toml::Value;
use zeroize::Zeroizing;

use super::mistake::Wrong;
use super::parse;
use super::reader::Reader;

/// Standard base64, with or without its `=`.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
const CURE: &str = "make a key with `astromorty keys generate`";

/// A key with the id that sealed values name it by.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey {
    /// Up to 32 of letters, digits, `-`, `_` and `.`.
    pub id: String,
    /// The key itself.
    pub bytes: Zeroizing<[u8; 32]>,
}

/// N-71: the id is public, the key is not.
impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({}: [redacted])", self.id)
    }
}

/// The keys: the first seals, all open. Never empty.
pub(super) fn read(reader: &mut Reader) -> Option<Vec<SecretKey>> {
    const KEY: &str = "secrets.keys";
    if !reader.has(KEY) {
        let wrong = Wrong::new("this setting is missing: without a key nothing can be sealed", CURE);
        reader.note(KEY, &wrong);
    }
    reader.optional(KEY, keys)
}

fn keys(value: &Value) -> Result<Vec<SecretKey>, Wrong> {
    let keys: Vec<SecretKey> = parse::texts(value)?.iter().map(|text| key(text)).collect::<Result<_, _>>()?;
    let ids: BTreeSet<&str> = keys.iter().map(|key| key.id.as_str()).collect();
    if keys.is_empty() {
        return Err(Wrong::new("there is no key in the list", CURE));
    }
    if ids.len() < keys.len() {
        return Err(Wrong::new(
            "two keys have one id",
            "give each its own, such as the month it was made in",
        ));
    }
    Ok(keys)
}

fn key(text: &str) -> Result<SecretKey, Wrong> {
    let Some((id, encoded)) = text.split_once(':') else {
        return Err(Wrong::new("a key has no id before it (id:base64)", CURE));
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if id.is_empty() || id.len() > 32 || !id.chars().all(plain) {
        return Err(Wrong::new("a key's id is not 1 to 32 letters, digits, - _ or .", CURE));
    }
    let mut bytes = Zeroizing::new([0; 32]);
    match BASE64.decode_slice(encoded, bytes.as_mut_slice()) {
        Ok(32) => Ok(SecretKey { id: id.to_owned(), bytes }),
        Ok(_) | Err(_) => Err(Wrong::new("a key is not 32 bytes in base64", CURE)),
    }
}
