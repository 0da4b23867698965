//! Role connections: what Discord is told of a user.
//!
//! Only accounts that the user shows have a part in it (law 7). Discord replaces the whole object
//! with each push, so the whole object is made: a number that is not known (any more) repeats the
//! one pushed last, and one that never was known is an explicit zero.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{MetadataRecord, MetadataValue, Shape, account_age};
use crate::criteria::Criteria;
use crate::fact::{FactKey, Facts, Value};
use crate::id::PlatformKey;
use crate::moment::Moment;
use crate::verdict::{Evidence, Outcome, Subject, evidence, outcome_of};
use crate::vocabulary::is_built_in;

/// What stands for the platforms of a user who shows none.
pub const NO_PLATFORM: &str = "Astromorty";
/// Discord's longest `platform_name`, in characters.
const MAX_PLATFORM_NAME: usize = 50;
/// Discord's longest `platform_username`, in characters.
const MAX_USERNAME: usize = 100;
/// Between two platforms or names.
const JOINT: &str = ", ";

/// An account that a user shows on their Discord profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its platform.
    pub platform: PlatformKey,
    /// The platform's name for people.
    pub display: String,
    /// The account's name.
    pub username: String,
}

/// What Discord keeps of a user for us, as it is sent and as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RoleConnection {
    /// The platforms shown, or [`NO_PLATFORM`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_name: Option<String>,
    /// The names shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_username: Option<String>,
    /// The values by the keys of their records.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// Makes the whole object. `last` is what was pushed last for the accounts that are linked now; an
/// unknown value repeats it.
#[must_use]
pub fn role_connection(
    records: &[MetadataRecord],
    subject: &Subject<'_>,
    shown: &[Shown],
    last: Option<&RoleConnection>,
) -> RoleConnection {
    let values = records.iter().filter_map(|record| {
        let value = match find(&record.value, record.kind.shape(), subject, shown) {
            Found::Value(value) => Some(value),
            Found::Nothing => None,
            Found::Unknown => last.and_then(|last| repeat(record, last, shown)),
        };
        let value = value.or_else(|| zero(record.kind.shape()))?;
        Some((record.key.clone(), value))
    });
    let platforms = joined(shown.iter().map(|shown| &*shown.display), MAX_PLATFORM_NAME);
    RoleConnection {
        platform_name: Some(platforms.unwrap_or_else(|| NO_PLATFORM.to_owned())),
        platform_username: joined(shown.iter().map(|shown| &*shown.username), MAX_USERNAME),
        metadata: values.collect(),
    }
}

/// What there is to push for one record.
enum Found {
    Value(String),
    /// There is nothing, and that is certain.
    Nothing,
    /// Nobody can tell.
    Unknown,
}

fn find(value: &MetadataValue, shape: Shape, subject: &Subject<'_>, shown: &[Shown]) -> Found {
    if shown.is_empty() {
        return Found::Nothing;
    }
    match value {
        MetadataValue::LinkedAccounts => Found::Value(shown.len().to_string()),
        MetadataValue::Fact(fact) => find_fact(fact, shape, subject, shown),
        MetadataValue::AccountDate(platform) => find_fact(&account_age(platform), shape, subject, shown),
        MetadataValue::Criteria(criteria) => find_criteria(criteria, subject, shown),
    }
}

fn find_fact(fact: &FactKey, shape: Shape, subject: &Subject<'_>, shown: &[Shown]) -> Found {
    if !is_shown(&fact.platform, shown) && !is_built_in(&fact.platform) {
        return Found::Nothing;
    }
    match evidence(fact, None, subject).at(subject.now) {
        Evidence::NotLinked => Found::Nothing,
        Evidence::Unknown(_) => Found::Unknown,
        Evidence::Known { value, .. } => written(&value, shape).map_or(Found::Unknown, Found::Value),
    }
}

/// Criteria see an account that is not shown as if it was not linked.
fn find_criteria(criteria: &Criteria, subject: &Subject<'_>, shown: &[Shown]) -> Found {
    let mut facts: Facts = subject.facts.clone();
    facts.linked.retain(|platform| is_shown(platform, shown));
    let subject = Subject { facts: &facts, ..*subject };
    match outcome_of(criteria, &subject) {
        Outcome::Holds => Found::Value("1".to_owned()),
        Outcome::Fails => Found::Value("0".to_owned()),
        Outcome::Unknown => Found::Unknown,
    }
}

fn is_shown(platform: &PlatformKey, shown: &[Shown]) -> bool {
    shown.iter().any(|shown| shown.platform == *platform)
}

/// A value as Discord takes it; nothing when it is of another kind than the record.
fn written(value: &Value, shape: Shape) -> Option<String> {
    /// Discord does not say how long its integers are; 32 bits with a sign are safe.
    fn clamped(number: i64) -> String {
        number.clamp(i64::from(i32::MIN), i64::from(i32::MAX)).to_string()
    }
    match (value, shape) {
        (Value::Integer(number), Shape::Number) => Some(clamped(*number)),
        (Value::Duration(span), Shape::Number) => Some(clamped(span.as_seconds() / 3600)),
        (Value::Datetime(moment), Shape::Date) => Some(moment.rfc3339()),
        (Value::Boolean(yes), Shape::Truth) => Some(u8::from(*yes).to_string()),
        (
            Value::Integer(_)
            | Value::Duration(_)
            | Value::Datetime(_)
            | Value::Boolean(_)
            | Value::Text(_)
            | Value::TextSet(_),
            Shape::Number | Shape::Date | Shape::Truth,
        ) => None,
    }
}

/// The value pushed last, if it is still of the record's kind and tells nothing of an account that
/// is not shown any more.
fn repeat(record: &MetadataRecord, last: &RoleConnection, shown: &[Shown]) -> Option<String> {
    let value = last.metadata.get(&record.key)?;
    let fits = match record.kind.shape() {
        Shape::Number => value.parse::<i32>().is_ok(),
        Shape::Date => Moment::parse_rfc3339(value).is_some(),
        Shape::Truth => value == "0" || value == "1",
    };
    let of_several = matches!(record.value, MetadataValue::Criteria(_));
    (fits && (!of_several || all_still_shown(last, shown))).then(|| value.clone())
}

/// Whether every platform named last is still shown. The last name of a long row may be cut.
fn all_still_shown(last: &RoleConnection, shown: &[Shown]) -> bool {
    let named = last.platform_name.as_deref().unwrap_or(NO_PLATFORM);
    let is_still = |name: &str| shown.iter().any(|shown| shown.display.starts_with(name));
    named == NO_PLATFORM || named.split(JOINT).all(is_still)
}

const ZERO: &str = "0";

/// What is pushed where there is no value. A date has no zero and is left out.
fn zero(shape: Shape) -> Option<String> {
    match shape {
        Shape::Number | Shape::Truth => Some(ZERO.to_owned()),
        Shape::Date => None,
    }
}

/// Names in a row, cut to a number of characters; nothing for no names.
fn joined<'a>(names: impl Iterator<Item = &'a str>, most: usize) -> Option<String> {
    let names: Vec<&str> = names.map(str::trim).filter(|name| !name.is_empty()).collect();
    let row: String = names.join(JOINT).chars().take(most).collect();
    let row = row.trim_end();
    (!row.is_empty()).then(|| row.to_owned())
}
