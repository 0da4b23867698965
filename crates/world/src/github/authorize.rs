//! `/login/oauth/authorize`: the consent page. Whoever looks at it picks which account they are.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::apps::Registered;
use super::grants::{Code, Grant, Kind};
use super::state::State as World;
use super::{GitHub, pages};
use crate::html::see_other;
use crate::params::{Params, Repeated, redirect};
use crate::pkce;

/// The pseudo-scope that asks for an expiring token in this sign-in only.
const OFFLINE: &str = "offline_access";
/// Opens the form field that keeps a scope back.
pub(crate) const KEEP_BACK: &str = "keep_back:";
/// Scopes that others hold in them ("Scopes for `OAuth` apps", "Normalized scopes").
const INCLUDED: [(&str, &[&str]); 4] = [
    ("user", &["read:user", "user:email", "user:follow"]),
    ("admin:org", &["write:org", "read:org"]),
    ("write:org", &["read:org"]),
    ("repo", &["public_repo"]),
];
/// Where GitHub explains the errors it sends back.
const HELP: &str = "https://docs.github.com/apps/managing-oauth-apps/\
                    troubleshooting-authorization-request-errors";

/// A request for consent that passed all checks.
pub(crate) struct Asked {
    pub(crate) app: Registered,
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
            let grant = grant(&state, &asked, account);
            let code = state.grants.issue_code(Code {
                grant,
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

/// What the person grants: the scopes that they do not keep back, and without any asked for, those
/// that the app has had before. A GitHub App has no scopes.
fn grant(state: &World, asked: &Asked, account: u64) -> Grant {
    let client_id = asked.app.client_id().to_owned();
    let (kind, scopes) = match &asked.app {
        Registered::App(_) => (Kind::App, Vec::new()),
        Registered::OAuth(_) if asked.scopes.is_empty() => {
            (Kind::OAuth, state.grants.scopes(account, &client_id))
        }
        Registered::OAuth(_) => {
            let kept_back = |scope: &&String| asked.params.find(&format!("{KEEP_BACK}{scope}")).is_some();
            (Kind::OAuth, asked.scopes.iter().filter(|scope| !kept_back(scope)).cloned().collect())
        }
    };
    Grant { client_id, kind, account, scopes }
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
    let first = app.first_redirect().ok_or(Refusal::Page("The app has no callback URL."))?.to_owned();
    let back_to = params.find("redirect_uri").unwrap_or(&first).to_owned();
    if !app.allows(&back_to) {
        let text = "The redirect_uri MUST match the registered callback URL for this application.";
        return Err(Refusal::Back(Box::new(back(&first, &params, "redirect_uri_mismatch", text))));
    }
    if !matches!(params.find("response_type"), None | Some("code")) {
        return Err(Refusal::Page("response_type must be code."));
    }
    if !matches!(params.find("prompt"), None | Some("select_account")) {
        return Err(Refusal::Page("prompt must be select_account."));
    }
    let challenge = pkce::challenge(&params).map_err(Refusal::Page)?;
    let (scopes, expiring) = match app {
        Registered::OAuth(_) => scopes(params.find("scope"), app.expiring_tokens()),
        Registered::App(_) => (Vec::new(), app.expiring_tokens()),
    };
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
    for (whole, parts) in INCLUDED {
        if scopes.iter().any(|scope| scope == whole) {
            scopes.retain(|scope| !parts.contains(&scope.as_str()));
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
