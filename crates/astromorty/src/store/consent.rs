//! Consents: what a user lets one server know.

use domain::fact::FactKey;
use domain::id::{GuildId, PlatformKey, UserId};
use domain::moment::Moment;

use super::tx::args;
use super::{Row, StoreError, Tx};

/// A user's yes to one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// To which server.
    pub guild: GuildId,
    /// The facts its rules may be judged by.
    pub facts: Vec<FactKey>,
    /// Since when its admins may see the accounts' names.
    pub shares_name_at: Option<Moment>,
}

fn consent(row: &Row) -> Result<Consent, StoreError> {
    Ok(Consent { guild: row.id(0)?, facts: row.json(1)?, shares_name_at: row.optional_moment(2)? })
}

/// Everything a user agreed to.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Consent>, StoreError> {
    let sql = "select guild_id, facts, shares_name_at from consent where user_id = $1 order by guild_id";
    tx.all(sql, args![user]).await?.iter().map(consent).collect()
}

/// What a user agreed to for one server.
pub async fn find(tx: &mut Tx, user: UserId, guild: GuildId) -> Result<Option<Consent>, StoreError> {
    let sql = "select guild_id, facts, shares_name_at from consent where user_id = $1 and guild_id = $2";
    tx.one(sql, args![user, guild]).await?.as_ref().map(consent).transpose()
}

/// The users who agreed for a server.
pub async fn users(tx: &mut Tx, guild: GuildId) -> Result<Vec<UserId>, StoreError> {
    let sql = "select user_id from consent where guild_id = $1 order by user_id";
    tx.all(sql, args![guild]).await?.iter().map(|row| row.id(0)).collect()
}

/// Stores a yes; it replaces the one before.
pub async fn save(tx: &mut Tx, user: UserId, yes: &Consent, at: Moment) -> Result<(), StoreError> {
    let sql = "insert into consent (user_id, guild_id, facts, shares_name_at, agreed_at) values ($1, $2, $3, $4, $5)
        on conflict (user_id, guild_id) do update
           set facts = excluded.facts, shares_name_at = excluded.shares_name_at, agreed_at = excluded.agreed_at";
    let facts = serde_json::to_string(&yes.facts)?;
    tx.run(sql, args![user, yes.guild, &facts, yes.shares_name_at, at]).await.map(drop)
}

/// Takes a yes back. True when there was one.
pub async fn delete(tx: &mut Tx, user: UserId, guild: GuildId) -> Result<bool, StoreError> {
    let sql = "delete from consent where user_id = $1 and guild_id = $2";
    Ok(tx.run(sql, args![user, guild]).await? == 1)
}

/// What was agreed to for an account ends with it: its facts, and that its name may be seen.
pub async fn forget_platform(
    tx: &mut Tx,
    user: UserId,
    platform: &PlatformKey,
    at: Moment,
) -> Result<(), StoreError> {
    for yes in of_user(tx, user).await? {
        let facts: Vec<_> = yes.facts.iter().filter(|fact| fact.platform != *platform).cloned().collect();
        if facts.len() < yes.facts.len() {
            save(tx, user, &Consent { facts, shares_name_at: None, ..yes }, at).await?;
        }
    }
    Ok(())
}
