//! Probing: whether a connection's tokens still work, tried because somebody says that they do not.

use domain::id::ConnectionId;

use super::queue::{self, Urgency};
use super::token::{self, TokenTrouble};
use super::{Progress, WorkError};
use crate::app::App;
use crate::platform::{Account, Platform, PlatformError};
use crate::store::connection::Connection;
use crate::store::{StoreError, connection};
use domain::token::TokenSet;

/// Tries the tokens of a connection. Refused ones are dropped, and its owner has to sign in again;
/// roles stay. Tokens that work change nothing, whatever was said of them.
pub async fn probe(app: &App, id: ConnectionId) -> Result<Progress, WorkError> {
    let found = app.store.read(async move |tx| connection::find(tx, id).await).await?;
    let Some(found) = found.filter(|found| found.tokens.is_some()) else { return Ok(Progress::Done) };
    let Some(platform) = app.platform(&found.platform) else { return Ok(Progress::Done) };
    match tried(app, platform, &found).await {
        Ok(_) | Err(TokenTrouble::Quarantined) => Ok(Progress::Done),
        Err(TokenTrouble::NeedsAuthorization) => {
            app.metrics.needs_authorization(&found.platform);
            reread(app, &found).await?;
            Ok(Progress::Done)
        }
        Err(TokenTrouble::Wait(until)) => Ok(Progress::Wait(until)),
        Err(TokenTrouble::Unavailable) => Ok(Progress::Retry("a token could not be tried".to_owned())),
        Err(TokenTrouble::Store(why)) => Err(why.into()),
    }
}

async fn tried(app: &App, platform: &Platform, found: &Connection) -> Result<Account, TokenTrouble> {
    let tokens = token::of_connection(app, found, false).await?;
    match identify(platform, (&tokens, &found.subject)).await {
        Err(Refused::Token) => {
            // A token that ended early, or was revoked: one refresh tells.
            let tokens = token::of_connection(app, found, true).await?;
            identify(platform, (&tokens, &found.subject)).await.map_err(|refused| match refused {
                Refused::Token => TokenTrouble::Unavailable,
                Refused::Otherwise(trouble) => trouble,
            })
        }
        Err(Refused::Otherwise(trouble)) => Err(trouble),
        Ok(account) => Ok(account),
    }
}

enum Refused {
    Token,
    Otherwise(TokenTrouble),
}

async fn identify(platform: &Platform, (tokens, subject): (&TokenSet, &str)) -> Result<Account, Refused> {
    platform.identify(tokens, Some(subject)).await.map_err(|error| match error {
        PlatformError::ExpiredAccess => Refused::Token,
        PlatformError::RateLimited { until } => Refused::Otherwise(TokenTrouble::Wait(until)),
        PlatformError::Denied
        | PlatformError::InvalidGrant
        | PlatformError::InsufficientScope
        | PlatformError::Private
        | PlatformError::Gone
        | PlatformError::Budget
        | PlatformError::InvalidClient
        | PlatformError::Mistrusted
        | PlatformError::Unavailable => Refused::Otherwise(TokenTrouble::Unavailable),
    })
}

/// What was read with the tokens is unknown from now on, and the page says why.
async fn reread(app: &App, found: &Connection) -> Result<(), StoreError> {
    let (id, user, now) = (found.id, found.user, app.now());
    app.store.write(async move |tx| queue::read(tx, (id, user), (Urgency::Background, now)).await).await?;
    app.wake.ring();
    Ok(())
}
