//! Answering a valid operation, field by field.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::lex::At;
use super::parse::{Document, Field, Selection};
use super::schema::{self, Of};
use crate::github::account::{Account, iso};
use crate::github::limits::Standing;
use crate::github::state::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The most ids in one `nodes`.
const MOST_NODES: usize = 100;

/// A thing that has fields.
#[derive(Debug, Clone, Copy)]
enum Thing<'a> {
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
    fn of(&self) -> &'static str {
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
struct Missing {
    kind: &'static str,
    message: String,
}

impl Missing {
    fn not_found(message: String) -> Missing {
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
                    let on = on.as_deref().unwrap_or(thing.of());
                    self.fragment(thing, on, selection, path, &mut found);
                }
                Selection::Spread { name, .. } => {
                    if let Some(fragment) = self.document.fragments.get(name) {
                        self.fragment(thing, &fragment.on, &fragment.selection, path, &mut found);
                    }
                }
            }
        }
        found
    }

    fn fragment(
        &mut self,
        thing: Thing<'a>,
        on: &str,
        selection: &'a [Selection],
        path: &[Value],
        found: &mut Map<String, Value>,
    ) {
        if schema::overlaps(thing.of(), on) {
            for (name, value) in self.select(thing, selection, path) {
                merge(found, &name, value);
            }
        }
    }

    fn field(&mut self, thing: Thing<'a>, field: &'a Field, path: &[Value]) -> Value {
        let result = match (thing, field.name.as_str()) {
            (_, "__typename") => Ok(json!(thing.of())),
            (Thing::Query, "nodes") => self.nodes(field, path),
            (Thing::Query, _) => self.root(field).map(|found| self.maybe(found, field, path)),
            (Thing::User(account), _) => self.user(account, field, path),
            (Thing::Repositories(_, names), "nodes") => {
                let each = |name: &'a String| Thing::Repository(name);
                Ok(names.iter().map(|name| self.object(each(name), field, path)).collect())
            }
            (Thing::Contributions { count, .. }, "contributionCalendar") => {
                Ok(self.object(Thing::Calendar(count), field, path))
            }
            (_, name) => Ok(self.plain(thing, name)),
        };
        result.unwrap_or_else(|missing| self.miss(missing, path, field.at))
    }

    /// Values of things without arguments and inner things.
    fn plain(&self, thing: Thing<'a>, name: &str) -> Value {
        match (thing, name) {
            (Thing::Organization(login), "login") => json!(login),
            (Thing::Organization(login), _) => json!(organization_id(login)),
            (Thing::Total(_, count), _) | (Thing::Search(count) | Thing::Calendar(count), _) => {
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
    fn miss(&mut self, missing: Missing, path: &[Value], at: At) -> Value {
        self.errors.push(json!({
            "type": missing.kind, "path": path, "message": missing.message,
            "locations": [{ "line": at.line, "column": at.column }],
        }));
        Value::Null
    }

    fn object(&mut self, thing: Thing<'a>, field: &'a Field, path: &[Value]) -> Value {
        Value::Object(self.select(thing, &field.selection, path))
    }

    fn maybe(&mut self, thing: Option<Thing<'a>>, field: &'a Field, path: &[Value]) -> Value {
        thing.map_or(Value::Null, |thing| self.object(thing, field, path))
    }

    /// An argument's value.
    fn argument(&self, field: &Field, name: &str) -> Value {
        let input = field.arguments.get(name);
        let value = input.and_then(|input| input.fill(&|name| self.variables.get(name).cloned()));
        value.unwrap_or(Value::Null)
    }

    fn text(&self, field: &Field, name: &str) -> String {
        self.argument(field, name).as_str().unwrap_or_default().to_owned()
    }

    fn root(&mut self, field: &Field) -> Result<Option<Thing<'a>>, Missing> {
        match field.name.as_str() {
            "viewer" => {
                let viewer = self.viewer.and_then(|id| self.state.visible(id));
                let message = "Resource not accessible by integration".to_owned();
                viewer.map(Thing::User).map(Some).ok_or(Missing { kind: "FORBIDDEN", message })
            }
            "node" => self.node(&self.text(field, "id")).map(Some),
            "user" => {
                let login = self.text(field, "login");
                let message = format!("Could not resolve to a User with the login of '{login}'.");
                let account = self.state.by_login(&login);
                account.map(Thing::User).map(Some).ok_or(Missing::not_found(message))
            }
            "organization" => {
                let login = self.text(field, "login");
                let message = format!("Could not resolve to an Organization with the login of '{login}'.");
                let found = organization(self.state, |known| known.eq_ignore_ascii_case(&login));
                found.map(Thing::Organization).map(Some).ok_or(Missing::not_found(message))
            }
            "search" => self.search(field).map(|count| Some(Thing::Search(count))),
            "rateLimit" => Ok(Some(Thing::RateLimit)),
            _ => Ok(None),
        }
    }

    fn node(&self, id: &str) -> Result<Thing<'a>, Missing> {
        let account = self.state.all_visible().find(|account| account.has_node_id(id));
        let org = || organization(self.state, |login| organization_id(login) == id);
        let found = account.map(Thing::User).or_else(|| org().map(Thing::Organization));
        let message = format!("Could not resolve to a node with the global id of '{id}'");
        found.ok_or(Missing::not_found(message))
    }

    fn nodes(&mut self, field: &'a Field, path: &[Value]) -> Result<Value, Missing> {
        let ids = match self.argument(field, "ids") {
            Value::Array(ids) => ids,
            one => vec![one],
        };
        if ids.len() > MOST_NODES {
            let count = ids.len();
            let message =
                format!("You may not provide more than {MOST_NODES} node ids; you provided {count}.");
            return Err(Missing { kind: "ARGUMENT_LIMIT", message });
        }
        let mut nodes = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            let path = [path, &[json!(index)]].concat();
            let left_out = self.every_nth.is_some_and(|nth| nth > 0 && index % nth == 0);
            let found = if left_out { Err(too_much()) } else { self.node(id.as_str().unwrap_or_default()) };
            nodes.push(match found {
                Ok(thing) => self.object(thing, field, &path),
                Err(missing) => self.miss(missing, &path, field.at),
            });
        }
        Ok(Value::Array(nodes))
    }

    fn user(&mut self, account: &'a Account, field: &'a Field, path: &[Value]) -> Result<Value, Missing> {
        let id = account.id;
        Ok(match field.name.as_str() {
            "id" => json!(account.node_id()),
            "databaseId" => json!(id),
            "login" => json!(account.login),
            "url" => json!(format!("https://github.com/{}", account.login)),
            "avatarUrl" => json!(format!("https://avatars.githubusercontent.com/u/{id}?v=4")),
            "createdAt" | "updatedAt" => json!(iso(account.created_at)),
            "isGitHubStar" | "isCampusExpert" | "isEmployee" => json!(false),
            "isViewer" => json!(self.viewer == Some(id)),
            "isSponsoredBy" => {
                let sponsor = self.state.by_login(&self.text(field, "accountLogin"));
                json!(sponsor.is_some_and(|sponsor| Account::has(&sponsor.sponsors, &account.login)))
            }
            "organization" => {
                let login = self.text(field, "login");
                let org = account.orgs.iter().find(|known| known.eq_ignore_ascii_case(&login));
                self.maybe(org.map(|org| Thing::Organization(org)), field, path)
            }
            _ => match self.connection(account, field) {
                Some(thing) => self.object(thing, field, path),
                None => Value::Null,
            },
        })
    }

    fn connection(&self, account: &'a Account, field: &Field) -> Option<Thing<'a>> {
        Some(match field.name.as_str() {
            "followers" => Thing::Total("FollowerConnection", account.followers),
            "following" => Thing::Total("FollowingConnection", account.following),
            "repositories" => Thing::Total("RepositoryConnection", account.public_repos),
            "starredRepositories" => Thing::Repositories("StarredRepositoryConnection", &account.starred),
            "repositoriesContributedTo" => Thing::Repositories("RepositoryConnection", &account.contributed),
            // Only merged ones are known here, and they count as pull requests of any other state.
            "pullRequests" => Thing::Total("PullRequestConnection", account.merged_prs.values().sum()),
            "contributionsCollection" => self.contributions(account, field),
            _ => return None,
        })
    }

    fn contributions(&self, account: &'a Account, field: &Field) -> Thing<'a> {
        let Some(wanted) = self.argument(field, "organizationID").as_str().map(str::to_owned) else {
            return Thing::Contributions { count: account.contributions, any: account.contributions > 0 };
        };
        let there = account.contributed.iter().filter(|name| organization_id(owner(name)) == wanted);
        let count = there.count() as u64;
        Thing::Contributions { count, any: count > 0 }
    }

    /// Counts merged pull requests; other searches are not answered.
    fn search(&self, field: &Field) -> Result<u64, Missing> {
        let unknown = |message: &str| Missing { kind: "INVALID_SEARCH", message: message.into() };
        if self.text(field, "type") != "ISSUE" {
            return Err(unknown("this stand-in searches issues only (type: ISSUE)"));
        }
        let (mut repository, mut author, mut pull, mut merged) = (None, None, false, false);
        let query = self.text(field, "query");
        for term in query.split_whitespace() {
            match term.split_once(':') {
                Some(("repo", name)) => repository = Some(name),
                Some(("author", login)) => author = Some(login),
                Some(("is" | "type", "pr")) => pull = true,
                Some(("is", "merged")) => merged = true,
                Some(("is", "public")) => {}
                _ => {
                    return Err(unknown(&format!("this stand-in does not know the search term '{term}'")));
                }
            }
        }
        if !pull || !merged {
            return Err(unknown("this stand-in searches merged pull requests only (is:pr is:merged)"));
        }
        let accounts = self.state.all_visible();
        let authors = accounts.filter(|account| author.is_none_or(|login| account.is_called(login)));
        let counts = authors.flat_map(|account| &account.merged_prs);
        let inside = |name: &str| repository.is_none_or(|wanted| wanted.eq_ignore_ascii_case(name));
        Ok(counts.filter(|(name, _)| inside(name)).map(|(_, count)| count).sum())
    }
}

/// Answers to one name asked twice belong together.
fn merge(found: &mut Map<String, Value>, name: &str, value: Value) {
    match (found.get_mut(name), value) {
        (Some(Value::Object(known)), Value::Object(more)) => {
            for (name, value) in more {
                merge(known, &name, value);
            }
        }
        (_, value) => drop(found.insert(name.to_owned(), value)),
    }
}

fn too_much() -> Missing {
    let message = "Resource limits for this query exceeded.".to_owned();
    Missing { kind: "RESOURCE_LIMITS_EXCEEDED", message }
}

fn owner(repository: &str) -> &str {
    repository.split('/').next().unwrap_or_default()
}

/// The first organization that any account belongs or contributes to and that is wanted.
fn organization(state: &State, wanted: impl Fn(&str) -> bool) -> Option<&str> {
    let named = state.accounts.values().flat_map(|account| {
        let repositories = account.contributed.iter().chain(account.merged_prs.keys());
        account.orgs.iter().map(String::as_str).chain(repositories.map(|name| owner(name)))
    });
    named.into_iter().find(|login| wanted(login))
}

/// An organization's global id, made from its login: it has no number here.
fn organization_id(login: &str) -> String {
    format!("O_{}", URL_SAFE_NO_PAD.encode(login.to_lowercase()))
}

/// The points of a selection: a connection costs one request per node it hangs on, and a hundred
/// requests cost a point ("Rate limits for the GraphQL API").
pub(super) fn requests(run: &Run<'_>, of: &str, selection: &[Selection], times: u64) -> u64 {
    let one = |selected: &Selection| match selected {
        Selection::Field(field) => {
            let Some(known) = schema::field(of, &field.name) else {
                return 0;
            };
            let Of::Object(inner) = known.of else {
                return 0;
            };
            let own = if schema::is_connection(known.of) { times } else { 0 };
            let ids = run.argument(field, "ids").as_array().map_or(1, Vec::len) as u64;
            own + requests(run, inner, &field.selection, times * ids.max(1))
        }
        Selection::Inline { on, selection, .. } => {
            requests(run, on.as_deref().unwrap_or(of), selection, times)
        }
        Selection::Spread { name, .. } => {
            let fragment = run.document.fragments.get(name);
            fragment.map_or(0, |fragment| requests(run, &fragment.on, &fragment.selection, times))
        }
    };
    selection.iter().map(one).sum()
}
