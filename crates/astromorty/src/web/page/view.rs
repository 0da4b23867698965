//! What every page shares: language, clock, who is signed in.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use domain::moment::Moment;
use http::StatusCode;

use super::asset;
use crate::i18n::{Locale, Messages, Phrase, Shown};

/// Who is signed in, and the token that proves a form of theirs.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Their Discord name.
    pub name: Shown,
    /// The session's CSRF token, for the form that signs out and every other form of the page.
    pub csrf: String,
}

/// What every page shares.
#[derive(Clone)]
pub struct View<'a> {
    /// All texts.
    pub messages: &'a Messages,
    /// The reader's language.
    pub locale: Locale,
    /// The current time; ages are counted from it.
    pub now: Moment,
    /// `web.public_url`, without a slash at its end.
    pub public_base: &'a str,
    /// Nobody on pages that need no sign-in.
    pub signed_in: Option<SignedIn>,
}

impl View<'_> {
    /// A message in the reader's language.
    #[must_use]
    pub fn say<'b>(&'b self, id: &'b str) -> Phrase<'b> {
        self.messages.say(self.locale, id)
    }

    /// A day: `1 May 2024`.
    #[must_use]
    pub fn date(&self, moment: &Moment) -> String {
        self.messages.date(self.locale, *moment)
    }

    /// A distance in time: `5 minutes ago`.
    #[must_use]
    pub fn ago(&self, moment: &Moment) -> String {
        self.messages.ago(self.locale, *moment, self.now)
    }

    /// The signed-in member's CSRF token; empty where nobody is signed in, which no session accepts.
    #[must_use]
    pub fn csrf(&self) -> &str {
        self.signed_in.as_ref().map_or("", |signed_in| signed_in.csrf.as_str())
    }

    /// The path of an asset.
    #[must_use]
    pub fn asset(&self, name: &str) -> &'static str {
        asset::path(name)
    }

    /// The host name of this installation, for the foot of the page.
    #[must_use]
    pub fn host(&self) -> &str {
        self.public_base.split_once("://").map_or(self.public_base, |(_, host)| host)
    }
}

/// Draws a page as a response. A template fails only where memory ends; the reader then gets a
/// plain sentence instead of half a page.
pub fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "a page could not be drawn");
            let text = "This page could not be drawn. Nothing was lost; please try again.";
            (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Template)]
    #[template(source = "<p>{{ text }}</p>", ext = "html")]
    struct Small {
        text: &'static str,
    }

    #[test]
    fn a_page_is_answered_as_html_in_utf_8() {
        let answer = html(StatusCode::CONFLICT, &Small { text: "é" });
        assert_eq!(answer.status(), StatusCode::CONFLICT);
        let kind = &answer.headers()[http::header::CONTENT_TYPE];
        assert_eq!(kind, "text/html; charset=utf-8");
    }

    #[test]
    fn the_foot_names_the_host_alone() {
        let messages = Messages::new();
        let view = |public_base| View {
            messages: &messages,
            locale: Locale::English,
            now: Moment::from_millis(0),
            public_base,
            signed_in: None,
        };
        assert_eq!(view("https://roles.example.org").host(), "roles.example.org");
        assert_eq!(view("http://127.0.0.1:8000").host(), "127.0.0.1:8000");
        assert_eq!(view("").csrf(), "");
    }
}
