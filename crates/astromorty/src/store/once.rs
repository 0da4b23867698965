//! Once: things that may happen one time, or one at a time.

use domain::moment::Moment;

use super::tx::args;
use super::{StoreError, Tx};

/// Holds everybody else who counts the same thing until this transaction ends. On SQLite there is
/// one writer anyway. The row goes with the cleaner after `until`.
pub async fn queue_up(tx: &mut Tx, (kind, hash): (&str, &str), until: Moment) -> Result<(), StoreError> {
    if matches!(tx, Tx::Sqlite(_)) {
        return Ok(());
    }
    let sql = "insert into once (kind, hash, until) values ($1, $2, $3)
        on conflict (kind, hash) do update set until = excluded.until";
    tx.run(sql, args![kind, hash, until]).await.map(drop)
}

/// Whether this is the first time. True for one caller over all processes, and again only after
/// the `until` of that one has passed. Nothing has happened if the transaction is undone.
pub async fn first(
    tx: &mut Tx,
    (kind, hash): (&str, &str),
    (now, until): (Moment, Moment),
) -> Result<bool, StoreError> {
    let sql = "insert into once (kind, hash, until) values ($1, $2, $4)
        on conflict (kind, hash) do update set until = excluded.until
         where once.until <= $3";
    Ok(tx.run(sql, args![kind, hash, now, until]).await? == 1)
}
