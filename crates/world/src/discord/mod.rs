//! A stand-in for Discord.
//!
//! * `authorize` and `token`: OAuth with consent page, codes, refresh tokens, PKCE.
//! * `users`, `guilds`, `roles`, `connections`, `schema`: the API under `/api/v10`.
//! * `linked`: native linked roles, judged by Discord itself.
//! * `gate` and `limits`: what every API request passes.
//! * `pages`: where a person watches and claims roles.
//!
//! Not here yet: gateway, commands and interactions, messages, webhook events.

mod application;
mod authorize;
mod connection;
mod connections;
mod error;
mod gate;
mod grants;
mod guild;
mod guilds;
mod limits;
mod linked;
mod metadata;
mod pages;
mod person;
mod request;
mod role;
mod roles;
mod schema;
mod scopes;
mod state;
mod time;
mod token;
mod users;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post, put};

pub use application::Application;
pub use connection::RoleConnection;
pub use limits::{Bucket, RateLimits};
pub use linked::{ClaimRefusal, Condition, LinkedRule};
pub use role::{Role, permission};

pub(crate) use application::hex;
pub(crate) use token::basic_credentials;

use crate::traffic::{Traffic, lock, pass};
use crate::{Clock, Exchange, Fault, Millis};
use guild::Guild;
use state::{Registered, State};

/// A write that Discord accepted: its exchange, without the answer's body.
pub type Write = Exchange;

/// A handle on one Discord. Clones share it.
#[derive(Clone)]
pub struct Discord {
    clock: Clock,
    state: Arc<Mutex<State>>,
    traffic: Arc<Mutex<Traffic>>,
}

impl Discord {
    /// An empty Discord: nobody there, no servers, limits like the real ones.
    #[must_use]
    pub fn new(clock: Clock) -> Discord {
        Discord { clock, state: Arc::default(), traffic: Arc::default() }
    }

    /// Everything it serves: the API under `/api/v10`, the authorize page, the watching pages.
    pub fn router(&self) -> Router {
        let api = Router::new()
            .route("/oauth2/token", post(token::exchange))
            .route("/oauth2/token/revoke", post(token::revoke))
            .route("/oauth2/@me", get(users::authorization))
            .route("/users/@me", get(users::me))
            .route("/users/@me/guilds", get(users::my_guilds))
            .route(
                "/users/@me/applications/{application}/role-connection",
                get(connections::read).put(connections::replace).delete(connections::remove),
            )
            .route(
                "/applications/{application}/role-connections/metadata",
                get(schema::read).put(schema::replace),
            )
            .route("/applications/@me", get(guilds::application))
            .route("/guilds/{guild}", get(guilds::guild))
            .route("/guilds/{guild}/roles", get(guilds::roles))
            .route("/guilds/{guild}/roles/{role}", get(guilds::role))
            .route("/guilds/{guild}/members/{user}", get(guilds::member))
            .route("/guilds/{guild}/members/{user}/roles/{role}", put(roles::give).delete(roles::take))
            .method_not_allowed_fallback(|| async { error::METHOD_NOT_ALLOWED });
        Router::new()
            .nest("/api/v10", api)
            .route("/api/{*path}", any(error::elsewhere))
            .layer(from_fn_with_state(self.clone(), gate::enter))
            .layer(from_fn_with_state(self.clone(), pass::<Discord>))
            .route("/oauth2/authorize", get(authorize::show).post(authorize::decide))
            .merge(pages::routes())
            .with_state(self.clone())
    }

    /// Adds or replaces an application. Its schema stays.
    pub fn application(&self, application: Application) {
        let mut state = self.state();
        let id = application.id;
        let known = state.applications.remove(&id);
        let schema = known.map(|known| known.schema).unwrap_or_default();
        state.applications.insert(id, Registered { application, schema });
    }

    /// Adds a person, or renames them.
    pub fn user(&self, id: u64, name: &str) {
        self.state().people.insert(id, name.to_owned());
    }

    /// Adds a server with its `@everyone` role. The owner, if known, is a member of it.
    pub fn guild(&self, id: u64, name: &str, owner: u64) {
        let now = self.clock.now();
        let mut state = self.state();
        let mut guild = Guild::new(id, name, owner);
        if state.people.contains_key(&owner) {
            guild.join(owner, now);
        }
        state.guilds.insert(id, guild);
    }

    /// Adds or replaces a role of a server that exists.
    pub fn role(&self, guild: u64, role: Role) {
        self.change(guild, |guild, _| drop(guild.roles.insert(role.id, role)));
    }

    /// Deletes a role; its members lose it. `@everyone` stays.
    pub fn remove_role(&self, guild: u64, role: u64) {
        self.change(guild, |guild, _| guild.remove_role(role));
    }

    /// Lets somebody in.
    pub fn join(&self, guild: u64, user: u64) {
        self.change(guild, |guild, now| guild.join(user, now));
    }

    /// Somebody leaves, and their roles go with them.
    pub fn leave(&self, guild: u64, user: u64) {
        self.change(guild, |guild, _| drop(guild.members.remove(&user)));
    }

    /// Installs an application's bot with a managed role of its own that may manage roles.
    pub fn add_bot(&self, guild: u64, application: u64, position: i64) {
        let now = self.clock.now();
        let mut state = self.state();
        let id = state.next_role(now);
        let name = state.name(application).unwrap_or("bot").to_owned();
        let permissions = permission::MANAGE_ROLES;
        let role = Role { id, name, position, permissions, managed: true, ..Role::default() };
        if let Some(guild) = state.guilds.get_mut(&guild) {
            guild.join(application, now);
            guild.roles.insert(id, role);
            if let Some(before) = guild.bots.insert(application, id) {
                guild.remove_role(before);
            }
            guild.members.entry(application).and_modify(|bot| {
                bot.roles.insert(id);
            });
        }
    }

    /// Throws an application's bot out; its managed role is deleted.
    pub fn remove_bot(&self, guild: u64, application: u64) {
        self.change(guild, |guild, _| {
            guild.members.remove(&application);
            if let Some(role) = guild.bots.remove(&application) {
                guild.remove_role(role);
            }
        });
    }

    /// An admin gives a member a role in the client.
    pub fn give_by_hand(&self, guild: u64, user: u64, role: u64) {
        self.change(guild, |guild, _| {
            if guild.roles.contains_key(&role) {
                guild.members.entry(user).and_modify(|member| {
                    member.roles.insert(role);
                });
            }
        });
    }

    /// An admin takes a role from a member in the client.
    pub fn take_by_hand(&self, guild: u64, user: u64, role: u64) {
        self.change(guild, |guild, _| {
            guild.members.entry(user).and_modify(|member| {
                member.roles.remove(&role);
            });
        });
    }

    /// The roles a member holds, without `@everyone`. Empty for strangers.
    #[must_use]
    pub fn member_roles(&self, guild: u64, user: u64) -> BTreeSet<u64> {
        let state = self.state();
        let member = state.guilds.get(&guild).and_then(|guild| guild.members.get(&user));
        member.map(|member| member.roles.clone()).unwrap_or_default()
    }

    /// What an application has pushed for a person.
    #[must_use]
    pub fn role_connection(&self, application: u64, user: u64) -> Option<RoleConnection> {
        self.state().connections.get(&(application, user)).cloned()
    }

    /// What a member does in the Linked Roles dialog.
    pub fn claim(&self, guild: u64, user: u64, role: u64) -> Result<(), ClaimRefusal> {
        let now = self.clock.now();
        self.state().claim((guild, role), user, now)
    }

    /// A person removes an application under Authorized Apps: all its tokens for them die.
    ///
    /// What becomes of the role connection and of linked roles then is not documented; here they
    /// stay as they are.
    pub fn deauthorize(&self, application: u64, user: u64) {
        self.state().grants.revoke(application, user);
    }

    /// Whether pushes that miss a linked role's rule leave the role in place, as Discord was seen
    /// to do in August 2026. Off at first.
    pub fn never_revokes(&self, on: bool) {
        self.state().never_revokes = on;
    }

    /// Every accepted write, in order: roles given and taken, role connections put and deleted,
    /// schemas put.
    #[must_use]
    pub fn writes(&self) -> Vec<Write> {
        self.state().writes.clone()
    }

    /// Lets the next matching API requests fail. Faults are met in the order they were added.
    pub fn fault(&self, fault: Fault) {
        lock(&self.traffic).add(fault);
    }

    /// Ends all faults.
    pub fn heal(&self) {
        lock(&self.traffic).heal();
    }

    /// Every API request seen, in the order of the answers; the last hundred thousand.
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

    /// Changes a server; nothing happens if there is none.
    fn change(&self, guild: u64, change: impl FnOnce(&mut Guild, Millis)) {
        let now = self.clock.now();
        if let Some(guild) = self.state().guilds.get_mut(&guild) {
            change(guild, now);
        }
    }
}
