//! `/2/oauth2/token` and `/2/oauth2/revoke`: forms in, JSON out, HTTP Basic always.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::X;
use super::grants::{ACCESS_SECONDS, Issued};
use super::state::State as World;
use crate::discord::basic_credentials;
use crate::params::{Params, Repeated, is_media_type};
use crate::{Millis, pkce};

/// Why there is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// The app did not authenticate with HTTP Basic.
    NoClient,
    WrongClient,
    Unsupported,
    /// `invalid_request` with this text: X says it for dead codes and refresh tokens as well.
    Invalid(&'static str),
}

const CODE: Refusal = Refusal::Invalid("Value passed for the authorization code was invalid.");
const VERIFIER: Refusal =
    Refusal::Invalid("Value passed for the code verifier did not match the code challenge.");
const REDIRECT: Refusal =
    Refusal::Invalid("Value passed for the redirect uri did not match the uri of the authorization code.");
const TOKEN: Refusal = Refusal::Invalid("Value passed for the token was invalid.");
const FORM: Refusal = Refusal::Invalid("The body must be application/x-www-form-urlencoded.");
const TWICE: Refusal = Refusal::Invalid("A parameter was given more than once.");
const NO_CODE: Refusal = Refusal::Invalid("Missing required parameter [code].");
const NO_GRANT_TYPE: Refusal = Refusal::Invalid("Missing required parameter [grant_type].");
const NO_REFRESH: Refusal = Refusal::Invalid("Missing required parameter [refresh_token].");
const NO_TOKEN: Refusal = Refusal::Invalid("Missing required parameter [token].");

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error, text) = match self {
            Refusal::NoClient => {
                (StatusCode::UNAUTHORIZED, "unauthorized_client", "Missing valid authorization header")
            }
            Refusal::WrongClient => {
                (StatusCode::UNAUTHORIZED, "invalid_client", "The client id or client secret is wrong.")
            }
            Refusal::Unsupported => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "The grant_type must be authorization_code or refresh_token.",
            ),
            Refusal::Invalid(text) => (StatusCode::BAD_REQUEST, "invalid_request", text),
        };
        (status, Json(json!({ "error": error, "error_description": text }))).into_response()
    }
}

/// The answer to a refresh token that does not work any more.
pub(crate) fn dead_refresh_token() -> Response {
    TOKEN.into_response()
}

/// `POST /2/oauth2/token`.
pub(crate) async fn exchange(State(x): State<X>, headers: HeaderMap, body: Bytes) -> Response {
    let now = x.clock.now();
    let issued = issue(&mut x.state(), &headers, &body, now);
    match issued {
        Ok(issued) => ([(CACHE_CONTROL, "no-store")], Json(tokens(&issued))).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// `POST /2/oauth2/revoke`: 200 for every token, known or not (RFC 7009 section 2.2).
pub(crate) async fn revoke(State(x): State<X>, headers: HeaderMap, body: Bytes) -> Response {
    let mut state = x.state();
    let forgotten = read(&state, &headers, &body).and_then(|(client_id, params)| {
        let token = params.find("token").ok_or(NO_TOKEN)?;
        state.grants.forget(token, &client_id);
        Ok(())
    });
    match forgotten {
        Ok(()) => Json(json!({ "revoked": true })).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// The app that asks, and what it says. A `client_id` in the form must be its own.
fn read(state: &World, headers: &HeaderMap, body: &[u8]) -> Result<(String, Params), Refusal> {
    let (client_id, secret) = basic_credentials(headers).ok_or(Refusal::NoClient)?;
    let app = state.apps.get(&client_id).filter(|app| app.client_secret == secret);
    app.ok_or(Refusal::WrongClient)?;
    if !is_media_type(headers, "application/x-www-form-urlencoded") {
        return Err(FORM);
    }
    let params = Params::parse(body).map_err(|Repeated(_)| TWICE)?;
    if params.find("client_id").is_some_and(|given| given != client_id) {
        return Err(Refusal::WrongClient);
    }
    Ok((client_id, params))
}

fn issue(state: &mut World, headers: &HeaderMap, body: &[u8], now: Millis) -> Result<Issued, Refusal> {
    let (client_id, params) = read(state, headers, body)?;
    match params.find("grant_type").ok_or(NO_GRANT_TYPE)? {
        "authorization_code" => redeem(state, &params, &client_id, now),
        "refresh_token" => {
            let text = params.find("refresh_token").ok_or(NO_REFRESH)?;
            let right = state.grants.take_refresh(text, &client_id, now).ok_or(TOKEN)?;
            state.visible(right.of.account).ok_or(TOKEN)?;
            Ok(state.grants.issue(&right, &right.of, now))
        }
        _ => Err(Refusal::Unsupported),
    }
}

/// Redeems a code. Whatever is wrong with the rest of the request, the code is used up.
fn redeem(state: &mut World, params: &Params, client_id: &str, now: Millis) -> Result<Issued, Refusal> {
    let text = params.find("code").ok_or(NO_CODE)?;
    let right = state.grants.take_code(text, client_id, now).ok_or(CODE)?;
    let code = &right.of;
    if params.find("redirect_uri") != Some(&code.redirect_uri) {
        return Err(REDIRECT);
    }
    if !pkce::proves(params.find("code_verifier"), &code.challenge) {
        return Err(VERIFIER);
    }
    state.visible(code.grant.account).ok_or(CODE)?;
    Ok(state.grants.issue(&right, &code.grant, now))
}

fn tokens(issued: &Issued) -> Value {
    let mut answer = json!({
        "token_type": "bearer", "expires_in": ACCESS_SECONDS, "access_token": issued.access,
        "scope": issued.scopes.join(" "),
    });
    if let Some(refresh) = &issued.refresh {
        answer["refresh_token"] = json!(refresh);
    }
    answer
}
