//! What processes share: leases, and single values with a name.

use domain::moment::Moment;

use super::tx::args;
use super::{StoreError, Tx};

/// The shared value of that name.
pub async fn find(tx: &mut Tx, name: &str) -> Result<Option<String>, StoreError> {
    let row = tx.one("select payload from fleet where name = $1", args![name]).await?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// Stores a shared value unless there is one; returns the one that stands.
pub async fn keep_first(tx: &mut Tx, name: &str, payload: &str) -> Result<String, StoreError> {
    let sql = "insert into fleet (name, until, payload) values ($1, 0, $2) on conflict do nothing";
    tx.run(sql, args![name, payload]).await?;
    let stands = find(tx, name).await?;
    stands.ok_or_else(|| StoreError::Broken("a shared value vanished".to_owned()))
}

/// Stores a shared value.
pub async fn save(tx: &mut Tx, name: &str, payload: &str) -> Result<(), StoreError> {
    let sql = "insert into fleet (name, until, payload) values ($1, 0, $2)
        on conflict (name) do update set payload = excluded.payload";
    tx.run(sql, args![name, payload]).await.map(drop)
}

/// Takes or renews the lease of that name. False while somebody else holds it.
pub async fn lease(
    tx: &mut Tx,
    (name, holder): (&str, &str),
    now: Moment,
    until: Moment,
) -> Result<bool, StoreError> {
    let sql = "insert into fleet (name, holder, until, payload) values ($1, $2, $4, '')
        on conflict (name) do update set holder = excluded.holder, until = excluded.until
         where fleet.until <= $3 or fleet.holder = $2";
    Ok(tx.run(sql, args![name, holder, now, until]).await? == 1)
}
