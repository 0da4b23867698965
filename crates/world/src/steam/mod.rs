//! A stand-in for Steam: the community's sign-in and the Web API in one router.
//!
//! * `openid`: the OpenID 2.0 provider in stateless mode, and the lies that it tells on demand.
//! * `api`: what can be read of accounts with a key, and what privacy leaves out.
//! * `pages`: where a person changes what an account shows.
//!
//! Not here: associations, discovery, achievements, friends, groups, vanity names.

mod account;
mod api;
mod openid;
mod pages;
pub(crate) mod scenario;
mod site;
mod state;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

pub use account::{Account, EconomyBan, Game};
pub use openid::{Lie, Verdict};

use crate::traffic::{Traffic, lock, pass};
use crate::{Clock, Exchange, Fault};
use state::{State, Usage};

/// A handle on one Steam. Clones share it.
#[derive(Clone)]
pub struct Steam {
    clock: Clock,
    state: Arc<Mutex<State>>,
    traffic: Arc<Mutex<Traffic>>,
}

impl Steam {
    /// An empty Steam: no keys, no accounts, no lies.
    ///
    /// `web_origin` is where browsers reach it, without a slash at the end: its answers name
    /// `{web_origin}/openid/login` and `{web_origin}/openid/id/<17 digits>`.
    #[must_use]
    pub fn new(clock: Clock, web_origin: &str) -> Steam {
        Steam { clock, state: Arc::new(Mutex::new(State::new(web_origin))), traffic: Arc::default() }
    }

    /// Everything it serves: sign-in and settings pages, the check of assertions, the Web API.
    pub fn router(&self) -> Router {
        let watched = Router::new()
            .merge(api::routes(self))
            .route("/openid/login", post(openid::check))
            .fallback(|| async { site::Page::not_found() })
            .layer(from_fn_with_state(self.clone(), pass::<Steam>));
        Router::new()
            .route("/openid/login", get(openid::show))
            .route("/openid/login/decide", post(openid::decide))
            .merge(pages::routes())
            .merge(watched)
            .with_state(self.clone())
    }

    /// Accepts this Web API key.
    pub fn key(&self, key: &str) {
        self.state().keys.insert(key.to_owned(), Usage::default());
    }

    /// Sets how many calls of the Web API a key has per day in UTC; `None` means no limit. At first
    /// it is what the terms of use say.
    pub fn daily_calls(&self, most: Option<u32>) {
        self.state().daily_calls = most;
    }

    /// Adds or replaces an account.
    pub fn account(&self, account: Account) {
        self.state().accounts.insert(account.id, account);
    }

    /// Changes an account; nothing happens if there is none.
    pub fn change(&self, id: u64, change: impl FnOnce(&mut Account)) {
        if let Some(account) = self.state().accounts.get_mut(&id) {
            change(account);
        }
    }

    /// Deletes an account.
    pub fn remove(&self, id: u64) {
        self.state().accounts.remove(&id);
    }

    /// What the browser would carry back if this account signed in now: the ten fields by their
    /// full names, in order, spoiled by the lies that wait. Only `return_to` is not checked.
    #[must_use]
    pub fn assertion(&self, id: u64, return_to: &str) -> Vec<(String, String)> {
        let now = self.clock.now();
        self.state().provider.assert(id, return_to, now)
    }

    /// Lies once. All lies about assertions that wait spoil the next assertion together; a lie
    /// about a verdict replaces the next verdict.
    pub fn lie(&self, lie: Lie) {
        self.state().provider.lie(lie);
    }

    /// Lets the next matching requests to the Web API and checks of assertions fail.
    pub fn fault(&self, fault: Fault) {
        lock(&self.traffic).add(fault);
    }

    /// Ends all faults and lies.
    pub fn heal(&self) {
        lock(&self.traffic).heal();
        self.state().provider.repent();
    }

    /// Every Web API request and check of an assertion seen, in the order of the answers; the last
    /// hundred thousand. Queries are as sent, so they hold the key.
    #[must_use]
    pub fn log(&self) -> Vec<Exchange> {
        lock(&self.traffic).log()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}
