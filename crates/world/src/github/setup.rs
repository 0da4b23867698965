//! Setting the world up: apps, organizations, repositories, and what accounts do there.

use super::apps::{App, Registered};
use super::delivery::Delivery;
use super::org::{Member, Org};
use super::repo::Repo;
use super::{Account, GitHub};

/// Who sees a sponsorship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// Everybody.
    Public,
    /// Sponsor and maintainer.
    Private,
}

impl GitHub {
    /// Adds or replaces a GitHub App.
    pub fn github_app(&self, app: App) {
        self.state().apps.insert(app.client_id.clone(), Registered::App(app));
    }

    /// Adds or replaces an organization.
    pub fn org(&self, org: Org) {
        self.state().orgs.insert(org.login.to_ascii_lowercase(), org);
    }

    /// Changes an organization; nothing happens if there is none.
    pub fn change_org(&self, login: &str, change: impl FnOnce(&mut Org)) {
        let mut state = self.state();
        if let Some(mut org) = state.orgs.remove(&login.to_ascii_lowercase()) {
            change(&mut org);
            state.orgs.insert(org.login.to_ascii_lowercase(), org);
        }
    }

    /// Makes an account a member of an organization that was added before, or changes how it is one.
    pub fn join(&self, account: u64, org: &str, member: Member) {
        self.change_org(org, |org| {
            org.members.insert(account, member);
        });
    }

    /// Ends a membership, wherever it is written down.
    pub fn leave(&self, account: u64, org: &str) {
        self.change_org(org, |org| {
            org.members.remove(&account);
        });
        self.change(account, |account| account.orgs.retain(|known| !known.eq_ignore_ascii_case(org)));
    }

    /// Installs what a service token belongs to in an organization: it sees the members there.
    pub fn install_service(&self, token: &str, org: &str) {
        let mut state = self.state();
        state.service_tokens.entry(token.to_owned()).or_default().insert(org.to_owned());
    }

    /// Installs a GitHub App in an organization; nothing happens if there is no such App.
    pub fn install(&self, client_id: &str, org: &str) {
        if let Some(Registered::App(app)) = self.state().apps.get_mut(client_id) {
            app.installed.insert(org.to_owned());
        }
    }

    /// Adds or replaces a repository.
    pub fn repo(&self, repo: Repo) {
        self.state().repos.insert(repo.name.to_ascii_lowercase(), repo);
    }

    /// An account stars a repository (`owner/name`).
    pub fn star(&self, account: u64, repo: &str) {
        self.change(account, |account| {
            if !Account::has(&account.starred, repo) {
                account.starred.insert(repo.to_owned());
            }
        });
    }

    /// An account takes a star back.
    pub fn unstar(&self, account: u64, repo: &str) {
        self.change(account, |account| account.starred.retain(|known| !known.eq_ignore_ascii_case(repo)));
    }

    /// So many more commits of an account on a repository's default branch: it has contributed there.
    pub fn commit(&self, account: u64, repo: &str, count: u64) {
        self.change(account, |account| {
            let commits = account.commits.entry(repo.to_owned()).or_default();
            *commits = commits.saturating_add(count);
            account.contributed.insert(repo.to_owned());
        });
    }

    /// So many more merged pull requests of an account in a repository: it has contributed there.
    pub fn merge(&self, account: u64, repo: &str, count: u64) {
        self.change(account, |account| {
            let merged = account.merged_prs.entry(repo.to_owned()).or_default();
            *merged = merged.saturating_add(count);
            account.contributed.insert(repo.to_owned());
        });
    }

    /// An account begins to sponsor an account or organization, or changes who sees it.
    pub fn sponsor(&self, account: u64, sponsored: &str, privacy: Privacy) {
        self.unsponsor(account, sponsored);
        self.change(account, |account| {
            let sponsors = match privacy {
                Privacy::Public => &mut account.sponsors,
                Privacy::Private => &mut account.private_sponsors,
            };
            sponsors.insert(sponsored.to_owned());
        });
    }

    /// An account ends a sponsorship.
    pub fn unsponsor(&self, account: u64, sponsored: &str) {
        self.change(account, |Account { sponsors, private_sponsors, .. }| {
            sponsors.retain(|known| !known.eq_ignore_ascii_case(sponsored));
            private_sponsors.retain(|known| !known.eq_ignore_ascii_case(sponsored));
        });
    }

    /// The account's owner takes back what they allowed one app; a GitHub App is told so.
    pub fn revoke(&self, account: u64, client_id: &str) {
        self.state().take_back(account, Some(client_id));
    }

    /// The account's owner leaves an `OAuth` app fewer scopes than its tokens have.
    pub fn narrow(&self, account: u64, client_id: &str, scopes: &[&str]) {
        self.state().grants.narrow(account, client_id, scopes);
    }

    /// Webhook deliveries so far, oldest first; whoever wants them delivered posts them.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.state().deliveries.clone()
    }
}
