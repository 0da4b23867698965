//! Falls: connections of which a check made a rule go from holds to fails (design law 4).

use domain::id::{ConnectionId, PlatformKey};
use domain::moment::Moment;

use super::tx::args;
use super::{StoreError, Tx};

/// Records one. A connection that falls twice counts once, by its last fall.
pub async fn add(
    tx: &mut Tx,
    (platform, connection): (&PlatformKey, ConnectionId),
    at: Moment,
) -> Result<(), StoreError> {
    let sql = "insert into fall (platform, connection_id, at) values ($1, $2, $3)
        on conflict (platform, connection_id) do update set at = excluded.at";
    tx.run(sql, args![platform, connection, at]).await.map(drop)
}

/// How many other connections of a platform fell since then.
pub async fn others_since(
    tx: &mut Tx,
    (platform, connection): (&PlatformKey, ConnectionId),
    since: Moment,
) -> Result<i64, StoreError> {
    let sql = "select count(*) from fall where platform = $1 and at > $2 and connection_id <> $3";
    tx.one(sql, args![platform, since, connection]).await?.map_or(Ok(0), |row| row.int(0))
}

/// How many connections of a platform were ever checked.
pub async fn checked(tx: &mut Tx, platform: &PlatformKey) -> Result<i64, StoreError> {
    let sql = "select count(*) from connection where platform = $1 and verified_at is not null";
    tx.one(sql, args![platform]).await?.map_or(Ok(0), |row| row.int(0))
}
