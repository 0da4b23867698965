//! Everything the stand-in knows.

use std::collections::BTreeMap;

use super::application::Application;
use super::connection::RoleConnection;
use super::error::{self, ApiError};
use super::grants::Grants;
use super::guild::Guild;
use super::limits::Limiter;
use super::linked::{self, ClaimRefusal, LinkedRule};
use super::metadata::Field;
use crate::{Exchange, Millis};

/// An application with its registered schema.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) application: Application,
    pub(crate) schema: Vec<Field>,
}

/// The world behind the lock.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) applications: BTreeMap<u64, Registered>,
    pub(crate) people: BTreeMap<u64, String>,
    pub(crate) guilds: BTreeMap<u64, Guild>,
    pub(crate) connections: BTreeMap<(u64, u64), RoleConnection>,
    pub(crate) grants: Grants,
    pub(crate) limiter: Limiter,
    pub(crate) writes: Vec<Exchange>,
    pub(crate) never_revokes: bool,
    roles_made: u64,
}

impl State {
    /// The name of a person or bot.
    pub(crate) fn name(&self, id: u64) -> Option<&str> {
        let bot = self.applications.get(&id).map(|registered| registered.application.name.as_str());
        self.people.get(&id).map(String::as_str).or(bot)
    }

    pub(crate) fn is_bot(&self, id: u64) -> bool {
        !self.people.contains_key(&id) && self.applications.contains_key(&id)
    }

    /// An id for a role that nobody named: a snowflake of this moment.
    pub(crate) fn next_role(&mut self, now: Millis) -> u64 {
        const DISCORD_EPOCH: Millis = 1_420_070_400_000;
        self.roles_made += 1;
        let since = u64::try_from(now.saturating_sub(DISCORD_EPOCH)).unwrap_or_default();
        (since << 22) | self.roles_made
    }

    pub(crate) fn schema(&self, application: u64) -> &[Field] {
        self.applications.get(&application).map_or(&[], |registered| &registered.schema)
    }

    /// The server, as far as this bot can reach it.
    pub(crate) fn reach(&self, guild: u64, bot: u64) -> Result<&Guild, ApiError> {
        let guild = self.guilds.get(&guild).ok_or(error::UNKNOWN_GUILD)?;
        if guild.members.contains_key(&bot) { Ok(guild) } else { Err(error::MISSING_ACCESS) }
    }

    /// Whether a member's role connection meets a rule now.
    pub(crate) fn qualifies(&self, rule: &LinkedRule, user: u64, now: Millis) -> bool {
        let shown = self.connections.get(&(rule.application, user));
        linked::holds(rule, shown, self.schema(rule.application), now)
    }

    /// Takes the linked roles whose rules do not hold any more after a push.
    pub(crate) fn judge_linked_roles(&mut self, application: u64, user: u64, now: Millis) {
        if self.never_revokes {
            return;
        }
        let mut lost = Vec::new();
        for guild in self.guilds.values() {
            let held = guild.members.get(&user).into_iter().flat_map(|member| &member.roles);
            let rules = held.filter_map(|role| Some((role, guild.roles.get(role)?.linked.as_ref()?)));
            let asks = rules.filter(|(_, rule)| rule.application == application);
            let fails = asks.filter(|(_, rule)| !self.qualifies(rule, user, now));
            lost.extend(fails.map(|(role, _)| (guild.id, *role)));
        }
        for (guild, role) in lost {
            let member = self.guilds.get_mut(&guild).and_then(|guild| guild.members.get_mut(&user));
            if let Some(member) = member {
                member.roles.remove(&role);
            }
        }
    }

    /// What a member does in the Linked Roles dialog.
    pub(crate) fn claim(
        &mut self,
        (guild, role): (u64, u64),
        user: u64,
        now: Millis,
    ) -> Result<(), ClaimRefusal> {
        let server = self.guilds.get(&guild).ok_or(ClaimRefusal::NoGuild)?;
        if !server.members.contains_key(&user) {
            return Err(ClaimRefusal::NotAMember);
        }
        let wanted = server.roles.get(&role).ok_or(ClaimRefusal::NoRole)?;
        let asks = wanted.linked.as_ref().ok_or(ClaimRefusal::NotLinked)?;
        if !server.members.contains_key(&asks.application) {
            return Err(ClaimRefusal::NoBot);
        }
        let registered = self.applications.get(&asks.application).ok_or(ClaimRefusal::NoBot)?;
        if registered.application.verification_url.is_none() {
            return Err(ClaimRefusal::NoVerificationUrl);
        }
        if !self.connections.contains_key(&(asks.application, user)) {
            return Err(ClaimRefusal::NotConnected);
        }
        if !self.qualifies(asks, user, now) {
            return Err(ClaimRefusal::DoesNotQualify);
        }
        let member = self.guilds.get_mut(&guild).and_then(|guild| guild.members.get_mut(&user));
        member.ok_or(ClaimRefusal::NotAMember)?.roles.insert(role);
        Ok(())
    }
}
