//! Organizations and who belongs to them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::account::{Account, node_id};

/// An organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Org {
    /// The number that never changes.
    pub id: u64,
    /// The name that may change.
    pub login: String,
    /// Its members by account.
    pub members: BTreeMap<u64, Member>,
    /// Whether it keeps `OAuth` apps out that it has not approved ("`OAuth` app access restrictions").
    pub blocks_apps: bool,
    /// Client ids of the `OAuth` apps it has approved.
    pub approved: BTreeSet<String>,
}

/// How somebody belongs to an organization. By default: privately, as a plain member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Member {
    /// What they may do.
    pub role: Role,
    /// Whether everybody sees the membership.
    pub public: bool,
    /// Whether they have yet to accept the invitation.
    pub pending: bool,
}

impl Member {
    /// A plain member whom everybody sees.
    #[must_use]
    pub fn public() -> Member {
        Member { public: true, ..Member::default() }
    }
}

/// A member's role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// A plain member.
    #[default]
    Member,
    /// An owner.
    Admin,
}

impl Role {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Admin => "admin",
        }
    }
}

/// An organization as answers show it. One that is only named somewhere has no number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrgSeen<'a> {
    pub(crate) login: &'a str,
    pub(crate) org: Option<&'a Org>,
}

impl OrgSeen<'_> {
    /// The number; for one that is only named, made from its name.
    pub(crate) fn id(&self) -> u64 {
        self.org.map_or_else(|| number(self.login), |org| org.id)
    }

    pub(crate) fn node_id(&self) -> String {
        node_id("O", self.id())
    }

    /// How an account belongs to it.
    pub(crate) fn member(&self, account: &Account) -> Option<Member> {
        let listed = self.org.and_then(|org| org.members.get(&account.id)).copied();
        listed.or_else(|| Account::has(&account.orgs, self.login).then(Member::public))
    }

    /// Whether it keeps this `OAuth` app out.
    pub(crate) fn blocks(&self, client_id: &str) -> bool {
        self.org.is_some_and(|org| org.blocks_apps && !org.approved.contains(client_id))
    }

    pub(crate) fn json(&self) -> Value {
        let (login, id) = (self.login, self.id());
        json!({
            "login": login, "id": id, "node_id": self.node_id(),
            "url": format!("https://api.github.com/orgs/{login}"),
            "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}?v=4"),
            "html_url": format!("https://github.com/{login}"), "description": null, "type": "Organization",
        })
    }
}

/// A number for a thing that has only a name: the same one each time (FNV-1a, 31 bits).
pub(crate) fn number(name: &str) -> u64 {
    let mix = |sum: u32, byte: u8| (sum ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(16_777_619);
    u64::from(name.bytes().fold(2_166_136_261, mix) >> 1)
}
