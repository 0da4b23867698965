//! The REST routes about organizations and who belongs to them.

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::GitHub;
use super::account::Account;
use super::apps::Registered;
use super::base::Base;
use super::error::ApiError;
use super::gate::Actor;
use super::grants::{Kind, Token};
use super::org::OrgSeen;
use super::rest::yes_or_no;
use super::state::State as World;

/// The scopes that open memberships.
pub(crate) const READ_ORG: [&str; 3] = ["read:org", "write:org", "admin:org"];

/// `GET /orgs/{org}`.
pub(crate) async fn organization(
    State(github): State<GitHub>,
    Path(org): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let state = github.state();
    state.organization(&org).map(|org| Json(org.json())).ok_or_else(ApiError::not_found)
}

/// `GET /orgs/{org}/public_members/{login}`: 204 or 404.
pub(crate) async fn public_member(
    State(github): State<GitHub>,
    Path((org, login)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let state = github.state();
    let member = state.organization(&org).zip(state.by_login(&login));
    let member = member.and_then(|(org, account)| org.member(account));
    yes_or_no(member.is_some_and(|member| member.public && !member.pending))
}

/// `GET /orgs/{org}/members/{login}`: 204 or 404 for one who sees the members, and 302 to the public
/// members for everybody else.
pub(crate) async fn member(
    State(github): State<GitHub>,
    Extension(actor): Extension<Actor>,
    base: Base,
    Path((org, login)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let state = github.state();
    let known = state.organization(&org).ok_or_else(ApiError::not_found)?;
    if !state.sees_members(&actor, known)? {
        let place = base.url(&format!("/orgs/{}/public_members/{login}", known.login));
        let place = HeaderValue::from_str(&place).map_err(|_| ApiError::not_found())?;
        return Ok((StatusCode::FOUND, [(LOCATION, place)]).into_response());
    }
    let member = state.by_login(&login).and_then(|account| known.member(account));
    yes_or_no(member.is_some_and(|member| !member.pending)).map(IntoResponse::into_response)
}

/// `GET /user/memberships/orgs/{org}`: with `read:org`, or by a GitHub App that is installed there.
pub(crate) async fn membership(
    State(github): State<GitHub>,
    Extension(actor): Extension<Actor>,
    Path(org): Path<String>,
) -> Response {
    let answer = github.membership(&actor, &org);
    let mut answer = answer.map(Json).into_response();
    let accepted = HeaderValue::from_static("admin:org, read:org, write:org");
    answer.headers_mut().insert(HeaderName::from_static("x-accepted-oauth-scopes"), accepted);
    answer
}

impl GitHub {
    fn membership(&self, actor: &Actor, org: &str) -> Result<Value, ApiError> {
        let token = actor.user()?;
        let state = self.state();
        if token.grant.kind == Kind::OAuth && !token.grant.has(&READ_ORG) {
            return Err(ApiError::needs_scope("read:org", "to get your organization membership"));
        }
        state.permits(token, "members")?;
        let account = state.visible(token.grant.account).ok_or_else(ApiError::bad_credentials)?;
        let known = state.organization(org).ok_or_else(ApiError::not_found)?;
        let member = known.member(account);
        state.admits(token, known)?;
        let member = member.ok_or_else(ApiError::not_found)?;
        Ok(json!({
            "url": format!("https://api.github.com/orgs/{}/memberships/{}", known.login, account.login),
            "state": if member.pending { "pending" } else { "active" }, "role": member.role.word(),
            "organization_url": format!("https://api.github.com/orgs/{}", known.login),
            "organization": known.json(), "user": account.short_json(),
        }))
    }
}

impl World {
    /// Whether a GitHub App has a permission. `OAuth` apps have scopes instead.
    pub(crate) fn permits(&self, token: &Token, permission: &str) -> Result<(), ApiError> {
        match self.apps.get(&token.grant.client_id) {
            Some(Registered::App(app)) if !app.permissions.contains(permission) => {
                Err(ApiError::not_for_integrations())
            }
            Some(Registered::App(_) | Registered::OAuth(_)) | None => Ok(()),
        }
    }

    /// Whether an organization lets the token's app see who belongs to it.
    pub(crate) fn admits(&self, token: &Token, org: OrgSeen<'_>) -> Result<(), ApiError> {
        match self.apps.get(&token.grant.client_id) {
            Some(Registered::App(app)) if !Account::has(&app.installed, org.login) => {
                Err(ApiError::not_for_integrations())
            }
            Some(Registered::OAuth(_)) if org.blocks(&token.grant.client_id) => {
                Err(ApiError::restricted(org.login))
            }
            Some(Registered::App(_) | Registered::OAuth(_)) | None => Ok(()),
        }
    }

    /// Whether the one who asks may see private members.
    fn sees_members(&self, actor: &Actor, org: OrgSeen<'_>) -> Result<bool, ApiError> {
        match actor {
            Actor::Service(orgs) => Ok(Account::has(orgs, org.login)),
            Actor::User(token) => {
                let account = self.visible(token.grant.account);
                let member = account.and_then(|account| org.member(account));
                let scoped = token.grant.kind == Kind::App || token.grant.has(&READ_ORG);
                if !scoped || member.is_none_or(|member| member.pending) {
                    return Ok(false);
                }
                self.permits(token, "members")?;
                self.admits(token, org).map(|()| true)
            }
            Actor::App(_) | Actor::Anonymous => Ok(false),
        }
    }
}
