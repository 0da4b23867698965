//! News from platforms: `POST /webhooks/{platform}`, signed by the platform.

use axum::body::Bytes;
use axum::extract::{Path, State};
use domain::id::PlatformKey;
use http::{HeaderMap, StatusCode};
use tracing::error;

use super::trouble::log;
use crate::app::App;
use crate::flow::webhook::{self, HookError};

/// No delivery is larger, in bytes.
pub(super) const LARGEST: usize = 1024 * 1024;

/// Takes a delivery: 204 once it is stored, also for what it does not act on.
pub(super) async fn receive(
    State(app): State<App>,
    Path(platform): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let Ok(key) = platform.parse::<PlatformKey>() else { return refused(&app, HookError::NotSetUp) };
    // What stands there twice cannot be told apart from what was put there by somebody else.
    let header = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let first = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(first)
    };
    match webhook::receive(&app, &key, header, &body).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(why) => refused(&app, why),
    }
}

fn refused(app: &App, why: HookError) -> StatusCode {
    match why {
        HookError::NotSetUp => {
            log(app, "webhook_not_set_up");
            StatusCode::NOT_FOUND
        }
        HookError::NotSigned => {
            log(app, "webhook_signature");
            StatusCode::UNAUTHORIZED
        }
        HookError::Senseless => {
            log(app, "webhook_senseless");
            StatusCode::BAD_REQUEST
        }
        HookError::Store(why) => {
            error!("a webhook delivery could not be stored: {why}");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
