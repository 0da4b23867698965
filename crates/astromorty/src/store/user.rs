//! Discord users: who signed in, their sealed token set, and what was pushed for them.

use domain::id::UserId;
use domain::moment::Moment;
use domain::token::{Sealed, TokenSet};

use super::tx::args;
use super::{Row, StoreError, Tx};

/// Whether a token set still works, as far as we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing speaks against it.
    Good,
    /// Its owner has to sign in again.
    NeedsAuthorization,
    /// What is stored does not open; an operator has to look.
    Quarantined,
}

impl Standing {
    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::NeedsAuthorization => "needs_authorization",
            Self::Quarantined => "quarantined",
        }
    }

    /// From what was stored; anything else means that a new authorization is needed.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        match text {
            "good" => Self::Good,
            "quarantined" => Self::Quarantined,
            _ => Self::NeedsAuthorization,
        }
    }
}

/// A Discord user who signed in.
#[derive(Debug, Clone)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// The name to show.
    pub name: String,
    /// Discord's locale code, where told.
    pub locale: Option<String>,
    /// What Discord gave us for this user.
    pub tokens: Option<Sealed<TokenSet>>,
    /// Grows with each token set.
    pub generation: i64,
    /// Whether the token set works.
    pub standing: Standing,
    /// Since when values may show on the user's Discord profile.
    pub profile_at: Option<Moment>,
    /// Since when we may send messages.
    pub messages_at: Option<Moment>,
    /// Since when a role connection is wanted at Discord.
    pub wanted_at: Option<Moment>,
    /// The role connection pushed last, as JSON.
    pub pushed: Option<String>,
    /// When it was pushed.
    pub pushed_at: Option<Moment>,
    /// When the user's servers were read last.
    pub guilds_at: Option<Moment>,
}

const FIND: &str =
    "select id, name, locale, tokens, generation, standing, profile_at, messages_at, wanted_at,
       pushed, pushed_at, guilds_at
  from discord_user where id = $1";

fn user(row: &Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.id(0)?,
        name: row.text(1)?.to_owned(),
        locale: row.optional_text(2)?.map(str::to_owned),
        tokens: row.optional_text(3)?.map(|text| Sealed::from_text(text.to_owned())),
        generation: row.int(4)?,
        standing: Standing::from_text(row.text(5)?),
        profile_at: row.optional_moment(6)?,
        messages_at: row.optional_moment(7)?,
        wanted_at: row.optional_moment(8)?,
        pushed: row.optional_text(9)?.map(str::to_owned),
        pushed_at: row.optional_moment(10)?,
        guilds_at: row.optional_moment(11)?,
    })
}

/// The user with this id.
pub async fn find(tx: &mut Tx, id: UserId) -> Result<Option<User>, StoreError> {
    tx.one(FIND, args![id]).await?.as_ref().map(user).transpose()
}

/// What a sign-in tells of a user.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub id: UserId,
    /// The name to show.
    pub name: String,
    /// Discord's locale code.
    pub locale: Option<String>,
    /// Sealed for `generation`.
    pub tokens: Sealed<TokenSet>,
    /// Granted scopes, space separated.
    pub scopes: String,
    /// When the access token ends.
    pub expires_at: Option<Moment>,
    /// From [`next_generation`] in the same transaction.
    pub generation: i64,
    /// Now.
    pub at: Moment,
}

/// The generation the user's next token set gets.
pub async fn next_generation(tx: &mut Tx, id: UserId) -> Result<i64, StoreError> {
    let row = tx.one("select generation from discord_user where id = $1", args![id]).await?;
    Ok(row.map_or(Ok(0), |row| row.int(0))? + 1)
}

/// Stores a sign-in. Whether Discord kept the role connection over a new authorization is not
/// documented, so it counts as not pushed. The new token set replaces the one before, and a refresh under way is fenced off.
pub async fn sign_in(tx: &mut Tx, new: &SignedIn) -> Result<(), StoreError> {
    let sql = "insert into discord_user (id, name, locale, tokens, scopes, obtained_at, expires_at, generation,
                                  standing, refresh_until, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'good', 0, $6)
        on conflict (id) do update
           set name = excluded.name, locale = excluded.locale, tokens = excluded.tokens, scopes = excluded.scopes,
               obtained_at = excluded.obtained_at, expires_at = excluded.expires_at,
               generation = excluded.generation, standing = 'good', refresh_until = 0, refresh_lease = null,
               pushed_at = null";
    let locale = new.locale.as_deref();
    let SignedIn { id, name, tokens, scopes, expires_at, generation, at, .. } = new;
    tx.run(sql, args![*id, name, locale, tokens, scopes, *at, *expires_at, *generation]).await.map(drop)
}

/// Records that the user wants a role connection at Discord, unless they did already.
pub async fn want(tx: &mut Tx, id: UserId, at: Moment) -> Result<(), StoreError> {
    let sql = "update discord_user set wanted_at = $2 where id = $1 and wanted_at is null";
    tx.run(sql, args![id, at]).await.map(drop)
}

/// Records that nothing is left to show, so that the role connection goes.
pub async fn unwant(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    tx.run("update discord_user set wanted_at = null where id = $1", args![id]).await.map(drop)
}

/// Stores what the user chose to show and to get. A choice made before keeps its moment.
pub async fn choose(
    tx: &mut Tx,
    id: UserId,
    profile: Option<Moment>,
    messages: Option<Moment>,
) -> Result<(), StoreError> {
    let sql = "update discord_user
           set profile_at = case when cast($2 as bigint) is null then null else coalesce(profile_at, $2) end,
               messages_at = case when cast($3 as bigint) is null then null else coalesce(messages_at, $3) end
         where id = $1";
    tx.run(sql, args![id, profile, messages]).await.map(drop)
}

/// Records what Discord was given, or that it holds nothing (`None`).
pub async fn record_push(
    tx: &mut Tx,
    id: UserId,
    pushed: Option<&str>,
    at: Moment,
) -> Result<(), StoreError> {
    let sql = "update discord_user set pushed = $2, pushed_at = $3 where id = $1";
    tx.run(sql, args![id, pushed, at]).await.map(drop)
}

/// Forgets the values pushed last, but not that something was pushed.
pub async fn forget_values(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    let sql = "update discord_user set pushed = '{\"metadata\":{}}' where id = $1 and pushed is not null";
    tx.run(sql, args![id]).await.map(drop)
}

/// Records when the user's servers were read.
pub async fn record_guilds(tx: &mut Tx, id: UserId, at: Moment) -> Result<(), StoreError> {
    tx.run("update discord_user set guilds_at = $2 where id = $1", args![id, at]).await.map(drop)
}

/// Forgets the user. What else is theirs is erased by the flow that calls this.
pub async fn erase(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    tx.run("delete from discord_user where id = $1", args![id]).await.map(drop)
}
