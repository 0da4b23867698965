//! Spending: what each platform has cost in a month. Money is reserved before it is spent, so that
//! no two processes spend the same.

use domain::id::PlatformKey;
use domain::moment::Moment;

use super::tx::args;
use super::{StoreError, Tx};

/// What was reserved and spent at a platform in a month, in millionths of a US dollar.
pub async fn find(tx: &mut Tx, (platform, month): (&PlatformKey, i64)) -> Result<i64, StoreError> {
    let sql = "select micro_usd from spending where platform = $1 and month = $2";
    tx.one(sql, args![platform, month]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Reserves the price of as many reads as still fit under `limit`, and says how many those are.
pub async fn reserve(
    tx: &mut Tx,
    (platform, month): (&PlatformKey, i64),
    (price, reads): (i64, i64),
    limit: i64,
) -> Result<i64, StoreError> {
    let sql = "insert into spending (platform, month, micro_usd) values ($1, $2, 0)
        on conflict (platform, month) do update set micro_usd = spending.micro_usd
        returning micro_usd";
    // The row is locked from here on: who reserves at the same time waits for this one's end.
    let row = tx.one(sql, args![platform, month]).await?;
    let spent = row.map_or(Ok(0), |row| row.int(0))?;
    let fit = limit.saturating_sub(spent).max(0).checked_div(price).unwrap_or(reads).min(reads);
    add(tx, (platform, month), price.saturating_mul(fit)).await?;
    Ok(fit)
}

/// Adds what was spent, or gives back what was not with a number below zero. Returns the sum.
pub async fn add(
    tx: &mut Tx,
    (platform, month): (&PlatformKey, i64),
    micro_usd: i64,
) -> Result<i64, StoreError> {
    let sql = "update spending set micro_usd = micro_usd + $3 where platform = $1 and month = $2
        returning micro_usd";
    tx.one(sql, args![platform, month, micro_usd]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Whether the operator is still to be told that a month's money is spent. True for one caller.
pub async fn tell(
    tx: &mut Tx,
    (platform, month): (&PlatformKey, i64),
    at: Moment,
) -> Result<bool, StoreError> {
    let sql = "update spending set told_at = $3 where platform = $1 and month = $2 and told_at is null";
    Ok(tx.run(sql, args![platform, month, at]).await? == 1)
}
