//! `/applications/{client_id}/token|grant`: an app checks and revokes what it was given.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::GitHub;
use super::account::iso;
use super::error::ApiError;
use super::gate::Actor;

/// `POST …/token`: what a token is worth; 404 for one that is not.
pub(crate) async fn check(
    State(github): State<GitHub>,
    Extension(actor): Extension<Actor>,
    Path(client_id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    own(&actor, &client_id)?;
    let text = access_token(&body)?;
    let state = github.state();
    let token = state.grants.token(&text, github.clock.now());
    let token = token.filter(|token| token.grant.client_id == client_id);
    let token = token.ok_or_else(ApiError::not_found)?;
    let account = state.visible(token.grant.account).ok_or_else(ApiError::not_found)?;
    Ok(Json(json!({
        "id": token.number, "url": format!("https://api.github.com/authorizations/{}", token.number),
        "scopes": token.grant.scopes, "token": text, "token_last_eight": text.get(text.len() - 8..),
        "hashed_token": null, "app": { "client_id": client_id, "name": client_id, "url": "" },
        "note": null, "note_url": null, "fingerprint": null, "expires_at": null,
        "created_at": iso(token.issued_at), "updated_at": iso(token.issued_at),
        "user": account.json(),
    })))
}

/// `DELETE …/token`: kills this token alone.
pub(crate) async fn delete_token(
    State(github): State<GitHub>,
    Extension(actor): Extension<Actor>,
    Path(client_id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let text = access_token(&body)?;
    github.owner(&actor, &client_id, &text)?;
    github.state().grants.forget(&text);
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE …/grant`: kills all tokens that the token's owner has given the app.
pub(crate) async fn delete_grant(
    State(github): State<GitHub>,
    Extension(actor): Extension<Actor>,
    Path(client_id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let text = access_token(&body)?;
    let account = github.owner(&actor, &client_id, &text)?;
    github.state().grants.revoke(|grant| grant.account == account && grant.client_id == client_id);
    Ok(StatusCode::NO_CONTENT)
}

impl GitHub {
    /// Whose token this is, if it is this app's.
    fn owner(&self, actor: &Actor, client_id: &str, text: &str) -> Result<u64, ApiError> {
        own(actor, client_id)?;
        let state = self.state();
        let token = state.grants.token(text, self.clock.now());
        let token = token.filter(|token| token.grant.client_id == client_id);
        token.map(|token| token.grant.account).ok_or_else(ApiError::not_found)
    }
}

/// Only the app itself may ask, with its client credentials.
fn own(actor: &Actor, client_id: &str) -> Result<(), ApiError> {
    match actor {
        Actor::App(own) if own == client_id => Ok(()),
        Actor::App(_) => Err(ApiError::not_found()),
        Actor::User(_) | Actor::Service(_) | Actor::Anonymous => Err(ApiError::requires_authentication()),
    }
}

/// The `access_token` of a JSON body.
fn access_token(body: &[u8]) -> Result<String, ApiError> {
    let body: Value = serde_json::from_slice(body).map_err(|_| ApiError::bad_json())?;
    let text = body["access_token"].as_str();
    let text = text.ok_or_else(|| ApiError::invalid("\"access_token\" wasn't supplied."))?;
    Ok(text.to_owned())
}
