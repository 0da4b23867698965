//! Records held to Discord's rules (Discord API reference, "Application Role Connection Metadata
//! Structure").

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{MetadataKind, MetadataRecord, MetadataValue, Shape};
use crate::fact::FactKey;
use crate::id::PlatformKey;
use crate::vocabulary::{Vocabulary, is_built_in};

/// The most records of an application.
pub const MAX_RECORDS: usize = 5;
/// The longest key, in bytes, which all are of ASCII.
const MAX_KEY: usize = 50;
/// The longest name, in characters.
const MAX_NAME: usize = 100;
/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 200;

/// What is wrong with the metadata records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordMistake {
    /// There are too many.
    #[error("there are {0} metadata records, but Discord keeps at most {MAX_RECORDS}; leave some out")]
    TooMany(usize),
    /// Two have one key.
    #[error("two metadata records have the key `{0}`; rename one of them")]
    Repeated(String),
    /// A key that Discord refuses.
    #[error("the metadata key `{0}` does not do; use 1 to {MAX_KEY} of a-z, 0-9 and _")]
    BadKey(String),
    /// A name that Discord refuses.
    #[error("the name of metadata `{0}` has to have 1 to {MAX_NAME} characters")]
    BadName(String),
    /// A description that Discord refuses.
    #[error("the description of metadata `{0}` has to have 1 to {MAX_DESCRIPTION} characters")]
    BadDescription(String),
    /// A fact that is a text.
    #[error("metadata `{0}` is a text, which Discord cannot keep; compare it, as in `= \"text\"`")]
    NoValue(String),
    /// The type does not fit the value.
    #[error("metadata `{key}` has type {kind}, but its value is {value}; use one of the types {types}", value = spoken(*.shape), types = types(*.shape))]
    WrongKind {
        /// The record's key.
        key: String,
        /// Discord's number of its type.
        kind: u8,
        /// What its value looks like.
        shape: Shape,
    },
    /// A fact that differs from server to server.
    #[error("metadata `{0}` reads discord.member_age, which is another one in every server; leave it out")]
    PerServer(String),
}

/// A record as Discord keeps it: what is registered, and compared with what is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaRecord {
    /// How Discord compares it.
    #[serde(rename = "type")]
    pub kind: MetadataKind,
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
}

impl MetadataRecord {
    /// What Discord is told of it.
    #[must_use]
    pub fn schema(&self) -> SchemaRecord {
        SchemaRecord {
            kind: self.kind,
            key: self.key.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
        }
    }
}

/// Holds records to Discord's rules; tells all mistakes at once.
#[must_use]
pub fn check_records(records: &[MetadataRecord], vocabulary: &Vocabulary) -> Vec<RecordMistake> {
    let mut mistakes = Vec::new();
    if records.len() > MAX_RECORDS {
        mistakes.push(RecordMistake::TooMany(records.len()));
    }
    let mut keys = BTreeSet::new();
    for record in records {
        if !keys.insert(&record.key) {
            mistakes.push(RecordMistake::Repeated(record.key.clone()));
        }
        mistakes.extend(check_texts(record));
        mistakes.extend(check_value(record, vocabulary));
    }
    mistakes
}

fn check_texts(record: &MetadataRecord) -> Vec<RecordMistake> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let key = &record.key;
    let good_key = (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(plain);
    let good = |text: &str, most| !text.trim().is_empty() && text.chars().count() <= most;
    let checks = [
        (good_key, RecordMistake::BadKey(key.clone())),
        (good(&record.name, MAX_NAME), RecordMistake::BadName(key.clone())),
        (good(&record.description, MAX_DESCRIPTION), RecordMistake::BadDescription(key.clone())),
    ];
    let failed = checks.into_iter().filter(|(good, _)| !good);
    failed.map(|(_, mistake)| mistake).collect()
}

fn check_value(record: &MetadataRecord, vocabulary: &Vocabulary) -> Option<RecordMistake> {
    let key = record.key.clone();
    if is_per_server(&record.value) {
        return Some(RecordMistake::PerServer(key));
    }
    let Some(shape) = record.value.shape(vocabulary) else {
        // A default record may be of a platform that this instance does not have: zeros.
        return is_known(&record.value, vocabulary).then_some(RecordMistake::NoValue(key));
    };
    let kind = record.kind.number();
    (record.kind.shape() != shape).then_some(RecordMistake::WrongKind { key, kind, shape })
}

/// Whether the fact of a value exists; other values always do.
fn is_known(value: &MetadataValue, vocabulary: &Vocabulary) -> bool {
    match value {
        MetadataValue::Fact(fact) => vocabulary.fact(&fact.platform, &fact.name).is_some(),
        MetadataValue::AccountDate(_) | MetadataValue::LinkedAccounts | MetadataValue::Criteria(_) => true,
    }
}

/// Whether a value depends on when the user joined a server.
fn is_per_server(value: &MetadataValue) -> bool {
    let joined = |fact: &FactKey| is_built_in(&fact.platform) && fact.name == "member_age";
    match value {
        MetadataValue::Fact(fact) => joined(fact),
        MetadataValue::Criteria(criteria) => criteria.named_facts().iter().any(joined),
        MetadataValue::AccountDate(_) | MetadataValue::LinkedAccounts => false,
    }
}

const fn spoken(shape: Shape) -> &'static str {
    match shape {
        Shape::Number => "a number",
        Shape::Date => "a date",
        Shape::Truth => "yes or no",
    }
}

const fn types(shape: Shape) -> &'static str {
    match shape {
        Shape::Number => "1 to 4",
        Shape::Date => "5 and 6",
        Shape::Truth => "7 and 8",
    }
}

/// The records of an instance that sets none. A platform that is not there gives zeros.
#[must_use]
pub fn default_records() -> Vec<MetadataRecord> {
    let record = |key: &str, (name, description): (&str, &str), kind, value| MetadataRecord {
        key: key.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        kind,
        value,
    };
    let count = |platform: &str, name: &str| {
        MetadataValue::Fact(FactKey {
            platform: known(platform),
            name: name.to_owned(),
            args: BTreeMap::new(),
        })
    };
    let least = MetadataKind::IntegerAtLeast;
    vec![
        record(
            "github_account",
            ("GitHub account age", "Days since the GitHub account was made, at least"),
            MetadataKind::AgeAtLeast,
            MetadataValue::AccountDate(known("github")),
        ),
        record(
            "github_followers",
            ("GitHub followers", "Followers on GitHub, at least"),
            least,
            count("github", "followers"),
        ),
        record("x_followers", ("X followers", "Followers on X, at least"), least, count("x", "followers")),
        record("steam_level", ("Steam level", "Level on Steam, at least"), least, count("steam", "level")),
        record(
            "linked_accounts",
            ("Linked accounts", "Accounts shown on the profile, at least"),
            least,
            MetadataValue::LinkedAccounts,
        ),
    ]
}

fn known(platform: &str) -> PlatformKey {
    platform.parse().expect("the constants are platform keys")
}
