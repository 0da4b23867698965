//! Tokens in compact form, taken apart.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::{Header, Key, Refused, json};

/// Longer tokens are refused before anything is read: ID tokens with hundreds of groups fit.
const LONGEST: usize = 16 * 1024;

/// A signed token in compact form (RFC 7515 §3.1). Its content is out of reach until a key has
/// verified it.
#[derive(Clone)]
pub struct Compact<'a> {
    /// What it says of its signature.
    pub header: Header,
    signed: &'a str,
    signature: &'a str,
    payload: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Takes a token apart: exactly three parts of base64url without padding, the last not empty.
    ///
    /// An encrypted token has five parts and is refused with the rest.
    pub fn read(token: &'a str) -> Result<Self, Refused> {
        if token.len() > LONGEST {
            return Err(Refused::Form);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Form)?;
        let (header, payload) = signed.split_once('.').ok_or(Refused::Form)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Form);
        if decode(signature)?.is_empty() {
            return Err(Refused::Form);
        }
        let (header, payload) = (decode(header)?, decode(payload)?);
        Ok(Self { header: Header::read(&header)?, signed, signature, payload })
    }

    /// The content, once this key has verified the signature.
    pub fn open(&self, key: &Key) -> Result<Map<String, Value>, Refused> {
        if !key.verifies(self.header.alg, self.signed.as_bytes(), self.signature) {
            return Err(Refused::Signature);
        }
        json::object(&self.payload).ok_or(Refused::Content)
    }
}
