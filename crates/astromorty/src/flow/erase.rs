//! Erasing everything of a user: roles and role connection first, then the rows.

use domain::id::UserId;
use domain::moment::Span;
use tracing::{info, warn};

use super::guilds::trouble_with;
use super::queue::{self, Urgency};
use super::token::{self, TokenTrouble};
use super::{Progress, WorkError, unlink};
use crate::app::App;
use crate::discord::DiscordError;
use crate::store::user::User;
use crate::store::{StoreError, Tx, connection, consent, grant, person, session, user};

/// How soon it looks again whether roles and role connection are gone.
const LOOK_AGAIN: Span = Span::seconds(1);

/// Begins: every link, consent and session ends at once; the rest follows as work.
pub async fn erase(app: &App, id: UserId) -> Result<(), StoreError> {
    let app_ = app.clone();
    app.store
        .write(async move |tx| {
            let now = app_.now();
            for linked in connection::of_user(tx, id).await? {
                unlink::end_connection(&app_, tx, &linked, "erased").await?;
            }
            grant::end(tx, id, None, "erase").await?;
            queue::all_roles(tx, id, (Urgency::Interactive, now)).await?;
            for yes in consent::of_user(tx, id).await? {
                consent::delete(tx, id, yes.guild).await?;
            }
            user::unwant(tx, id).await?;
            user::choose(tx, id, None, None).await?;
            queue::push(tx, id, (Urgency::Interactive, now)).await?;
            session::end_all(tx, id).await?;
            queue::erase(tx, id, now).await
        })
        .await?;
    info!(user.id = %id, "a user asked to be erased");
    app.wake.ring();
    Ok(())
}

/// Goes on: waits for roles and role connection, ends Discord's grant, forgets the user.
pub async fn finish(app: &App, id: UserId) -> Result<Progress, WorkError> {
    let found = app.store.read(async move |tx| left(tx, id).await).await?;
    let Some((found, grants)) = found else { return Ok(Progress::Done) };
    let reachable = found.tokens.is_some() && found.standing == user::Standing::Good;
    if grants > 0 || (found.pushed.is_some() && reachable) {
        return Ok(Progress::Wait(app.now() + LOOK_AGAIN));
    }
    if reachable {
        match token::of_user(app, &found).await {
            Ok(tokens) => match app.discord.revoke(&tokens.access).await {
                Ok(()) | Err(DiscordError::TokenDead | DiscordError::InvalidGrant) => {}
                Err(error) => return Ok(super::guilds::put_off(&error)),
            },
            Err(TokenTrouble::NeedsAuthorization | TokenTrouble::Quarantined) => {
                warn!(user.id = %id, "Discord's grant ended before it could be revoked");
            }
            Err(trouble) => return trouble_with(trouble),
        }
    }
    app.store.write(async move |tx| person::forget(tx, id).await).await?;
    info!(user.id = %id, "a user is erased");
    Ok(Progress::Done)
}

async fn left(tx: &mut Tx, id: UserId) -> Result<Option<(User, usize)>, StoreError> {
    let Some(found) = user::find(tx, id).await? else { return Ok(None) };
    Ok(Some((found, grant::of_user(tx, id).await?.len())))
}
