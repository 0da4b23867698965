//! Errors: a site that does not answer, and one that says what an honest site does not say.

/// Why there is no identity, or no site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// No answer, or one with an error status.
    #[error("the site did not answer; nothing has changed, try again in a few minutes")]
    Unavailable,
    /// What it said is not believed.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// Why something that a site said is not believed. Holds nothing of what it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not what Discovery §3 describes, a name twice, a wrong type.
    #[error("the discovery document is malformed; ask the site's operator")]
    Discovery,
    /// The document is another issuer's.
    #[error("the discovery document names another issuer than the setting; copy the setting from it exactly")]
    DiscoveryIssuer,
    /// An endpoint is missing, or neither on the issuer's origin nor on an allowed host (N-66).
    #[error("the discovery document lacks an endpoint, or has one on a host that is not allowed; allow it")]
    DiscoveryEndpoint,
    /// The site lists ways to prove a code's owner, and S256 is not one (N-12).
    #[error("the site does not offer PKCE with S256; it has to be switched on there")]
    DiscoveryPkce,
    /// No authorization code flow.
    #[error("the site does not offer the authorization code flow; it has to be switched on there")]
    DiscoveryFlow,
    /// Neither Basic nor POST.
    #[error("the site accepts a client secret neither by Basic nor by POST; one has to be switched on there")]
    DiscoveryClientAuth,
    /// No signature algorithm of ours.
    #[error(
        "the site signs ID tokens with none of the accepted algorithms; RS256 or ES256 has to be chosen there"
    )]
    DiscoveryAlgorithm,
    /// Not a list of keys (RFC 7517 §5).
    #[error("the site's key list is malformed; ask the site's operator")]
    Keys,
    /// Too many keys to look at (N-25).
    #[error("the site's key list is longer than accepted; ask the site's operator")]
    KeysTooMany,
    /// The redirect names another issuer, or none though promised, or several (RFC 9207 §2.4).
    #[error("the answer came in the name of another site; start again")]
    AnswerIssuer,
    /// Not three parts of base64url, or too long.
    #[error("the identity is not a signed token; start again")]
    Form,
    /// Not JSON of the right types, or a token of another kind.
    #[error("the identity's header is malformed; start again")]
    Header,
    /// Signed with none of our algorithms, or with one that the site does not announce (N-19).
    #[error("the identity is signed with an algorithm that is not accepted; start again")]
    Algorithm,
    /// Needs an extension (RFC 7515 §4.1.11).
    #[error("the identity needs an extension that is not known; start again")]
    Critical,
    /// No key of the site's fits, or more than one (N-20).
    #[error("the identity is signed with a key that is not known; start again in a minute")]
    Key,
    /// Not signed by that key.
    #[error("the identity's signature is wrong; start again")]
    Signature,
    /// The payload is no object.
    #[error("the identity's content is malformed; start again")]
    Content,
    /// `iss` is not the setting (N-21).
    #[error("the identity is of another site; start again")]
    Issuer,
    /// `aud` does not name us (N-21).
    #[error("the identity is meant for somebody else; start again")]
    Audience,
    /// `azp` is missing though needed, or not us.
    #[error("the identity was given to somebody else; start again")]
    AuthorizedParty,
    /// `exp` is missing, malformed or past (N-23).
    #[error("the identity has ended or does not say when it ends; start again")]
    Expiry,
    /// `nbf` is malformed or to come.
    #[error("the identity does not hold yet; check the clocks and start again")]
    NotBefore,
    /// `iat` is missing, malformed, to come, or long past.
    #[error("the identity is not fresh; check the clocks and start again")]
    IssuedAt,
    /// `nonce` is missing or not ours (N-22).
    #[error("the identity does not belong to this sign-in; start again")]
    Nonce,
    /// `at_hash` is not that of the access token.
    #[error("the identity does not belong to its access token; start again")]
    AccessTokenHash,
    /// `c_hash` is not that of the code.
    #[error("the identity does not belong to its code; start again")]
    CodeHash,
    /// `sub` is missing, malformed or too long (N-24).
    #[error("the identity names no account; start again")]
    Subject,
    /// `UserInfo` is neither JSON nor a signed token.
    #[error("what the site tells about the account is malformed; try again later")]
    UserInfo,
    /// `UserInfo` is about somebody else (N-24).
    #[error("what the site tells is about another account; start again")]
    UserInfoSubject,
}

impl Refused {
    /// A short code for the security log and its counter.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Discovery => "oidc_discovery_form",
            Self::DiscoveryIssuer => "oidc_discovery_issuer",
            Self::DiscoveryEndpoint => "oidc_discovery_endpoint",
            Self::DiscoveryPkce => "oidc_discovery_pkce",
            Self::DiscoveryFlow => "oidc_discovery_flow",
            Self::DiscoveryClientAuth => "oidc_discovery_client_auth",
            Self::DiscoveryAlgorithm => "oidc_discovery_alg",
            Self::Keys => "oidc_jwks_form",
            Self::KeysTooMany => "oidc_jwks_too_many",
            Self::AnswerIssuer => "oidc_answer_iss",
            Self::Form => "oidc_form",
            Self::Header => "oidc_header",
            Self::Algorithm => "oidc_alg",
            Self::Critical => "oidc_crit",
            Self::Key => "oidc_key",
            Self::Signature => "oidc_signature",
            Self::Content => "oidc_content",
            Self::Issuer => "oidc_iss",
            Self::Audience => "oidc_aud",
            Self::AuthorizedParty => "oidc_azp",
            Self::Expiry => "oidc_exp",
            Self::NotBefore => "oidc_nbf",
            Self::IssuedAt => "oidc_iat",
            Self::Nonce => "oidc_nonce",
            Self::AccessTokenHash => "oidc_at_hash",
            Self::CodeHash => "oidc_c_hash",
            Self::Subject => "oidc_sub",
            Self::UserInfo => "oidc_userinfo_form",
            Self::UserInfoSubject => "oidc_userinfo_sub",
        }
    }
}
