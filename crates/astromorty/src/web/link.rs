//! Linking an account: to the platform, back, the confirm page, the result.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::PlatformKey;
use http::{HeaderMap, StatusCode};
use url::form_urlencoded::Serializer;

use super::form::Form;
use super::page::{Notice, Trouble, html};
use super::query::Query;
use super::sign_in::{NO_REFERRER, read, to_discord};
use super::trouble::{log, of_link};
use super::visitor::Visitor;
use super::{cookie, dashboard, show};
use crate::app::App;
use crate::flow::link::{self, Choice};
use crate::flow::overview::overview;
use crate::flow::queue;
use crate::flow::sign_in::ReturnTo;
use crate::flow::transfer;

fn key(app: &App, text: &str) -> Result<PlatformKey, Trouble> {
    let key: Option<PlatformKey> = text.parse().ok();
    // Another name of a platform, such as `twitter`, leads to it.
    let found = key.and_then(|key| Some(app.vocabulary.platform(&key)?.key.clone()));
    found.filter(|key| app.platform(key).is_some()).ok_or_else(|| {
        log(app, "unknown_platform");
        Trouble::NoSuchPlatform
    })
}

/// `GET …/{platform}/authorize`: to the platform; through Discord's sign-in first, where needed.
pub(super) async fn authorize(
    State(app): State<App>,
    visitor: Visitor,
    Path(platform): Path<String>,
) -> Result<Response, Trouble> {
    let key = key(&app, &platform)?;
    if visitor.browser.user().is_none() {
        return to_discord(&app, &visitor, &ReturnTo::Link(key)).await;
    }
    let url = link::begin(&app, &visitor.browser, &key).await.map_err(|failed| of_link(&app, failed))?;
    Ok((NO_REFERRER, Redirect::to(url.as_str())).into_response())
}

/// `GET …/{platform}/callback`: where the platform sends the browser back; answers with the confirm page.
pub(super) async fn callback(
    State(app): State<App>,
    visitor: Visitor,
    (Path(platform), RawQuery(query)): (Path<String>, RawQuery),
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let key = key(&app, &platform)?;
    let failed = |failed| of_link(&app, failed);
    let promise = link::promise(&app, &key).await.map_err(failed)?;
    let callback = read(&app, (&headers, query.as_deref()), &promise)?;
    let new = link::arrive(&app, &visitor.browser, &key, callback).await.map_err(failed)?;
    let pending = link::waiting(&app, &visitor.browser, &key).await.map_err(failed)?;
    let user = visitor.user()?;
    // The servers are read as work of their own since the sign-in; the page waits for them, not long.
    let listed = queue::listed(&app, user).await?;
    let seen = overview(&app, user).await?.ok_or(Trouble::SignIn)?;
    let moves = transfer::moves(&app, &key, (&pending, user)).await?;
    let view = visitor.view(&app, Some(&new)).await?;
    let page = show::confirm(&app, view, (&key, &pending, moves), (&seen, listed));
    Ok((NO_REFERRER, cookie::set(&app, &new), html(StatusCode::OK, &page)).into_response())
}

/// `POST …/{platform}/callback`: for platforms that answer by a form. Uses nothing up: the browser's
/// cookie does not come with a foreign form, so it is sent on as an ordinary visit.
pub(super) async fn form_post(
    State(app): State<App>,
    Path(platform): Path<String>,
    body: Bytes,
) -> Result<Response, Trouble> {
    let key = key(&app, &platform)?;
    let fields = std::str::from_utf8(&body).ok().and_then(|text| Query::parse(Some(text)));
    let fields = fields.ok_or_else(|| {
        log(&app, "bad_query");
        Trouble::BadRequest
    })?;
    let mut query = Serializer::new(String::new());
    for name in ["code", "state", "iss", "error"] {
        if let Some(value) = fields.get(name) {
            query.append_pair(name, value);
        }
    }
    let next = format!("/api/role-connections/{key}/callback?{}", query.finish());
    Ok((NO_REFERRER, Redirect::to(&next)).into_response())
}

/// `POST …/{platform}/confirm`: the member's yes or no.
pub(super) async fn confirm(
    State(app): State<App>,
    Path(platform): Path<String>,
    form: Form,
) -> Result<Response, Trouble> {
    let key = key(&app, &platform)?;
    let browser = &form.visitor.browser;
    match form.one("decision") {
        Some("link") => {
            let choice = Choice {
                guilds: form.guilds("guild")?,
                names: form.guilds("name")?,
                profile: form.ticked("profile"),
                messages: form.ticked("messages"),
            };
            link::confirm(&app, browser, &key, choice).await.map_err(|failed| of_link(&app, failed))?;
            Ok(Redirect::to(&format!("/api/role-connections/{key}/result")).into_response())
        }
        Some("cancel") => {
            link::cancel(&app, browser, &key).await.map_err(|failed| of_link(&app, failed))?;
            Ok(dashboard::with(Notice::Cancelled))
        }
        Some(_) | None => {
            log(&app, "bad_decision");
            Err(Trouble::BadRequest)
        }
    }
}

/// `GET …/{platform}/result`: what the link led to, once it is done or after three seconds.
pub(super) async fn result(
    State(app): State<App>,
    visitor: Visitor,
    Path(platform): Path<String>,
) -> Result<Response, Trouble> {
    let key = key(&app, &platform)?;
    let user = visitor.user()?;
    queue::settled(&app, user).await?;
    let seen = overview(&app, user).await?.ok_or(Trouble::SignIn)?;
    let view = visitor.view(&app, None).await?;
    match show::result(&app, view, &key, &seen) {
        Some(page) => Ok(html(StatusCode::OK, &page)),
        None => Ok(Redirect::to("/dashboard/connections").into_response()),
    }
}
