//! Due: connections whose facts are to be read again, claimed by whoever reads them.

use domain::id::{ConnectionId, PlatformKey};
use domain::moment::Moment;

use super::connection::{self, Connection};
use super::tx::args;
use super::{StoreError, Tx};

/// A connection that is claimed to be read.
#[derive(Debug, Clone)]
pub struct Due {
    /// The connection.
    pub connection: Connection,
    /// When it was due.
    pub due_at: Moment,
}

/// A claim to make.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Of which platform's connections.
    pub platform: PlatformKey,
    /// Now.
    pub now: Moment,
    /// Until when nobody else may take them.
    pub until: Moment,
    /// A name for this claim that nobody else has.
    pub lease: String,
    /// How many at most.
    pub limit: i64,
}

/// Whether any connection of a platform is due and not claimed.
pub async fn is_any(tx: &mut Tx, platform: &PlatformKey, now: Moment) -> Result<bool, StoreError> {
    let sql = "select 1 from connection where platform = $1 and due_at <= $2 and claimed_until <= $2 limit 1";
    Ok(tx.one(sql, args![platform, now]).await?.is_some())
}

const CLAIM: &str = "update connection set claimed_until = $2, claim_lease = $3
     where claimed_until <= $1 and id in (
           select id from connection
            where platform = $4 and due_at <= $1 and claimed_until <= $1
            order by due_at limit $5)
    returning id, user_id, platform, instance, subject, username, node, tokens, standing, generation,
              linked_at, verified_at, asked_at, shown_at, gone_since, gone_looks, gone_at, due_at";

/// The same, passing over rows that another process is claiming.
const CLAIM_POSTGRES: &str = "with due as materialized (
           select id as due_id from connection
            where platform = $4 and due_at <= $1 and claimed_until <= $1
            order by due_at limit $5 for update skip locked)
    update connection set claimed_until = $2, claim_lease = $3
      from due where id = due_id
    returning id, user_id, platform, instance, subject, username, node, tokens, standing, generation,
              linked_at, verified_at, asked_at, shown_at, gone_since, gone_looks, gone_at, due_at";

/// Claims what is due, the longest due first. No connection is claimed twice.
pub async fn claim(tx: &mut Tx, claim: &Claim) -> Result<Vec<Due>, StoreError> {
    let sql = tx.pick(CLAIM, CLAIM_POSTGRES);
    let Claim { platform, now, until, lease, limit } = claim;
    let rows = tx.all(sql, args![*now, *until, lease, platform, *limit]).await?;
    let due = |row| Ok(Due { connection: connection::read(row)?, due_at: row.moment(connection::COLUMNS)? });
    let mut claimed: Vec<Due> = rows.iter().map(due).collect::<Result<_, StoreError>>()?;
    claimed.sort_by_key(|due| (due.due_at, due.connection.id));
    Ok(claimed)
}

/// When a connection is due.
pub async fn at(tx: &mut Tx, id: ConnectionId) -> Result<Option<Moment>, StoreError> {
    let row = tx.one("select due_at from connection where id = $1", args![id]).await?;
    row.map_or(Ok(None), |row| row.optional_moment(0))
}

/// Sets when a connection is due next, and ends the claim on it. Asked for anew since it was seen
/// to be due at `seen`, it stays due as it was asked.
pub async fn next(
    tx: &mut Tx,
    id: ConnectionId,
    (seen, next): (Option<Moment>, Option<Moment>),
) -> Result<(), StoreError> {
    let sql = "update connection
           set claimed_until = 0, claim_lease = null,
               due_at = case when coalesce(due_at, 0) = coalesce(cast($2 as bigint), 0)
                             then cast($3 as bigint) else due_at end
         where id = $1";
    tx.run(sql, args![id, seen, next]).await.map(drop)
}

/// Makes a connection due now, whoever reads it at this moment.
pub async fn ask(tx: &mut Tx, id: ConnectionId, now: Moment) -> Result<(), StoreError> {
    // Another moment than the one before, so that a read under way does not take it for its own.
    let sql = "update connection set due_at = case when due_at = $2 then $2 - 1 else $2 end where id = $1";
    tx.run(sql, args![id, now]).await.map(drop)
}

/// Frees every claim: whoever held them is gone. Only for a database that one process uses.
pub async fn take_over(tx: &mut Tx) -> Result<(), StoreError> {
    let sql = "update connection set claimed_until = 0, claim_lease = null where claimed_until > 0";
    tx.run(sql, args![]).await.map(drop)
}
