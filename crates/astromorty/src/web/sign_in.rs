//! Sign-in with Discord, and the page Discord's Linked Roles screen sends members to.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::UserId;
use domain::token::Secret;
use http::HeaderMap;
use http::header::REFERRER_POLICY;

use super::form::Form;
use super::page::{Notice, Trouble};
use super::query::Query;
use super::trouble::{log, of_sign_in};
use super::visitor::Visitor;
use super::{cookie, dashboard};
use crate::app::App;
use crate::flow::link::Promise;
use crate::flow::sign_in::{self, Callback, CallbackOutcome, ReturnTo};
use crate::flow::{queue, session};

/// Nothing of a callback's address leaves this site (V-16).
pub(super) const NO_REFERRER: [(http::HeaderName, &str); 1] = [(REFERRER_POLICY, "no-referrer")];

/// `GET /auth/discord/login`: to Discord and back to the dashboard.
pub(super) async fn login(State(app): State<App>, visitor: Visitor) -> Result<Response, Trouble> {
    to_discord(&app, &visitor, &ReturnTo::Dashboard).await
}

/// Sends a browser to Discord.
pub(super) async fn to_discord(app: &App, visitor: &Visitor, then: &ReturnTo) -> Result<Response, Trouble> {
    let (url, new) =
        sign_in::begin(app, &visitor.browser, then).await.map_err(|failed| of_sign_in(app, failed))?;
    let jar = new.map(|new| cookie::set(app, &new));
    Ok((NO_REFERRER, jar.unwrap_or_default(), Redirect::to(url.as_str())).into_response())
}

/// `GET /api/role-connections/verify`: Discord's verification URL. Signs in, pushes, and leads to
/// the dashboard with help for claiming a role.
pub(super) async fn verify(State(app): State<App>, visitor: Visitor) -> Result<Response, Trouble> {
    let Some(user) = visitor.browser.user() else {
        return to_discord(&app, &visitor, &ReturnTo::Verify).await;
    };
    if !sign_in::verify_again(&app, user).await? {
        return to_discord(&app, &visitor, &ReturnTo::Verify).await;
    }
    verified(&app, user).await
}

/// The dashboard, once the push is done or after three seconds.
async fn verified(app: &App, user: UserId) -> Result<Response, Trouble> {
    let settled = queue::settled(app, user).await?;
    Ok(dashboard::with(if settled { Notice::Verified } else { Notice::CheckQueued }))
}

/// `GET /auth/discord/callback`: where Discord sends the browser back.
pub(super) async fn callback(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    let promise = Promise::Origin(app.settings.discord.authorize_url.origin());
    let callback = read(&app, (&headers, query.as_deref()), &promise)?;
    let arrived = sign_in::arrive(&app, &visitor.browser, callback).await;
    let (then, user, new) = arrived.map_err(|failed| of_sign_in(&app, failed))?;
    let next = match then {
        ReturnTo::Dashboard => Redirect::to("/dashboard/connections").into_response(),
        ReturnTo::Verify => verified(&app, user).await?,
        ReturnTo::Link(platform) => {
            Redirect::to(&format!("/api/role-connections/{platform}/authorize")).into_response()
        }
    };
    Ok((NO_REFERRER, cookie::set(&app, &new), next).into_response())
}

/// Reads what a browser brought back. Anything odd is refused before anything is used up.
pub(super) fn read(
    app: &App,
    (headers, raw): (&HeaderMap, Option<&str>),
    promise: &Promise,
) -> Result<Callback, Trouble> {
    let is_early = |value: &[u8]| value.starts_with(b"prefetch") || value.starts_with(b"preview");
    let prefetch = ["purpose", "sec-purpose", "x-purpose", "x-moz"]
        .iter()
        .any(|name| headers.get(*name).is_some_and(|value| is_early(value.as_bytes())));
    let refused = |reason| {
        log(app, reason);
        Trouble::NotValid
    };
    if prefetch {
        return Err(refused("prefetch"));
    }
    let query = Query::parse(raw).ok_or_else(|| refused("bad_query"))?;
    // N-08, RFC 9207: who names itself must be whom we asked, and must do so where it promised to.
    let named = query.has("iss").then(|| query.get("iss").unwrap_or_default());
    if !promise.is_kept(named) {
        return Err(refused("iss_mismatch"));
    }
    let state = query.get("state").ok_or_else(|| refused("no_state"))?.to_owned();
    if *promise == Promise::Assertion {
        let outcome = CallbackOutcome::Assertion(Secret::new(raw.unwrap_or_default().to_owned()));
        return Ok(Callback { state, outcome });
    }
    let outcome = match (query.get("code"), query.get("error")) {
        (Some(code), None) => CallbackOutcome::Code(Secret::new(code.to_owned())),
        (None, Some("access_denied")) => CallbackOutcome::Denied,
        (None, Some(_)) => CallbackOutcome::Failed,
        (Some(_), Some(_)) | (None, None) => return Err(refused("bad_query")),
    };
    Ok(Callback { state, outcome })
}

/// `POST /auth/logout`: signs this browser out. Discord's token stays, or the role connection would end.
pub(super) async fn logout(State(app): State<App>, form: Form) -> Result<Response, Trouble> {
    if let Some(found) = form.visitor.browser.session {
        session::sign_out(&app, found).await?;
    }
    let next = format!("/?notice={}", Notice::SignedOut.word());
    Ok((cookie::clear(&app), Redirect::to(&next)).into_response())
}
