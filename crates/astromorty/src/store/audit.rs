//! What happened, for those it concerns. Entries are only ever added.

use domain::id::{GuildId, UserId};
use domain::moment::Moment;

use super::tx::args;
use super::{StoreError, Tx};

/// One entry.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Ours.
    pub id: i64,
    /// In which server.
    pub guild: Option<GuildId>,
    /// About whom.
    pub user: Option<UserId>,
    /// Who did it: `member`, `operator`, `rule`.
    pub actor: &'a str,
    /// What: `linked`, `unlinked`, `role_given`, …
    pub what: &'a str,
    /// More, as JSON. No values of facts, no secrets.
    pub detail: String,
}

/// Adds an entry.
pub async fn add(tx: &mut Tx, entry: &Entry<'_>, at: Moment) -> Result<(), StoreError> {
    let sql = "insert into audit (id, guild_id, user_id, actor, what, detail, at) values ($1, $2, $3, $4, $5, $6, $7)";
    let Entry { id, guild, user, actor, what, detail } = entry;
    tx.run(sql, args![*id, *guild, *user, *actor, *what, detail, at]).await.map(drop)
}

/// When and where something of that kind happened to a user since a moment, newest first: detail, when.
pub async fn of_kind(
    tx: &mut Tx,
    (user, what): (UserId, &str),
    since: Moment,
) -> Result<Vec<(String, Moment)>, StoreError> {
    let sql = "select detail, at from audit where user_id = $1 and what = $2 and at > $3 order by id desc";
    let rows = tx.all(sql, args![user, what, since]).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.moment(1)?))).collect()
}

/// What happened to a user, newest first: what, detail, when.
pub async fn of_user(
    tx: &mut Tx,
    user: UserId,
    limit: i64,
) -> Result<Vec<(String, String, Moment)>, StoreError> {
    let sql = "select what, detail, at from audit where user_id = $1 order by id desc limit $2";
    let rows = tx.all(sql, args![user, limit]).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.moment(2)?))).collect()
}
