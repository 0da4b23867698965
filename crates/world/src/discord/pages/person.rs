//! `/people/{user}`: a person's authorized apps, and the button that takes consent back.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::super::Discord;
use super::super::state::State as World;
use super::page;
use crate::html::{escape, see_other};
use crate::params::Params;

pub(super) async fn show(State(discord): State<Discord>, Path(user): Path<u64>) -> Response {
    let state = discord.state();
    let Some(name) = state.people.get(&user) else {
        let body = "<h1>Unknown person</h1><p>There is nobody with this id here.</p>";
        return (StatusCode::NOT_FOUND, Html(page("Unknown person", body))).into_response();
    };
    let authorized = state.grants.authorized().filter(|(_, whose)| *whose == user);
    let apps: String = authorized.map(|(application, _)| app(&state, application, user)).collect();
    let apps = if apps.is_empty() { "<p class=\"faint\">None.</p>".into() } else { apps };
    let body = format!("<h1>{}</h1><h2>Authorized apps</h2><ul>{apps}</ul>", escape(name));
    Html(page(name, &body)).into_response()
}

/// One authorized app with its button.
fn app(state: &World, application: u64, user: u64) -> String {
    let scopes = state.grants.consents(application, user).into_iter().collect::<Vec<_>>();
    format!(
        "<li class=\"card\"><h3>{}</h3><p class=\"faint\">may use: {}</p>\
         <form class=\"buttons\" method=\"post\" action=\"/people/{user}/deauthorize\">\
         <button name=\"application\" value=\"{application}\">Deauthorize</button></form></li>",
        escape(state.name(application).unwrap_or("?")),
        escape(&scopes.join(", "))
    )
}

/// `POST /people/{user}/deauthorize` with `application`.
pub(super) async fn deauthorize(
    State(discord): State<Discord>,
    Path(user): Path<u64>,
    form: Bytes,
) -> Response {
    let form = Params::parse(&form).unwrap_or_default();
    let application = form.find("application").and_then(|text| text.parse().ok());
    let Some(application) = application else {
        return (StatusCode::BAD_REQUEST, "application: a number is needed").into_response();
    };
    discord.deauthorize(application, user);
    see_other(&format!("/people/{user}"))
}
