//! Signing in: the page where a user agrees, and the tokens that follow (OAuth 2.0, RFC 6749 and 7636).

use domain::moment::{Moment, Span};
use domain::token::{Secret, TokenSet};
use percent_encoding::utf8_percent_encode;
use serde::Deserialize;
use url::Url;

use super::answer;
use super::call::{Call, RESERVED};
use super::route::Route;
use super::{Discord, DiscordError};

/// What a sign-in asks for.
const SCOPES: &str = "identify guilds role_connections.write";
/// A week, which is what Discord gives; used where an answer does not say.
const USUAL_LIFE: i64 = 604_800;

#[derive(Deserialize)]
struct Tokens {
    access_token: Secret,
    token_type: String,
    refresh_token: Option<Secret>,
    expires_in: Option<i64>,
    scope: Option<String>,
}

impl Discord {
    /// Where to send a browser so that its user agrees. `challenge` is the S256 PKCE challenge.
    #[must_use]
    pub fn authorize_url(&self, state: &str, challenge: &str, redirect_uri: &str) -> Url {
        let application = self.application_id().to_string();
        let query = form(&[
            ("response_type", "code"),
            ("client_id", &application),
            ("scope", SCOPES),
            ("redirect_uri", redirect_uri),
            ("state", state),
            ("prompt", "consent"),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ]);
        let mut url = self.authorize_page().clone();
        let query = match url.query() {
            Some(own) if !own.is_empty() => format!("{own}&{query}"),
            Some(_) | None => query,
        };
        url.set_query(Some(&query));
        url
    }

    /// Turns the code of a callback into tokens. A code works once.
    pub async fn exchange(
        &self,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
    ) -> Result<TokenSet, DiscordError> {
        self.tokens(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ])
        .await
    }

    /// Buys the next tokens. The refresh token works once: keep the new one before using the set.
    ///
    /// After `Unavailable { sent: true }` it may be used up, and the new one lost.
    pub async fn refresh(&self, refresh: &Secret) -> Result<TokenSet, DiscordError> {
        self.tokens(&[("grant_type", "refresh_token"), ("refresh_token", refresh.expose())]).await
    }

    /// Ends **all** tokens the user gave us, so it belongs to "erase everything" and not to a sign-out.
    pub async fn revoke(&self, token: &Secret) -> Result<(), DiscordError> {
        let form = self.form_with_client(&[("token", token.expose())]);
        let call = Call::form(Route::Revoke, "/oauth2/token/revoke", form);
        self.send(&call, answer::anything).await
    }

    async fn tokens(&self, fields: &[(&str, &str)]) -> Result<TokenSet, DiscordError> {
        let form = self.form_with_client(fields);
        let call = Call::form(Route::Token, "/oauth2/token", form);
        let asked_at = self.clock().now();
        let tokens: Tokens = self.read(&call).await?;
        tokens.checked(asked_at).ok_or(DiscordError::Unavailable { sent: true })
    }

    fn form_with_client(&self, fields: &[(&str, &str)]) -> String {
        let application = self.application_id().to_string();
        let client = [("client_id", application.as_str()), ("client_secret", self.client_secret().expose())];
        form(&[&client, fields].concat())
    }
}

impl Tokens {
    /// Refuses what could not be used later.
    fn checked(self, asked_at: Moment) -> Option<TokenSet> {
        let life = self.expires_in.unwrap_or(USUAL_LIFE);
        let refresh_fits = self.refresh_token.as_ref().is_none_or(is_token);
        let fits = self.token_type.eq_ignore_ascii_case("bearer")
            && is_token(&self.access_token)
            && refresh_fits
            && life > 0;
        // RFC 6749 §5.1: without a scope, it is the one that was asked for.
        let scope = self.scope.unwrap_or_else(|| SCOPES.to_owned());
        let mut scopes: Vec<String> = scope.split_whitespace().map(str::to_owned).collect();
        scopes.sort_unstable();
        scopes.dedup();
        fits.then_some(TokenSet {
            access: self.access_token,
            refresh: self.refresh_token,
            expires_at: Some(asked_at + Span::seconds(life)),
            scopes,
        })
    }
}

/// RFC 6750 §2.1 allows no more than visible ASCII; the length is our own bound.
fn is_token(token: &Secret) -> bool {
    let text = token.expose();
    (1..=4096).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Encodes a form or query; spaces become `%20`, as Discord documents.
fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, RESERVED)));
    pairs.collect::<Vec<_>>().join("&")
}
