//! The worker: has due work claimed and done, and old rows cleaned.
//!
//! Every duty is a function that does one round and returns; [`run`] repeats them until it is told
//! to stop, then lets what runs come to its end.

use std::time::Duration;

use domain::moment::Span;
use futures_util::FutureExt;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::app::App;
use crate::flow::WorkError;
use crate::flow::{recheck, work};

/// Rows done at the same time.
const AT_ONCE: usize = 32;
/// It looks for work at least this often: another process may have asked for some.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Between two rounds of the cleaner.
const CLEAN_EVERY: Span = Span::minutes(10);

/// Claims what is due and does it; returns how many rows. One round.
pub async fn round(app: &App) -> Result<usize, WorkError> {
    let claimed = work::claim(app, AT_ONCE).await?;
    let count = claimed.len();
    let done = claimed.into_iter().map(|one| work::one(app, one));
    for result in futures_util::future::join_all(done).await {
        result?;
    }
    Ok(count)
}

/// Works until told to stop; then waits for what runs. What is cut short is finished by the next start.
pub async fn run(app: App, stop: CancellationToken) {
    let cleaner = tokio::spawn(clean_until(app.clone(), stop.clone()));
    let checker = tokio::spawn(check_until(app.clone(), stop.clone()));
    let mut running = JoinSet::new();
    while !stop.is_cancelled() {
        while running.try_join_next().is_some() {}
        let room = AT_ONCE.saturating_sub(running.len());
        match work::claim(&app, room).await {
            Ok(claimed) if !claimed.is_empty() => {
                for one in claimed {
                    let app = app.clone();
                    running.spawn(async move { report(work::one(&app, one).await.map_err(WorkError::from)) });
                }
            }
            Ok(_) => wait(&app, &stop, &mut running).await,
            Err(why) => {
                report(Err(why.into()));
                wait(&app, &stop, &mut running).await;
            }
        }
    }
    while running.join_next().await.is_some() {}
    // They end by the same word, and have nothing to tell.
    let _ = (cleaner.await, checker.await);
}

/// Waits for a ring, for room, or for the time to look again.
async fn wait(app: &App, stop: &CancellationToken, running: &mut JoinSet<()>) {
    let full = running.len() >= AT_ONCE;
    tokio::select! {
        () = stop.cancelled() => {}
        () = app.wake.rung(), if !full => {}
        _ = running.join_next(), if !running.is_empty() => {}
        () = tokio::time::sleep(LOOK_EVERY), if !full => {}
    }
}

fn report(result: Result<(), WorkError>) {
    if let Err(why) = result {
        error!("work waits: {why}");
    }
}

/// Reads due connections, round after round, beside the other work.
async fn check_until(app: App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        // A panic is caught: it must not end all checks.
        let round = std::panic::AssertUnwindSafe(recheck::round(&app)).catch_unwind().await;
        let round = round.unwrap_or_else(|_| Err(WorkError::Senseless("a check panicked".to_owned())));
        match round {
            Ok(count) if count > 0 => continue,
            Ok(_) => {}
            Err(why) => report(Err(why)),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = app.wake.rung_for_checks() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn clean_until(app: App, stop: CancellationToken) {
    loop {
        if let Err(why) = work::clean(&app).await {
            warn!("nothing was cleaned this time: {why}");
        }
        let next = app.now() + CLEAN_EVERY;
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.clock.wait_until(next) => {}
        }
    }
}
