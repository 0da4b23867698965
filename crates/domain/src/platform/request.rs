//! Requests: what is asked about an account, and by which ways.
//!
//! The facts of one request arrive, age and become unknown together. A request may be asked with
//! the user's own token, with the service credential, or for many accounts at once; the facts
//! stand at the same pointers unless a fact names another one for batches.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::body::{Body, Field, text_names};
use super::class::ErrorClass;
use super::limits::Cost;
use super::pointer::{Pointer, Pointers};
use super::template::{Part, Template};

/// One thing to ask about an account. At least one way must be there.
///
/// Names change hands, so a call that uses `{username}` is made only after the identity's request
/// told today's name of the account.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Where an answer, or an item of a batch, names the account it is about; of several places the
    /// first that is there. May be left out only where the call itself names the account, by its
    /// lasting id or by the user's token.
    pub subject: Option<Pointers>,
    /// The scopes that a user's token needs for it.
    #[serde(default)]
    pub needs: BTreeSet<String>,
    /// The request that tells the same facts to those whose token lacks a scope.
    pub fallback: Option<String>,
    /// With the user's token.
    pub user: Option<Call>,
    /// With the service credential, for one account.
    pub service: Option<Call>,
    /// With the service credential, for many accounts.
    pub batch: Option<Batch>,
}

/// How one HTTP request looks.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Its method.
    #[serde(default)]
    pub method: Method,
    /// Where it goes.
    pub url: Template,
    /// Its query.
    #[serde(default)]
    pub query: BTreeMap<String, Field>,
    /// What it carries.
    pub body: Option<Body>,
    /// Texts made of several values, to be used as placeholders elsewhere in the call. What goes
    /// into them must be words of letters, digits and `. _ / -`.
    #[serde(default)]
    pub texts: BTreeMap<String, String>,
    /// What statuses mean that are neither a document nor a failure as usual.
    #[serde(default)]
    pub statuses: Statuses,
    /// Whether the platform answers 304 when nothing changed (RFC 9110 §13.1.2).
    #[serde(default)]
    pub etag: bool,
    /// What it costs.
    pub cost: Option<Cost>,
    /// How the rest of a long answer is asked for.
    pub pages: Option<Pages>,
}

/// What single statuses mean.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Statuses(pub BTreeMap<u16, Says>);

impl Statuses {
    /// What a status means, where the definition says.
    #[must_use]
    pub fn of(&self, status: u16) -> Option<&Says> {
        self.0.get(&status)
    }
}

impl Call {
    /// Every placeholder outside of its URL, those of its composed texts included.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let composed = |name: &&str| !self.texts.contains_key(*name);
        let body = self.body.as_ref().map(Body::names).unwrap_or_default();
        let query = self.query.values().flat_map(Field::names);
        let texts = self.texts.values().flat_map(|text| text_names(text));
        body.into_iter().chain(query).filter(composed).chain(texts).collect()
    }

    /// Whether it uses a placeholder anywhere.
    #[must_use]
    pub fn uses(&self, name: &str) -> bool {
        let part = Part::Name(name);
        let in_url = || self.url.parts().is_some_and(|parts| parts.contains(&part));
        self.names().contains(&name) || in_url()
    }
}

impl JsonSchema for Statuses {
    fn schema_name() -> Cow<'static, str> {
        "Statuses".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "What single statuses mean, by the status.",
            "patternProperties": {"^[2-5][0-9][0-9]$": generator.subschema_for::<Says>()},
            "additionalProperties": false,
        })
    }
}

impl<'de> Deserialize<'de> for Statuses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = BTreeMap::<String, Says>::deserialize(deserializer)?;
        let status = |(name, says): (String, Says)| match name.parse() {
            Ok(status @ 200..=599) => Ok((status, says)),
            Ok(_) | Err(_) => {
                Err(D::Error::custom(format!("{name:?} is not an HTTP status; write one from 200 to 599")))
            }
        };
        written.into_iter().map(status).collect::<Result<_, _>>().map(Self)
    }
}

/// What a status says by itself.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "an error class, or { answer = … }")]
pub enum Says {
    /// A failure of this class.
    Class(ErrorClass),
    /// The answer is this document, whatever the body holds.
    Answer {
        /// The document.
        answer: Value,
    },
}

/// How the rest of a long answer is asked for. Pages are put together into the first one's list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pages {
    /// The list that goes on.
    pub items: Pointer,
    /// Where the next page's mark stands; it fills `{cursor}`. Without it pages are counted from
    /// 1 by `{page}`, until one holds fewer than `size` items.
    pub cursor: Option<Pointer>,
    /// How many items a full page has; needed where pages are counted.
    pub size: Option<usize>,
    /// The most pages that are read. Where there are more, the facts are unknown.
    pub max: usize,
}

/// A request for many accounts, and how the answer is taken apart.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// How many accounts one call takes.
    pub max: usize,
    /// The call. It lists the accounts as `{subjects}`, or by their node ids as `{nodes}`.
    pub call: Call,
    /// How the list is written in a URL, a query or a form. A JSON body takes it as an array.
    #[serde(default)]
    pub join: Join,
    /// The list of items in the answer, or an object with an item under each id. An item that is
    /// `null` stands at its account's place.
    pub items: Pointer,
    /// What it means when an account has no item and no failure explains it.
    pub missing: Missing,
    /// Where the answer says why an item is not there.
    pub failures: Option<Failures>,
}

/// How a list of ids is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// With commas in between.
    #[default]
    Comma,
    /// With semicolons in between.
    Semicolon,
    /// Each id in a parameter of its own, all of the same name.
    Repeat,
    /// As a JSON array in one parameter.
    Json,
}

/// The part of a batch answer that tells what went wrong with single items.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// The list of failures.
    pub list: Pointer,
    /// In a failure, the place in `items` that it is about.
    pub index: Option<Pointer>,
    /// In a failure, the account that it is about.
    pub subject: Option<Pointer>,
    /// In a failure, its code.
    pub code: Pointer,
    /// What the codes mean; any other means unavailable.
    #[serde(default)]
    pub codes: BTreeMap<String, ErrorClass>,
}

/// What an absent item means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The account does not exist.
    Gone,
    /// Nothing at all.
    Unknown,
}

/// The methods a definition may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads. The only one that may be sent again when the connection broke.
    #[default]
    Get,
    /// Asks with a body, or asks to revoke.
    Post,
    /// Asks to revoke.
    Delete,
}

/// A call that ends tokens.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeCall {
    /// The call. Its body carries `{access_token}` or `{refresh_token}`, never its URL.
    pub call: Call,
    /// How it is authenticated.
    #[serde(default)]
    pub auth: RevokeAuth,
    /// Statuses that say that the token is dead, now or before.
    pub done: Vec<u16>,
}

/// How a call that ends tokens is authenticated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevokeAuth {
    /// As the client, by HTTP Basic.
    #[default]
    Basic,
    /// As the client, by its id and secret in the body's form.
    Post,
    /// With the access token itself.
    Bearer,
    /// By nothing but the token in the body.
    None,
}
