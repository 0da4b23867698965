//! Erasing everything of a user: roles and role connection first, then the rows.

use domain::id::UserId;
use tracing::{info, warn};

use super::guilds::trouble_with;
use super::queue::{self, Urgency};
use super::token::{self, TokenTrouble};
use super::{Progress, WorkError, unlink};
use crate::app::App;
use crate::discord::DiscordError;
use crate::store::user::User;
use crate::store::work::Work;
use crate::store::{StoreError, Tx, connection, consent, grant, guild, person, session, user};

/// Looks whether roles and role connection are gone, some of them an hour apart: a day in all. What
/// the bot cannot reach for so long stays where it is.
const LOOKS: i64 = 35;

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
pub async fn finish(app: &App, id: UserId, work: &Work) -> Result<Progress, WorkError> {
    let found = app.store.read(async move |tx| left(tx, id).await).await?;
    let Some((found, grants)) = found else { return Ok(Progress::Done) };
    let reachable = found.tokens.is_some() && found.standing == user::Standing::Good;
    if grants > 0 || (found.pushed.is_some() && reachable) {
        if work.attempts < LOOKS {
            return Ok(Progress::Retry("roles and role connection are still being taken back".to_owned()));
        }
        warn!(user.id = %id, grants, "a user is erased although Discord still shows something of them");
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
    let mut within_reach = 0;
    for held in grant::of_user(tx, id).await? {
        // Where the bot is no more, nothing can be taken; nobody waits for that.
        let there = guild::find(tx, held.guild).await?.is_some_and(|guild| guild.left_at.is_none());
        within_reach += usize::from(there);
    }
    Ok(Some((found, within_reach)))
}
