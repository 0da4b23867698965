//! What every lookup passes: credentials, then the rate limit.

use std::sync::Mutex;

use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::grants::Grant;
use super::limits::{Caller, Route, Standing};
use super::problem::Problem;
use super::state::State as World;
use super::{X, problem, token};
use crate::traffic::{Limited, Site, Traffic};
use crate::{Exchange, Millis};

/// The scopes without which no user is shown; both are needed.
const SCOPES: [&str; 2] = ["users.read", "tweet.read"];

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Actor {
    /// An app on behalf of an account.
    User(Grant),
    /// An app with its own Bearer token.
    App(String),
}

impl Actor {
    /// The account whose token it is.
    pub(crate) fn account(&self) -> Option<u64> {
        match self {
            Actor::User(grant) => Some(grant.account),
            Actor::App(_) => None,
        }
    }

    fn caller(&self) -> Caller {
        match self {
            Actor::User(grant) => Caller::User(grant.account, grant.client_id.clone()),
            Actor::App(client_id) => Caller::App(client_id.clone()),
        }
    }

    /// A person's token needs both scopes, and an account that is not suspended.
    fn check(&self, world: &World) -> Result<(), Problem> {
        match self {
            Actor::User(grant) => {
                let enough = SCOPES.iter().all(|scope| grant.allows(scope));
                let alive = !world.suspended.contains(&grant.account);
                (enough && alive).then_some(()).ok_or_else(Problem::forbidden)
            }
            Actor::App(_) => Ok(()),
        }
    }
}

/// The middleware.
pub(crate) async fn enter(State(x): State<X>, mut request: Request, next: Next) -> Response {
    let now = x.clock.now();
    let admitted = x.state().admit(request.headers(), Route::of(request.uri().path()), now);
    let (actor, standing) = match admitted {
        Ok(both) => both,
        Err((refused, standing)) => return told(refused.into_response(), standing),
    };
    request.extensions_mut().insert(actor);
    told(next.run(request).await, Some(standing))
}

fn told(mut answer: Response, standing: Option<Standing>) -> Response {
    if let Some(standing) = standing {
        standing.write(answer.headers_mut());
    }
    answer
}

/// A refusal, with the standing of a caller that is known.
type Refused = (Problem, Option<Standing>);

impl World {
    fn admit(
        &mut self,
        headers: &HeaderMap,
        route: Route,
        now: Millis,
    ) -> Result<(Actor, Standing), Refused> {
        let actor = self.actor(headers, now).ok_or_else(|| (Problem::unauthorized(), None))?;
        let standing = self.limiter.spend(actor.caller(), route, now);
        let standing = standing.map_err(|standing| (Problem::rate_limited(), Some(standing)))?;
        actor.check(self).map_err(|problem| (problem, Some(standing)))?;
        Ok((actor, standing))
    }

    fn actor(&self, headers: &HeaderMap, now: Millis) -> Option<Actor> {
        let (scheme, text) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let app = self.apps.values().find(|app| app.bearer_token.as_deref() == Some(text));
        if let Some(app) = app {
            return Some(Actor::App(app.client_id.clone()));
        }
        self.grants.grant(text, now).cloned().map(Actor::User)
    }
}

impl Site for X {
    fn traffic(&self) -> &Mutex<Traffic> {
        &self.traffic
    }

    fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Faults may leave the `/2` out.
    fn short<'a>(&self, path: &'a str) -> &'a str {
        path.strip_prefix("/2").unwrap_or(path)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a wait of seconds fits")]
    fn rate_limited(&self, _path: &str, limited: Limited) -> Response {
        let wait = (limited.retry_after * 1000.0).ceil() as Millis;
        let standing = Standing { limit: 300, remaining: 0, reset_at: self.now().saturating_add(wait) };
        told(Problem::rate_limited().into_response(), Some(standing))
    }

    fn revoked(&self, path: &str) -> Response {
        if path == "/oauth2/token" {
            return token::dead_refresh_token();
        }
        Problem::unauthorized().into_response()
    }

    /// A lookup of one user finds nobody; elsewhere there is nothing of that address.
    fn gone(&self, path: &str) -> Response {
        match path.strip_prefix("/users/") {
            Some(id) => axum::Json(json!({ "errors": [problem::missing("id", id)] })).into_response(),
            None => Problem::not_found().into_response(),
        }
    }

    fn passed(&self, _exchange: &Exchange, _status: StatusCode) {}
}
