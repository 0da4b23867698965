//! Lies: what a broken or foreign provider could say.

use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use super::NS;

/// A lie that the provider tells once. Fields are named without `openid.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lie {
    /// The next assertion says this of a field, and its signature fits: an endpoint elsewhere, a
    /// claimed id that is not the identity, another list of signed fields.
    Says {
        /// The field, one of the ten but `sig`.
        field: String,
        /// What it says.
        value: String,
    },
    /// The next assertion has one more field. It is signed only if `signed` says so.
    Added {
        /// The field.
        field: String,
        /// What it says.
        value: String,
    },
    /// The next assertion's signature leaves out this field; the rest of it is genuine.
    Unsigned(String),
    /// A field of the next assertion was changed after signing.
    Forged {
        /// The field, one of the ten.
        field: String,
        /// What it says now.
        value: String,
    },
    /// The next assertion lacks this field.
    Removed(String),
    /// A field of the next assertion comes a second time.
    Doubled {
        /// The field, one of the ten.
        field: String,
        /// What it says the second time.
        value: String,
    },
    /// The next verdict is this one, whatever the assertion.
    Verdict(Verdict),
}

/// A verdict on an assertion that is not the honest one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// `is_valid:true`, for anything.
    True,
    /// `is_valid:false`, for anything.
    False,
    /// `x_is_valid:true`: a search for the words would find them.
    OtherKey,
    /// `is_valid:true` in a value of another line.
    InValue,
    /// `is_valid:truely`.
    Longer,
    /// `is_valid:true`, then `is_valid:false`.
    Both,
    /// `is_valid:true` without a namespace.
    NoNamespace,
    /// `is_valid:true` in the namespace of OpenID 1.1.
    OtherNamespace,
    /// Status 200 and nothing.
    Empty,
    /// Status 200 and an HTML page that has the words.
    Html,
    /// Status 403 and the words.
    Forbidden,
    /// Status 302 to this address, where somebody else would give the verdict.
    Redirect(String),
    /// Exactly this.
    Raw {
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
}

impl Verdict {
    /// The answer that says so.
    pub(super) fn answer(self) -> Response {
        let lines = |text: &str| format!("ns:{NS}\n{text}\n").into_response();
        match self {
            Verdict::True => lines("is_valid:true"),
            Verdict::False => lines("is_valid:false"),
            Verdict::OtherKey => lines("x_is_valid:true"),
            Verdict::InValue => lines("note:is_valid:true"),
            Verdict::Longer => lines("is_valid:truely"),
            Verdict::Both => lines("is_valid:true\nis_valid:false"),
            Verdict::NoNamespace => "is_valid:true\n".into_response(),
            Verdict::OtherNamespace => "ns:http://openid.net/signon/1.1\nis_valid:true\n".into_response(),
            Verdict::Empty => String::new().into_response(),
            Verdict::Html => {
                Html(format!("<!doctype html><pre>\nns:{NS}\nis_valid:true\n</pre>")).into_response()
            }
            Verdict::Forbidden => (StatusCode::FORBIDDEN, lines("is_valid:true")).into_response(),
            Verdict::Redirect(place) => match HeaderValue::from_str(&place) {
                Ok(place) => (StatusCode::FOUND, [(LOCATION, place)]).into_response(),
                Err(_) => StatusCode::FOUND.into_response(),
            },
            Verdict::Raw { status, body } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                (status, body).into_response()
            }
        }
    }
}
