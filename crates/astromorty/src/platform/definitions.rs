//! Definition files: those compiled in, and how settings change them.

use std::collections::BTreeMap;

use domain::id::PlatformKey;
use domain::platform::{Definition, Pkce, Problem, host};
use serde::Deserialize;
use toml::{Table, Value};
use url::Url;

/// The files compiled in, by key.
const BUILT_IN: [(&str, &str); 1] = [("github", include_str!("../../../../platforms/github.toml"))];

/// Every definition that is compiled in.
#[must_use]
pub fn all() -> Vec<Definition> {
    let read = |(key, text): &(&str, &str)| {
        let definition = read(text, Table::new());
        definition.unwrap_or_else(|problems| panic!("a test holds {key} sound: {problems:?}"))
    };
    BUILT_IN.iter().map(read).collect()
}

/// The text of a definition that is compiled in.
#[must_use]
pub fn built_in(key: &PlatformKey) -> Option<&'static str> {
    let found = BUILT_IN.iter().find(|(name, _)| *name == key.as_str());
    found.map(|(_, text)| *text)
}

/// Reads a definition file with changes from the settings laid over it, key by key.
///
/// Fails with all that is wrong; mistakes in the file's shape hide those in its content.
/// Changes cannot switch off PKCE where the file has it (N-12).
pub fn read(text: &str, changes: Table) -> Result<Definition, Vec<Problem>> {
    let mut table: Table = text.parse().map_err(|error| vec![malformed(&error)])?;
    let before = definition(table.clone())?;
    lay_over(&mut table, changes);
    let after = definition(table)?;
    let mut problems = after.check();
    problems.extend(no_addresses(&after));
    if before.authorize.pkce == Pkce::S256 && after.authorize.pkce != Pkce::S256 {
        problems.push(Problem {
            at: "authorize.pkce".to_owned(),
            what: format!("cannot be switched off: {} has it", after.display_name),
        });
    }
    if problems.is_empty() { Ok(after) } else { Err(problems) }
}

/// Hosts that look like an address letter by letter and are none, such as `https://a.example:99999`.
fn no_addresses(definition: &Definition) -> impl Iterator<Item = Problem> {
    let hosts = host::resolve(&definition.hosts, &BTreeMap::new());
    let looks_like_one = |address: &String| host::fault(address).is_none() && Url::parse(address).is_err();
    let odd = hosts.into_iter().filter(move |(_, address)| address.as_ref().is_some_and(looks_like_one));
    odd.map(|(name, _)| Problem { at: format!("hosts.{name}"), what: "is not an address".to_owned() })
}

fn definition(table: Table) -> Result<Definition, Vec<Problem>> {
    Definition::deserialize(table).map_err(|error| vec![malformed(&error)])
}

fn malformed(error: &toml::de::Error) -> Problem {
    let text = error.to_string();
    let told: Vec<&str> = text.split_whitespace().collect();
    Problem { at: "definition".to_owned(), what: format!("cannot be read: {}", told.join(" ")) }
}

fn lay_over(table: &mut Table, changes: Table) {
    for (key, change) in changes {
        match (table.get_mut(&key), change) {
            (Some(Value::Table(inner)), Value::Table(change)) => lay_over(inner, change),
            (_, change) => {
                table.insert(key, change);
            }
        }
    }
}
