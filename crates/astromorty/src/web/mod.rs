//! What browsers see and ask for. A handler translates: request in, one flow, page out.

mod cookie;
mod dashboard;
mod form;
mod guard;
mod health;
mod link;
mod network;
pub mod page;
pub mod query;
mod show;
mod sign_in;
mod site;
mod trouble;
mod visitor;
mod webhook;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::routing::{get, post};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;

/// No form of ours is larger, in bytes.
const LARGEST_FORM: usize = 64 * 1024;
/// A request that takes longer is answered with 408.
const SLOWEST: Duration = Duration::from_secs(30);

/// Every page and endpoint for browsers.
pub fn router(app: App) -> Router {
    let linking = "/api/role-connections/{platform}";
    let pages = Router::new()
        .route("/", get(site::landing))
        .route("/privacy", get(site::privacy))
        .route("/terms", get(site::terms))
        .route("/assets/{file}", get(site::asset))
        .route("/dashboard/connections", get(dashboard::show))
        .route("/dashboard/connections/unlink", post(dashboard::unlink))
        .route("/dashboard/connections/check", post(dashboard::check))
        .route("/dashboard/connections/consent", post(dashboard::consent))
        .route("/dashboard/connections/erase", post(dashboard::erase))
        .route("/dashboard/connections/sessions", post(dashboard::sessions))
        .route("/auth/discord/login", get(sign_in::login))
        .route("/auth/discord/callback", get(sign_in::callback))
        .route("/auth/logout", post(sign_in::logout))
        .route("/api/role-connections/verify", get(sign_in::verify))
        .route(&format!("{linking}/authorize"), get(link::authorize))
        .route(&format!("{linking}/callback"), get(link::callback).post(link::form_post))
        .route(&format!("{linking}/confirm"), post(link::confirm))
        .route(&format!("{linking}/result"), get(link::result))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/health/role-connections", get(health::report))
        .fallback(site::not_found)
        .method_not_allowed_fallback(site::wrong_method);
    let hooks = Router::new()
        .route("/webhooks/{platform}", post(webhook::receive))
        .layer(RequestBodyLimitLayer::new(webhook::LARGEST));
    pages
        .layer(RequestBodyLimitLayer::new(LARGEST_FORM))
        .merge(hooks)
        .layer(TimeoutLayer::with_status_code(http::StatusCode::REQUEST_TIMEOUT, SLOWEST))
        .layer(from_fn_with_state(app.clone(), guard::origin))
        .layer(CatchPanicLayer::custom(trouble::panicked))
        .layer(from_fn_with_state(app.clone(), trouble::draw))
        .layer(map_response_with_state(app.clone(), guard::headers))
        .with_state(app)
}

/// `/metrics`, for an address of its own.
pub fn metrics_router(app: App) -> Router {
    Router::new().route("/metrics", get(health::metrics)).with_state(app)
}
