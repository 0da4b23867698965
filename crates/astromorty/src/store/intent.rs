//! Intents: writes on their way to the outside. One without a result is looked at again after a crash.

use domain::id::{GuildId, RoleId, RuleId, UserId};
use domain::moment::Moment;

use super::tx::args;
use super::{Row, StoreError, Tx};

/// A write that is about to be sent, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Ours.
    pub id: i64,
    /// `give`, `take`, `push`, `delete` or `refresh`.
    pub kind: String,
    /// For whom.
    pub user: UserId,
    /// Where, for roles.
    pub guild: Option<GuildId>,
    /// Which role.
    pub role: Option<RoleId>,
    /// By which rule and version.
    pub rule: Option<(RuleId, i64)>,
    /// More, as the kind needs.
    pub detail: String,
}

fn intent(row: &Row) -> Result<Intent, StoreError> {
    let bad = |_| StoreError::Broken("an intent names something that is not an id".to_owned());
    let rule = row.optional_int(5)?.map(RuleId::new).transpose().map_err(bad)?;
    Ok(Intent {
        id: row.int(0)?,
        kind: row.text(1)?.to_owned(),
        user: row.id(2)?,
        guild: row.optional_int(3)?.map(GuildId::new).transpose().map_err(bad)?,
        role: row.optional_int(4)?.map(RoleId::new).transpose().map_err(bad)?,
        rule: rule.zip(row.optional_int(6)?),
        detail: row.text(7)?.to_owned(),
    })
}

/// Records a write before it is sent.
pub async fn begin(tx: &mut Tx, new: &Intent, at: Moment) -> Result<(), StoreError> {
    let sql = "insert into intent (id, kind, user_id, guild_id, role_id, rule_id, version, detail, sent_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let Intent { id, kind, user, guild, role, rule, detail } = new;
    let (rule, version) = rule.unzip();
    tx.run(sql, args![*id, kind, *user, *guild, *role, rule, version, detail, at]).await.map(drop)
}

/// Records what became of it. True for the first to say so.
pub async fn end(tx: &mut Tx, id: i64, result: &str, at: Moment) -> Result<bool, StoreError> {
    let sql = "update intent set result = $2, ended_at = $3 where id = $1 and ended_at is null";
    Ok(tx.run(sql, args![id, result, at]).await? == 1)
}

/// Role writes to a member whose result nobody knows.
pub async fn open_roles(tx: &mut Tx, guild: GuildId, user: UserId) -> Result<Vec<Intent>, StoreError> {
    let sql = "select id, kind, user_id, guild_id, role_id, rule_id, version, detail from intent
         where user_id = $2 and guild_id = $1 and ended_at is null and kind in ('give', 'take') order by id";
    tx.all(sql, args![guild, user]).await?.iter().map(intent).collect()
}

/// How often since then a member's role was gone although we gave it and did not take it: what
/// we gave less what we took, as far as it took effect.
pub async fn vanished(
    tx: &mut Tx,
    (guild, user, role): (GuildId, UserId, RoleId),
    since: Moment,
) -> Result<i64, StoreError> {
    let sql =
        "select cast(coalesce(sum(case when kind = 'give' then 1 else -1 end), 0) as bigint) from intent
         where user_id = $2 and guild_id = $1 and role_id = $3 and sent_at > $4
           and kind in ('give', 'take') and result in ('done', 'seen')";
    tx.one(sql, args![guild, user, role, since]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Writes of one kind for a user, not tied to a server, whose result nobody knows.
pub async fn open(tx: &mut Tx, user: UserId, kind: &str) -> Result<Vec<Intent>, StoreError> {
    let sql = "select id, kind, user_id, guild_id, role_id, rule_id, version, detail from intent
         where user_id = $1 and kind = $2 and ended_at is null order by id";
    tx.all(sql, args![user, kind]).await?.iter().map(intent).collect()
}
