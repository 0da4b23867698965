//! Looking: what Discord says of the member, the server's roles and the bot's own.

use std::collections::BTreeSet;

use domain::id::{GuildId, RoleId, UserId};
use domain::moment::{Moment, Span};
use domain::rank::{Role, RoleTag};

use super::super::guilds::put_off;
use super::super::standing::{Ranks, ranks};
use super::super::{Progress, WorkError};
use crate::app::App;
use crate::discord::{DiscordError, GuildRole, Member, Priority, Refusal};
use crate::store::guild::{self, Guild};
use crate::store::{StoreError, fleet};

/// A server's roles are asked for again when what is known is older than this.
const ROLES: Span = Span::minutes(1);
const BOT_USER: &str = "bot_user";

/// What was seen.
pub(super) enum Look {
    There(Member, Ranks),
    /// The member is not in the server.
    Absent,
    /// The bot is not in the server.
    Gone,
    Later(Progress),
}

pub(super) async fn look(
    app: &App,
    (server, user): (&Guild, UserId),
    interactive: bool,
) -> Result<Look, WorkError> {
    let priority = if interactive { Priority::Interactive } else { Priority::Background };
    let ranks = match known_or_asked(app, server, priority).await? {
        Ok(ranks) => ranks,
        Err(error) => return Ok(trouble(&error)),
    };
    match app.discord.member(server.id, user, priority).await {
        Ok(Some(member)) => Ok(Look::There(member, ranks)),
        Ok(None) => Ok(Look::Absent),
        Err(error) => Ok(trouble(&error)),
    }
}

fn trouble(error: &DiscordError) -> Look {
    if error.refusal().is_some_and(Refusal::guild_gone) { Look::Gone } else { Look::Later(put_off(error)) }
}

async fn known_or_asked(
    app: &App,
    server: &Guild,
    priority: Priority,
) -> Result<Result<Ranks, DiscordError>, StoreError> {
    let young = |at: Moment| at.age(app.now()) < ROLES;
    if server.roles_at.is_some_and(young)
        && let Some(known) = ranks(server)?
    {
        return Ok(Ok(known));
    }
    match refresh(app, server.id, priority).await? {
        Ok(server) => match ranks(&server)? {
            Some(ranks) => Ok(Ok(ranks)),
            None => Ok(Err(DiscordError::Unavailable { sent: false })),
        },
        Err(error) => Ok(Err(error)),
    }
}

/// Reads a server's roles and the bot's own anew, and stores them.
pub(in crate::flow) async fn refresh(
    app: &App,
    id: GuildId,
    priority: Priority,
) -> Result<Result<Guild, DiscordError>, StoreError> {
    let (roles, own) = match ask(app, id, priority).await? {
        Ok(seen) => seen,
        Err(error) => return Ok(Err(error)),
    };
    let (roles, own, now) = (serde_json::to_string(&roles)?, serde_json::to_string(&own)?, app.now());
    let stored = app.store.write(async move |tx| {
        guild::save_roles(tx, id, (&roles, &own), now).await?;
        guild::find(tx, id).await
    });
    Ok(stored.await?.ok_or(DiscordError::Unavailable { sent: false }))
}

type Seen = (Vec<Role>, BTreeSet<RoleId>);

async fn ask(app: &App, id: GuildId, priority: Priority) -> Result<Result<Seen, DiscordError>, StoreError> {
    let bot = match bot_user(app, priority).await? {
        Ok(bot) => bot,
        Err(error) => return Ok(Err(error)),
    };
    let roles = match app.discord.roles(id, priority).await {
        Ok(roles) => roles.into_iter().map(role).collect(),
        Err(error) => return Ok(Err(error)),
    };
    match app.discord.member(id, bot, priority).await {
        // A server without the bot in it: whatever was cached about that is over.
        Ok(None) => Ok(Err(DiscordError::Refused {
            status: 404,
            code: 10004,
            message: "the bot is not a member".into(),
        })),
        Ok(Some(member)) => Ok(Ok((roles, member.roles))),
        Err(error) => Ok(Err(error)),
    }
}

/// The bot's user id, asked for once and kept.
async fn bot_user(app: &App, priority: Priority) -> Result<Result<UserId, DiscordError>, StoreError> {
    let known = app.store.read(async move |tx| fleet::find(tx, BOT_USER).await).await?;
    if let Some(id) = known.and_then(|text| text.parse().ok()) {
        return Ok(Ok(id));
    }
    match app.discord.bot_user(priority).await {
        Ok(id) => {
            app.store.write(async move |tx| fleet::save(tx, BOT_USER, &id.to_string()).await).await?;
            Ok(Ok(id))
        }
        Err(error) => Ok(Err(error)),
    }
}

fn role(role: GuildRole) -> Role {
    let tags = [
        (role.tags.bot, RoleTag::Bot),
        (role.tags.integration, RoleTag::Integration),
        (role.tags.premium_subscriber, RoleTag::Booster),
        (role.tags.subscription, RoleTag::Subscription),
        (role.tags.linked, RoleTag::Linked),
    ];
    let GuildRole { id, name, colour, position, permissions, managed, .. } = role;
    let tags = tags.into_iter().filter_map(|(has, tag)| has.then_some(tag)).collect();
    Role { id, name, colour, position, permissions, managed, tags }
}
