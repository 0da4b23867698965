//! Servers, their roles and members.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::person;
use super::role::{Rank, Role, permission};
use super::time::iso;
use crate::Millis;

/// A server.
#[derive(Debug)]
pub(crate) struct Guild {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) owner: u64,
    pub(crate) roles: BTreeMap<u64, Role>,
    pub(crate) members: BTreeMap<u64, Member>,
    /// The managed role of each bot, by application.
    pub(crate) bots: BTreeMap<u64, u64>,
}

/// Somebody in a server.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) joined_at: Millis,
    pub(crate) roles: BTreeSet<u64>,
}

impl Guild {
    pub(crate) fn new(id: u64, name: &str, owner: u64) -> Guild {
        let everyone = Role {
            id,
            name: "@everyone".into(),
            ..Role::default()
        };
        Guild {
            id,
            name: name.into(),
            owner,
            roles: BTreeMap::from([(id, everyone)]),
            members: BTreeMap::new(),
            bots: BTreeMap::new(),
        }
    }

    pub(crate) fn join(&mut self, user: u64, now: Millis) {
        let member = Member {
            joined_at: now,
            roles: BTreeSet::new(),
        };
        self.members.entry(user).or_insert(member);
    }

    pub(crate) fn remove_role(&mut self, role: u64) {
        if role == self.id {
            return;
        }
        self.roles.remove(&role);
        for member in self.members.values_mut() {
            member.roles.remove(&role);
        }
    }

    /// A member's roles with `@everyone`.
    fn roles_of(&self, user: u64) -> impl Iterator<Item = &Role> {
        let held = self
            .members
            .get(&user)
            .into_iter()
            .flat_map(|member| &member.roles);
        held.chain([&self.id]).filter_map(|id| self.roles.get(id))
    }

    /// What a member may do anywhere in the server.
    pub(crate) fn permissions(&self, user: u64) -> u64 {
        let all = self
            .roles_of(user)
            .fold(0, |all, role| all | role.permissions);
        if user == self.owner || all & permission::ADMINISTRATOR != 0 {
            permission::ALL
        } else {
            all
        }
    }

    /// Whether a member's highest role stands above the role.
    pub(crate) fn outranks(&self, user: u64, role: &Role) -> bool {
        let highest: Option<Rank> = self.roles_of(user).map(Role::rank).max();
        user == self.owner || highest.is_some_and(|highest| highest > role.rank())
    }

    /// The application whose bot owns the role.
    fn bot_of(&self, role: u64) -> Option<u64> {
        self.bots
            .iter()
            .find(|(_, owned)| **owned == role)
            .map(|(application, _)| *application)
    }

    pub(crate) fn role_json(&self, role: &Role) -> Value {
        role.json(self.bot_of(role.id))
    }

    pub(crate) fn roles_json(&self) -> Vec<Value> {
        self.roles
            .values()
            .map(|role| self.role_json(role))
            .collect()
    }

    /// A member as the API shows them (`GuildMemberResponse`).
    pub(crate) fn member_json(&self, user: u64, name: &str) -> Option<Value> {
        let member = self.members.get(&user)?;
        let roles: Vec<_> = member.roles.iter().map(u64::to_string).collect();
        Some(json!({
            "user": person::partial(user, name, self.bots.contains_key(&user)),
            "roles": roles, "joined_at": iso(member.joined_at), "flags": 0,
            "nick": null, "avatar": null, "banner": null, "pending": false,
            "premium_since": null, "communication_disabled_until": null,
            "mute": false, "deaf": false,
        }))
    }

    /// The server in somebody's own list (`MyGuildResponse`).
    pub(crate) fn partial(&self, user: u64) -> Value {
        json!({
            "id": self.id.to_string(), "name": self.name, "icon": null, "banner": null,
            "owner": self.owner == user, "permissions": self.permissions(user).to_string(),
            "features": [],
        })
    }

    /// The server itself (`GuildWithCountsResponse`).
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id.to_string(), "name": self.name, "icon": null, "description": null,
            "home_header": null, "splash": null, "discovery_splash": null, "features": [],
            "banner": null, "owner_id": self.owner.to_string(), "application_id": null,
            "region": "deprecated", "afk_channel_id": null, "afk_timeout": 300,
            "system_channel_id": null, "system_channel_flags": 0, "widget_enabled": false,
            "widget_channel_id": null, "verification_level": 0, "roles": self.roles_json(),
            "default_message_notifications": 0, "mfa_level": 0, "explicit_content_filter": 0,
            "max_presences": null, "max_members": 500_000, "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25, "vanity_url_code": null, "premium_tier": 0,
            "premium_subscription_count": 0, "preferred_locale": "en-US",
            "rules_channel_id": null, "safety_alerts_channel_id": null,
            "public_updates_channel_id": null, "premium_progress_bar_enabled": false,
            "nsfw": false, "nsfw_level": 0, "emojis": [], "stickers": [], "incidents_data": null,
        })
    }
}
