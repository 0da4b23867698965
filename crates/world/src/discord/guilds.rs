//! What a bot reads: its application, servers, roles, members.

use axum::Json;
use axum::extract::{Extension, Path, State};
use serde_json::{Value, json};

use super::Discord;
use super::error::{self, ApiError};
use super::gate::Actor;
use super::request::snowflake;

type Answer = Result<Json<Value>, ApiError>;

/// `GET /applications/@me`.
pub(crate) async fn application(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
) -> Answer {
    let bot = actor.bot()?;
    let state = discord.state();
    let registered = state
        .applications
        .get(&bot)
        .ok_or(error::UNKNOWN_APPLICATION)?;
    let guilds = state
        .guilds
        .values()
        .filter(|guild| guild.members.contains_key(&bot))
        .count();
    let authorizations = state
        .grants
        .authorized()
        .filter(|(application, _)| *application == bot)
        .count();
    Ok(Json(registered.application.private(guilds, authorizations)))
}

/// `GET /guilds/{guild}`. A server without the bot is unknown to it.
pub(crate) async fn guild(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    Path(guild): Path<String>,
) -> Answer {
    let (bot, guild) = (actor.bot()?, snowflake("guild_id", &guild)?);
    let state = discord.state();
    let guild = state.reach(guild, bot).map_err(|_| error::UNKNOWN_GUILD)?;
    Ok(Json(guild.json()))
}

/// `GET /guilds/{guild}/roles`.
pub(crate) async fn roles(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    Path(guild): Path<String>,
) -> Answer {
    let (bot, guild) = (actor.bot()?, snowflake("guild_id", &guild)?);
    Ok(Json(json!(discord.state().reach(guild, bot)?.roles_json())))
}

/// `GET /guilds/{guild}/roles/{role}`.
pub(crate) async fn role(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    Path((guild, role)): Path<(String, String)>,
) -> Answer {
    let (bot, guild) = (actor.bot()?, snowflake("guild_id", &guild)?);
    let role = snowflake("role_id", &role)?;
    let state = discord.state();
    let guild = state.reach(guild, bot)?;
    let role = guild.roles.get(&role).ok_or(error::UNKNOWN_ROLE)?;
    Ok(Json(guild.role_json(role)))
}

/// `GET /guilds/{guild}/members/{user}`.
pub(crate) async fn member(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    Path((guild, user)): Path<(String, String)>,
) -> Answer {
    let (bot, guild) = (actor.bot()?, snowflake("guild_id", &guild)?);
    let user = snowflake("user_id", &user)?;
    let state = discord.state();
    let guild = state.reach(guild, bot)?;
    let name = state.name(user).ok_or(error::UNKNOWN_USER)?;
    guild
        .member_json(user, name)
        .map(Json)
        .ok_or(error::UNKNOWN_MEMBER)
}
