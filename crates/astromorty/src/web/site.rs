//! The pages that need no sign-in, and assets.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::page::{Landing, Prose, Trouble, asset as assets, blocks, default_privacy, default_terms, html};
use super::visitor::Visitor;
use super::{dashboard, trouble};
use crate::app::App;

/// `GET /`.
pub(super) async fn landing(
    State(app): State<App>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    let view = visitor.view(&app, None).await?;
    let platforms = app.platforms.keys().map(|key| trouble::view(&app, key)).collect();
    let notice = dashboard::notice(query.as_deref());
    Ok(html(StatusCode::OK, &Landing { view, notice, platforms }))
}

/// `GET /privacy`: the operator's text, or ours.
pub(super) async fn privacy(State(app): State<App>, visitor: Visitor) -> Result<Response, Trouble> {
    let text = app.texts.privacy.clone().unwrap_or_else(|| default_privacy(visitor.locale).to_owned());
    prose(&app, &visitor, ("footer-privacy", &text)).await
}

/// `GET /terms`: the operator's text, or ours.
pub(super) async fn terms(State(app): State<App>, visitor: Visitor) -> Result<Response, Trouble> {
    let text = app.texts.terms.clone().unwrap_or_else(|| default_terms(visitor.locale).to_owned());
    prose(&app, &visitor, ("footer-terms", &text)).await
}

async fn prose(app: &App, visitor: &Visitor, (title, text): (&str, &str)) -> Result<Response, Trouble> {
    let view = visitor.view(app, None).await?;
    let title = app.messages.text(view.locale, title, &[]);
    Ok(html(StatusCode::OK, &Prose { view, title, blocks: blocks(text) }))
}

/// `GET /assets/{file}`: the name carries a hash of the content, so it may be kept for ever.
pub(super) async fn asset(Path(file): Path<String>) -> Result<Response, Trouble> {
    let asset = assets::find(&file).ok_or(Trouble::NotFound)?;
    let headers =
        [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.bytes).into_response())
}

/// Anything else.
pub(super) async fn not_found() -> Trouble {
    Trouble::NotFound
}

/// A path of ours, asked for in another way.
pub(super) async fn wrong_method(State(app): State<App>) -> Trouble {
    trouble::log(&app, "wrong_method");
    Trouble::WrongMethod
}
