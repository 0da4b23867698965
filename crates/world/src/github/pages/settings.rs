//! `/settings/{login}`: the numbers an account shows.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use time::Date;
use time::macros::format_description;

use super::{day, doings, missing, page};
use crate::Millis;
use crate::github::GitHub;
use crate::github::account::Account;
use crate::github::state::State as World;
use crate::html::{escape, initial, see_other};
use crate::params::Params;

/// `GET /settings/{login}`.
pub(super) async fn show(State(github): State<GitHub>, Path(login): Path<String>) -> Response {
    let state = github.state();
    match state.by_login(&login) {
        Some(account) => Html(form(&state, account, "")).into_response(),
        None => missing(),
    }
}

/// `POST /settings/{login}` with `followers`, `following`, `public_repos`, `created`, and where they
/// are to change, `contributions` and `private_contributions`.
pub(super) async fn save(State(github): State<GitHub>, Path(login): Path<String>, body: Bytes) -> Response {
    let mut state = github.state();
    let Some(account) = state.by_login(&login).cloned() else {
        return missing();
    };
    let changed = Params::parse(&body).map_err(|_| "A field was given twice.").and_then(|params| {
        let number = |name| params.find(name).and_then(|text| text.parse::<u32>().ok()).map(u64::from);
        let or_now = |name, now| match params.find(name) {
            Some(_) => number(name).ok_or("Contributions must be a whole number."),
            None => Ok(now),
        };
        Ok(Account {
            followers: number("followers").ok_or("Followers must be a whole number.")?,
            following: number("following").ok_or("Following must be a whole number.")?,
            public_repos: number("public_repos").ok_or("Repositories must be a whole number.")?,
            contributions: or_now("contributions", account.contributions)?,
            private_contributions: or_now("private_contributions", account.private_contributions)?,
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
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, Html(form(&state, &account, why))).into_response(),
    }
}

/// The settings form; `why` names a mistake in the last one.
fn form(state: &World, account: &Account, why: &str) -> String {
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
         <form class=\"card\" method=\"post\" action=\"/settings/{login}\">{why}{}{}{}{}{}\
         <label class=\"field\">Created<input name=\"created\" type=\"date\" required value=\"{}\"></label>\
         <div class=\"buttons wide\"><button class=\"main\">Save</button></div></form>\
         {}<p><a href=\"/\">All accounts</a></p></div>",
        initial(&account.login),
        number("followers", "Followers", account.followers),
        number("following", "Following", account.following),
        number("public_repos", "Public repositories", account.public_repos),
        number("contributions", "Contributions in the last year", account.contributions),
        number("private_contributions", "Private contributions", account.private_contributions),
        day(account.created_at),
        doings::cards(state, account)
    );
    page(&account.login, &body)
}

fn read_day(text: &str) -> Option<Millis> {
    let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    Some(date.midnight().assume_utc().unix_timestamp() * 1000)
}
