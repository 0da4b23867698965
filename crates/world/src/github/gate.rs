//! What every API request passes: User-Agent, version, credentials, rate limits, entity tags.

use std::collections::BTreeSet;
use std::sync::Mutex;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::error::ApiError;
use super::grants::{Kind, Token};
use super::limits::{Resource, Standing};
use super::state::State as World;
use super::{GitHub, graphql, token};
use crate::clock::SECOND;
use crate::discord::{basic_credentials, hex};
use crate::traffic::{Limited, Site, Traffic, whole_seconds};
use crate::{Exchange, Millis, Scope};

/// The API versions that exist.
const VERSIONS: [&str; 1] = ["2022-11-28"];

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Actor {
    /// An app on behalf of an account.
    User(Token),
    /// An app's installation in these organizations, with the operator's own token.
    Service(BTreeSet<String>),
    /// An app with its client credentials.
    App(String),
    /// No credentials.
    Anonymous,
}

impl Actor {
    /// The token of a person, which alone opens what is theirs.
    pub(crate) fn user(&self) -> Result<&Token, ApiError> {
        match self {
            Actor::User(token) => Ok(token),
            Actor::Service(_) => Err(ApiError::not_for_integrations()),
            Actor::App(_) | Actor::Anonymous => Err(ApiError::requires_authentication()),
        }
    }

    /// Whose quota it is: a person's is shared by all apps.
    fn who(&self) -> String {
        match self {
            Actor::User(token) => format!("user ID {}", token.grant.account),
            Actor::Service(_) => "installation".into(),
            Actor::App(client_id) => format!("client ID {client_id}"),
            Actor::Anonymous => String::new(),
        }
    }
}

/// GraphQL points of an answer, told to the gate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Points(pub(crate) u32);

/// The middleware.
pub(crate) async fn enter(State(github): State<GitHub>, mut request: Request, next: Next) -> Response {
    if let Err(refused) = check_headers(request.headers()) {
        return refused.into_response();
    }
    let now = github.clock.now();
    let actor = match github.state().actor(request.headers(), now) {
        Ok(actor) => actor,
        Err(refused) => return refused.into_response(),
    };
    let (who, graphql) = (actor.who(), is_graphql(request.uri().path()));
    let resource = if graphql { Resource::Graphql } else { Resource::Core };
    let standing = github.state().limiter.spend(&who, resource, 0, now);
    if standing.remaining() == 0 {
        return exhausted(&who, standing);
    }
    let scopes = scopes(&actor);
    let known = request.headers().get(IF_NONE_MATCH).cloned();
    let readable = request.method() == Method::GET;
    request.extensions_mut().insert(actor);
    request.extensions_mut().insert(standing);
    let mut answer = next.run(request).await;
    if readable && answer.status() == StatusCode::OK {
        answer = tagged(answer, known).await;
    }
    let free = answer.status() == StatusCode::NOT_MODIFIED;
    let points = answer.extensions().get().map_or(u32::from(!free), |Points(points)| *points);
    let standing = github.state().limiter.spend(&who, resource, points, now);
    standing.write(answer.headers_mut());
    if let Some(scopes) = scopes {
        answer.headers_mut().insert(HeaderName::from_static("x-oauth-scopes"), scopes);
    }
    answer
}

/// A User-Agent is demanded, and a version that exists if one is named.
fn check_headers(headers: &HeaderMap) -> Result<(), ApiError> {
    if headers.get(USER_AGENT).is_none_or(HeaderValue::is_empty) {
        return Err(ApiError::no_user_agent());
    }
    let Some(version) = headers.get("x-github-api-version") else {
        return Ok(());
    };
    let version = version.to_str().unwrap_or_default();
    let known = VERSIONS.contains(&version);
    known.then_some(()).ok_or_else(|| ApiError::unknown_version(version))
}

/// The granted scopes, as the header lists them. Tokens of GitHub Apps have none to list.
fn scopes(actor: &Actor) -> Option<HeaderValue> {
    match actor {
        Actor::User(token) if token.grant.kind == Kind::App => None,
        Actor::User(token) => HeaderValue::from_str(&token.grant.scopes.join(", ")).ok(),
        Actor::Service(_) | Actor::App(_) | Actor::Anonymous => None,
    }
}

/// Nothing left: REST refuses, GraphQL says so with status 200.
fn exhausted(who: &str, standing: Standing) -> Response {
    let who = if who.is_empty() { "your IP address" } else { who };
    let mut answer = match standing.resource {
        Resource::Core => ApiError::rate_limited(StatusCode::FORBIDDEN, who).into_response(),
        Resource::Graphql => graphql::exhausted(who),
    };
    standing.write(answer.headers_mut());
    answer
}

/// Gives a read its `ETag`; what the caller has already is not sent again and costs nothing.
async fn tagged(answer: Response, known: Option<HeaderValue>) -> Response {
    let (mut head, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let tag = format!("W/\"{}\"", hex(&Sha256::digest(&body)));
    let same = known.is_some_and(|known| names(&known, &tag));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        head.headers.insert(ETAG, tag);
    }
    if !same {
        return Response::from_parts(head, Body::from(body));
    }
    head.status = StatusCode::NOT_MODIFIED;
    head.headers.remove(CONTENT_TYPE);
    Response::from_parts(head, Body::empty())
}

/// Whether `If-None-Match` names this tag, compared weakly (RFC 9110 section 13.1.2).
fn names(known: &HeaderValue, tag: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let known = known.to_str().unwrap_or_default();
    known.split(',').any(|known| known.trim() == "*" || bare(known) == bare(tag))
}

/// Whether a path is GraphQL's, also on Enterprise Server.
fn is_graphql(path: &str) -> bool {
    matches!(path, "/graphql" | "/api/graphql")
}

impl World {
    /// Reads the credentials. Such as are wrong are refused on every route.
    fn actor(&self, headers: &HeaderMap, now: Millis) -> Result<Actor, ApiError> {
        let Some(value) = headers.get(AUTHORIZATION) else {
            return Ok(Actor::Anonymous);
        };
        if let Some((id, secret)) = basic_credentials(headers) {
            let app = self.apps.get(&id).filter(|app| app.client_secret() == secret);
            return app.map(|_| Actor::App(id)).ok_or_else(ApiError::bad_credentials);
        }
        let value = value.to_str().map_err(|_| ApiError::bad_credentials())?;
        let (scheme, text) = value.split_once(' ').ok_or_else(ApiError::bad_credentials)?;
        if !["bearer", "token"].contains(&scheme.to_ascii_lowercase().as_str()) {
            return Err(ApiError::bad_credentials());
        }
        if let Some(orgs) = self.service_tokens.get(text) {
            return Ok(Actor::Service(orgs.clone()));
        }
        let token = self.grants.token(text, now).ok_or_else(ApiError::bad_credentials)?;
        if self.suspended.contains(&token.grant.account) {
            return Err(ApiError::suspended());
        }
        Ok(Actor::User(token.clone()))
    }
}

impl Site for GitHub {
    fn traffic(&self) -> &Mutex<Traffic> {
        &self.traffic
    }

    fn now(&self) -> Millis {
        self.clock.now()
    }

    /// The path as github.com has it, wherever Enterprise Server puts it.
    fn short<'a>(&self, path: &'a str) -> &'a str {
        match path.strip_prefix("/api/v3") {
            _ if is_graphql(path) => "/graphql",
            Some(rest) if rest.starts_with('/') => rest,
            Some(_) | None => path,
        }
    }

    /// `User` is the hourly limit (GraphQL says it with status 200), the others are secondary ones.
    #[expect(clippy::cast_possible_truncation, reason = "a wait of seconds fits")]
    fn rate_limited(&self, path: &str, limited: Limited) -> Response {
        if limited.scope != Scope::User {
            let mut answer = ApiError::secondary_limit(StatusCode::FORBIDDEN).into_response();
            answer.headers_mut().insert("retry-after", whole_seconds(limited.retry_after));
            return answer;
        }
        let resource = if path == "/graphql" { Resource::Graphql } else { Resource::Core };
        let wait = (limited.retry_after * 1000.0).ceil() as Millis;
        let reset_at = self.now().saturating_add(wait + SECOND - 1);
        exhausted("user ID 0", Standing { resource, limit: 5000, used: 5000, reset_at })
    }

    fn revoked(&self, path: &str) -> Response {
        if path == "/login/oauth/access_token" {
            return token::dead_refresh_token();
        }
        ApiError::bad_credentials().into_response()
    }

    fn gone(&self, path: &str) -> Response {
        if path == "/graphql" { graphql::gone() } else { ApiError::not_found().into_response() }
    }

    fn passed(&self, _exchange: &Exchange, _status: StatusCode) {}
}
