//! What a query starts from: lookups by id and by name.

use serde_json::{Value, json};

use super::document::Field;
use super::execute::{Missing, Run, Thing};
use crate::github::account::Account;

/// The most ids in one `nodes`.
const MOST_NODES: usize = 100;

impl<'a> Run<'a> {
    /// The thing that a field of the query itself names.
    pub(super) fn root(&mut self, field: &Field) -> Result<Option<Thing<'a>>, Missing> {
        match field.name.as_str() {
            "viewer" => {
                let viewer = self.viewer.and_then(|viewer| self.state.visible(viewer.account));
                let message = "Resource not accessible by integration".to_owned();
                viewer.map(Thing::User).map(Some).ok_or(Missing::new("FORBIDDEN", message))
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
                let org = self.state.organization(&login);
                org.map(Thing::Organization).map(Some).ok_or(Missing::not_found(message))
            }
            // A lookup by login that finds nobody is plain null here.
            "repositoryOwner" => Ok(self.owner(&self.text(field, "login"))),
            "repository" => {
                let name = format!("{}/{}", self.text(field, "owner"), self.text(field, "name"));
                let message = format!("Could not resolve to a Repository with the name '{name}'.");
                let repo = self.state.repository(&name);
                repo.map(Thing::Repository).map(Some).ok_or(Missing::not_found(message))
            }
            "search" => self.search(field).map(|count| Some(Thing::Search(count))),
            "rateLimit" => Ok(Some(Thing::RateLimit)),
            _ => Ok(None),
        }
    }

    /// The account or organization with this login.
    pub(super) fn owner(&self, login: &str) -> Option<Thing<'a>> {
        let account = self.state.by_login(login).map(Thing::User);
        account.or_else(|| self.state.organization(login).map(Thing::Organization))
    }

    fn node(&self, id: &str) -> Result<Thing<'a>, Missing> {
        let account = Account::number(id).and_then(|number| self.state.visible(number));
        let org = || self.state.organization_by_node(id).map(Thing::Organization);
        let found = account.map(Thing::User).or_else(org);
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
            return Err(Missing::fatal("ARGUMENT_LIMIT", message));
        }
        let mut nodes = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            let path = [path, &[json!(index)]].concat();
            let left_out = self.every_nth.is_some_and(|nth| nth > 0 && index % nth == 0);
            let found =
                if left_out { Err(Missing::too_much()) } else { self.node(id.as_str().unwrap_or_default()) };
            nodes.push(match found {
                Ok(thing) => self.object(thing, field, &path),
                Err(missing) => self.miss(&missing, &path, field.at),
            });
        }
        Ok(Value::Array(nodes))
    }
}
