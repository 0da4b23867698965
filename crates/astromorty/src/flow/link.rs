//! Linking an account: begin, arrive, confirm.
//!
//! One browser proves it: state, verifier and session belong together and work once. The callback
//! reads the identity only; facts are read after the member said yes on a page that names both
//! accounts (design laws 6 and 7).

mod confirm;

use domain::id::{PlatformKey, UserId};
use domain::token::Secret;
use tracing::info;
use url::Url;

use super::attempt;
use super::retire;
use super::session::{Browser, NewCookie};
use super::sign_in::{Callback, CallbackOutcome, LIFETIME, verifier_place};
use super::transfer::{self, Owned};
use crate::app::{App, digest};
use crate::platform::{Departure, Platform, PlatformError, Proof, RevokeScope, Unproved};
use crate::store::authorization::{Arrival, Pending, Started, Taken, Waiting};
use crate::store::{StoreError, authorization, once, session as sessions};
use crate::vault::Place;

pub use crate::platform::Promise;
pub use confirm::{Choice, confirm};

/// Why a link could not be finished. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Nobody links this here.
    #[error("this server does not link {0} accounts")]
    UnknownPlatform(PlatformKey),
    /// Sign in first.
    #[error("sign in with Discord first")]
    SignedOut,
    /// Unknown, used, expired and foreign look the same from outside.
    #[error("this link is not valid any more; start again with /link")]
    NotValid,
    /// The person said no at the platform.
    #[error("you did not agree at {0}; nothing was changed")]
    Denied(PlatformKey),
    /// What came back cannot be believed; the security log has it already.
    #[error("this link is not valid; start again with /link")]
    Refused,
    /// What the platform says of itself cannot be believed; the security log has it already.
    #[error("{0} cannot be linked right now; nothing has changed, its operator has to look")]
    Mistrusted(PlatformKey),
    /// Somebody else's account; we do not say whose.
    #[error("this {0} account is already linked to someone else")]
    Taken(PlatformKey),
    /// Too many starts; seconds to wait.
    #[error("too many links started; try again in {0} seconds")]
    TooMany(i64),
    /// No answer from the platform.
    #[error("{0} did not answer; nothing has changed, try again in a few minutes")]
    Unavailable(PlatformKey),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where a platform sends the browser back to; `public_url` alone decides it (N-43).
pub(super) fn redirect_uri(app: &App, platform: &PlatformKey) -> String {
    app.page(&format!("/api/role-connections/{platform}/callback"))
}

fn configured<'a>(app: &'a App, key: &PlatformKey) -> Result<&'a Platform, LinkError> {
    app.platform(key).ok_or_else(|| LinkError::UnknownPlatform(key.clone()))
}

/// What this platform's answer has to say of who gives it.
pub async fn promise(app: &App, key: &PlatformKey) -> Result<Promise, LinkError> {
    let platform = configured(app, key)?;
    platform.promise().await.map_err(|error| unready(key, error))
}

/// Why nobody can be sent to a platform right now.
fn unready(key: &PlatformKey, error: PlatformError) -> LinkError {
    if error == PlatformError::Mistrusted {
        LinkError::Mistrusted(key.clone())
    } else {
        LinkError::Unavailable(key.clone())
    }
}

/// Sends a signed-in browser to the platform.
pub async fn begin(app: &App, browser: &Browser, key: &PlatformKey) -> Result<Url, LinkError> {
    let platform = configured(app, key)?;
    let session = browser.session.ok_or(LinkError::SignedOut)?;
    let user = browser.user().ok_or(LinkError::SignedOut)?;
    let (state, verifier) = (app.random.token(), Secret::new(app.random.token()));
    let back = redirect_uri(app, key);
    let departure = Departure { state: &state, verifier: &verifier, redirect_uri: &back };
    let url = platform.depart(&departure).await.map_err(|error| unready(key, error))?;
    let (id, at) = (app.new_id(), app.now());
    let started = Started {
        id,
        state_hash: digest(&state),
        session: session.id,
        user: Some(user),
        platform: key.clone(),
        instance: platform.instance().to_owned(),
        verifier: app.vault.seal(&verifier, verifier_place(id)),
        return_to: String::new(),
        attempt: None,
        at,
        expires_at: at + LIFETIME,
    };
    let (app_, browser) = (app.clone(), browser.clone());
    let stored = app.store.write(async move |tx| {
        let attempt = attempt::start(&app_, tx, (&browser, session.id), &started.platform).await?;
        let Some(attempt) = attempt else { return Ok(false) };
        authorization::start(tx, &Started { attempt: Some(attempt), ..started.clone() }).await?;
        Ok(true)
    });
    if stored.await? { Ok(url) } else { Err(LinkError::TooMany(attempt::WINDOW.as_seconds())) }
}

/// A browser came back from the platform: exchanges the code at once, reads the identity, and keeps
/// it until the member confirms. The session gets a new cookie, because a step-up follows (N-35).
pub async fn arrive(
    app: &App,
    browser: &Browser,
    key: &PlatformKey,
    callback: Callback,
) -> Result<NewCookie, LinkError> {
    let platform = configured(app, key)?;
    let taken = take(app, browser, platform, &callback.state).await?.ok_or(LinkError::NotValid)?;
    let outcome = match callback.outcome {
        CallbackOutcome::Code(code) => prove(app, platform, (&code, &callback.state, &taken)).await,
        CallbackOutcome::Assertion(query) => believe(app, platform, (&query, &callback.state, &taken)).await,
        CallbackOutcome::Denied => Err(LinkError::Denied(key.clone())),
        CallbackOutcome::Failed => Err(LinkError::NotValid),
    };
    let kept = match outcome {
        Ok((account, tokens)) => keep(app, browser, (platform, &taken), (account, tokens)).await,
        Err(error) => Err(error),
    };
    if let Err(error) = &kept {
        let (app_, key, outcome) = (app.clone(), key.clone(), word(error));
        app.store
            .write(async move |tx| {
                authorization::end(tx, taken.id).await?;
                attempt::end(&app_, tx, (taken.attempt, &key), outcome).await
            })
            .await?;
    }
    kept
}

const fn word(error: &LinkError) -> &'static str {
    match error {
        LinkError::UnknownPlatform(_) | LinkError::SignedOut | LinkError::NotValid => "not_valid",
        LinkError::Refused | LinkError::Mistrusted(_) => "refused",
        LinkError::Denied(_) => "denied",
        LinkError::Taken(_) => "taken",
        LinkError::TooMany(_) => "too_many",
        LinkError::Unavailable(_) => "unavailable",
        LinkError::Store(_) => "internal",
    }
}

/// Uses the authorization up, in its own browser only, for the instance it was started at only.
async fn take(
    app: &App,
    browser: &Browser,
    platform: &Platform,
    state: &str,
) -> Result<Option<Taken>, LinkError> {
    let (Some(session), Some(user)) = (browser.session, browser.user()) else { return Ok(None) };
    let (state_hash, at, key) = (digest(state), app.now(), platform.key().clone());
    let taken = app.store.write(async move |tx| {
        let arrival =
            Arrival { state_hash: &state_hash, session: session.id, user: Some(user), platform: &key, at };
        authorization::take(tx, &arrival).await
    });
    Ok(taken.await?.filter(|taken| taken.instance == platform.instance()))
}

async fn prove(
    app: &App,
    platform: &Platform,
    (code, state, taken): (&Secret, &str, &Taken),
) -> Result<Proof, LinkError> {
    let key = platform.key();
    let verifier =
        app.vault.open(&taken.verifier, verifier_place(taken.id)).map_err(|_| LinkError::NotValid)?;
    let refused = |error| match error {
        PlatformError::Denied | PlatformError::InsufficientScope => LinkError::Denied(key.clone()),
        PlatformError::InvalidGrant | PlatformError::ExpiredAccess => LinkError::NotValid,
        PlatformError::Mistrusted => LinkError::Refused,
        PlatformError::InvalidClient => {
            tracing::error!(platform = %key, "the platform refuses our client secret: nobody can link until it is mended");
            LinkError::Unavailable(key.clone())
        }
        PlatformError::Private
        | PlatformError::Gone
        | PlatformError::Budget
        | PlatformError::RateLimited { .. }
        | PlatformError::Unavailable => LinkError::Unavailable(key.clone()),
    };
    let back = redirect_uri(app, key);
    let departure = Departure { state, verifier: &verifier, redirect_uri: &back };
    platform.prove(code, &departure).await.map_err(refused)
}

/// Proves an account by an assertion: judged by ourselves, good once, and borne out by its site.
async fn believe(
    app: &App,
    platform: &Platform,
    (query, state, taken): (&Secret, &str, &Taken),
) -> Result<Proof, LinkError> {
    let key = platform.key();
    let verifier =
        app.vault.open(&taken.verifier, verifier_place(taken.id)).map_err(|_| LinkError::NotValid)?;
    let back = redirect_uri(app, key);
    let departure = Departure { state, verifier: &verifier, redirect_uri: &back };
    let unproved = |unproved| match unproved {
        Unproved::Denied => LinkError::Denied(key.clone()),
        Unproved::TryAgain => LinkError::Unavailable(key.clone()),
        Unproved::Refused => LinkError::Refused,
    };
    let assertion = platform.assertion(query.expose(), &departure).map_err(unproved)?;
    let (nonce, kept) = (digest(assertion.nonce()), (app.now(), assertion.remember_until()));
    // N-33: over all processes, and before Steam is asked.
    let first = app.store.write(async move |tx| once::first(tx, ("openid", &nonce), kept).await);
    if !first.await? {
        platform.replayed();
        return Err(LinkError::Refused);
    }
    platform.bear_out(&assertion).await.map(|account| (account, None)).map_err(unproved)
}

/// Where the tokens of a link rest that waits for a yes.
fn pending_place(authorization: i64, user: UserId) -> Place<'static> {
    Place { column: "authorization.tokens", row: authorization, owner: user.number(), generation: 0 }
}

async fn keep(
    app: &App,
    browser: &Browser,
    (platform, taken): (&Platform, &Taken),
    (account, tokens): Proof,
) -> Result<NewCookie, LinkError> {
    let (session, user) = browser.session.zip(browser.user()).ok_or(LinkError::NotValid)?;
    let (cookie, now, key) = (app.random.token(), app.now(), platform.key().clone());
    let place = pending_place(taken.id, user);
    let pending = Pending {
        id: taken.id,
        instance: taken.instance.clone(),
        subject: account.subject,
        username: account.username,
        node: account.node,
        tokens: tokens.map(|tokens| app.vault.seal(&tokens, place)),
        attempt: taken.attempt,
        arrived_at: now,
    };
    let (hash, can_revoke) = (digest(&cookie), platform.can_revoke(RevokeScope::Token));
    let app_ = app.clone();
    let kept = app.store.write(async move |tx| {
        if matches!(transfer::owned(&app_, tx, (&key, &pending, user)).await?, Owned::Taken) {
            // This token alone is ended where that leaves the owner's grant in peace (law 9).
            if let Some(retired) = retire::Retired::pending(&key, &pending, place).filter(|_| can_revoke) {
                retire::ask(tx, user, &retired, now).await?;
            }
            return Ok(Kept::Taken);
        }
        if !authorization::arrive(tx, session.id, &key, &pending, now).await? {
            // Signed out while the platform answered.
            if let Some(retired) = retire::Retired::pending(&key, &pending, place).filter(|_| can_revoke) {
                retire::ask(tx, user, &retired, now).await?;
            }
            return Ok(Kept::Gone);
        }
        sessions::rotate(tx, session.id, &hash).await?;
        Ok(Kept::Waiting)
    });
    match kept.await? {
        Kept::Waiting => Ok(NewCookie(Secret::new(cookie))),
        Kept::Taken => Err(LinkError::Taken(platform.key().clone())),
        Kept::Gone => Err(LinkError::NotValid),
    }
}

/// What became of an account that came back.
enum Kept {
    Waiting,
    Taken,
    Gone,
}

/// The link that waits for this member's yes in this browser.
pub async fn waiting(app: &App, browser: &Browser, key: &PlatformKey) -> Result<Pending, LinkError> {
    let (session, user) = browser.session.zip(browser.user()).ok_or(LinkError::NotValid)?;
    let (key, at) = (key.clone(), app.now());
    let found = app.store.read(async move |tx| {
        authorization::waiting(tx, Waiting { session: session.id, user, platform: &key, at }).await
    });
    found.await?.ok_or(LinkError::NotValid)
}

/// The member said no: nothing is linked, and what the platform gave us is given back.
pub async fn cancel(app: &App, browser: &Browser, key: &PlatformKey) -> Result<(), LinkError> {
    let platform = configured(app, key)?;
    let pending = waiting(app, browser, key).await?;
    let user = browser.user().ok_or(LinkError::NotValid)?;
    let (app_, key, now) = (app.clone(), key.clone(), app.now());
    let can_revoke = platform.can_revoke(RevokeScope::Token);
    app.store
        .write(async move |tx| {
            if !authorization::end(tx, pending.id).await? {
                return Ok(());
            }
            attempt::end(&app_, tx, (pending.attempt, &key), "cancelled").await?;
            let place = pending_place(pending.id, user);
            if let Some(retired) = retire::Retired::pending(&key, &pending, place).filter(|_| can_revoke) {
                retire::ask(tx, user, &retired, now).await?;
            }
            Ok(())
        })
        .await?;
    info!(user.id = %user, "a member decided against a link");
    app.wake.ring();
    Ok(())
}
