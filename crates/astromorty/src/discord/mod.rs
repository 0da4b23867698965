//! Discord over REST: our own small client.
//!
//! It signs users in ([`Discord::exchange`], [`Discord::authorization`]), pushes role connections with
//! their tokens, and reads and changes servers with the bot's. Every call passes the `pace`: we wait
//! before Discord's limits instead of bumping into them, people before background work, and we stop
//! long before refusals would get the address blocked.
//!
//! A call is sent once. Calls that were never sent may be tried a second time, and a person's call
//! that Discord put off is sent again when it may be; everything else is repeated by the work queue,
//! which survives a restart.
//!
//! Deliberately absent: anything that replaces a member's whole list of roles (it would undo what
//! others do at the same moment), and anything that asks Discord how it is.

mod access;
mod answer;
mod application;
mod authorization;
mod budget;
mod call;
mod client;
mod connection;
mod error;
mod gate;
mod guild;
mod health;
mod member;
mod oauth;
mod pace;
mod refusal;
mod role;
mod route;
mod told;

pub use access::Access;
pub use application::ApplicationInfo;
pub use authorization::{Authorization, User};
pub use call::Priority;
pub use client::Discord;
pub use connection::RoleConnection;
pub use error::DiscordError;
pub use guild::{Guild, GuildSummary};
pub use health::{Health, Standing};
pub use member::{Assignment, Member};
pub use refusal::Refusal;
pub use role::{GuildRole, RoleTags};

#[cfg(test)]
mod tests;
