//! What work there is: its kinds and keys, and how it is asked for.

use std::time::Duration;

use domain::id::{ConnectionId, GuildId, UserId};
use domain::moment::Moment;

use crate::app::App;
use crate::store::{StoreError, Tx, consent, grant, work};

/// Make a member's roles in one server what they should be. Key `guild:user`.
pub const ROLES: &str = "roles";
/// Make a user's role connection at Discord what it should be. Key `user`.
pub const PUSH: &str = "push";
/// Read the facts of one connection. Key `connection`.
pub const READ: &str = "read";
/// Try whether a connection's tokens still work. Key `connection`.
pub const PROBE: &str = "probe";
/// Read which servers a user shares with the bot. Key `user`.
pub const GUILDS: &str = "guilds";
/// Give back what a platform gave us for a link that ended. Key `connection:generation`.
pub const RETIRE: &str = "retire";
/// Erase everything of a user, roles and role connection first. Key `user`.
pub const ERASE: &str = "erase";

/// Whether somebody looks at a page until it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody waits.
    Interactive,
    /// Nobody waits.
    Background,
}

fn plain(kind: &str, key: String, user: UserId, (urgency, due_at): (Urgency, Moment)) -> work::New<'_> {
    let interactive = urgency == Urgency::Interactive;
    work::New { kind, key, user: Some(user), payload: "{}".to_owned(), interactive, due_at }
}

/// Asks for a member's roles in one server.
pub async fn roles(
    tx: &mut Tx,
    (guild, user): (GuildId, UserId),
    when: (Urgency, Moment),
) -> Result<(), StoreError> {
    work::add(tx, &plain(ROLES, format!("{guild}:{user}"), user, when)).await
}

/// Asks for a user's roles wherever they agreed or hold something of ours.
pub async fn all_roles(tx: &mut Tx, user: UserId, when: (Urgency, Moment)) -> Result<(), StoreError> {
    let mut guilds: Vec<GuildId> =
        consent::of_user(tx, user).await?.into_iter().map(|yes| yes.guild).collect();
    guilds.extend(grant::of_user(tx, user).await?.into_iter().map(|grant| grant.guild));
    guilds.sort_unstable();
    guilds.dedup();
    for guild in guilds {
        roles(tx, (guild, user), when).await?;
    }
    Ok(())
}

/// Asks for a user's role connection.
pub async fn push(tx: &mut Tx, user: UserId, when: (Urgency, Moment)) -> Result<(), StoreError> {
    work::add(tx, &plain(PUSH, user.to_string(), user, when)).await
}

/// Asks for a read of a connection's facts.
pub async fn read(
    tx: &mut Tx,
    (connection, user): (ConnectionId, UserId),
    when: (Urgency, Moment),
) -> Result<(), StoreError> {
    work::add(tx, &plain(READ, connection.to_string(), user, when)).await
}

/// Asks for a try of a connection's tokens.
pub async fn probe(
    tx: &mut Tx,
    (connection, user): (ConnectionId, UserId),
    when: (Urgency, Moment),
) -> Result<(), StoreError> {
    work::add(tx, &plain(PROBE, connection.to_string(), user, when)).await
}

/// Asks for a user's servers.
pub async fn guilds(tx: &mut Tx, user: UserId, when: (Urgency, Moment)) -> Result<(), StoreError> {
    work::add(tx, &plain(GUILDS, user.to_string(), user, when)).await
}

/// Asks for everything of a user to be erased.
pub async fn erase(tx: &mut Tx, user: UserId, at: Moment) -> Result<(), StoreError> {
    work::add(tx, &plain(ERASE, user.to_string(), user, (Urgency::Interactive, at))).await
}

/// Waits until a user's work is done, at most three seconds. False when some is still to do.
pub async fn settled(app: &App, user: UserId) -> Result<bool, StoreError> {
    let done = async move |tx: &mut Tx, now| Ok(work::due_for(tx, user, now).await? == 0);
    wait(app, Duration::from_secs(3), done).await
}

/// How much is known of a user's servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// All that can be known now.
    Now,
    /// They are still being asked for.
    Later,
}

/// Waits until a user's servers are read, at most two seconds.
pub async fn listed(app: &App, user: UserId) -> Result<Listed, StoreError> {
    let done = async move |tx: &mut Tx, _| Ok(!work::waits(tx, GUILDS, &user.to_string()).await?);
    let read = wait(app, Duration::from_secs(2), done).await?;
    Ok(if read { Listed::Now } else { Listed::Later })
}

/// Looks whenever a piece of work ends, until `done` says yes or the time is up.
async fn wait<F>(app: &App, most: Duration, done: F) -> Result<bool, StoreError>
where
    F: AsyncFn(&mut Tx, Moment) -> Result<bool, StoreError> + Clone + Send + 'static,
{
    let mut ends = app.wake.ends();
    app.wake.ring();
    let mut deadline = std::pin::pin!(app.clock.wait(most));
    loop {
        ends.mark_unchanged();
        let (now, look) = (app.now(), done.clone());
        if app.store.read(async move |tx| look(tx, now).await).await? {
            return Ok(true);
        }
        // Another process may do the work, so this looks again by itself now and then.
        let look_again = tokio::time::sleep(Duration::from_millis(100));
        tokio::select! {
            () = &mut deadline => return Ok(false),
            _ = ends.changed() => {}
            () = look_again => {}
        }
    }
}
