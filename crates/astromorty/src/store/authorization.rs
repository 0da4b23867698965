//! Authorizations: links and sign-ins on their way, until confirmed or ten minutes old.

use domain::id::{PlatformKey, UserId};
use domain::moment::Moment;
use domain::token::{Sealed, Secret, TokenSet};

use super::tx::args;
use super::{Row, StoreError, Tx};

/// One that starts.
#[derive(Debug, Clone)]
pub struct Started {
    /// Ours.
    pub id: i64,
    /// SHA-256 of the state in the URL.
    pub state_hash: String,
    /// The one browser that may come back with it.
    pub session: i64,
    /// The user it is for; `None` for a sign-in.
    pub user: Option<UserId>,
    /// The platform, or `discord` for a sign-in.
    pub platform: PlatformKey,
    /// The platform's instance.
    pub instance: String,
    /// The PKCE verifier.
    pub verifier: Sealed<Secret>,
    /// Where to go on afterwards: a name of ours, never a URL.
    pub return_to: String,
    /// The attempt it counts as.
    pub attempt: Option<i64>,
    /// Now.
    pub at: Moment,
    /// When it ends.
    pub expires_at: Moment,
}

/// One that came back and is used up.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Ours.
    pub id: i64,
    /// The PKCE verifier.
    pub verifier: Sealed<Secret>,
    /// Where to go on.
    pub return_to: String,
    /// The attempt it counts as.
    pub attempt: Option<i64>,
    /// The platform's instance it was started at.
    pub instance: String,
}

/// One whose account is known and that waits for the member's yes.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Ours.
    pub id: i64,
    /// The platform's instance.
    pub instance: String,
    /// The account's immutable id.
    pub subject: String,
    /// Its name.
    pub username: String,
    /// Its second immutable id.
    pub node: Option<String>,
    /// What the platform gave us, where its sign-in gives any.
    pub tokens: Option<Sealed<TokenSet>>,
    /// The attempt it counts as.
    pub attempt: Option<i64>,
    /// When the account became known; the page that asks for a yes was made then or later.
    pub arrived_at: Moment,
}

/// Stores one that starts.
pub async fn start(tx: &mut Tx, new: &Started) -> Result<(), StoreError> {
    let sql =
        "insert into \"authorization\" (id, state_hash, session_id, user_id, platform, instance, verifier,
                                      return_to, attempt_id, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let Started {
        id,
        state_hash,
        session,
        user,
        platform,
        instance,
        verifier,
        return_to,
        attempt,
        at,
        expires_at,
    } = new;
    let values = args![
        *id,
        state_hash,
        *session,
        *user,
        platform,
        instance,
        verifier,
        return_to,
        *attempt,
        *at,
        *expires_at
    ];
    tx.run(sql, values).await.map(drop)
}

/// Who came back.
#[derive(Debug, Clone)]
pub struct Arrival<'a> {
    /// SHA-256 of the state that was brought back.
    pub state_hash: &'a str,
    /// The browser.
    pub session: i64,
    /// Who is signed in there now.
    pub user: Option<UserId>,
    /// The route's platform.
    pub platform: &'a PlatformKey,
    /// Now.
    pub at: Moment,
}

/// Uses it up: exactly one caller gets it, and only the browser and user that started it, in time.
pub async fn take(tx: &mut Tx, arrival: &Arrival<'_>) -> Result<Option<Taken>, StoreError> {
    let sql = "update \"authorization\" set taken_at = $5
         where state_hash = $1 and session_id = $2 and platform = $4
           and taken_at is null and expires_at > $5
           and coalesce(user_id, 0) = coalesce(cast($3 as bigint), 0)
        returning id, verifier, return_to, attempt_id, instance";
    let Arrival { state_hash, session, user, platform, at } = arrival;
    // A sign-in belongs to the browser alone, whoever was signed in there before.
    let user = if platform.as_str() == "discord" { None } else { *user };
    let row = tx.one(sql, args![*state_hash, *session, user, *platform, *at]).await?;
    row.map(|row| {
        Ok(Taken {
            id: row.int(0)?,
            verifier: Sealed::from_text(row.text(1)?.to_owned()),
            return_to: row.text(2)?.to_owned(),
            attempt: row.optional_int(3)?,
            instance: row.text(4)?.to_owned(),
        })
    })
    .transpose()
}

/// Records the account that came back; older ones of the same browser and platform end here.
pub async fn arrive(
    tx: &mut Tx,
    session: i64,
    platform: &PlatformKey,
    pending: &Pending,
    at: Moment,
) -> Result<bool, StoreError> {
    let others = "delete from \"authorization\" where session_id = $1 and platform = $2 and id <> $3 and arrived_at is not null";
    tx.run(others, args![session, platform, pending.id]).await?;
    let sql =
        "update \"authorization\" set arrived_at = $2, subject = $3, username = $4, node = $5, tokens = $6
         where id = $1 and taken_at is not null and arrived_at is null";
    let Pending { id, subject, username, tokens, .. } = pending;
    Ok(tx.run(sql, args![*id, at, subject, username, pending.node.as_deref(), tokens.as_ref()]).await? == 1)
}

fn pending(row: &Row) -> Result<Pending, StoreError> {
    Ok(Pending {
        id: row.int(0)?,
        instance: row.text(1)?.to_owned(),
        subject: row.text(2)?.to_owned(),
        username: row.text(3)?.to_owned(),
        node: row.optional_text(4)?.map(str::to_owned),
        tokens: row.optional_text(5)?.map(|text| Sealed::from_text(text.to_owned())),
        attempt: row.optional_int(6)?,
        arrived_at: row.moment(7)?,
    })
}

/// Whose yes is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    /// The browser.
    pub session: i64,
    /// Who is signed in there.
    pub user: UserId,
    /// The route's platform.
    pub platform: &'a PlatformKey,
    /// Now.
    pub at: Moment,
}

/// The link that waits for this member's yes in this browser.
pub async fn waiting(tx: &mut Tx, wanted: Waiting<'_>) -> Result<Option<Pending>, StoreError> {
    let sql = "select id, instance, subject, username, node, tokens, attempt_id, arrived_at from \"authorization\"
         where session_id = $1 and user_id = $2 and platform = $3 and arrived_at is not null and expires_at > $4
         order by arrived_at desc limit 1";
    let Waiting { session, user, platform, at } = wanted;
    tx.one(sql, args![session, user, platform, at]).await?.as_ref().map(pending).transpose()
}

/// Ends one, whatever became of it. True for the one caller that ended it.
pub async fn end(tx: &mut Tx, id: i64) -> Result<bool, StoreError> {
    Ok(tx.run("delete from \"authorization\" where id = $1", args![id]).await? == 1)
}
