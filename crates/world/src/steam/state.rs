//! Everything the stand-in knows.

use std::collections::{BTreeMap, BTreeSet};

use super::account::Account;
use super::openid::Provider;

/// The world behind the lock.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) keys: BTreeSet<String>,
    pub(crate) accounts: BTreeMap<u64, Account>,
    pub(crate) provider: Provider,
}

impl State {
    pub(crate) fn new(web_origin: &str) -> State {
        State {
            keys: BTreeSet::new(),
            accounts: BTreeMap::new(),
            provider: Provider::new(web_origin.trim_end_matches('/')),
        }
    }
}
