//! Forms: read once, by name, with the session's token checked before anything else is looked at.

use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use domain::id::{GuildId, PlatformKey};
use domain::moment::Moment;
use http::header::CONTENT_TYPE;
use std::collections::BTreeSet;
use std::str::FromStr;

use super::page::Trouble;
use super::query;
use super::trouble::log;
use super::visitor::Visitor;
use crate::app::App;

/// A form of ours, posted by the session it was made for.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) visitor: Visitor,
    app: App,
    fields: Vec<(String, String)>,
}

impl<S> FromRequest<S> for Form
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        let (mut parts, body) = request.into_parts();
        let app = App::from_ref(state);
        let refused = |reason, trouble| {
            log(&app, reason);
            trouble
        };
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_form =
            kind.split(';').next().is_some_and(|kind| kind.trim() == "application/x-www-form-urlencoded");
        if visitor.browser.session.is_none() {
            return Err(Trouble::SignIn);
        }
        if !is_form {
            return Err(refused("csrf_content_type", Trouble::Forbidden));
        }
        let request = Request::from_parts(parts, body);
        let bytes = Bytes::from_request(request, state).await.map_err(|_| Trouble::BadRequest)?;
        let fields = std::str::from_utf8(&bytes).ok().and_then(query::pairs);
        let fields = fields.ok_or_else(|| refused("bad_form", Trouble::BadRequest))?;
        let form = Self { visitor, app: app.clone(), fields };
        let token = form.one("csrf").unwrap_or_default();
        if !form.visitor.owns(token) {
            return Err(refused("csrf", Trouble::Forbidden));
        }
        Ok(form)
    }
}

impl Form {
    /// A field that stands there once.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        let mut found = self.fields.iter().filter(|(field, _)| field == name);
        let first = found.next()?;
        found.next().is_none().then_some(first.1.as_str())
    }

    /// A moment in milliseconds, where the page told one.
    pub(super) fn moment(&self, name: &str) -> Option<Moment> {
        self.one(name)?.parse().ok().map(Moment::from_millis)
    }

    /// Whether a box is ticked.
    pub(super) fn ticked(&self, name: &str) -> bool {
        self.one(name) == Some("yes")
    }

    /// A repeated field of server ids.
    pub(super) fn guilds(&self, name: &str) -> Result<BTreeSet<GuildId>, Trouble> {
        let values = self.fields.iter().filter(|(field, _)| field == name);
        values.map(|(_, value)| GuildId::from_str(value).map_err(|_| self.odd())).collect()
    }

    /// The platform named in the form.
    pub(super) fn platform(&self) -> Result<PlatformKey, Trouble> {
        let key = self.one("platform").and_then(|key| key.parse().ok());
        key.ok_or_else(|| self.odd())
    }

    /// A field holds what no form of ours sends.
    fn odd(&self) -> Trouble {
        log(&self.app, "bad_form");
        Trouble::BadRequest
    }
}
