//! Pushing: Discord's role connection of a user becomes what their accounts show.

use domain::id::UserId;
use domain::metadata::{RoleConnection, Shown, role_connection};
use domain::verdict::Subject;
use tracing::{info, warn};

use super::guilds::{put_off, trouble_with};
use super::{Progress, WorkError, facts, token};
use crate::app::App;
use crate::discord::{DiscordError, Priority};
use crate::store::token::Holder;
use crate::store::user::{Standing, User};
use crate::store::work::{self, Work};
use crate::store::{StoreError, token as tokens, user};

/// What Discord should hold for a user.
enum Wanted {
    Nothing,
    This(RoleConnection),
}

/// Pushes what differs from the object pushed last; deletes it when nothing is left to show.
///
/// Every push is the whole object, so it may be repeated at any time. After a crash it is repeated
/// even when nothing seems to differ: nobody knows what Discord was told last.
pub async fn push(app: &App, id: UserId, work: &Work) -> Result<Progress, WorkError> {
    let app_ = app.clone();
    let found = app.store.read(async move |tx| load(&app_, tx, id).await).await?;
    let Some((found, wanted)) = found else { return Ok(Progress::Done) };
    let last = last(&found);
    let same = match &wanted {
        Wanted::Nothing => found.pushed.is_none(),
        Wanted::This(object) => last.as_ref() == Some(object) && found.pushed_at.is_some(),
    };
    if (same && !work.interrupted) || found.tokens.is_none() || found.standing != Standing::Good {
        return Ok(Progress::Done);
    }
    let access = match token::of_user(app, &found).await {
        Ok(tokens) => tokens.access,
        Err(trouble) => return trouble_with(trouble),
    };
    let mut outcome = send(app, &access, &wanted, work).await;
    if outcome == Err(DiscordError::TokenDead) {
        // Expired early, or revoked: one refresh tells.
        outcome = match token::of_user_renewed(app, &found).await {
            Ok(tokens) => send(app, &tokens.access, &wanted, work).await,
            Err(trouble) => return trouble_with(trouble),
        };
    }
    match outcome {
        Ok(()) => record(app, id, (wanted, work)).await,
        Err(DiscordError::TokenDead | DiscordError::MissingScope) => {
            let generation = found.generation;
            app.store.write(async move |tx| tokens::lose(tx, Holder::User(id), generation).await).await?;
            warn!(user.id = %id, "Discord does not accept this user's token; a new sign-in is needed");
            Ok(Progress::Done)
        }
        Err(error) => Ok(put_off(&error)),
    }
}

fn last(user: &User) -> Option<RoleConnection> {
    serde_json::from_str(user.pushed.as_deref()?).ok()
}

async fn load(
    app: &App,
    tx: &mut crate::store::Tx,
    id: UserId,
) -> Result<Option<(User, Wanted)>, StoreError> {
    let Some(user) = user::find(tx, id).await? else { return Ok(None) };
    if user.wanted_at.is_none() {
        return Ok(Some((user, Wanted::Nothing)));
    }
    let known = facts::known(app, tx, id).await?;
    let subject = Subject {
        facts: &known.facts,
        vocabulary: &app.vocabulary,
        now: app.now(),
        user: id,
        joined_at: None,
    };
    let shown: Vec<Shown> = known
        .connections
        .iter()
        .filter(|connection| {
            connection.shown_at.is_some() && known.facts.linked.contains(&connection.platform)
        })
        .map(|connection| {
            let platform = connection.platform.clone();
            let display = app.vocabulary.display_name(&platform).to_owned();
            Shown { platform, display, username: connection.username.clone() }
        })
        .collect();
    let object = role_connection(&app.records, &subject, &shown, last(&user).as_ref());
    Ok(Some((user, Wanted::This(object))))
}

async fn send(
    app: &App,
    access: &domain::token::Secret,
    wanted: &Wanted,
    work: &Work,
) -> Result<(), DiscordError> {
    let priority = if work.interactive { Priority::Interactive } else { Priority::Background };
    match wanted {
        Wanted::This(object) => app.discord.put_role_connection(access, object, priority).await.map(drop),
        Wanted::Nothing => app.discord.delete_role_connection(access, priority).await,
    }
}

/// Records the push and ends the work in one commit.
async fn record(app: &App, id: UserId, (wanted, work): (Wanted, &Work)) -> Result<Progress, WorkError> {
    let (now, work) = (app.now(), work.clone());
    let pushed = match wanted {
        Wanted::This(object) => Some(serde_json::to_string(&object).map_err(StoreError::from)?),
        Wanted::Nothing => None,
    };
    let keys = pushed.is_some();
    app.store
        .write(async move |tx| {
            user::record_push(tx, id, pushed.as_deref(), now).await?;
            work::done(tx, &work).await
        })
        .await?;
    info!(user.id = %id, shown = keys, "pushed a role connection");
    Ok(Progress::Recorded)
}
