//! Pages for a person: consent, all accounts, an account's settings.

mod doings;
mod settings;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use time::OffsetDateTime;
use time::macros::format_description;

use super::GitHub;
use super::account::Account;
use super::apps::Registered;
use super::authorize::{Asked, KEEP_BACK};
use super::state::State as World;
use crate::Millis;
use crate::html::{Page, escape, initial};

/// The pages beside the consent page.
pub(crate) fn routes() -> Router<GitHub> {
    Router::new()
        .route("/", get(home))
        .route("/settings/{login}", get(settings::show).post(settings::save))
        .route("/settings/{login}/stars", post(doings::stars))
        .route("/settings/{login}/organizations", post(doings::organizations))
        .route("/settings/{login}/applications", post(doings::applications))
}

fn page(title: &str, body: &str) -> String {
    Page { site: "GitHub", title, body, watch: false }.html()
}

/// Asks which account it is and whether the app may have what it asks for.
pub(crate) fn consent(state: &World, asked: &Asked) -> String {
    let app = escape(asked.app.client_id());
    let accounts: String =
        state.all_visible().enumerate().map(|(n, account)| choice(account, n == 0)).collect();
    let wish = wish(asked);
    let query = escape(&asked.params.encode());
    let body = format!(
        "<div class=\"narrow\"><h1>Authorize {app}</h1>\
         <form method=\"post\" action=\"/login/oauth/authorize?{query}\">\
         <h2>Which account?</h2><div role=\"radiogroup\" aria-label=\"Which account?\">{accounts}</div>\
         <div class=\"card\"><h3>What the app may read</h3>{wish}\
         <p class=\"faint\">You go back to {}.</p></div>\
         <div class=\"buttons wide\"><button name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"main\" name=\"decision\" value=\"authorize\">Authorize</button></div></form></div>",
        escape(&asked.back)
    );
    page("Authorize application", &body)
}

/// The scopes asked for, each to be kept back.
fn wish(asked: &Asked) -> String {
    if let Registered::App(_) = asked.app {
        return "<p>Public data, and memberships where the app is installed.</p>".to_owned();
    }
    if asked.scopes.is_empty() {
        return "<p>Public data, and what you have allowed this app before.</p>".to_owned();
    }
    let row = |scope: &String| {
        let scope = escape(scope);
        format!(
            "<li class=\"row\"><div>{scope}</div><label>Keep back <input type=\"checkbox\" \
             aria-label=\"Keep back {scope}\" name=\"{KEEP_BACK}{scope}\" value=\"on\"></label></li>"
        )
    };
    let rows: String = asked.scopes.iter().map(row).collect();
    format!("<ul>{rows}</ul>")
}

fn choice(account: &Account, checked: bool) -> String {
    let checked = if checked { " checked" } else { "" };
    format!(
        "<label class=\"pick\"><input type=\"radio\" name=\"user\" value=\"{}\"{checked}>\
         <span class=\"mark\">{}</span>{}</label>",
        account.id,
        initial(&account.login),
        escape(&account.login)
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

async fn home(State(github): State<GitHub>) -> Html<String> {
    let state = github.state();
    let row = |account: &Account| {
        let login = escape(&account.login);
        format!(
            "<li class=\"card row\"><span class=\"mark\">{}</span><div><a href=\"/settings/{login}\">{login}</a>\
             <p class=\"faint\">{} followers, {} public repositories, since {}</p></div></li>",
            initial(&account.login),
            account.followers,
            account.public_repos,
            day(account.created_at)
        )
    };
    let rows: String = state.all_visible().map(row).collect();
    let body = format!(
        "<h1>A small GitHub</h1><p>Pick an account to change what it shows; applications see it at \
         their next look.</p><h2>Accounts</h2><ul>{rows}</ul>"
    );
    Html(page("Accounts", &body))
}

/// The page of an account that is not there.
fn missing() -> Response {
    let body = "<h1>Unknown account</h1><p>There is no such account here.</p>";
    (StatusCode::NOT_FOUND, Html(page("Unknown account", body))).into_response()
}

fn day(at: Millis) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at.div_euclid(1000));
    let date = moment.unwrap_or(OffsetDateTime::UNIX_EPOCH).date();
    date.format(format_description!("[year]-[month]-[day]")).unwrap_or_default()
}
