//! Everything the stand-in knows, and how it is looked up.

use std::collections::{BTreeMap, BTreeSet};

use super::account::Account;
use super::apps::Registered;
use super::delivery::Delivery;
use super::grants::Grants;
use super::limits::Limiter;
use super::org::{Org, OrgSeen};
use super::repo::{Repo, RepoSeen, owner};

/// The world behind the lock.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) apps: BTreeMap<String, Registered>,
    /// Tokens of installations, and the organizations where these are.
    pub(crate) service_tokens: BTreeMap<String, BTreeSet<String>>,
    pub(crate) accounts: BTreeMap<u64, Account>,
    /// Organizations by their login in small letters.
    pub(crate) orgs: BTreeMap<String, Org>,
    /// Repositories by their whole name in small letters.
    pub(crate) repos: BTreeMap<String, Repo>,
    pub(crate) suspended: BTreeSet<u64>,
    pub(crate) grants: Grants,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) limiter: Limiter,
}

impl State {
    /// The account, if everybody can see it.
    pub(crate) fn visible(&self, id: u64) -> Option<&Account> {
        self.accounts.get(&id).filter(|_| !self.suspended.contains(&id))
    }

    /// All accounts that everybody can see.
    pub(crate) fn all_visible(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().filter(|account| !self.suspended.contains(&account.id))
    }

    /// The visible account with this login.
    pub(crate) fn by_login(&self, login: &str) -> Option<&Account> {
        self.all_visible().find(|account| account.is_called(login))
    }

    /// The organization with this login: a known one, or one that an account or a repository names.
    pub(crate) fn organization(&self, login: &str) -> Option<OrgSeen<'_>> {
        if let Some(org) = self.orgs.get(&login.to_ascii_lowercase()) {
            return Some(OrgSeen { login: &org.login, org: Some(org) });
        }
        let named = self.named_owners().find(|known| known.eq_ignore_ascii_case(login));
        named.filter(|login| !self.is_account(login)).map(|login| OrgSeen { login, org: None })
    }

    /// The organization with this global id.
    pub(crate) fn organization_by_node(&self, node_id: &str) -> Option<OrgSeen<'_>> {
        if !node_id.starts_with("O_") {
            return None;
        }
        let known = self.orgs.values().map(|org| OrgSeen { login: &org.login, org: Some(org) });
        let named = self.named_owners().map(|login| OrgSeen { login, org: None });
        let found = known.chain(named).find(|org| org.node_id() == node_id);
        found.filter(|org| org.org.is_some() || !self.is_account(org.login))
    }

    /// Logins of those who own or hold something; who is no account must be an organization.
    fn named_owners(&self) -> impl Iterator<Item = &str> {
        let owners = self.repos.values().map(|repo| owner(&repo.name));
        let named = self.accounts.values().flat_map(|account| {
            account.orgs.iter().map(String::as_str).chain(account.repositories().map(owner))
        });
        owners.chain(named)
    }

    fn is_account(&self, login: &str) -> bool {
        self.accounts.values().any(|account| account.is_called(login))
    }

    /// The repository with this whole name: a known one, or one that an account names.
    pub(crate) fn repository(&self, name: &str) -> Option<RepoSeen<'_>> {
        if let Some(repo) = self.repos.get(&name.to_ascii_lowercase()) {
            return Some(RepoSeen { name: &repo.name, default_branch: repo.default_branch.as_deref() });
        }
        let mut named = self.accounts.values().flat_map(Account::repositories);
        let name = named.find(|known| known.eq_ignore_ascii_case(name))?;
        Some(RepoSeen { name, default_branch: Some("main") })
    }

    /// How many visible accounts have starred a repository.
    pub(crate) fn stars(&self, name: &str) -> usize {
        self.all_visible().filter(|account| Account::has(&account.starred, name)).count()
    }

    /// Whether somebody sponsors somebody, as far as the one who looks may know: of private
    /// sponsorships only the sponsor and the maintainer do.
    pub(crate) fn sponsors(&self, sponsor: &str, sponsored: &str, viewer: Option<u64>) -> bool {
        let Some(sponsor) = self.by_login(sponsor) else {
            return false;
        };
        Account::has(&sponsor.sponsors, sponsored)
            || (Account::has(&sponsor.private_sponsors, sponsored)
                && viewer.is_some_and(|viewer| viewer == sponsor.id || self.maintains(viewer, sponsored)))
    }

    /// Whether an account is the one with this login or an owner of that organization.
    fn maintains(&self, account: u64, login: &str) -> bool {
        let account = self.visible(account);
        let owns = |account: &Account| {
            let member = self.organization(login).and_then(|org| org.member(account));
            member.is_some_and(|member| member.role == super::Role::Admin && !member.pending)
        };
        account.is_some_and(|account| account.is_called(login) || owns(account))
    }
}
