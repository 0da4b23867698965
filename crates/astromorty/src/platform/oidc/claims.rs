//! Claims: what an ID token says, and whether it says it of this sign-in.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::moment::Moment;
use domain::token::Secret;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Alg, Refused};

/// How far apart two clocks may be, in seconds.
const SKEW: i64 = 60;

/// How old an ID token may be that was bought a moment ago, in seconds.
const OLDEST: i64 = 600;

/// The last second of the year 9999. A date after it is a mistake.
const LAST_SECOND: i64 = 253_402_300_799;

/// Longer subjects are none (OpenID Connect Core §2).
const LONGEST_SUBJECT: usize = 255;

/// Claims about the token rather than its user; `UserInfo` has no say in them.
const ABOUT_THE_TOKEN: [&str; 11] =
    ["iss", "sub", "aud", "azp", "exp", "iat", "nbf", "jti", "nonce", "at_hash", "c_hash"];

/// What must be true of an ID token beside its signature.
#[derive(Debug, Clone, Copy)]
pub struct Expect<'a> {
    /// SHA-256, in base64url without padding, of the nonce that the browser took along; the nonce
    /// itself is not kept.
    pub nonce_hash: &'a str,
    /// The access token that came with it, for `at_hash`.
    pub access_token: Option<&'a Secret>,
    /// The code that bought it, for `c_hash`.
    pub code: Option<&'a Secret>,
}

/// Who reads an ID token, and when.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The issuer, byte for byte as settings have it.
    pub issuer: &'a str,
    /// Our client id there.
    pub client_id: &'a str,
    /// What the token is signed with.
    pub alg: Alg,
    /// The current moment.
    pub now: Moment,
}

/// What a verified ID token says. Prints the names of its claims only: the rest is somebody's.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// `sub`: the account, for ever. With the issuer the only thing that tells two accounts apart.
    pub subject: String,
    /// The whole object.
    pub all: Map<String, Value>,
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims ")?;
        f.debug_set().entries(self.all.keys()).finish()
    }
}

impl Claims {
    /// Lays what `UserInfo` tells over what the ID token told (OpenID Connect Core §5.3.2).
    ///
    /// The caller has seen that both are about the same subject.
    #[must_use]
    pub fn with(mut self, told: Map<String, Value>) -> Self {
        let about_user = |(name, _): &(String, Value)| !ABOUT_THE_TOKEN.contains(&name.as_str());
        self.all.extend(told.into_iter().filter(about_user));
        self
    }
}

/// Judges the claims of an ID token whose signature holds (OpenID Connect Core §3.1.3.7).
///
/// Every claim that is looked at must have its type; `null` is no type of any.
pub fn check(
    claims: Map<String, Value>,
    circumstances: &Circumstances<'_>,
    expect: &Expect<'_>,
) -> Result<Claims, Refused> {
    check_names(&claims, circumstances)?;
    check_times(&claims, circumstances.now)?;
    check_hashes(&claims, circumstances.alg, expect)?;
    let nonce = claims.get("nonce").and_then(Value::as_str).ok_or(Refused::Nonce)?;
    if !same(&URL_SAFE_NO_PAD.encode(Sha256::digest(nonce)), expect.nonce_hash) {
        return Err(Refused::Nonce);
    }
    let subject = subject(&claims).ok_or(Refused::Subject)?.to_owned();
    Ok(Claims { subject, all: claims })
}

/// `iss`, `aud` and `azp`: by whom and for whom.
pub(super) fn check_names(claims: &Map<String, Value>, here: &Circumstances<'_>) -> Result<(), Refused> {
    if claims.get("iss").and_then(Value::as_str) != Some(here.issuer) {
        return Err(Refused::Issuer);
    }
    let audience: Vec<_> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(many)) => {
            let texts: Option<_> = many.iter().map(Value::as_str).collect();
            texts.ok_or(Refused::Audience)?
        }
        None | Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) => Vec::new(),
    };
    if !audience.contains(&here.client_id) {
        return Err(Refused::Audience);
    }
    match claims.get("azp") {
        None if audience.len() == 1 => Ok(()),
        Some(party) if party == here.client_id => Ok(()),
        None | Some(_) => Err(Refused::AuthorizedParty),
    }
}

/// `exp`, `iat` and `nbf`, each against clocks that differ by a minute (RFC 7519 §4.1.4).
fn check_times(claims: &Map<String, Value>, now: Moment) -> Result<(), Refused> {
    let now = seconds(now);
    let (exp, iat) = (date(claims, "exp", Refused::Expiry)?, date(claims, "iat", Refused::IssuedAt)?);
    if exp.ok_or(Refused::Expiry)?.saturating_add(SKEW) <= now {
        return Err(Refused::Expiry);
    }
    let issued = iat.ok_or(Refused::IssuedAt)?;
    if issued > now.saturating_add(SKEW) || issued < now.saturating_sub(OLDEST + SKEW) {
        return Err(Refused::IssuedAt);
    }
    check_start(claims, now)
}

/// What a signed answer may say of its times, though it need not: neither over nor yet to come.
pub(super) fn check_times_if_said(claims: &Map<String, Value>, now: Moment) -> Result<(), Refused> {
    let now = seconds(now);
    if date(claims, "exp", Refused::Expiry)?.is_some_and(|exp| exp.saturating_add(SKEW) <= now) {
        return Err(Refused::Expiry);
    }
    if date(claims, "iat", Refused::IssuedAt)?.is_some_and(|iat| iat > now.saturating_add(SKEW)) {
        return Err(Refused::IssuedAt);
    }
    check_start(claims, now)
}

fn check_start(claims: &Map<String, Value>, now: i64) -> Result<(), Refused> {
    let nbf = date(claims, "nbf", Refused::NotBefore)?;
    if nbf.is_some_and(|nbf| nbf > now.saturating_add(SKEW)) { Err(Refused::NotBefore) } else { Ok(()) }
}

/// A date is a whole number of seconds. Text, fractions, 2^64 and times before 1970 are none (N-23):
/// a reader that skips what it cannot read would take a token without end.
fn date(claims: &Map<String, Value>, name: &str, refused: Refused) -> Result<Option<i64>, Refused> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let date = value.as_i64().filter(|date| (1..=LAST_SECOND).contains(date));
    date.map(Some).ok_or(refused)
}

fn seconds(now: Moment) -> i64 {
    now.millis().div_euclid(1000)
}

/// `at_hash` and `c_hash` must fit where they are (OpenID Connect Core §3.1.3.6, §3.3.2.11).
fn check_hashes(claims: &Map<String, Value>, alg: Alg, expect: &Expect<'_>) -> Result<(), Refused> {
    let fits = |name: &str, secret: Option<&Secret>| match (claims.get(name), secret) {
        (None, _) => true,
        (Some(Value::String(hash)), Some(secret)) => same(hash, &alg.half_hash(secret.expose())),
        (Some(hash), None) => hash.is_string(),
        (Some(_), Some(_)) => false,
    };
    if !fits("at_hash", expect.access_token) {
        return Err(Refused::AccessTokenHash);
    }
    if fits("c_hash", expect.code) { Ok(()) } else { Err(Refused::CodeHash) }
}

/// `sub`: 1 to 255 characters of ASCII that can be seen or are spaces.
pub(super) fn subject(claims: &Map<String, Value>) -> Option<&str> {
    let subject = claims.get("sub")?.as_str()?;
    let plain = subject.bytes().all(|b| b.is_ascii() && !b.is_ascii_control());
    (plain && (1..=LONGEST_SUBJECT).contains(&subject.len())).then_some(subject)
}

/// Takes as long for any two texts of the same lengths.
fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
