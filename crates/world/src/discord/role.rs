//! Roles, their order, and what they allow.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::linked::LinkedRule;

/// Bits of a role's permissions.
pub mod permission {
    /// Everything, except what hierarchy forbids.
    pub const ADMINISTRATOR: u64 = 1 << 3;
    /// Changing the server's settings.
    pub const MANAGE_GUILD: u64 = 1 << 5;
    /// Giving and taking roles below one's own.
    pub const MANAGE_ROLES: u64 = 1 << 28;
    /// What the owner of a server has.
    pub const ALL: u64 = (1 << 51) - 1;
}

/// A role of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Role {
    /// Its id; the role whose id is the server's is `@everyone`.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its place: higher is mightier; among equals the lower id counts as higher.
    pub position: i64,
    /// [`permission`] bits.
    pub permissions: u64,
    /// Whether an integration owns it, so that nobody can give or take it.
    pub managed: bool,
    /// Its colour, `0xRRGGBB`; 0 means none.
    pub color: u32,
    /// What a member's role connection must show, if this is a linked role.
    pub linked: Option<LinkedRule>,
}

/// A role's place in the hierarchy.
pub(crate) type Rank = (i64, Reverse<u64>);

impl Role {
    pub(crate) fn rank(&self) -> Rank {
        (self.position, Reverse(self.id))
    }

    /// Whether members get it by Discord's own doing only.
    pub(crate) fn out_of_hands(&self) -> bool {
        self.managed || self.linked.is_some()
    }

    /// The role as the API shows it (`GuildRoleResponse`).
    pub(crate) fn json(&self, bot: Option<u64>) -> Value {
        let mut role = json!({
            "id": self.id.to_string(), "name": self.name, "description": null,
            "permissions": self.permissions.to_string(), "position": self.position,
            "color": self.color,
            "colors": { "primary_color": self.color, "secondary_color": null, "tertiary_color": null },
            "hoist": false, "managed": self.managed, "mentionable": false,
            "icon": null, "unicode_emoji": null, "flags": 0,
        });
        if let Some(bot) = bot {
            role["tags"] = json!({ "bot_id": bot.to_string() });
        } else if self.linked.is_some() {
            role["tags"] = json!({ "guild_connections": null });
        }
        role
    }
}
