//! Work done: what is due is claimed, carried out by its flow, and its outcome recorded.

use domain::cadence;
use domain::id::{ConnectionId, GuildId, UserId};
use domain::moment::{Moment, Span};
use futures_util::FutureExt;
use tracing::{error, warn};

use super::{Progress, WorkError, erase, guilds, probe, push, queue, read, reconcile, retire};
use crate::app::App;
use crate::store::work::{self, Claim};
use crate::store::{StoreError, due, retention};

pub use crate::store::work::Work;

/// A claim lasts this long; a holder that is silent for longer has crashed.
const LEASE: Span = Span::minutes(1);
/// Failures after which a row that makes no sense is left to the operator.
const POISON: i64 = 10;

/// Claims what is due, the most urgent first.
pub async fn claim(app: &App, most: usize) -> Result<Vec<Work>, StoreError> {
    let now = app.now();
    // A look is much cheaper than a commit, and most rings find nothing left to do.
    if most == 0 || !app.store.read(async move |tx| work::is_any_due(tx, now).await).await? {
        return Ok(Vec::new());
    }
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
pub async fn one(app: &App, work: Work) -> Result<(), StoreError> {
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
        queue::PROBE => probe::probe(app, connection(&work.key)?).await,
        queue::GUILDS => guilds::read(app, user(&work.key)?).await,
        queue::RETIRE => retire::retire(app, work).await,
        queue::ERASE => erase::finish(app, user(&work.key)?, work).await,
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
        Ok(Progress::Recorded) => {
            app.metrics.work(kind, "done");
            Ok(())
        }
        Ok(Progress::Again(due_at)) => {
            // Nobody waits for what is planned for later.
            let work = Work { interactive: false, ..work };
            put_back(app, work, (due_at, 0), None).await
        }
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
    let kinds =
        [queue::ROLES, queue::PUSH, queue::READ, queue::PROBE, queue::GUILDS, queue::RETIRE, queue::ERASE];
    kinds.into_iter().find(|one| *one == kind).unwrap_or("other")
}

/// Takes over what a crashed process left claimed, so that it need not wait for its lease. Where
/// other processes may be alive, their leases have to end by themselves.
pub async fn take_over(app: &App) -> Result<(), StoreError> {
    if app.store.is_single_process() {
        app.store
            .write(async |tx| {
                work::take_over(tx).await?;
                due::take_over(tx).await
            })
            .await
    } else {
        Ok(())
    }
}

/// Deletes what has served its time.
pub async fn clean(app: &App) -> Result<u64, StoreError> {
    let now = app.now();
    app.store.write(async move |tx| retention::clean(tx, now).await).await
}
