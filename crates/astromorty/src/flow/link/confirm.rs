//! The yes: one transaction makes the connection, the consents and the work they cause.

use std::collections::BTreeSet;

use domain::id::{ConnectionId, GuildId, PlatformKey, UserId};
use domain::moment::Moment;
use domain::token::TokenSet;
use tracing::info;

use super::super::queue::{self, Urgency};
use super::super::session::Browser;
use super::super::transfer::{self, Owned};
use super::super::{attempt, consent, facts, retire, token, unlink};
use super::{LinkError, configured, pending_place};
use crate::app::App;
use crate::platform::{Platform, RevokeScope};
use crate::store::authorization::{Pending, Waiting};
use crate::store::connection::{Connection, Gone};
use crate::store::user::Standing;
use crate::store::{StoreError, Tx, audit, authorization, connection, user};

/// What the member ticked on the confirm page. Nothing is ticked beforehand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Servers whose rules may use the facts that the page named.
    pub guilds: BTreeSet<GuildId>,
    /// Servers whose admins may see the account's name.
    pub names: BTreeSet<GuildId>,
    /// Show values and names on the Discord profile.
    pub profile: bool,
    /// Send messages.
    pub messages: bool,
}

enum Outcome {
    Linked,
    NotValid,
    Taken,
}

/// Links what waits in this browser. Only what is stored counts; the form names no account (N-18).
pub async fn confirm(
    app: &App,
    browser: &Browser,
    key: &PlatformKey,
    choice: Choice,
) -> Result<(), LinkError> {
    let platform = configured(app, key)?.clone();
    let (session, id) = browser.session.zip(browser.user()).ok_or(LinkError::NotValid)?;
    let app_ = app.clone();
    let outcome = app.store.write(async move |tx| {
        let now = app_.now();
        let wanted = Waiting { session: session.id, user: id, platform: platform.key(), at: now };
        let Some(pending) = authorization::waiting(tx, wanted).await? else { return Ok(Outcome::NotValid) };
        if !authorization::end(tx, pending.id).await? {
            return Ok(Outcome::NotValid);
        }
        let attempt = (pending.attempt, platform.key());
        let Some(made) = connect(&app_, tx, (&platform, &pending, id)).await? else {
            attempt::end(&app_, tx, attempt, "taken").await?;
            return Ok(Outcome::Taken);
        };
        consent::add(&app_, tx, id, (&choice, platform.key(), pending.arrived_at)).await?;
        connection::show(tx, made, choice.profile.then_some(now)).await?;
        attempt::end(&app_, tx, attempt, "linked").await?;
        ask_for_work(&app_, tx, (made, id), now).await?;
        Ok(Outcome::Linked)
    });
    match outcome.await? {
        Outcome::Linked => {
            info!(user.id = %id, platform = %key, "linked {key} account");
            app.wake.ring();
            Ok(())
        }
        Outcome::NotValid => Err(LinkError::NotValid),
        Outcome::Taken => {
            app.wake.ring();
            Err(LinkError::Taken(key.clone()))
        }
    }
}

/// Makes the connection; proves one again that is there; ends another account's first.
/// `None` when the account is somebody else's.
async fn connect(
    app: &App,
    tx: &mut Tx,
    (platform, pending, id): (&Platform, &Pending, UserId),
) -> Result<Option<ConnectionId>, StoreError> {
    let place = pending_place(pending.id, id);
    let Some(moved) = freed(app, tx, (platform, pending, id)).await? else { return Ok(None) };
    let mine = connection::of_user(tx, id).await?;
    let here = |one: &&Connection| one.platform == *platform.key() && one.instance == pending.instance;
    let existing = mine.iter().find(here);
    let again = existing.filter(|one| one.subject == pending.subject);
    let made = match again {
        Some(one) => Connection { generation: one.generation + 1, ..one.clone() },
        None => new(app, platform.key(), (pending, id)),
    };
    let mut made = Connection { username: pending.username.clone(), node: pending.node.clone(), ..made };
    made.tokens = None;
    let possible = facts::possible(app, tx, id).await?;
    match &pending.tokens {
        Some(sealed) if platform.needs_tokens(&possible) => {
            let tokens: TokenSet =
                app.vault.open(sealed, place).map_err(|why| StoreError::Broken(why.to_string()))?;
            let place = token::connection_place(made.id, id, made.generation);
            made.tokens = Some(app.vault.seal(&tokens, place));
        }
        // No fact that anybody could ask for needs the user's token, so it is not kept (law 8).
        Some(_) | None => give_back(app, tx, (platform, pending, id)).await?,
    }
    match (existing, again) {
        (_, Some(_)) => {
            if !connection::prove_again(tx, &made).await? {
                // Unlinked or moved meanwhile: this one is rolled back and looks again.
                return Err(StoreError::Conflict);
            }
        }
        (existing, None) => {
            if let Some(other) = existing {
                unlink::end_connection(app, tx, other, "relink").await?;
            }
            if !connection::insert(tx, &made).await? {
                // Another confirm won meanwhile: this one is rolled back and looks again.
                return Err(StoreError::Conflict);
            }
        }
    }
    let what = match (again.is_some(), moved) {
        (true, _) => "linked_again",
        (false, Moved::Here) => "moved_here",
        (false, Moved::Not) => "linked",
    };
    log(app, tx, (&made, what)).await?;
    Ok(Some(made.id))
}

/// Whether an account was somebody else's until now.
enum Moved {
    Not,
    Here,
}

/// Sees to it that the account is nobody else's: ends another user's link where it may be moved.
/// `None` when it stays theirs.
async fn freed(
    app: &App,
    tx: &mut Tx,
    (platform, pending, id): (&Platform, &Pending, UserId),
) -> Result<Option<Moved>, StoreError> {
    match transfer::owned(app, tx, (platform.key(), pending, id)).await? {
        Owned::Free => Ok(Some(Moved::Not)),
        Owned::Movable(other) => {
            transfer::end_other(app, tx, &other).await?;
            Ok(Some(Moved::Here))
        }
        Owned::Taken => {
            give_back(app, tx, (platform, pending, id)).await?;
            Ok(None)
        }
    }
}

/// Ends the tokens that wait with a link, where the platform can end one alone.
async fn give_back(
    app: &App,
    tx: &mut Tx,
    (platform, pending, id): (&Platform, &Pending, UserId),
) -> Result<(), StoreError> {
    let retired = retire::Retired::pending(platform.key(), pending, pending_place(pending.id, id));
    match retired.filter(|_| platform.can_revoke(RevokeScope::Token)) {
        Some(retired) => retire::ask(tx, id, &retired, app.now()).await,
        None => Ok(()),
    }
}

fn new(app: &App, platform: &PlatformKey, (pending, user): (&Pending, UserId)) -> Connection {
    Connection {
        id: ConnectionId::new(app.new_id()).expect("our ids are positive"),
        user,
        platform: platform.clone(),
        instance: pending.instance.clone(),
        subject: pending.subject.clone(),
        username: pending.username.clone(),
        node: pending.node.clone(),
        tokens: None,
        standing: Standing::Good,
        generation: 1,
        linked_at: app.now(),
        verified_at: None,
        asked_at: None,
        shown_at: None,
        gone: Gone::default(),
    }
}

async fn log(app: &App, tx: &mut Tx, (made, what): (&Connection, &str)) -> Result<(), StoreError> {
    let detail = serde_json::json!({ "platform": made.platform.as_str() }).to_string();
    let entry =
        audit::Entry { id: app.new_id(), guild: None, user: Some(made.user), actor: "member", what, detail };
    audit::add(tx, &entry, app.now()).await
}

/// Facts first, where somebody may have them; reading them asks for roles and push in turn.
async fn ask_for_work(
    app: &App,
    tx: &mut Tx,
    (made, id): (ConnectionId, UserId),
    now: Moment,
) -> Result<(), StoreError> {
    let when = (Urgency::Interactive, now);
    let Some(connection) = connection::find(tx, made).await? else { return Ok(()) };
    let wanted = facts::wanted(app, tx, id).await?;
    if wanted.iter().any(|fact| fact.platform == connection.platform) {
        return queue::read(tx, (made, id), when).await;
    }
    queue::all_roles(tx, id, when).await?;
    if user::find(tx, id).await?.is_some_and(|user| user.wanted_at.is_some()) {
        queue::push(tx, id, when).await?;
    }
    Ok(())
}
