//! Signing in by OAuth 2.0: the way to the platform, and from code to tokens to identity.

use std::collections::BTreeSet;

use domain::platform::template::Values;
use domain::platform::{AnswerForm, ClientAuth, ErrorClass, Pkce, Separator};
use domain::token::{Secret, TokenSet};
use serde_json::Value;
use tracing::warn;
use url::Url;

use super::account::account;
use super::call::{Asking, form};
use super::credential::Credential;
use super::token::Bought;
use super::{Account, Platform, PlatformError};

impl Platform {
    /// Where to send the browser. `challenge` is the S256 of the verifier (RFC 7636 §4.2).
    pub(super) fn authorize_url(&self, base: &Url, state: &str, challenge: &str, redirect_uri: &str) -> Url {
        let definition = &self.shared.definition;
        let authorize = &definition.authorize;
        let mut url = base.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair(definition.client.id_param(), &self.shared.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state);
        if !authorize.scopes.is_empty() {
            query.append_pair("scope", &self.joined(&authorize.scopes));
        }
        match authorize.pkce {
            Pkce::S256 => {
                query.append_pair("code_challenge", challenge).append_pair("code_challenge_method", "S256");
            }
            Pkce::Off(_) => {}
        }
        query.extend_pairs(&authorize.params);
        drop(query);
        url
    }

    /// What an `error` parameter means with which the browser came back.
    #[must_use]
    pub fn refused(&self, error: &str) -> PlatformError {
        let class = self.shared.definition.errors.of_code(error);
        let class = class.unwrap_or(ErrorClass::Unavailable);
        PlatformError::of(class, self.shared.clock.now())
    }

    /// Buys tokens for the code that the browser brought.
    pub(super) async fn exchange(
        &self,
        code: &Secret,
        verifier: &Secret,
        redirect_uri: &str,
    ) -> Result<Bought, PlatformError> {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", redirect_uri),
        ];
        match self.shared.definition.authorize.pkce {
            Pkce::S256 => fields.push(("code_verifier", verifier.expose())),
            Pkce::Off(_) => {}
        }
        self.buy(fields, &self.shared.definition.authorize.scopes).await
    }

    /// Buys the next tokens. Where the reply holds no refresh token, the old one stays (F-18).
    ///
    /// [`PlatformError::InvalidGrant`] says that the link is revoked; no other error does.
    pub async fn refresh(&self, refresh: &Secret, redirect_uri: &str) -> Result<TokenSet, PlatformError> {
        let endpoint = &self.shared.definition.token;
        let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", refresh.expose())];
        if endpoint.refresh_sends_redirect_uri {
            fields.push(("redirect_uri", redirect_uri));
        }
        fields.extend(endpoint.refresh_params.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let mut tokens = self.buy(fields, &self.shared.definition.authorize.scopes).await?.tokens;
        tokens.refresh.get_or_insert_with(|| refresh.clone());
        Ok(tokens)
    }

    /// Reads whose tokens these are. `expected` is whose they should be, where that is known already.
    pub async fn identify(
        &self,
        tokens: &TokenSet,
        expected: Option<&str>,
    ) -> Result<Account, PlatformError> {
        let document = self.introduce(tokens, expected).await?;
        self.account(Some(&document))
    }

    /// What the identity's request tells with these tokens.
    pub(super) async fn introduce(
        &self,
        tokens: &TokenSet,
        expected: Option<&str>,
    ) -> Result<Value, PlatformError> {
        let definition = &self.shared.definition;
        let request = definition.requests.get(&definition.identity.request);
        // The definition's check saw to it that both are there.
        let way = request.and_then(|request| request.user.as_ref());
        let way = way.ok_or(PlatformError::Unavailable)?;
        let credential = Credential::User(tokens.access.clone());
        let given = expected.map(|subject| ("subject", Value::from(subject))).into_iter().collect();
        let heard = self.ask(Asking::one(way, &credential, &given), None).await?;
        heard.document.ok_or(PlatformError::Unavailable)
    }

    /// The account that an answer of the identity's request is about.
    pub(super) fn account(&self, answer: Option<&Value>) -> Result<Account, PlatformError> {
        let found = answer.and_then(|answer| account(&self.shared.definition, answer));
        found.ok_or_else(|| {
            self.odd("odd_identity", "an identity without a usable id or name was refused");
            PlatformError::Unavailable
        })
    }

    /// Notes something that an honest platform does not do.
    pub(super) fn odd(&self, reason: &'static str, sentence: &str) {
        self.shared.metrics.refused(reason);
        warn!(target: "security", reason, platform = %self.key(), "{sentence}");
    }

    pub(super) async fn buy(
        &self,
        mut fields: Vec<(&str, &str)>,
        scopes: &BTreeSet<String>,
    ) -> Result<Bought, PlatformError> {
        let definition = &self.shared.definition;
        let (endpoint, auth) = self.token_endpoint().await?;
        let authorization = match auth {
            ClientAuth::Basic => Some(self.basic()?),
            ClientAuth::Post => {
                fields.push((definition.client.id_param(), &self.shared.client_id));
                fields.push(("client_secret", self.shared.client_secret.expose()));
                None
            }
            ClientAuth::None => {
                fields.push((definition.client.id_param(), &self.shared.client_id));
                None
            }
        };
        fields.extend(definition.token.params.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let fields = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = form(endpoint, fields, authorization)?;
        if definition.token.answer == AnswerForm::Form {
            request.headers_mut().remove(http::header::ACCEPT);
        }
        let answer = self.send(request).await?;
        self.tokens(&answer, scopes)
    }

    /// Where tokens are bought, and how we prove who we are there.
    async fn token_endpoint(&self) -> Result<(String, ClientAuth), PlatformError> {
        let definition = &self.shared.definition;
        if let Some(issuer) = &self.shared.issuer {
            let site = issuer.site().await.map_err(|error| self.mistrusted(error))?;
            return Ok((site.token.to_string(), definition.client.auth.unwrap_or(site.client_auth)));
        }
        let url = definition.endpoints.token.as_ref().and_then(|url| self.fill(url, Values::new()));
        Ok((url.ok_or(PlatformError::Unavailable)?, definition.client.auth()))
    }

    pub(super) fn joined(&self, scopes: &BTreeSet<String>) -> String {
        let scopes: Vec<_> = scopes.iter().map(String::as_str).collect();
        scopes.join(match self.shared.definition.authorize.scope_separator {
            Separator::Space => " ",
            Separator::Comma => ",",
        })
    }
}
