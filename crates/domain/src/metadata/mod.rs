//! Metadata: the up to five values that Discord keeps per user for linked roles.
//!
//! Records come from the settings and are held to Discord's rules here, so that a mistake is told
//! at start and not by a refused request. What a user shows becomes a role connection in
//! [`role_connection`].

mod connection;
mod record;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

pub use connection::{NO_PLATFORM, RoleConnection, Shown, role_connection};
pub use record::{MAX_RECORDS, RecordMistake, SchemaRecord, check_records, default_records};

use crate::criteria::{Criteria, Mistake, parse_fact};
use crate::fact::{FactKey, FactType};
use crate::id::PlatformKey;
use crate::vocabulary::{Vocabulary, is_built_in};

/// The name of the value that counts linked accounts.
pub const LINKED_ACCOUNTS: &str = "linked_accounts";

/// The fact whose date every platform tells in its own way.
const ACCOUNT_AGE: &str = "account_age";

/// One of Discord's five definitions (Discord API reference, "Application Role Connection
/// Metadata").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataRecord {
    /// Its key at Discord: 1 to 50 of `a-z`, `0-9` and `_`.
    pub key: String,
    /// Its name for server admins, 1 to 100 characters.
    pub name: String,
    /// What it means, 1 to 200 characters.
    pub description: String,
    /// How Discord compares it.
    pub kind: MetadataKind,
    /// Where its value comes from.
    pub value: MetadataValue,
}

/// How Discord compares a value with what a server's admin set; numbered as at Discord.
///
/// The two datetime kinds compare *ages* in practice and not instants as documented
/// (discord-api-docs issue 5936): 6 holds for accounts that are at least so many days old.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[repr(u8)]
pub enum MetadataKind {
    /// The number is at most the admin's.
    IntegerAtMost = 1,
    /// The number is at least the admin's.
    IntegerAtLeast = 2,
    /// The number is the admin's.
    IntegerEqual = 3,
    /// The number is not the admin's.
    IntegerNotEqual = 4,
    /// The date is at most so many days ago.
    AgeAtMost = 5,
    /// The date is at least so many days ago.
    AgeAtLeast = 6,
    /// The value is 1.
    BooleanEqual = 7,
    /// The value is not 1.
    BooleanNotEqual = 8,
}

/// What a kind of metadata looks like when it is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A whole number of 32 bits.
    Number,
    /// A date as RFC 3339 writes it.
    Date,
    /// `1` or `0`.
    Truth,
}

/// Where the value of a metadata record comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetadataValue {
    /// A fact: numbers as they are, lengths of time in whole hours, ages as their dates, yes and
    /// no as 1 and 0.
    Fact(FactKey),
    /// The day an account was made.
    AccountDate(PlatformKey),
    /// How many accounts the user shows.
    LinkedAccounts,
    /// 1 where the criteria hold.
    Criteria(Criteria),
}

/// No such number of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no type of metadata; Discord has the types 1 to 8")]
pub struct NotAKind(pub u8);

impl MetadataKind {
    /// Discord's number for it.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// What its values look like.
    #[must_use]
    pub const fn shape(self) -> Shape {
        match self {
            Self::IntegerAtMost | Self::IntegerAtLeast | Self::IntegerEqual | Self::IntegerNotEqual => {
                Shape::Number
            }
            Self::AgeAtMost | Self::AgeAtLeast => Shape::Date,
            Self::BooleanEqual | Self::BooleanNotEqual => Shape::Truth,
        }
    }
}

impl TryFrom<u8> for MetadataKind {
    type Error = NotAKind;

    fn try_from(number: u8) -> Result<Self, NotAKind> {
        Ok(match number {
            1 => Self::IntegerAtMost,
            2 => Self::IntegerAtLeast,
            3 => Self::IntegerEqual,
            4 => Self::IntegerNotEqual,
            5 => Self::AgeAtMost,
            6 => Self::AgeAtLeast,
            7 => Self::BooleanEqual,
            8 => Self::BooleanNotEqual,
            other => return Err(NotAKind(other)),
        })
    }
}

impl From<MetadataKind> for u8 {
    fn from(kind: MetadataKind) -> Self {
        kind.number()
    }
}

impl MetadataValue {
    /// Reads a value from the settings: a fact, criteria, or `linked_accounts`.
    pub fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Self, Mistake> {
        if text.trim() == LINKED_ACCOUNTS {
            return Ok(Self::LinkedAccounts);
        }
        match parse_fact(text, vocabulary) {
            Ok(fact) if fact.name == ACCOUNT_AGE && fact.args.is_empty() => {
                Ok(Self::AccountDate(fact.platform))
            }
            Ok(fact) => Ok(Self::Fact(fact)),
            Err(_) => Criteria::parse(text, vocabulary).map(Self::Criteria),
        }
    }

    /// What the value looks like when it is pushed; nothing for texts, which Discord cannot keep.
    #[must_use]
    pub fn shape(&self, vocabulary: &Vocabulary) -> Option<Shape> {
        match self {
            Self::LinkedAccounts => Some(Shape::Number),
            Self::AccountDate(_) => Some(Shape::Date),
            Self::Criteria(_) => Some(Shape::Truth),
            Self::Fact(fact) => {
                let spec = vocabulary.fact(&fact.platform, &fact.name)?;
                match spec.kind {
                    FactType::Duration if spec.age_of.is_some() => Some(Shape::Date),
                    FactType::Integer | FactType::Duration => Some(Shape::Number),
                    FactType::Datetime => Some(Shape::Date),
                    FactType::Boolean => Some(Shape::Truth),
                    FactType::Text | FactType::TextSet => None,
                }
            }
        }
    }

    /// The facts to read for it, as they are stored.
    #[must_use]
    pub fn facts(&self, vocabulary: &Vocabulary) -> BTreeSet<FactKey> {
        let mut facts = match self {
            Self::LinkedAccounts => BTreeSet::new(),
            Self::Criteria(criteria) => criteria.facts(vocabulary),
            Self::Fact(fact) => [vocabulary.stored(fact)].into(),
            Self::AccountDate(platform) => [vocabulary.stored(&account_age(platform))].into(),
        };
        facts.retain(|fact| !is_built_in(&fact.platform));
        facts
    }
}

/// As the settings write it.
impl fmt::Display for MetadataValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fact(fact) => fact.fmt(f),
            Self::AccountDate(platform) => account_age(platform).fmt(f),
            Self::LinkedAccounts => f.write_str(LINKED_ACCOUNTS),
            Self::Criteria(criteria) => criteria.fmt(f),
        }
    }
}

/// The language's name for the age of an account.
fn account_age(platform: &PlatformKey) -> FactKey {
    FactKey { platform: platform.clone(), name: ACCOUNT_AGE.to_owned(), args: BTreeMap::new() }
}

#[cfg(test)]
mod tests;
