//! What an account answers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::document::Field;
use super::execute::{Missing, Run, Thing};
use crate::github::account::{Account, iso};
use crate::github::members::READ_ORG;

impl<'a> Run<'a> {
    /// The value of an account's field.
    pub(super) fn user(
        &mut self,
        account: &'a Account,
        field: &'a Field,
        path: &[Value],
    ) -> Result<Value, Missing> {
        let (id, login) = (account.id, account.login.as_str());
        Ok(match field.name.as_str() {
            "id" => json!(account.node_id()),
            "databaseId" => json!(id),
            "login" => json!(login),
            "url" => json!(format!("https://github.com/{login}")),
            "avatarUrl" => json!(format!("https://avatars.githubusercontent.com/u/{id}?v=4")),
            "createdAt" | "updatedAt" => json!(iso(account.created_at)),
            "isGitHubStar" | "isCampusExpert" | "isEmployee" => json!(false),
            "isViewer" => json!(self.viewer.is_some_and(|viewer| viewer.account == id)),
            "isSponsoredBy" => json!(self.sponsored_by(&self.text(field, "accountLogin"), login)),
            "viewerIsSponsoring" => json!(self.viewer_sponsors(login)),
            "isSponsoringViewer" => {
                let viewer = self.viewer.and_then(|viewer| self.state.visible(viewer.account));
                json!(viewer.is_some_and(|viewer| self.sponsored_by(login, &viewer.login)))
            }
            "organization" => {
                let org = self.organization_of(account, &self.text(field, "login"));
                self.maybe(org, field, path)
            }
            _ => match self.connection(account, field)? {
                Some(thing) => self.object(thing, field, path),
                None => Value::Null,
            },
        })
    }

    /// The organization that the account is seen to belong to.
    fn organization_of(&self, account: &Account, login: &str) -> Option<Thing<'a>> {
        let org = self.state.organization(login)?;
        let member = org.member(account).filter(|member| !member.pending)?;
        let insider = self.viewer.is_some_and(|viewer| {
            let fellow = self.state.visible(viewer.account);
            let fellow = fellow.and_then(|fellow| org.member(fellow));
            viewer.has(&READ_ORG) && !org.blocks(&viewer.client_id) && fellow.is_some()
        });
        (member.public || insider).then_some(Thing::Organization(org))
    }

    fn connection(&mut self, account: &'a Account, field: &Field) -> Result<Option<Thing<'a>>, Missing> {
        let total = |of, count| Some(Thing::Total(of, count));
        let thing = match field.name.as_str() {
            "followers" => total("FollowerConnection", account.followers),
            "following" => total("FollowingConnection", account.following),
            "repositories" => total("RepositoryConnection", self.repositories(account, field)),
            "pullRequests" => total("PullRequestConnection", self.pull_requests(account, field)),
            "contributionsCollection" => return self.contributions(account, field).map(Some),
            "starredRepositories" => {
                let page = self.page(field, account.starred.len())?;
                Some(Thing::Repositories("StarredRepositoryConnection", &account.starred, page))
            }
            "repositoriesContributedTo" => {
                let page = self.page(field, account.contributed.len())?;
                Some(Thing::Repositories("RepositoryConnection", &account.contributed, page))
            }
            _ => None,
        };
        if let Some(Thing::Total(_, count)) = thing {
            self.page(field, usize::try_from(count).unwrap_or(usize::MAX))?;
        }
        Ok(thing)
    }

    /// How many repositories it has: all are public ones of its own.
    fn repositories(&self, account: &Account, field: &Field) -> u64 {
        let affiliations = self.argument(field, "ownerAffiliations");
        let own = affiliations.as_array().is_none_or(|all| all.iter().any(|one| one == "OWNER"));
        if !own || self.argument(field, "privacy") == "PRIVATE" {
            return 0;
        }
        match self.argument(field, "isFork").as_bool() {
            Some(true) => account.forks,
            Some(false) => account.public_repos.saturating_sub(account.forks),
            None => account.public_repos,
        }
    }

    /// How many pull requests it has in the states asked for; none is closed without being merged.
    fn pull_requests(&self, account: &Account, field: &Field) -> u64 {
        let states = self.argument(field, "states");
        let wanted = |state: &str| states.as_array().is_none_or(|all| all.iter().any(|one| one == state));
        let count = |state, prs: &BTreeMap<String, u64>| if wanted(state) { prs.values().sum() } else { 0 };
        count("MERGED", &account.merged_prs) + count("OPEN", &account.open_prs)
    }
}
