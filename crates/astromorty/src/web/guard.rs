//! Guards around every route: where a change may come from, and what every answer carries.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Method};

use super::page::Trouble;
use super::trouble::log;
use crate::app::App;

/// Lets a change through only when our own page asked for it (N-37).
///
/// `…/callback` is exempt: it consumes nothing on POST and answers 303 only. `/webhooks/…` is exempt:
/// it is signed by the platform.
pub(super) async fn origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let flow = path.starts_with("/api/role-connections/") || path.starts_with("/auth/");
    if request.method() == Method::HEAD && flow {
        // A preview must not use up what a browser is about to bring (N-41).
        log(&app, "wrong_method");
        return Trouble::WrongMethod.into_response();
    }
    let safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let form_post = path.starts_with("/api/role-connections/") && path.ends_with("/callback");
    // Signed by the platform; no browser of a member sends any.
    let signed = path.starts_with("/webhooks/");
    if safe || form_post || signed || is_ours(&app, request.headers()) {
        return next.run(request).await;
    }
    log(&app, "cross_site");
    Trouble::Forbidden.into_response()
}

/// Browsers say where a POST comes from by `Origin`, and all current ones by `Sec-Fetch-Site` too.
/// What says neither is no browser of a member.
fn is_ours(app: &App, headers: &HeaderMap) -> bool {
    let ours = app.settings.web.public_url.origin().ascii_serialization();
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("null").to_owned());
    let (origin, site) = (text("origin"), text("sec-fetch-site"));
    let origin_fits = origin.as_ref().is_none_or(|origin| *origin == ours);
    let site_fits = site.as_ref().is_none_or(|site| site == "same-origin" || site == "none");
    origin_fits && site_fits && (origin.is_some() || site.is_some())
}

/// No script, no frame, nothing from elsewhere; forms only to ourselves.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                   frame-ancestors 'none'";

/// Headers of every answer. A handler's own wins.
pub(super) async fn headers(State(app): State<App>, mut response: Response) -> Response {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    if app.settings.web.is_https() {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}
