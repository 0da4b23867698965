//! Assertions: Steam's word that a browser belongs to an account, brought by that browser.
//!
//! Until Steam confirms it, it is the word of a stranger. So every field is pinned to the one value
//! it may have, or to the letters it may consist of, and what Steam is asked about is written anew
//! from these copies.

use std::fmt;

use domain::moment::Moment;
use url::form_urlencoded::Serializer;

use super::parameters::Parameters;
use super::{NAMESPACE, Refused, field, nonce};

/// What an answer has to agree with.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// `hosts.web` of the settings, such as `https://steamcommunity.com`.
    pub web: &'a str,
    /// The address that this sign-in was to return to, with its state in the query.
    pub return_to: &'a str,
    /// The time.
    pub now: Moment,
}

/// An assertion in which everything is as it should be, and which Steam has to confirm.
#[derive(Clone, PartialEq, Eq)]
pub struct Assertion {
    endpoint: String,
    claimed_id: String,
    subject: String,
    return_to: String,
    response_nonce: String,
    nonce: String,
    remember_until: Moment,
    handle: String,
    signed: String,
    signature: String,
}

impl Assertion {
    /// Reads the query with which the browser came back, as it came over the wire.
    pub fn check(raw_query: &str, expected: &Expected<'_>) -> Result<Self, Refused> {
        let mut answer = Parameters::parse(raw_query)?;
        let state = answer.take("state")?;
        if answer.take("openid.ns")? != NAMESPACE {
            return Err(Refused::Namespace);
        }
        field::mode(&answer.take("openid.mode")?)?;
        let mut take = |name| answer.take(name);
        let endpoint = field::endpoint(take("openid.op_endpoint")?, expected)?;
        let claimed_id = take("openid.claimed_id")?;
        let subject = field::identity(&claimed_id, &take("openid.identity")?, expected)?;
        let return_to = field::return_to(take("openid.return_to")?, &state, expected)?;
        let response_nonce = take("openid.response_nonce")?;
        let remember_until = nonce::remember_until(&response_nonce, expected.now)?;
        let nonce = format!("{endpoint} {response_nonce}");
        let handle = field::handle(take("openid.assoc_handle")?)?;
        let signed = field::signed(take("openid.signed")?)?;
        let signature = field::signature(take("openid.sig")?)?;
        answer.end()?;
        Ok(Self {
            endpoint,
            claimed_id,
            subject,
            return_to,
            response_nonce,
            nonce,
            remember_until,
            handle,
            signed,
            signature,
        })
    }

    /// The account's SteamID64, 17 digits.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What makes this assertion different from every other: who made it, and its nonce (§11.3).
    /// Its hash is remembered, so that the assertion is good for one sign-in.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Until when [`Assertion::nonce`] has to be remembered.
    #[must_use]
    pub const fn remember_until(&self) -> Moment {
        self.remember_until
    }

    /// The form that asks Steam whether it said so (§11.4.2.1), to be posted to [`super::endpoint`].
    #[must_use]
    pub fn form(&self) -> String {
        let fields = [
            ("openid.ns", NAMESPACE),
            ("openid.mode", "check_authentication"),
            ("openid.op_endpoint", &self.endpoint),
            ("openid.claimed_id", &self.claimed_id),
            ("openid.identity", &self.claimed_id),
            ("openid.return_to", &self.return_to),
            ("openid.response_nonce", &self.response_nonce),
            ("openid.assoc_handle", &self.handle),
            ("openid.signed", &self.signed),
            ("openid.sig", &self.signature),
        ];
        Serializer::new(String::new()).extend_pairs(fields).finish()
    }
}

/// The rest is nobody's business: `return_to` holds the state, and signature and nonce are as good
/// as a sign-in until they are spent.
impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertion").field("subject", &self.subject).finish_non_exhaustive()
    }
}
