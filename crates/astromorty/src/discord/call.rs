//! One call: which route, on whose behalf, how urgent, with what body.

use bytes::Bytes;
use domain::id::GuildId;
use domain::token::Secret;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::route::Route;
use crate::app::seam::{Limits, Request};

/// Who waits for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// A person: the call waits for its turn, at most ten seconds, and goes before background work.
    Interactive,
    /// Nobody: the call never waits but is told when to come back.
    Background,
}

/// On whose behalf.
#[derive(Debug, Clone, Copy)]
pub(super) enum Credential<'a> {
    /// The bot's token.
    Bot,
    /// A user's access token.
    Bearer(&'a Secret),
    /// The application's id and secret, within the form.
    Application,
}

#[derive(Debug)]
pub(super) enum Body {
    Empty,
    Json(Bytes),
    /// Holds secrets: never logged.
    Form(Bytes),
}

#[derive(Debug)]
pub(super) struct Call<'a> {
    pub route: Route,
    /// Below the API's address, with its query.
    pub path: String,
    /// The server the call is about: Discord counts each on its own.
    pub guild: Option<GuildId>,
    pub credential: Credential<'a>,
    pub priority: Priority,
    /// Shown in the server's audit log.
    pub reason: Option<&'a str>,
    pub body: Body,
}

impl<'a> Call<'a> {
    pub(super) fn bot(route: Route, path: impl Into<String>, priority: Priority) -> Self {
        Self::new(route, path.into(), Credential::Bot, priority)
    }

    pub(super) fn user(
        route: Route,
        path: impl Into<String>,
        access: &'a Secret,
        priority: Priority,
    ) -> Self {
        Self::new(route, path.into(), Credential::Bearer(access), priority)
    }

    /// A form for the token endpoint; somebody waits for it.
    pub(super) fn form(route: Route, path: &str, form: String) -> Self {
        let call = Self::new(route, path.to_owned(), Credential::Application, Priority::Interactive);
        Self { body: Body::Form(form.into()), ..call }
    }

    fn new(route: Route, path: String, credential: Credential<'a>, priority: Priority) -> Self {
        Self { route, path, guild: None, credential, priority, reason: None, body: Body::Empty }
    }

    pub(super) fn of_guild(self, guild: GuildId) -> Self {
        Self { guild: Some(guild), ..self }
    }

    pub(super) fn because(self, reason: &'a str) -> Self {
        Self { reason: Some(reason), ..self }
    }

    pub(super) fn json(self, body: Bytes) -> Self {
        Self { body: Body::Json(body), ..self }
    }

    /// The request for it. `None` when the address or a token cannot stand in one.
    pub(super) fn request(&self, origin: &Origin, bot: &Secret) -> Option<Request> {
        let mut request = http::Request::builder()
            .method(self.route.method())
            .uri(format!("{}{}", origin.base, self.path))
            .header(USER_AGENT, &origin.user_agent)
            .extension(Limits::default());
        match self.credential {
            Credential::Bot => request = request.header(AUTHORIZATION, secret("Bot", bot)?),
            Credential::Bearer(access) => {
                request = request.header(AUTHORIZATION, secret("Bearer", access)?);
            }
            Credential::Application => {}
        }
        if let Some(reason) = self.reason.and_then(audit_reason) {
            request = request.header(AUDIT_REASON, reason);
        }
        let (kind, body) = match &self.body {
            Body::Empty => (None, Bytes::new()),
            Body::Json(body) => (Some("application/json"), body.clone()),
            Body::Form(body) => (Some("application/x-www-form-urlencoded"), body.clone()),
        };
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        request.body(body).ok()
    }
}

/// What all requests share.
#[derive(Debug)]
pub(super) struct Origin {
    /// The API's address without a slash at its end.
    pub base: String,
    pub user_agent: String,
}

const AUDIT_REASON: HeaderName = HeaderName::from_static("x-audit-log-reason");
/// Characters of a reason (Discord's audit log resource).
const REASON_CHARS: usize = 512;
/// RFC 3986 §2.3: what may stay as it is.
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn audit_reason(reason: &str) -> Option<String> {
    let short: String = reason.trim().chars().take(REASON_CHARS).collect();
    (!short.is_empty()).then(|| utf8_percent_encode(&short, RESERVED).to_string())
}

fn secret(kind: &str, token: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("{kind} {}", token.expose())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_encoded_and_cut() {
        assert_eq!(audit_reason("rule 12 v3").as_deref(), Some("rule%2012%20v3"));
        assert_eq!(audit_reason(" \n "), None);
        assert_eq!(audit_reason("é\r\nX: y").unwrap(), "%C3%A9%0D%0AX%3A%20y");
        assert_eq!(audit_reason(&"é".repeat(600)).unwrap().len(), 512 * 6);
    }

    #[test]
    fn n_71_a_request_does_not_print_its_token() {
        let access = Secret::new("canary".into());
        let call = Call::user(Route::UserGuilds, "/users/@me/guilds", &access, Priority::Interactive);
        let origin = Origin {
            base: "https://discord.example/api/v10".into(),
            user_agent: "DiscordBot (https://a.example, 1)".into(),
        };
        let request = call.request(&origin, &access).unwrap();
        assert!(!format!("{call:?} {request:?}").contains("canary"));
    }

    #[test]
    fn a_token_with_a_line_break_is_not_sent() {
        let access = Secret::new("a\r\nHost: evil".into());
        let call = Call::user(Route::UserGuilds, "/", &access, Priority::Interactive);
        let origin = Origin { base: "https://discord.example".into(), user_agent: "x".into() };
        assert!(call.request(&origin, &access).is_none());
    }
}
