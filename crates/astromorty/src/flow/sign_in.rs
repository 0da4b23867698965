//! Signing in with Discord: who sits in front of this browser.

use domain::id::{PlatformKey, UserId};
use domain::moment::Span;
use domain::token::{Secret, TokenSet};
use url::Url;

use super::queue::{self, Urgency};
use super::session::{self, Browser, NewCookie};
use super::{attempt, token};
use crate::app::{App, digest};
use crate::discord::{self, DiscordError};
use crate::store::authorization::{Arrival, Started};
use crate::store::{StoreError, Tx, authorization, session as sessions, user, work};
use crate::vault::Place;

/// A sign-in or link has to come back within this.
pub(super) const LIFETIME: Span = Span::minutes(10);

/// The scopes a sign-in needs.
pub const SCOPES: [&str; 3] = ["guilds", "identify", "role_connections.write"];

/// Where a sign-in goes on to. Never a URL from outside (N-42).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnTo {
    /// The dashboard.
    Dashboard,
    /// Discord's Linked Roles screen sent the member: push, then the dashboard with help.
    Verify,
    /// Link an account of this platform.
    Link(PlatformKey),
}

impl std::fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dashboard => f.write_str("dashboard"),
            Self::Verify => f.write_str("verify"),
            Self::Link(platform) => write!(f, "link:{platform}"),
        }
    }
}

impl ReturnTo {
    fn stored(text: &str) -> Self {
        let platform = text.strip_prefix("link:").and_then(|key| key.parse().ok());
        match (text, platform) {
            ("verify", _) => Self::Verify,
            (_, Some(platform)) => Self::Link(platform),
            (_, None) => Self::Dashboard,
        }
    }
}

/// What a browser brought back from Discord or a platform.
#[derive(Debug, Clone)]
pub struct Callback {
    /// Proof that this browser was sent there by us.
    pub state: String,
    /// What came of it.
    pub outcome: CallbackOutcome,
}

/// What the other side says.
#[derive(Debug, Clone)]
pub enum CallbackOutcome {
    /// A code to exchange.
    Code(Secret),
    /// An assertion, as it stood in the query.
    Assertion(Secret),
    /// The person said no.
    Denied,
    /// Some other error; its text is never shown.
    Failed,
}

/// Why a sign-in could not be finished. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown, used, expired and foreign look the same from outside.
    #[error("this sign-in is not valid any more; start again")]
    NotValid,
    /// The person said no at Discord.
    #[error("you did not agree at Discord; nothing was changed, start again when you like")]
    Denied,
    /// N-15: the token is for another application, or does not allow enough.
    #[error("Discord did not give what a sign-in needs; start again and leave every permission ticked")]
    TooLittle,
    /// Too many starts.
    #[error("too many starts from here; wait a few minutes and try again")]
    TooMany,
    /// Discord does not answer.
    #[error("Discord did not answer; nothing was changed, try again in a few minutes")]
    Unavailable,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The key under which sign-ins stand among authorizations.
pub(super) fn discord_key() -> PlatformKey {
    "discord".parse().expect("it is a well-formed key")
}

/// Sends a browser to Discord. The URL carries no identity; the state belongs to this browser.
pub async fn begin(
    app: &App,
    browser: &Browser,
    return_to: &ReturnTo,
) -> Result<(Url, Option<NewCookie>), SignInError> {
    let (state, verifier, cookie) = (app.random.token(), app.random.token(), app.random.token());
    let url = app.discord.authorize_url(&state, &digest(&verifier), &redirect_uri(app));
    let (made, at) = (app.new_id(), app.now());
    let place = verifier_place(made);
    let verifier = app.vault.seal(&Secret::new(verifier), place);
    let (app_, browser, fresh, return_to) =
        (app.clone(), browser.clone(), cookie.clone(), return_to.to_string());
    let is_new = browser.session.is_none();
    let session = browser.session.map_or_else(|| app.new_id(), |found| found.id);
    let stored = app.store.write(async move |tx| {
        let platform = discord_key();
        let Some(attempt) = attempt::start(&app_, tx, (&browser, session), &platform).await? else {
            return Ok(false);
        };
        if is_new {
            session::open(&app_, tx, session, &fresh).await?;
        }
        let started = Started {
            id: made,
            state_hash: digest(&state),
            session,
            user: None,
            platform,
            instance: String::new(),
            verifier: verifier.clone(),
            return_to: return_to.clone(),
            attempt: Some(attempt),
            at,
            expires_at: at + LIFETIME,
        };
        authorization::start(tx, &started).await?;
        Ok(true)
    });
    if !stored.await? {
        return Err(SignInError::TooMany);
    }
    Ok((url, is_new.then(|| NewCookie(Secret::new(cookie)))))
}

pub(super) fn verifier_place(authorization: i64) -> Place<'static> {
    Place { column: "authorization.verifier", row: authorization, owner: 0, generation: 0 }
}

/// The one redirect URI; `public_url` alone decides it (N-43).
fn redirect_uri(app: &App) -> String {
    app.page("/auth/discord/callback")
}

/// A browser came back from Discord: signs it in under a new cookie.
pub async fn arrive(
    app: &App,
    browser: &Browser,
    callback: Callback,
) -> Result<(ReturnTo, UserId, NewCookie), SignInError> {
    let session = browser.session.ok_or(SignInError::NotValid)?;
    let taken = take(app, session.id, &callback.state).await?.ok_or(SignInError::NotValid)?;
    let code = match callback.outcome {
        CallbackOutcome::Code(code) => code,
        CallbackOutcome::Denied => {
            return Err(failed(app, taken.attempt, "denied", SignInError::Denied).await?);
        }
        CallbackOutcome::Failed | CallbackOutcome::Assertion(_) => {
            return Err(failed(app, taken.attempt, "failed", SignInError::NotValid).await?);
        }
    };
    let verifier =
        app.vault.open(&taken.verifier, verifier_place(taken.id)).map_err(|_| SignInError::NotValid)?;
    let signed_in = match prove(app, &code, &verifier).await {
        Ok(signed_in) => signed_in,
        Err(error) => return Err(failed(app, taken.attempt, outcome(&error), error).await?),
    };
    let return_to = ReturnTo::stored(&taken.return_to);
    let (cookie, user) = (app.random.token(), signed_in.0.id);
    store(app, (session.id, taken.attempt), &cookie, (signed_in, return_to.clone())).await?;
    app.wake.ring();
    Ok((return_to, user, NewCookie(Secret::new(cookie))))
}

const fn outcome(error: &SignInError) -> &'static str {
    match error {
        SignInError::NotValid => "not_valid",
        SignInError::Denied => "denied",
        SignInError::TooLittle => "too_little",
        SignInError::TooMany => "too_many",
        SignInError::Unavailable => "unavailable",
        SignInError::Store(_) => "internal",
    }
}

async fn failed(
    app: &App,
    attempt: Option<i64>,
    outcome: &'static str,
    error: SignInError,
) -> Result<SignInError, StoreError> {
    let app_ = app.clone();
    app.store
        .write(async move |tx| attempt::end(&app_, tx, (attempt, &discord_key()), outcome).await)
        .await?;
    Ok(error)
}

async fn take(app: &App, session: i64, state: &str) -> Result<Option<authorization::Taken>, StoreError> {
    let (state_hash, at) = (digest(state), app.now());
    app.store
        .write(async move |tx| {
            let platform = discord_key();
            let arrival = Arrival { state_hash: &state_hash, session, user: None, platform: &platform, at };
            authorization::take(tx, &arrival).await
        })
        .await
}

/// Exchanges the code at once and asks whose token that is.
async fn prove(
    app: &App,
    code: &Secret,
    verifier: &Secret,
) -> Result<(discord::User, TokenSet), SignInError> {
    let tokens = app
        .discord
        .exchange(code.expose(), verifier.expose(), &redirect_uri(app))
        .await
        .map_err(|error| refused(&error))?;
    let authorization = app.discord.authorization(&tokens.access).await.map_err(|error| refused(&error))?;
    let ours = authorization.application == app.settings.discord.application_id;
    let enough = SCOPES.iter().all(|scope| authorization.scopes.iter().any(|granted| granted == scope));
    match authorization.user {
        Some(user) if ours && enough => Ok((user, TokenSet { scopes: authorization.scopes, ..tokens })),
        // The token is dropped; revoking it would end whatever else this user granted us.
        Some(_) | None => Err(SignInError::TooLittle),
    }
}

fn refused(error: &DiscordError) -> SignInError {
    match error {
        DiscordError::InvalidGrant | DiscordError::TokenDead => SignInError::NotValid,
        DiscordError::MissingScope => SignInError::TooLittle,
        DiscordError::InvalidClient => {
            tracing::error!("Discord refuses discord.client_secret: nobody can sign in until it is mended");
            SignInError::Unavailable
        }
        DiscordError::Refused { .. }
        | DiscordError::NotBefore(_)
        | DiscordError::Unavailable { .. }
        | DiscordError::Stopped(_) => SignInError::Unavailable,
    }
}

async fn store(
    app: &App,
    (session, attempt): (i64, Option<i64>),
    cookie: &str,
    ((who, tokens), return_to): ((discord::User, TokenSet), ReturnTo),
) -> Result<(), StoreError> {
    let (app_, hash, now) = (app.clone(), digest(cookie), app.now());
    app.store
        .write(async move |tx| {
            save_user(&app_, tx, &who, &tokens).await?;
            // Who comes back starts anew; what an erasure had to take back has work of its own.
            work::drop_erasure(tx, who.id).await?;
            sessions::rotate(tx, session, &hash).await?;
            sessions::sign_in(tx, session, who.id, now, session::ends(now, now)).await?;
            attempt::end(&app_, tx, (attempt, &discord_key()), "signed_in").await?;
            ask_for_work(tx, who.id, &return_to, now).await
        })
        .await
}

async fn save_user(app: &App, tx: &mut Tx, who: &discord::User, tokens: &TokenSet) -> Result<(), StoreError> {
    let generation = user::next_generation(tx, who.id).await?;
    let signed_in = user::SignedIn {
        id: who.id,
        name: who.name.clone(),
        locale: who.locale.clone(),
        tokens: app.vault.seal(tokens, token::user_place(who.id, generation)),
        scopes: tokens.scopes.join(" "),
        expires_at: tokens.expires_at,
        generation,
        at: app.now(),
    };
    user::sign_in(tx, &signed_in).await
}

/// The user's servers are read as work of its own, so that its failure never fails a sign-in. Who
/// came from Discord's Linked Roles screen gets a role connection, empty at first (law 7).
async fn ask_for_work(
    tx: &mut Tx,
    user: UserId,
    return_to: &ReturnTo,
    now: domain::moment::Moment,
) -> Result<(), StoreError> {
    let when = (Urgency::Interactive, now);
    queue::guilds(tx, user, when).await?;
    match return_to {
        ReturnTo::Verify => {
            user::want(tx, user, now).await?;
            queue::push(tx, user, when).await
        }
        // Their last token may have died before Discord could be told what it should hold.
        ReturnTo::Dashboard | ReturnTo::Link(_) => {
            let found = user::find(tx, user).await?;
            match found.filter(|user| user.wanted_at.is_some() || user.pushed.is_some()) {
                Some(_) => queue::push(tx, user, when).await,
                None => Ok(()),
            }
        }
    }
}

/// A member who is signed in came from Discord's Linked Roles screen again. False when Discord no
/// longer accepts their token, so that they have to sign in anew.
pub async fn verify_again(app: &App, id: UserId) -> Result<bool, StoreError> {
    let now = app.now();
    let asked = app.store.write(async move |tx| {
        let found = user::find(tx, id).await?;
        if !found.is_some_and(|user| user.tokens.is_some() && user.standing == user::Standing::Good) {
            return Ok(false);
        }
        ask_for_work(tx, id, &ReturnTo::Verify, now).await?;
        queue::all_roles(tx, id, (Urgency::Interactive, now)).await?;
        Ok(true)
    });
    let asked = asked.await?;
    app.wake.ring();
    Ok(asked)
}
