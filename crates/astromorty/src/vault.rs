//! Seals secrets for the database and opens them again.
//!
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) with a random 192-bit nonce. The key's id and the
//! row's identity are authenticated with it, so a sealed text copied to another row, column or
//! owner does not open. The first key seals; all of them open.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::moment::Moment;
use domain::token::{Sealed, Secret, TokenSet};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::app::seam::Random;

/// The first byte of every sealed text; a later format gets another one.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// One key of the keyring.
#[derive(Clone)]
pub struct Key {
    /// Its name, stored with everything it seals: 1 to 32 letters, digits, `-`, `_` or `.`.
    pub id: String,
    /// 32 bytes.
    pub bytes: Zeroizing<[u8; 32]>,
}

/// N-71: a key never prints.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({}, [redacted])", self.id)
    }
}

/// The row and column a sealed text belongs to. It opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// `table.column`.
    pub column: &'a str,
    /// The row's id.
    pub row: i64,
    /// Whose it is; 0 where it is nobody's.
    pub owner: i64,
    /// The row's generation; an older text does not open after it grew.
    pub generation: i64,
}

/// Why a sealed text does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Cut, changed, or made by a later version.
    #[error("a sealed value is damaged or of an unknown version")]
    Damaged,
    /// Sealed with a key that is not in `secrets.keys`.
    #[error("a sealed value needs a key that is not among secrets.keys; put that key back")]
    UnknownKey,
    /// Changed, or moved from another row.
    #[error("a sealed value does not belong where it was found")]
    Foreign,
}

/// What can be sealed.
pub trait Sealable: Sized {
    /// As bytes, wiped when dropped.
    fn to_bytes(&self) -> Zeroizing<Vec<u8>>;
    /// From those bytes; `None` when they are something else.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl Sealable for Secret {
    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.expose().as_bytes().to_vec())
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok().map(|text| Secret::new(text.to_owned()))
    }
}

#[derive(Serialize, Deserialize)]
struct StoredTokens<'a> {
    a: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    r: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<Moment>,
    s: Vec<String>,
}

impl Sealable for TokenSet {
    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let stored = StoredTokens {
            a: self.access.expose(),
            r: self.refresh.as_ref().map(Secret::expose),
            e: self.expires_at,
            s: self.scopes.clone(),
        };
        Zeroizing::new(serde_json::to_vec(&stored).expect("texts and numbers always serialise"))
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Owned {
            a: Secret,
            r: Option<Secret>,
            e: Option<Moment>,
            s: Vec<String>,
        }
        let stored: Owned = serde_json::from_slice(bytes).ok()?;
        Some(Self { access: stored.a, refresh: stored.r, expires_at: stored.e, scopes: stored.s })
    }
}

/// The keyring. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Vault {
    keys: std::sync::Arc<Vec<Key>>,
    random: Random,
}

impl Vault {
    /// A keyring; `None` when there is no key.
    #[must_use]
    pub fn new(keys: Vec<Key>, random: Random) -> Option<Self> {
        (!keys.is_empty()).then(|| Self { keys: keys.into(), random })
    }

    /// A new key as settings take it: `id:base64` of 32 random bytes.
    #[must_use]
    pub fn generate(id: &str, random: &Random) -> Secret {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        random.fill(&mut *bytes);
        Secret::new(format!("{id}:{}", base64::engine::general_purpose::STANDARD.encode(*bytes)))
    }

    /// Seals `value` for its place, with the first key.
    #[must_use]
    pub fn seal<T: Sealable>(&self, value: &T, place: Place<'_>) -> Sealed<T> {
        let key = &self.keys[0];
        let mut nonce = [0; NONCE];
        self.random.fill(&mut nonce);
        let bound = bound(&key.id, place);
        let payload = Payload { msg: &value.to_bytes(), aad: &bound };
        let ciphertext = cipher(key).encrypt(&XNonce::from(nonce), payload);
        let ciphertext = ciphertext.expect("a token set is far below the cipher's limit of 256 GiB");
        let length = u8::try_from(key.id.len()).expect("key ids have at most 32 bytes");
        let text = [&[VERSION, length], key.id.as_bytes(), &nonce, &ciphertext].concat();
        Sealed::from_text(STANDARD_NO_PAD.encode(text))
    }

    /// Opens what was sealed for this place.
    pub fn open<T: Sealable>(&self, sealed: &Sealed<T>, place: Place<'_>) -> Result<T, VaultError> {
        let bytes = STANDARD_NO_PAD.decode(sealed.as_text()).map_err(|_| VaultError::Damaged)?;
        let (&[version, length], rest) = bytes.split_first_chunk().ok_or(VaultError::Damaged)?;
        let (id, rest) = rest.split_at_checked(length.into()).ok_or(VaultError::Damaged)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(VaultError::Damaged)?;
        if version != VERSION {
            return Err(VaultError::Damaged);
        }
        let key = self.keys.iter().find(|key| key.id.as_bytes() == id).ok_or(VaultError::UnknownKey)?;
        let payload = Payload { msg: ciphertext, aad: &bound(&key.id, place) };
        let plain = cipher(key).decrypt(&XNonce::from(*nonce), payload).map_err(|_| VaultError::Foreign)?;
        T::from_bytes(&Zeroizing::new(plain)).ok_or(VaultError::Damaged)
    }
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&*key.bytes).into())
}

/// The associated data. NUL separates the parts; none of them can contain one.
fn bound(key: &str, place: Place<'_>) -> Vec<u8> {
    let Place { column, row, owner, generation } = place;
    format!("astromorty\0{VERSION}\0{key}\0{column}\0{row}\0{owner}\0{generation}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, byte: u8) -> Key {
        Key { id: id.to_owned(), bytes: Zeroizing::new([byte; 32]) }
    }

    fn vault(keys: Vec<Key>) -> Vault {
        Vault::new(keys, Random::seeded(1)).unwrap()
    }

    const HERE: Place<'static> = Place { column: "connection.tokens", row: 7, owner: 9, generation: 1 };

    fn tokens() -> TokenSet {
        TokenSet {
            access: Secret::new("gho_a\"é".into()),
            refresh: Some(Secret::new("ghr_b".into())),
            expires_at: Some(Moment::from_millis(5)),
            scopes: vec!["read:user".into()],
        }
    }

    #[test]
    fn what_is_sealed_opens_in_its_place() {
        let vault = vault(vec![key("new", 1)]);
        assert_eq!(vault.open(&vault.seal(&tokens(), HERE), HERE), Ok(tokens()));
    }

    #[test]
    fn an_older_key_still_opens_and_a_missing_one_is_named() {
        let sealed = vault(vec![key("old", 1)]).seal(&tokens(), HERE);
        assert_eq!(vault(vec![key("new", 2), key("old", 1)]).open(&sealed, HERE), Ok(tokens()));
        assert_eq!(vault(vec![key("new", 2)]).open(&sealed, HERE), Err(VaultError::UnknownKey));
        assert_eq!(vault(vec![key("old", 2)]).open(&sealed, HERE), Err(VaultError::Foreign));
    }

    #[test]
    fn n_60_a_sealed_text_moved_to_any_other_place_does_not_open() {
        let vault = vault(vec![key("k", 1)]);
        let places: Vec<Place<'_>> = ["connection.tokens", "discord_user.tokens"]
            .into_iter()
            .flat_map(|column| {
                (1..=10).map(move |row| Place { column, row, owner: row % 3, generation: row % 2 })
            })
            .collect();
        for (from, place) in places.iter().enumerate() {
            let sealed = vault.seal(&tokens(), *place);
            for (to, other) in places.iter().enumerate() {
                assert_eq!(vault.open(&sealed, *other).is_ok(), from == to, "{from} opened at {to}");
            }
        }
    }

    #[test]
    fn n_61_a_damaged_text_is_an_error_and_never_a_panic() {
        let vault = vault(vec![key("k", 1)]);
        let text = vault.seal(&tokens(), HERE).as_text().to_owned();
        let bytes = STANDARD_NO_PAD.decode(&text).unwrap();
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            let damaged = [&bytes[..at], &flipped[..]];
            for bytes in damaged {
                let sealed = Sealed::<TokenSet>::from_text(STANDARD_NO_PAD.encode(bytes));
                assert!(vault.open(&sealed, HERE).is_err(), "byte {at}");
            }
        }
        for text in ["", "A", "not base64!", "////"] {
            assert!(vault.open(&Sealed::<TokenSet>::from_text(text.into()), HERE).is_err());
        }
    }
}
