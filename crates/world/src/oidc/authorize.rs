//! `/authorize`: the consent page (OpenID Connect Core, section 3.1.2). Whoever looks at it picks
//! which account they are.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::client::Client;
use super::grants::{Code, Grant};
use super::lie::AnswerLie;
use super::state::State as World;
use super::{Oidc, pages};
use crate::html::see_other;
use crate::params::{Params, Repeated, redirect};
use crate::pkce;

/// The scopes that mean something here; others are ignored, as the specification wants.
const SCOPES: [&str; 5] = ["openid", "profile", "email", "groups", "offline_access"];
const PROMPTS: [&str; 4] = ["none", "login", "consent", "select_account"];

/// A request for consent that passed all checks.
pub(crate) struct Asked {
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
    /// Where the answer goes.
    pub(crate) back: String,
    pub(crate) params: Params,
    challenge: Option<String>,
}

/// Why there is no page to show.
enum Refusal {
    /// The person reads it: there is no address that the client is known to own.
    Page(&'static str),
    /// The client reads it.
    Back(Box<Response>),
}

/// An error for the client: code and text.
type Wrong = (&'static str, &'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Refusal::Page(why) => (StatusCode::BAD_REQUEST, Html(pages::refused(why))).into_response(),
            Refusal::Back(answer) => *answer,
        }
    }
}

/// `GET`: shows the page.
pub(crate) async fn show(State(oidc): State<Oidc>, RawQuery(query): RawQuery) -> Response {
    let state = oidc.state();
    match read(&oidc, &state, [query.unwrap_or_default().as_bytes(), b""]) {
        Ok((asked, _)) => Html(pages::consent(&oidc, &state, &asked)).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// `POST`: shows the page, or takes the decision and sends the browser back.
pub(crate) async fn decide(State(oidc): State<Oidc>, RawQuery(query): RawQuery, form: Bytes) -> Response {
    let mut state = oidc.state();
    let (asked, decision) = match read(&oidc, &state, [query.unwrap_or_default().as_bytes(), &form]) {
        Ok(both) => both,
        Err(refusal) => return refusal.into_response(),
    };
    let sub = decision.find("user").filter(|sub| state.accounts.contains_key(*sub));
    match (decision.find("decision"), sub) {
        (None, _) => Html(pages::consent(&oidc, &state, &asked)).into_response(),
        (Some("cancel"), _) => {
            let wrong = ("access_denied", "The person did not agree.");
            refuse(&oidc, &state, (&asked.back, &asked.params), wrong)
        }
        (Some("authorize"), Some(sub)) => {
            let code = issue(&oidc, &mut state, &asked, sub);
            answer(&oidc, &state, (&asked.back, &asked.params), &[("code", &code)])
        }
        (Some("authorize"), None) => Refusal::Page("Pick an account first.").into_response(),
        (Some(_), _) => Refusal::Page("Choose Allow or Cancel.").into_response(),
    }
}

fn issue(oidc: &Oidc, state: &mut World, asked: &Asked, sub: &str) -> String {
    let now = oidc.clock.now();
    let nonce = asked.params.find("nonce").map(str::to_owned);
    state.first_nonce = state.first_nonce.take().or_else(|| nonce.clone());
    state.grants.issue_code(Code {
        grant: Grant {
            client_id: asked.client_id.clone(),
            sub: sub.to_owned(),
            scopes: asked.scopes.clone(),
            auth_time: now,
        },
        redirect_uri: asked.back.clone(),
        challenge: asked.challenge.clone(),
        nonce,
        issued_at: now,
    })
}

/// Checks the request, which may be in query and form. The form's `user` and `decision` come back
/// apart from it.
fn read(oidc: &Oidc, state: &World, [query, form]: [&[u8]; 2]) -> Result<(Asked, Params), Refusal> {
    let twice = |Repeated(_)| Refusal::Page("A parameter was given more than once.");
    let mut form = Params::parse(form).map_err(twice)?;
    let decision = ["user", "decision"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), form.remove(name)?)))
        .collect();
    let params = Params::parse(query).map_err(twice)?.or(form);
    let client = params.find("client_id").and_then(|id| state.clients.get(id));
    let client = client.ok_or(Refusal::Page("There is no client with this client_id."))?;
    let back = params.find("redirect_uri").ok_or(Refusal::Page("redirect_uri is missing."))?.to_owned();
    if !client.redirect_uris.contains(&back) {
        return Err(Refusal::Page("This redirect_uri is not registered for the client."));
    }
    let challenge = check(client, &params)
        .map_err(|wrong| Refusal::Back(Box::new(refuse(oidc, state, (&back, &params), wrong))))?;
    let (client_id, scopes) = (client.client_id.clone(), scopes(&params));
    Ok((Asked { client_id, scopes, back, params, challenge }, decision))
}

/// Checks what the client may be told about. Returns the code challenge.
fn check(client: &Client, params: &Params) -> Result<Option<String>, Wrong> {
    match params.find("response_type") {
        Some("code") => {}
        Some(_) => return Err(("unsupported_response_type", "response_type must be code.")),
        None => return Err(("invalid_request", "response_type is missing.")),
    }
    if params.find("response_mode").is_some_and(|mode| mode != "query") {
        return Err(("invalid_request", "response_mode must be query."));
    }
    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if params.find(name).is_some() {
            return Err((error, "Send the parameters themselves."));
        }
    }
    if !words(params, "scope").any(|scope| scope == "openid") {
        return Err(("invalid_scope", "scope must have openid."));
    }
    let challenge = pkce::challenge(params).map_err(|text| ("invalid_request", text))?;
    if challenge.is_none() && client.require_pkce {
        return Err(("invalid_request", "code_challenge is missing."));
    }
    check_prompt(params)?;
    Ok(challenge)
}

fn check_prompt(params: &Params) -> Result<(), Wrong> {
    if params.find("max_age").is_some_and(|age| age.parse::<u32>().is_err()) {
        return Err(("invalid_request", "max_age must be a number of seconds."));
    }
    let prompts: Vec<_> = words(params, "prompt").collect();
    if prompts.iter().any(|prompt| !PROMPTS.contains(prompt)) {
        return Err(("invalid_request", "prompt has a value that is not supported."));
    }
    match prompts.contains(&"none") {
        true if prompts.len() > 1 => Err(("invalid_request", "prompt has none beside another value.")),
        true => Err(("login_required", "Nobody is signed in.")),
        false => Ok(()),
    }
}

/// The scopes that count. Offline access is only given to those who ask for consent (section 11).
fn scopes(params: &Params) -> Vec<String> {
    let consent = words(params, "prompt").any(|prompt| prompt == "consent");
    let counts = |scope: &&str| words(params, "scope").any(|asked| asked == *scope);
    let allowed = |scope: &&str| *scope != "offline_access" || consent;
    SCOPES.into_iter().filter(counts).filter(allowed).map(str::to_owned).collect()
}

fn words<'a>(params: &'a Params, name: &str) -> impl Iterator<Item = &'a str> {
    params.find(name).unwrap_or_default().split(' ').filter(|word| !word.is_empty())
}

/// Where an answer goes, and the request it answers.
type Return<'a> = (&'a str, &'a Params);

/// Sends the browser back with an error.
fn refuse(oidc: &Oidc, state: &World, back: Return<'_>, (error, text): Wrong) -> Response {
    answer(oidc, state, back, &[("error", error), ("error_description", text)])
}

/// Sends the browser back with these parameters, the client's state and the issuer (RFC 9207).
fn answer(oidc: &Oidc, state: &World, (uri, params): Return<'_>, pairs: &[(&str, &str)]) -> Response {
    let mut pairs = pairs.to_vec();
    pairs.extend(params.find("state").map(|state| ("state", state)));
    let other = state.tells(AnswerLie::IssuerOther);
    let issuer = ("iss", if other { "https://elsewhere.example" } else { oidc.issuer() });
    if !state.tells(AnswerLie::IssuerMissing) {
        pairs.push(issuer);
    }
    if state.tells(AnswerLie::IssuerTwice) {
        pairs.push(issuer);
    }
    see_other(&redirect(uri, &pairs))
}
