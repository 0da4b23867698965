//! Work: what is to be made so. Stored with the change that causes it, done by whoever claims it.

use domain::id::{GuildId, UserId};
use domain::moment::Moment;

use super::tx::args;
use super::{Row, StoreError, Tx};

/// Something to do.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// What.
    pub kind: &'a str,
    /// With whom; one row per kind and key.
    pub key: String,
    /// Whose page may wait for it.
    pub user: Option<UserId>,
    /// What it needs to know, as JSON.
    pub payload: String,
    /// Somebody waits: it goes before background work.
    pub interactive: bool,
    /// Not before.
    pub due_at: Moment,
}

/// Something claimed.
#[derive(Debug, Clone)]
pub struct Work {
    /// What.
    pub kind: String,
    /// With whom.
    pub key: String,
    /// Whose.
    pub user: Option<UserId>,
    /// Grows with each request for it; one that came while it ran is never swallowed.
    pub version: i64,
    /// What it needs to know, as JSON.
    pub payload: String,
    /// Somebody waits.
    pub interactive: bool,
    /// When it was due.
    pub due_at: Moment,
    /// Tries before this one that failed.
    pub attempts: i64,
    /// An earlier try failed or ended without a word, and nobody knows how far it got.
    pub interrupted: bool,
    /// Proof that the claim is ours.
    pub lease: String,
}

fn work(row: &Row, lease: &str) -> Result<Work, StoreError> {
    let user = row.optional_int(2)?.map(UserId::new).transpose();
    Ok(Work {
        kind: row.text(0)?.to_owned(),
        key: row.text(1)?.to_owned(),
        user: user.map_err(|_| StoreError::Broken("a work row names no user".to_owned()))?,
        version: row.int(3)?,
        payload: row.text(4)?.to_owned(),
        interactive: row.int(5)? == 0,
        due_at: row.moment(6)?,
        attempts: row.int(7)?,
        interrupted: row.int(8)? > 1,
        lease: lease.to_owned(),
    })
}

/// Asks for work. One that waits already is done once, at the earlier moment, with the newer payload.
pub async fn add(tx: &mut Tx, new: &New<'_>) -> Result<(), StoreError> {
    let sql = "insert into work (kind, key, user_id, version, payload, priority, due_at, claimed_until, attempts, claims)
        values ($1, $2, $3, 1, $4, $5, $6, 0, 0, 0)
        on conflict (kind, key) do update
           set version = work.version + 1, payload = excluded.payload, attempts = 0, dead_at = null,
               priority = case when work.priority < excluded.priority then work.priority else excluded.priority end,
               due_at = case when work.due_at < excluded.due_at then work.due_at else excluded.due_at end";
    let priority = i64::from(!new.interactive);
    tx.run(sql, args![new.kind, &new.key, new.user, &new.payload, priority, new.due_at]).await.map(drop)
}

/// Asks for the roles of every member who agreed for a server or holds something of ours there.
pub async fn add_roles_of_guild(tx: &mut Tx, guild: GuildId, at: Moment) -> Result<(), StoreError> {
    let sql =
        "insert into work (kind, key, user_id, version, payload, priority, due_at, claimed_until, attempts, claims)
        select 'roles', cast(m.guild_id as text) || ':' || cast(m.user_id as text), m.user_id, 1, '{}', 1,
               cast($2 as bigint), 0, 0, 0
          from (select guild_id, user_id from consent where guild_id = $1
                union select guild_id, user_id from role_grant where guild_id = $1 and taken_at is null) m
         where true
        on conflict (kind, key) do update
           set version = work.version + 1, dead_at = null, attempts = 0,
               due_at = case when work.due_at < excluded.due_at then work.due_at else excluded.due_at end";
    tx.run(sql, args![guild, at]).await.map(drop)
}

/// Asks for the roles and the role connection of everybody who has an account at a platform.
pub async fn add_all_of_platform(
    tx: &mut Tx,
    platform: &domain::id::PlatformKey,
    at: Moment,
) -> Result<(), StoreError> {
    let roles =
        "insert into work (kind, key, user_id, version, payload, priority, due_at, claimed_until, attempts, claims)
        select 'roles', cast(m.guild_id as text) || ':' || cast(m.user_id as text), m.user_id, 1, '{}', 1,
               cast($2 as bigint), 0, 0, 0
          from (select distinct a.guild_id, a.user_id from consent a join connection c on c.user_id = a.user_id
                 where c.platform = $1) m
         where true
        on conflict (kind, key) do update
           set version = work.version + 1, dead_at = null, attempts = 0,
               due_at = case when work.due_at < excluded.due_at then work.due_at else excluded.due_at end";
    tx.run(roles, args![platform, at]).await?;
    let pushes =
        "insert into work (kind, key, user_id, version, payload, priority, due_at, claimed_until, attempts, claims)
        select 'push', cast(m.user_id as text), m.user_id, 1, '{}', 1, cast($2 as bigint), 0, 0, 0
          from (select distinct user_id from connection where platform = $1) m
         where true
        on conflict (kind, key) do update
           set version = work.version + 1, dead_at = null, attempts = 0,
               due_at = case when work.due_at < excluded.due_at then work.due_at else excluded.due_at end";
    tx.run(pushes, args![platform, at]).await.map(drop)
}

/// Asks for a fresh read of every account of those who agreed for a server.
pub async fn add_reads_of_guild(tx: &mut Tx, guild: GuildId, at: Moment) -> Result<(), StoreError> {
    let sql =
        "insert into work (kind, key, user_id, version, payload, priority, due_at, claimed_until, attempts, claims)
        select 'read', cast(c.id as text), c.user_id, 1, '{}', 1, cast($2 as bigint), 0, 0, 0
          from connection c join consent a on a.user_id = c.user_id
         where a.guild_id = $1
        on conflict (kind, key) do update
           set version = work.version + 1, dead_at = null, attempts = 0,
               due_at = case when work.due_at < excluded.due_at then work.due_at else excluded.due_at end";
    tx.run(sql, args![guild, at]).await.map(drop)
}

const CLAIM: &str = "update work set claimed_until = $2, lease = $3, claims = claims + 1
     where claimed_until <= $1 and (kind, key) in (
           select kind, key from work
            where due_at <= $1 and claimed_until <= $1 and dead_at is null
            order by priority, due_at limit $4)
    returning kind, key, user_id, version, payload, priority, due_at, attempts, claims";

/// The same, passing over rows that another process is claiming. The inner query stands apart: as
/// part of the outer one it may be run once for each row, and then a claim has no limit.
const CLAIM_POSTGRES: &str = "with due as materialized (
           select kind, key from work
            where due_at <= $1 and claimed_until <= $1 and dead_at is null
            order by priority, due_at limit $4 for update skip locked)
    update work set claimed_until = $2, lease = $3, claims = claims + 1
      from due where work.kind = due.kind and work.key = due.key
    returning work.kind, work.key, user_id, version, payload, priority, due_at, attempts, claims";

/// A claim to make.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Now.
    pub now: Moment,
    /// Until when nobody else may take it.
    pub until: Moment,
    /// A name for this claim that nobody else has.
    pub lease: String,
    /// How many rows at most.
    pub limit: i64,
}

/// Claims what is due: interactive first, then the longest due. No row is claimed twice.
pub async fn claim(tx: &mut Tx, claim: &Claim) -> Result<Vec<Work>, StoreError> {
    let sql = tx.pick(CLAIM, CLAIM_POSTGRES);
    let rows = tx.all(sql, args![claim.now, claim.until, &claim.lease, claim.limit]).await?;
    let mut claimed: Vec<Work> = rows.iter().map(|row| work(row, &claim.lease)).collect::<Result<_, _>>()?;
    claimed.sort_by_key(|work| (!work.interactive, work.due_at));
    Ok(claimed)
}

/// Makes sure that a claim lasts until `until`, or says that it is somebody else's by now. Costs a
/// look only, unless the claim is about to end.
pub async fn renew(tx: &mut Tx, work: &Work, (now, until): (Moment, Moment)) -> Result<bool, StoreError> {
    let Work { kind, key, lease, .. } = work;
    let sql = "select claimed_until from work where kind = $1 and key = $2 and lease = $3";
    let Some(row) = tx.one(sql, args![kind, key, lease]).await? else { return Ok(false) };
    if row.moment(0)? >= until {
        return Ok(true);
    }
    let sql = "update work set claimed_until = $4 where kind = $1 and key = $2 and lease = $3";
    let later = now + domain::moment::Span::minutes(2);
    Ok(tx.run(sql, args![kind, key, lease, later]).await? == 1)
}

/// Whether a claim would find anything.
pub async fn is_any_due(tx: &mut Tx, now: Moment) -> Result<bool, StoreError> {
    let sql = "select 1 from work where due_at <= $1 and claimed_until <= $1 and dead_at is null limit 1";
    Ok(tx.one(sql, args![now]).await?.is_some())
}

/// Whether something is due and not claimed that somebody waits for.
pub async fn is_interactive_due(tx: &mut Tx, now: Moment) -> Result<bool, StoreError> {
    let sql = "select 1 from work
         where priority = 0 and due_at <= $1 and claimed_until <= $1 and dead_at is null limit 1";
    Ok(tx.one(sql, args![now]).await?.is_some())
}

/// It is done. When it was asked for again meanwhile, it stays and runs once more.
pub async fn done(tx: &mut Tx, work: &Work) -> Result<(), StoreError> {
    let sql = "delete from work where kind = $1 and key = $2 and lease = $3 and version = $4";
    let Work { kind, key, lease, version, .. } = work;
    if tx.run(sql, args![kind, key, lease, *version]).await? == 0 {
        let sql = "update work set claimed_until = 0, claims = 0, lease = null where kind = $1 and key = $2 and lease = $3";
        tx.run(sql, args![kind, key, lease]).await?;
    }
    Ok(())
}

/// It is to be tried again. `attempts` counts failures; a wait that is nobody's fault does not.
pub async fn put_back(
    tx: &mut Tx,
    work: &Work,
    (due_at, attempts): (Moment, i64),
    why: Option<&str>,
) -> Result<(), StoreError> {
    // Asked for again meanwhile: the newer request's moment counts.
    let sql = "update work
           set claimed_until = 0, lease = null, last_error = $5, claims = claims - $9,
               attempts = case when version = $4 then $6 else attempts end,
               due_at = case when version = $4 then $7 else due_at end,
               priority = case when version = $4 then $8 else priority end
         where kind = $1 and key = $2 and lease = $3";
    let Work { kind, key, lease, version, interactive, .. } = work;
    // After a few failures nobody waits any more.
    let priority = i64::from(!(*interactive && attempts < 3));
    // A wait undoes its own claim and no other: a doubt from before it stays.
    let undone = i64::from(attempts <= work.attempts);
    let values = args![kind, key, lease, *version, why, attempts, due_at, priority, undone];
    tx.run(sql, values).await.map(drop)
}

/// It cannot be done; it stays for an operator to see. When it was asked for again meanwhile, it runs once more.
pub async fn bury(tx: &mut Tx, work: &Work, why: &str, at: Moment) -> Result<(), StoreError> {
    let sql = "update work
           set claimed_until = 0, lease = null, last_error = $5,
               dead_at = case when version = $4 then cast($6 as bigint) else null end
         where kind = $1 and key = $2 and lease = $3";
    let Work { kind, key, lease, version, .. } = work;
    tx.run(sql, args![kind, key, lease, *version, why, at]).await.map(drop)
}

/// Frees every claim and every refresh lease: whoever held them is gone. Only for a database that
/// one process uses, when that process starts. What was claimed stays marked as interrupted.
pub async fn take_over(tx: &mut Tx) -> Result<(), StoreError> {
    tx.run("update work set claimed_until = 0, lease = null where claimed_until > 0", args![]).await?;
    tx.run(
        "update discord_user set refresh_until = 0, refresh_lease = null where refresh_until > 0",
        args![],
    )
    .await?;
    tx.run("update connection set refresh_until = 0, refresh_lease = null where refresh_until > 0", args![])
        .await
        .map(drop)
}

/// How many rows of a user are due by then; what is put off further does not keep a page waiting.
pub async fn due_for(tx: &mut Tx, user: UserId, by: Moment) -> Result<i64, StoreError> {
    let sql =
        "select count(*) from work where user_id = $1 and due_at <= $2 and dead_at is null and attempts = 0";
    tx.one(sql, args![user, by]).await?.map_or(Ok(0), |row| row.int(0))
}

/// When the next row is due, the longest overdue one, and how many are dead.
pub async fn outlook(tx: &mut Tx) -> Result<(Option<Moment>, i64), StoreError> {
    let sql = "select min(case when dead_at is null then due_at end),
                      cast(coalesce(sum(case when dead_at is null then 0 else 1 end), 0) as bigint) from work";
    let row = tx.one(sql, args![]).await?;
    row.map_or(Ok((None, 0)), |row| Ok((row.optional_moment(0)?, row.int(1)?)))
}

/// Whether something of a user is due, or was tried in vain and waits.
pub async fn behind(tx: &mut Tx, user: UserId, now: Moment) -> Result<bool, StoreError> {
    let sql = "select count(*) from work
         where user_id = $1 and dead_at is null and kind <> 'retire' and (due_at <= $2 or attempts > 0)";
    Ok(tx.one(sql, args![user, now]).await?.map_or(Ok(0), |row| row.int(0))? > 0)
}

/// Whether work of one kind and key waits, and has not been tried in vain.
pub async fn waits(tx: &mut Tx, kind: &str, key: &str) -> Result<bool, StoreError> {
    let sql = "select count(*) from work where kind = $1 and key = $2 and dead_at is null and attempts = 0";
    Ok(tx.one(sql, args![kind, key]).await?.map_or(Ok(0), |row| row.int(0))? > 0)
}

/// A user who signs in again is not to be erased any more.
pub async fn drop_erasure(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    tx.run("delete from work where kind = 'erase' and user_id = $1", args![user]).await.map(drop)
}
