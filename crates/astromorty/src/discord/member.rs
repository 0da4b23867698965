//! Members of a server, and the roles they hold.

use std::collections::BTreeSet;

use domain::id::{GuildId, RoleId, UserId};
use domain::moment::Moment;
use serde::Deserialize;

use super::call::Call;
use super::refusal::Refusal;
use super::route::Route;
use super::{Discord, DiscordError, Priority};

/// A member as Discord knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The roles held; `@everyone` is not among them.
    pub roles: BTreeSet<RoleId>,
    /// When they came.
    pub joined_at: Option<Moment>,
    /// Whether they have yet to pass the server's membership screening.
    pub pending: bool,
}

/// One role of one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assignment {
    /// The server.
    pub guild: GuildId,
    /// The member.
    pub user: UserId,
    /// The role.
    pub role: RoleId,
}

#[derive(Deserialize)]
struct Answer {
    roles: BTreeSet<RoleId>,
    joined_at: Option<String>,
    #[serde(default)]
    pending: bool,
}

impl Discord {
    /// A member; none when the user is not in the server.
    pub async fn member(
        &self,
        guild: GuildId,
        user: UserId,
        priority: Priority,
    ) -> Result<Option<Member>, DiscordError> {
        let path = format!("/guilds/{guild}/members/{user}");
        let call = Call::bot(Route::Member, path, priority).of_guild(guild);
        match self.read::<Answer>(&call).await {
            Ok(answer) => Ok(Some(answer.into())),
            Err(error) if error.refusal().is_some_and(Refusal::member_gone) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives one role; a role already held stays. `reason` is shown in the server's audit log.
    pub async fn give_role(
        &self,
        assignment: Assignment,
        reason: &str,
        priority: Priority,
    ) -> Result<(), DiscordError> {
        self.act(&assignment.call(Route::GiveRole, reason, priority)).await
    }

    /// Takes one role; a role not held stays away. `reason` is shown in the server's audit log.
    pub async fn take_role(
        &self,
        assignment: Assignment,
        reason: &str,
        priority: Priority,
    ) -> Result<(), DiscordError> {
        self.act(&assignment.call(Route::TakeRole, reason, priority)).await
    }
}

impl Assignment {
    fn call(self, route: Route, reason: &str, priority: Priority) -> Call<'_> {
        let Self { guild, user, role } = self;
        let path = format!("/guilds/{guild}/members/{user}/roles/{role}");
        Call::bot(route, path, priority).of_guild(guild).because(reason)
    }
}

impl From<Answer> for Member {
    fn from(answer: Answer) -> Self {
        Self {
            roles: answer.roles,
            joined_at: answer.joined_at.as_deref().and_then(Moment::parse_rfc3339),
            pending: answer.pending,
        }
    }
}
