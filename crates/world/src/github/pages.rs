//! Pages for a person: consent, all accounts, an account's settings.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::GitHub;
use super::account::Account;
use super::authorize::Asked;
use super::state::State as World;
use crate::Millis;
use crate::html::{Page, escape, initial, see_other};
use crate::params::Params;

/// The pages beside the consent page.
pub(crate) fn routes() -> Router<GitHub> {
    Router::new().route("/", get(home)).route("/settings/{login}", get(settings).post(save))
}

fn page(title: &str, body: &str) -> String {
    Page { site: "GitHub", title, body, watch: false }.html()
}

/// Asks which account it is and whether the app may have what it asks for.
pub(crate) fn consent(state: &World, asked: &Asked) -> String {
    let app = escape(&asked.app.client_id);
    let accounts: String =
        state.all_visible().enumerate().map(|(n, account)| choice(account, n == 0)).collect();
    let scopes: Vec<_> = asked.scopes.iter().map(|scope| escape(scope)).collect();
    let wish = if scopes.is_empty() { "public data only".to_owned() } else { scopes.join(", ") };
    let query = escape(&asked.params.encode());
    let body = format!(
        "<div class=\"narrow\"><h1>Authorize {app}</h1>\
         <form method=\"post\" action=\"/login/oauth/authorize?{query}\">\
         <h2>Which account?</h2><div role=\"radiogroup\" aria-label=\"Which account?\">{accounts}</div>\
         <div class=\"card\"><h3>What the app may read</h3><p>{wish}</p>\
         <p class=\"faint\">You go back to {}.</p></div>\
         <div class=\"buttons wide\"><button name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"main\" name=\"decision\" value=\"authorize\">Authorize</button></div></form></div>",
        escape(&asked.back)
    );
    page("Authorize application", &body)
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

async fn settings(State(github): State<GitHub>, Path(login): Path<String>) -> Response {
    let state = github.state();
    match state.by_login(&login) {
        Some(account) => Html(form(account, "")).into_response(),
        None => missing(),
    }
}

/// `POST /settings/{login}` with `followers`, `following`, `public_repos`, `created`.
async fn save(State(github): State<GitHub>, Path(login): Path<String>, body: Bytes) -> Response {
    let mut state = github.state();
    let Some(account) = state.by_login(&login).cloned() else {
        return missing();
    };
    let changed = Params::parse(&body).map_err(|_| "A field was given twice.").and_then(|params| {
        let number = |name| params.find(name).and_then(|text| text.parse::<u32>().ok()).map(u64::from);
        Ok(Account {
            followers: number("followers").ok_or("Followers must be a whole number.")?,
            following: number("following").ok_or("Following must be a whole number.")?,
            public_repos: number("public_repos").ok_or("Repositories must be a whole number.")?,
            created_at: match params.find("created") {
                Some(text) if text == day(account.created_at) => account.created_at,
                text => text.and_then(read_day).ok_or("Created must be a date.")?,
            },
            ..account.clone()
        })
    });
    match changed {
        Ok(changed) => {
            let place = format!("/settings/{}", changed.login);
            state.accounts.insert(changed.id, changed);
            see_other(&place)
        }
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, Html(form(&account, why))).into_response(),
    }
}

fn missing() -> Response {
    let body = "<h1>Unknown account</h1><p>There is no such account here.</p>";
    (StatusCode::NOT_FOUND, Html(page("Unknown account", body))).into_response()
}

/// The settings form; `why` names a mistake in the last one.
fn form(account: &Account, why: &str) -> String {
    let login = escape(&account.login);
    let number = |name: &str, label: &str, value: u64| {
        format!(
            "<label class=\"field\">{label}<input name=\"{name}\" type=\"number\" min=\"0\" \
             max=\"4294967295\" required value=\"{value}\"></label>"
        )
    };
    let why = if why.is_empty() { String::new() } else { format!("<p class=\"bad\">{}</p>", escape(why)) };
    let body = format!(
        "<div class=\"narrow\"><div class=\"row\"><span class=\"mark\">{}</span><div><h1>{login}</h1></div></div>\
         <form class=\"card\" method=\"post\" action=\"/settings/{login}\">{why}{}{}{}\
         <label class=\"field\">Created<input name=\"created\" type=\"date\" required value=\"{}\"></label>\
         <div class=\"buttons wide\"><button class=\"main\">Save</button></div></form>\
         <p><a href=\"/\">All accounts</a></p></div>",
        initial(&account.login),
        number("followers", "Followers", account.followers),
        number("following", "Following", account.following),
        number("public_repos", "Public repositories", account.public_repos),
        day(account.created_at)
    );
    page(&account.login, &body)
}

fn day(at: Millis) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at.div_euclid(1000));
    let date = moment.unwrap_or(OffsetDateTime::UNIX_EPOCH).date();
    date.format(format_description!("[year]-[month]-[day]")).unwrap_or_default()
}

fn read_day(text: &str) -> Option<Millis> {
    let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    Some(date.midnight().assume_utc().unix_timestamp() * 1000)
}
