//! A stand-in for an OpenID Connect provider, as strict as a certified one.
//!
//! * `discovery` and `jwks`: what it publishes about itself.
//! * `authorize`, `token`, `id_token`, `signature`: the code flow with PKCE, the answer's `iss` and refresh
//!   tokens that rotate.
//! * `userinfo`, `revoke`: what a token opens, and its end.
//! * `lie`: everything it can do wrong on demand; each place tells its own lies.
//! * `pages`: where a person picks an account and changes what it shows.
//!
//! Not here: sessions (`prompt=none` always needs a person), other flows than the code flow, client
//! registration, request objects, the `claims` parameter, logout, pairwise subjects.

mod account;
mod authorize;
mod client;
mod discovery;
mod error;
mod grants;
mod id_token;
mod jwks;
mod jws;
mod keys;
mod lie;
mod pages;
mod revoke;
mod scenario;
mod signature;
mod site;
mod state;
mod token;
mod userinfo;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use serde_json::Value;
use url::Url;

pub use account::Account;
pub use client::{AuthMethod, Client};
pub use keys::Algorithm;
pub use lie::{
    AnswerLie, ClaimLie, DiscoveryLie, Endpoint, JwksLie, Lie, Place, SignatureLie, TimeClaim, TimeLie,
    TokenLie, UserinfoLie,
};

use crate::traffic::{Traffic, lock, pass};
use crate::{Clock, Exchange, Fault};
use keys::Key;
pub(crate) use scenario::Part;
use state::State;

/// A handle on one provider. Clones share it.
#[derive(Clone)]
pub struct Oidc {
    clock: Clock,
    issuer: Arc<str>,
    /// The path of the issuer, without a slash at its end.
    prefix: Arc<str>,
    state: Arc<Mutex<State>>,
    traffic: Arc<Mutex<Traffic>>,
}

impl Oidc {
    /// A provider without clients and accounts that signs with a new ES256 key.
    ///
    /// `issuer` is its address, such as `https://id.example.org/realms/one`; all that it serves lies
    /// under the path. What is no address has no path, so that everything lies at the root.
    #[must_use]
    pub fn new(clock: Clock, issuer: &str) -> Oidc {
        let path = Url::parse(issuer).map(|url| url.path().trim_end_matches('/').to_owned());
        Oidc {
            clock,
            issuer: issuer.into(),
            prefix: path.unwrap_or_default().into(),
            state: Arc::new(Mutex::new(State::new(issuer))),
            traffic: Arc::default(),
        }
    }

    /// Everything it serves. All of it meets faults and is in the log.
    pub fn router(&self) -> Router {
        let at = |path: &str| format!("{}{path}", self.prefix);
        // An issuer's path may have segments that once were patterns.
        let mut router = Router::new()
            .without_v07_checks()
            .route(&at("/.well-known/openid-configuration"), get(discovery::show))
            .route(&at("/authorize"), get(authorize::show).post(authorize::decide))
            .route(&at("/token"), post(token::exchange))
            .route(&at("/jwks"), get(jwks::show))
            .route(&at("/stranger"), get(jwks::stranger))
            .route(&at("/userinfo"), get(userinfo::show).post(userinfo::show))
            .route(&at("/revoke"), post(revoke::revoke))
            .route(&at("/introspect"), post(revoke::introspect))
            .route(&at("/settings/{sub}"), get(pages::settings).post(pages::save))
            .route("/", get(pages::home));
        if !self.prefix.is_empty() {
            router = router.route(&self.prefix, get(pages::home)).route(&at("/"), get(pages::home));
        }
        router.layer(from_fn_with_state(self.clone(), pass::<Oidc>)).with_state(self.clone())
    }

    /// The issuer, as given.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Adds or replaces a client.
    pub fn client(&self, client: Client) {
        self.state().clients.insert(client.client_id.clone(), client);
    }

    /// Adds or replaces an account.
    pub fn account(&self, account: Account) {
        self.state().accounts.insert(account.sub.clone(), account);
    }

    /// Changes an account; nothing happens if there is none. Its `sub` stays.
    pub fn change(&self, sub: &str, change: impl FnOnce(&mut Account)) {
        if let Some(account) = self.state().accounts.get_mut(sub) {
            change(account);
            sub.clone_into(&mut account.sub);
        }
    }

    /// Deletes an account and everything it granted.
    pub fn remove(&self, sub: &str) {
        let mut state = self.state();
        state.accounts.remove(sub);
        state.grants.revoke(sub);
    }

    /// The account's owner withdraws what they granted to all clients.
    pub fn revoke_grants(&self, sub: &str) {
        self.state().grants.revoke(sub);
    }

    /// How many live access tokens an account has given out.
    #[must_use]
    pub fn tokens_of(&self, sub: &str) -> usize {
        self.state().grants.count(sub, self.clock.now())
    }

    /// Signs with this algorithm from now on, with a new key. The keys so far stay published.
    pub fn algorithm(&self, algorithm: Algorithm) {
        self.state().keys.rotate(algorithm);
    }

    /// Signs with a new key of the same algorithm from now on. The keys so far stay published.
    pub fn rotate_keys(&self) {
        let mut state = self.state();
        let algorithm = state.keys.current.algorithm();
        state.keys.rotate(algorithm);
    }

    /// Publishes the current key alone.
    pub fn drop_old_keys(&self) {
        self.state().keys.old.clear();
    }

    /// The `kid` of the key that signs now.
    #[must_use]
    pub fn kid(&self) -> String {
        self.state().keys.current.kid.clone()
    }

    /// Signs any claims with the current key. `alg` and `kid` are added to the header unless it has
    /// them; one that is null is left out.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers write the claims in place")]
    pub fn sign(&self, mut header: Value, claims: Value) -> String {
        let state = self.state();
        let key = &state.keys.current;
        if let Some(header) = header.as_object_mut() {
            header.entry("alg").or_insert_with(|| key.algorithm().name().into());
            header.entry("kid").or_insert_with(|| key.kid.clone().into());
            header.retain(|_, value| !value.is_null());
        }
        jws::compact(&header, &claims.to_string(), |message| key.sign(message))
    }

    /// Tells this lie too, until [`honest`](Oidc::honest).
    pub fn lie(&self, lie: impl Into<Lie>) {
        let (lie, mut state) = (lie.into(), self.state());
        if lie == Lie::Jwks(JwksLie::Rsa512) {
            state.keys.weak.get_or_insert_with(|| Key::weak("weak"));
        }
        state.lies.insert(lie);
    }

    /// Ends all lies.
    pub fn honest(&self) {
        self.state().lies.clear();
    }

    /// Lets the next matching requests fail. Paths may be written with or without the issuer's own.
    pub fn fault(&self, fault: Fault) {
        lock(&self.traffic).add(fault);
    }

    /// Ends all faults.
    pub fn heal(&self) {
        lock(&self.traffic).heal();
    }

    /// Every request seen, in the order of the answers; the last hundred thousand.
    #[must_use]
    pub fn log(&self) -> Vec<Exchange> {
        lock(&self.traffic).log()
    }

    /// The address of something below the issuer.
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.trim_end_matches('/'))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}
