//! The OpenID 2.0 provider, in stateless mode.
//!
//! * `request`: what a site may ask for.
//! * `login`: the page on which a person says yes or no.
//! * `provider`: assertions and their signatures.
//! * `check`: `check_authentication`, the site's question whether an assertion is real.
//! * `lie`: how assertions and verdicts are spoiled on demand.
//!
//! Sections are those of OpenID Authentication 2.0.

mod check;
mod lie;
mod login;
mod provider;
mod request;

pub use lie::{Lie, Verdict};

pub(crate) use check::{check, not_valid};
pub(crate) use login::{decide, show};
pub(crate) use provider::Provider;
pub(crate) use request::Asked;

/// The path of the provider.
pub(crate) const LOGIN: &str = "/openid/login";
/// The protocol's namespace (section 4.1.2).
const NS: &str = "http://specs.openid.net/auth/2.0";
/// What stands for "whoever signs in" (section 7.3.1).
const SELECT: &str = "http://specs.openid.net/auth/2.0/identifier_select";
/// The handle that Steam names in every assertion.
const HANDLE: &str = "1234567890";
/// The signed fields, in Steam's order.
const SIGNED: [&str; 7] =
    ["signed", "op_endpoint", "claimed_id", "identity", "return_to", "response_nonce", "assoc_handle"];
