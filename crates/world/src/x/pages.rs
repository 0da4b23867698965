//! Pages for a person: consent, all accounts, an account's settings.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use super::X;
use super::account::{Account, VerifiedType};
use super::authorize::Asked;
use super::state::State as World;
use crate::form::{self, Mistake, day_field, number_field, switch_field};
use crate::html::{Page, escape, initial, see_other};
use crate::moment::day;

/// The pages beside the consent page.
pub(crate) fn routes() -> Router<X> {
    Router::new()
        .route("/", get(home))
        .route("/settings/{username}", get(settings).post(save))
        .route("/settings/{username}/disconnect", post(disconnect))
}

fn page(title: &str, body: &str) -> String {
    Page { site: "X", title, body, watch: false }.html()
}

/// Asks which account it is and whether the app may have what it asks for.
pub(crate) fn consent(state: &World, asked: &Asked) -> String {
    let app = escape(&asked.client_id);
    let accounts: String =
        state.all_visible().enumerate().map(|(n, account)| choice(account, n == 0)).collect();
    let scopes: Vec<_> = asked.scopes.iter().map(|scope| escape(scope)).collect();
    let query = escape(&asked.params.encode());
    let body = format!(
        "<div class=\"narrow\"><h1>{app} wants to access your X account</h1>\
         <form method=\"post\" action=\"/i/oauth2/authorize?{query}\">\
         <h2>Which account?</h2><div role=\"radiogroup\" aria-label=\"Which account?\">{accounts}</div>\
         <div class=\"card\"><h3>What the app may do</h3><p>{}</p>\
         <p class=\"faint\">You go back to {}.</p></div>\
         <div class=\"buttons wide\"><button name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"main\" name=\"decision\" value=\"authorize\">Authorize app</button></div></form></div>",
        scopes.join(", "),
        escape(&asked.back)
    );
    page("Authorize app", &body)
}

fn choice(account: &Account, checked: bool) -> String {
    let checked = if checked { " checked" } else { "" };
    format!(
        "<label class=\"pick\"><input type=\"radio\" name=\"user\" value=\"{}\"{checked}>\
         <span class=\"mark\">{}</span>{} <span class=\"faint\">@{}</span></label>",
        account.id,
        initial(&account.name),
        escape(&account.name),
        escape(&account.username)
    )
}

/// Says what is wrong with a request for consent.
pub(crate) fn refused(why: &str) -> String {
    let body = format!(
        "<div class=\"narrow card\"><h1>Something went wrong</h1><p class=\"bad\">{}</p>\
         <p>You were not able to give access to the app.</p></div>",
        escape(why)
    );
    page("Something went wrong", &body)
}

async fn home(State(x): State<X>) -> Html<String> {
    let state = x.state();
    let row = |account: &Account| {
        let username = escape(&account.username);
        format!(
            "<li class=\"card row\"><span class=\"mark\">{}</span><div><a href=\"/settings/{username}\">@{username}</a>\
             <p class=\"faint\">{} followers, {} posts, {}verified, since {}</p></div></li>",
            initial(&account.name),
            account.followers,
            account.posts,
            if account.verified { "" } else { "not " },
            day(account.created_at)
        )
    };
    let rows: String = state.all_visible().map(row).collect();
    let body = format!(
        "<h1>A small X</h1><p>Pick an account to change what it shows; apps see it at their next \
         look.</p><h2>Accounts</h2><ul>{rows}</ul>"
    );
    Html(page("Accounts", &body))
}

async fn settings(State(x): State<X>, Path(username): Path<String>) -> Response {
    let state = x.state();
    match state.by_username(&username) {
        Some(account) => Html(settings_page(account, "")).into_response(),
        None => missing(),
    }
}

/// `POST /settings/{username}` with all fields of the page.
async fn save(State(x): State<X>, Path(username): Path<String>, body: Bytes) -> Response {
    let mut state = x.state();
    let Some(account) = state.by_username(&username).cloned() else {
        return missing();
    };
    match changed(&account, &body) {
        Ok(changed) => {
            let place = format!("/settings/{}", changed.username);
            state.accounts.insert(changed.id, changed);
            see_other(&place)
        }
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, Html(settings_page(&account, &why))).into_response(),
    }
}

/// `POST /settings/{username}/disconnect`: all apps lose their access.
async fn disconnect(State(x): State<X>, Path(username): Path<String>) -> Response {
    let mut state = x.state();
    let Some(id) = state.by_username(&username).map(|account| account.id) else {
        return missing();
    };
    state.grants.revoke(id);
    see_other(&format!("/settings/{username}"))
}

fn missing() -> Response {
    let body = "<h1>Unknown account</h1><p>There is no such account here.</p>";
    (StatusCode::NOT_FOUND, Html(page("Unknown account", body))).into_response()
}

/// The account as the form wants it. A check mark that is new is a subscriber's.
fn changed(account: &Account, body: &[u8]) -> Result<Account, Mistake> {
    let params = form::read(body)?;
    let verified = form::switch(&params, "verified")?;
    Ok(Account {
        followers: form::number(&params, "followers")?,
        following: form::number(&params, "following")?,
        posts: form::number(&params, "posts")?,
        protected: form::switch(&params, "protected")?,
        created_at: form::moment(&params, "created", account.created_at)?,
        verified,
        verified_type: match (verified, account.verified_type) {
            (true, VerifiedType::None) => VerifiedType::Blue,
            (true, kind) => kind,
            (false, _) => VerifiedType::None,
        },
        ..account.clone()
    })
}

/// The settings form; `why` names a mistake in the last one.
fn settings_page(account: &Account, why: &str) -> String {
    let username = escape(&account.username);
    let fields = [
        number_field("followers", "Followers", account.followers),
        number_field("following", "Following", account.following),
        number_field("posts", "Posts", account.posts),
        switch_field("verified", "Check mark", ["Verified", "Not verified"], account.verified),
        switch_field("protected", "Posts are read by", ["Followers only", "Everybody"], account.protected),
        day_field("created", "Joined", account.created_at),
    ];
    let body = format!(
        "<div class=\"narrow\"><div class=\"row\"><span class=\"mark\">{}</span><div><h1>{}</h1><p>@{username}</p>\
         </div></div><form class=\"card\" method=\"post\" action=\"/settings/{username}\">{}{}\
         <div class=\"buttons wide\"><button class=\"main\">Save</button></div></form>\
         <form class=\"card\" method=\"post\" action=\"/settings/{username}/disconnect\"><h2>Connected apps</h2>\
         <div class=\"buttons wide\"><button>Disconnect all apps</button></div></form>\
         <p><a href=\"/\">All accounts</a></p></div>",
        initial(&account.name),
        escape(&account.name),
        form::mistake(why),
        fields.concat(),
    );
    page(&account.username, &body)
}
