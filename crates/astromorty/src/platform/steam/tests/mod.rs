//! Stories of sign-ins at Steam, most of them about people who lie.

mod addresses;
mod fields;
mod honest;
mod laws;
mod lies;
mod verdict;

use domain::moment::Moment;
use url::form_urlencoded::Serializer;

use super::{Assertion, Expected, Refused};

const WEB: &str = "https://steamcommunity.com";
const RETURN_TO: &str =
    "https://roles.example.org/api/role-connections/steam/callback?state=Zm9ydHktdHdv_-9bits";
const STATE: &str = "Zm9ydHktdHdv_-9bits";
const ADA: &str = "76561198000000042";
const SIGNED: &str = "signed,op_endpoint,claimed_id,identity,return_to,response_nonce,assoc_handle";

/// The ten fields of an honest answer, without their prefix.
const FIELDS: [(&str, &str); 10] = [
    ("ns", "http://specs.openid.net/auth/2.0"),
    ("mode", "id_res"),
    ("op_endpoint", "https://steamcommunity.com/openid/login"),
    ("claimed_id", "https://steamcommunity.com/openid/id/76561198000000042"),
    ("identity", "https://steamcommunity.com/openid/id/76561198000000042"),
    ("return_to", RETURN_TO),
    ("response_nonce", "2026-11-24T12:00:00ZqL9+/x8="),
    ("assoc_handle", "1234567890"),
    ("signed", SIGNED),
    ("sig", "W0u1+wLEfmKqU3qqJvnJuA4/x8E="),
];

/// An answer: names and values, not encoded yet.
#[derive(Debug, Clone)]
struct Answer(Vec<(String, String)>);

impl Answer {
    fn honest() -> Self {
        let fields = FIELDS.map(|(name, value)| (format!("openid.{name}"), value.to_owned()));
        Self([("state".to_owned(), STATE.to_owned())].into_iter().chain(fields).collect())
    }

    /// With another value in that field.
    fn with(mut self, name: &str, value: &str) -> Self {
        let field = self.0.iter_mut().find(|(field, _)| field == name).expect(name);
        value.clone_into(&mut field.1);
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.0.retain(|(field, _)| field != name);
        self
    }

    /// With one more field at the end.
    fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With one more field at the beginning.
    fn after(mut self, name: &str, value: &str) -> Self {
        self.0.insert(0, (name.to_owned(), value.to_owned()));
        self
    }

    /// With that account in both fields.
    fn of(self, address: &str) -> Self {
        self.with("openid.claimed_id", address).with("openid.identity", address)
    }

    fn query(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    fn check(&self) -> Result<Assertion, Refused> {
        check(&self.query())
    }
}

fn now() -> Moment {
    Moment::parse_rfc3339("2026-11-24T12:00:00Z").unwrap()
}

fn check(raw: &str) -> Result<Assertion, Refused> {
    Assertion::check(raw, &Expected { web: WEB, return_to: RETURN_TO, now: now() })
}

/// The fields of a form, decoded.
fn decoded(form: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(form.as_bytes()).into_owned().collect()
}

/// What Steam is to be asked about an answer that was accepted: the same fields, another mode.
fn asked(answer: &Answer) -> Vec<(String, String)> {
    answer.clone().without("state").with("openid.mode", "check_authentication").0
}
