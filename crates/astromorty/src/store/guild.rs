//! Servers the bot is in, and what Discord told of their roles.

use domain::id::{GuildId, UserId};
use domain::moment::Moment;

use super::tx::args;
use super::{Row, StoreError, Tx};

/// A server.
#[derive(Debug, Clone)]
pub struct Guild {
    /// Which.
    pub id: GuildId,
    /// Its name, shown only.
    pub name: String,
    /// Its owner, where known.
    pub owner: Option<UserId>,
    /// Its roles as JSON, as Discord told them last.
    pub roles: Option<String>,
    /// The bot's own roles there as JSON.
    pub bot_roles: Option<String>,
    /// When that was.
    pub roles_at: Option<Moment>,
    /// When the bot left or was removed.
    pub left_at: Option<Moment>,
}

fn guild(row: &Row) -> Result<Guild, StoreError> {
    let owner = row.optional_int(2)?.map(UserId::new).transpose();
    Ok(Guild {
        id: row.id(0)?,
        name: row.text(1)?.to_owned(),
        owner: owner.map_err(|_| StoreError::Broken("a server names no owner".to_owned()))?,
        roles: row.optional_text(3)?.map(str::to_owned),
        bot_roles: row.optional_text(4)?.map(str::to_owned),
        roles_at: row.optional_moment(5)?,
        left_at: row.optional_moment(6)?,
    })
}

/// The server with this id.
pub async fn find(tx: &mut Tx, id: GuildId) -> Result<Option<Guild>, StoreError> {
    let sql = "select id, name, owner_id, roles, bot_roles, roles_at, left_at from guild where id = $1";
    tx.one(sql, args![id]).await?.as_ref().map(guild).transpose()
}

/// Every server the bot is in.
pub async fn present(tx: &mut Tx) -> Result<Vec<Guild>, StoreError> {
    let sql = "select id, name, owner_id, roles, bot_roles, roles_at, left_at from guild
         where left_at is null order by id";
    tx.all(sql, args![]).await?.iter().map(guild).collect()
}

/// Servers that a user and the bot share, as far as we know.
pub async fn shared_with(tx: &mut Tx, user: UserId) -> Result<Vec<Guild>, StoreError> {
    let sql = "select g.id, g.name, g.owner_id, g.roles, g.bot_roles, g.roles_at, g.left_at
          from guild g join member m on m.guild_id = g.id
         where m.user_id = $1 and m.absent_at is null and g.left_at is null order by g.name, g.id";
    tx.all(sql, args![user]).await?.iter().map(guild).collect()
}

/// Records that the bot is in a server.
pub async fn joined(tx: &mut Tx, id: GuildId, name: &str, at: Moment) -> Result<(), StoreError> {
    let sql = "insert into guild (id, name, settings, joined_at) values ($1, $2, '{}', $3)
        on conflict (id) do update set name = excluded.name, left_at = null";
    tx.run(sql, args![id, name, at]).await.map(drop)
}

/// Records that the bot is no longer there. Its rules stay.
pub async fn left(tx: &mut Tx, id: GuildId, at: Moment) -> Result<(), StoreError> {
    tx.run("update guild set left_at = coalesce(left_at, $2) where id = $1", args![id, at]).await.map(drop)
}

/// Records the roles Discord told of, and the bot's own.
pub async fn save_roles(
    tx: &mut Tx,
    id: GuildId,
    (roles, own): (&str, &str),
    at: Moment,
) -> Result<(), StoreError> {
    let sql = "update guild set roles = $2, bot_roles = $3, roles_at = $4 where id = $1";
    tx.run(sql, args![id, roles, own, at]).await.map(drop)
}

/// Records the owner and name.
pub async fn describe(tx: &mut Tx, id: GuildId, name: &str, owner: UserId) -> Result<(), StoreError> {
    tx.run("update guild set name = $2, owner_id = $3 where id = $1", args![id, name, owner]).await.map(drop)
}

/// What is stored of the roles turned out to be wrong: they are read anew before the next write.
pub async fn doubt(tx: &mut Tx, id: GuildId) -> Result<(), StoreError> {
    tx.run("update guild set roles_at = null where id = $1", args![id]).await.map(drop)
}
