//! OpenID Connect: what a site says of itself, and whether an identity that it signed is true.
//!
//! [`Issuer`] is the door: it reads the discovery document ([`Site`]), keeps the site's keys
//! ([`Keys`]) and verifies ID tokens and `UserInfo`. Below it everything is pure: [`Compact`] takes a
//! token apart, [`Header`] and [`Alg`] say how it may be signed, [`check`] judges the
//! claims of an ID token, [`user`] those of `UserInfo`. [`Pins`] says which hosts may speak for the
//! site, and [`Refused`] why something was not believed. `cache` keeps what was read, `fetch` reads
//! it, `json` reads JSON without second chances.
//!
//! Sending the browser there, buying tokens and asking `UserInfo` are the platform client's. The
//! implicit and hybrid flows, encrypted tokens and dynamic registration are left out on purpose.

mod alg;
mod cache;
mod claims;
mod error;
mod fetch;
mod header;
mod issuer;
mod json;
mod key;
mod keys;
mod pins;
mod site;
mod token;
pub mod user;

#[cfg(test)]
mod tests;

pub use alg::Alg;
pub use claims::{Circumstances, Claims, Expect, check};
pub use error::{OidcError, Refused};
pub use header::Header;
pub use issuer::Issuer;
pub use key::Key;
pub use keys::{Keys, NoKey};
pub use pins::Pins;
pub use site::Site;
pub use token::Compact;
