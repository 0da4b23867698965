//! ID tokens and signed `UserInfo` (N-19 to N-24).
//!
//! Laws: with keys whose signatures are all known, nothing opens but what was signed, letter by
//! letter and with its own algorithm; what a site signs is what is read; and claims are believed only
//! when a second, plain reading of the rules agrees.
#![no_main]

use std::sync::LazyLock;

use astromorty::platform::oidc::{Alg, Circumstances, Compact, Expect, Keys, check, user};
use astromorty_fuzz::signer::{FOREIGN, KEYS, encode, sign};
use domain::moment::Moment;
use domain::token::Secret;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

const ISSUER: &str = "https://id.example/realm";
const CLIENT: &str = "our-client";
const NONCE: &str = "n-0S6_WzA2Mj";
const SUBJECT: &str = "248289761001";
/// 2026-11-24T12:00:00Z, in seconds.
const NOW: i64 = 1_795_521_600;
const HEADER: &[u8] = br#"{"alg":"EdDSA","kid":"ed","typ":"JWT"}"#;
const CLAIMS: &[u8] = br#"{"iss":"https://id.example/realm","aud":"our-client","sub":"248289761001","exp":1795525200,"iat":1795521590,"nonce":"n-0S6_WzA2Mj"}"#;

static SITE: LazyLock<Keys> =
    LazyLock::new(|| Keys::read(KEYS.as_bytes()).expect("the constant is a key list"));

/// Every token that was ever signed by these keys.
static GENUINE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut genuine = vec![sign(HEADER, CLAIMS)];
    genuine.extend(FOREIGN.map(str::to_owned));
    for token in &genuine {
        assert!(open(token).is_some(), "the harness itself is wrong: {token}");
    }
    assert!(believed(open(&genuine[0]).unwrap_or_default()), "the honest token is refused");
    genuine
});

// The first letter says what the rest is: a token, its parts, or claims.
fuzz_target!(|data: &[u8]| {
    let genuine = &*GENUINE;
    match data {
        [b'T', token @ ..] => forged(&String::from_utf8_lossy(token), genuine),
        [b'P', parts @ ..] => dressed(parts, genuine),
        [b'S', content @ ..] => signed(content),
        [b'C', claims @ ..] => {
            let Ok(claims) = serde_json::from_slice::<Map<String, Value>>(claims) else { return };
            judged(claims);
        }
        _ => {}
    }
});

fn open(token: &str) -> Option<Map<String, Value>> {
    let token = Compact::read(token).ok()?;
    token.open(SITE.choose(&token.header).ok()?).ok()
}

/// Nothing opens but what was signed.
fn forged(token: &str, genuine: &[String]) {
    if open(token).is_none() {
        return;
    }
    let signed = |token: &str| token.rsplit_once('.').map(|(signed, _)| signed.to_owned());
    assert!(genuine.iter().any(|one| signed(one) == signed(token)), "a forged token opens: {token}");
}

/// A token of header, content and signature, each of them genuine or not.
fn dressed(parts: &[u8], genuine: &[String]) {
    let mut parts = parts.splitn(3, |byte| *byte == 0);
    let (first, second, third) = (parts.next(), parts.next(), parts.next());
    let source: Vec<_> = genuine
        [usize::from(third.and_then(<[u8]>::first).copied().unwrap_or(0)) % genuine.len()]
    .split('.')
    .collect();
    let part = |given: Option<&[u8]>, at: usize| match given {
        None | Some([]) => source[at].to_owned(),
        Some(bytes) => encode(bytes),
    };
    let signature = part(third.and_then(|third| third.get(1..)), 2);
    forged(&format!("{}.{}.{signature}", part(first, 0), part(second, 1)), genuine);
}

/// What a site signs is what is read, or it is refused as a whole.
fn signed(content: &[u8]) {
    // Signing takes longer than everything else: what is no JSON at all is signed once in sixteen times.
    let json = serde_json::from_slice::<Value>(content).is_ok();
    if !json && content.len() % 16 != 0 {
        return;
    }
    let Some(read) = open(&sign(HEADER, content)) else { return };
    let other: Value = serde_json::from_slice(content).expect("what opens is JSON");
    assert_eq!(Value::Object(read.clone()), other);
    judged(read);
}

fn circumstances() -> Circumstances<'static> {
    Circumstances {
        issuer: ISSUER,
        client_id: CLIENT,
        alg: Alg::Ed25519,
        now: Moment::from_millis(NOW * 1000),
    }
}

fn believed(claims: Map<String, Value>) -> bool {
    let (access, code) = (Secret::new("access".to_owned()), Secret::new("code".to_owned()));
    let expect = Expect {
        nonce_hash: &encode(&Sha256::digest(NONCE)),
        access_token: Some(&access),
        code: Some(&code),
    };
    let all = claims.clone();
    let Ok(read) = check(claims, &circumstances(), &expect) else { return false };
    assert_eq!(read.all, all);
    assert_eq!(all.get("sub").and_then(Value::as_str), Some(read.subject.as_str()));
    let told = read.clone().with(Map::from_iter([
        ("sub".to_owned(), Value::from("somebody else")),
        ("exp".to_owned(), Value::from(1)),
    ]));
    assert_eq!((told.subject, told.all), (read.subject, read.all), "UserInfo changed the token");
    true
}

/// Claims are believed exactly when the rules, written down once more, hold.
fn judged(claims: Map<String, Value>) {
    let rules = rules(&claims);
    let told = user::check(claims.clone(), &circumstances(), SUBJECT);
    if let Ok(told) = told {
        assert_eq!(told.get("sub").and_then(Value::as_str), Some(SUBJECT));
        assert_eq!(told.get("iss").and_then(Value::as_str), Some(ISSUER));
        assert!(told.get("exp").is_none_or(|exp| exp.as_i64().is_some_and(|exp| exp + 60 > NOW)));
    }
    assert_eq!(believed(claims.clone()), rules, "{claims:?}");
}

fn rules(claims: &Map<String, Value>) -> bool {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let date = |name: &str| {
        let value = claims.get(name)?;
        let whole = value.to_string().bytes().all(|byte| byte.is_ascii_digit());
        value.as_u64().filter(|date| whole && (1..=253_402_300_799).contains(date)).map(i128::from)
    };
    let now = i128::from(NOW);
    let audience = match claims.get("aud") {
        Some(Value::Array(many)) => many.iter().all(Value::is_string).then(|| many.clone()),
        Some(one @ Value::String(_)) => Some(vec![one.clone()]),
        _ => None,
    };
    let for_us = audience.as_ref().is_some_and(|many| many.contains(&Value::from(CLIENT)));
    let party = match claims.get("azp") {
        None => audience.is_some_and(|many| many.len() == 1),
        Some(party) => *party == CLIENT,
    };
    let half = |text: &str| encode(&sha2::Sha512::digest(text)[..32]);
    let hash = |name: &str, of: &str| claims.get(name).is_none_or(|hash| *hash == half(of));
    let subject = text("sub").is_some_and(|sub| {
        (1..=255).contains(&sub.len()) && sub.bytes().all(|byte| (b' '..=b'~').contains(&byte))
    });
    text("iss") == Some(ISSUER)
        && for_us
        && party
        && date("exp").is_some_and(|exp| exp > now - 60)
        && date("iat").is_some_and(|iat| (now - 660..=now + 60).contains(&iat))
        && (claims.get("nbf").is_none() || date("nbf").is_some_and(|nbf| nbf <= now + 60))
        && text("nonce") == Some(NONCE)
        && hash("at_hash", "access")
        && hash("c_hash", "code")
        && subject
}
