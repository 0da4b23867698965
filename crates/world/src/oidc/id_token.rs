//! ID tokens (OpenID Connect Core, section 2): honest ones, and then the lies.

use serde_json::{Map, Value, json};

use super::Oidc;
use super::grants::Grant;
use super::jwks::noise;
use super::jws::compact;
use super::keys::text;
use super::lie::{ClaimLie, Lie, TimeClaim, TimeLie};
use super::signature::head;
use super::state::State;
use crate::Millis;

/// How long an ID token is good for, in seconds.
const LIFETIME_SECONDS: i64 = 300;
/// Seconds of an hour, a week and ten years.
const HOUR: i64 = 3600;
const WEEK: i64 = 7 * 24 * HOUR;
const TEN_YEARS: i64 = 3652 * 24 * HOUR;
/// 2^64, which no integer of 64 bits holds.
const TOO_LARGE: &str = "18446744073709551616";
/// Another client.
const OTHER_CLIENT: &str = "another-client";

/// What an ID token speaks of.
pub(crate) struct Subject<'a> {
    pub(crate) grant: &'a Grant,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) access_token: &'a str,
    pub(crate) now: Millis,
}

/// Writes the ID token, with all the lies that are being told.
pub(crate) fn id_token(oidc: &Oidc, state: &State, subject: &Subject<'_>) -> String {
    let (header, signer) = head(oidc, state);
    let mut claims = honest(oidc, subject, &signer.hash(subject.access_token));
    for lie in &state.lies {
        match lie {
            Lie::Claim(lie) => bend(&mut claims, *lie, state),
            Lie::Time(claim, lie) => mistime(&mut claims, *claim, *lie),
            Lie::Discovery(_)
            | Lie::Endpoint(..)
            | Lie::Answer(_)
            | Lie::Token(_)
            | Lie::Signature(_)
            | Lie::Userinfo(_)
            | Lie::Jwks(_) => {}
        }
    }
    let claims = Value::Object(claims).to_string().replace(&format!("\"{TOO_LARGE}\""), TOO_LARGE);
    compact(&header, &claims, |message| signer.sign(message))
}

fn honest(oidc: &Oidc, subject: &Subject<'_>, at_hash: &str) -> Map<String, Value> {
    let Subject { grant, nonce, now, .. } = subject;
    let second = now.div_euclid(1000);
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("iss", json!(oidc.issuer()));
    put("sub", json!(grant.sub));
    put("aud", json!(grant.client_id));
    put("azp", json!(grant.client_id));
    put("iat", json!(second));
    put("nbf", json!(second));
    put("exp", json!(second + LIFETIME_SECONDS));
    put("auth_time", json!(grant.auth_time.div_euclid(1000)));
    put("at_hash", json!(at_hash));
    if let Some(nonce) = nonce {
        put("nonce", json!(nonce));
    }
    claims
}

fn bend(claims: &mut Map<String, Value>, lie: ClaimLie, state: &State) {
    let ours = claims.get("aud").cloned().unwrap_or_default();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    match lie {
        ClaimLie::IssuerOther => put("iss", json!("https://elsewhere.example")),
        ClaimLie::AudienceMissing => claims.remove("aud"),
        ClaimLie::AudienceOther => put("aud", json!(OTHER_CLIENT)),
        ClaimLie::AudienceWithoutUs => put("aud", json!([OTHER_CLIENT, "a-third-client"])),
        ClaimLie::AudienceNoAzp => {
            put("aud", json!([ours, OTHER_CLIENT]));
            claims.remove("azp")
        }
        ClaimLie::AudienceWrongAzp => {
            put("aud", json!([ours, OTHER_CLIENT]));
            put("azp", json!(OTHER_CLIENT))
        }
        ClaimLie::NonceMissing => claims.remove("nonce"),
        ClaimLie::NonceOther => put("nonce", json!("a-nonce-that-nobody-sent")),
        ClaimLie::NonceReused => put("nonce", json!(state.first_nonce)),
        ClaimLie::AtHashOther => put("at_hash", json!(text(&noise(16)))),
        ClaimLie::CodeHashOther => put("c_hash", json!(text(&noise(16)))),
        ClaimLie::SubjectMissing => claims.remove("sub"),
        ClaimLie::SubjectEmpty => put("sub", json!("")),
        ClaimLie::SubjectNumber => put("sub", json!(12345)),
        ClaimLie::SubjectLong => put("sub", json!("a".repeat(300))),
    };
}

fn mistime(claims: &mut Map<String, Value>, claim: TimeClaim, lie: TimeLie) {
    let (name, now) = (claim.name(), claims.get("iat").and_then(Value::as_i64).unwrap_or_default());
    let right = claims.get(name).and_then(Value::as_i64).unwrap_or_default();
    let wrong = match lie {
        TimeLie::Text => json!(right.to_string()),
        #[expect(clippy::cast_precision_loss, reason = "seconds of this age fit a float")]
        TimeLie::Float => json!(right as f64 + 0.5),
        TimeLie::Negative => json!(-1),
        TimeLie::TooLarge => json!(TOO_LARGE),
        TimeLie::Missing => {
            claims.remove(name);
            return;
        }
        TimeLie::Past => json!(now - HOUR),
        TimeLie::WeekOld => json!(now - WEEK),
        TimeLie::FarFuture => json!(now + TEN_YEARS),
    };
    claims.insert(name.to_owned(), wrong);
}

impl TimeClaim {
    fn name(self) -> &'static str {
        match self {
            TimeClaim::Exp => "exp",
            TimeClaim::Nbf => "nbf",
            TimeClaim::Iat => "iat",
        }
    }
}
