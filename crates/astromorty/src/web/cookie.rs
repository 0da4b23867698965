//! The session cookie.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::HeaderMap;
use http::header::COOKIE;

use crate::app::App;
use crate::flow::session::NewCookie;

/// A session lives no longer than this anyway, in seconds.
const LONGEST: i64 = 12 * 3600;

/// Its name: `__Host-` binds it to this host and to https (RFC 6265bis §4.1.3.2); plain http is for
/// loopback only, and there a browser would refuse that name.
pub(super) fn name(app: &App) -> &'static str {
    if app.settings.web.is_https() { "__Host-astromorty" } else { "astromorty" }
}

/// The value the browser brought, if it has the shape of one of ours.
pub(super) fn value(app: &App, jar: &CookieJar) -> Option<String> {
    let value = jar.get(name(app))?.value();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (value.len() == 43 && value.bytes().all(plain)).then(|| value.to_owned())
}

/// Whether the browser brought anything under its name, however broken.
pub(super) fn is_there(app: &App, headers: &HeaderMap) -> bool {
    let name = name(app).as_bytes();
    let pairs =
        headers.get_all(COOKIE).into_iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| pair.split(|byte| *byte == b'=').next()).any(|own| own.trim_ascii() == name)
}

/// The header that sets a new value.
pub(super) fn set(app: &App, new: &NewCookie) -> CookieJar {
    CookieJar::new().add(build(app, new.0.expose().to_owned(), LONGEST))
}

/// The header that removes it.
pub(super) fn clear(app: &App) -> CookieJar {
    CookieJar::new().add(build(app, String::new(), 0))
}

fn build(app: &App, value: String, seconds: i64) -> Cookie<'static> {
    Cookie::build((name(app), value))
        .path("/")
        .http_only(true)
        .secure(app.settings.web.is_https())
        // Lax: a link from Discord has to find the member signed in; forms have their own token.
        .same_site(SameSite::Lax)
        .max_age(time::Duration::seconds(seconds))
        .build()
}
