//! The cleaner: everything that has served its time goes.

use domain::moment::{Moment, Span};

use super::tx::args;
use super::{StoreError, Tx};

/// How long what happened is kept: attempts, ended intents, decided holds.
const HISTORY: Span = Span::days(90);

/// How long members can look back at what happened to them.
const AUDIT: Span = Span::days(730);

/// How long a departure is remembered; longer than any backup should live.
const DEPARTED: Span = Span::days(400);

/// Deletes what is over: sessions, abandoned links with their tokens, old history. Returns how many rows.
pub async fn clean(tx: &mut Tx, now: Moment) -> Result<u64, StoreError> {
    let ended = [
        "delete from session where expires_at <= $1",
        "delete from \"authorization\" where expires_at <= $1",
        "delete from once where until <= $1",
    ];
    let mut gone = 0;
    for sql in ended {
        gone += tx.run(sql, args![now]).await?;
    }
    let old = [
        "delete from attempt where started_at <= $1",
        "delete from intent where ended_at <= $1",
        "delete from hold where decided_at <= $1",
        "delete from work where dead_at <= $1",
        "delete from role_grant where taken_at <= $1",
    ];
    for sql in old {
        gone += tx.run(sql, args![now - HISTORY]).await?;
    }
    gone += tx.run("delete from audit where at <= $1", args![now - AUDIT]).await?;
    gone += tx.run("delete from departed where at <= $1", args![now - DEPARTED]).await?;
    Ok(gone)
}
