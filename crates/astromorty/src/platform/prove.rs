//! Proving: from a browser that is sent away to the account it comes back with.

use domain::platform::Protocol;
use domain::token::{Secret, TokenSet};
use url::Url;

use super::{Account, Platform, PlatformError};
use crate::app::digest;

/// What a browser is sent away with. All of it is ours; only `state` is for the URL to see.
#[derive(Debug)]
pub struct Departure<'a> {
    /// Works once, in one browser.
    pub state: &'a str,
    /// The PKCE verifier.
    pub verifier: &'a Secret,
    /// Where the platform sends the browser back to.
    pub redirect_uri: &'a str,
}

/// A proven account, with the tokens that proved it where the protocol gives some.
pub type Proof = (Account, Option<TokenSet>);

/// What the answer has to say of who gives it (RFC 9207).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promise {
    /// Nothing; what it says has to be of this origin.
    Origin(url::Origin),
    /// Nothing; what it says has to be this, letter by letter.
    Named(String),
    /// This, letter by letter: the site said that it always names itself.
    Always(String),
}

impl Promise {
    /// Whether the `iss` of an answer, which may be missing, is as promised.
    #[must_use]
    pub fn is_kept(&self, iss: Option<&str>) -> bool {
        match (self, iss) {
            (Self::Origin(origin), Some(iss)) => Url::parse(iss).is_ok_and(|iss| iss.origin() == *origin),
            (Self::Named(issuer) | Self::Always(issuer), Some(iss)) => iss == issuer,
            (Self::Origin(_) | Self::Named(_), None) => true,
            (Self::Always(_), None) => false,
        }
    }
}

impl Platform {
    /// Where to send the browser.
    pub async fn depart(&self, departure: &Departure<'_>) -> Result<Url, PlatformError> {
        let Departure { state, verifier, redirect_uri } = departure;
        match self.shared.definition.protocol {
            Protocol::OAuth2 => {
                let base = self.shared.authorize.as_ref().ok_or(PlatformError::Unavailable)?;
                Ok(self.authorize_url(base, state, &digest(verifier.expose()), redirect_uri))
            }
            Protocol::Oidc | Protocol::SteamOpenId2 => Err(PlatformError::Unavailable),
        }
    }

    /// Proves an account by the code that the browser brought.
    pub async fn prove(&self, code: &Secret, departure: &Departure<'_>) -> Result<Proof, PlatformError> {
        let tokens = self.exchange(code, departure.verifier, departure.redirect_uri).await?;
        let account = self.identify(&tokens).await?;
        Ok((account, Some(tokens)))
    }

    /// What an answer has to say of who gives it.
    pub async fn promise(&self) -> Result<Promise, PlatformError> {
        let base = self.shared.authorize.as_ref().ok_or(PlatformError::Unavailable)?;
        Ok(Promise::Origin(base.origin()))
    }
}
