//! A stand-in for GitHub: its web host and its API host in one router.
//!
//! * `authorize`, `token`, `applications`: OAuth apps, with errors as status 200.
//! * `rest` and `graphql`: what can be read of accounts.
//! * `gate` and `limits`: what every API request passes.
//! * `pages`: where a person picks an account and changes what it shows.
//!
//! Not here: GitHub Apps and their webhooks, device flow, Enterprise Server's `/api/v3`.

mod account;
mod applications;
mod authorize;
mod error;
mod gate;
mod grants;
mod graphql;
mod limits;
mod pages;
mod rest;
mod state;
mod token;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};

pub use account::Account;
pub use limits::RateLimits;
pub use state::OAuthApp;

use crate::traffic::{Traffic, lock, pass};
use crate::{Clock, Exchange, Fault};
use state::State;

/// A handle on one GitHub. Clones share it.
#[derive(Clone)]
pub struct GitHub {
    clock: Clock,
    state: Arc<Mutex<State>>,
    traffic: Arc<Mutex<Traffic>>,
}

impl GitHub {
    /// An empty GitHub: no apps, no accounts, the published limits.
    #[must_use]
    pub fn new(clock: Clock) -> GitHub {
        GitHub { clock, state: Arc::default(), traffic: Arc::default() }
    }

    /// Everything it serves: sign-in and settings pages, REST, GraphQL.
    pub fn router(&self) -> Router {
        let api = Router::new()
            .route("/user", get(rest::me))
            .route("/user/{id}", get(rest::by_id))
            .route("/users/{login}", get(rest::by_login))
            .route("/user/starred/{owner}/{name}", get(rest::starred))
            .route("/user/memberships/orgs/{org}", get(rest::membership))
            .route("/orgs/{org}/public_members/{login}", get(rest::public_member))
            .route(
                "/applications/{client_id}/token",
                post(applications::check).delete(applications::delete_token),
            )
            .route("/applications/{client_id}/grant", delete(applications::delete_grant))
            .route("/graphql", post(graphql::answer))
            .fallback(|| async { error::ApiError::not_found() })
            .layer(from_fn_with_state(self.clone(), gate::enter))
            .route("/login/oauth/access_token", post(token::exchange))
            .layer(from_fn_with_state(self.clone(), pass::<GitHub>));
        Router::new()
            .route("/login/oauth/authorize", get(authorize::show).post(authorize::decide))
            .merge(pages::routes())
            .merge(api)
            .with_state(self.clone())
    }

    /// Adds or replaces an OAuth app.
    pub fn app(&self, app: OAuthApp) {
        self.state().apps.insert(app.client_id.clone(), app);
    }

    /// Accepts this token as an installation's: it reads public things in batches.
    pub fn service_token(&self, token: &str) {
        self.state().service_tokens.insert(token.to_owned());
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

    /// Deletes an account and everything it granted.
    pub fn remove(&self, id: u64) {
        let mut state = self.state();
        state.accounts.remove(&id);
        state.suspended.remove(&id);
        state.grants.revoke(|grant| grant.account == id);
    }

    /// Suspends an account: nobody sees it, its tokens are refused.
    pub fn suspend(&self, id: u64) {
        self.state().suspended.insert(id);
    }

    /// The account's owner revokes all apps under Settings → Applications.
    pub fn revoke_grants(&self, id: u64) {
        self.state().grants.revoke(|grant| grant.account == id);
    }

    /// How many live access tokens an account has given out.
    #[must_use]
    pub fn tokens_of(&self, id: u64) -> usize {
        self.state().grants.count(id, self.clock.now())
    }

    /// Lets the next matching API and token requests fail.
    pub fn fault(&self, fault: Fault) {
        lock(&self.traffic).add(fault);
    }

    /// Ends all faults.
    pub fn heal(&self) {
        lock(&self.traffic).heal();
    }

    /// Every API and token request seen, in the order of the answers; the last hundred thousand.
    #[must_use]
    pub fn log(&self) -> Vec<Exchange> {
        lock(&self.traffic).log()
    }

    /// Replaces the rate limits.
    pub fn limits(&self, limits: RateLimits) {
        self.state().limiter.limits = limits;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}
