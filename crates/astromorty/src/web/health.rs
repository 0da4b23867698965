//! For operators and what watches for them.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::json;

use crate::app::App;
use crate::flow::health::{Condition, database, health};

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

/// `GET /health/role-connections`, as the plan promised it.
pub(super) async fn report(State(app): State<App>) -> Response {
    let health = health(&app).await;
    let (database, (lag, dead)) = match &health.database {
        Ok(numbers) => (Condition::Healthy, *numbers),
        Err(_) => (Condition::Unhealthy, (0, 0)),
    };
    let platforms = health.platforms.iter().map(|(key, one)| (key.to_string(), one.word().into()));
    let body = json!({
        "status": health.whole().word(),
        "services": {
            "database": database.word(),
            "discord_api": health.discord.word(),
            "external_apis": platforms.collect::<serde_json::Map<String, serde_json::Value>>(),
        },
        "metrics": {
            "due_lag_seconds": lag,
            "dead_work": dead,
            "invalid_requests": health.invalid_requests,
        },
    });
    let code = match database {
        Condition::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
        Condition::Healthy | Condition::Degraded | Condition::Unknown => StatusCode::OK,
    };
    (code, Json(body)).into_response()
}

/// `GET /metrics`, on its own address.
pub(super) async fn metrics(State(app): State<App>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.metrics.render()).into_response()
}
