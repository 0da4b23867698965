//! Accounts: who an answer is about, and who it should be about.

use std::collections::BTreeMap;

use domain::fact::FactKey;
use domain::platform::body::plain;
use domain::platform::{Definition, Pointers, SubjectType};
use domain::token::TokenSet;
use serde_json::Value;

/// Longer names than this are no names.
const LONGEST_NAME: usize = 255;

/// An account as the platform names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its lasting id. The only thing that tells two accounts apart.
    pub subject: String,
    /// The name that people see; it changes, and strangers may take it over.
    pub username: String,
    /// A second lasting id by which batches ask for it, where the platform has one.
    pub node: Option<String>,
}

/// The account to ask about.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    /// Its lasting id.
    pub subject: &'a str,
    /// The name it had when last seen.
    pub username: &'a str,
    /// Its [`Account::node`].
    pub node: Option<&'a str>,
    /// Its user's tokens, where they are kept.
    pub tokens: Option<&'a TokenSet>,
    /// What was told before, by request as it prints, for platforms that say when nothing changed.
    pub remembered: Option<&'a BTreeMap<String, Remembered>>,
}

/// What a request told before.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// The platform's mark of that answer (RFC 9110 §8.8.3).
    pub etag: String,
    /// What it told.
    pub facts: BTreeMap<FactKey, domain::fact::Value>,
}

/// The id of the account that an answer is about; `None` where it names none that can be one.
pub(super) fn subject(kind: SubjectType, places: &Pointers, answer: &Value) -> Option<String> {
    let subject = match places.find(answer)? {
        Value::String(text) => text.clone(),
        // A number that lost digits on the way is a float, and refused here.
        Value::Number(number) => number.as_u64()?.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    kind.accepts(&subject).then_some(subject)
}

/// The account that an answer of the identity request is about.
pub(super) fn account(definition: &Definition, answer: &Value) -> Option<Account> {
    let identity = &definition.identity;
    let request = definition.requests.get(&identity.request)?;
    let text = |found: &Value| {
        let text = plain(found)?.trim().to_owned();
        let fits = !text.is_empty() && text.chars().count() <= LONGEST_NAME;
        fits.then_some(text)
    };
    Some(Account {
        subject: subject(identity.subject_type, request.subject.as_ref()?, answer)?,
        username: identity.username.all().iter().find_map(|place| place.find(answer).and_then(text))?,
        node: identity.node.as_ref().and_then(|node| node.find(answer)).and_then(text),
    })
}
