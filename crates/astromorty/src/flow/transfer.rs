//! Transfers: an account that is linked to somebody else here, and may be moved by who proves it.
//!
//! Nobody moves an account unless the operator allows it by `platforms.*.transfer`, and then only
//! one whose present link has stood for that long. The owner is never named; the yes is given on a
//! page that says what it does.

use domain::id::{PlatformKey, UserId};
use tracing::info;

use super::queue::{self, Urgency};
use super::unlink;
use crate::app::App;
use crate::store::authorization::Pending;
use crate::store::connection::Connection;
use crate::store::{StoreError, Tx, connection, user};

/// Whose an account is, seen by somebody who has proven it.
#[derive(Debug)]
pub(super) enum Owned {
    /// Nobody's, or theirs already.
    Free,
    /// Somebody else's, and it may be moved.
    Movable(Box<Connection>),
    /// Somebody else's, and stays there.
    Taken,
}

/// Whose the account is that waits for a yes.
pub(super) async fn owned(
    app: &App,
    tx: &mut Tx,
    (key, pending, id): (&PlatformKey, &Pending, UserId),
) -> Result<Owned, StoreError> {
    let found = connection::of_account(tx, key, &pending.instance, &pending.subject).await?;
    let Some(found) = found.filter(|found| found.user != id) else { return Ok(Owned::Free) };
    let least = app.settings.platforms.get(key).and_then(|set| set.transfer);
    // A link that is younger than the page was not what the page asked about.
    let stood = least
        .is_some_and(|least| found.linked_at + least <= app.now() && found.linked_at < pending.arrived_at);
    Ok(if stood { Owned::Movable(Box::new(found)) } else { Owned::Taken })
}

/// Whether a yes would move the account that waits away from somebody else.
pub async fn moves(
    app: &App,
    key: &PlatformKey,
    (pending, id): (&Pending, UserId),
) -> Result<bool, StoreError> {
    let (app_, key, pending) = (app.clone(), key.clone(), pending.clone());
    let owned = app.store.read(async move |tx| owned(&app_, tx, (&key, &pending, id)).await);
    Ok(matches!(owned.await?, Owned::Movable(_)))
}

/// Ends the other link exactly as its owner's own unlink would, in the transaction that makes the new one.
pub(super) async fn end_other(app: &App, tx: &mut Tx, other: &Connection) -> Result<(), StoreError> {
    if !connection::lock(tx, other.id).await? {
        // Another confirm, or an unlink, won meanwhile: this one is rolled back and looks again.
        return Err(StoreError::Conflict);
    }
    unlink::end_connection(app, tx, other, "moved_away").await?;
    if connection::of_user(tx, other.user).await?.is_empty() {
        user::unwant(tx, other.user).await?;
    }
    let when = (Urgency::Interactive, app.now());
    queue::push(tx, other.user, when).await?;
    queue::all_roles(tx, other.user, when).await?;
    info!(user.id = %other.user, platform = %other.platform, "an account was moved to another user who proved it");
    Ok(())
}
