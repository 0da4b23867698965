//! Who left: keyed hashes, so that a restored backup does not bring anybody back.

use domain::moment::Moment;

use super::tx::args;
use super::{StoreError, Tx};

/// Records that a user ended a link to an account. Both are keyed hashes.
pub async fn add(tx: &mut Tx, account: &str, user: &str, at: Moment) -> Result<(), StoreError> {
    let sql = "insert into departed (hash, user_hash, at) values ($1, $2, $3)
        on conflict (hash, user_hash) do update set at = excluded.at";
    tx.run(sql, args![account, user, at]).await.map(drop)
}
