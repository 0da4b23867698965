//! Servers: which ones the bot is in, and which of them a user shares.
//!
//! No privileged intent is needed: the user's own list is asked for with their token, the bot's
//! with its own.

use domain::id::{GuildId, UserId};
use domain::moment::{Moment, Span};

use super::token::{self, TokenTrouble};
use super::{Progress, WorkError};
use crate::app::App;
use crate::discord::{DiscordError, GuildSummary, Priority};
use crate::store::{StoreError, Tx, fleet, guild, member, user, work};

/// The bot's own list is asked for again when it is older than this.
const OWN_LIST: Span = Span::minutes(10);
const OWN_LIST_READ: &str = "bot_guilds_at";

/// Reads the user's servers and records which of them they share with the bot.
pub async fn read(app: &App, id: UserId) -> Result<Progress, WorkError> {
    let Some(found) = app.store.read(async move |tx| user::find(tx, id).await).await? else {
        return Ok(Progress::Done);
    };
    let tokens = match token::of_user(app, &found).await {
        Ok(tokens) => tokens,
        Err(trouble) => return trouble_with(trouble),
    };
    if let Err(error) = refresh_own(app).await? {
        return Ok(put_off(&error));
    }
    match app.discord.user_guilds(&tokens.access, Priority::Interactive).await {
        Ok(theirs) => {
            let now = app.now();
            app.store.write(async move |tx| record(tx, id, &theirs, now).await).await?;
            Ok(Progress::Done)
        }
        Err(error) => Ok(put_off(&error)),
    }
}

/// What to do about a token that cannot be had: somebody has to sign in, or time has to pass.
pub(super) fn trouble_with(trouble: TokenTrouble) -> Result<Progress, WorkError> {
    match trouble {
        TokenTrouble::NeedsAuthorization | TokenTrouble::Quarantined => Ok(Progress::Done),
        TokenTrouble::Wait(then) => Ok(Progress::Wait(then)),
        TokenTrouble::Unavailable => Ok(Progress::Retry("a token could not be refreshed".to_owned())),
        TokenTrouble::Store(error) => Err(error.into()),
    }
}

/// What to do about an error at Discord that the flow has no better answer to.
pub(super) fn put_off(error: &DiscordError) -> Progress {
    match error {
        DiscordError::NotBefore(then) | DiscordError::Stopped(then) => Progress::Wait(*then),
        DiscordError::TokenDead
        | DiscordError::InvalidGrant
        | DiscordError::InvalidClient
        | DiscordError::MissingScope
        | DiscordError::Refused { .. }
        | DiscordError::Unavailable { .. } => Progress::Retry(error.to_string()),
    }
}

/// Brings the bot's own list of servers up to date, unless it is young. The outer error is ours.
pub async fn refresh_own(app: &App) -> Result<Result<(), DiscordError>, StoreError> {
    let now = app.now();
    let read_at = app.store.read(async move |tx| fleet::find(tx, OWN_LIST_READ).await).await?;
    let read_at = read_at.and_then(|text| text.parse().ok()).map(Moment::from_millis);
    if read_at.is_some_and(|at| at.age(now) < OWN_LIST) {
        return Ok(Ok(()));
    }
    read_own(app).await
}

/// Reads the bot's own list of servers now.
pub async fn read_own(app: &App) -> Result<Result<(), DiscordError>, StoreError> {
    let own = match app.discord.bot_guilds(Priority::Interactive).await {
        Ok(own) => own,
        Err(error) => return Ok(Err(error)),
    };
    let now = app.now();
    app.store.write(async move |tx| record_own(tx, &own, now).await).await.map(Ok)
}

async fn record_own(tx: &mut Tx, own: &[GuildSummary], now: Moment) -> Result<(), StoreError> {
    let known = guild::present(tx).await?;
    for gone in known.iter().filter(|known| !own.iter().any(|own| own.id == known.id)) {
        guild::left(tx, gone.id, now).await?;
    }
    let is_known =
        |own: &&GuildSummary| known.iter().any(|known| known.id == own.id && known.name == own.name);
    for new in own.iter().filter(|own| !is_known(own)) {
        guild::joined(tx, new.id, &new.name, now).await?;
        // It may be a return: what waited for it goes on.
        work::add_roles_of_guild(tx, new.id, now).await?;
    }
    fleet::save(tx, OWN_LIST_READ, &now.millis().to_string()).await
}

async fn record(tx: &mut Tx, id: UserId, theirs: &[GuildSummary], now: Moment) -> Result<(), StoreError> {
    let ours: Vec<GuildId> = guild::present(tx).await?.into_iter().map(|guild| guild.id).collect();
    let known = member::of_user(tx, id).await?;
    let is_there = |guild: GuildId| theirs.iter().any(|summary| summary.id == guild);
    for shared in ours.iter().filter(|guild| is_there(**guild)) {
        let is_known = known.iter().any(|member| member.guild == *shared && member.absent_at.is_none());
        if !is_known {
            member::present(tx, *shared, id).await?;
        }
    }
    for gone in known.iter().filter(|member| member.absent_at.is_none() && !is_there(member.guild)) {
        member::absent(tx, gone.guild, id, now).await?;
    }
    user::record_guilds(tx, id, now).await
}
