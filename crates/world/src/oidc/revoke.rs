//! `/revoke` (RFC 7009) and `/introspect` (RFC 7662): a client asks about its tokens and ends them.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Oidc;
use super::error::{TokenError, uncached};
use super::state::State as World;
use super::token::read;
use crate::Millis;

const NO_TOKEN: TokenError = TokenError::Request("token is missing.");

/// `POST /revoke`: 200 also for a token that nobody knows.
pub(crate) async fn revoke(State(oidc): State<Oidc>, headers: HeaderMap, body: Bytes) -> Response {
    let kill = || {
        let form = read(&headers, &body)?;
        let mut state = oidc.state();
        let client_id = state.authenticate(&headers, &form)?;
        let text = form.find("token").ok_or(NO_TOKEN)?;
        if state.grants.holder(text).is_some_and(|holder| holder != client_id) {
            return Err(TokenError::Grant("The token was issued to another client."));
        }
        state.grants.forget(text);
        Ok(StatusCode::OK)
    };
    kill().into_response()
}

/// `POST /introspect`: what a token is worth. Another client's is worth nothing.
pub(crate) async fn introspect(State(oidc): State<Oidc>, headers: HeaderMap, body: Bytes) -> Response {
    let look = || {
        let form = read(&headers, &body)?;
        let state = oidc.state();
        let client_id = state.authenticate(&headers, &form)?;
        let text = form.find("token").ok_or(NO_TOKEN)?;
        let own = state.grants.holder(text) == Some(&client_id);
        let found = own.then(|| worth(&oidc, &state, text, oidc.clock.now())).flatten();
        Ok(uncached(&found.unwrap_or_else(|| json!({ "active": false }))))
    };
    look().unwrap_or_else(TokenError::into_response)
}

fn worth(oidc: &Oidc, state: &World, text: &str, now: Millis) -> Option<Value> {
    let access = state.grants.token(text, now);
    let access = access.map(|(token, grant)| (grant, &token.scopes, token.expires_at, "Bearer"));
    let (grant, scopes, expires_at, kind) = access.or_else(|| {
        let (grant_id, expires_at) = state.grants.refresh(text, now)?;
        let grant = state.grants.grant(grant_id)?;
        Some((grant, &grant.scopes, expires_at, "refresh_token"))
    })?;
    Some(json!({
        "active": true, "iss": oidc.issuer(), "sub": grant.sub, "client_id": grant.client_id,
        "scope": scopes.join(" "), "exp": expires_at.div_euclid(1000), "token_type": kind,
    }))
}
