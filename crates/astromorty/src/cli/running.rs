//! Runs the parts until a signal, then lets them come to their end.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::Failure;
use super::signals::Signals;
use crate::app::App;
use crate::{web, worker};

/// After a signal the process is gone within 10 s; a little of that is for the way out.
const TO_FINISH: Duration = Duration::from_secs(8);

/// Where we listen.
#[derive(Debug)]
pub(super) struct Listeners {
    /// For browsers.
    pub(super) web: TcpListener,
    /// For whoever watches.
    pub(super) metrics: Option<TcpListener>,
}

/// Listens at an address that a setting or option, `by`, decides.
pub(super) async fn listen(at: SocketAddr, by: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(at).await.map_err(|error| {
        Failure::Failed(format!(
            "cannot listen on {at} ({error}); choose another address or port with {by}, or stop what \
             listens there"
        ))
    })
}

/// Runs web and worker until a signal comes. Then nothing new is accepted, and what runs may
/// finish; what is cut short after that, or by a second signal, the next start finishes.
pub(super) async fn run(app: App, listeners: Listeners, mut signals: Signals) -> Result<(), Failure> {
    let stop = CancellationToken::new();
    let mut parts = start(&app, listeners, &stop);
    drop(app);
    let ended = tokio::select! {
        () = signals.next() => None,
        ended = parts.join_next() => ended,
    };
    info!("stopping: requests and work that run may finish");
    stop.cancel();
    tokio::select! {
        () = finish(&mut parts) => info!("stopped"),
        () = tokio::time::sleep(TO_FINISH) => warn!("stopped in the middle of work; the next start finishes it"),
        () = signals.next() => warn!("stopped at once by a second signal; the next start finishes the work"),
    }
    ended.map_or(Ok(()), |ended| Err(fell_over(ended)))
}

type Part = Result<(), io::Error>;

fn start(app: &App, listeners: Listeners, stop: &CancellationToken) -> JoinSet<Part> {
    let mut parts = JoinSet::new();
    let (working, until) = (app.clone(), stop.clone());
    parts.spawn(async move {
        worker::run(working, until).await;
        Ok(())
    });
    parts.spawn(serve(listeners.web, web::router(app.clone()), stop.clone()));
    if let Some(listener) = listeners.metrics {
        parts.spawn(serve(listener, web::metrics_router(app.clone()), stop.clone()));
    }
    parts
}

async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> Part {
    super::listening::serve(listener, router, stop).await;
    Ok(())
}

async fn finish(parts: &mut JoinSet<Part>) {
    while let Some(ended) = parts.join_next().await {
        if let Ok(Err(why)) | Err(why) = ended.map_err(io::Error::from) {
            error!("a part did not end well: {why}");
        }
    }
}

/// A part ended without being told to: whoever supervises us starts us again.
fn fell_over(ended: Result<Part, JoinError>) -> Failure {
    let why = match ended.map_err(io::Error::from) {
        Ok(Err(why)) | Err(why) => why.to_string(),
        Ok(Ok(())) => "it gave no reason".to_owned(),
    };
    Failure::Failed(format!("a part of the process ended by itself ({why}); start it again"))
}
