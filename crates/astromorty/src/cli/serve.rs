//! `astromorty serve`: web pages and worker in one process.

use std::net::SocketAddr;
use std::path::Path;

use tracing::info;

use super::running::{Listeners, listen, run};
use super::signals::Signals;
use super::{Failure, lock, say, start};
use crate::app::App;
use crate::flow::work;

pub(super) async fn serve(config: Option<&Path>) -> Result<(), Failure> {
    let signals = signals()?;
    let settings = start::settings(config)?;
    let _lock = lock::take(&settings.database)?;
    let app = start::open(settings).await?;
    work::take_over(&app).await.map_err(|why| Failure::Failed(why.to_string()))?;
    tell_limits(&app);
    let listeners = listeners(&app).await?;
    let at = listeners.web.local_addr().map_err(|error| Failure::Failed(error.to_string()))?;
    say::say(&format!("serving on http://{at}"));
    run(app, listeners, signals).await
}

pub(super) fn signals() -> Result<Signals, Failure> {
    Signals::listen().map_err(|error| Failure::Failed(format!("signals cannot be received: {error}")))
}

/// What the settings mean that may surprise later.
fn tell_limits(app: &App) {
    if app.store.is_single_process() {
        info!("the database is an SQLite file, for this one process; more than one needs PostgreSQL");
    }
    if app.platforms.is_empty() {
        info!("no platform is set up, so nothing can be linked; add [platforms.github] to the settings");
    }
}

async fn listeners(app: &App) -> Result<Listeners, Failure> {
    let settings = &app.settings.web;
    let web = listen(SocketAddr::new(settings.host, settings.port), "web.host and web.port").await?;
    let metrics = listen(settings.metrics_bind, "web.metrics_bind").await?;
    Ok(Listeners { web, metrics: Some(metrics) })
}
