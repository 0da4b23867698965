//! Token sets: one hand refreshes, and the new pair is stored before it is used (design law 9).

use domain::id::{ConnectionId, UserId};
use domain::moment::Moment;
use domain::token::{Sealed, TokenSet};

use super::tx::args;
use super::{StoreError, Tx};

/// Whose token set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A user's at Discord.
    User(UserId),
    /// A connection's at its platform.
    Connection(ConnectionId),
}

impl Holder {
    const fn id(self) -> i64 {
        match self {
            Self::User(id) => id.number(),
            Self::Connection(id) => id.number(),
        }
    }

    const fn pick<'a>(self, user: &'a str, connection: &'a str) -> &'a str {
        match self {
            Self::User(_) => user,
            Self::Connection(_) => connection,
        }
    }
}

/// Takes the refresh lease: false while somebody else refreshes or a newer token set is there.
pub async fn lease(
    tx: &mut Tx,
    (holder, generation): (Holder, i64),
    lease: &str,
    (now, until): (Moment, Moment),
) -> Result<bool, StoreError> {
    let sql = holder.pick(
        "update discord_user set refresh_until = $5, refresh_lease = $3
          where id = $1 and generation = $2 and refresh_until <= $4",
        "update connection set refresh_until = $5, refresh_lease = $3
          where id = $1 and generation = $2 and refresh_until <= $4",
    );
    Ok(tx.run(sql, args![holder.id(), generation, lease, now, until]).await? == 1)
}

/// Stores the refreshed set under the next generation. False when the lease was lost meanwhile.
pub async fn renew(
    tx: &mut Tx,
    (holder, generation): (Holder, i64),
    lease: &str,
    tokens: &Sealed<TokenSet>,
) -> Result<bool, StoreError> {
    let sql = holder.pick(
        "update discord_user set tokens = $4, generation = generation + 1, standing = 'good',
                refresh_until = 0, refresh_lease = null
          where id = $1 and generation = $2 and refresh_lease = $3",
        "update connection set tokens = $4, generation = generation + 1, standing = 'good',
                unproven_generation = generation + 1, refresh_until = 0, refresh_lease = null
          where id = $1 and generation = $2 and refresh_lease = $3",
    );
    Ok(tx.run(sql, args![holder.id(), generation, lease, tokens]).await? == 1)
}

/// The generation of a connection's refreshed set that nobody has compared the account of yet.
pub async fn unproven(tx: &mut Tx, id: ConnectionId) -> Result<Option<i64>, StoreError> {
    let sql = "select generation from connection where id = $1 and unproven_generation = generation";
    tx.one(sql, args![id]).await?.map(|row| row.int(0)).transpose()
}

/// The refreshed set of that generation is of the account that was linked.
pub async fn prove(tx: &mut Tx, id: ConnectionId, generation: i64) -> Result<(), StoreError> {
    let sql = "update connection set unproven_generation = null where id = $1 and unproven_generation = $2";
    tx.run(sql, args![id, generation]).await.map(drop)
}

/// Gives the lease back without a new set.
pub async fn give_back(tx: &mut Tx, holder: Holder, lease: &str) -> Result<(), StoreError> {
    let sql = holder.pick(
        "update discord_user set refresh_until = 0, refresh_lease = null where id = $1 and refresh_lease = $2",
        "update connection set refresh_until = 0, refresh_lease = null where id = $1 and refresh_lease = $2",
    );
    tx.run(sql, args![holder.id(), lease]).await.map(drop)
}

/// The set is dead: its owner has to sign in again. It is dropped unless a newer one came.
pub async fn lose(tx: &mut Tx, holder: Holder, generation: i64) -> Result<bool, StoreError> {
    let sql = holder.pick(
        "update discord_user set tokens = null, standing = 'needs_authorization', refresh_until = 0,
                refresh_lease = null
          where id = $1 and generation = $2",
        "update connection set tokens = null, standing = 'needs_authorization', refresh_until = 0,
                refresh_lease = null
          where id = $1 and generation = $2",
    );
    Ok(tx.run(sql, args![holder.id(), generation]).await? == 1)
}

/// What is stored does not open (N-60): it stays for an operator to see, and is not used.
pub async fn quarantine(tx: &mut Tx, holder: Holder) -> Result<bool, StoreError> {
    let sql = holder.pick(
        "update discord_user set standing = 'quarantined' where id = $1 and standing <> 'quarantined'",
        "update connection set standing = 'quarantined' where id = $1 and standing <> 'quarantined'",
    );
    Ok(tx.run(sql, args![holder.id()]).await? == 1)
}
