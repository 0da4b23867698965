//! Stand-ins for Discord, GitHub, X, Steam and an OpenID Connect provider.
//!
//! They speak the public protocols of these sites, keep their own small world of people,
//! servers and accounts, and refuse what the real ones refuse. Tests call their routers in the same
//! process, browsers and separately started products reach them over a loopback socket ([`serve`]).
//!
//! The crate knows nothing of the product it serves. Time comes from a [`Clock`], so a test decides
//! when a token expires. [`Fault`]s make single routes fail the way networks and sites fail.

mod clock;
mod exchange;
mod fault;
mod form;
mod html;
mod lost;
mod moment;
mod params;
mod pkce;
mod scenario;
mod serve;
#[cfg(test)]
mod testing;
mod traffic;

pub mod discord;
pub mod github;
pub mod oidc;
pub mod steam;
pub mod x;

pub use clock::{Clock, Millis};
pub use discord::Discord;
pub use exchange::Exchange;
pub use fault::{Fault, FaultKind, Scope};
pub use github::GitHub;
pub use lost::Lost;
pub use oidc::Oidc;
pub use scenario::{Scenario, ScenarioError};
pub use serve::serve;
pub use steam::Steam;
pub use x::X;
