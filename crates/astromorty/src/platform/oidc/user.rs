//! `UserInfo`: what an access token tells of its user.

use serde_json::{Map, Value};

use super::claims::{check_names, check_times_if_said};
use super::{Circumstances, Refused, json};

/// Reads a `UserInfo` answer that is JSON (OpenID Connect Core §5.3.2).
pub fn read(body: &[u8], subject: &str) -> Result<Map<String, Value>, Refused> {
    let told = json::object(body).ok_or(Refused::UserInfo)?;
    about(told, subject)
}

/// Judges the claims of a `UserInfo` answer that is a signed token, and whose signature holds.
///
/// It must be the issuer's and meant for us, as an ID token must; a nonce and dates it need not
/// have, but what dates there are must hold.
pub fn check(
    told: Map<String, Value>,
    circumstances: &Circumstances<'_>,
    subject: &str,
) -> Result<Map<String, Value>, Refused> {
    check_names(&told, circumstances)?;
    check_times_if_said(&told, circumstances.now)?;
    about(told, subject)
}

/// An access token may be somebody else's, so `UserInfo` is believed of one subject only: that of
/// the ID token (OpenID Connect Core §5.3.4, N-24).
fn about(told: Map<String, Value>, subject: &str) -> Result<Map<String, Value>, Refused> {
    let fits = super::claims::subject(&told) == Some(subject);
    if fits { Ok(told) } else { Err(Refused::UserInfoSubject) }
}
