//! Everything the stand-in knows.

use std::collections::{BTreeMap, BTreeSet};

use super::account::Account;
use super::client::Client;
use super::grants::Grants;
use super::keys::{Algorithm, Keys};
use super::lie::Lie;

/// The world behind the lock.
pub(crate) struct State {
    pub(crate) clients: BTreeMap<String, Client>,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) grants: Grants,
    pub(crate) keys: Keys,
    pub(crate) lies: BTreeSet<Lie>,
    /// The nonce of the first sign-in, for the lie that repeats it.
    pub(crate) first_nonce: Option<String>,
}

impl State {
    pub(crate) fn new(issuer: &str) -> State {
        State {
            clients: BTreeMap::new(),
            accounts: BTreeMap::new(),
            grants: Grants::new(issuer),
            keys: Keys::new(Algorithm::Es256),
            lies: BTreeSet::new(),
            first_nonce: None,
        }
    }

    /// Whether this lie is being told.
    pub(crate) fn tells(&self, lie: impl Into<Lie>) -> bool {
        self.lies.contains(&lie.into())
    }
}
