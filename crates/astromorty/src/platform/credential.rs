//! Credentials: what a call is authenticated with.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::moment::{Moment, Span};
use domain::platform::{ErrorClass, Service};
use domain::token::Secret;
use http::HeaderValue;
use tokio::sync::Mutex;

use super::{Platform, PlatformError};
use crate::app::seam::digest;

/// A bought token is renewed so long before its end.
const MARGIN: Span = Span::minutes(1);
/// How long a bought token is used when the platform does not say.
const UNSAID_LIFE: Span = Span::minutes(10);

/// What a call is authenticated with.
#[derive(Debug, Clone)]
pub(super) enum Credential {
    /// A user's access token.
    User(Secret),
    /// The operator's token, or one that our client bought.
    Service(Secret),
    /// The operator's key, which stands where the definition says.
    Key(Secret),
    /// Our client id and secret.
    Client,
    /// Nothing besides what the call carries.
    Nobody,
}

impl Credential {
    /// Whose fault a refusal is: what our own credentials may not do, no user can mend.
    pub(super) const fn blames(&self, class: ErrorClass) -> ErrorClass {
        match (self, class) {
            (
                Self::Service(_) | Self::Key(_) | Self::Client | Self::Nobody,
                ErrorClass::ExpiredAccess | ErrorClass::InsufficientScope,
            ) => ErrorClass::InvalidClient,
            (Self::User(_) | Self::Service(_) | Self::Key(_) | Self::Client | Self::Nobody, class) => class,
        }
    }

    /// A name for the limits that a user's token has of its own; nothing for those that are ours.
    pub(super) fn own(&self) -> Option<String> {
        match self {
            Self::User(token) => Some(digest(token.expose())),
            Self::Service(_) | Self::Key(_) | Self::Client | Self::Nobody => None,
        }
    }
}

/// The service credential, or how it is come by.
#[derive(Debug)]
pub(super) enum Kept {
    /// There is none.
    Nothing,
    /// From the settings, for ever.
    Token(Secret),
    /// From the settings, as a key.
    Key(Secret),
    /// Bought with our client id and secret, until it ends.
    Bought(Mutex<Option<(Secret, Moment)>>),
}

impl Kept {
    /// What the settings and the definition make of it.
    pub(super) fn new(service: Option<&Service>, set: Option<Secret>) -> Self {
        match (service, set) {
            (Some(Service::ClientCredentials { .. }), _) => Self::Bought(Mutex::default()),
            (Some(Service::Key { .. }), Some(key)) => Self::Key(key),
            (Some(Service::Bearer {}), Some(token)) => Self::Token(token),
            (Some(Service::Key { .. } | Service::Bearer {}), None) | (None, _) => Self::Nothing,
        }
    }
}

impl Platform {
    /// Whether facts can be read without users' tokens.
    pub(super) fn has_service(&self) -> bool {
        !matches!(self.shared.service, Kept::Nothing)
    }

    /// The service credential; bought first, where it has to be.
    pub(super) async fn service(&self) -> Result<Credential, PlatformError> {
        match &self.shared.service {
            Kept::Nothing => Err(PlatformError::InvalidClient),
            Kept::Token(token) => Ok(Credential::Service(token.clone())),
            Kept::Key(key) => Ok(Credential::Key(key.clone())),
            Kept::Bought(slot) => {
                let mut slot = slot.lock().await;
                let now = self.shared.clock.now();
                if let Some((token, _)) = slot.as_ref().filter(|(_, end)| *end > now) {
                    return Ok(Credential::Service(token.clone()));
                }
                let (token, end) = self.buy_service().await?;
                *slot = Some((token.clone(), end));
                Ok(Credential::Service(token))
            }
        }
    }

    /// A bought token was refused: the next call buys another one.
    pub(super) async fn drop_service(&self, refused: &Credential) -> bool {
        let (Kept::Bought(slot), Credential::Service(refused)) = (&self.shared.service, refused) else {
            return false;
        };
        let mut slot = slot.lock().await;
        if slot.as_ref().is_some_and(|(token, _)| token == refused) {
            *slot = None;
        }
        true
    }

    async fn buy_service(&self) -> Result<(Secret, Moment), PlatformError> {
        let mut fields = vec![("grant_type", "client_credentials")];
        let scopes = match &self.shared.definition.service {
            Some(Service::ClientCredentials { scopes }) => self.joined(scopes),
            Some(Service::Bearer {} | Service::Key { .. }) | None => String::new(),
        };
        if !scopes.is_empty() {
            fields.push(("scope", &scopes));
        }
        let bought =
            self.buy(fields, &std::collections::BTreeSet::new()).await.map_err(|error| match error {
                PlatformError::RateLimited { .. } | PlatformError::Unavailable => error,
                // Nobody but the operator can mend what our own client is refused for.
                PlatformError::Denied
                | PlatformError::InvalidGrant
                | PlatformError::ExpiredAccess
                | PlatformError::InsufficientScope
                | PlatformError::Private
                | PlatformError::Gone
                | PlatformError::Budget
                | PlatformError::Mistrusted
                | PlatformError::InvalidClient => PlatformError::InvalidClient,
            })?;
        let (tokens, now) = (bought.tokens, self.shared.clock.now());
        let end = tokens.expires_at.map_or(now + UNSAID_LIFE, |end| end - MARGIN);
        Ok((tokens.access, end))
    }

    /// The value of `Authorization`; nothing for calls that are authenticated elsewhere.
    pub(super) fn authorization(
        &self,
        credential: &Credential,
    ) -> Result<Option<HeaderValue>, PlatformError> {
        let bearer = |token: &Secret| sensitive(&format!("Bearer {}", token.expose()));
        match credential {
            Credential::User(token) => bearer(token).map(Some).ok_or(PlatformError::ExpiredAccess),
            Credential::Service(token) => bearer(token).map(Some).ok_or(PlatformError::InvalidClient),
            Credential::Client => self.basic().map(Some),
            Credential::Key(_) | Credential::Nobody => Ok(None),
        }
    }

    /// HTTP Basic with client id and secret, each form-encoded first (RFC 6749 §2.3.1).
    pub(super) fn basic(&self) -> Result<HeaderValue, PlatformError> {
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let id = encode(&self.shared.client_id);
        let secret = encode(self.shared.client_secret.expose());
        let pair = Secret::new(format!("{id}:{secret}"));
        sensitive(&format!("Basic {}", STANDARD.encode(pair.expose()))).ok_or(PlatformError::InvalidClient)
    }
}

/// A header value that prints as `Sensitive`.
pub(super) fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
