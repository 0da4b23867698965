//! Everything the stand-in knows.

use std::collections::{BTreeMap, BTreeSet};

use super::account::Account;
use super::grants::Grants;
use super::limits::Limiter;

/// An OAuth app as its settings page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthApp {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
    /// Where people may be sent back to. Exact, except that a loopback address takes any port.
    pub redirect_uris: Vec<String>,
    /// Whether its tokens expire after eight hours and come with a refresh token.
    pub expiring_tokens: bool,
}

impl OAuthApp {
    /// Whether people may be sent back there. `OAuth apps` documentation, "Loopback redirect urls".
    pub(crate) fn allows(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|known| known == uri || same_but_port(known, uri))
    }
}

/// Whether two addresses are the same loopback address but for the port.
fn same_but_port(known: &str, given: &str) -> bool {
    let (Ok(mut known), Ok(given)) = (url::Url::parse(known), url::Url::parse(given)) else {
        return false;
    };
    let loopback = match known.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(_)) | None => false,
    };
    loopback && known.set_port(given.port()).is_ok() && known == given
}

/// The world behind the lock.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) apps: BTreeMap<String, OAuthApp>,
    pub(crate) service_tokens: BTreeSet<String>,
    pub(crate) accounts: BTreeMap<u64, Account>,
    pub(crate) suspended: BTreeSet<u64>,
    pub(crate) grants: Grants,
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_address_takes_any_port_and_nothing_else() {
        let uris = ["http://127.0.0.1/cb", "https://a.example/cb"];
        let app = OAuthApp {
            client_id: "id".into(),
            client_secret: "secret".into(),
            redirect_uris: uris.map(str::to_owned).to_vec(),
            expiring_tokens: false,
        };
        assert!(app.allows("http://127.0.0.1/cb"));
        assert!(app.allows("http://127.0.0.1:8000/cb"));
        assert!(app.allows("https://a.example/cb"));
        assert!(!app.allows("http://127.0.0.1:8000/other"));
        assert!(!app.allows("http://127.0.0.2:8000/cb"));
        assert!(!app.allows("https://a.example:444/cb"));
        assert!(!app.allows("https://evil.example/cb"));
        assert!(!app.allows("not an address"));
    }
}
