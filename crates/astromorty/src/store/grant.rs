//! Grants: the ledger of roles that we gave. Only what stands here may be taken.

use domain::id::{GuildId, RoleId, RuleId, UserId};
use domain::moment::Moment;

use super::tx::args;
use super::{Row, StoreError, Tx};

/// A role we gave and have not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Where.
    pub guild: GuildId,
    /// What.
    pub role: RoleId,
    /// By which rule.
    pub rule: RuleId,
    /// By which version of it.
    pub version: i64,
    /// When.
    pub granted_at: Moment,
    /// Until when it stays although the rule fails.
    pub grace_until: Option<Moment>,
    /// Why it goes without grace: `unlink` or `opt_out`.
    pub ended_by: Option<String>,
}

fn grant(row: &Row) -> Result<Grant, StoreError> {
    Ok(Grant {
        guild: row.id(0)?,
        role: row.id(1)?,
        rule: row.id(2)?,
        version: row.int(3)?,
        granted_at: row.moment(4)?,
        grace_until: row.optional_moment(5)?,
        ended_by: row.optional_text(6)?.map(str::to_owned),
    })
}

/// Our grants to a member.
pub async fn of_member(tx: &mut Tx, guild: GuildId, user: UserId) -> Result<Vec<Grant>, StoreError> {
    let sql = "select guild_id, role_id, rule_id, version, granted_at, grace_until, ended_by from role_grant
         where guild_id = $1 and user_id = $2 and taken_at is null order by role_id";
    tx.all(sql, args![guild, user]).await?.iter().map(grant).collect()
}

/// Our grants to a user, everywhere.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Grant>, StoreError> {
    let sql = "select guild_id, role_id, rule_id, version, granted_at, grace_until, ended_by from role_grant
         where user_id = $1 and taken_at is null order by guild_id, role_id";
    tx.all(sql, args![user]).await?.iter().map(grant).collect()
}

/// Members who hold something of ours in a server.
pub async fn holders(tx: &mut Tx, guild: GuildId) -> Result<Vec<UserId>, StoreError> {
    let sql =
        "select distinct user_id from role_grant where guild_id = $1 and taken_at is null order by user_id";
    tx.all(sql, args![guild]).await?.iter().map(|row| row.id(0)).collect()
}

/// Records a role given, or one of ours that now rests on another rule or version.
pub async fn give(
    tx: &mut Tx,
    (guild, user, role): (GuildId, UserId, RoleId),
    (rule, version): (RuleId, i64),
    at: Moment,
) -> Result<(), StoreError> {
    let sql = "insert into role_grant (guild_id, user_id, role_id, rule_id, version, granted_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (guild_id, user_id, role_id) do update
           set rule_id = excluded.rule_id, version = excluded.version,
               granted_at = case when role_grant.taken_at is null then role_grant.granted_at else excluded.granted_at end,
               grace_until = null, ended_by = null, taken_at = null, taken_by = null";
    tx.run(sql, args![guild, user, role, rule, version, at]).await.map(drop)
}

/// Begins or ends the grace of a grant.
pub async fn grace(
    tx: &mut Tx,
    (guild, user, role): (GuildId, UserId, RoleId),
    until: Option<Moment>,
) -> Result<(), StoreError> {
    let sql = "update role_grant set grace_until = $4
         where guild_id = $1 and user_id = $2 and role_id = $3 and taken_at is null";
    tx.run(sql, args![guild, user, role, until]).await.map(drop)
}

/// Marks a user's grants to go without grace: in one server, or everywhere.
pub async fn end(tx: &mut Tx, user: UserId, guild: Option<GuildId>, why: &str) -> Result<(), StoreError> {
    let sql = "update role_grant set ended_by = $3
         where user_id = $1 and taken_at is null and (cast($2 as bigint) is null or guild_id = $2)";
    tx.run(sql, args![user, guild, why]).await.map(drop)
}

/// A role of ours that was to go stays after all: a rule holds for it again.
pub async fn keep(tx: &mut Tx, (guild, user, role): (GuildId, UserId, RoleId)) -> Result<(), StoreError> {
    let sql = "update role_grant set ended_by = null
         where guild_id = $1 and user_id = $2 and role_id = $3 and taken_at is null";
    tx.run(sql, args![guild, user, role]).await.map(drop)
}

/// Records that a role of ours is gone, and why.
pub async fn take(
    tx: &mut Tx,
    (guild, user, role): (GuildId, UserId, RoleId),
    why: &str,
    at: Moment,
) -> Result<(), StoreError> {
    let sql = "update role_grant set taken_at = $5, taken_by = $4, grace_until = null, ended_by = null
         where guild_id = $1 and user_id = $2 and role_id = $3 and taken_at is null";
    tx.run(sql, args![guild, user, role, why, at]).await.map(drop)
}

/// Holders of a rule's role when a window began, and how many members the rule has taken it from
/// since, with those it is just being taken from.
pub async fn window(tx: &mut Tx, rule: RuleId, start: Moment) -> Result<(i64, i64), StoreError> {
    let sql = "select
        (select count(*) from role_grant
          where rule_id = $1 and granted_at <= $2 and (taken_at is null or taken_at > $2)),
        (select count(*) from role_grant where rule_id = $1 and taken_at > $2 and taken_by = 'rule_fails')
      + (select count(*) from intent
          where rule_id = $1 and ended_at is null and kind = 'take' and detail like '% rule_fails')";
    let row = tx.one(sql, args![rule, start]).await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.int(0)?, row.int(1)?)))
}
