//! `/userinfo`: the claims that a token opens (OpenID Connect Core, section 5.3).

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Oidc;
use super::error::{invalid_token, no_token};
use super::jws::compact;
use super::lie::UserinfoLie;
use super::signature::{Signer, header};

/// `GET` and `POST /userinfo`, the token in the header.
pub(crate) async fn show(State(oidc): State<Oidc>, headers: HeaderMap) -> Response {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return no_token();
    };
    let state = oidc.state();
    let words = value.to_str().unwrap_or_default().split_once(' ');
    let text = words.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, text)| text);
    let known = text.and_then(|text| state.grants.token(text, oidc.clock.now()));
    let known = known.and_then(|(token, grant)| Some((token, grant, state.accounts.get(&grant.sub)?)));
    let Some((token, grant, account)) = known else {
        return invalid_token();
    };
    let mut claims = account.claims(&token.scopes);
    if state.tells(UserinfoLie::SubjectOther) {
        claims.insert("sub".into(), json!(format!("not-{}", account.sub)));
    }
    if state.tells(UserinfoLie::SubjectMissing) {
        claims.remove("sub");
    }
    let key = &state.keys.current;
    let signer = if state.tells(UserinfoLie::SignedBroken) {
        Signer::Broken(key)
    } else if state.tells(UserinfoLie::Signed) {
        Signer::Key(key)
    } else {
        return Json(Value::Object(claims)).into_response();
    };
    claims.insert("iss".into(), json!(oidc.issuer()));
    claims.insert("aud".into(), json!(grant.client_id));
    let claims = Value::Object(claims).to_string();
    let token = compact(&header(key), &claims, |message| signer.sign(message));
    ([(CONTENT_TYPE, "application/jwt")], token).into_response()
}
