//! Members: which roles a linked person was seen to hold in a server.

use std::collections::BTreeSet;

use domain::id::{GuildId, RoleId, UserId};
use domain::moment::Moment;

use super::tx::args;
use super::{Row, StoreError, Tx};

/// A linked person in a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Where.
    pub guild: GuildId,
    /// Roles held when last seen; `None` when never seen.
    pub roles: Option<BTreeSet<RoleId>>,
    /// When they joined the server.
    pub joined_at: Option<Moment>,
    /// Since when they are known not to be there.
    pub absent_at: Option<Moment>,
}

fn member(row: &Row) -> Result<Member, StoreError> {
    Ok(Member {
        guild: row.id(0)?,
        roles: row.optional_text(1)?.map(serde_json::from_str).transpose()?,
        joined_at: row.optional_moment(2)?,
        absent_at: row.optional_moment(3)?,
    })
}

/// A user in one server.
pub async fn find(tx: &mut Tx, guild: GuildId, user: UserId) -> Result<Option<Member>, StoreError> {
    let sql = "select guild_id, roles, joined_at, absent_at from member where guild_id = $1 and user_id = $2";
    tx.one(sql, args![guild, user]).await?.as_ref().map(member).transpose()
}

/// A user in all servers.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Member>, StoreError> {
    let sql = "select guild_id, roles, joined_at, absent_at from member where user_id = $1 order by guild_id";
    tx.all(sql, args![user]).await?.iter().map(member).collect()
}

/// Records that a user is in a server, without knowing their roles.
pub async fn present(tx: &mut Tx, guild: GuildId, user: UserId) -> Result<(), StoreError> {
    let sql = "insert into member (guild_id, user_id) values ($1, $2)
        on conflict (guild_id, user_id) do update set absent_at = null";
    tx.run(sql, args![guild, user]).await.map(drop)
}

/// Records the roles a member was seen with.
pub async fn seen(
    tx: &mut Tx,
    (guild, user): (GuildId, UserId),
    (roles, joined_at): (&BTreeSet<RoleId>, Option<Moment>),
    at: Moment,
) -> Result<(), StoreError> {
    let sql = "insert into member (guild_id, user_id, roles, joined_at, seen_at) values ($1, $2, $3, $4, $5)
        on conflict (guild_id, user_id) do update
           set roles = excluded.roles, joined_at = coalesce(excluded.joined_at, member.joined_at),
               seen_at = excluded.seen_at, absent_at = null";
    let roles = serde_json::to_string(roles)?;
    tx.run(sql, args![guild, user, &roles, joined_at, at]).await.map(drop)
}

/// Records that a user is not in a server.
pub async fn absent(tx: &mut Tx, guild: GuildId, user: UserId, at: Moment) -> Result<(), StoreError> {
    let sql = "update member set roles = null, absent_at = coalesce(absent_at, $3)
         where guild_id = $1 and user_id = $2";
    tx.run(sql, args![guild, user, at]).await.map(drop)
}

/// Records that we gave or took a role, so that pages need not wait for the next look.
pub async fn change(
    tx: &mut Tx,
    (guild, user, role): (GuildId, UserId, RoleId),
    change: Change,
) -> Result<(), StoreError> {
    let Some(mut roles) = find(tx, guild, user).await?.and_then(|member| member.roles) else { return Ok(()) };
    match change {
        Change::Given => roles.insert(role),
        Change::Taken => roles.remove(&role),
    };
    let roles = serde_json::to_string(&roles)?;
    let sql = "update member set roles = $3 where guild_id = $1 and user_id = $2";
    tx.run(sql, args![guild, user, &roles]).await.map(drop)
}

/// What we did to a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Gave it.
    Given,
    /// Took it.
    Taken,
}
