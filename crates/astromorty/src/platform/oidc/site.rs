//! Sites: what an issuer's discovery document says, as far as we act on it.

use std::collections::BTreeSet;

use domain::platform::ClientAuth;
use serde_json::{Map, Value};
use url::Url;

use super::{Alg, Pins, Refused, json};

/// A site that was discovered (OpenID Connect Discovery §3, RFC 8414 §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its name, byte for byte that of the settings.
    pub issuer: String,
    /// Where browsers are sent.
    pub authorize: Url,
    /// Where codes and refresh tokens are exchanged.
    pub token: Url,
    /// Where its keys are.
    pub jwks: Url,
    /// Where an access token tells more of its user (OpenID Connect Core §5.3).
    pub userinfo: Option<Url>,
    /// Where tokens are ended (RFC 7009).
    pub revoke: Option<Url>,
    /// How it wants to hear our client secret.
    pub client_auth: ClientAuth,
    /// Whether every answer through the browser names the issuer (RFC 9207 §3).
    pub promises_iss: bool,
    /// What its ID tokens may be signed with; never empty.
    pub id_token_algs: BTreeSet<Alg>,
    /// What `UserInfo` may be signed with, where it is signed.
    pub userinfo_algs: BTreeSet<Alg>,
}

impl Site {
    /// Reads a discovery document; pure, so that anything may be thrown at it.
    ///
    /// What the specification requires is required, members that we do not act on are not looked
    /// at, and `null` stands for an absent member.
    pub fn read(bytes: &[u8], pins: &Pins) -> Result<Self, Refused> {
        let mut document = json::object(bytes).ok_or(Refused::Discovery)?;
        document.retain(|_, value| !value.is_null());
        let document = Document(document, pins);
        let issuer = document.text("issuer")?.ok_or(Refused::Discovery)?;
        if issuer != pins.issuer() {
            return Err(Refused::DiscoveryIssuer);
        }
        document.check_flow()?;
        let required = |name| document.endpoint(name)?.ok_or(Refused::DiscoveryEndpoint);
        let id_token_algs = document.algs("id_token_signing_alg_values_supported")?;
        // RS256 is what a provider must have and what a client gets unless it asks (Registration §2).
        let id_token_algs = id_token_algs.unwrap_or_else(|| BTreeSet::from([Alg::Rs256]));
        if id_token_algs.is_empty() {
            return Err(Refused::DiscoveryAlgorithm);
        }
        let userinfo_algs = document.algs("userinfo_signing_alg_values_supported")?;
        Ok(Self {
            issuer: issuer.to_owned(),
            authorize: required("authorization_endpoint")?,
            token: required("token_endpoint")?,
            jwks: required("jwks_uri")?,
            userinfo: document.endpoint("userinfo_endpoint")?,
            revoke: document.endpoint("revocation_endpoint")?,
            client_auth: document.client_auth()?,
            promises_iss: document.flag("authorization_response_iss_parameter_supported")?,
            userinfo_algs: userinfo_algs.unwrap_or_else(|| id_token_algs.clone()),
            id_token_algs,
        })
    }

    /// Whether an answer through the browser is this site's, by every `iss` parameter that came with
    /// it (RFC 9207 §2.4, N-08): there must be one where it is promised, never two, and none other.
    pub fn check_answer(&self, iss: &[&str]) -> Result<(), Refused> {
        match iss {
            [] if !self.promises_iss => Ok(()),
            [only] if *only == self.issuer => Ok(()),
            _ => Err(Refused::AnswerIssuer),
        }
    }
}

/// A document while it is read; all that is missing or of a wrong type is told in one way.
struct Document<'a>(Map<String, Value>, &'a Pins);

impl Document<'_> {
    fn text(&self, name: &str) -> Result<Option<&str>, Refused> {
        self.0.get(name).map(|value| value.as_str().ok_or(Refused::Discovery)).transpose()
    }

    fn texts(&self, name: &str) -> Result<Option<Vec<&str>>, Refused> {
        self.0.get(name).map(|value| json::texts(value).ok_or(Refused::Discovery)).transpose()
    }

    fn flag(&self, name: &str) -> Result<bool, Refused> {
        self.0.get(name).map_or(Ok(false), |value| value.as_bool().ok_or(Refused::Discovery))
    }

    fn endpoint(&self, name: &str) -> Result<Option<Url>, Refused> {
        let read = |address| self.1.endpoint(address).ok_or(Refused::DiscoveryEndpoint);
        self.text(name)?.map(read).transpose()
    }

    fn algs(&self, name: &str) -> Result<Option<BTreeSet<Alg>>, Refused> {
        let ours = |names: Vec<&str>| names.into_iter().filter_map(Alg::named).collect();
        Ok(self.texts(name)?.map(ours))
    }

    /// Code flow with S256. A list of challenge methods that is absent says nothing (N-12).
    fn check_flow(&self) -> Result<(), Refused> {
        let types = self.texts("response_types_supported")?.ok_or(Refused::Discovery)?;
        let grants = self.texts("grant_types_supported")?;
        let challenges = self.texts("code_challenge_methods_supported")?;
        if !types.contains(&"code") || grants.is_some_and(|grants| !grants.contains(&"authorization_code")) {
            return Err(Refused::DiscoveryFlow);
        }
        if challenges.is_some_and(|methods| !methods.contains(&"S256")) {
            return Err(Refused::DiscoveryPkce);
        }
        Ok(())
    }

    /// Basic where nothing is said (Discovery §3); POST only where Basic is not offered.
    fn client_auth(&self) -> Result<ClientAuth, Refused> {
        match self.texts("token_endpoint_auth_methods_supported")? {
            None => Ok(ClientAuth::Basic),
            Some(methods) if methods.contains(&"client_secret_basic") => Ok(ClientAuth::Basic),
            Some(methods) if methods.contains(&"client_secret_post") => Ok(ClientAuth::Post),
            Some(_) => Err(Refused::DiscoveryClientAuth),
        }
    }
}
