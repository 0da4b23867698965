//! Rules: which role a server gives for which criteria.

use domain::id::{GuildId, RoleId, RuleId, UserId};
use domain::moment::{Moment, Span};

use super::tx::args;
use super::{Row, StoreError, Tx};

/// A rule as stored; its criteria are text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Ours.
    pub id: RuleId,
    /// Whose.
    pub guild: GuildId,
    /// What people call it; counts per server.
    pub number: i64,
    /// What it gives.
    pub role: RoleId,
    /// For what.
    pub criteria: String,
    /// Grows with each edit.
    pub version: i64,
    /// How long after "fails" the role stays.
    pub grace: Span,
    /// Who wrote it; `None` for the operator.
    pub author: Option<UserId>,
    /// Since when it only watches.
    pub observe_only_at: Option<Moment>,
    /// Why it is paused, and since when.
    pub paused: Option<(Moment, String)>,
    /// When it was written or edited last.
    pub changed_at: Moment,
}

fn rule(row: &Row) -> Result<Rule, StoreError> {
    let author = row.optional_int(7)?.map(UserId::new).transpose();
    let paused = row.optional_moment(9)?;
    Ok(Rule {
        id: row.id(0)?,
        guild: row.id(1)?,
        number: row.int(2)?,
        role: row.id(3)?,
        criteria: row.text(4)?.to_owned(),
        version: row.int(5)?,
        grace: Span::seconds(row.int(6)?),
        author: author.map_err(|_| StoreError::Broken("a rule names no author".to_owned()))?,
        observe_only_at: row.optional_moment(8)?,
        paused: paused
            .map(|at| Ok::<_, StoreError>((at, row.optional_text(10)?.unwrap_or_default().to_owned())))
            .transpose()?,
        changed_at: row.moment(11)?,
    })
}

/// The rules in force in a server, by number.
pub async fn live(tx: &mut Tx, guild: GuildId) -> Result<Vec<Rule>, StoreError> {
    let sql =
        "select id, guild_id, number, role_id, criteria, version, grace, author, observe_only_at, paused_at,
                      paused_reason, changed_at
                 from rule where guild_id = $1 and disabled_at is null order by number";
    tx.all(sql, args![guild]).await?.iter().map(rule).collect()
}

/// The rules in force in all servers that a user agreed for.
pub async fn for_user(tx: &mut Tx, user: UserId) -> Result<Vec<Rule>, StoreError> {
    let sql = "select r.id, r.guild_id, r.number, r.role_id, r.criteria, r.version, r.grace, r.author,
                      r.observe_only_at, r.paused_at, r.paused_reason, r.changed_at
          from rule r join consent c on c.guild_id = r.guild_id
         where c.user_id = $1 and r.disabled_at is null order by r.guild_id, r.number";
    tx.all(sql, args![user]).await?.iter().map(rule).collect()
}

/// The rule of that number in a server, unless it is disabled.
pub async fn numbered(tx: &mut Tx, guild: GuildId, number: i64) -> Result<Option<Rule>, StoreError> {
    Ok(live(tx, guild).await?.into_iter().find(|rule| rule.number == number))
}

/// The number a server's next rule gets.
pub async fn next_number(tx: &mut Tx, guild: GuildId) -> Result<i64, StoreError> {
    let row = tx.one("select coalesce(max(number), 0) from rule where guild_id = $1", args![guild]).await?;
    Ok(row.map_or(Ok(0), |row| row.int(0))? + 1)
}

/// Adds a rule. False when its number was taken meanwhile.
pub async fn insert(tx: &mut Tx, new: &Rule, at: Moment) -> Result<bool, StoreError> {
    let sql =
        "insert into rule (id, guild_id, number, role_id, criteria, version, grace, author, observe_only_at,
                          created_at, changed_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict do nothing";
    let Rule { id, guild, number, role, criteria, version, grace, author, observe_only_at, .. } = new;
    let grace = grace.as_seconds();
    let values = args![*id, *guild, *number, *role, criteria, *version, grace, *author, *observe_only_at, at];
    Ok(tx.run(sql, values).await? == 1)
}

/// Ends a rule; what it gave is taken back by the work that the caller stores with it.
pub async fn disable(tx: &mut Tx, id: RuleId, at: Moment) -> Result<(), StoreError> {
    let sql = "update rule set disabled_at = $2, changed_at = $2 where id = $1 and disabled_at is null";
    tx.run(sql, args![id, at]).await.map(drop)
}

/// Pauses a rule: it neither gives nor takes until it is resumed. True unless it rests already.
pub async fn pause(tx: &mut Tx, id: RuleId, reason: &str, at: Moment) -> Result<bool, StoreError> {
    let sql = "update rule set paused_at = $3, paused_reason = $2
         where id = $1 and (paused_at is null or paused_at < $4)";
    let an_hour_ago = at - Span::hours(1);
    Ok(tx.run(sql, args![id, reason, at, an_hour_ago]).await? == 1)
}

/// Lets a paused rule go on.
pub async fn resume(tx: &mut Tx, id: RuleId) -> Result<(), StoreError> {
    tx.run("update rule set paused_at = null, paused_reason = null where id = $1", args![id]).await.map(drop)
}

/// Locks a rule until the transaction ends, so that removals by it are counted one by one.
pub async fn lock(tx: &mut Tx, id: RuleId) -> Result<(), StoreError> {
    tx.run("update rule set version = version where id = $1", args![id]).await.map(drop)
}

/// Whose rule this is.
pub async fn guild(tx: &mut Tx, id: RuleId) -> Result<Option<GuildId>, StoreError> {
    tx.one("select guild_id from rule where id = $1", args![id]).await?.map(|row| row.id(0)).transpose()
}

/// The rule with this id, disabled or not.
pub async fn find(tx: &mut Tx, id: RuleId) -> Result<Option<Rule>, StoreError> {
    let sql =
        "select id, guild_id, number, role_id, criteria, version, grace, author, observe_only_at, paused_at,
                      paused_reason, changed_at
                 from rule where id = $1";
    tx.one(sql, args![id]).await?.as_ref().map(rule).transpose()
}
