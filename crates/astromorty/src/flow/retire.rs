//! Retiring tokens: what a platform gave us for a link that is over is ended there.

use domain::id::{PlatformKey, UserId};
use domain::moment::Moment;
use domain::token::{Sealed, TokenSet};
use serde::{Deserialize, Serialize};
use tracing::{info, warn};

use super::{Progress, WorkError, queue};
use crate::app::App;
use crate::platform::{PlatformError, RevokeScope};
use crate::store::authorization::Pending;
use crate::store::connection::{self, Connection};
use crate::store::work::{self, Work};
use crate::store::{StoreError, Tx};
use crate::vault::Place;

/// Tries before it is given up: some days with the usual back-off. The token is dropped then.
const TRIES: i64 = 60;

/// Tokens to end. They rest sealed, in the place they came from.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Retired {
    platform: PlatformKey,
    column: String,
    row: i64,
    owner: i64,
    generation: i64,
    tokens: String,
    /// The account whose whole grant ends; `None` for this token alone.
    account: Option<(String, String)>,
}

impl Retired {
    /// Tokens of a link that never came to be: this token alone, because the account may be
    /// somebody's who has a link with us.
    ///
    /// Nothing where the sign-in gave none.
    pub(super) fn pending(platform: &PlatformKey, pending: &Pending, place: Place<'_>) -> Option<Self> {
        Some(Self::new(platform, pending.tokens.as_ref()?, (place, None)))
    }

    /// Tokens of a link that ended: all that the user granted.
    pub(super) fn connection(ended: &Connection, tokens: &Sealed<TokenSet>, place: Place<'_>) -> Self {
        let account = (ended.instance.clone(), ended.subject.clone());
        Self::new(&ended.platform, tokens, (place, Some(account)))
    }

    fn new(
        platform: &PlatformKey,
        tokens: &Sealed<TokenSet>,
        (place, account): (Place<'_>, Option<(String, String)>),
    ) -> Self {
        let Place { column, row, owner, generation } = place;
        let (platform, column, tokens) = (platform.clone(), column.to_owned(), tokens.as_text().to_owned());
        Self { platform, column, row, owner, generation, tokens, account }
    }
}

/// Asks for tokens to be ended.
pub(super) async fn ask(tx: &mut Tx, user: UserId, retired: &Retired, now: Moment) -> Result<(), StoreError> {
    let key = format!("{}:{}:{}", retired.column, retired.row, retired.generation);
    let payload = serde_json::to_string(retired)?;
    let new =
        work::New { kind: queue::RETIRE, key, user: Some(user), payload, interactive: true, due_at: now };
    work::add(tx, &new).await
}

/// Ends tokens at their platform.
pub async fn retire(app: &App, work: &Work) -> Result<Progress, WorkError> {
    let retired: Retired = serde_json::from_str(&work.payload).map_err(StoreError::from)?;
    let Some(platform) = app.platform(&retired.platform) else { return Ok(Progress::Done) };
    let Retired { column, row, owner, generation, .. } = &retired;
    let place = Place { column, row: *row, owner: *owner, generation: *generation };
    let Ok(tokens) = app.vault.open(&Sealed::from_text(retired.tokens.clone()), place) else {
        warn!(platform = %retired.platform, "a token to be revoked does not open; it is dropped");
        return Ok(Progress::Done);
    };
    let scope = scope(app, &retired).await?;
    match platform.revoke(&tokens, scope).await {
        Ok(()) => {
            info!(platform = %retired.platform, scope = ?scope, "revoked a token");
            Ok(Progress::Done)
        }
        Err(error) if work.attempts >= TRIES => {
            warn!(platform = %retired.platform, "a token could not be revoked and is dropped: {error}");
            Ok(Progress::Done)
        }
        Err(PlatformError::RateLimited { until }) => Ok(Progress::Wait(until)),
        Err(error) => Ok(Progress::Retry(error.to_string())),
    }
}

/// The whole grant, unless the account was linked again meanwhile: then the newer link lives by it.
async fn scope(app: &App, retired: &Retired) -> Result<RevokeScope, StoreError> {
    let Some((instance, subject)) = retired.account.clone() else { return Ok(RevokeScope::Token) };
    let platform = retired.platform.clone();
    let owner = app.store.read(async move |tx| connection::owner(tx, &platform, &instance, &subject).await);
    Ok(if owner.await?.is_some() { RevokeScope::Token } else { RevokeScope::Grant })
}
