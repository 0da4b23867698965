//! What an account answers.

use serde_json::{Value, json};

use super::document::Field;
use super::execute::{Run, Thing};
use super::root::{organization_id, owner};
use crate::github::account::{Account, iso};

impl<'a> Run<'a> {
    /// The value of an account's field.
    pub(super) fn user(&mut self, account: &'a Account, field: &'a Field, path: &[Value]) -> Value {
        let id = account.id;
        match field.name.as_str() {
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
        }
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
}
