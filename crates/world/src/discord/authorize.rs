//! `/oauth2/authorize`: the consent page.
//!
//! The stand-in knows no sign-in of its own: whoever looks at the page picks who they are. A
//! request that is wrong ends on an error page; nobody is sent to an address nobody registered.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use super::Discord;
use super::application::Application;
use super::grants::{Code, Consent};
use super::state::State as World;
use super::{pages, scopes};
use crate::html::{see_other, with_cookie};
use crate::params::{Params, Repeated, redirect};
use crate::pkce;

/// The cookie that remembers who was picked last.
pub(crate) const PERSON: &str = "discord_person";

/// A request for consent that passed all checks.
pub(crate) struct Asked {
    pub(crate) application: Application,
    pub(crate) scopes: Vec<String>,
    /// Where the answer goes.
    pub(crate) back: String,
    pub(crate) params: Params,
    challenge: Option<String>,
}

/// `GET`: shows the page, or the error page.
pub(crate) async fn show(
    State(discord): State<Discord>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let state = discord.state();
    let asked = match read(&state, query.as_deref(), b"") {
        Ok((asked, _)) => asked,
        Err(problem) => return refused(&problem),
    };
    let last = crate::html::cookie(&headers, PERSON).and_then(|id| id.parse().ok());
    let granted = last.filter(|user| {
        let consents = state.grants.consents(asked.application.id, *user);
        asked.scopes.iter().all(|scope| consents.contains(scope))
    });
    if let Some(user) = granted.filter(|_| asked.params.find("prompt") == Some("none")) {
        drop(state);
        return allow(&discord, asked, user);
    }
    Html(pages::consent(&state, &asked, last)).into_response()
}

/// `POST`: takes the decision and sends the browser back.
pub(crate) async fn decide(
    State(discord): State<Discord>,
    RawQuery(query): RawQuery,
    form: axum::body::Bytes,
) -> Response {
    let read = read(&discord.state(), query.as_deref(), &form);
    let (asked, decision) = match read {
        Ok(both) => both,
        Err(problem) => return refused(&problem),
    };
    let user = decision.find("user").and_then(|user| user.parse().ok());
    match (decision.find("decision"), user) {
        (Some("cancel"), _) => deny(&asked),
        (Some("authorize"), Some(user)) if discord.state().people.contains_key(&user) => {
            with_cookie(allow(&discord, asked, user), PERSON, &user.to_string())
        }
        (Some("authorize"), _) => refused("Pick who you are, then choose Authorize."),
        _ => refused("Choose Authorize or Cancel."),
    }
}

/// Checks the request. The form's `user` and `decision` come back apart from it.
fn read(state: &World, query: Option<&str>, form: &[u8]) -> Result<(Asked, Params), String> {
    let twice = |Repeated(name)| format!("{name}: given more than once");
    let mut form = Params::parse(form).map_err(twice)?;
    let decision = ["user", "decision"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), form.remove(name)?)))
        .collect();
    let params = Params::parse(query.unwrap_or_default().as_bytes()).map_err(twice)?.or(form);
    let id = params.find("client_id").ok_or("client_id: this field is required")?;
    let registered = id.parse().ok().and_then(|id: u64| state.applications.get(&id));
    let application = registered.ok_or("Unknown Application")?.application.clone();
    let known = &application.redirect_uris;
    let back = match params.find("redirect_uri") {
        Some(uri) => known.iter().find(|known| *known == uri),
        None => known.first(),
    };
    let back = back.ok_or("Invalid OAuth2 redirect_uri")?.clone();
    match params.find("response_type") {
        Some("code") => {}
        Some(_) => return Err("response_type: must be code".into()),
        None => return Err("response_type: this field is required".into()),
    }
    let scopes = scopes::read(params.find("scope"))?;
    if scopes.iter().any(|scope| scope == "bot" || scope == "webhook.incoming") {
        return Err("This stand-in installs no bots and webhooks here; its scenario does".into());
    }
    let challenge = pkce::challenge(&params)?;
    if !matches!(params.find("prompt"), None | Some("none" | "consent")) {
        return Err("prompt: must be none or consent".into());
    }
    Ok((Asked { application, scopes, back, params, challenge }, decision))
}

fn refused(problem: &str) -> Response {
    (StatusCode::BAD_REQUEST, Html(pages::refused(problem))).into_response()
}

/// Issues a code and sends the browser back with it.
fn allow(discord: &Discord, asked: Asked, user: u64) -> Response {
    let code = Code {
        consent: Consent { application: asked.application.id, user, scopes: asked.scopes },
        redirect_uri: asked.back.clone(),
        named: asked.params.find("redirect_uri").is_some(),
        challenge: asked.challenge,
        issued_at: discord.clock.now(),
    };
    let code = discord.state().grants.issue_code(code);
    let mut answer = vec![("code", code.as_str())];
    answer.extend(asked.params.find("state").map(|state| ("state", state)));
    see_other(&redirect(&asked.back, &answer))
}

fn deny(asked: &Asked) -> Response {
    let text = "The resource owner or authorization server denied the request";
    let mut answer = vec![("error", "access_denied"), ("error_description", text)];
    answer.extend(asked.params.find("state").map(|state| ("state", state)));
    see_other(&redirect(&asked.back, &answer))
}
