//! Rank: which roles may be given, by Discord's order and by law 3.
//!
//! Sources: Discord's topics "Permissions" and "Role Object". A role is given by a bot that has
//! Manage Roles or Administrator and a role above it; Administrator does not lift the order.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::{GuildId, RoleId};

/// Manage Roles (`1 << 28`): what the bot needs.
pub const MANAGE_ROLES: u64 = 1 << 28;

/// Administrator (`1 << 3`): has every permission.
pub const ADMINISTRATOR: u64 = 1 << 3;

/// Manage Server (`1 << 5`): what an admin needs.
pub const MANAGE_GUILD: u64 = 1 << 5;

/// The permissions that make a role dangerous to give away by rule (law 3), as Discord's client
/// names them.
pub const DANGEROUS: [(u64, &str); 14] = [
    (ADMINISTRATOR, "Administrator"),
    (MANAGE_GUILD, "Manage Server"),
    (MANAGE_ROLES, "Manage Roles"),
    (1 << 4, "Manage Channels"),
    (1 << 29, "Manage Webhooks"),
    (1 << 13, "Manage Messages"),
    (1 << 34, "Manage Threads"),
    (1 << 27, "Manage Nicknames"),
    (1 << 30, "Manage Expressions"),
    (1 << 33, "Manage Events"),
    (1 << 2, "Ban Members"),
    (1 << 1, "Kick Members"),
    (1 << 40, "Moderate Members"),
    (1 << 17, "Mention Everyone"),
];

/// A role of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name, for people.
    pub name: String,
    /// Its colour as `0xRRGGBB`, for people; 0 for none.
    #[serde(default)]
    pub colour: u32,
    /// Its place; a higher number is higher.
    pub position: i64,
    /// Its permission bits.
    pub permissions: u64,
    /// Whether an integration manages it.
    pub managed: bool,
    /// What it is tagged as.
    pub tags: BTreeSet<RoleTag>,
}

/// What makes a role one that nobody can give. In Discord's answers a tag is set when its key is
/// there, even with `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleTag {
    /// `bot_id`: the role of one bot.
    Bot,
    /// `integration_id`: the role of an integration.
    Integration,
    /// `premium_subscriber`: the role of boosters.
    Booster,
    /// `subscription_listing_id`: a role that is sold.
    Subscription,
    /// `guild_connections`: a linked role; members claim it themselves.
    Linked,
}

/// A place in Discord's order. The higher one is the greater one; of equal positions the lower id
/// is higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rank {
    position: i64,
    id: Reverse<RoleId>,
}

/// What the bot may do in a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotRank {
    /// Its highest role.
    pub top: Rank,
    /// Whether it has Manage Roles or Administrator.
    pub may_manage: bool,
}

/// Who asks for a role to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// An author whose highest role counts.
    Ranked(Rank),
    /// The server's owner or the operator's command line; also when a rule that is already saved
    /// is carried out.
    Exempt,
}

/// Why a role cannot be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotAssignable {
    /// The server has no such role (any more).
    #[error("this role is gone; choose another one for the rule")]
    Gone,
    /// Everybody has it.
    #[error("everybody has @everyone already; choose another role")]
    Everyone,
    /// A linked role.
    #[error("this is a linked role, which members claim themselves; choose an ordinary role")]
    Linked,
    /// A role of a bot, an integration, boosters or subscribers.
    #[error("this role is managed by an integration; choose an ordinary role")]
    Managed,
    /// The bot lacks the permission.
    #[error("the bot may not manage roles here; give it the permission Manage Roles")]
    BotMayNot,
    /// The bot's highest role is not above it.
    #[error("this role is not below the bot's highest role; move the bot's role above it")]
    AboveBot,
    /// The author's highest role is not above it.
    #[error("this role is not below your own highest role; ask somebody who stands above it")]
    AboveAuthor,
    /// It carries permissions that a rule should not give away.
    #[error("this role can {}; take that from the role, or ask the operator for allow_dangerous_roles", .0.join(", "))]
    Dangerous(Vec<String>),
}

impl Role {
    /// Its place in the order.
    #[must_use]
    pub const fn rank(&self) -> Rank {
        Rank::new(self.position, self.id)
    }

    /// The names of the dangerous permissions it carries.
    #[must_use]
    pub fn dangers(&self) -> Vec<String> {
        let carried = DANGEROUS.iter().filter(|(bit, _)| self.permissions & bit != 0);
        carried.map(|(_, name)| (*name).to_owned()).collect()
    }
}

impl Rank {
    /// The place of a role.
    #[must_use]
    pub const fn new(position: i64, id: RoleId) -> Self {
        Self { position, id: Reverse(id) }
    }

    /// The highest of some roles; that of @everyone for who has none.
    #[must_use]
    pub fn highest<'a>(roles: impl IntoIterator<Item = &'a Role>, guild: GuildId) -> Self {
        let highest = roles.into_iter().map(Role::rank).max();
        highest.unwrap_or(Self::new(0, guild.everyone()))
    }
}

impl BotRank {
    /// The bot's rank by the roles it holds; @everyone's permissions count as well, so pass that
    /// role too.
    #[must_use]
    pub fn of<'a>(roles: impl IntoIterator<Item = &'a Role> + Clone, guild: GuildId) -> Self {
        let all = roles.clone().into_iter().fold(0, |bits, role| bits | role.permissions);
        Self { top: Rank::highest(roles, guild), may_manage: all & (MANAGE_ROLES | ADMINISTRATOR) != 0 }
    }
}

/// Whether a rule may give a role. `role` is the role as Discord has it now, if it has it;
/// `allow_dangerous` is the setting `discord.allow_dangerous_roles`.
pub fn assignable(
    role: Option<&Role>,
    guild: GuildId,
    actor: Actor,
    bot: &BotRank,
    allow_dangerous: bool,
) -> Result<(), NotAssignable> {
    let role = role.ok_or(NotAssignable::Gone)?;
    ordinary(role, guild)?;
    if !bot.may_manage {
        return Err(NotAssignable::BotMayNot);
    }
    if bot.top <= role.rank() {
        return Err(NotAssignable::AboveBot);
    }
    if matches!(actor, Actor::Ranked(top) if top <= role.rank()) {
        return Err(NotAssignable::AboveAuthor);
    }
    let dangers = role.dangers();
    if !allow_dangerous && !dangers.is_empty() {
        return Err(NotAssignable::Dangerous(dangers));
    }
    Ok(())
}

/// Whether a role is of the kind that can be given at all.
fn ordinary(role: &Role, guild: GuildId) -> Result<(), NotAssignable> {
    if role.id == guild.everyone() {
        return Err(NotAssignable::Everyone);
    }
    if role.tags.contains(&RoleTag::Linked) {
        return Err(NotAssignable::Linked);
    }
    if role.managed || !role.tags.is_empty() {
        return Err(NotAssignable::Managed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALLOWED: bool = true;
    const REFUSED: bool = false;

    fn guild() -> GuildId {
        GuildId::new(1).unwrap()
    }

    fn role(number: i64, position: i64) -> Role {
        Role {
            colour: 0,
            id: RoleId::new(number).unwrap(),
            name: format!("role {number}"),
            position,
            permissions: 0,
            managed: false,
            tags: BTreeSet::new(),
        }
    }

    fn bot() -> BotRank {
        BotRank { top: role(50, 10).rank(), may_manage: true }
    }

    fn check(role: &Role) -> Result<(), NotAssignable> {
        assignable(Some(role), guild(), Actor::Exempt, &bot(), REFUSED)
    }

    #[test]
    fn n_54_the_higher_position_is_higher_and_of_equal_ones_the_lower_id() {
        assert!(role(9, 2).rank() > role(1, 1).rank());
        assert!(role(1, 2).rank() > role(9, 2).rank());
        assert_eq!(check(&role(60, 9)), Ok(()));
        assert_eq!(check(&role(51, 10)), Ok(()));
        assert_eq!(check(&role(50, 10)), Err(NotAssignable::AboveBot));
        assert_eq!(check(&role(49, 10)), Err(NotAssignable::AboveBot));
        assert_eq!(check(&role(60, 11)), Err(NotAssignable::AboveBot));
    }

    #[test]
    fn n_54_an_author_gives_only_what_is_below_them() {
        let by = |top: Role, what: &Role| {
            assignable(Some(what), guild(), Actor::Ranked(top.rank()), &bot(), REFUSED)
        };
        assert_eq!(by(role(70, 6), &role(60, 5)), Ok(()));
        assert_eq!(by(role(59, 5), &role(60, 5)), Ok(()));
        assert_eq!(by(role(60, 5), &role(60, 5)), Err(NotAssignable::AboveAuthor));
        assert_eq!(by(role(61, 5), &role(60, 5)), Err(NotAssignable::AboveAuthor));
        let nobody = Rank::highest([], guild());
        let by_nobody = assignable(Some(&role(60, 1)), guild(), Actor::Ranked(nobody), &bot(), REFUSED);
        assert_eq!(by_nobody, Err(NotAssignable::AboveAuthor));
    }

    #[test]
    fn n_54_a_role_that_nobody_can_give_is_refused_even_when_exempt() {
        assert_eq!(assignable(None, guild(), Actor::Exempt, &bot(), ALLOWED), Err(NotAssignable::Gone));
        assert_eq!(check(&role(1, 0)), Err(NotAssignable::Everyone));
        assert_eq!(check(&Role { managed: true, ..role(2, 1) }), Err(NotAssignable::Managed));
        for (tag, refusal) in [
            (RoleTag::Bot, NotAssignable::Managed),
            (RoleTag::Integration, NotAssignable::Managed),
            (RoleTag::Booster, NotAssignable::Managed),
            (RoleTag::Subscription, NotAssignable::Managed),
            (RoleTag::Linked, NotAssignable::Linked),
        ] {
            let tagged = Role { tags: BTreeSet::from([tag]), managed: true, ..role(2, 1) };
            assert_eq!(check(&tagged), Err(refusal));
        }
    }

    #[test]
    fn a_bot_needs_the_permission() {
        let powerless = BotRank { may_manage: false, ..bot() };
        assert_eq!(
            assignable(Some(&role(2, 1)), guild(), Actor::Exempt, &powerless, REFUSED),
            Err(NotAssignable::BotMayNot)
        );
        let of = |permissions| {
            let roles = [role(1, 0), Role { permissions, ..role(50, 10) }];
            BotRank::of(&roles, guild())
        };
        assert_eq!(of(MANAGE_ROLES), bot());
        assert_eq!(of(ADMINISTRATOR), bot());
        assert!(!of(MANAGE_GUILD).may_manage);
    }

    #[test]
    fn n_55_a_dangerous_role_is_refused_by_name_unless_it_is_allowed() {
        for (bit, name) in DANGEROUS {
            assert_eq!(bit.count_ones(), 1, "{name}");
            let dangerous = Role { permissions: bit | 1 << 10, ..role(2, 1) };
            assert_eq!(check(&dangerous), Err(NotAssignable::Dangerous(vec![name.to_owned()])));
            let allowed = assignable(Some(&dangerous), guild(), Actor::Exempt, &bot(), ALLOWED);
            assert_eq!(allowed, Ok(()));
        }
        let two = Role { permissions: 1 << 1 | 1 << 2, ..role(2, 1) };
        assert_eq!(
            check(&two).unwrap_err().to_string(),
            "this role can Ban Members, Kick Members; take that from the role, or ask the operator \
         for allow_dangerous_roles"
        );
    }

    #[test]
    fn n_55_harmless_permissions_are_no_danger() {
        let dangerous = DANGEROUS.iter().fold(0, |bits, (bit, _)| bits | bit);
        let harmless = Role { permissions: !dangerous, ..role(2, 1) };
        assert_eq!(check(&harmless), Ok(()));
    }

    proptest! {
        #[test]
        fn the_order_is_total_and_its_top_is_one_of_the_roles(
            places in prop::collection::vec((1_i64..20, 0_i64..4), 1..8),
        ) {
            let roles: Vec<_> = places.iter().map(|(id, position)| role(*id, *position)).collect();
            let top = Rank::highest(&roles, guild());
            prop_assert!(roles.iter().all(|role| role.rank() <= top));
            prop_assert!(roles.iter().any(|role| role.rank() == top));
        }
    }
}
