//! `/token`: codes and refresh tokens become tokens (OpenID Connect Core, sections 3.1.3 and 12).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Oidc;
use super::error::{TokenError, uncached};
use super::grants::{ACCESS_SECONDS, GrantId, Issued};
use super::id_token::{Subject, id_token};
use super::lie::TokenLie;
use super::state::State as World;
use crate::params::{Params, is_media_type};
use crate::{Millis, pkce};

const CODE: TokenError = TokenError::Grant("The code is unknown, used, expired or another client's.");
const REFRESH: TokenError =
    TokenError::Grant("The refresh token is unknown, used, expired, revoked or another client's.");

/// `POST /token`.
pub(crate) async fn exchange(State(oidc): State<Oidc>, headers: HeaderMap, body: Bytes) -> Response {
    match answer(&oidc, &headers, &body) {
        Ok(tokens) => uncached(&tokens),
        Err(error) => error.into_response(),
    }
}

/// The answer to a code or refresh token that does not work any more.
pub(crate) fn dead() -> Response {
    REFRESH.into_response()
}

/// Reads a form, the only body that clients may send.
pub(crate) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Params, TokenError> {
    if !is_media_type(headers, "application/x-www-form-urlencoded") {
        return Err(TokenError::Request("The body must be application/x-www-form-urlencoded."));
    }
    Params::parse(body).map_err(|_| TokenError::Request("A parameter was given more than once."))
}

fn answer(oidc: &Oidc, headers: &HeaderMap, body: &[u8]) -> Result<Value, TokenError> {
    let form = read(headers, body)?;
    let (now, mut state) = (oidc.clock.now(), oidc.state());
    let client_id = state.authenticate(headers, &form)?;
    let (grant_id, scopes, nonce) = match form.find("grant_type") {
        Some("authorization_code") => redeem(&mut state, &form, &client_id, now)?,
        Some("refresh_token") => refresh(&mut state, &form, &client_id, now)?,
        Some(_) => return Err(TokenError::GrantType),
        None => return Err(TokenError::Request("grant_type is missing.")),
    };
    let issued = state.grants.issue(grant_id, scopes, now);
    let grant = state.grants.grant(grant_id).ok_or(CODE)?;
    let subject = Subject { grant, nonce: nonce.as_deref(), access_token: &issued.access, now };
    let id_token = id_token(oidc, &state, &subject);
    Ok(tokens(&state, &issued, &id_token))
}

/// What a grant is worth now: its number, the scopes, the nonce.
type Worth = (GrantId, Vec<String>, Option<String>);

/// Redeems a code. Whatever is wrong with the rest of the request, the code is used up.
fn redeem(state: &mut World, form: &Params, client_id: &str, now: Millis) -> Result<Worth, TokenError> {
    let text = form.find("code").ok_or(TokenError::Request("code is missing."))?;
    let code = state.grants.take_code(text, client_id, now).ok_or(CODE)?;
    if form.find("redirect_uri") != Some(&code.redirect_uri) {
        return Err(TokenError::Grant("redirect_uri differs from the one of the authorization."));
    }
    let verifier = form.find("code_verifier");
    let proven = match &code.challenge {
        Some(challenge) => pkce::proves(verifier, challenge),
        None => verifier.is_none(),
    };
    if !proven {
        return Err(TokenError::Grant("code_verifier does not belong to the code's challenge."));
    }
    let scopes = code.grant.scopes.clone();
    Ok((state.grants.open(text, code.grant), scopes, code.nonce))
}

/// Renews tokens, for the same scopes or fewer. The new ID token has no nonce (section 12.2).
fn refresh(state: &mut World, form: &Params, client_id: &str, now: Millis) -> Result<Worth, TokenError> {
    let text = form.find("refresh_token").ok_or(TokenError::Request("refresh_token is missing."))?;
    let grant_id = state.grants.use_refresh(text, client_id, now).ok_or(REFRESH)?;
    let granted = state.grants.grant(grant_id).ok_or(REFRESH)?.scopes.clone();
    let Some(asked) = form.find("scope") else {
        return Ok((grant_id, granted, None));
    };
    let asked: Vec<_> = asked.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    if asked.iter().all(|scope| granted.contains(scope)) {
        return Ok((grant_id, asked, None));
    }
    Err(TokenError::Scope)
}

fn tokens(state: &World, issued: &Issued, id_token: &str) -> Value {
    let mut answer = json!({
        "access_token": issued.access, "token_type": "Bearer", "expires_in": ACCESS_SECONDS,
        "scope": issued.scopes.join(" "),
    });
    if let Some(refresh) = &issued.refresh {
        answer["refresh_token"] = json!(refresh);
    }
    if state.tells(TokenLie::WrongType) {
        answer["token_type"] = json!("mac");
    }
    if !state.tells(TokenLie::NoIdToken) {
        answer["id_token"] = json!(id_token);
    }
    answer
}
