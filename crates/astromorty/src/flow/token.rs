//! Tokens: opened for use, refreshed by one hand (design law 9).

use domain::id::{ConnectionId, UserId};
use domain::moment::{Moment, Span};
use domain::token::{Sealed, Secret, TokenSet};
use tracing::{error, warn};

use super::link;
use crate::app::App;
use crate::discord::DiscordError;
use crate::platform::PlatformError;
use crate::store::connection::Connection;
use crate::store::intent::Intent;
use crate::store::token::Holder;
use crate::store::user::{Standing, User};
use crate::store::{StoreError, connection, intent, token, user};
use crate::vault::Place;

/// A token set that ends sooner than this is refreshed first.
const MARGIN: Span = Span::minutes(5);
/// A refresh that takes longer has crashed; then another process may try.
const LEASE: Span = Span::seconds(60);

/// Why there is no usable token. Roles are unaffected by any of these.
#[derive(Debug, thiserror::Error)]
pub enum TokenTrouble {
    /// Its owner has to sign in again.
    #[error("a new sign-in is needed")]
    NeedsAuthorization,
    /// What is stored does not open (N-60).
    #[error("the stored token does not open; an operator has to look")]
    Quarantined,
    /// Somebody else refreshes it right now, or a limit is in the way.
    #[error("wait until {}", .0.rfc3339())]
    Wait(Moment),
    /// The other side does not answer.
    #[error("the refresh got no answer")]
    Unavailable,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A stored token set.
struct Held<'a> {
    holder: Holder,
    owner: UserId,
    generation: i64,
    tokens: &'a Sealed<TokenSet>,
}

/// Where a user's token set is sealed.
pub(super) const fn user_place(id: UserId, generation: i64) -> Place<'static> {
    Place { column: "discord_user.tokens", row: id.number(), owner: id.number(), generation }
}

/// Where a connection's token set is sealed.
pub(super) const fn connection_place(id: ConnectionId, owner: UserId, generation: i64) -> Place<'static> {
    Place { column: "connection.tokens", row: id.number(), owner: owner.number(), generation }
}

impl Held<'_> {
    const fn place(&self, generation: i64) -> Place<'static> {
        match self.holder {
            Holder::User(id) => user_place(id, generation),
            Holder::Connection(id) => connection_place(id, self.owner, generation),
        }
    }
}

/// The user's token set at Discord, good for some minutes at least.
pub async fn of_user(app: &App, user: &User) -> Result<TokenSet, TokenTrouble> {
    let tokens = usable(user.tokens.as_ref(), user.standing)?;
    usable_now(
        app,
        Held { holder: Holder::User(user.id), owner: user.id, generation: user.generation, tokens },
        false,
    )
    .await
}

/// The same after Discord refused the access token: refreshed whatever its age.
pub async fn of_user_renewed(app: &App, user: &User) -> Result<TokenSet, TokenTrouble> {
    let tokens = usable(user.tokens.as_ref(), user.standing)?;
    usable_now(
        app,
        Held { holder: Holder::User(user.id), owner: user.id, generation: user.generation, tokens },
        true,
    )
    .await
}

/// The connection's token set at its platform.
pub async fn of_connection(
    app: &App,
    connection: &Connection,
    renew: bool,
) -> Result<TokenSet, TokenTrouble> {
    let tokens = usable(connection.tokens.as_ref(), connection.standing)?;
    let holder = Holder::Connection(connection.id);
    let held = Held { holder, owner: connection.user, generation: connection.generation, tokens };
    let tokens = usable_now(app, held, renew).await?;
    compared(app, connection, tokens).await
}

/// After a refresh the tokens have to be those of the account that was linked (N-68): the identity is
/// read again before they are used for anything else.
async fn compared(app: &App, linked: &Connection, tokens: TokenSet) -> Result<TokenSet, TokenTrouble> {
    let id = linked.id;
    let unproven = app.store.read(async move |tx| token::unproven(tx, id).await).await?;
    let (Some(generation), Some(platform)) = (unproven, app.platform(&linked.platform)) else {
        return Ok(tokens);
    };
    let account = match platform.identify(&tokens, Some(&linked.subject)).await {
        Ok(account) => account,
        // Refused for everything: whoever asks with it finds that out, and what to do about it.
        Err(PlatformError::ExpiredAccess) => return Ok(tokens),
        Err(PlatformError::RateLimited { until }) => return Err(TokenTrouble::Wait(until)),
        Err(
            PlatformError::InvalidGrant
            | PlatformError::Denied
            | PlatformError::InsufficientScope
            | PlatformError::Private
            | PlatformError::Gone
            | PlatformError::Budget
            | PlatformError::InvalidClient
            | PlatformError::Mistrusted
            | PlatformError::Unavailable,
        ) => return Err(TokenTrouble::Unavailable),
    };
    if account.subject == linked.subject {
        app.store.write(async move |tx| token::prove(tx, id, generation).await).await?;
        return Ok(tokens);
    }
    warn!(target: "security", reason = "refreshed_other_account", user.id = %linked.user, platform = %linked.platform,
          "a refreshed token is of another account than the linked one; it is dropped, and nothing else changes");
    app.metrics.refused("refreshed_other_account");
    app.store.write(async move |tx| token::lose(tx, Holder::Connection(id), generation).await).await?;
    Err(TokenTrouble::NeedsAuthorization)
}

fn usable(tokens: Option<&Sealed<TokenSet>>, standing: Standing) -> Result<&Sealed<TokenSet>, TokenTrouble> {
    match (standing, tokens) {
        (Standing::Good, Some(tokens)) => Ok(tokens),
        (Standing::Quarantined, _) => Err(TokenTrouble::Quarantined),
        (Standing::Good | Standing::NeedsAuthorization, _) => Err(TokenTrouble::NeedsAuthorization),
    }
}

async fn usable_now(app: &App, held: Held<'_>, renew: bool) -> Result<TokenSet, TokenTrouble> {
    let tokens = match app.vault.open(held.tokens, held.place(held.generation)) {
        Ok(tokens) => tokens,
        Err(why) => return Err(quarantine(app, held.holder, why).await?),
    };
    let soon = app.now() + MARGIN;
    if !renew && tokens.expires_at.is_none_or(|end| end > soon) {
        return Ok(tokens);
    }
    match &tokens.refresh {
        Some(refresh) => renewed(app, &held, refresh).await,
        // Nothing to refresh with: an expired token, or one that was refused, is over.
        None => Err(lost(app, &held, None).await?),
    }
}

async fn quarantine(
    app: &App,
    holder: Holder,
    why: crate::vault::VaultError,
) -> Result<TokenTrouble, StoreError> {
    let first = app.store.write(async move |tx| token::quarantine(tx, holder).await).await?;
    if first {
        error!(target: "security", reason = "sealed_value_foreign", holder = ?holder, "a stored token does not open: {why}");
    }
    Ok(TokenTrouble::Quarantined)
}

/// Refreshes under a lease, with the intent recorded first and the new pair stored before it is used.
async fn renewed(app: &App, held: &Held<'_>, refresh: &Secret) -> Result<TokenSet, TokenTrouble> {
    let (lease, id, now) = (app.random.token(), app.new_id(), app.now());
    let (holder, owner, generation) = (held.holder, held.owner, held.generation);
    let name = lease.clone();
    let ours = app.store.write(async move |tx| {
        if !token::lease(tx, (holder, generation), &name, (now, now + LEASE)).await? {
            return Ok(false);
        }
        for interrupted in intent::open(tx, owner, "refresh").await? {
            warn!(user.id = %owner, "a token refresh was interrupted; the old token is tried once more");
            intent::end(tx, interrupted.id, "interrupted", now).await?;
        }
        let detail = format!("{holder:?}");
        let new =
            Intent { id, kind: "refresh".into(), user: owner, guild: None, role: None, rule: None, detail };
        intent::begin(tx, &new, now).await.map(|()| true)
    });
    if !ours.await? {
        return newer(app, held).await;
    }
    match call(app, held, refresh).await {
        Ok(tokens) => keep(app, held, (&lease, id), tokens).await,
        Err(Fault::Dead) => Err(lost(app, held, Some(id)).await?),
        Err(Fault::Passing(trouble)) => {
            app.store
                .write(async move |tx| {
                    intent::end(tx, id, "no_answer", now).await?;
                    token::give_back(tx, holder, &lease).await
                })
                .await?;
            Err(trouble)
        }
    }
}

enum Fault {
    /// The refresh token is used up, expired or revoked.
    Dead,
    Passing(TokenTrouble),
}

async fn call(app: &App, held: &Held<'_>, refresh: &Secret) -> Result<TokenSet, Fault> {
    match held.holder {
        Holder::User(_) => app.discord.refresh(refresh).await.map_err(|error| match error {
            DiscordError::InvalidGrant => Fault::Dead,
            DiscordError::NotBefore(then) | DiscordError::Stopped(then) => {
                Fault::Passing(TokenTrouble::Wait(then))
            }
            DiscordError::TokenDead
            | DiscordError::InvalidClient
            | DiscordError::MissingScope
            | DiscordError::Refused { .. }
            | DiscordError::Unavailable { .. } => Fault::Passing(TokenTrouble::Unavailable),
        }),
        Holder::Connection(id) => {
            let found = app.store.read(async move |tx| connection::find(tx, id).await).await;
            let found = found.map_err(|error| Fault::Passing(error.into()))?.ok_or(Fault::Dead)?;
            let platform = app.platform(&found.platform).ok_or(Fault::Passing(TokenTrouble::Unavailable))?;
            let back = link::redirect_uri(app, &found.platform);
            platform.refresh(refresh, &back).await.map_err(|error| match error {
                PlatformError::InvalidGrant => Fault::Dead,
                PlatformError::RateLimited { until } => Fault::Passing(TokenTrouble::Wait(until)),
                PlatformError::Denied
                | PlatformError::ExpiredAccess
                | PlatformError::InsufficientScope
                | PlatformError::Private
                | PlatformError::Gone
                | PlatformError::Budget
                | PlatformError::Mistrusted
                | PlatformError::InvalidClient
                | PlatformError::Unavailable => Fault::Passing(TokenTrouble::Unavailable),
            })
        }
    }
}

async fn keep(
    app: &App,
    held: &Held<'_>,
    (lease, id): (&str, i64),
    tokens: TokenSet,
) -> Result<TokenSet, TokenTrouble> {
    let sealed = app.vault.seal(&tokens, held.place(held.generation + 1));
    let (holder, generation, lease, now) = (held.holder, held.generation, lease.to_owned(), app.now());
    let kept = app.store.write(async move |tx| {
        let kept = token::renew(tx, (holder, generation), &lease, &sealed).await?;
        intent::end(tx, id, if kept { "renewed" } else { "overtaken" }, now).await?;
        Ok(kept)
    });
    // When another sign-in came in between, its tokens count and these are dropped.
    if kept.await? { Ok(tokens) } else { newer(app, held).await }
}

/// Somebody else was faster: uses what they stored, or waits for them.
async fn newer(app: &App, held: &Held<'_>) -> Result<TokenSet, TokenTrouble> {
    let holder = held.holder;
    let (generation, tokens) = match holder {
        Holder::User(id) => {
            let found = app.store.read(async move |tx| user::find(tx, id).await).await?;
            found.map_or((held.generation, None), |user| (user.generation, user.tokens))
        }
        Holder::Connection(id) => {
            let found = app.store.read(async move |tx| connection::find(tx, id).await).await?;
            found.map_or((held.generation, None), |found| (found.generation, found.tokens))
        }
    };
    let Some(tokens) = tokens.filter(|_| generation > held.generation) else {
        return Err(TokenTrouble::Wait(app.now() + Span::seconds(2)));
    };
    app.vault.open(&tokens, held.place(generation)).map_err(|_| TokenTrouble::Quarantined)
}

/// The set is dead, unless a newer one came meanwhile. Costs nobody a role.
async fn lost(app: &App, held: &Held<'_>, intent: Option<i64>) -> Result<TokenTrouble, StoreError> {
    let (holder, owner, generation, now) = (held.holder, held.owner, held.generation, app.now());
    let lost = app.store.write(async move |tx| {
        if let Some(id) = intent {
            intent::end(tx, id, "lost", now).await?;
        }
        token::lose(tx, holder, generation).await
    });
    if lost.await? {
        warn!(user.id = %owner, holder = ?holder, "a token is dead; its owner has to sign in again");
    }
    Ok(TokenTrouble::NeedsAuthorization)
}
