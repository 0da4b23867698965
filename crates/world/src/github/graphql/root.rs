//! What a query starts from: lookups by id and by name.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::document::Field;
use super::execute::{Missing, Run, Thing};
use crate::github::account::Account;
use crate::github::state::State;

/// The most ids in one `nodes`.
const MOST_NODES: usize = 100;

impl<'a> Run<'a> {
    /// The thing that a field of the query itself names.
    pub(super) fn root(&mut self, field: &Field) -> Result<Option<Thing<'a>>, Missing> {
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
        let account = Account::number(id).and_then(|number| self.state.visible(number));
        let org = || organization(self.state, |login| organization_id(login) == id);
        let found = account.map(Thing::User).or_else(|| org().map(Thing::Organization));
        let message = format!("Could not resolve to a node with the global id of '{id}'");
        found.ok_or(Missing::not_found(message))
    }

    /// As many things as ids, each found or null for itself.
    pub(super) fn nodes(&mut self, field: &'a Field, path: &[Value]) -> Result<Value, Missing> {
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
                Err(missing) => self.miss(&missing, &path, field.at),
            });
        }
        Ok(Value::Array(nodes))
    }
}

fn too_much() -> Missing {
    let message = "Resource limits for this query exceeded.".to_owned();
    Missing { kind: "RESOURCE_LIMITS_EXCEEDED", message }
}

/// The owner in `owner/name`.
pub(super) fn owner(repository: &str) -> &str {
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
pub(super) fn organization_id(login: &str) -> String {
    format!("O_{}", URL_SAFE_NO_PAD.encode(login.to_lowercase()))
}
