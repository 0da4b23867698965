//! Reading: what a linked account shows, as far as somebody agreed that it is read.

use std::collections::BTreeSet;

use domain::fact::{FactKey, Unknown};
use domain::id::ConnectionId;
use domain::moment::Moment;
use tracing::info;

use super::queue::{self, Urgency};
use super::token::{self, TokenTrouble};
use super::{Progress, WorkError, facts};
use crate::app::App;
use crate::platform::{Answer, Platform, ReadError, Who};
use crate::store::connection::Connection;
use crate::store::token::Holder;
use crate::store::work::Work;
use crate::store::{StoreError, Tx, connection, observation, token as tokens};
use domain::platform::ErrorClass;
use domain::token::TokenSet;

/// Reads the wanted facts of one connection, stores them with the work they cause.
///
/// What cannot be read becomes unknown, and unknown takes nothing.
pub async fn read(app: &App, id: ConnectionId, work: &Work) -> Result<Progress, WorkError> {
    let app_ = app.clone();
    let found = app.store.read(async move |tx| load(&app_, tx, id).await).await?;
    let Some((connection, wanted)) = found else { return Ok(Progress::Done) };
    let Some(platform) = app.platform(&connection.platform) else { return Ok(Progress::Done) };
    let wanted: BTreeSet<FactKey> =
        wanted.into_iter().filter(|fact| fact.platform == connection.platform).collect();
    if wanted.is_empty() {
        // Nobody may use what was read before, so it goes.
        app.store.write(async move |tx| observation::forget(tx, id, &[]).await).await?;
        return Ok(Progress::Done);
    }
    let began = app.now();
    let answers = ask(app, platform, &connection, &wanted).await?;
    let seconds = (app.now().millis() - began.millis()).max(0);
    #[allow(clippy::cast_precision_loss, reason = "a call lasts seconds, not millennia")]
    app.metrics.verified(&connection.platform, seconds as f64 / 1000.0);
    let progress = progress(&answers);
    let urgency = if work.interactive { Urgency::Interactive } else { Urgency::Background };
    let app_ = app.clone();
    app.store.write(async move |tx| save(&app_, tx, &connection, (&answers, urgency)).await).await?;
    Ok(progress)
}

async fn load(
    app: &App,
    tx: &mut Tx,
    id: ConnectionId,
) -> Result<Option<(Connection, BTreeSet<FactKey>)>, StoreError> {
    let Some(connection) = connection::find(tx, id).await? else { return Ok(None) };
    let wanted = facts::wanted(app, tx, connection.user).await?;
    Ok(Some((connection, wanted)))
}

/// Asks the platform; an access token that ended early is refreshed once.
async fn ask(
    app: &App,
    platform: &Platform,
    connection: &Connection,
    wanted: &BTreeSet<FactKey>,
) -> Result<Vec<Answer>, StoreError> {
    let failed = |reason: Unknown| all_unknown(platform, wanted, reason);
    let mut tokens = None;
    if connection.tokens.is_some() && platform.needs_tokens(wanted) {
        tokens = match token::of_connection(app, connection, false).await {
            Ok(tokens) => Some(tokens),
            Err(trouble) => return reason(trouble).map(failed),
        };
    }
    let answers = platform.read(&who(connection, tokens.as_ref()), wanted).await;
    let expired =
        |answer: &Answer| matches!(&answer.outcome, Err(error) if error.class == ErrorClass::ExpiredAccess);
    if !answers.iter().any(expired) || tokens.is_none() {
        return Ok(answers);
    }
    match token::of_connection(app, connection, true).await {
        Ok(tokens) => Ok(platform.read(&who(connection, Some(&tokens)), wanted).await),
        Err(trouble) => reason(trouble).map(failed),
    }
}

fn who<'a>(connection: &'a Connection, tokens: Option<&'a TokenSet>) -> Who<'a> {
    Who {
        subject: &connection.subject,
        username: &connection.username,
        node: connection.node.as_deref(),
        tokens,
        remembered: None,
    }
}

fn reason(trouble: TokenTrouble) -> Result<Unknown, StoreError> {
    match trouble {
        TokenTrouble::NeedsAuthorization | TokenTrouble::Quarantined => Ok(Unknown::NeedsAuthorization),
        TokenTrouble::Wait(_) => Ok(Unknown::RateLimited),
        TokenTrouble::Unavailable => Ok(Unknown::Unavailable),
        TokenTrouble::Store(error) => Err(error),
    }
}

fn all_unknown(platform: &Platform, wanted: &BTreeSet<FactKey>, reason: Unknown) -> Vec<Answer> {
    let class = match reason {
        // Whatever had to be recorded of the token was recorded with the trouble.
        Unknown::NeedsAuthorization => ErrorClass::Denied,
        Unknown::RateLimited => ErrorClass::RateLimited,
        _ => ErrorClass::Unavailable,
    };
    let error = ReadError { reason, class, retry_after: None };
    let unknown =
        |request| Answer { request, outcome: Err(error), hidden: BTreeSet::new(), account: None, etag: None };
    platform.requests_for(wanted).into_keys().map(unknown).collect()
}

/// What passes is tried again; what does not, waits for the member or the operator.
fn progress(answers: &[Answer]) -> Progress {
    let errors = || answers.iter().filter_map(|answer| answer.outcome.as_ref().err());
    let latest: Option<Moment> = errors().filter_map(|error| error.retry_after).max();
    if let Some(then) = latest {
        return Progress::Wait(then);
    }
    let passing = |error: &&ReadError| match error.class {
        ErrorClass::Unavailable | ErrorClass::RateLimited => error.reason != Unknown::OtherAccount,
        ErrorClass::Denied
        | ErrorClass::Private
        | ErrorClass::Budget
        | ErrorClass::InvalidGrant
        | ErrorClass::ExpiredAccess
        | ErrorClass::InsufficientScope
        | ErrorClass::Gone
        | ErrorClass::InvalidClient => false,
    };
    match errors().find(passing) {
        Some(error) => Progress::Retry(format!("facts could not be read: {:?}", error.reason)),
        None => Progress::Done,
    }
}

async fn save(
    app: &App,
    tx: &mut Tx,
    before: &Connection,
    (answers, urgency): (&[Answer], Urgency),
) -> Result<(), StoreError> {
    let now = app.now();
    // Unlinked, or proven again by another account, while we asked: then this is nobody's answer.
    if !connection::lock(tx, before.id).await? {
        return Ok(());
    }
    let Some(current) = connection::find(tx, before.id).await? else { return Ok(()) };
    if current.subject != before.subject {
        return Ok(());
    }
    let known: Vec<_> = observation::of_user(tx, before.user).await?;
    let mut news = false;
    for answer in answers {
        let request = answer.request.to_string();
        let place = (before.id, request.as_str());
        let last = known.iter().find(|one| one.connection == before.id && one.request == request);
        match &answer.outcome {
            Ok(facts) => {
                let shown = facts.iter().map(|(key, value)| (key.clone(), Some(value.clone())));
                let hidden = answer.hidden.iter().map(|key| (key.clone(), None));
                let facts: Vec<_> = shown.chain(hidden).collect();
                observation::save(tx, place, &facts, now).await?;
                news = true;
            }
            Err(error) => {
                let told = last.and_then(|last| last.unknown).map(|(reason, _)| reason);
                news |= told != Some(error.reason);
                refused(tx, before, error).await?;
                observation::save_unknown(tx, place, error.reason, now).await?;
            }
        }
    }
    let asked: Vec<String> = answers.iter().map(|answer| answer.request.to_string()).collect();
    observation::forget(tx, before.id, &asked).await?;
    rename(tx, &current, answers).await?;
    if answers.iter().any(|answer| answer.outcome.is_ok()) {
        connection::verified(tx, before.id, now).await?;
    }
    if news {
        queue::all_roles(tx, before.user, (urgency, now)).await?;
        queue::push(tx, before.user, (urgency, now)).await?;
        info!(user.id = %before.user, platform = %before.platform, "read what an account shows");
    }
    Ok(())
}

async fn refused(tx: &mut Tx, connection: &Connection, error: &ReadError) -> Result<(), StoreError> {
    if error.class == ErrorClass::ExpiredAccess {
        tokens::lose(tx, Holder::Connection(connection.id), connection.generation).await?;
    }
    Ok(())
}

/// Names are only shown, but they should be today's.
async fn rename(tx: &mut Tx, current: &Connection, answers: &[Answer]) -> Result<(), StoreError> {
    let told = answers.iter().filter_map(|answer| answer.account.as_ref());
    let told =
        told.filter(|account| account.subject == current.subject).map(|account| &account.username).next();
    match told {
        Some(name) if *name != current.username => connection::rename(tx, current.id, name).await,
        Some(_) | None => Ok(()),
    }
}
