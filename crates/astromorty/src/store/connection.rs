//! Connections: proven links between a user and an account.

use domain::id::{ConnectionId, PlatformKey, UserId};
use domain::moment::Moment;
use domain::token::{Sealed, TokenSet};

use super::tx::args;
use super::user::Standing;
use super::{Row, StoreError, Tx};

/// A proven link.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Ours.
    pub id: ConnectionId,
    /// Whose.
    pub user: UserId,
    /// At which platform.
    pub platform: PlatformKey,
    /// At which of its instances: the origin of its web host.
    pub instance: String,
    /// The platform's immutable id of the account.
    pub subject: String,
    /// The account's name, shown only.
    pub username: String,
    /// A second immutable id some platforms read facts by.
    pub node: Option<String>,
    /// Where a fact needs it: the user's token set there.
    pub tokens: Option<Sealed<TokenSet>>,
    /// Whether the token set works.
    pub standing: Standing,
    /// Grows with each token set.
    pub generation: i64,
    /// When it was proven.
    pub linked_at: Moment,
    /// When its facts were read last.
    pub verified_at: Option<Moment>,
    /// When the member last asked for a check.
    pub asked_at: Option<Moment>,
    /// Since when it shows on the member's Discord profile.
    pub shown_at: Option<Moment>,
    /// Whether the platform still knows the account.
    pub gone: Gone,
}

/// How sure it is that an account does not exist any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gone {
    /// The first look that found no account.
    pub since: Option<Moment>,
    /// How many looks found none since then.
    pub looks: i64,
    /// Since when it counts as gone.
    pub at: Option<Moment>,
}

/// How many columns [`read`] reads.
pub(super) const COLUMNS: usize = 17;

/// Reads a row of the columns that every query here names, in their order.
pub(super) fn read(row: &Row) -> Result<Connection, StoreError> {
    Ok(Connection {
        id: row.id(0)?,
        user: row.id(1)?,
        platform: row.platform(2)?,
        instance: row.text(3)?.to_owned(),
        subject: row.text(4)?.to_owned(),
        username: row.text(5)?.to_owned(),
        node: row.optional_text(6)?.map(str::to_owned),
        tokens: row.optional_text(7)?.map(|text| Sealed::from_text(text.to_owned())),
        standing: Standing::from_text(row.text(8)?),
        generation: row.int(9)?,
        linked_at: row.moment(10)?,
        verified_at: row.optional_moment(11)?,
        asked_at: row.optional_moment(12)?,
        shown_at: row.optional_moment(13)?,
        gone: Gone {
            since: row.optional_moment(14)?,
            looks: row.optional_int(15)?.unwrap_or(0),
            at: row.optional_moment(16)?,
        },
    })
}

/// The connection with this id.
pub async fn find(tx: &mut Tx, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
    let sql = "select id, user_id, platform, instance, subject, username, node, tokens, standing, generation,
                      linked_at, verified_at, asked_at, shown_at, gone_since, gone_looks, gone_at
                 from connection where id = $1";
    tx.one(sql, args![id]).await?.as_ref().map(read).transpose()
}

/// All connections of a user, oldest first.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Connection>, StoreError> {
    let sql = "select id, user_id, platform, instance, subject, username, node, tokens, standing, generation,
                      linked_at, verified_at, asked_at, shown_at, gone_since, gone_looks, gone_at
                 from connection where user_id = $1 order by linked_at, id";
    tx.all(sql, args![user]).await?.iter().map(read).collect()
}

/// Whose account this is, if anybody's.
pub async fn owner(
    tx: &mut Tx,
    platform: &PlatformKey,
    instance: &str,
    subject: &str,
) -> Result<Option<UserId>, StoreError> {
    let sql = "select user_id from connection where platform = $1 and instance = $2 and subject = $3";
    tx.one(sql, args![platform, instance, subject]).await?.map(|row| row.id(0)).transpose()
}

/// The connection of an account, if anybody has one.
pub async fn of_account(
    tx: &mut Tx,
    platform: &PlatformKey,
    instance: &str,
    subject: &str,
) -> Result<Option<Connection>, StoreError> {
    let sql = "select id, user_id, platform, instance, subject, username, node, tokens, standing, generation,
                      linked_at, verified_at, asked_at, shown_at, gone_since, gone_looks, gone_at
                 from connection where platform = $1 and instance = $2 and subject = $3";
    tx.one(sql, args![platform, instance, subject]).await?.as_ref().map(read).transpose()
}

/// Adds a connection. False when the account is somebody's already, or the user has another one
/// there: then nothing is stored. Two users racing for one account: exactly one gets true.
pub async fn insert(tx: &mut Tx, new: &Connection) -> Result<bool, StoreError> {
    let sql =
        "insert into connection (id, user_id, platform, instance, subject, username, node, tokens, standing,
                               generation, linked_at, claimed_until, refresh_until)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0)
        on conflict do nothing";
    let Connection { id, user, platform, instance, subject, username, tokens, generation, linked_at, .. } =
        new;
    let (node, standing) = (new.node.as_deref(), new.standing.as_str());
    let values = args![
        *id,
        *user,
        platform,
        instance,
        subject,
        username,
        node,
        tokens.as_ref(),
        standing,
        *generation,
        *linked_at
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// The same account was proven again: newer names and token set, and any refresh under way is fenced
/// off. False when the connection is gone.
pub async fn prove_again(tx: &mut Tx, again: &Connection) -> Result<bool, StoreError> {
    let sql = "update connection
           set username = $2, node = $3, tokens = $4, standing = 'good', generation = $5,
               refresh_until = 0, refresh_lease = null,
               gone_since = null, gone_looks = null, gone_at = null
         where id = $1";
    let values =
        args![again.id, &again.username, again.node.as_deref(), again.tokens.as_ref(), again.generation];
    Ok(tx.run(sql, values).await? == 1)
}

/// Records a read of the account's facts, and its name as the platform tells it now.
pub async fn verified(tx: &mut Tx, id: ConnectionId, at: Moment) -> Result<(), StoreError> {
    tx.run("update connection set verified_at = $2 where id = $1", args![id, at]).await.map(drop)
}

/// Changes the standing, unless a newer token set came in between.
pub async fn stand(
    tx: &mut Tx,
    id: ConnectionId,
    generation: i64,
    standing: Standing,
) -> Result<(), StoreError> {
    let sql = "update connection set standing = $3 where id = $1 and generation = $2";
    tx.run(sql, args![id, generation, standing.as_str()]).await.map(drop)
}

/// Records how sure it is that the account is gone.
pub async fn mark_gone(tx: &mut Tx, id: ConnectionId, gone: Gone) -> Result<(), StoreError> {
    let sql = "update connection set gone_since = $2, gone_looks = $3, gone_at = $4 where id = $1";
    tx.run(sql, args![id, gone.since, gone.looks, gone.at]).await.map(drop)
}

/// Removes a connection with everything observed through it.
pub async fn delete(tx: &mut Tx, id: ConnectionId) -> Result<(), StoreError> {
    // In this order: a read that stores its answer at the same time waits for the connection's row.
    tx.run("delete from connection where id = $1", args![id]).await?;
    tx.run("delete from fall where connection_id = $1", args![id]).await?;
    tx.run("delete from observation where connection_id = $1", args![id]).await.map(drop)
}

/// The account has another name now.
pub async fn rename(tx: &mut Tx, id: ConnectionId, username: &str) -> Result<(), StoreError> {
    tx.run("update connection set username = $2 where id = $1", args![id, username]).await.map(drop)
}

/// The member asked for a check.
pub async fn asked(tx: &mut Tx, id: ConnectionId, at: Moment) -> Result<(), StoreError> {
    tx.run("update connection set asked_at = $2 where id = $1", args![id, at]).await.map(drop)
}

/// Shows one connection on the member's Discord profile, or hides it.
pub async fn show(tx: &mut Tx, id: ConnectionId, since: Option<Moment>) -> Result<(), StoreError> {
    tx.run("update connection set shown_at = $2 where id = $1", args![id, since]).await.map(drop)
}

/// Locks a connection until the transaction ends. False when it is gone.
pub async fn lock(tx: &mut Tx, id: ConnectionId) -> Result<bool, StoreError> {
    Ok(tx.run("update connection set generation = generation where id = $1", args![id]).await? == 1)
}
