//! The shape of a definition file.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::id::PlatformKey;
use crate::moment::Span;
use crate::vocabulary::ArgKind;

use super::class::Errors;
use super::fact::FactDefinition;
use super::limits::Limits;
use super::pointer::{Pointer, Pointers};
use super::request::{Request, RevokeCall};
use super::service::Service;
use super::sign_in::{Authorize, Client, Endpoints, Protocol, TokenEndpoint};
use super::span::{Length, span};
use super::template::Template;

/// Everything the product needs to know of a platform.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Its name in settings, routes and rules.
    pub key: PlatformKey,
    /// Further keys that mean it, such as `twitter` for `x`.
    #[serde(default)]
    pub aliases: BTreeSet<PlatformKey>,
    /// Its name for people.
    pub display_name: String,
    /// How accounts are proven.
    pub protocol: Protocol,
    /// Where it lives, by name. Every URL starts with one of them; `web` is the site itself, and
    /// names the instance that an account belongs to. For OpenID Connect `web` is the issuer's
    /// site, and `userinfo` the endpoint that its discovery document names.
    #[serde(default)]
    pub hosts: BTreeMap<String, Template>,
    /// Where users sign in and tokens are bought.
    #[serde(default)]
    pub endpoints: Endpoints,
    /// How we prove who we are.
    #[serde(default)]
    pub client: Client,
    /// What the browser takes along.
    #[serde(default)]
    pub authorize: Authorize,
    /// What the token endpoint is asked, and how it answers.
    #[serde(default)]
    pub token: TokenEndpoint,
    /// How tokens are ended, where the platform can.
    #[serde(default)]
    pub revoke: Revoke,
    /// Where an account's identity stands.
    pub identity: Identity,
    /// What reads facts without any user's token.
    pub service: Option<Service>,
    /// Headers of every API call, besides `User-Agent` and `Authorization`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// What can be asked, by name.
    pub requests: BTreeMap<String, Request>,
    /// What can be known, by name.
    #[serde(default)]
    pub facts: BTreeMap<String, FactDefinition>,
    /// How its errors are told.
    #[serde(default)]
    pub errors: Errors,
    /// What its limits are, and how they are told.
    #[serde(default)]
    pub limits: Limits,
    /// How often facts are read again.
    pub recheck: Recheck,
    /// The platform's own page where a user takes back what they allowed.
    pub settings_url: Option<Template>,
    /// How the platform tells us that a user took back what they allowed.
    pub webhook: Option<Webhook>,
}

impl Definition {
    /// The arguments that a request takes, each with its kind: those of the facts it tells.
    pub fn args(&self, request: &str) -> impl Iterator<Item = (&String, &ArgKind)> {
        let mut facts = self.facts.values();
        let told = |fact: &FactDefinition| {
            let by = self.requests.get(&fact.request);
            fact.request == request || by.is_some_and(|by| by.fallback.as_deref() == Some(request))
        };
        facts.find(|fact| told(fact)).into_iter().flat_map(|fact| &fact.args)
    }
}

/// Calls that end tokens.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// Ends one token.
    pub token: Option<RevokeCall>,
    /// Ends all tokens of the user with this client, and what the user allowed.
    pub grant: Option<RevokeCall>,
}

/// Where an account's identity stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The request that tells it: with the user's token, or with the service credential where
    /// sign-in gives no tokens. Its `subject` is the account's lasting id.
    pub request: String,
    /// What ids look like.
    pub subject_type: SubjectType,
    /// Where the name stands that people see.
    pub username: Pointers,
    /// Where a second id stands by which batches ask for the account.
    pub node: Option<Pointer>,
    /// The account's public page.
    pub profile_url: Option<Template>,
}

/// What ids look like. Kept as text either way: a number beyond 2^53 is normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
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

/// How often facts are read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recheck {
    /// Between two checks of one connection. Facts are fresh evidence for twice as long.
    #[serde(deserialize_with = "span")]
    #[schemars(with = "Length")]
    pub interval: Span,
    /// The least between two checks that a member asks for.
    #[serde(deserialize_with = "span")]
    #[schemars(with = "Length")]
    pub min_interval: Span,
}

/// News from the platform, signed with HMAC-SHA256 over the body as it came.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The header with the signature in hex.
    pub signature: String,
    /// What stands before the hex, such as `sha256=`.
    #[serde(default)]
    pub prefix: String,
    /// The header that names the delivery; a delivery is acted on once.
    pub id: String,
    /// The header that names the event.
    pub event: String,
    /// What is acted on; everything else is accepted and dropped.
    pub events: BTreeMap<String, Event>,
}

/// One kind of news.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Where the account's lasting id stands.
    pub subject: Pointer,
    /// Where the kind within the event stands, and what it has to be.
    pub only: Option<super::fact::Sign>,
    /// What it means.
    pub means: News,
}

/// What news mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// The user took back what they allowed; believed only once the token is seen refused.
    Revoked,
    /// Something of the account changed.
    Changed,
}
