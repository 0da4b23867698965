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
