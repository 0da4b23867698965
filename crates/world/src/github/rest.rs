//! The REST routes that tell about accounts.

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use serde_json::Value;

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

/// `GET /user/starred/{owner}/{name}`: 204 or 404. A GitHub App needs permission for it.
pub(crate) async fn starred(
    State(github): State<GitHub>,
    Extension(actor): Extension<Actor>,
    Path((owner, name)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    github.state().permits(actor.user()?, "starring")?;
    let repository = format!("{owner}/{name}");
    yes_or_no(github.mine(&actor, |account| Account::has(&account.starred, &repository))?)
}

/// 204 or 404.
pub(crate) fn yes_or_no(yes: bool) -> Result<StatusCode, ApiError> {
    if yes { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found()) }
}

impl GitHub {
    /// Reads something of the account whose token asks.
    pub(crate) fn mine<T>(&self, actor: &Actor, read: impl FnOnce(&Account) -> T) -> Result<T, ApiError> {
        let id = actor.user()?.grant.account;
        self.state().visible(id).map(read).ok_or_else(ApiError::bad_credentials)
    }
}
