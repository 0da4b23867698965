//! `/login/oauth/authorize`: the consent page. Whoever looks at it picks which account they are.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::grants::{Code, Grant};
use super::state::{OAuthApp, State as World};
use super::{GitHub, pages};
use crate::html::see_other;
use crate::params::{Params, Repeated, redirect};
use crate::pkce;

/// The pseudo-scope that asks for an expiring token in this sign-in only.
const OFFLINE: &str = "offline_access";
/// Where GitHub explains the errors it sends back.
const HELP: &str = "https://docs.github.com/apps/managing-oauth-apps/\
                    troubleshooting-authorization-request-errors";

/// A request for consent that passed all checks.
pub(crate) struct Asked {
    pub(crate) app: OAuthApp,
    pub(crate) scopes: Vec<String>,
    /// Where the answer goes.
    pub(crate) back: String,
    pub(crate) params: Params,
    challenge: Option<String>,
    expiring: bool,
}

/// Why there is no page to show.
enum Refusal {
    /// The person reads it.
    Page(&'static str),
    /// The app reads it, at its first registered address.
    Back(Box<Response>),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Refusal::Page(why) => (StatusCode::BAD_REQUEST, Html(pages::refused(why))).into_response(),
            Refusal::Back(answer) => *answer,
        }
    }
}

/// `GET`: shows the page.
pub(crate) async fn show(State(github): State<GitHub>, RawQuery(query): RawQuery) -> Response {
    let state = github.state();
    match read(&state, query.as_deref(), b"") {
        Ok((asked, _)) => Html(pages::consent(&state, &asked)).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// `POST`: takes the decision and sends the browser back.
pub(crate) async fn decide(State(github): State<GitHub>, RawQuery(query): RawQuery, form: Bytes) -> Response {
    let now = github.clock.now();
    let mut state = github.state();
    let (asked, decision) = match read(&state, query.as_deref(), &form) {
        Ok(both) => both,
        Err(refusal) => return refusal.into_response(),
    };
    let account = decision.find("user").and_then(|id| id.parse().ok());
    let account = account.filter(|id| state.visible(*id).is_some());
    match (decision.find("decision"), account) {
        (Some("cancel"), _) => {
            let text = "The user has denied your application access.";
            back(&asked.back, &asked.params, "access_denied", text)
        }
        (Some("authorize"), Some(account)) => {
            let client_id = asked.app.client_id.clone();
            let code = state.grants.issue_code(Code {
                grant: Grant { client_id, account, scopes: asked.scopes },
                redirect_uri: asked.back.clone(),
                challenge: asked.challenge,
                expiring: asked.expiring,
                issued_at: now,
            });
            let mut answer = vec![("code", code.as_str())];
            answer.extend(asked.params.find("state").map(|state| ("state", state)));
            see_other(&redirect(&asked.back, &answer))
        }
        (Some("authorize"), None) => Refusal::Page("Pick an account first.").into_response(),
        _ => Refusal::Page("Choose Authorize or Cancel.").into_response(),
    }
}

/// Checks the request. The form's `user` and `decision` come back apart from it.
fn read(state: &World, query: Option<&str>, form: &[u8]) -> Result<(Asked, Params), Refusal> {
    let twice = |Repeated(_)| Refusal::Page("A parameter was given more than once.");
    let mut form = Params::parse(form).map_err(twice)?;
    let decision = ["user", "decision"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), form.remove(name)?)))
        .collect();
    let params = Params::parse(query.unwrap_or_default().as_bytes()).map_err(twice)?.or(form);
    let app = params.find("client_id").and_then(|id| state.apps.get(id));
    let app = app.ok_or(Refusal::Page("There is no app with this client_id."))?.clone();
    let first = app.redirect_uris.first().ok_or(Refusal::Page("The app has no callback URL."))?;
    let back_to = params.find("redirect_uri").unwrap_or(first).to_owned();
    if !app.allows(&back_to) {
        let text = "The redirect_uri MUST match the registered callback URL for this application.";
        return Err(Refusal::Back(Box::new(back(first, &params, "redirect_uri_mismatch", text))));
    }
    if !matches!(params.find("response_type"), None | Some("code")) {
        return Err(Refusal::Page("response_type must be code."));
    }
    if !matches!(params.find("prompt"), None | Some("select_account")) {
        return Err(Refusal::Page("prompt must be select_account."));
    }
    let challenge = pkce::challenge(&params).map_err(Refusal::Page)?;
    let (scopes, expiring) = scopes(params.find("scope"), app.expiring_tokens);
    Ok((Asked { app, scopes, back: back_to, params, challenge, expiring }, decision))
}

/// The scopes asked for, and whether the token is to expire.
fn scopes(text: Option<&str>, mut expiring: bool) -> (Vec<String>, bool) {
    let mut scopes: Vec<String> = Vec::new();
    for scope in text.unwrap_or_default().split([' ', ',']).filter(|scope| !scope.is_empty()) {
        if scope == OFFLINE {
            expiring = true;
        } else if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    (scopes, expiring)
}

/// Sends the browser back with an error.
fn back(uri: &str, params: &Params, error: &str, text: &str) -> Response {
    let mut answer = vec![("error", error), ("error_description", text), ("error_uri", HELP)];
    answer.extend(params.find("state").map(|state| ("state", state)));
    see_other(&redirect(uri, &answer))
}
