//! The worker: claims due work and has the flows do it.
//!
//! Every duty is a function that does one round and returns; [`run`] repeats them until it is told
//! to stop, then lets what runs come to its end.

use std::time::Duration;

use domain::cadence;
use domain::id::{ConnectionId, GuildId, UserId};
use domain::moment::{Moment, Span};
use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::app::App;
use crate::flow::{Progress, WorkError, erase, guilds, push, queue, read, reconcile, retire};
use crate::store::StoreError;
use crate::store::retention;
use crate::store::work::{self, Claim, Work};

/// A claim lasts this long; a holder that is silent for longer has crashed.
const LEASE: Span = Span::minutes(2);
/// Rows done at the same time.
const AT_ONCE: usize = 32;
/// It looks for work at least this often: another process may have asked for some.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Between two rounds of the cleaner.
const CLEAN_EVERY: Span = Span::minutes(10);
/// Failures after which a row that makes no sense is left to the operator.
const POISON: i64 = 10;

/// Claims what is due and does it; returns how many rows. One round.
pub async fn round(app: &App) -> Result<usize, StoreError> {
    let claimed = claim(app, AT_ONCE).await?;
    let count = claimed.len();
    let done = claimed.into_iter().map(|work| one(app, work));
    for result in futures_util::future::join_all(done).await {
        result?;
    }
    Ok(count)
}

async fn claim(app: &App, most: usize) -> Result<Vec<Work>, StoreError> {
    let now = app.now();
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let claim = Claim { now, until: now + LEASE, lease: app.random.token(), limit };
    let claimed = app.store.write(async move |tx| work::claim(tx, &claim).await).await?;
    if let Some(oldest) = claimed.iter().map(|work| work.due_at).min() {
        #[allow(clippy::cast_precision_loss, reason = "a lag is far below 2^52 milliseconds")]
        app.metrics.due_lag((now.millis() - oldest.millis()).max(0) as f64 / 1000.0);
    }
    Ok(claimed)
}

/// Does one row and records how far it got. A panic is caught: it must not stop the others.
async fn one(app: &App, work: Work) -> Result<(), StoreError> {
    let outcome = std::panic::AssertUnwindSafe(carry_out(app, &work)).catch_unwind().await;
    let outcome = outcome.unwrap_or_else(|_| Err(WorkError::Senseless("it panicked".to_owned())));
    record(app, work, outcome).await?;
    app.wake.ended();
    Ok(())
}

async fn carry_out(app: &App, work: &Work) -> Result<Progress, WorkError> {
    match work.kind.as_str() {
        queue::ROLES => reconcile::roles(app, member(&work.key)?, work).await,
        queue::PUSH => push::push(app, user(&work.key)?, work).await,
        queue::READ => read::read(app, connection(&work.key)?, work).await,
        queue::GUILDS => guilds::read(app, user(&work.key)?).await,
        queue::RETIRE => retire::retire(app, work).await,
        queue::ERASE => erase::finish(app, user(&work.key)?).await,
        // A newer version may have asked for it; it waits for that version.
        other => Err(WorkError::Senseless(format!("this version does not know work of the kind {other}"))),
    }
}

fn user(key: &str) -> Result<UserId, WorkError> {
    key.parse().map_err(|_| WorkError::Senseless(format!("{key} is not a user")))
}

fn connection(key: &str) -> Result<ConnectionId, WorkError> {
    key.parse().map_err(|_| WorkError::Senseless(format!("{key} is not a connection")))
}

fn member(key: &str) -> Result<(GuildId, UserId), WorkError> {
    let parts = key.split_once(':').and_then(|(guild, user)| Some((guild.parse().ok()?, user.parse().ok()?)));
    parts.ok_or_else(|| WorkError::Senseless(format!("{key} is not a member")))
}

async fn record(app: &App, work: Work, outcome: Result<Progress, WorkError>) -> Result<(), StoreError> {
    let (now, attempts, chance) = (app.now(), work.attempts, app.random.number());
    let failures = u32::try_from(attempts).unwrap_or(u32::MAX);
    let later = cadence::retry_at(now, failures, chance);
    let kind = known(&work.kind);
    match outcome {
        Ok(Progress::Done) => {
            app.metrics.work(kind, "done");
            app.store.write(async move |tx| work::done(tx, &work).await).await
        }
        Ok(Progress::Again(due_at)) => put_back(app, work, (due_at, 0), None).await,
        Ok(Progress::Wait(due_at)) => {
            app.metrics.work(kind, "put_back");
            put_back(app, work, (due_at, attempts), None).await
        }
        Ok(Progress::Retry(why)) => {
            app.metrics.work(kind, "put_back");
            warn!(work.kind = %work.kind, work.key = %work.key, attempts, "put back: {why}");
            put_back(app, work, (later, attempts + 1), Some(why)).await
        }
        Err(WorkError::Store(why)) => put_back(app, work, (later, attempts + 1), Some(why.to_string())).await,
        Err(WorkError::Senseless(why)) if attempts + 1 >= POISON => {
            app.metrics.work(kind, "dead");
            error!(work.kind = %work.kind, work.key = %work.key, "given up after {POISON} tries: {why}");
            app.store.write(async move |tx| work::bury(tx, &work, &why, now).await).await
        }
        Err(WorkError::Senseless(why)) => put_back(app, work, (later, attempts + 1), Some(why)).await,
    }
}

async fn put_back(app: &App, work: Work, when: (Moment, i64), why: Option<String>) -> Result<(), StoreError> {
    app.store.write(async move |tx| work::put_back(tx, &work, when, why.as_deref()).await).await
}

/// The kind as a label: a fixed set, whatever the database holds.
fn known(kind: &str) -> &'static str {
    let kinds = [queue::ROLES, queue::PUSH, queue::READ, queue::GUILDS, queue::RETIRE, queue::ERASE];
    kinds.into_iter().find(|one| *one == kind).unwrap_or("other")
}

/// Deletes what has served its time. One round.
pub async fn clean(app: &App) -> Result<u64, StoreError> {
    let now = app.now();
    app.store.write(async move |tx| retention::clean(tx, now).await).await
}

/// Works until told to stop; then waits for what runs. What is cut short is finished by the next start.
pub async fn run(app: App, stop: CancellationToken) {
    let cleaner = tokio::spawn(clean_until(app.clone(), stop.clone()));
    let mut running = tokio::task::JoinSet::new();
    while !stop.is_cancelled() {
        while running.try_join_next().is_some() {}
        let room = AT_ONCE.saturating_sub(running.len());
        match claim(&app, room).await {
            Ok(claimed) if !claimed.is_empty() => {
                for work in claimed {
                    let app = app.clone();
                    running.spawn(async move { report(one(&app, work).await) });
                }
            }
            Ok(_) => wait(&app, &stop, &mut running).await,
            Err(why) => {
                report(Err(why));
                wait(&app, &stop, &mut running).await;
            }
        }
    }
    while running.join_next().await.is_some() {}
    let _ = cleaner.await;
}

/// Waits for a ring, for room, or for the time to look again.
async fn wait(app: &App, stop: &CancellationToken, running: &mut tokio::task::JoinSet<()>) {
    let full = running.len() >= AT_ONCE;
    tokio::select! {
        () = stop.cancelled() => {}
        () = app.wake.rung(), if !full => {}
        _ = running.join_next(), if !running.is_empty() => {}
        () = tokio::time::sleep(LOOK_EVERY), if !full => {}
    }
}

fn report(result: Result<(), StoreError>) {
    if let Err(why) = result {
        error!("work waits for the database: {why}");
    }
}

async fn clean_until(app: App, stop: CancellationToken) {
    loop {
        if let Err(why) = clean(&app).await {
            warn!("nothing was cleaned this time: {why}");
        }
        let next = app.now() + CLEAN_EVERY;
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.clock.wait_until(next) => {}
        }
    }
}
