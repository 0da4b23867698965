//! Repositories. All are public.

use serde_json::{Value, json};

use super::account::node_id;
use super::org::number;

/// A repository. What people do there is kept with their accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repo {
    /// Owner and name (`owner/name`).
    pub name: String,
    /// The default branch; `None` as long as there is no commit at all.
    pub default_branch: Option<String>,
}

impl Repo {
    /// A repository with a branch `main`.
    #[must_use]
    pub fn new(name: &str) -> Repo {
        Repo { name: name.to_owned(), default_branch: Some("main".to_owned()) }
    }
}

/// A repository as answers show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RepoSeen<'a> {
    pub(crate) name: &'a str,
    pub(crate) default_branch: Option<&'a str>,
}

impl<'a> RepoSeen<'a> {
    pub(crate) fn owner(&self) -> &'a str {
        owner(self.name)
    }

    /// The name without the owner.
    pub(crate) fn short(&self) -> &'a str {
        self.name.split_once('/').map_or(self.name, |(_, name)| name)
    }

    /// The number, made from the name.
    pub(crate) fn id(&self) -> u64 {
        number(self.name)
    }

    pub(crate) fn node_id(&self) -> String {
        node_id("R", self.id())
    }

    pub(crate) fn json(&self, stars: usize) -> Value {
        json!({
            "id": self.id(), "node_id": self.node_id(), "name": self.short(), "full_name": self.name,
            "private": false, "fork": false, "owner": { "login": self.owner() },
            "html_url": format!("https://github.com/{}", self.name),
            "url": format!("https://api.github.com/repos/{}", self.name),
            "stargazers_count": stars, "default_branch": self.default_branch.unwrap_or("main"),
        })
    }
}

/// The owner in `owner/name`.
pub(crate) fn owner(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}
