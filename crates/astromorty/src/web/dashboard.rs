//! A member's dashboard and what can be done there.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::PlatformKey;
use http::StatusCode;

use super::form::Form;
use super::page::{Notice, Trouble, html};
use super::query::Query;
use super::visitor::Visitor;
use super::{cookie, show};
use crate::app::App;
use crate::flow::overview::overview;
use crate::flow::verify::Check;
use crate::flow::{consent as consents, erase as erasing, queue, session, unlink as unlinking, verify};

/// Back to the dashboard with one line about what happened.
pub(super) fn with(notice: Notice) -> Response {
    Redirect::to(&format!("/dashboard/connections?notice={}", notice.word())).into_response()
}

/// The notice a URL names, if it names one of ours.
pub(super) fn notice(query: Option<&str>) -> Option<Notice> {
    Query::parse(query).and_then(|query| Notice::of(query.get("notice")?))
}

/// `GET /dashboard/connections`.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    let user = visitor.user()?;
    let listed = queue::listed(&app, user).await?;
    let seen = overview(&app, user).await?.ok_or(Trouble::SignIn)?;
    let view = visitor.view(&app, None).await?;
    let page = show::dashboard(&app, view, (&seen, listed), notice(query.as_deref()));
    Ok(html(StatusCode::OK, &page))
}

/// `POST …/check`: reads facts now.
pub(super) async fn check(State(app): State<App>, form: Form) -> Result<Response, Trouble> {
    let user = form.visitor.user()?;
    let platform: Option<PlatformKey> = match form.one("platform") {
        Some(_) => Some(form.platform()?),
        None => None,
    };
    match verify::check(&app, user, platform.as_ref()).await? {
        Check::Asked => {
            let settled = queue::settled(&app, user).await?;
            Ok(with(if settled { Notice::Checked } else { Notice::CheckQueued }))
        }
        Check::TooSoon(_) => Ok(with(Notice::CheckedAlready)),
        Check::NoMoney => Ok(with(Notice::BudgetSpent)),
        Check::NotLinked => Err(Trouble::NotFound),
    }
}

/// `POST …/unlink`: asks first, then unlinks.
pub(super) async fn unlink(State(app): State<App>, form: Form) -> Result<Response, Trouble> {
    let (user, platform) = (form.visitor.user()?, form.platform()?);
    if !form.ticked("sure") {
        let seen = overview(&app, user).await?.ok_or(Trouble::SignIn)?;
        let view = form.visitor.view(&app, None).await?;
        let page = show::unlink(&app, view, &platform, &seen).ok_or(Trouble::NotFound)?;
        return Ok(html(StatusCode::OK, &page));
    }
    if !unlinking::unlink(&app, user, &platform).await? {
        return Err(Trouble::NotFound);
    }
    let settled = queue::settled(&app, user).await?;
    Ok(with(if settled { Notice::Unlinked } else { Notice::UnlinkQueued }))
}

/// `POST …/consent`: replaces what was agreed to for the servers on the page.
pub(super) async fn consent(State(app): State<App>, form: Form) -> Result<Response, Trouble> {
    let user = form.visitor.user()?;
    let said = consents::Form {
        listed: form.guilds("listed")?,
        guilds: form.guilds("guild")?,
        names: form.guilds("name")?,
        agree: form.guilds("agree")?,
        profile: form.ticked("profile"),
        messages: form.ticked("messages"),
        shown_at: form.moment("shown").unwrap_or_else(|| app.now()),
    };
    consents::replace(&app, user, said).await?;
    queue::settled(&app, user).await?;
    Ok(with(Notice::Saved))
}

/// `POST …/erase`: asks first, then erases everything.
pub(super) async fn erase(State(app): State<App>, form: Form) -> Result<Response, Trouble> {
    let user = form.visitor.user()?;
    if !form.ticked("sure") {
        let seen = overview(&app, user).await?.ok_or(Trouble::SignIn)?;
        let view = form.visitor.view(&app, None).await?;
        return Ok(html(StatusCode::OK, &show::erase(&app, view, &seen)));
    }
    erasing::erase(&app, user).await?;
    Ok((cookie::clear(&app), home(Notice::Erased)).into_response())
}

/// `POST …/sessions`: signs out everywhere, here too.
pub(super) async fn sessions(State(app): State<App>, form: Form) -> Result<Response, Trouble> {
    session::sign_out_everywhere(&app, form.visitor.user()?).await?;
    Ok((cookie::clear(&app), home(Notice::SessionsEnded)).into_response())
}

fn home(notice: Notice) -> Redirect {
    Redirect::to(&format!("/?notice={}", notice.word()))
}
