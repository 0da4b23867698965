//! `/oauth2/token` and `/oauth2/token/revoke` (RFC 6749 sections 4.1.3, 5 and 6; RFC 7009).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::Discord;
use super::grants::{ACCESS_SECONDS, Consent};
use super::state::State as World;
use crate::params::{Params, is_media_type};
use crate::{Millis, pkce};

/// An error answer of the token endpoint.
#[derive(Debug, PartialEq)]
enum TokenError {
    InvalidClient { basic: bool },
    InvalidGrant(&'static str),
    InvalidRequest(&'static str),
    UnsupportedGrantType,
}

/// `POST /oauth2/token`.
pub(crate) async fn exchange(State(discord): State<Discord>, headers: HeaderMap, body: Bytes) -> Response {
    let now = discord.clock.now();
    let mut state = discord.state();
    let consent =
        client(&state, &headers, &body).and_then(|(application, form)| match form.find("grant_type") {
            Some("authorization_code") => redeem(&mut state, application, &form, now),
            Some("refresh_token") => refresh(&mut state, application, &form),
            Some(_) => Err(TokenError::UnsupportedGrantType),
            None => Err(TokenError::InvalidRequest("Missing \"grant_type\" in request.")),
        });
    match consent {
        Ok(consent) => pair(&mut state, consent, now),
        Err(refused) => refused.into_response(),
    }
}

/// `POST /oauth2/token/revoke`: kills all tokens of the person whose token this is, for the
/// application. A token that is unknown, or another's, is no error (RFC 7009 section 2.2).
pub(crate) async fn revoke(State(discord): State<Discord>, headers: HeaderMap, body: Bytes) -> Response {
    let mut state = discord.state();
    let (application, form) = match client(&state, &headers, &body) {
        Ok(both) => both,
        Err(refused) => return refused.into_response(),
    };
    let Some(token) = form.find("token") else {
        return TokenError::InvalidRequest("Missing \"token\" in request.").into_response();
    };
    let owner = state.grants.owner(token).filter(|consent| consent.application == application);
    if let Some(user) = owner.map(|consent| consent.user) {
        state.grants.revoke(application, user);
    }
    Json(json!({})).into_response()
}

/// The answer to a refresh token that does not work any more, whatever the cause.
pub(crate) fn dead_refresh_token() -> Response {
    TokenError::InvalidGrant("Invalid \"refresh_token\" in request.").into_response()
}

/// Reads the form and who sends it: by HTTP Basic or by form fields, not by two different ones.
fn client(state: &World, headers: &HeaderMap, body: &[u8]) -> Result<(u64, Params), TokenError> {
    if !is_media_type(headers, "application/x-www-form-urlencoded") {
        let text = "The body must be application/x-www-form-urlencoded.";
        return Err(TokenError::InvalidRequest(text));
    }
    let form = Params::parse(body)
        .map_err(|_| TokenError::InvalidRequest("A parameter was given more than once."))?;
    let basic = headers.get(AUTHORIZATION).is_some();
    let refused = TokenError::InvalidClient { basic };
    let (id, secret) = if basic {
        let Some((id, secret)) = basic_credentials(headers) else {
            return Err(refused);
        };
        if form.find("client_id").is_some_and(|other| other != id) {
            return Err(TokenError::InvalidRequest("Two different clients were named."));
        }
        (id, secret)
    } else {
        let field = |name| form.find(name).unwrap_or_default().to_owned();
        (field("client_id"), field("client_secret"))
    };
    let registered = id.parse().ok().and_then(|id: u64| state.applications.get(&id));
    match registered.map(|registered| &registered.application) {
        Some(application) if application.client_secret == secret => Ok((application.id, form)),
        Some(_) | None => Err(refused),
    }
}

/// The user and password of HTTP Basic.
pub(crate) fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let text = String::from_utf8(decoded).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((decode(user), decode(password)))
}

/// Form-decodes a part of the credentials (RFC 6749 section 2.3.1).
fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Redeems a code. Whatever is wrong with the rest of the request, the code is used up.
fn redeem(state: &mut World, application: u64, form: &Params, now: Millis) -> Result<Consent, TokenError> {
    let text = form.find("code").ok_or(TokenError::InvalidRequest("Missing \"code\" in request."))?;
    let invalid = TokenError::InvalidGrant("Invalid \"code\" in request.");
    let Some(code) = state.grants.take_code(text, now) else {
        return Err(invalid);
    };
    if code.consent.application != application {
        return Err(invalid);
    }
    let given = form.find("redirect_uri");
    if given.map_or(code.named, |uri| uri != code.redirect_uri) {
        return Err(TokenError::InvalidGrant("Invalid \"redirect_uri\" in request."));
    }
    if code.challenge.is_some_and(|challenge| !pkce::proves(form.find("code_verifier"), &challenge)) {
        return Err(TokenError::InvalidGrant("Invalid \"code_verifier\" in request."));
    }
    Ok(code.consent)
}

fn refresh(state: &mut World, application: u64, form: &Params) -> Result<Consent, TokenError> {
    let missing = TokenError::InvalidRequest("Missing \"refresh_token\" in request.");
    let text = form.find("refresh_token").ok_or(missing)?;
    let consent = state.grants.take_refresh(text, application);
    consent.ok_or(TokenError::InvalidGrant("Invalid \"refresh_token\" in request."))
}

/// Issues a pair of tokens.
fn pair(state: &mut World, consent: Consent, now: Millis) -> Response {
    let scope = consent.scopes.join(" ");
    let (access, refresh) = state.grants.issue_pair(consent, now);
    let body = json!({
        "token_type": "Bearer", "access_token": access, "expires_in": ACCESS_SECONDS,
        "refresh_token": refresh, "scope": scope,
    });
    let mut answer = Json(body).into_response();
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let (status, error, text) = match self {
            TokenError::InvalidClient { .. } => (StatusCode::UNAUTHORIZED, "invalid_client", None),
            TokenError::InvalidGrant(text) => (StatusCode::BAD_REQUEST, "invalid_grant", Some(text)),
            TokenError::InvalidRequest(text) => (StatusCode::BAD_REQUEST, "invalid_request", Some(text)),
            TokenError::UnsupportedGrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type", None),
        };
        let mut body = json!({ "error": error });
        if let Some(text) = text {
            body["error_description"] = json!(text);
        }
        let mut answer = (status, Json(body)).into_response();
        if self == (TokenError::InvalidClient { basic: true }) {
            let challenge = HeaderValue::from_static("Basic realm=\"discord\"");
            answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        answer
    }
}
