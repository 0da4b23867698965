//! `[[metadata]]`: what Discord keeps of a user for linked roles.
//!
//! Lengths and letters are Discord's (API reference, "Application Role Connection Metadata").
//! What a value means is decided later, where the platforms are known.

use std::collections::BTreeSet;

use toml::Value;

use super::mistake::{Place, SettingsError, Wrong};
use super::parse;
use super::reader::Reader;

/// Discord keeps no more.
const MOST_RECORDS: usize = 5;

/// One record as it is written in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord {
    /// What Discord calls it: 1 to 50 of a-z, 0-9 and _.
    pub key: String,
    /// What server admins read, at most 100 characters.
    pub name: String,
    /// A sentence about it, at most 200 characters.
    pub description: String,
    /// Discord's number for how it is compared, 1 to 8.
    pub kind: u8,
    /// A fact, `<platform>.account_age`, criteria, or `linked_accounts`.
    pub value: String,
    /// Where it stands, for whoever finds the value wrong.
    pub place: Place,
}

/// The records that are set, or the five of the default.
pub(super) fn read(reader: &mut Reader) -> Vec<RawRecord> {
    let mut indexes: Vec<String> = reader.below("metadata");
    indexes.sort_by_key(|index| (index.len(), index.clone()));
    if indexes.is_empty() {
        return default();
    }
    let records: Vec<RawRecord> = indexes.iter().filter_map(|index| record(reader, index)).collect();
    let keys: BTreeSet<&str> = records.iter().map(|record| record.key.as_str()).collect();
    let wrong = if indexes.len() > MOST_RECORDS {
        Wrong::new("there are more than five metadata records", "take some out: Discord keeps five")
    } else if keys.len() < records.len() {
        Wrong::new("two metadata records have one key", "give each its own")
    } else {
        return records;
    };
    let place = records.last().map_or(Place::Unset("metadata".into()), |last| last.place.clone());
    let (what, cure) = (wrong.what.to_owned(), wrong.cure.to_owned());
    reader.mistakes.push(SettingsError { place, what, cure });
    records
}

fn record(reader: &mut Reader, index: &str) -> Option<RawRecord> {
    let at = |name: &str| format!("metadata.{index}.{name}");
    if index.parse::<u8>().is_err() {
        let first = reader.below(&format!("metadata.{index}")).swap_remove(0);
        let wrong = Wrong::new(
            "metadata is a list, and its records are numbered from 0",
            "write each record below [[metadata]]",
        );
        reader.note(&at(&first), &wrong);
        return None;
    }
    let key = reader.required(&at("key"), key);
    let name = reader.required(&at("name"), name);
    let description = reader.required(&at("description"), description);
    let kind = reader.required(&at("type"), kind);
    let value = reader.required(&at("value"), parse::text);
    Some(RawRecord {
        key: key?,
        name: name?,
        description: description?,
        kind: kind?,
        value: value?,
        place: reader.place(&at("value")),
    })
}

fn key(value: &Value) -> Result<String, Wrong> {
    let text = parse::text(value)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if text.len() <= 50 && text.chars().all(plain) {
        Ok(text)
    } else {
        Err(Wrong::new("the key is not 1 to 50 of a-z, 0-9 and _", "shorten it or spell it so"))
    }
}

fn name(value: &Value) -> Result<String, Wrong> {
    at_most(value, 100, Wrong::new("the name is longer than 100 characters", "shorten it"))
}

fn description(value: &Value) -> Result<String, Wrong> {
    at_most(value, 200, Wrong::new("the description is longer than 200 characters", "shorten it"))
}

fn at_most(value: &Value, most: usize, wrong: Wrong) -> Result<String, Wrong> {
    let text = parse::text(value)?;
    if text.chars().count() <= most { Ok(text) } else { Err(wrong) }
}

fn kind(value: &Value) -> Result<u8, Wrong> {
    let wrong =
        Wrong::new("the type is not from 1 to 8", "see Discord's metadata types, such as 2 for \"at least\"");
    let kind = parse::one(value, wrong)?;
    if (1..=8).contains(&kind) { Ok(kind) } else { Err(wrong) }
}

/// What is registered where nothing is set.
fn default() -> Vec<RawRecord> {
    [
        (
            "github_account",
            "GitHub account",
            "Days since the GitHub account was made",
            6,
            "github.account_age",
        ),
        ("github_followers", "GitHub followers", "Followers on GitHub, at least", 2, "github.followers"),
        ("x_followers", "X followers", "Followers on X, at least", 2, "x.followers"),
        ("steam_level", "Steam level", "Level on Steam, at least", 2, "steam.level"),
        ("linked_accounts", "Linked accounts", "Accounts linked, at least", 2, "linked_accounts"),
    ]
    .into_iter()
    .map(|(key, name, description, kind, value)| RawRecord {
        key: key.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        kind,
        value: value.to_owned(),
        place: Place::Unset("metadata".to_owned()),
    })
    .collect()
}
