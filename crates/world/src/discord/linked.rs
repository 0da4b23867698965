//! Native linked roles: a server's rule over metadata, and a member's claim.

use std::collections::BTreeMap;

use super::connection::RoleConnection;
use super::metadata::{Comparison, Field};
use super::time;
use crate::Millis;
use crate::clock::DAY;

/// What a member's role connection must show to hold a linked role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedRule {
    /// Whose role connection is asked.
    pub application: u64,
    /// Groups of conditions: one group must hold whole.
    pub any_of: Vec<Vec<Condition>>,
}

/// One thing that an admin demands under Server Settings → Roles → Links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// That the application's connection exists.
    Connected,
    /// That a metadata field compares well with a value; how is up to the field's type.
    Field {
        /// The metadata key.
        key: String,
        /// The admin's value: an integer, or a number of days for dates; 1 for booleans.
        value: i64,
    },
}

/// Why a member may not have a linked role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimRefusal {
    /// The server does not exist.
    NoGuild,
    /// The person is not in the server.
    NotAMember,
    /// The server has no such role.
    NoRole,
    /// The role is an ordinary one.
    NotLinked,
    /// The application's bot is not in the server, so Discord does not offer the role.
    NoBot,
    /// The application has no verification URL, so Discord does not offer the role.
    NoVerificationUrl,
    /// The person has no role connection with the application yet.
    NotConnected,
    /// The role connection does not show what the rule demands.
    DoesNotQualify,
}

impl std::fmt::Display for ClaimRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            ClaimRefusal::NoGuild => "there is no such server",
            ClaimRefusal::NotAMember => "only members of the server can claim its roles",
            ClaimRefusal::NoRole => "the server has no such role",
            ClaimRefusal::NotLinked => "this is not a linked role",
            ClaimRefusal::NoBot => "the application's bot is not in this server",
            ClaimRefusal::NoVerificationUrl => "the application has no verification URL",
            ClaimRefusal::NotConnected => "there is no connection yet; choose Connect first",
            ClaimRefusal::DoesNotQualify => "the connection does not meet the role's requirements",
        })
    }
}

impl std::error::Error for ClaimRefusal {}

/// Whether a rule holds for a connection, by the schema that is registered now.
pub(crate) fn holds(
    rule: &LinkedRule,
    shown: Option<&RoleConnection>,
    schema: &[Field],
    now: Millis,
) -> bool {
    let Some(shown) = shown else { return false };
    let meets = |condition: &Condition| match condition {
        Condition::Connected => true,
        Condition::Field { key, value } => schema
            .iter()
            .find(|field| field.key == *key)
            .is_some_and(|field| field_holds(field, &shown.metadata, *value, now)),
    };
    rule.any_of.iter().any(|group| group.iter().all(meets))
}

fn field_holds(field: &Field, shown: &BTreeMap<String, String>, wanted: i64, now: Millis) -> bool {
    let Some(text) = shown.get(&field.key) else {
        return false;
    };
    let number = || text.parse::<i64>().ok();
    let age = || time::read(text).map(|then| now.saturating_sub(then));
    let days = wanted.saturating_mul(DAY);
    match field.comparison {
        Comparison::AtMost => number().is_some_and(|number| number <= wanted),
        Comparison::AtLeast => number().is_some_and(|number| number >= wanted),
        Comparison::Equal => number().is_some_and(|number| number == wanted),
        Comparison::NotEqual => number().is_some_and(|number| number != wanted),
        Comparison::AgeAtMost => age().is_some_and(|age| age <= days),
        Comparison::AgeAtLeast => age().is_some_and(|age| age >= days),
        Comparison::True => text == "1",
        Comparison::NotTrue => text == "0",
    }
}

/// A rule's conditions as an admin would read them, one line per group.
pub(crate) fn describe(rule: &LinkedRule, schema: &[Field]) -> Vec<String> {
    let one = |condition: &Condition| match condition {
        Condition::Connected => "a connection".to_owned(),
        Condition::Field { key, value } => {
            let field = schema.iter().find(|field| field.key == *key);
            field.map_or_else(|| format!("{key} (not registered)"), |field| phrase(field, *value))
        }
    };
    let line = |group: &Vec<Condition>| group.iter().map(one).collect::<Vec<_>>().join(" and ");
    rule.any_of.iter().map(line).collect()
}

fn phrase(field: &Field, value: i64) -> String {
    let name = &field.name;
    match field.comparison {
        Comparison::AtMost => format!("{name} ≤ {value}"),
        Comparison::AtLeast => format!("{name} ≥ {value}"),
        Comparison::Equal => format!("{name} = {value}"),
        Comparison::NotEqual => format!("{name} ≠ {value}"),
        Comparison::AgeAtMost => format!("{name}: within the last {value} days"),
        Comparison::AgeAtLeast => format!("{name}: at least {value} days ago"),
        Comparison::True => name.clone(),
        Comparison::NotTrue => format!("not {name}"),
    }
}
