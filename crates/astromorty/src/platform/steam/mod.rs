//! Signing in at Steam: OpenID Authentication 2.0 in its stateless mode, written for Steam alone.
//!
//! [`login_url`] is the way there. [`Assertion::check`] judges what the browser brings back
//! (`parameters` takes the query apart, `field` and `nonce` look at each part, [`Refused`] says what
//! is wrong), and [`verdict()`] reads Steam's own word on it.
//! Everything here is pure. The caller remembers the nonce, then asks at [`endpoint`], and nowhere
//! else: nothing is discovered and no address is taken from an answer (N-26).

mod assertion;
mod field;
mod nonce;
mod parameters;
mod refused;
mod verdict;

#[cfg(test)]
mod tests;

use std::time::Duration;

use url::Url;

pub use assertion::{Assertion, Expected};
pub use refused::Refused;
pub use verdict::{Unproven, verdict};

use crate::app::seam::Limits;

/// The namespace of OpenID 2.0 (§4.1.2). Anything else would be read by the weaker rules of 1.1.
const NAMESPACE: &str = "http://specs.openid.net/auth/2.0";

/// "Whoever signs in": the user picks the account at Steam (§9.1).
const WHOEVER: &str = "http://specs.openid.net/auth/2.0/identifier_select";

/// How long Steam's word may take, and how long it may be; a true one has about 60 bytes.
pub const LIMITS: Limits = Limits { timeout: Duration::from_secs(8), max_bytes: verdict::LONGEST };

/// Where Steam signs people in and where it is asked about an assertion. `web` is `hosts.web`.
#[must_use]
pub fn endpoint(web: &str) -> String {
    format!("{web}/openid/login")
}

/// Where to send the browser (§9.1). `None` when `web` is no address.
///
/// `return_to` holds our state; it must lie under `realm`, the site that Steam names to the user (§9.2).
#[must_use]
pub fn login_url(web: &str, return_to: &str, realm: &str) -> Option<Url> {
    let mut url = Url::parse(&endpoint(web)).ok()?;
    url.query_pairs_mut().extend_pairs([
        ("openid.ns", NAMESPACE),
        ("openid.mode", "checkid_setup"),
        ("openid.claimed_id", WHOEVER),
        ("openid.identity", WHOEVER),
        ("openid.realm", realm),
        ("openid.return_to", return_to),
    ]);
    Some(url)
}
