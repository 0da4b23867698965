//! `/i/oauth2/authorize`: the consent page. Whoever looks at it picks which account they are.
//!
//! A proof key is demanded, with S256; X itself also tolerates `plain`.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::grants::{Code, Grant};
use super::state::State as World;
use super::{X, pages};
use crate::html::see_other;
use crate::params::{Params, Repeated, redirect};
use crate::pkce;

/// The longest `state`.
const LONGEST_STATE: usize = 500;
/// Every scope that can be asked for.
const SCOPES: [&str; 24] = [
    "block.read",
    "block.write",
    "bookmark.read",
    "bookmark.write",
    "dm.read",
    "dm.write",
    "follows.read",
    "follows.write",
    "like.read",
    "like.write",
    "list.read",
    "list.write",
    "media.write",
    "mute.read",
    "mute.write",
    "offline.access",
    "space.read",
    "timeline.read",
    "tweet.moderate.write",
    "tweet.read",
    "tweet.write",
    "users.email",
    "users.read",
    "users.write",
];

/// A request for consent that passed all checks.
pub(crate) struct Asked {
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
    /// Where the answer goes.
    pub(crate) back: String,
    pub(crate) params: Params,
    state: String,
    challenge: String,
}

/// Why there is no page to show. The person reads it; nobody is sent anywhere.
struct Refusal(&'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Html(pages::refused(self.0))).into_response()
    }
}

/// `GET`: shows the page.
pub(crate) async fn show(State(x): State<X>, RawQuery(query): RawQuery) -> Response {
    let state = x.state();
    match read(&state, query.as_deref()) {
        Ok(asked) => Html(pages::consent(&state, &asked)).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// `POST`: takes the decision and sends the browser back.
pub(crate) async fn decide(State(x): State<X>, RawQuery(query): RawQuery, form: Bytes) -> Response {
    let now = x.clock.now();
    let mut state = x.state();
    let asked = match read(&state, query.as_deref()) {
        Ok(asked) => asked,
        Err(refusal) => return refusal.into_response(),
    };
    let Ok(decision) = Params::parse(&form) else {
        return Refusal("A parameter was given more than once.").into_response();
    };
    let account = decision.find("user").and_then(|id| id.parse().ok());
    let account = account.filter(|id| state.visible(*id).is_some());
    match (decision.find("decision"), account) {
        (Some("cancel"), _) => {
            let answer = [("error", "access_denied"), ("state", &asked.state)];
            see_other(&redirect(&asked.back, &answer))
        }
        (Some("authorize"), Some(account)) => {
            let grant = Grant { client_id: asked.client_id, account, scopes: asked.scopes };
            let code = state.grants.issue_code(Code {
                grant,
                redirect_uri: asked.back.clone(),
                challenge: asked.challenge,
                issued_at: now,
            });
            see_other(&redirect(&asked.back, &[("state", &asked.state), ("code", &code)]))
        }
        (Some("authorize"), None) => Refusal("Pick an account first.").into_response(),
        _ => Refusal("Choose Authorize app or Cancel.").into_response(),
    }
}

/// Checks the request.
fn read(world: &World, query: Option<&str>) -> Result<Asked, Refusal> {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    let params = params.map_err(|Repeated(_)| Refusal("A parameter was given more than once."))?;
    let app = params.find("client_id").and_then(|id| world.apps.get(id));
    let app = app.ok_or(Refusal("There is no app with this client_id."))?;
    let back = params.find("redirect_uri").ok_or(Refusal("redirect_uri is missing."))?;
    if !app.allows(back) {
        return Err(Refusal("redirect_uri is not one of the callback URLs of the app, letter by letter."));
    }
    if params.find("response_type") != Some("code") {
        return Err(Refusal("response_type must be code."));
    }
    let state = params.find("state").ok_or(Refusal("state is missing."))?;
    if state.chars().count() > LONGEST_STATE {
        return Err(Refusal("state is longer than 500 characters."));
    }
    let challenge = pkce::challenge(&params).map_err(Refusal)?;
    Ok(Asked {
        client_id: app.client_id.clone(),
        scopes: scopes(params.find("scope"))?,
        back: back.to_owned(),
        state: state.to_owned(),
        challenge: challenge.ok_or(Refusal("code_challenge is missing."))?,
        params,
    })
}

/// The scopes asked for: at least one, all known, with spaces between them.
fn scopes(text: Option<&str>) -> Result<Vec<String>, Refusal> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in text.ok_or(Refusal("scope is missing."))?.split(' ') {
        if !SCOPES.contains(&scope) {
            return Err(Refusal("scope names something that does not exist."));
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    Ok(scopes)
}
