//! A stand-in for X: its web host and its API host in one router.
//!
//! * `authorize`, `token`, `grants`: OAuth 2.0 with proof keys, Basic client authentication and
//!   refresh tokens that rotate.
//! * `users`: what can be read of accounts, one or a hundred at a time.
//! * `gate`, `limits`, `ledger`: credentials, rate limits and money.
//! * `pages`: where a person picks an account and changes what it shows.
//!
//! Not here: posts, expansions, follow lists, OAuth 1.0a, public clients, the activity webhooks.

mod account;
mod authorize;
mod gate;
mod grants;
mod ledger;
mod limits;
mod pages;
mod problem;
mod query;
pub(crate) mod scenario;
mod state;
mod token;
mod users;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

pub use account::{Account, PostsName, Subscription, VerifiedType};
pub use limits::RateLimits;
pub use state::App;

use crate::traffic::{Traffic, lock, pass};
use crate::{Clock, Exchange, Fault};
use state::State;

/// A handle on one X. Clones share it.
#[derive(Clone)]
pub struct X {
    clock: Clock,
    state: Arc<Mutex<State>>,
    traffic: Arc<Mutex<Traffic>>,
}

impl X {
    /// An empty X: no apps, no accounts, the published limits, credit without end.
    #[must_use]
    pub fn new(clock: Clock) -> X {
        X { clock, state: Arc::default(), traffic: Arc::default() }
    }

    /// Everything it serves: sign-in and settings pages, tokens, users.
    pub fn router(&self) -> Router {
        let api = Router::new()
            .route("/2/users", get(users::many))
            .route("/2/users/me", get(users::me))
            .route("/2/users/{id}", get(users::one))
            .layer(from_fn_with_state(self.clone(), gate::enter))
            .route("/2/oauth2/token", post(token::exchange))
            .route("/2/oauth2/revoke", post(token::revoke))
            .fallback(|| async { problem::Problem::not_found() })
            .layer(from_fn_with_state(self.clone(), pass::<X>));
        Router::new()
            .route("/i/oauth2/authorize", get(authorize::show).post(authorize::decide))
            .route("/2/oauth2/authorize", get(authorize::show))
            .merge(pages::routes())
            .merge(api)
            .with_state(self.clone())
    }

    /// Adds or replaces an app.
    pub fn app(&self, app: App) {
        self.state().apps.insert(app.client_id.clone(), app);
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
        state.grants.revoke(id);
    }

    /// Suspends an account: lookups name it as suspended, its own tokens are refused.
    pub fn suspend(&self, id: u64) {
        self.state().suspended.insert(id);
    }

    /// The account's owner disconnects all apps under Settings → Connected apps.
    pub fn revoke_grants(&self, id: u64) {
        self.state().grants.revoke(id);
    }

    /// How many live access tokens an account has given out.
    #[must_use]
    pub fn tokens_of(&self, id: u64) -> usize {
        self.state().grants.access_tokens(id, self.clock.now())
    }

    /// How many live refresh tokens an account has given out.
    #[must_use]
    pub fn refresh_tokens_of(&self, id: u64) -> usize {
        self.state().grants.refresh_tokens(id, self.clock.now())
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

    /// Sets the prepaid credit in millionths of a dollar; `None` is credit without end. At zero
    /// every lookup is refused.
    pub fn credit_micro_usd(&self, credit: Option<u64>) {
        self.state().ledger.credit = credit;
    }

    /// What all lookups have cost so far, in millionths of a dollar.
    #[must_use]
    pub fn spent_micro_usd(&self) -> u64 {
        self.state().ledger.spent
    }

    /// Sets the name under which `public_metrics` counts posts.
    pub fn posts_name(&self, name: PostsName) {
        self.state().posts_name = name;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}
