//! Pages for a person: sign-in, all accounts, an account's settings.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::Steam;
use super::account::{Account, Game};
use super::openid::Asked;
use super::state::State as World;
use crate::form::{self, Mistake, day_field, number_field, switch_field};
use crate::html::{Page, escape, initial, see_other};
use crate::params::Params;

/// The pages beside the sign-in page.
pub(crate) fn routes() -> Router<Steam> {
    Router::new().route("/", get(home)).route("/settings/{id}", get(settings).post(save))
}

fn page(title: &str, body: &str) -> String {
    Page { site: "Steam", title, body, watch: false }.html()
}

/// Asks which account it is and whether the site may know.
pub(crate) fn sign_in(state: &World, asked: &Asked) -> String {
    let accounts: String =
        state.accounts.values().enumerate().map(|(n, account)| choice(account, n == 0)).collect();
    let (realm, query) = (escape(&asked.realm), escape(&asked.params.encode()));
    let body = format!(
        "<div class=\"narrow\"><h1>Sign in to {realm} with your Steam account</h1>\
         <form method=\"post\" action=\"/openid/login/decide?{query}\">\
         <h2>Which account?</h2><div role=\"radiogroup\" aria-label=\"Which account?\">{accounts}</div>\
         <div class=\"card\"><h3>What the site learns</h3><p>Your SteamID, and nothing else.</p>\
         <p class=\"faint\">You go back to {}.</p></div>\
         <div class=\"buttons wide\"><button name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"main\" name=\"decision\" value=\"allow\">Sign in</button></div></form></div>",
        escape(&asked.return_to)
    );
    page("Sign in", &body)
}

fn choice(account: &Account, checked: bool) -> String {
    let checked = if checked { " checked" } else { "" };
    format!(
        "<label class=\"pick\"><input type=\"radio\" name=\"user\" value=\"{}\"{checked}>\
         <span class=\"mark\">{}</span>{}</label>",
        account.id,
        initial(&account.name),
        escape(&account.name)
    )
}

/// Says what is wrong with a request to sign in.
pub(crate) fn refused(why: &str) -> String {
    let body = format!(
        "<div class=\"narrow card\"><h1>This request is not valid</h1><p class=\"bad\">{}</p></div>",
        escape(why)
    );
    page("Invalid request", &body)
}

async fn home(State(steam): State<Steam>) -> Html<String> {
    let row = |account: &Account| {
        format!(
            "<li class=\"card row\"><span class=\"mark\">{}</span><div><a href=\"/settings/{}\">{}</a>\
             <p class=\"faint\">level {}, {} games, profile {}, game details {}</p></div></li>",
            initial(&account.name),
            account.id,
            escape(&account.name),
            account.level,
            account.games.len(),
            privacy(account.visible),
            privacy(account.games_visible)
        )
    };
    let rows: String = steam.state().accounts.values().map(row).collect();
    let body = format!(
        "<h1>A small Steam</h1><p>Pick an account to change what it shows; sites see it at their \
         next look.</p><h2>Accounts</h2><ul>{rows}</ul>"
    );
    Html(page("Accounts", &body))
}

fn privacy(visible: bool) -> &'static str {
    if visible { "public" } else { "private" }
}

async fn settings(State(steam): State<Steam>, Path(id): Path<String>) -> Response {
    let state = steam.state();
    match state.by_text(&id) {
        Some(account) => Html(settings_page(account, "")).into_response(),
        None => missing(),
    }
}

/// `POST /settings/{id}` with all fields of the page.
async fn save(State(steam): State<Steam>, Path(id): Path<String>, body: Bytes) -> Response {
    let mut state = steam.state();
    let Some(account) = state.by_text(&id).cloned() else {
        return missing();
    };
    match changed(&account, &body) {
        Ok(changed) => {
            let place = format!("/settings/{}", changed.id);
            state.accounts.insert(changed.id, changed);
            see_other(&place)
        }
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, Html(settings_page(&account, &why))).into_response(),
    }
}

impl World {
    fn by_text(&self, id: &str) -> Option<&Account> {
        self.accounts.get(&id.parse().ok()?)
    }
}

fn missing() -> Response {
    let body = "<h1>Unknown account</h1><p>There is no such account here.</p>";
    (StatusCode::NOT_FOUND, Html(page("Unknown account", body))).into_response()
}

/// The account as the form wants it.
fn changed(account: &Account, body: &[u8]) -> Result<Account, Mistake> {
    let params = form::read(body)?;
    let mut games = Vec::new();
    for game in &account.games {
        let hours = form::number(&params, &format!("hours_{}", game.app_id))?;
        let minutes = if hours == game.minutes / 60 { game.minutes } else { hours * 60 };
        games.push(Game { minutes, ..*game });
    }
    games.extend(added(&params, account)?);
    let created = account.created_at.map(|was| form::moment(&params, "created", was));
    Ok(Account {
        visible: form::switch(&params, "visible")?,
        games_visible: form::switch(&params, "games_visible")?,
        playtime_visible: form::switch(&params, "playtime_visible")?,
        level: form::number(&params, "level")?,
        vac_bans: form::number(&params, "vac_bans")?,
        game_bans: form::number(&params, "game_bans")?,
        created_at: created.transpose()?,
        games,
        ..account.clone()
    })
}

/// The game that is put into the library, if one is named.
fn added(params: &Params, account: &Account) -> Result<Option<Game>, Mistake> {
    let Some(text) = params.find("new_app") else {
        return Ok(None);
    };
    let app_id = text.parse().map_err(|_| "new_app must be a whole number.")?;
    if account.games.iter().any(|game| game.app_id == app_id) {
        return Err(format!("The library already has game {app_id}."));
    }
    let minutes =
        if params.find("new_hours").is_some() { form::number(params, "new_hours")? * 60 } else { 0 };
    Ok(Some(Game { app_id, minutes, ..Game::default() }))
}

/// The settings form; `why` names a mistake in the last one.
fn settings_page(account: &Account, why: &str) -> String {
    let words = ["Public", "Private"];
    let games = account.games.iter().map(|game| {
        let (name, label) = (format!("hours_{}", game.app_id), format!("Hours in game {}", game.app_id));
        number_field(&name, &label, game.minutes / 60)
    });
    let fields = [
        switch_field("visible", "My profile", words, account.visible),
        switch_field("games_visible", "Game details", words, account.games_visible),
        switch_field("playtime_visible", "Total playtime", words, account.playtime_visible),
        number_field("level", "Level", account.level),
        number_field("vac_bans", "VAC bans", account.vac_bans),
        number_field("game_bans", "Game bans", account.game_bans),
        account.created_at.map(|at| day_field("created", "Member since", at)).unwrap_or_default(),
    ];
    let body = format!(
        "<div class=\"narrow\"><div class=\"row\"><span class=\"mark\">{}</span><div><h1>{}</h1><p class=\"faint\">{}</p>\
         </div></div><form class=\"card\" method=\"post\" action=\"/settings/{2}\">{}{}<h2>Library</h2>{}\
         <label class=\"field\">Add the game with this number<input name=\"new_app\" type=\"number\" min=\"1\" \
         max=\"4294967295\"></label><label class=\"field\">and these hours<input name=\"new_hours\" type=\"number\" \
         min=\"0\" max=\"1000000\"></label><div class=\"buttons wide\"><button class=\"main\">Save</button></div></form>\
         <p><a href=\"/\">All accounts</a></p></div>",
        initial(&account.name),
        escape(&account.name),
        account.id,
        form::mistake(why),
        fields.concat(),
        games.collect::<String>(),
    );
    page(&account.name, &body)
}
