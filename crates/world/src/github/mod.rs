//! A stand-in for GitHub: its web host and its API host in one router.
//!
//! * `authorize`, `token`, `applications`: OAuth apps and GitHub Apps, with errors as status 200.
//! * `rest`, `members`, `repos` and `graphql`: what can be read of accounts, organizations and
//!   repositories. Enterprise Server's `/api/v3` and `/api/graphql` answer as well.
//! * `delivery`: the webhook deliveries of GitHub Apps, kept in a queue.
//! * `gate` and `limits`: what every API request passes.
//! * `pages`: where a person picks an account and changes what it shows.
//!
//! Not here: private repositories, installation tokens by JWT, teams, device flow.

mod account;
mod applications;
mod apps;
mod authorize;
mod base;
mod delivery;
mod error;
mod gate;
mod grants;
mod graphql;
mod limits;
mod members;
mod org;
mod pages;
mod repo;
mod repos;
mod rest;
mod setup;
mod state;
mod token;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};

pub use account::{Account, Kinds};
pub use apps::{App, OAuthApp};
pub use delivery::Delivery;
pub use limits::RateLimits;
pub use org::{Member, Org, Role};
pub use repo::Repo;
pub use setup::Privacy;

use crate::traffic::{Traffic, lock, pass};
use crate::{Clock, Exchange, Fault};
use apps::Registered;
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
        let api = rest_routes()
            .route("/graphql", post(graphql::answer))
            .nest("/api/v3", rest_routes())
            .route("/api/graphql", post(graphql::answer))
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
        self.state().apps.insert(app.client_id.clone(), Registered::OAuth(app));
    }

    /// Accepts this token as an installation's: it reads public things in batches.
    pub fn service_token(&self, token: &str) {
        self.state().service_tokens.entry(token.to_owned()).or_default();
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

    /// The account's owner revokes all apps under Settings → Applications; GitHub Apps are told so.
    pub fn revoke_grants(&self, id: u64) {
        self.state().take_back(id, None);
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

/// The REST API, which Enterprise Server has under `/api/v3`.
fn rest_routes() -> Router<GitHub> {
    Router::new()
        .route("/user", get(rest::me))
        .route("/user/{id}", get(rest::by_id))
        .route("/users/{login}", get(rest::by_login))
        .route("/user/starred/{owner}/{name}", get(rest::starred))
        .route("/user/memberships/orgs/{org}", get(members::membership))
        .route("/orgs/{org}", get(members::organization))
        .route("/orgs/{org}/members/{login}", get(members::member))
        .route("/orgs/{org}/public_members/{login}", get(members::public_member))
        .route("/repos/{owner}/{name}", get(repos::repository))
        .route("/repos/{owner}/{name}/commits", get(repos::commits))
        .route(
            "/applications/{client_id}/token",
            post(applications::check).delete(applications::delete_token),
        )
        .route("/applications/{client_id}/grant", delete(applications::delete_grant))
}
