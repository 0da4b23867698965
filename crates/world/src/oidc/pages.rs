//! Pages for a person: consent, all accounts, an account's settings.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Oidc;
use super::account::Account;
use super::authorize::Asked;
use super::state::State as World;
use crate::html::{Page, escape, initial, see_other};
use crate::params::Params;

fn page(title: &str, body: &str) -> String {
    Page { site: "OpenID", title, body, watch: false }.html()
}

/// Asks which account it is and whether the client may have what it asks for.
pub(crate) fn consent(oidc: &Oidc, state: &World, asked: &Asked) -> String {
    let client = escape(&asked.client_id);
    let hinted = asked.params.find("login_hint");
    let hinted = state.accounts.values().find(|account| hinted == Some(&account.username));
    let chosen = hinted.or(state.accounts.values().next()).map(|account| account.sub.as_str());
    let choices = state.accounts.values().map(|account| choice(account, chosen));
    let body = format!(
        "<div class=\"narrow\"><h1>Sign in to {client}</h1>\
         <form method=\"post\" action=\"{}/authorize?{}\">\
         <h2>Which account?</h2><div role=\"radiogroup\" aria-label=\"Which account?\">{}</div>\
         <div class=\"card\"><h3>What it may know</h3><p>{}</p>\
         <p class=\"faint\">You go back to {}.</p></div>\
         <div class=\"buttons wide\"><button name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"main\" name=\"decision\" value=\"authorize\">Allow</button></div></form></div>",
        escape(&oidc.prefix),
        escape(&asked.params.encode()),
        choices.collect::<String>(),
        escape(&asked.scopes.join(", ")),
        escape(&asked.back)
    );
    page("Sign in", &body)
}

fn choice(account: &Account, chosen: Option<&str>) -> String {
    let checked = if chosen == Some(&account.sub) { " checked" } else { "" };
    format!(
        "<label class=\"pick\"><input type=\"radio\" name=\"user\" value=\"{}\"{checked}>\
         <span class=\"mark\">{}</span>{}</label>",
        escape(&account.sub),
        initial(&account.username),
        escape(&account.username)
    )
}

/// Says what is wrong with a request for consent.
pub(crate) fn refused(why: &str) -> String {
    let body = format!(
        "<div class=\"narrow card\"><h1>This request is not valid</h1><p class=\"bad\">{}</p></div>",
        escape(why)
    );
    page("Invalid request", &body)
}

/// `GET /`: all accounts.
pub(crate) async fn home(State(oidc): State<Oidc>) -> Html<String> {
    let row = |account: &Account| {
        format!(
            "<li class=\"card row\"><span class=\"mark\">{}</span><div><a href=\"{}\">{}</a>\
             <p class=\"faint\">{}</p></div></li>",
            initial(&account.username),
            escape(&place(&oidc, account)),
            escape(&account.username),
            escape(&if account.groups.is_empty() { "no groups".into() } else { account.groups.join(", ") })
        )
    };
    let rows: String = oidc.state().accounts.values().map(row).collect();
    let body = format!(
        "<h1>A small OpenID provider</h1><p>Pick an account to change what it says; applications see it \
         at their next look.</p><p class=\"faint\">Issuer: {}</p><h2>Accounts</h2><ul>{rows}</ul>",
        escape(oidc.issuer())
    );
    Html(page("Accounts", &body))
}

/// The path of an account's settings.
fn place(oidc: &Oidc, account: &Account) -> String {
    format!("{}/settings/{}", oidc.prefix, utf8_percent_encode(&account.sub, NON_ALPHANUMERIC))
}

/// `GET /settings/{sub}`.
pub(crate) async fn settings(State(oidc): State<Oidc>, Path(sub): Path<String>) -> Response {
    match oidc.state().accounts.get(&sub) {
        Some(account) => Html(form(&oidc, account, "")).into_response(),
        None => missing(),
    }
}

/// `POST /settings/{sub}` with `name`, `email_verified` and `groups`, one a line.
pub(crate) async fn save(State(oidc): State<Oidc>, Path(sub): Path<String>, body: Bytes) -> Response {
    let mut state = oidc.state();
    let Some(account) = state.accounts.get(&sub).cloned() else {
        return missing();
    };
    let changed = Params::parse(&body).map_err(|_| "A field was given twice.").and_then(|params| {
        let groups = params.find("groups").unwrap_or_default().lines().map(str::trim);
        Ok(Account {
            name: params.find("name").unwrap_or_default().trim().to_owned(),
            email_verified: match params.find("email_verified") {
                Some("yes") => true,
                Some("no") => false,
                Some(_) | None => return Err("Say whether the e-mail address is verified."),
            },
            groups: groups.filter(|group| !group.is_empty()).map(str::to_owned).collect(),
            updated_at: oidc.clock.now(),
            ..account.clone()
        })
    });
    match changed {
        Ok(changed) => {
            let place = place(&oidc, &changed);
            state.accounts.insert(sub, changed);
            see_other(&place)
        }
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, Html(form(&oidc, &account, why))).into_response(),
    }
}

fn missing() -> Response {
    let body = "<h1>Unknown account</h1><p>There is no such account here.</p>";
    (StatusCode::NOT_FOUND, Html(page("Unknown account", body))).into_response()
}

/// The settings form; `why` names a mistake in the last one.
fn form(oidc: &Oidc, account: &Account, why: &str) -> String {
    let why = if why.is_empty() { String::new() } else { format!("<p class=\"bad\">{}</p>", escape(why)) };
    let chosen = |yes: bool| if yes == account.email_verified { " selected" } else { "" };
    let body = format!(
        "<div class=\"narrow\"><div class=\"row\"><span class=\"mark\">{}</span>\
         <div><h1>{username}</h1><p class=\"faint\">{}</p></div></div>\
         <form class=\"card\" method=\"post\" action=\"{}\">{why}\
         <label class=\"field\">Name<input name=\"name\" value=\"{}\"></label>\
         <label class=\"field\">E-mail address verified<select name=\"email_verified\">\
         <option value=\"yes\"{}>Yes</option><option value=\"no\"{}>No</option></select></label>\
         <label class=\"field\">Groups, one a line<textarea name=\"groups\" rows=\"5\">\n{}</textarea></label>\
         <div class=\"buttons wide\"><button class=\"main\">Save</button></div></form>\
         <p><a href=\"{}/\">All accounts</a></p></div>",
        initial(&account.username),
        escape(&account.email),
        escape(&place(oidc, account)),
        escape(&account.name),
        chosen(true),
        chosen(false),
        escape(&account.groups.join("\n")),
        escape(&oidc.prefix),
        username = escape(&account.username)
    );
    page(&account.username, &body)
}
