//! Browser sessions. The cookie's value is known to the browser alone; we keep its hash.

use domain::id::UserId;
use domain::moment::Moment;

use super::tx::args;
use super::{Row, StoreError, Tx};

/// A browser that came by, signed in or not.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    /// Ours; it survives a change of the cookie's value.
    pub id: i64,
    /// Who signed in here.
    pub user: Option<UserId>,
    /// When it was seen last, to within some minutes.
    pub seen_at: Moment,
    /// When it was made.
    pub created_at: Moment,
}

fn session(row: &Row) -> Result<Session, StoreError> {
    let user = row.optional_int(1)?.map(UserId::new).transpose();
    Ok(Session {
        id: row.int(0)?,
        user: user.map_err(|_| StoreError::Broken("a session names no user".to_owned()))?,
        seen_at: row.moment(2)?,
        created_at: row.moment(3)?,
    })
}

/// The live session with this cookie.
pub async fn find(tx: &mut Tx, hash: &str, now: Moment) -> Result<Option<Session>, StoreError> {
    let sql = "select id, user_id, seen_at, created_at from session where hash = $1 and expires_at > $2";
    tx.one(sql, args![hash, now]).await?.as_ref().map(session).transpose()
}

/// Makes a session for a browser that nobody signed in with yet.
pub async fn insert(tx: &mut Tx, id: i64, hash: &str, now: Moment, until: Moment) -> Result<(), StoreError> {
    let sql = "insert into session (id, hash, created_at, seen_at, expires_at) values ($1, $2, $3, $3, $4)";
    tx.run(sql, args![id, hash, now, until]).await.map(drop)
}

/// Gives the session a new cookie; the old one is dead from here on (N-35).
pub async fn rotate(tx: &mut Tx, id: i64, hash: &str) -> Result<(), StoreError> {
    tx.run("update session set hash = $2 where id = $1", args![id, hash]).await.map(drop)
}

/// Signs a user in.
pub async fn sign_in(
    tx: &mut Tx,
    id: i64,
    user: UserId,
    now: Moment,
    until: Moment,
) -> Result<(), StoreError> {
    let sql = "update session set user_id = $2, created_at = $3, seen_at = $3, expires_at = $4 where id = $1";
    tx.run(sql, args![id, user, now, until]).await.map(drop)
}

/// Records that the browser came by, and how long it may stay away.
pub async fn seen(tx: &mut Tx, id: i64, now: Moment, until: Moment) -> Result<(), StoreError> {
    tx.run("update session set seen_at = $2, expires_at = $3 where id = $1", args![id, now, until])
        .await
        .map(drop)
}

/// Ends one session and drops its links on their way.
pub async fn end(tx: &mut Tx, id: i64) -> Result<(), StoreError> {
    tx.run("delete from \"authorization\" where session_id = $1", args![id]).await?;
    tx.run("delete from session where id = $1", args![id]).await.map(drop)
}

/// Ends every session of a user.
pub async fn end_all(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    let sql = "delete from \"authorization\" where session_id in (select id from session where user_id = $1)";
    tx.run(sql, args![user]).await?;
    tx.run("delete from session where user_id = $1", args![user]).await.map(drop)
}

/// How many sessions a user has open.
pub async fn count(tx: &mut Tx, user: UserId, now: Moment) -> Result<i64, StoreError> {
    let sql = "select count(*) from session where user_id = $1 and expires_at > $2";
    tx.one(sql, args![user, now]).await?.map_or(Ok(0), |row| row.int(0))
}
