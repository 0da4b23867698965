//! What a user's token allows, and whose it is.

use domain::id::{ApplicationId, UserId};
use domain::moment::Moment;
use domain::token::Secret;
use serde::Deserialize;

use super::call::Call;
use super::route::Route;
use super::{Discord, DiscordError, Priority};

/// What Discord says of an access token (`GET /oauth2/@me`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The application it was given to. Compare it with our own.
    pub application: ApplicationId,
    /// What the user agreed to, now or earlier; sorted.
    pub scopes: Vec<String>,
    /// When the token ends.
    pub expires_at: Moment,
    /// Who gave it; known with the scope `identify`.
    pub user: Option<User>,
}

/// A Discord account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Never changes.
    pub id: UserId,
    /// The name shown, or the user name where there is none. Only for people to read.
    pub name: String,
    /// The language of the user's client, where Discord tells it.
    pub locale: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    application: Application,
    scopes: Vec<String>,
    expires: String,
    user: Option<Account>,
}

#[derive(Deserialize)]
struct Application {
    id: ApplicationId,
}

#[derive(Deserialize)]
struct Account {
    id: UserId,
    username: String,
    global_name: Option<String>,
    locale: Option<String>,
}

impl Discord {
    /// Whose token it is, for which application, with which scopes and until when.
    pub async fn authorization(&self, access: &Secret) -> Result<Authorization, DiscordError> {
        let priority = Priority::Interactive;
        let call = Call::user(Route::Authorization, "/oauth2/@me", access, priority);
        let answer: Answer = self.read(&call).await?;
        answer.checked().ok_or(DiscordError::Unavailable { sent: true })
    }
}

impl Answer {
    fn checked(mut self) -> Option<Authorization> {
        self.scopes.sort_unstable();
        self.scopes.dedup();
        Some(Authorization {
            application: self.application.id,
            scopes: self.scopes,
            expires_at: Moment::parse_rfc3339(&self.expires)?,
            user: self.user.map(|account| User {
                id: account.id,
                name: account.global_name.filter(|name| !name.is_empty()).unwrap_or(account.username),
                locale: account.locale,
            }),
        })
    }
}
