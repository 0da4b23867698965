//! Families: a definition that extends another is laid over it, table by table.

use std::collections::BTreeMap;

use domain::id::PlatformKey;
use domain::platform::{Definition, Pkce, Problem, host};
use toml::{Table, Value};
use url::Url;

use super::file::{File, parts};
use super::mistake::Mistake;
use super::shape::definition;
use super::{Defined, Definitions};

/// The most definitions that may stand on one another.
const TALLEST: usize = 4;

/// Hosts that look like an address letter by letter and are none, such as `https://a.example:99999`.
fn no_addresses(definition: &Definition) -> impl Iterator<Item = Problem> {
    let hosts = host::resolve(&definition.hosts, &BTreeMap::new());
    let looks_like_one = |address: &String| host::fault(address).is_none() && Url::parse(address).is_err();
    let odd = hosts.into_iter().filter(move |(_, address)| address.as_ref().is_some_and(looks_like_one));
    odd.map(|(name, _)| Problem { at: format!("hosts.{name}"), what: "is not an address".to_owned() })
}

impl Definitions {
    /// One definition, or all that is wrong with it.
    ///
    /// Mistakes in its shape hide those in its content. Settings cannot switch off PKCE where the
    /// file has it (N-12).
    pub fn define(&self, key: &PlatformKey) -> Result<Defined, Vec<Mistake>> {
        let layers = self.layers(key)?;
        let Some(top) = layers.last() else {
            let what = format!("names {key}, which no file defines; there are: {}", self.list());
            return Err(vec![Mistake::of("definitions", Problem { at: "key".to_owned(), what })]);
        };
        let told = |problems: Vec<Problem>| problems.into_iter().map(|one| placed(&layers, one)).collect();
        let definition = definition(laid(&layers)).map_err(told)?;
        let mut problems = definition.check();
        problems.extend(no_addresses(&definition));
        let below = layers.iter().rposition(|layer| layer.origin != super::Origin::Settings);
        let below = laid(layers.get(..=below.unwrap_or(0)).unwrap_or_default());
        if is_bound(&below)
            && definition.authorize.pkce != Pkce::S256
            && top.origin == super::Origin::Settings
        {
            let what = format!("cannot be switched off: {} has it", definition.display_name);
            problems.push(Problem { at: "authorize.pkce".to_owned(), what });
        }
        if !problems.is_empty() {
            return Err(told(problems));
        }
        // The file that defines it; settings alone change nothing about where it comes from.
        let home = layers
            .iter()
            .rev()
            .find(|layer| layer.origin != super::Origin::Settings || layer.extends.is_some());
        let home = home.unwrap_or(top);
        let (origin, file) = (home.origin.clone(), home.name.clone());
        Ok(Defined { definition, origin, file, extends: home.extends.clone() })
    }

    /// The files that make a definition, eldest first, and the settings on top.
    fn layers(&self, key: &PlatformKey) -> Result<Vec<&File>, Vec<Mistake>> {
        let top = self.settings.get(key);
        let mut layers: Vec<&File> = Vec::new();
        layers.extend(top);
        let mut next = top.and_then(|top| top.extends.as_ref()).or(Some(key));
        while let Some(key) = next {
            let Some(file) = self.files.get(key) else {
                let Some(child) = layers.last() else { break };
                let what = format!("names {key}, which no file defines; there are: {}", self.list());
                return Err(vec![child.mistake(Problem { at: "extends".to_owned(), what })]);
            };
            let problem = |what: String| vec![file.mistake(Problem { at: "extends".to_owned(), what })];
            if layers.iter().any(|one| std::ptr::eq(*one, file)) {
                return Err(problem(format!("leads back to {key}; a definition cannot build on itself")));
            }
            layers.push(file);
            if layers.len() > TALLEST + usize::from(top.is_some_and(|top| top.extends.is_none())) {
                let what = format!(
                    "makes a family of more than {TALLEST} definitions; extend one that is nearer to its root"
                );
                return Err(problem(what));
            }
            next = file.extends.as_ref();
        }
        layers.reverse();
        Ok(layers)
    }

    fn list(&self) -> String {
        self.files.keys().map(PlatformKey::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// All layers in one table. Key and aliases are each file's own.
fn laid(layers: &[&File]) -> Table {
    let mut table = Table::new();
    for layer in layers {
        if layer.origin != super::Origin::Settings {
            table.remove("aliases");
        }
        lay_over(&mut table, layer.table.clone());
    }
    table
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

/// Whether a table has PKCE, which it has unless it says otherwise.
fn is_bound(table: &Table) -> bool {
    let authorize = table.get("authorize").and_then(Value::as_table);
    authorize.and_then(|authorize| authorize.get("pkce")).is_none_or(Value::is_str)
}

/// A problem in the file that it comes from: the youngest one that holds the whole key, or else as
/// much of it as any does.
fn placed(layers: &[&File], problem: Problem) -> Mistake {
    let wanted = parts(&problem.at).count();
    let found = |layer: &&&File| match layer.origin {
        super::Origin::Settings => depth(&layer.table, &problem.at),
        super::Origin::BuiltIn | super::Origin::File => layer.find(&problem.at).map_or(0, |(depth, _)| depth),
    };
    let whole = layers.iter().rev().find(|layer| found(layer) == wanted);
    let best = whole.or_else(|| layers.iter().max_by_key(|layer| found(layer)));
    let youngest = |layers: &[&File]| layers.last().map(|layer| layer.name.clone()).unwrap_or_default();
    match best {
        Some(layer) => layer.mistake(problem),
        None => Mistake::of(&youngest(layers), problem),
    }
}

/// How many parts of a key a table holds.
fn depth(table: &Table, key: &str) -> usize {
    let mut at = Some(table);
    let mut depth = 0;
    for part in parts(key) {
        let Some(value) = at.and_then(|table| table.get(part)) else { break };
        depth += 1;
        at = value.as_table();
    }
    depth
}
