//! Answering a valid operation, field by field.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::contributions::Contributions;
use super::document::{Document, Field, Selection};
use super::lex::At;
use super::page::Page;
use super::schema;
use crate::Millis;
use crate::github::account::{Account, iso};
use crate::github::grants::Grant;
use crate::github::limits::Standing;
use crate::github::org::OrgSeen;
use crate::github::repo::RepoSeen;
use crate::github::state::State;

/// A thing that has fields.
#[derive(Debug, Clone, Copy)]
pub(super) enum Thing<'a> {
    Query,
    User(&'a Account),
    Organization(OrgSeen<'a>),
    /// A connection of which only the size is known.
    Total(&'static str, u64),
    Repositories(&'static str, &'a BTreeSet<String>, Page),
    PageInfo(Page),
    Repository(RepoSeen<'a>),
    /// The default branch of a repository that has one.
    Ref(RepoSeen<'a>),
    /// The newest commit there.
    Commit(RepoSeen<'a>),
    Contributions(Contributions),
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
            Thing::Total(of, _) | Thing::Repositories(of, ..) => of,
            Thing::PageInfo(_) => "PageInfo",
            Thing::Repository(_) => "Repository",
            Thing::Ref(_) => "Ref",
            Thing::Commit(_) => "Commit",
            Thing::Contributions(_) => "ContributionsCollection",
            Thing::Calendar(_) => "ContributionCalendar",
            Thing::Search(_) => "SearchResultItemConnection",
            Thing::RateLimit => "RateLimit",
        }
    }
}

/// Why a field has no value.
pub(super) struct Missing {
    kind: &'static str,
    message: String,
    /// Whether the field cannot be null, so that what holds it is null instead.
    fatal: bool,
}

impl Missing {
    pub(super) fn new(kind: &'static str, message: String) -> Missing {
        Missing { kind, message, fatal: false }
    }

    /// One that takes the object around the field with it ("Handling execution errors").
    pub(super) fn fatal(kind: &'static str, message: String) -> Missing {
        Missing { kind, message, fatal: true }
    }

    /// The same for a field that cannot be null.
    pub(super) fn for_field_without_null(self) -> Missing {
        Missing { fatal: true, ..self }
    }

    pub(super) fn not_found(message: String) -> Missing {
        Missing::new("NOT_FOUND", message)
    }

    /// The query is too heavy to be answered whole.
    pub(super) fn too_much() -> Missing {
        let message = "Resource limits for this query exceeded.".to_owned();
        Missing::new("RESOURCE_LIMITS_EXCEEDED", message)
    }
}

/// One run of an operation.
pub(super) struct Run<'a> {
    pub(super) state: &'a State,
    pub(super) document: &'a Document,
    pub(super) variables: Map<String, Value>,
    /// What the person has granted who asks, if one does.
    pub(super) viewer: Option<&'a Grant>,
    pub(super) now: Millis,
    pub(super) standing: Standing,
    pub(super) cost: u32,
    /// How many collections of contributions were asked for so far.
    pub(super) collections: usize,
    /// Whether a field of the object being made has failed that cannot be null.
    pub(super) broken: bool,
    /// Leaves out every n-th node.
    pub(super) every_nth: Option<usize>,
    pub(super) errors: Vec<Value>,
}

impl<'a> Run<'a> {
    /// The data for the operation's selection.
    pub(super) fn data(&mut self, selection: &'a [Selection]) -> Value {
        let data = Value::Object(self.select(Thing::Query, selection, &[]));
        if std::mem::take(&mut self.broken) { Value::Null } else { data }
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
            (Thing::User(account), _) => self.user(account, field, path),
            (Thing::Organization(org), _) => self.organization(org, field, path),
            (Thing::Repository(repo), _) => Ok(self.repository(repo, field, path)),
            (Thing::Ref(repo), _) => Ok(self.branch(repo, field, path)),
            (Thing::Commit(repo), _) => self.commit(repo, field, path),
            (Thing::Repositories(_, names, page), "nodes") => Ok(self.listed((names, page), field, path)),
            (Thing::Repositories(_, _, page), "pageInfo") => {
                Ok(self.object(Thing::PageInfo(page), field, path))
            }
            (Thing::Contributions(found), "contributionCalendar") => {
                Ok(self.object(Thing::Calendar(found.total()), field, path))
            }
            (_, name) => Ok(self.plain(thing, name)),
        };
        result.unwrap_or_else(|missing| self.miss(&missing, path, field.at))
    }

    /// Values of things without arguments and inner things.
    fn plain(&self, thing: Thing<'a>, name: &str) -> Value {
        match (thing, name) {
            (Thing::Total(_, count) | Thing::Search(count) | Thing::Calendar(count), _) => {
                json!(count)
            }
            (Thing::Repositories(_, _, page), _) => json!(page.total),
            (Thing::PageInfo(page), "hasNextPage") => json!(page.end < page.total),
            (Thing::PageInfo(page), _) => json!(page.cursor()),
            (Thing::Contributions(found), name) => match name {
                "startedAt" => json!(iso(found.started_at)),
                "endedAt" => json!(iso(found.ended_at)),
                "hasAnyContributions" => json!(found.total() > 0),
                "hasAnyRestrictedContributions" => json!(found.restricted > 0),
                "restrictedContributionsCount" => json!(found.restricted),
                "totalIssueContributions" => json!(found.issues),
                "totalPullRequestContributions" => json!(found.pull_requests),
                "totalPullRequestReviewContributions" => json!(found.reviews),
                _ => json!(found.commits),
            },
            (Thing::RateLimit, name) => self.rate_limit(name),
            (
                Thing::Query
                | Thing::User(_)
                | Thing::Organization(_)
                | Thing::Repository(_)
                | Thing::Ref(_)
                | Thing::Commit(_),
                _,
            ) => Value::Null,
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
        self.broken |= missing.fatal;
        Value::Null
    }

    /// An object, or null if a field of it has failed that cannot be null.
    pub(super) fn object(&mut self, thing: Thing<'a>, field: &'a Field, path: &[Value]) -> Value {
        let around = std::mem::take(&mut self.broken);
        let object = Value::Object(self.select(thing, &field.selection, path));
        if std::mem::replace(&mut self.broken, around) { Value::Null } else { object }
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
