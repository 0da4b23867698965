//! Platforms: one OAuth2 client driven by definition files.
//!
//! [`definitions`] reads and overlays the files; [`Platform`] is one that is set up. `sign_in`
//! takes a browser there and buys tokens, `identify` reads whose they are, `question`, `read` and `batch`
//! read facts, `revoke` ends tokens. `call` is how each of them talks, `refusal` what a bad answer means.
//! Nothing here stores anything, retries later or knows Discord: flows do.

mod account;
mod batch;
mod call;
pub mod definitions;
mod error;
mod items;
mod question;
mod read;
mod refusal;
mod revoke;
mod setup;
mod sign_in;
mod token;

#[cfg(test)]
mod tests;

pub use account::{Account, Who};
pub use error::PlatformError;
pub use question::RequestKey;
pub use read::{Answer, ReadError};
pub use revoke::RevokeScope;
pub use setup::{Credentials, Platform, Seams};
