//! For operators and what watches for them. Nothing here asks the outside: it tells of the last real calls.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::app::seam::Called;
use crate::discord;
use crate::store::{StoreError, work};

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers.
pub(super) async fn ready(State(app): State<App>) -> Response {
    match database(&app).await {
        Ok(_) => "ready\n".into_response(),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response(),
    }
}

/// How late the oldest due work is in seconds, and how much was given up.
async fn database(app: &App) -> Result<(i64, i64), StoreError> {
    let (oldest, dead) = app.store.read(async |tx| work::outlook(tx).await).await?;
    Ok((oldest.map_or(0, |due| due.age(app.now()).as_seconds()), dead))
}

/// `GET /health/role-connections`, as the plan promised it.
pub(super) async fn report(State(app): State<App>) -> Response {
    let database = database(&app).await;
    let discord = discord_word(&app);
    let platforms: Map<String, Value> = app
        .platforms
        .keys()
        .map(|key| (key.to_string(), word(app.metrics.last_call(key.as_str())).into()))
        .collect();
    let troubled = |word: &str| word == "degraded" || word == "unhealthy";
    let any = troubled(discord) || platforms.values().any(|word| word.as_str().is_some_and(troubled));
    let (status, code) = match (&database, any) {
        (Err(_), _) => ("unhealthy", StatusCode::SERVICE_UNAVAILABLE),
        (Ok(_), true) => ("degraded", StatusCode::OK),
        (Ok(_), false) => ("healthy", StatusCode::OK),
    };
    let (lag, dead) = database.as_ref().copied().unwrap_or_default();
    let body = json!({
        "status": status,
        "services": {
            "database": if database.is_ok() { "healthy" } else { "unhealthy" },
            "discord_api": discord,
            "external_apis": platforms,
        },
        "metrics": {
            "due_lag_seconds": lag,
            "dead_work": dead,
            "invalid_requests": app.discord.health().invalid_requests,
        },
    });
    (code, Json(body)).into_response()
}

fn discord_word(app: &App) -> &'static str {
    let health = app.discord.health();
    match (health.bot_token, health.last_success, health.last_failure) {
        (discord::Standing::Refused, _, _) => "unhealthy",
        (_, None, None) => "unknown",
        (_, Some(ok), Some(failed)) if failed <= ok => "healthy",
        (_, Some(_), None) => "healthy",
        (_, Some(_), Some(_)) => "degraded",
        (_, None, Some(_)) => "unhealthy",
    }
}

/// What the last calls to a platform say.
const fn word(called: Called) -> &'static str {
    match called {
        Called::Never => "unknown",
        Called::Answered => "healthy",
        Called::FailedOnce => "degraded",
        Called::Failing => "unhealthy",
    }
}

/// `GET /metrics`, on its own address.
pub(super) async fn metrics(State(app): State<App>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.metrics.render()).into_response()
}
