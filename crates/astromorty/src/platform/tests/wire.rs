//! The real HTTP client against a server on this machine.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{delete, get, post};
use axum::{Form, Json};
use domain::token::Secret;
use futures_util::stream;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;

use super::stage::{credentials, facts, key, octocat, set_up, tokens};
use crate::app::seam::{Clock, Metrics, outbound};
use crate::platform::{Platform, PlatformError, RevokeScope, Seams, Who};

/// GitHub at a server on this machine.
async fn github(router: Router) -> Platform {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let clock = Clock::System;
    let seams = Seams { http: outbound(clock.clone()), clock, metrics: Metrics::default() };
    let hosts = [("web", address.as_str()), ("api", address.as_str())];
    set_up(seams, credentials(None, &hosts), "")
}

async fn token(Form(form): Form<BTreeMap<String, String>>) -> Json<Value> {
    assert_eq!(form["code_verifier"], "verifier");
    Json(json!({"access_token": "gho_1", "token_type": "bearer", "scope": ""}))
}

async fn user() -> Json<Value> {
    Json(json!({"id": 1, "login": "octocat", "followers": 12}))
}

#[tokio::test]
async fn from_code_to_facts_to_the_end_over_a_socket() {
    let router = Router::new()
        .route("/login/oauth/access_token", post(token))
        .route("/user", get(user))
        .route("/applications/{client}/grant", delete(async || http::StatusCode::NO_CONTENT));
    let github = github(router).await;
    let secret = |text: &str| Secret::new(text.to_owned());
    let back = "http://127.0.0.1/back";
    let tokens = github.exchange(&secret("code"), &secret("verifier"), back).await.unwrap().tokens;
    let account = github.identify(&tokens, None).await.unwrap();
    assert_eq!((account.subject.as_str(), account.username.as_str()), ("1", "octocat"));
    let who = Who { tokens: Some(&tokens), ..octocat() };
    let answers = github.read(&who, &facts(&["followers"])).await;
    let told = answers[0].outcome.clone().unwrap();
    assert_eq!(told[&key("followers")], domain::fact::Value::Integer(12));
    github.revoke(&tokens, RevokeScope::Grant).await.unwrap();
}

#[tokio::test]
async fn n_67_an_endless_body_is_cut_off() {
    let endless = async || {
        let chunk = Bytes::from_static(&[b' '; 16 * 1024]);
        Body::from_stream(stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone())))
    };
    let github = github(Router::new().route("/user", get(endless))).await;
    let refused = github.identify(&tokens(), None).await;
    assert_eq!(refused, Err(PlatformError::Unavailable));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let moved = async || axum::response::Redirect::temporary("/elsewhere");
    let router = Router::new().route("/user", get(moved)).route("/elsewhere", get(user));
    let refused = github(router).await.identify(&tokens(), None).await;
    assert_eq!(refused, Err(PlatformError::Unavailable));
}

#[tokio::test]
async fn nobody_at_home_is_unavailable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let clock = Clock::System;
    let seams = Seams { http: outbound(clock.clone()), clock, metrics: Metrics::default() };
    let github = set_up(seams, credentials(None, &[("api", &address)]), "");
    assert_eq!(github.identify(&tokens(), None).await, Err(PlatformError::Unavailable));
}
