//! `/users/@me`, the servers of a person or bot, and the current authorization.

use axum::Json;
use axum::extract::{Extension, RawQuery, State};
use serde_json::{Value, json};

use super::error::{self, ApiError, invalid_form};
use super::gate::Actor;
use super::request::Paging;
use super::time::iso;
use super::{Discord, person};
use crate::params::Params;

/// The most servers in one answer, also the most a person can be in.
const MOST_GUILDS: usize = 200;

/// `GET /users/@me`.
pub(crate) async fn me(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<Value>, ApiError> {
    let id = match &actor {
        Actor::Bot(application) => *application,
        Actor::Bearer(access) if access.consent.includes("identify") => access.consent.user,
        Actor::Bearer(_) => return Err(error::MISSING_SCOPE),
        Actor::Nobody => return Err(error::UNAUTHORIZED),
    };
    let state = discord.state();
    let name = state.name(id).ok_or(error::UNAUTHORIZED)?;
    Ok(Json(person::own(id, name, state.is_bot(id))))
}

/// `GET /users/@me/guilds`.
pub(crate) async fn my_guilds(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let user = match &actor {
        Actor::Bot(application) => *application,
        Actor::Bearer(access) if access.consent.includes("guilds") => access.consent.user,
        Actor::Bearer(_) => return Err(error::MISSING_SCOPE),
        Actor::Nobody => return Err(error::UNAUTHORIZED),
    };
    let params = Params::parse(query.unwrap_or_default().as_bytes())
        .map_err(|repeated| invalid_form(&[&repeated.0], "BASE_TYPE_BAD_TYPE", "Given twice."))?;
    let paging = Paging::read(&params, MOST_GUILDS)?;
    let with_counts = matches!(params.find("with_counts"), Some("true" | "True" | "1"));
    let state = discord.state();
    let mine = state
        .guilds
        .values()
        .filter(|guild| guild.members.contains_key(&user));
    let listed = mine.map(|guild| {
        let mut partial = guild.partial(user);
        if with_counts {
            partial["approximate_member_count"] = json!(guild.members.len());
            partial["approximate_presence_count"] = json!(0);
        }
        (guild.id, partial)
    });
    Ok(Json(Value::Array(paging.cut(listed.collect()))))
}

/// `GET /oauth2/@me`.
pub(crate) async fn authorization(
    State(discord): State<Discord>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<Value>, ApiError> {
    let access = actor.bearer()?;
    let consent = &access.consent;
    let state = discord.state();
    let registered = state
        .applications
        .get(&consent.application)
        .ok_or(error::UNAUTHORIZED)?;
    let mut answer = json!({
        "application": registered.application.public(),
        "scopes": consent.scopes,
        "expires": iso(access.expires_at),
    });
    if consent.includes("identify") {
        let name = state.name(consent.user).ok_or(error::UNAUTHORIZED)?;
        answer["user"] = person::partial(consent.user, name, false);
    }
    Ok(Json(answer))
}
