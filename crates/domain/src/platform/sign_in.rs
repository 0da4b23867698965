//! Signing in: how accounts are proven, and what the two endpoints of OAuth 2.0 want to hear.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use super::span::{Length, optional_span};
use super::template::Template;
use crate::moment::Span;

/// The ways to prove an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Protocol {
    /// OAuth 2.0 with authorization codes (RFC 6749 §4.1).
    #[serde(rename = "oauth2")]
    OAuth2,
    /// OpenID Connect: endpoints and keys come from the issuer's discovery document.
    #[serde(rename = "oidc")]
    Oidc,
    /// Steam's OpenID 2.0, which proves a number and gives no tokens.
    #[serde(rename = "steam_openid2")]
    SteamOpenId2,
}

impl Protocol {
    /// Whether a sign-in ends with a token of the user's.
    #[must_use]
    pub const fn gives_tokens(self) -> bool {
        match self {
            Self::OAuth2 | Self::Oidc => true,
            Self::SteamOpenId2 => false,
        }
    }
}

/// OAuth 2.0 endpoints. The other protocols have none: they know them by themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// Where the browser is sent.
    pub authorize: Option<Template>,
    /// Where codes and refresh tokens are exchanged.
    pub token: Option<Template>,
}

/// The OAuth 2.0 client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// How it authenticates at the token endpoint; `post` where nothing is said. OpenID Connect
    /// takes it from discovery, unless it is said here.
    pub auth: Option<ClientAuth>,
    /// What the parameter with its id is called, where it is not `client_id`.
    pub id_param: Option<String>,
}

impl Client {
    /// How it authenticates.
    #[must_use]
    pub fn auth(&self) -> ClientAuth {
        self.auth.unwrap_or_default()
    }

    /// What the parameter with the client's id is called.
    #[must_use]
    pub fn id_param(&self) -> &str {
        self.id_param.as_deref().unwrap_or("client_id")
    }
}

/// How a client authenticates (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// `client_id` and `client_secret` in the form.
    #[default]
    Post,
    /// HTTP Basic.
    Basic,
    /// Not at all: a public client, which PKCE alone protects.
    None,
}

/// What the authorize URL says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authorize {
    /// The scopes asked for; less than these is refused.
    #[serde(default)]
    pub scopes: BTreeSet<String>,
    /// Scopes that an operator may add to `scopes`, because some request can make use of them.
    #[serde(default)]
    pub optional: BTreeSet<String>,
    /// What stands between two scopes.
    #[serde(default)]
    pub scope_separator: Separator,
    /// Further parameters.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Whether the code is bound to the browser that asked (RFC 7636).
    #[serde(default)]
    pub pkce: Pkce,
}

/// What stands between two scopes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Separator {
    /// A space, as RFC 6749 §3.3 has it.
    #[default]
    #[serde(rename = " ")]
    Space,
    /// A comma.
    #[serde(rename = ",")]
    Comma,
}

/// Proof key for code exchange (RFC 7636).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pkce {
    /// Always, with S256.
    #[default]
    S256,
    /// Never, for the reason given: a platform that refuses the two parameters.
    Off(String),
}

/// What the token endpoint is asked, and how it answers.
///
/// Absent on purpose: whether refresh tokens rotate, and how long codes live. Every code is used
/// at once, and every new refresh token is stored before it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenEndpoint {
    /// How its answers are written.
    #[serde(default)]
    pub answer: AnswerForm,
    /// Further fields of every request.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Further fields of a refresh alone.
    #[serde(default)]
    pub refresh_params: BTreeMap<String, String>,
    /// Whether a refresh has to repeat the redirect URI, as GitLab wants it.
    #[serde(default)]
    pub refresh_sends_redirect_uri: bool,
    /// The field that tells an access token's life in seconds, where it is not `expires_in`.
    pub expires_field: Option<String>,
    /// How long access tokens live when the answer does not say.
    #[serde(default, deserialize_with = "optional_span")]
    #[schemars(with = "Length")]
    pub lifetime: Option<Span>,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerForm {
    /// As its content type says; JSON where that says nothing.
    #[default]
    Auto,
    /// A JSON object (RFC 6749 §5.1).
    Json,
    /// `name=value` pairs, as in a form.
    Form,
}
