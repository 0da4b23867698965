//! Reading: what a linked account shows, as far as somebody agreed that it is read.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{FactKey, Unknown};
use domain::id::ConnectionId;
use domain::moment::Moment;

use super::answer::{self, Told};
use super::queue::Urgency;
use super::token::{self, TokenTrouble};
use super::{Progress, WorkError, facts, recheck, spend};
use crate::app::App;
use crate::platform::{Answer, Platform, ReadError, Remembered, Who};
use crate::store::connection::Connection;
use crate::store::work::Work;
use crate::store::{StoreError, Tx, connection, due, observation};
use domain::platform::{ErrorClass, Request};
use domain::token::TokenSet;

/// Reads the wanted facts of one connection, stores them with the work they cause.
///
/// What cannot be read becomes unknown, and unknown takes nothing.
pub async fn read(app: &App, id: ConnectionId, work: &Work) -> Result<Progress, WorkError> {
    let app_ = app.clone();
    let found = app.store.read(async move |tx| load(&app_, tx, id).await).await?;
    let Some((connection, due_at, wanted)) = found else { return Ok(Progress::Done) };
    let Some(platform) = app.platform(&connection.platform) else { return Ok(Progress::Done) };
    let wanted: BTreeSet<FactKey> =
        wanted.into_iter().filter(|fact| fact.platform == connection.platform).collect();
    let urgency = if work.interactive { Urgency::Interactive } else { Urgency::Background };
    let app_ = app.clone();
    if wanted.is_empty() {
        // Nobody may use what was read before, so it goes.
        let told = Told { before: connection, due_at, answers: Vec::new(), next: None, urgency };
        app.store.write(async move |tx| answer::save(&app_, tx, &told).await).await?;
        return Ok(Progress::Done);
    }
    let began = app.now();
    let answers = ask_within_budget(app, platform, &connection, &wanted).await?;
    let seconds = (app.now().millis() - began.millis()).max(0);
    #[allow(clippy::cast_precision_loss, reason = "a call lasts seconds, not millennia")]
    app.metrics.verified(&connection.platform, seconds as f64 / 1000.0);
    let progress = progress(&answers);
    // What passes is tried again by this work; the time of the next check is the usual one.
    let next = match &progress {
        Progress::Retry(_) | Progress::Wait(_) => recheck::usual(app, platform),
        Progress::Done | Progress::Recorded | Progress::Again(_) => recheck::next(app, platform, &answers),
    };
    let told = Told { before: connection, due_at, answers, next: Some(next), urgency };
    app.store.write(async move |tx| answer::save(&app_, tx, &told).await).await?;
    Ok(progress)
}

async fn load(
    app: &App,
    tx: &mut Tx,
    id: ConnectionId,
) -> Result<Option<(Connection, Option<Moment>, BTreeSet<FactKey>)>, StoreError> {
    let Some(connection) = connection::find(tx, id).await? else { return Ok(None) };
    let due_at = due::at(tx, id).await?;
    let wanted = facts::wanted(app, tx, connection.user).await?;
    Ok(Some((connection, due_at, wanted)))
}

async fn ask_within_budget(
    app: &App,
    platform: &Platform,
    connection: &Connection,
    wanted: &BTreeSet<FactKey>,
) -> Result<Vec<Answer>, StoreError> {
    let reserved = spend::reserve(app, platform, (wanted, 1)).await?;
    if reserved.accounts == 0 {
        return Ok(all_unknown(platform, wanted, Unknown::Budget));
    }
    let answers = [ask(app, platform, connection, wanted).await?];
    spend::settle(app, platform, (wanted, reserved), &answers).await?;
    let [answers] = answers;
    Ok(answers)
}

/// Asks the platform; an access token that ended early is refreshed once.
pub(super) async fn ask(
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
    let remembered = remembered(app, platform, connection).await?;
    let who = |tokens| Who { remembered: Some(&remembered), ..who(connection, tokens) };
    let answers = platform.read(&who(tokens.as_ref()), wanted).await;
    let expired =
        |answer: &Answer| matches!(&answer.outcome, Err(error) if error.class == ErrorClass::ExpiredAccess);
    if !answers.iter().any(expired) || tokens.is_none() {
        return Ok(answers);
    }
    match token::of_connection(app, connection, true).await {
        Ok(tokens) => Ok(platform.read(&who(Some(&tokens)), wanted).await),
        Err(trouble) => reason(trouble).map(failed),
    }
}

/// What was told before, for platforms that say when nothing has changed.
async fn remembered(
    app: &App,
    platform: &Platform,
    connection: &Connection,
) -> Result<BTreeMap<String, Remembered>, StoreError> {
    let asks =
        |request: &Request| [&request.user, &request.service].into_iter().flatten().any(|call| call.etag);
    if !platform.definition().requests.values().any(asks) {
        return Ok(BTreeMap::new());
    }
    let (id, user) = (connection.id, connection.user);
    let observed = app.store.read(async move |tx| observation::of_user(tx, user).await).await?;
    let told = observed.into_iter().filter(|one| one.connection == id).filter_map(|one| {
        let facts = one.facts.into_iter().filter_map(|(key, value)| Some((key, value?)));
        let remembered = Remembered { etag: one.etag?, facts: facts.collect() };
        Some((one.request, remembered))
    });
    Ok(told.collect())
}

pub(super) fn who<'a>(connection: &'a Connection, tokens: Option<&'a TokenSet>) -> Who<'a> {
    Who {
        subject: &connection.subject,
        username: &connection.username,
        node: connection.node.as_deref(),
        tokens,
        remembered: None,
    }
}

pub(super) fn reason(trouble: TokenTrouble) -> Result<Unknown, StoreError> {
    match trouble {
        TokenTrouble::NeedsAuthorization | TokenTrouble::Quarantined => Ok(Unknown::NeedsAuthorization),
        TokenTrouble::Wait(_) => Ok(Unknown::RateLimited),
        TokenTrouble::Unavailable => Ok(Unknown::Unavailable),
        TokenTrouble::Store(error) => Err(error),
    }
}

pub(super) fn all_unknown(platform: &Platform, wanted: &BTreeSet<FactKey>, reason: Unknown) -> Vec<Answer> {
    let class = match reason {
        // Whatever had to be recorded of the token was recorded with the trouble.
        Unknown::NeedsAuthorization => ErrorClass::Denied,
        Unknown::RateLimited => ErrorClass::RateLimited,
        Unknown::Budget => ErrorClass::Budget,
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
    match errors().find(|error| passes(error)) {
        Some(error) => Progress::Retry(format!("facts could not be read: {:?}", error.reason)),
        None => Progress::Done,
    }
}

/// Whether a failure passes by itself, such as an outage.
pub(super) fn passes(error: &ReadError) -> bool {
    match error.class {
        ErrorClass::Unavailable | ErrorClass::RateLimited => error.reason != Unknown::OtherAccount,
        ErrorClass::Denied
        | ErrorClass::Private
        | ErrorClass::Budget
        | ErrorClass::InvalidGrant
        | ErrorClass::ExpiredAccess
        | ErrorClass::InsufficientScope
        | ErrorClass::Gone
        | ErrorClass::InvalidClient => false,
    }
}
