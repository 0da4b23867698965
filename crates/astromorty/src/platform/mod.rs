//! Platforms: one OAuth2 client driven by definition files.
//!
//! [`definitions`] reads the files and lays settings over them; `setup` makes a [`Platform`] of
//! one. `sign_in` takes a browser there, buys tokens (`token` reads the replies) and asks whose they
//! are. `question` finds the requests for wanted facts, `read` asks about one `account`, `batch` about
//! many, and `items` takes its answer apart. `revoke` ends tokens. All of them talk through `call`,
//! and `refusal` says what a bad answer means.
//! Nothing here stores anything, retries later or knows Discord: flows do.

mod account;
mod ask;
mod batch;
mod call;
mod credential;
pub mod definitions;
mod error;
mod items;
mod meter;
pub mod oidc;
mod prove;
mod question;
mod read;
mod refusal;
mod revoke;
mod setup;
mod sign_in;
pub mod steam;
mod token;

#[cfg(test)]
mod tests;

pub use account::{Account, Remembered, Who};
pub use error::PlatformError;
pub use prove::{Departure, Promise, Proof};
pub use question::RequestKey;
pub use read::{Answer, ReadError};
pub use revoke::RevokeScope;
pub use setup::{Credentials, Platform, Seams};
