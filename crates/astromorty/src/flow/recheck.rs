//! Checks by themselves: connections that are due are read again, as many at once as a platform lets.
//!
//! One round claims what is due, asks with as few calls as it takes, and stores what was told with
//! the next time. A claim that nobody finishes ends by its lease. Nothing is read that nobody
//! agreed to: a connection without wanted facts is not due at all.

use std::collections::{BTreeMap, BTreeSet};

use domain::cadence;
use domain::fact::{FactKey, Unknown};
use domain::moment::{Moment, Span};
use domain::platform::ErrorClass;
use domain::token::TokenSet;
use futures_util::future::join_all;
use tracing::warn;

use super::answer::{self, Told};
use super::queue::Urgency;
use super::{WorkError, facts, read, spend, token};
use crate::app::App;
use crate::platform::{Answer, Platform, Who};
use crate::store::due::{self, Claim, Due};
use crate::store::{StoreError, work};

/// Connections claimed at once: no platform takes more accounts in one call.
const AT_ONCE: i64 = 100;
/// Users' tokens used at the same time, where each account is asked for by its own.
const SINGLY_AT_ONCE: usize = 8;
/// A claim lasts this long; a holder that is silent for longer has crashed.
const LEASE: Span = Span::minutes(10);
/// After a failure that passes, such as an outage, it is tried again after about this.
const AGAIN: Span = Span::minutes(10);
/// The least wait for a limit to end.
const LEAST_WAIT: Span = Span::seconds(1);
/// Connections stored in one transaction: others want to write as well.
const STORED_AT_ONCE: usize = 25;
/// What was put off to the next month is spread over so many seconds of it.
const MONTH_BEGINS: u64 = 3600;

/// Reads what is due at every platform; returns how many connections. One round.
///
/// Does nothing while somebody waits for other work.
pub async fn round(app: &App) -> Result<usize, WorkError> {
    let mut rounds = Vec::with_capacity(app.platforms.len());
    for platform in app.platforms.values() {
        rounds.push(of_platform(app, platform));
    }
    // All at once: one that is slow to answer keeps no other waiting.
    join_all(rounds).await.into_iter().sum()
}

async fn of_platform(app: &App, platform: &Platform) -> Result<usize, WorkError> {
    let claimed = claim(app, platform).await?;
    let count = claimed.len();
    for (wanted, group) in group(app, platform, claimed).await? {
        for part in group.chunks(usize::try_from(AT_ONCE).unwrap_or(usize::MAX)) {
            check(app, platform, (&wanted, part)).await?;
        }
    }
    Ok(count)
}

async fn claim(app: &App, platform: &Platform) -> Result<Vec<Due>, StoreError> {
    let (key, now) = (platform.key().clone(), app.now());
    let look = app.store.read(async move |tx| {
        Ok(due::is_any(tx, &key, now).await? && !work::is_interactive_due(tx, now).await?)
    });
    // A look is much cheaper than a commit.
    if !look.await? {
        return Ok(Vec::new());
    }
    let (platform, until, lease) = (platform.key().clone(), now + LEASE, app.random.token());
    let claim = Claim { platform, now, until, lease, limit: AT_ONCE };
    let key = claim.platform.clone();
    let claimed = app.store.write(async move |tx| due::claim(tx, &claim).await).await?;
    if let Some(oldest) = claimed.first() {
        app.metrics.check_lag(&key, seconds_between(oldest.due_at, now));
    }
    Ok(claimed)
}

#[allow(clippy::cast_precision_loss, reason = "a lag is far below 2^52 milliseconds")]
fn seconds_between(from: Moment, to: Moment) -> f64 {
    to.millis().saturating_sub(from.millis()).max(0) as f64 / 1000.0
}

/// Connections by the facts that are wanted of them.
async fn group(
    app: &App,
    platform: &Platform,
    claimed: Vec<Due>,
) -> Result<BTreeMap<BTreeSet<FactKey>, Vec<Due>>, StoreError> {
    if claimed.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (app_, key) = (app.clone(), platform.key().clone());
    let grouped = app.store.read(async move |tx| {
        let mut groups = BTreeMap::<BTreeSet<FactKey>, Vec<Due>>::new();
        for due in &claimed {
            let mut wanted = facts::wanted(&app_, tx, due.connection.user).await?;
            wanted.retain(|fact| fact.platform == key);
            groups.entry(wanted).or_default().push(due.clone());
        }
        Ok(groups)
    });
    grouped.await
}

/// Reads the same facts of many connections and stores what was told.
async fn check(
    app: &App,
    platform: &Platform,
    (wanted, group): (&BTreeSet<FactKey>, &[Due]),
) -> Result<(), StoreError> {
    let began = app.now();
    let answers = if wanted.is_empty() {
        // Nobody may use what was read before, so it goes.
        vec![Vec::new(); group.len()]
    } else {
        ask_within_budget(app, platform, (wanted, group)).await?
    };
    let count = u32::try_from(group.len()).unwrap_or(u32::MAX).max(1);
    let each = seconds_between(began, app.now()) / f64::from(count);
    let told = |(due, answers): (&Due, Vec<Answer>)| {
        let next = (!wanted.is_empty()).then(|| next(app, platform, &answers));
        Told {
            before: due.connection.clone(),
            due_at: Some(due.due_at),
            answers,
            next,
            urgency: Urgency::Background,
        }
    };
    let mut told: Vec<Told> = group.iter().zip(answers).map(told).collect();
    if !wanted.is_empty() {
        for _ in &told {
            app.metrics.verified(platform.key(), each);
        }
    }
    // Always in one order, so that two processes do not wait for each other.
    told.sort_by_key(|told| told.before.id);
    store(app, &told).await
}

async fn store(app: &App, told: &[Told]) -> Result<(), StoreError> {
    for part in told.chunks(STORED_AT_ONCE) {
        let (app_, part) = (app.clone(), part.to_vec());
        app.store
            .write(async move |tx| {
                for told in &part {
                    answer::save(&app_, tx, told).await?;
                }
                Ok(())
            })
            .await?;
        app.wake.ring();
    }
    Ok(())
}

async fn ask_within_budget(
    app: &App,
    platform: &Platform,
    (wanted, group): (&BTreeSet<FactKey>, &[Due]),
) -> Result<Vec<Vec<Answer>>, StoreError> {
    let reserved = spend::reserve(app, platform, (wanted, group.len())).await?;
    let (paid, unpaid) = group.split_at(reserved.accounts.min(group.len()));
    let mut answers = ask(app, platform, (wanted, paid)).await?;
    spend::settle(app, platform, (wanted, reserved), &answers).await?;
    answers.extend(unpaid.iter().map(|_| read::all_unknown(platform, wanted, Unknown::Budget)));
    Ok(answers)
}

/// Asks about many accounts: together where the platform can, else each by its own token.
async fn ask(
    app: &App,
    platform: &Platform,
    (wanted, group): (&BTreeSet<FactKey>, &[Due]),
) -> Result<Vec<Vec<Answer>>, StoreError> {
    let together = platform.requests_for(wanted).into_values().any(|facts| platform.batch_size(&facts) > 1);
    if together {
        return ask_together(app, platform, (wanted, group)).await;
    }
    let mut answers = Vec::with_capacity(group.len());
    for part in group.chunks(SINGLY_AT_ONCE) {
        let mut calls = Vec::with_capacity(part.len());
        for due in part {
            calls.push(read::ask(app, platform, &due.connection, wanted));
        }
        for told in join_all(calls).await {
            answers.push(told?);
        }
    }
    Ok(answers)
}

async fn ask_together(
    app: &App,
    platform: &Platform,
    (wanted, group): (&BTreeSet<FactKey>, &[Due]),
) -> Result<Vec<Vec<Answer>>, StoreError> {
    let needs_tokens = platform.needs_tokens(wanted);
    let mut answers: BTreeMap<usize, Vec<Answer>> = BTreeMap::new();
    let mut ready: Vec<(usize, &Due, Option<TokenSet>)> = Vec::new();
    for (place, due) in group.iter().enumerate() {
        if !needs_tokens || due.connection.tokens.is_none() {
            ready.push((place, due, None));
            continue;
        }
        match token::of_connection(app, &due.connection, false).await {
            Ok(tokens) => ready.push((place, due, Some(tokens))),
            Err(trouble) => {
                let reason = read::reason(trouble)?;
                answers.insert(place, read::all_unknown(platform, wanted, reason));
            }
        }
    }
    let who: Vec<Who<'_>> =
        ready.iter().map(|(_, due, tokens)| read::who(&due.connection, tokens.as_ref())).collect();
    for ((place, due, tokens), told) in ready.iter().zip(platform.read_batch(&who, wanted).await) {
        // A token that ended early is refreshed once, and then asked with alone.
        let again = tokens.is_some() && told.iter().any(is_expired);
        let told = if again { read::ask(app, platform, &due.connection, wanted).await? } else { told };
        answers.insert(*place, told);
    }
    if answers.len() < group.len() {
        warn!(platform = %platform.key(), "a batch told of fewer accounts than were asked for");
    }
    let missing = || read::all_unknown(platform, wanted, Unknown::Unavailable);
    Ok((0..group.len()).map(|place| answers.remove(&place).unwrap_or_else(missing)).collect())
}

fn is_expired(answer: &Answer) -> bool {
    matches!(&answer.outcome, Err(error) if error.class == ErrorClass::ExpiredAccess)
}

/// When a connection is due next that was read as usual.
pub(super) fn usual(app: &App, platform: &Platform) -> Moment {
    cadence::next_due(app.now(), platform.recheck().interval, app.random.number())
}

/// When to read again after these answers.
pub(super) fn next(app: &App, platform: &Platform, answers: &[Answer]) -> Moment {
    let errors = || answers.iter().filter_map(|answer| answer.outcome.as_ref().err());
    if errors().any(|error| error.reason == Unknown::Budget) {
        let later = i64::try_from(app.random.number() % MONTH_BEGINS).unwrap_or(0);
        return app.now().next_month() + Span::seconds(later);
    }
    if let Some(until) = errors().filter_map(|error| error.retry_after).max() {
        return until.max(app.now() + LEAST_WAIT);
    }
    if errors().any(read::passes) {
        return cadence::next_due(app.now(), AGAIN, app.random.number());
    }
    usual(app, platform)
}
