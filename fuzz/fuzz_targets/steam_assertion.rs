//! The answer that a browser brings from Steam (N-26 to N-33).
//!
//! Laws: an accepted answer is of a person's account; every field that could be somebody else's is
//! ours; what Steam will be asked about is, field by field, what another reader finds in the answer,
//! so a change to a signed field cannot hide from Steam's own check; and it reads back as itself.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use astromorty::platform::steam::{Assertion, Expected};
use astromorty_fuzz::Choices;
use domain::moment::{Moment, Span};
use libfuzzer_sys::fuzz_target;
use url::form_urlencoded::{Serializer, parse};

const WEB: &str = "https://steamcommunity.com";
const STATE: &str = "Zm9ydHktdHdv_-9bits";
const RETURN_TO: &str =
    "https://roles.example.org/api/role-connections/steam/callback?state=Zm9ydHktdHdv_-9bits";
const NAMESPACE: &str = "http://specs.openid.net/auth/2.0";
const SIGNED: [&str; 6] =
    ["op_endpoint", "claimed_id", "identity", "return_to", "response_nonce", "assoc_handle"];

/// An honest answer.
const HONEST: [(&str, &str); 11] = [
    ("state", STATE),
    ("openid.ns", NAMESPACE),
    ("openid.mode", "id_res"),
    ("openid.op_endpoint", "https://steamcommunity.com/openid/login"),
    ("openid.claimed_id", "https://steamcommunity.com/openid/id/76561198000000042"),
    ("openid.identity", "https://steamcommunity.com/openid/id/76561198000000042"),
    ("openid.return_to", RETURN_TO),
    ("openid.response_nonce", "2026-11-24T12:00:00ZqL9+/x8="),
    ("openid.assoc_handle", "1234567890"),
    ("openid.signed", "signed,op_endpoint,claimed_id,identity,return_to,response_nonce,assoc_handle"),
    ("openid.sig", "W0u1+wLEfmKqU3qqJvnJuA4/x8E="),
];

static NOW: LazyLock<Moment> =
    LazyLock::new(|| Moment::parse_rfc3339("2026-11-24T12:00:00Z").expect("the constant is a time"));

// An input that starts with `~` is a list of changes to the honest answer; any other is an answer.
fuzz_target!(|data: &[u8]| {
    let raw = match data {
        [b'~', choices @ ..] => changed(Choices::new(choices)),
        raw => String::from_utf8_lossy(raw).into_owned(),
    };
    let Ok(assertion) = check(&raw) else { return };
    let form: Vec<(String, String)> = parse(assertion.form().as_bytes()).into_owned().collect();
    is_ours(&form, &assertion);
    says_what_was_brought(&form, &raw);
    let again = assertion.form().replacen("=check_authentication&", "=id_res&", 1);
    assert_eq!(check(&format!("{again}&state={STATE}")), Ok(assertion));
});

fn check(raw: &str) -> Result<Assertion, astromorty::platform::steam::Refused> {
    Assertion::check(raw, &Expected { web: WEB, return_to: RETURN_TO, now: *NOW })
}

/// The honest answer after some changes to its fields and its letters.
fn changed(mut choices: Choices<'_>) -> String {
    let mut fields: Vec<_> =
        HONEST.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut edits = Vec::new();
    while !choices.is_empty() && fields.len() < 40 {
        let (kind, at) = (choices.byte() % 8, choices.place(fields.len()));
        let Some(field) = fields.get_mut(at) else { break };
        match kind {
            0 => field.1 = choices.text(),
            1 => field.1.push_str(&choices.text()),
            2 => field.1.insert_str(0, &choices.text()),
            3 => fields.push((choices.text(), choices.text())),
            4 => drop(fields.remove(at)),
            5 => fields.push(fields[at].clone()),
            6 => {
                let other = choices.place(fields.len());
                fields.swap(at, other);
            }
            _ => edits.push((choices.place(2048), choices.byte(), choices.byte())),
        }
    }
    let mut raw = Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes();
    for (at, kind, byte) in edits {
        let at = at % raw.len().max(1);
        match (kind % 3, raw.get_mut(at)) {
            (0, Some(old)) => *old = byte,
            (1, Some(_)) => drop(raw.remove(at)),
            _ => raw.insert(at, byte),
        }
    }
    String::from_utf8_lossy(&raw).into_owned()
}

fn is_ours(form: &[(String, String)], assertion: &Assertion) {
    let names: Vec<_> = form.iter().map(|(name, _)| name.as_str()).collect();
    let expected: Vec<_> = HONEST.iter().skip(1).map(|(name, _)| *name).collect();
    assert_eq!(names, expected);
    let value = |name: &str| form.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value);
    let subject = assertion.subject();
    assert!(subject.len() == 17 && subject.bytes().all(|byte| byte.is_ascii_digit()));
    let number: u64 = subject.parse().expect("17 digits are a number");
    assert_eq!(number >> 32, 0x0110_0001, "the public universe, a person, the desktop");
    assert!(number & 0xffff_ffff != 0, "account 0 is nobody's");
    assert_eq!(value("openid.ns"), NAMESPACE);
    assert_eq!(value("openid.mode"), "check_authentication");
    assert_eq!(value("openid.op_endpoint"), format!("{WEB}/openid/login"));
    assert_eq!(value("openid.claimed_id"), format!("{WEB}/openid/id/{subject}"));
    assert_eq!(value("openid.identity"), value("openid.claimed_id"));
    assert_eq!(value("openid.return_to"), RETURN_TO);
    let mut signed: Vec<_> = value("openid.signed").split(',').filter(|name| *name != "signed").collect();
    signed.sort_unstable();
    let mut all = SIGNED;
    all.sort_unstable();
    assert_eq!(signed, all);
    let nonce = value("openid.response_nonce");
    assert_eq!(assertion.nonce(), format!("{WEB}/openid/login {nonce}"));
    let made = nonce.get(..20).and_then(Moment::parse_rfc3339).expect("a nonce starts with a time");
    assert!(made >= *NOW - Span::minutes(5) && made <= *NOW + Span::minutes(5));
    assert!(assertion.remember_until() >= *NOW + Span::minutes(10));
}

fn says_what_was_brought(form: &[(String, String)], raw: &str) {
    let brought: Vec<(String, String)> = parse(raw.as_bytes()).into_owned().collect();
    assert_eq!(brought.len(), HONEST.len(), "a field too many, or twice");
    let mut brought: BTreeMap<_, _> = brought.into_iter().collect();
    assert_eq!(brought.remove("state").as_deref(), Some(STATE));
    assert_eq!(
        brought.insert("openid.mode".to_owned(), "check_authentication".to_owned()).as_deref(),
        Some("id_res")
    );
    let asked: BTreeMap<_, _> = form.iter().cloned().collect();
    assert_eq!(asked, brought);
}
