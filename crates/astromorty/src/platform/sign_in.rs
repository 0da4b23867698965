//! Signing in: the way to the platform, and from code to tokens to identity.

use domain::platform::template::Values;
use domain::platform::{ClientAuth, ErrorClass, Pkce, Separator};
use domain::token::{Secret, TokenSet};
use tracing::warn;
use url::Url;

use super::account::account;
use super::call::{Credential, form};
use super::question::Given;
use super::{Account, Platform, PlatformError};

impl Platform {
    /// Where to send the browser. `challenge` is the S256 of the verifier (RFC 7636 §4.2).
    #[must_use]
    pub fn authorize_url(&self, state: &str, challenge: &str, redirect_uri: &str) -> Url {
        let authorize = &self.shared.definition.authorize;
        let mut url = self.shared.authorize.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.shared.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state);
        if !authorize.scopes.is_empty() {
            query.append_pair("scope", &self.scope());
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
    pub async fn exchange(
        &self,
        code: &Secret,
        verifier: &Secret,
        redirect_uri: &str,
    ) -> Result<TokenSet, PlatformError> {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", redirect_uri),
        ];
        match self.shared.definition.authorize.pkce {
            Pkce::S256 => fields.push(("code_verifier", verifier.expose())),
            Pkce::Off(_) => {}
        }
        self.buy(fields).await
    }

    /// Buys the next tokens. Where the reply holds no refresh token, the old one stays (F-18).
    ///
    /// [`PlatformError::InvalidGrant`] says that the link is revoked; no other error does.
    pub async fn refresh(&self, refresh: &Secret) -> Result<TokenSet, PlatformError> {
        let fields = vec![("grant_type", "refresh_token"), ("refresh_token", refresh.expose())];
        let mut tokens = self.buy(fields).await?;
        tokens.refresh.get_or_insert_with(|| refresh.clone());
        Ok(tokens)
    }

    /// Reads whose tokens these are.
    pub async fn identify(&self, tokens: &TokenSet) -> Result<Account, PlatformError> {
        let definition = &self.shared.definition;
        let request = definition.requests.get(&definition.identity.request);
        // The definition's check saw to it that both are there.
        let way = request.and_then(|request| request.user.as_ref());
        let way = way.ok_or(PlatformError::Unavailable)?;
        let credential = Credential::User(&tokens.access);
        let answer = self.ask((way, credential), &Given::new()).await?;
        account(definition, &answer).ok_or_else(|| {
            self.odd("odd_identity", "an identity without a usable id or name was refused");
            PlatformError::Unavailable
        })
    }

    /// Notes something that an honest platform does not do.
    pub(super) fn odd(&self, reason: &'static str, sentence: &str) {
        self.shared.metrics.refused(reason);
        warn!(target: "security", reason, platform = %self.key(), "{sentence}");
    }

    async fn buy(&self, mut fields: Vec<(&str, &str)>) -> Result<TokenSet, PlatformError> {
        let definition = &self.shared.definition;
        let authorization = match definition.client.auth {
            ClientAuth::Basic => Some(self.basic()?),
            ClientAuth::Post => {
                fields.push(("client_id", &self.shared.client_id));
                fields.push(("client_secret", self.shared.client_secret.expose()));
                None
            }
        };
        let fields = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let url = self.fill(&definition.endpoints.token, Values::new());
        let url = url.ok_or(PlatformError::Unavailable)?;
        let answer = self.send(form(url, fields, authorization)?).await?;
        self.tokens(&answer)
    }

    fn scope(&self) -> String {
        let authorize = &self.shared.definition.authorize;
        let scopes: Vec<_> = authorize.scopes.iter().map(String::as_str).collect();
        scopes.join(match authorize.scope_separator {
            Separator::Space => " ",
            Separator::Comma => ",",
        })
    }
}
