//! Answering a valid operation, field by field.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::document::{Document, Field, Selection};
use super::lex::At;
use super::root::organization_id;
use super::schema;
use crate::github::account::{Account, iso};
use crate::github::limits::Standing;
use crate::github::state::State;

/// A thing that has fields.
#[derive(Debug, Clone, Copy)]
pub(super) enum Thing<'a> {
    Query,
    User(&'a Account),
    Organization(&'a str),
    /// A connection of which only the size is known.
    Total(&'static str, u64),
    Repositories(&'static str, &'a BTreeSet<String>),
    Repository(&'a str),
    Contributions {
        count: u64,
        any: bool,
    },
    Calendar(u64),
    Search(u64),
    RateLimit,
}

impl Thing<'_> {
    pub(super) fn of(&self) -> &'static str {
        match self {
            Thing::Query => "Query",
            Thing::User(_) => "User",
            Thing::Organization(_) => "Organization",
            Thing::Total(of, _) | Thing::Repositories(of, _) => of,
            Thing::Repository(_) => "Repository",
            Thing::Contributions { .. } => "ContributionsCollection",
            Thing::Calendar(_) => "ContributionCalendar",
            Thing::Search(_) => "SearchResultItemConnection",
            Thing::RateLimit => "RateLimit",
        }
    }
}

/// Why a field has no value.
pub(super) struct Missing {
    pub(super) kind: &'static str,
    pub(super) message: String,
}

impl Missing {
    pub(super) fn not_found(message: String) -> Missing {
        Missing { kind: "NOT_FOUND", message }
    }
}

/// One run of an operation.
pub(super) struct Run<'a> {
    pub(super) state: &'a State,
    pub(super) document: &'a Document,
    pub(super) variables: Map<String, Value>,
    /// The account that asks, if a person does.
    pub(super) viewer: Option<u64>,
    pub(super) standing: Standing,
    pub(super) cost: u32,
    /// Leaves out every n-th node.
    pub(super) every_nth: Option<usize>,
    pub(super) errors: Vec<Value>,
}

impl<'a> Run<'a> {
    /// The data for the operation's selection.
    pub(super) fn data(&mut self, selection: &'a [Selection]) -> Value {
        Value::Object(self.select(Thing::Query, selection, &[]))
    }

    fn select(&mut self, thing: Thing<'a>, selection: &'a [Selection], path: &[Value]) -> Map<String, Value> {
        let mut found = Map::new();
        for selected in selection {
            match selected {
                Selection::Field(field) => {
                    let path = [path, &[json!(field.alias)]].concat();
                    let value = self.field(thing, field, &path);
                    merge(&mut found, &field.alias, value);
                }
                Selection::Inline { on, selection, .. } => {
                    let of = thing.of();
                    if schema::overlaps(of, on.as_deref().unwrap_or(of)) {
                        merge_all(&mut found, self.select(thing, selection, path));
                    }
                }
                Selection::Spread { name, .. } => {
                    let fragment = self.document.fragments.get(name);
                    let fragment = fragment.filter(|known| schema::overlaps(thing.of(), &known.on));
                    if let Some(fragment) = fragment {
                        merge_all(&mut found, self.select(thing, &fragment.selection, path));
                    }
                }
            }
        }
        found
    }

    fn field(&mut self, thing: Thing<'a>, field: &'a Field, path: &[Value]) -> Value {
        let result = match (thing, field.name.as_str()) {
            (_, "__typename") => Ok(json!(thing.of())),
            (Thing::Query, "nodes") => self.nodes(field, path),
            (Thing::Query, _) => self.root(field).map(|found| self.maybe(found, field, path)),
            (Thing::User(account), _) => Ok(self.user(account, field, path)),
            (Thing::Repositories(_, names), "nodes") => {
                let each = |name: &'a String| Thing::Repository(name);
                Ok(names.iter().map(|name| self.object(each(name), field, path)).collect())
            }
            (Thing::Contributions { count, .. }, "contributionCalendar") => {
                Ok(self.object(Thing::Calendar(count), field, path))
            }
            (_, name) => Ok(self.plain(thing, name)),
        };
        result.unwrap_or_else(|missing| self.miss(&missing, path, field.at))
    }

    /// Values of things without arguments and inner things.
    fn plain(&self, thing: Thing<'a>, name: &str) -> Value {
        match (thing, name) {
            (Thing::Organization(login), "login") => json!(login),
            (Thing::Organization(login), _) => json!(organization_id(login)),
            (Thing::Total(_, count) | Thing::Search(count) | Thing::Calendar(count), _) => {
                json!(count)
            }
            (Thing::Repositories(_, names), _) => json!(names.len()),
            (Thing::Repository(name), _) => json!(name),
            (Thing::Contributions { any, .. }, "hasAnyContributions") => json!(any),
            (Thing::Contributions { .. }, _) => json!(0),
            (Thing::RateLimit, name) => self.rate_limit(name),
            (Thing::Query | Thing::User(_), _) => Value::Null,
        }
    }

    fn rate_limit(&self, name: &str) -> Value {
        let used = self.standing.used.saturating_add(self.cost);
        match name {
            "cost" => json!(self.cost),
            "limit" => json!(self.standing.limit),
            "used" => json!(used),
            "remaining" => json!(self.standing.limit.saturating_sub(used)),
            "resetAt" => json!(iso(self.standing.reset_at)),
            _ => json!(0),
        }
    }

    /// Writes down why a field is null.
    pub(super) fn miss(&mut self, missing: &Missing, path: &[Value], at: At) -> Value {
        self.errors.push(json!({
            "type": missing.kind, "path": path, "message": missing.message,
            "locations": [{ "line": at.line, "column": at.column }],
        }));
        Value::Null
    }

    pub(super) fn object(&mut self, thing: Thing<'a>, field: &'a Field, path: &[Value]) -> Value {
        Value::Object(self.select(thing, &field.selection, path))
    }

    pub(super) fn maybe(&mut self, thing: Option<Thing<'a>>, field: &'a Field, path: &[Value]) -> Value {
        thing.map_or(Value::Null, |thing| self.object(thing, field, path))
    }

    /// An argument's value.
    pub(super) fn argument(&self, field: &Field, name: &str) -> Value {
        let input = field.arguments.get(name);
        let value = input.and_then(|input| input.fill(&|name| self.variables.get(name).cloned()));
        value.unwrap_or(Value::Null)
    }

    pub(super) fn text(&self, field: &Field, name: &str) -> String {
        self.argument(field, name).as_str().unwrap_or_default().to_owned()
    }
}

fn merge_all(found: &mut Map<String, Value>, more: Map<String, Value>) {
    for (name, value) in more {
        merge(found, &name, value);
    }
}

/// Answers to one name asked twice belong together.
fn merge(found: &mut Map<String, Value>, name: &str, value: Value) {
    match (found.get_mut(name), value) {
        (Some(Value::Object(known)), Value::Object(more)) => merge_all(known, more),
        (_, value) => drop(found.insert(name.to_owned(), value)),
    }
}
