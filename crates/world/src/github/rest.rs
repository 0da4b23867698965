//! The REST routes that tell about accounts.

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::GitHub;
use super::account::Account;
use super::error::ApiError;
use super::gate::Actor;

/// `GET /user`: the account of the token.
pub(crate) async fn me(
    State(github): State<GitHub>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<Value>, ApiError> {
    github.mine(&actor, Account::json).map(Json)
}

/// `GET /user/{id}`.
pub(crate) async fn by_id(
    State(github): State<GitHub>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let id = id.parse().map_err(|_| ApiError::not_found())?;
    let state = github.state();
    state.visible(id).map(|account| Json(account.json())).ok_or_else(ApiError::not_found)
}

/// `GET /users/{login}`.
pub(crate) async fn by_login(
    State(github): State<GitHub>,
    Path(login): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let state = github.state();
    state.by_login(&login).map(|account| Json(account.json())).ok_or_else(ApiError::not_found)
}

/// `GET /user/starred/{owner}/{name}`: 204 or 404.
pub(crate) async fn starred(
    State(github): State<GitHub>,
    Extension(actor): Extension<Actor>,
    Path((owner, name)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let repository = format!("{owner}/{name}");
    yes_or_no(github.mine(&actor, |account| Account::has(&account.starred, &repository))?)
}

/// `GET /orgs/{org}/public_members/{login}`: 204 or 404.
pub(crate) async fn public_member(
    State(github): State<GitHub>,
    Path((org, login)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let state = github.state();
    yes_or_no(state.by_login(&login).is_some_and(|account| Account::has(&account.orgs, &org)))
}

/// `GET /user/memberships/orgs/{org}`, with `read:org`.
pub(crate) async fn membership(
    State(github): State<GitHub>,
    Extension(actor): Extension<Actor>,
    Path(org): Path<String>,
) -> Result<Json<Value>, ApiError> {
    if !actor
        .user()?
        .grant
        .scopes
        .iter()
        .any(|scope| ["read:org", "write:org", "admin:org"].contains(&scope.as_str()))
    {
        return Err(ApiError::needs_scope("read:org"));
    }
    let (member, user) =
        github.mine(&actor, |account| (Account::has(&account.orgs, &org), account.json()))?;
    if !member {
        return Err(ApiError::not_found());
    }
    Ok(Json(json!({
        "url": format!("https://api.github.com/orgs/{org}/memberships/{}", user["login"]),
        "state": "active", "role": "member", "organization": { "login": org }, "user": user,
    })))
}

fn yes_or_no(yes: bool) -> Result<StatusCode, ApiError> {
    if yes { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found()) }
}

impl GitHub {
    /// Reads something of the account whose token asks.
    fn mine<T>(&self, actor: &Actor, read: impl FnOnce(&Account) -> T) -> Result<T, ApiError> {
        let id = actor.user()?.grant.account;
        self.state().visible(id).map(read).ok_or_else(ApiError::bad_credentials)
    }
}
