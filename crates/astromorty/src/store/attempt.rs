//! Attempts to link: counted, so that limits hold over all processes, and so that we know how links go.

use domain::id::{PlatformKey, UserId};
use domain::moment::Moment;

use super::tx::args;
use super::{StoreError, Tx};

/// An attempt that starts.
#[derive(Debug, Clone)]
pub struct Attempt<'a> {
    /// Ours.
    pub id: i64,
    /// Where to.
    pub platform: &'a PlatformKey,
    /// By which browser.
    pub session: Option<i64>,
    /// By whom, where known.
    pub user: Option<UserId>,
    /// Keyed hash of the caller's network.
    pub network: &'a str,
    /// Now.
    pub at: Moment,
}

/// Records a start.
pub async fn start(tx: &mut Tx, new: &Attempt<'_>) -> Result<(), StoreError> {
    let sql = "insert into attempt (id, platform, session_id, user_id, network, started_at)
        values ($1, $2, $3, $4, $5, $6)";
    let Attempt { id, platform, session, user, network, at } = new;
    tx.run(sql, args![*id, *platform, *session, *user, *network, *at]).await.map(drop)
}

/// Records how it ended. The first word counts.
pub async fn end(tx: &mut Tx, id: i64, outcome: &str, at: Moment) -> Result<(), StoreError> {
    let sql = "update attempt set outcome = $2, ended_at = $3 where id = $1 and ended_at is null";
    tx.run(sql, args![id, outcome, at]).await.map(drop)
}

/// Starts since a moment, counted by who made them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starts {
    /// By this browser.
    pub session: i64,
    /// By this user.
    pub user: i64,
    /// From this network.
    pub network: i64,
}

/// Counts starts since `since`: of sign-ins for a sign-in, of links for a link.
pub async fn count(tx: &mut Tx, of: &Attempt<'_>, since: Moment) -> Result<Starts, StoreError> {
    let [session, user, network] = if of.platform.as_str() == "discord" { SIGN_INS } else { LINKS };
    Ok(Starts {
        session: count_one(tx, session, args![of.session, since]).await?,
        user: count_one(tx, user, args![of.user, since]).await?,
        network: count_one(tx, network, args![of.network, since]).await?,
    })
}

const SIGN_INS: [&str; 3] = [
    "select count(*) from attempt where session_id = $1 and started_at > $2 and platform = 'discord'",
    "select count(*) from attempt where user_id = $1 and started_at > $2 and platform = 'discord'",
    "select count(*) from attempt where network = $1 and started_at > $2 and platform = 'discord'",
];

const LINKS: [&str; 3] = [
    "select count(*) from attempt where session_id = $1 and started_at > $2 and platform <> 'discord'",
    "select count(*) from attempt where user_id = $1 and started_at > $2 and platform <> 'discord'",
    "select count(*) from attempt where network = $1 and started_at > $2 and platform <> 'discord'",
];

async fn count_one(tx: &mut Tx, sql: &str, values: &[super::Arg<'_>]) -> Result<i64, StoreError> {
    tx.one(sql, values).await?.map_or(Ok(0), |row| row.int(0))
}
