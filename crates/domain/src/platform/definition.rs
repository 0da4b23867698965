//! The shape of a definition file.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};

use crate::id::PlatformKey;
use crate::moment::Span;

use super::class::Errors;
use super::fact::FactDefinition;
use super::pointer::Pointer;
use super::request::{Request, RevokeCall};
use super::template::Template;

/// Everything the product needs to know of a platform.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Its name in settings, routes and rules.
    pub key: PlatformKey,
    /// Its name for people.
    pub display_name: String,
    /// How accounts are proven.
    pub protocol: Protocol,
    /// Where it lives, by name. Every URL starts with one of them; `web` is the site itself, and
    /// names the instance that an account belongs to.
    pub hosts: BTreeMap<String, Template>,
    /// Where users sign in and tokens are bought.
    pub endpoints: Endpoints,
    /// How we prove who we are.
    pub client: Client,
    /// What the browser takes along.
    #[serde(default)]
    pub authorize: Authorize,
    /// How tokens are ended, where the platform can.
    #[serde(default)]
    pub revoke: Revoke,
    /// Where an account's identity stands.
    pub identity: Identity,
    /// Headers of every API call, besides `User-Agent` and `Authorization`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// What can be asked, by name.
    pub requests: BTreeMap<String, Request>,
    /// What can be known, by name.
    pub facts: BTreeMap<String, FactDefinition>,
    /// How its errors are told.
    #[serde(default)]
    pub errors: Errors,
    /// How its limits are told.
    #[serde(default)]
    pub limits: Limits,
    /// How often facts are read again.
    pub recheck: Recheck,
    /// The platform's own page where a user takes back what they allowed.
    pub settings_url: Option<Template>,
}

impl Definition {
    /// The names of the arguments that a request takes: those of the facts it tells.
    pub fn args(&self, request: &str) -> impl Iterator<Item = &String> {
        let mut facts = self.facts.values();
        let fact = facts.find(|fact| fact.request == request);
        fact.into_iter().flat_map(|fact| fact.args.keys())
    }
}

/// The ways to prove an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// OAuth 2.0 with authorization codes (RFC 6749 §4.1).
    OAuth2,
}

/// OAuth2 endpoints.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// Where the browser is sent.
    pub authorize: Template,
    /// Where codes and refresh tokens are exchanged.
    pub token: Template,
}

/// The OAuth2 client.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// How it authenticates at the token endpoint.
    pub auth: ClientAuth,
}

/// How a client authenticates (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// `client_id` and `client_secret` in the form.
    Post,
    /// HTTP Basic.
    Basic,
}

/// What the authorize URL says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorize {
    /// The scopes asked for; less than these is refused.
    #[serde(default)]
    pub scopes: BTreeSet<String>,
    /// What stands between two scopes.
    #[serde(default)]
    pub scope_separator: Separator,
    /// Further parameters.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Whether the code is bound to the browser that asked (RFC 7636).
    #[serde(default)]
    pub pkce: Pkce,
}

/// What stands between two scopes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Separator {
    /// A space, as RFC 6749 §3.3 has it.
    #[default]
    #[serde(rename = " ")]
    Space,
    /// A comma.
    #[serde(rename = ",")]
    Comma,
}

/// Proof key for code exchange (RFC 7636).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pkce {
    /// Always, with S256.
    #[default]
    S256,
    /// Never, for the reason given: a platform that refuses the two parameters.
    Off(String),
}

/// Calls that end tokens.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// Ends one access token.
    pub token: Option<RevokeCall>,
    /// Ends all tokens of the user with this client, and what the user allowed.
    pub grant: Option<RevokeCall>,
}

/// Where an account's identity stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The request that tells it with the user's token. Its `subject` is the account's lasting id.
    pub request: String,
    /// What ids look like.
    pub subject_type: SubjectType,
    /// Where the name stands that people see.
    pub username: Pointer,
    /// Where a second id stands by which batches ask for the account.
    pub node: Option<Pointer>,
    /// The account's public page.
    pub profile_url: Option<Template>,
}

/// What ids look like. Kept as text either way: a number beyond 2^53 is normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// Digits, told as a JSON number or as text.
    Digits,
    /// Any text.
    Text,
}

impl SubjectType {
    /// Whether a text can be an id.
    #[must_use]
    pub fn accepts(self, subject: &str) -> bool {
        let digits = || subject.bytes().all(|b| b.is_ascii_digit()) && !subject.starts_with('0');
        let plain = !subject.is_empty() && subject.len() <= 255;
        match self {
            Self::Digits => plain && digits(),
            Self::Text => plain && !subject.chars().any(char::is_control),
        }
    }
}

/// The headers in which limits are told. `Retry-After` is always understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How many calls are left. With 403 or 429, `0` says that the limit is what refused us.
    pub remaining: Option<String>,
    /// When there are calls again, in seconds since 1970.
    pub reset: Option<String>,
}

/// How often facts are read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recheck {
    /// Between two checks of one connection. Facts are fresh evidence for twice as long.
    #[serde(deserialize_with = "span")]
    pub interval: Span,
    /// The least between two checks that a member asks for.
    #[serde(deserialize_with = "span")]
    pub min_interval: Span,
}

/// Reads `90s`, `15m`, `24h` or `7d`.
fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    let text = String::deserialize(deserializer)?;
    let number = |unit| text.strip_suffix(unit)?.parse::<u32>().ok().map(i64::from);
    let seconds = number('s').map(Span::seconds);
    seconds
        .or_else(|| number('m').map(Span::minutes))
        .or_else(|| number('h').map(Span::hours))
        .or_else(|| number('d').map(Span::days))
        .ok_or_else(|| {
            serde::de::Error::custom("a length of time is a whole number and s, m, h or d: \"24h\"")
        })
}
