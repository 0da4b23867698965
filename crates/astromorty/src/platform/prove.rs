//! Proving: from a browser that is sent away to the account it comes back with.
//!
//! OAuth 2.0 and OpenID Connect end with a code that buys tokens, Steam's OpenID with an assertion
//! that Steam itself has to bear out. The nonce of the last one is the caller's to remember: it is
//! good once over all processes.

use std::collections::{BTreeMap, BTreeSet};

use domain::platform::Protocol;
use domain::token::{Secret, TokenSet};
use http::HeaderValue;
use serde_json::{Map, Value};
use url::Url;

use super::call::form;
use super::oidc::{Expect, OidcError};
use super::steam::{self, Assertion, Expected, Refused, Unproven};
use super::token::Bought;
use super::{Account, Platform, PlatformError, RequestKey, Who};
use crate::app::seam::digest;

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
    /// Nothing at all: the answer is an assertion, which is judged whole.
    Assertion,
}

impl Promise {
    /// Whether the `iss` of an answer, which may be missing, is as promised.
    #[must_use]
    pub fn is_kept(&self, iss: Option<&str>) -> bool {
        match (self, iss) {
            (Self::Origin(origin), Some(iss)) => Url::parse(iss).is_ok_and(|iss| iss.origin() == *origin),
            (Self::Named(issuer) | Self::Always(issuer), Some(iss)) => iss == issuer,
            (Self::Origin(_) | Self::Named(_) | Self::Assertion, None) => true,
            (Self::Always(_), None) | (Self::Assertion, Some(_)) => false,
        }
    }
}

/// Why an assertion does not prove an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproved {
    /// The person said no.
    Denied,
    /// The platform asks to start again, or does not answer.
    TryAgain,
    /// It is not what the platform would have sent.
    Refused,
}

impl Departure<'_> {
    /// Where an assertion leads back to: the state is part of what is signed.
    fn return_to(&self) -> String {
        format!("{}?state={}", self.redirect_uri, self.state)
    }

    /// The nonce of an ID token. It follows from the verifier, which is stored sealed.
    fn nonce(&self) -> String {
        digest(&format!("nonce {}", self.verifier.expose()))
    }
}

impl Platform {
    /// Where to send the browser.
    pub async fn depart(&self, departure: &Departure<'_>) -> Result<Url, PlatformError> {
        let Departure { state, verifier, redirect_uri } = departure;
        let challenge = digest(verifier.expose());
        match self.shared.definition.protocol {
            Protocol::OAuth2 => {
                let base = self.shared.authorize.as_ref().ok_or(PlatformError::Unavailable)?;
                Ok(self.authorize_url(base, state, &challenge, redirect_uri))
            }
            Protocol::Oidc => {
                let issuer = self.shared.issuer.as_ref().ok_or(PlatformError::InvalidClient)?;
                let site = issuer.site().await.map_err(|error| self.mistrusted(error))?;
                let mut url = self.authorize_url(&site.authorize, state, &challenge, redirect_uri);
                url.query_pairs_mut().append_pair("nonce", &departure.nonce());
                Ok(url)
            }
            Protocol::SteamOpenId2 => {
                let back = Url::parse(redirect_uri).map_err(|_| PlatformError::Unavailable)?;
                let realm = back.origin().ascii_serialization();
                let url = steam::login_url(self.web(), &departure.return_to(), &realm);
                url.ok_or(PlatformError::Unavailable)
            }
        }
    }

    /// What an answer has to say of who gives it.
    pub async fn promise(&self) -> Result<Promise, PlatformError> {
        if let Some(issuer) = &self.shared.issuer {
            let site = issuer.site().await.map_err(|error| self.mistrusted(error))?;
            let name = issuer.name().to_owned();
            return Ok(if site.promises_iss { Promise::Always(name) } else { Promise::Named(name) });
        }
        let base = self.shared.authorize.as_ref();
        Ok(base.map_or(Promise::Assertion, |base| Promise::Origin(base.origin())))
    }

    /// Proves an account by the code that the browser brought.
    pub async fn prove(&self, code: &Secret, departure: &Departure<'_>) -> Result<Proof, PlatformError> {
        let bought = self.exchange(code, departure.verifier, departure.redirect_uri).await?;
        let claims = self.claims(&bought, code, departure).await?;
        let tokens = bought.tokens;
        let Some((subject, mut claims)) = claims else {
            let account = self.identify(&tokens, None).await?;
            return Ok((account, Some(tokens)));
        };
        // What the issuer says of itself in the token stays; UserInfo adds to it.
        match self.introduce(&tokens, Some(&subject)).await {
            Ok(Value::Object(told)) if told.get("sub") == Some(&Value::from(subject.as_str())) => {
                for (name, value) in told {
                    claims.entry(name).or_insert(value);
                }
            }
            Ok(_) => {
                self.odd("oidc_userinfo_other", "UserInfo was about another account than the ID token");
                return Err(PlatformError::Mistrusted);
            }
            Err(error) => return Err(error),
        }
        Ok((self.account(Some(&Value::Object(claims)))?, Some(tokens)))
    }

    /// The verified claims of an ID token; nothing for platforms without an issuer.
    async fn claims(
        &self,
        bought: &Bought,
        code: &Secret,
        departure: &Departure<'_>,
    ) -> Result<Option<(String, Map<String, Value>)>, PlatformError> {
        let Some(issuer) = &self.shared.issuer else { return Ok(None) };
        let Some(id_token) = &bought.id_token else {
            self.odd("oidc_no_id_token", "the issuer sold tokens without an ID token");
            return Err(PlatformError::Mistrusted);
        };
        let nonce_hash = digest(&departure.nonce());
        let expect =
            Expect { nonce_hash: &nonce_hash, access_token: Some(&bought.tokens.access), code: Some(code) };
        let verified = issuer.verify(id_token.expose(), &expect).await;
        let claims = verified.map_err(|error| self.mistrusted(error))?;
        Ok(Some((claims.subject, claims.all)))
    }

    /// Notes what was not believed of an issuer.
    pub(super) fn mistrusted(&self, error: OidcError) -> PlatformError {
        match error {
            OidcError::Unavailable => PlatformError::Unavailable,
            OidcError::Refused(refused) => {
                self.odd(refused.reason(), "what the issuer said was refused");
                PlatformError::Mistrusted
            }
        }
    }

    /// Judges what a browser brought back from Steam, without asking anybody (N-26 … N-33).
    pub fn assertion(&self, query: &str, departure: &Departure<'_>) -> Result<Assertion, Unproved> {
        let return_to = departure.return_to();
        let expected = Expected { web: self.web(), return_to: &return_to, now: self.shared.clock.now() };
        Assertion::check(query, &expected).map_err(|refused| match refused {
            Refused::Cancelled => Unproved::Denied,
            Refused::TryAgain => Unproved::TryAgain,
            other => {
                self.odd(other.reason(), "an OpenID assertion was refused");
                Unproved::Refused
            }
        })
    }

    /// Notes an assertion that was brought a second time (N-33).
    pub fn replayed(&self) {
        self.odd("openid_replayed", "an OpenID assertion was brought a second time");
    }

    /// Asks Steam whether it made the assertion, and reads the account it is about.
    pub async fn bear_out(&self, assertion: &Assertion) -> Result<Account, Unproved> {
        let mut request =
            form(steam::endpoint(self.web()), assertion.form(), None).map_err(|_| Unproved::TryAgain)?;
        for (name, value) in &self.shared.definition.headers {
            if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(name), HeaderValue::from_str(value)) {
                request.headers_mut().insert(name, value);
            }
        }
        request.extensions_mut().insert(steam::LIMITS);
        let answer = self.send(request).await.map_err(|_| Unproved::TryAgain)?;
        match steam::verdict(answer.status().as_u16(), answer.body()) {
            Ok(()) => {}
            Err(Unproven::TryAgain) => return Err(Unproved::TryAgain),
            Err(Unproven::NotValid) => {
                self.odd(Unproven::NotValid.reason(), "Steam did not make this OpenID assertion");
                return Err(Unproved::Refused);
            }
        }
        self.account_of(assertion.subject()).await.map_err(|_| Unproved::TryAgain)
    }

    /// The account of that id, by the service credential.
    async fn account_of(&self, subject: &str) -> Result<Account, PlatformError> {
        let name = self.shared.definition.identity.request.clone();
        let (key, nothing) = (RequestKey { name, args: BTreeMap::new() }, BTreeSet::new());
        let who = Who { subject, username: "", node: None, tokens: None, remembered: None };
        let answer = self.read_one(&who, &self.question((&key, &nothing))).await;
        match (answer.outcome, answer.account) {
            (Ok(_), Some(account)) => Ok(account),
            (Ok(_), None) => Err(PlatformError::Unavailable),
            (Err(error), _) => Err(PlatformError::of(error.class, self.shared.clock.now())),
        }
    }

    /// The site itself.
    fn web(&self) -> &str {
        self.shared.hosts.get("web").map_or("", String::as_str)
    }

    /// Whether a sign-in ends with an assertion instead of a code.
    #[must_use]
    pub fn asserts(&self) -> bool {
        !self.shared.definition.protocol.gives_tokens()
    }
}
