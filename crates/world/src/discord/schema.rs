//! `/applications/{application}/role-connections/metadata`: with the application's own bot token.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use serde_json::Value;

use super::Discord;
use super::error::{self, ApiError};
use super::gate::Actor;
use super::metadata::{self, Field};
use super::request::{json_body, snowflake};

/// `GET`: the registered records.
pub(crate) async fn read(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    Path(application): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let application = own(&actor, &application)?;
    Ok(Json(list(discord.state().schema(application))))
}

/// `PUT`: replaces all records.
pub(crate) async fn replace(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    Path(application): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let application = own(&actor, &application)?;
    let schema = metadata::read(&json_body(&headers, &body)?)?;
    let answer = list(&schema);
    let mut state = discord.state();
    let registered = state
        .applications
        .get_mut(&application)
        .ok_or(error::UNKNOWN_APPLICATION)?;
    registered.schema = schema;
    Ok(Json(answer))
}

fn list(schema: &[Field]) -> Value {
    schema.iter().map(|field| field.json().clone()).collect()
}

/// The application in the path, which must be the bot's own.
fn own(actor: &Actor, application: &str) -> Result<u64, ApiError> {
    let bot = actor.bot()?;
    let application = snowflake("application_id", application)?;
    if application == bot {
        Ok(application)
    } else {
        Err(error::UNKNOWN_APPLICATION)
    }
}
