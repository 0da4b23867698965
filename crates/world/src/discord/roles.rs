//! Giving and taking single roles.

use std::collections::BTreeSet;

use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};

use super::Discord;
use super::error::{self, ApiError};
use super::gate::Actor;
use super::request::{check_reason, snowflake};
use super::role::permission;
use super::state::State as World;

type Answer = Result<StatusCode, ApiError>;
type Ids = Path<(String, String, String)>;

/// `PUT /guilds/{guild}/members/{user}/roles/{role}`; a role that is held already stays.
pub(crate) async fn give(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    ids: Ids,
    headers: HeaderMap,
) -> Answer {
    let target = Target::read(ids, &headers)?;
    let mut state = discord.state();
    target.check(&state, actor.bot()?)?;
    target.roles(&mut state)?.insert(target.role);
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /guilds/{guild}/members/{user}/roles/{role}`; a role that is not held stays away.
pub(crate) async fn take(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    ids: Ids,
    headers: HeaderMap,
) -> Answer {
    let target = Target::read(ids, &headers)?;
    let mut state = discord.state();
    target.check(&state, actor.bot()?)?;
    target.roles(&mut state)?.remove(&target.role);
    Ok(StatusCode::NO_CONTENT)
}

/// Whose which role, where.
struct Target {
    guild: u64,
    user: u64,
    role: u64,
}

impl Target {
    fn read(Path((guild, user, role)): Ids, headers: &HeaderMap) -> Result<Target, ApiError> {
        check_reason(headers)?;
        Ok(Target {
            guild: snowflake("guild_id", &guild)?,
            user: snowflake("user_id", &user)?,
            role: snowflake("role_id", &role)?,
        })
    }

    /// Refuses what the bot may not do. The member's own rank does not matter.
    fn check(&self, state: &World, bot: u64) -> Result<(), ApiError> {
        let guild = state.reach(self.guild, bot)?;
        if guild.permissions(bot) & permission::MANAGE_ROLES == 0 {
            return Err(error::MISSING_PERMISSIONS);
        }
        state.name(self.user).ok_or(error::UNKNOWN_USER)?;
        if !guild.members.contains_key(&self.user) {
            return Err(error::UNKNOWN_MEMBER);
        }
        let everyone = self.role == self.guild;
        let role = guild
            .roles
            .get(&self.role)
            .filter(|_| !everyone)
            .ok_or(error::UNKNOWN_ROLE)?;
        if role.out_of_hands() || !guild.outranks(bot, role) {
            return Err(error::MISSING_PERMISSIONS);
        }
        Ok(())
    }

    /// The roles that the member holds.
    fn roles<'a>(&self, state: &'a mut World) -> Result<&'a mut BTreeSet<u64>, ApiError> {
        let guild = state
            .guilds
            .get_mut(&self.guild)
            .ok_or(error::UNKNOWN_GUILD)?;
        let member = guild
            .members
            .get_mut(&self.user)
            .ok_or(error::UNKNOWN_MEMBER)?;
        Ok(&mut member.roles)
    }
}
