//! Everything the stand-in knows.

use std::collections::{BTreeMap, BTreeSet};

use super::account::{Account, PostsName};
use super::grants::Grants;
use super::ledger::Ledger;
use super::limits::Limiter;

/// A confidential app ("Web App, Automated App or Bot") as the developer portal shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct App {
    /// The OAuth 2.0 client id.
    pub client_id: String,
    /// The OAuth 2.0 client secret.
    pub client_secret: String,
    /// The app-only Bearer token, if one was generated.
    pub bearer_token: Option<String>,
    /// Where people may be sent back to; exact, and only the first ten count.
    pub redirect_uris: Vec<String>,
}

/// The most callback addresses of an app.
const MOST_REDIRECT_URIS: usize = 10;

impl App {
    /// Whether people may be sent back there.
    pub(crate) fn allows(&self, uri: &str) -> bool {
        self.redirect_uris.iter().take(MOST_REDIRECT_URIS).any(|known| known == uri)
    }
}

/// The world behind the lock.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) apps: BTreeMap<String, App>,
    pub(crate) accounts: BTreeMap<u64, Account>,
    pub(crate) suspended: BTreeSet<u64>,
    pub(crate) grants: Grants,
    pub(crate) limiter: Limiter,
    pub(crate) ledger: Ledger,
    pub(crate) posts_name: PostsName,
}

impl State {
    /// The account, if it is not suspended.
    pub(crate) fn visible(&self, id: u64) -> Option<&Account> {
        self.accounts.get(&id).filter(|_| !self.suspended.contains(&id))
    }

    /// All accounts that are not suspended.
    pub(crate) fn all_visible(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().filter(|account| !self.suspended.contains(&account.id))
    }

    /// The visible account with this name; case does not matter.
    pub(crate) fn by_username(&self, name: &str) -> Option<&Account> {
        self.all_visible().find(|account| account.username.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_address_is_exact_and_one_of_the_first_ten() {
        let uri = |n: usize| format!("https://a.example/{n}");
        let app = App { redirect_uris: (0..11).map(uri).collect(), ..App::default() };
        assert!(app.allows(&uri(0)) && app.allows(&uri(9)));
        assert!(!app.allows(&uri(10)));
        assert!(!app.allows("https://a.example/0/") && !app.allows("https://a.example/0?a=b"));
    }
}
