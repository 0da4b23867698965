//! Signed JSON in its compact form (RFC 7515 section 7.1).

use serde_json::Value;

use super::keys::text;

/// Writes header, claims and the signature of both. The claims are JSON text, which may hold what
/// [`Value`] cannot.
pub(crate) fn compact(header: &Value, claims: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", text(header.to_string().as_bytes()), text(claims.as_bytes()));
    let signature = text(&sign(message.as_bytes()));
    format!("{message}.{signature}")
}
