//! `GET /openid/login`: the sign-in page. Whoever looks at it picks which account they are.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::request::{Asked, Refusal};
use crate::html::see_other;
use crate::params::{Params, redirect};
use crate::steam::{Steam, pages};

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Refusal::Page(why) => (StatusCode::BAD_REQUEST, Html(pages::refused(why))).into_response(),
            Refusal::Back(place) => see_other(&place),
        }
    }
}

/// `GET`: shows the page.
pub(crate) async fn show(State(steam): State<Steam>, RawQuery(query): RawQuery) -> Response {
    match Asked::read(query.as_deref()) {
        Ok(asked) => Html(pages::sign_in(&steam.state(), &asked)).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// `POST /openid/login/decide`: takes the decision and sends the browser back.
pub(crate) async fn decide(State(steam): State<Steam>, RawQuery(query): RawQuery, form: Bytes) -> Response {
    let asked = match Asked::read(query.as_deref()) {
        Ok(asked) => asked,
        Err(refusal) => return refusal.into_response(),
    };
    let Ok(decision) = Params::parse(&form) else {
        return Refusal::Page("A field was given more than once.").into_response();
    };
    let account = decision.find("user").and_then(|id| id.parse().ok());
    let account = account.filter(|id| steam.state().accounts.contains_key(id));
    match (decision.find("decision"), account) {
        (Some("cancel"), _) => see_other(&asked.back("cancel")),
        (Some("allow"), Some(id)) => {
            let fields = steam.assertion(id, &asked.return_to);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            see_other(&redirect(&asked.return_to, &fields))
        }
        (Some("allow"), None) => Refusal::Page("Pick an account first.").into_response(),
        _ => Refusal::Page("Choose Sign in or Cancel.").into_response(),
    }
}
