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

/// How long a fall of one connection is remembered; the brake looks back an hour.
const FALLS: Span = Span::days(1);

/// How long what a month cost is remembered, as months are stored: two years.
const MONTHS: i64 = 200;

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
    gone += tx.run("delete from fall where at <= $1", args![now - FALLS]).await?;
    gone += tx.run("delete from spending where month < $1", args![now.month() - MONTHS]).await?;
    Ok(gone)
}
