//! Requests: what is asked about an account, and by which ways.
//!
//! The facts of one request arrive, age and become unknown together. A request may be asked with
//! the user's own token, with the operator's service credential, or for many accounts at once; the
//! facts stand at the same pointers unless a fact names another one for batches.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::class::ErrorClass;
use super::pointer::Pointer;
use super::template::{Template, lone_name};

/// One thing to ask about an account. At least one way must be there.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Where an answer, or an item of a batch, names the account it is about.
    pub subject: Pointer,
    /// The scopes that a user's token needs for it.
    #[serde(default)]
    pub needs: BTreeSet<String>,
    /// With the user's token.
    pub user: Option<Call>,
    /// With the service credential, for one account.
    pub service: Option<Call>,
    /// With the service credential, for many accounts.
    pub batch: Option<Batch>,
}

/// How one HTTP request looks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Its method.
    #[serde(default)]
    pub method: Method,
    /// Where it goes.
    pub url: Template,
    /// What it carries.
    pub body: Option<Body>,
    /// Statuses that say that the account does not exist.
    #[serde(default)]
    pub gone: Vec<u16>,
}

/// A request for many accounts, and how the answer is taken apart.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// How many accounts one call takes.
    pub max: usize,
    /// The call. Its body lists the accounts as `{subjects}`, or by their node ids as `{nodes}`.
    pub call: Call,
    /// The list of items in the answer. An item that is `null` stands at its account's place.
    pub items: Pointer,
    /// What it means when an account has no item and no failure explains it.
    pub missing: Missing,
    /// Where the answer says why an item is not there.
    pub failures: Option<Failures>,
}

/// The part of a batch answer that tells what went wrong with single items.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// The list of failures.
    pub list: Pointer,
    /// In a failure, the place in `items` that it is about.
    pub index: Pointer,
    /// In a failure, its code.
    pub code: Pointer,
    /// What the codes mean; any other means unavailable.
    #[serde(default)]
    pub codes: BTreeMap<String, ErrorClass>,
}

/// What an absent item means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The account does not exist.
    Gone,
    /// Nothing at all.
    Unknown,
}

/// The methods a definition may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
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

/// A request's body.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// JSON. A text that is one placeholder and nothing else, such as `"{nodes}"`, is replaced.
    Json(Value),
}

/// A call that ends tokens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeCall {
    /// The call, authenticated as the client by HTTP Basic. Its body carries `{access_token}`.
    pub call: Call,
    /// Statuses that say that the token is dead, now or before.
    pub done: Vec<u16>,
}

impl Body {
    /// Every placeholder in it.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let Self::Json(json) = self;
        let mut names = Vec::new();
        collect(json, &mut names);
        names
    }

    /// The body with every placeholder replaced; `None` where one has no value.
    #[must_use]
    pub fn fill(&self, values: &BTreeMap<&str, Value>) -> Option<Value> {
        let Self::Json(json) = self;
        filled(json, values)
    }
}

fn collect<'a>(json: &'a Value, names: &mut Vec<&'a str>) {
    match json {
        Value::String(text) => names.extend(lone_name(text)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn filled(json: &Value, values: &BTreeMap<&str, Value>) -> Option<Value> {
    match json {
        Value::String(text) => match lone_name(text) {
            Some(name) => values.get(name).cloned(),
            None => Some(json.clone()),
        },
        Value::Array(items) => items.iter().map(|item| filled(item, values)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| Some((name.clone(), filled(field, values)?))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(json.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_body_takes_values_as_data() {
        let body = Body::Json(json!({"query": "q { a }", "variables": {"ids": "{nodes}"}, "n": 1}));
        assert_eq!(body.names(), ["nodes"]);
        let values = BTreeMap::from([("nodes", json!(["\"} evil"]))]);
        let filled = body.fill(&values).unwrap();
        assert_eq!(filled["variables"]["ids"][0], "\"} evil");
        assert_eq!(filled["query"], "q { a }");
        assert_eq!(body.fill(&BTreeMap::new()), None);
    }
}
