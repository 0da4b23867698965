//! Who asks: the browser, its session, its language.

use axum::extract::{FromRef, FromRequestParts};
use axum_extra::extract::cookie::CookieJar;
use domain::id::UserId;
use http::header::ACCEPT_LANGUAGE;
use http::request::Parts;
use subtle::ConstantTimeEq;

use super::page::{SignedIn, Trouble, View};
use super::{cookie, network};
use crate::app::{App, digest};
use crate::flow::session::{self, Browser};
use crate::i18n::{Locale, shown};
use crate::store::user;

/// A request's browser.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) browser: Browser,
    pub(super) locale: Locale,
    csrf: Option<String>,
}

impl<S> FromRequestParts<S> for Visitor
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Trouble> {
        let app = App::from_ref(state);
        let jar = CookieJar::from_headers(&parts.headers);
        let network = network::network(&app, &parts.headers, &parts.extensions);
        let locale = parts.headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
        let locale = locale.map_or(Locale::English, Locale::accepted);
        let mut visitor = Self { browser: Browser { session: None, network }, locale, csrf: None };
        if let Some(value) = cookie::value(&app, &jar) {
            visitor.browser.session = session::find(&app, &value).await?;
            visitor.csrf = visitor.browser.session.map(|_| token(&value));
        }
        Ok(visitor)
    }
}

/// A session's CSRF token follows from its cookie, which no other site can read.
fn token(cookie: &str) -> String {
    digest(&format!("csrf of {cookie}"))
}

/// The CSRF token of a session that has just got a new cookie.
pub(super) fn csrf_of(cookie: &session::NewCookie) -> String {
    token(cookie.0.expose())
}

impl Visitor {
    /// The signed-in user; a page that needs one answers 401 otherwise.
    pub(super) fn user(&self) -> Result<UserId, Trouble> {
        self.browser.user().ok_or(Trouble::SignIn)
    }

    /// Whether a form's token is this session's.
    pub(super) fn owns(&self, form_token: &str) -> bool {
        self.csrf.as_ref().is_some_and(|own| own.as_bytes().ct_eq(form_token.as_bytes()).into())
    }

    /// What every page shares. A cookie that was set with this answer brings its own token.
    pub(super) async fn view<'a>(
        &self,
        app: &'a App,
        fresh: Option<&session::NewCookie>,
    ) -> Result<View<'a>, Trouble> {
        let csrf = fresh.map(csrf_of).or_else(|| self.csrf.clone());
        let mut signed_in = None;
        let mut locale = self.locale;
        if let (Some(id), Some(csrf)) = (self.browser.user(), csrf)
            && let Some(user) = app.store.read(async move |tx| user::find(tx, id).await).await?
        {
            locale = user.locale.as_deref().map_or(locale, Locale::of);
            signed_in = Some(SignedIn { name: shown(&user.name), csrf });
        }
        let public_base = app.settings.web.public_url.as_str().trim_end_matches('/');
        Ok(View { messages: &app.messages, locale, now: app.now(), public_base, signed_in })
    }
}
