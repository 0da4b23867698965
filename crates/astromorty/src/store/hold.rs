//! Holds: mass removals that the brake stopped until somebody decides.

use domain::id::{PlatformKey, RuleId};
use domain::moment::Moment;

use super::tx::args;
use super::{Row, StoreError, Tx};

/// A stopped removal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Ours.
    pub id: i64,
    /// Of which rule.
    pub rule: Option<RuleId>,
    /// Or of which platform.
    pub platform: Option<PlatformKey>,
    /// What would have gone, as JSON.
    pub plan: String,
    /// Since when.
    pub held_at: Moment,
}

fn hold(row: &Row) -> Result<Hold, StoreError> {
    let rule = row.optional_int(1)?.map(RuleId::new).transpose();
    Ok(Hold {
        id: row.int(0)?,
        rule: rule.map_err(|_| StoreError::Broken("a hold names no rule".to_owned()))?,
        platform: row.optional_text(4)?.map(|_| row.platform(4)).transpose()?,
        plan: row.text(2)?.to_owned(),
        held_at: row.moment(3)?,
    })
}

/// The hold of a rule that nobody decided on yet.
pub async fn open(tx: &mut Tx, rule: RuleId) -> Result<Option<Hold>, StoreError> {
    let sql =
        "select id, rule_id, plan, held_at, platform from hold where rule_id = $1 and decided_at is null";
    tx.one(sql, args![rule]).await?.as_ref().map(hold).transpose()
}

/// The hold of a platform that nobody decided on yet.
pub async fn open_platform(tx: &mut Tx, platform: &PlatformKey) -> Result<Option<Hold>, StoreError> {
    let sql = "select id, rule_id, plan, held_at, platform from hold
         where platform = $1 and decided_at is null";
    tx.one(sql, args![platform]).await?.as_ref().map(hold).transpose()
}

/// The platforms that are held, and since when.
pub async fn platforms(tx: &mut Tx) -> Result<Vec<(PlatformKey, Moment)>, StoreError> {
    let sql = "select platform, min(held_at) from hold
         where platform is not null and decided_at is null group by platform order by platform";
    tx.all(sql, args![]).await?.iter().map(|row| Ok((row.platform(0)?, row.moment(1)?))).collect()
}

/// When a hold of a platform was last approved.
pub async fn platform_approved_at(tx: &mut Tx, platform: &PlatformKey) -> Result<Option<Moment>, StoreError> {
    let sql = "select max(decided_at) from hold where platform = $1 and decision = 'approved'";
    tx.one(sql, args![platform]).await?.map_or(Ok(None), |row| row.optional_moment(0))
}

/// Every hold that nobody decided on yet.
pub async fn all_open(tx: &mut Tx) -> Result<Vec<Hold>, StoreError> {
    let sql = "select id, rule_id, plan, held_at, platform from hold where decided_at is null order by id";
    tx.all(sql, args![]).await?.iter().map(hold).collect()
}

/// Stores a hold.
pub async fn insert(tx: &mut Tx, new: &Hold) -> Result<(), StoreError> {
    let sql = "insert into hold (id, rule_id, plan, held_at, platform) values ($1, $2, $3, $4, $5)";
    tx.run(sql, args![new.id, new.rule, &new.plan, new.held_at, new.platform.as_ref()]).await.map(drop)
}

/// Notes how many are held back by now.
pub async fn update_plan(tx: &mut Tx, id: i64, plan: &str) -> Result<(), StoreError> {
    tx.run("update hold set plan = $2 where id = $1", args![id, plan]).await.map(drop)
}

/// Decides. True for the one who did.
pub async fn decide(
    tx: &mut Tx,
    id: i64,
    (decision, by): (&str, &str),
    at: Moment,
) -> Result<bool, StoreError> {
    let sql = "update hold set decision = $2, decided_by = $3, decided_at = $4 where id = $1 and decided_at is null";
    Ok(tx.run(sql, args![id, decision, by, at]).await? == 1)
}

/// When a removal by this rule was last approved.
pub async fn approved_at(tx: &mut Tx, rule: RuleId) -> Result<Option<Moment>, StoreError> {
    let sql = "select max(decided_at) from hold where rule_id = $1 and decision = 'approved'";
    tx.one(sql, args![rule]).await?.map_or(Ok(None), |row| row.optional_moment(0))
}
