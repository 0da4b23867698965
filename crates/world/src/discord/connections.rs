//! `/users/@me/applications/{application}/role-connection`: with the person's own token only.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::connection::RoleConnection;
use super::error::{self, ApiError};
use super::gate::Actor;
use super::request::{json_body, snowflake};
use super::{Discord, state};

/// `GET`. Without a connection the answer is an empty one.
pub(crate) async fn read(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    Path(application): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let state = discord.state();
    let key = check(&state, &actor, &application)?;
    Ok(Json(
        state
            .connections
            .get(&key)
            .cloned()
            .unwrap_or_default()
            .json(),
    ))
}

/// `PUT`: replaces the whole connection, then linked roles are judged anew.
pub(crate) async fn replace(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    Path(application): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let now = discord.clock.now();
    let mut state = discord.state();
    let key = check(&state, &actor, &application)?;
    let connection = RoleConnection::read(&json_body(&headers, &body)?)?;
    let answer = connection.json();
    if connection.is_empty() {
        state.connections.remove(&key);
    } else {
        state.connections.insert(key, connection);
    }
    state.judge_linked_roles(key.0, key.1, now);
    Ok(Json(answer))
}

/// `DELETE`: forgets the connection, then linked roles are judged anew.
pub(crate) async fn remove(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    Path(application): Path<String>,
) -> Result<StatusCode, ApiError> {
    let now = discord.clock.now();
    let mut state = discord.state();
    let key = check(&state, &actor, &application)?;
    state.connections.remove(&key);
    state.judge_linked_roles(key.0, key.1, now);
    Ok(StatusCode::NO_CONTENT)
}

/// Whose connection with which application, if the token allows it.
fn check(state: &state::State, actor: &Actor, application: &str) -> Result<(u64, u64), ApiError> {
    let consent = &actor.bearer()?.consent;
    let application = snowflake("application_id", application)?;
    if !state.applications.contains_key(&application) {
        return Err(error::UNKNOWN_APPLICATION);
    }
    if consent.application != application {
        return Err(error::INVALID_OAUTH_TOKEN);
    }
    if !consent.includes("role_connections.write") {
        return Err(error::MISSING_SCOPE);
    }
    Ok((application, consent.user))
}
