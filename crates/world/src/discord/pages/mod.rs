//! Pages for a person: consent, servers, people.

mod consent;
mod home;
mod person;
mod server;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use consent::{consent, refused};

use super::Discord;
use super::role::Role;
use crate::html::{Page, escape};

/// The site's name on its pages.
const SITE: &str = "Discord";

/// The watching pages.
pub(crate) fn routes() -> Router<Discord> {
    Router::new()
        .route("/", get(home::show))
        .route("/servers/{guild}", get(server::show))
        .route("/servers/{guild}/claim", post(server::claim))
        .route("/people/{user}", get(person::show))
        .route("/people/{user}/deauthorize", post(person::deauthorize))
}

/// A page that stays as it is.
fn page(title: &str, body: &str) -> String {
    Page {
        site: SITE,
        title,
        body,
        watch: false,
    }
    .html()
}

/// A role with its colour.
fn chip(role: &Role) -> String {
    let (name, color) = (escape(&role.name), role.color);
    let paint = if color == 0 {
        String::new()
    } else {
        format!(" style=\"background:#{color:06x}\"")
    };
    format!("<span class=\"chip\"><span class=\"dot\"{paint}></span>{name}</span>")
}
