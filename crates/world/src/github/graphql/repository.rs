//! What organizations, repositories, branches and commits answer.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::document::Field;
use super::execute::{Missing, Run, Thing};
use super::page::Page;
use crate::github::account::{Account, node_id};
use crate::github::org::{OrgSeen, number};
use crate::github::repo::{RepoSeen, owner};

impl<'a> Run<'a> {
    /// The value of an organization's field.
    pub(super) fn organization(
        &mut self,
        org: OrgSeen<'a>,
        field: &'a Field,
        path: &[Value],
    ) -> Result<Value, Missing> {
        let login = org.login;
        Ok(match field.name.as_str() {
            "id" => json!(org.node_id()),
            "databaseId" => json!(org.id()),
            "login" => json!(login),
            "url" => json!(format!("https://github.com/{login}")),
            "avatarUrl" => json!(format!("https://avatars.githubusercontent.com/u/{}?v=4", org.id())),
            "isSponsoredBy" => json!(self.sponsored_by(&self.text(field, "accountLogin"), login)),
            "viewerIsSponsoring" => json!(self.viewer_sponsors(login)),
            "isSponsoringViewer" => json!(false),
            "repositories" => {
                let owned = self.state.repos.values();
                let owned = owned.filter(|repo| owner(&repo.name).eq_ignore_ascii_case(login));
                let total = owned.count();
                self.page(field, total)?;
                self.object(Thing::Total("RepositoryConnection", total as u64), field, path)
            }
            _ => Value::Null,
        })
    }

    /// Whether somebody sponsors somebody, as far as the viewer may know.
    pub(super) fn sponsored_by(&self, sponsor: &str, sponsored: &str) -> bool {
        self.state.sponsors(sponsor, sponsored, self.viewer.map(|viewer| viewer.account))
    }

    /// Whether the viewer sponsors somebody.
    pub(super) fn viewer_sponsors(&self, sponsored: &str) -> bool {
        let viewer = self.viewer.and_then(|viewer| self.state.visible(viewer.account));
        viewer.is_some_and(|viewer| self.sponsored_by(&viewer.login, sponsored))
    }

    /// A page of repositories, each under its name.
    pub(super) fn listed(
        &mut self,
        (names, page): (&'a BTreeSet<String>, Page),
        field: &'a Field,
        path: &[Value],
    ) -> Value {
        let shown = names.iter().skip(page.start).take(page.end - page.start);
        let repos: Vec<_> = shown.map(|name| self.state.repository(name)).collect();
        repos.into_iter().map(|repo| self.maybe(repo.map(Thing::Repository), field, path)).collect()
    }

    /// The value of a repository's field.
    pub(super) fn repository(&mut self, repo: RepoSeen<'a>, field: &'a Field, path: &[Value]) -> Value {
        match field.name.as_str() {
            "id" => json!(repo.node_id()),
            "databaseId" => json!(repo.id()),
            "name" => json!(repo.short()),
            "nameWithOwner" => json!(repo.name),
            "url" => json!(format!("https://github.com/{}", repo.name)),
            "isPrivate" | "isFork" => json!(false),
            "isEmpty" => json!(repo.default_branch.is_none()),
            "stargazerCount" => json!(self.state.stars(repo.name)),
            "owner" => {
                let owner = self.owner(repo.owner());
                self.maybe(owner, field, path)
            }
            "defaultBranchRef" => {
                let branch = repo.default_branch.map(|_| Thing::Ref(repo));
                self.maybe(branch, field, path)
            }
            _ => Value::Null,
        }
    }

    /// The value of a branch's field.
    pub(super) fn branch(&mut self, repo: RepoSeen<'a>, field: &'a Field, path: &[Value]) -> Value {
        match field.name.as_str() {
            "id" => json!(node_id("REF", repo.id())),
            "name" => json!(repo.default_branch),
            _ => self.object(Thing::Commit(repo), field, path),
        }
    }

    /// The value of a field of the newest commit.
    pub(super) fn commit(
        &mut self,
        repo: RepoSeen<'a>,
        field: &'a Field,
        path: &[Value],
    ) -> Result<Value, Missing> {
        Ok(match field.name.as_str() {
            "id" => json!(node_id("C", repo.id())),
            "oid" => json!(format!("{:040x}", number(repo.name))),
            _ => {
                let count = self.history(repo, field);
                self.page(field, usize::try_from(count).unwrap_or(usize::MAX))?;
                self.object(Thing::Total("CommitHistoryConnection", count), field, path)
            }
        })
    }

    /// How many commits the author has whom the argument names by id or address; all without one.
    fn history(&self, repo: RepoSeen<'_>, field: &Field) -> u64 {
        let author = self.argument(field, "author");
        let id = author["id"].as_str().map(|id| Account::number(id).unwrap_or(0));
        let emails = author["emails"].as_array();
        let mails = |account: &Account| {
            let emails = emails.into_iter().flatten().filter_map(Value::as_str);
            emails.into_iter().any(|email| account.commits_as(email))
        };
        let wanted = |account: &&Account| match (id, emails) {
            (Some(id), _) => account.id == id,
            (None, Some(_)) => mails(account),
            (None, None) => true,
        };
        let authors = self.state.all_visible().filter(wanted);
        authors.map(|account| Account::count(&account.commits, repo.name)).sum()
    }
}
