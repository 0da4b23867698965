//! What every API request passes: User-Agent, credentials, rate limits.

use std::sync::Mutex;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::application::hex;
use super::error::{self, ApiError};
use super::grants::Access;
use super::limits::{self, Lane};
use super::{Discord, Write, token};
use crate::traffic::{Limited, Site, Traffic};
use crate::{Exchange, Millis};

/// Who asks, by the `Authorization` header.
#[derive(Debug, Clone)]
pub(crate) enum Actor {
    /// The bot of this application.
    Bot(u64),
    /// An application on behalf of a person.
    Bearer(Access),
    /// No credentials, or such as only the token endpoint reads.
    Nobody,
}

impl Actor {
    /// The application whose bot asks.
    pub(crate) fn bot(&self) -> Result<u64, ApiError> {
        match self {
            Actor::Bot(application) => Ok(*application),
            Actor::Bearer(_) => Err(error::ONLY_BOTS_MAY),
            Actor::Nobody => Err(error::UNAUTHORIZED),
        }
    }

    /// The person's token with which an application asks.
    pub(crate) fn bearer(&self) -> Result<&Access, ApiError> {
        match self {
            Actor::Bot(_) => Err(error::BOTS_MAY_NOT),
            Actor::Bearer(access) => Ok(access),
            Actor::Nobody => Err(error::UNAUTHORIZED),
        }
    }
}

/// The middleware.
pub(crate) async fn enter(State(discord): State<Discord>, mut request: Request, next: Next) -> Response {
    if !has_user_agent(request.headers()) {
        return error::BLOCKED.into_response();
    }
    let lane =
        Lane::of(&who(request.headers()), request.method().as_str(), discord.short(request.uri().path()));
    let actor = discord.actor(request.headers());
    let bearer = matches!(actor, Ok(Actor::Bearer(_)));
    let now = discord.now();
    let admitted = discord.state().limiter.admit(&lane, !bearer, now);
    let standing = match admitted {
        Ok(standing) => standing,
        Err(too_early) => return too_early.into_response(),
    };
    let mut answer = match actor {
        Ok(actor) => {
            request.extensions_mut().insert(actor);
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    };
    if let Some(standing) = standing {
        standing.write(answer.headers_mut());
    }
    answer
}

/// Discord demands `DiscordBot (url, version)` of API clients; Cloudflare blocks the others.
fn has_user_agent(headers: &HeaderMap) -> bool {
    let value = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.starts_with("DiscordBot (")
}

/// A name for the credentials that does not show them.
fn who(headers: &HeaderMap) -> String {
    headers.get(AUTHORIZATION).map_or_else(String::new, |value| hex(&Sha256::digest(value)))
}

impl Discord {
    /// Reads the credentials. Such as are known to be wrong are refused on every route.
    fn actor(&self, headers: &HeaderMap) -> Result<Actor, ApiError> {
        let Some(value) = headers.get(AUTHORIZATION) else {
            return Ok(Actor::Nobody);
        };
        let value = value.to_str().map_err(|_| error::UNAUTHORIZED)?;
        let state = self.state();
        match value.split_once(' ') {
            Some(("Bot", token)) => {
                let mut all = state.applications.values().map(|registered| &registered.application);
                let bot = all.find(|application| application.bot_token == token);
                bot.map(|bot| Actor::Bot(bot.id)).ok_or(error::UNAUTHORIZED)
            }
            Some(("Bearer", token)) => {
                let access = state.grants.access(token, self.clock.now());
                access.cloned().map(Actor::Bearer).ok_or(error::UNAUTHORIZED)
            }
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("basic") => Ok(Actor::Nobody),
            _ => Err(error::UNAUTHORIZED),
        }
    }
}

impl Site for Discord {
    fn traffic(&self) -> &Mutex<Traffic> {
        &self.traffic
    }

    fn now(&self) -> Millis {
        self.clock.now()
    }

    fn short<'a>(&self, path: &'a str) -> &'a str {
        path.strip_prefix("/api/v10").unwrap_or(path)
    }

    fn rate_limited(&self, _path: &str, limited: Limited) -> Response {
        limits::refuse(limited)
    }

    fn revoked(&self, path: &str) -> Response {
        if path == "/oauth2/token" {
            token::dead_refresh_token()
        } else {
            error::UNAUTHORIZED.into_response()
        }
    }

    fn gone(&self, path: &str) -> Response {
        let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let gone = match segments.as_slice() {
            ["guilds", _, "members", _, "roles", _] | ["guilds", _, "roles", _] => error::UNKNOWN_ROLE,
            ["guilds", _, "members", ..] => error::UNKNOWN_MEMBER,
            ["guilds", ..] => error::UNKNOWN_GUILD,
            ["users", "@me", "applications", ..] | ["applications", ..] => error::UNKNOWN_APPLICATION,
            ["users", ..] => error::UNKNOWN_USER,
            _ => error::NOT_FOUND,
        };
        gone.into_response()
    }

    fn passed(&self, exchange: &Exchange, status: StatusCode) {
        if status.is_success() && is_write(&exchange.method, self.short(&exchange.path)) {
            let write = Write { status: status.as_u16(), ..exchange.clone() };
            self.state().writes.push(write);
        }
    }
}

/// Whether [`Discord::writes`] tells of such a request.
fn is_write(method: &str, path: &str) -> bool {
    let watched = path.contains("/members/")
        || path.ends_with("/role-connection")
        || path.ends_with("/role-connections/metadata");
    watched && matches!(method, "PUT" | "DELETE")
}
