//! `/login/oauth/access_token`: errors come with status 200, answers are forms unless JSON is asked.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::GitHub;
use super::grants::{ACCESS_SECONDS, Issued, REFRESH_SECONDS};
use super::state::State as World;
use crate::params::{Params, is_media_type};
use crate::{Millis, pkce};

/// Why there is no token: code and text.
type Refusal = (&'static str, &'static str);

const CREDENTIALS: Refusal =
    ("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.");
const CODE: Refusal = ("bad_verification_code", "The code passed is incorrect or expired.");
const REDIRECT: Refusal = (
    "redirect_uri_mismatch",
    "The redirect_uri MUST match the registered callback URL for this application.",
);
const REFRESH: Refusal = ("bad_refresh_token", "The refresh token passed is incorrect or expired.");
const GRANT_TYPE: Refusal =
    ("unsupported_grant_type", "The grant_type must be authorization_code or refresh_token.");

/// `POST /login/oauth/access_token`.
pub(crate) async fn exchange(State(github): State<GitHub>, headers: HeaderMap, body: Bytes) -> Response {
    let now = github.clock.now();
    let Some(params) = read(&headers, &body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let issued = issue(&mut github.state(), &params, now);
    let answer = match issued {
        Ok(issued) => tokens(&issued),
        Err(refusal) => error(refusal),
    };
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("application/json") { Json(answer).into_response() } else { form(&answer) }
}

/// The answer to a refresh token that does not work any more.
pub(crate) fn dead_refresh_token() -> Response {
    Json(error(REFRESH)).into_response()
}

/// Reads a form or a JSON object of texts.
fn read(headers: &HeaderMap, body: &[u8]) -> Option<Params> {
    if !is_media_type(headers, "application/json") {
        return Params::parse(body).ok();
    }
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return None;
    };
    let text = |(name, value): (String, Value)| Some((name, value.as_str()?.to_owned()));
    Some(fields.into_iter().filter_map(text).collect())
}

fn issue(state: &mut World, params: &Params, now: Millis) -> Result<Issued, Refusal> {
    let client_id = params.find("client_id").ok_or(CREDENTIALS)?;
    let app = state.apps.get(client_id).ok_or(CREDENTIALS)?;
    if params.find("client_secret") != Some(app.client_secret()) {
        return Err(CREDENTIALS);
    }
    match params.find("grant_type") {
        None | Some("authorization_code") => redeem(state, params, client_id, now),
        Some("refresh_token") => {
            let text = params.find("refresh_token").ok_or(REFRESH)?;
            let grant = state.grants.take_refresh(text, client_id, now).ok_or(REFRESH)?;
            Ok(state.grants.issue(grant, true, now))
        }
        Some(_) => Err(GRANT_TYPE),
    }
}

/// Redeems a code. Whatever is wrong with the rest of the request, the code is used up.
fn redeem(state: &mut World, params: &Params, client_id: &str, now: Millis) -> Result<Issued, Refusal> {
    let text = params.find("code").ok_or(CODE)?;
    let code = state.grants.take_code(text, client_id, now).ok_or(CODE)?;
    if params.find("redirect_uri").is_some_and(|uri| uri != code.redirect_uri) {
        return Err(REDIRECT);
    }
    if code.challenge.is_some_and(|challenge| !pkce::proves(params.find("code_verifier"), &challenge)) {
        return Err(CODE);
    }
    state.visible(code.grant.account).ok_or(CODE)?;
    Ok(state.grants.issue(code.grant, code.expiring, now))
}

fn tokens(issued: &Issued) -> Value {
    let mut answer = json!({
        "access_token": issued.access, "token_type": "bearer", "scope": issued.scopes.join(","),
    });
    if let Some(refresh) = &issued.refresh {
        answer["expires_in"] = json!(ACCESS_SECONDS);
        answer["refresh_token"] = json!(refresh);
        answer["refresh_token_expires_in"] = json!(REFRESH_SECONDS);
    }
    answer
}

fn error((code, text): Refusal) -> Value {
    let help = "https://docs.github.com/apps/managing-oauth-apps/\
                troubleshooting-oauth-app-access-token-request-errors";
    json!({ "error": code, "error_description": text, "error_uri": format!("{help}/#{code}") })
}

fn form(answer: &Value) -> Response {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in answer.as_object().into_iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        form.append_pair(name, &text);
    }
    let content_type = "application/x-www-form-urlencoded; charset=utf-8";
    ([(CONTENT_TYPE, content_type)], form.finish()).into_response()
}
