//! The real HTTP client against a site on this machine.

use std::sync::Arc;

use axum::response::Redirect;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::signer::{encode, signer};
use super::stage::{CLIENT, claims, document};
use crate::app::seam::{Clock, outbound};
use crate::platform::oidc::{Alg, Expect, Issuer, OidcError};

/// An issuer whose site answers with `documents` of its address.
async fn site(router: impl Fn(String) -> Router) -> (String, Issuer) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = router(address.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let clock = Clock::System;
    let issuer = Issuer::new(&address, &[], CLIENT, (outbound(clock.clone()), clock)).unwrap();
    (address, issuer)
}

/// The stage's document, moved to an address.
fn moved(address: &str) -> Value {
    document().to_string().replace("https://id.example", address).parse().unwrap()
}

#[tokio::test]
async fn from_name_to_identity_over_a_socket() {
    let (address, issuer) = site(|address| {
        let document = Arc::new(moved(&address));
        let keys = json!({"keys": [signer(Alg::Es256).named("p256")]});
        Router::new()
            .route("/.well-known/openid-configuration", get(async move || Json((*document).clone())))
            .route("/jwks", get(async move || Json(keys)))
    })
    .await;
    let second = Clock::System.now().millis() / 1000;
    let mut claims = claims();
    claims["iss"] = json!(address);
    claims["iat"] = json!(second);
    claims["exp"] = json!(second + 300);
    let token = signer(Alg::Es256).sign(Alg::Es256, r#"{"alg":"ES256","kid":"p256"}"#, &claims.to_string());
    let nonce_hash = encode(&Sha256::digest("n-0S6"));
    let expect = Expect { nonce_hash: &nonce_hash, access_token: None, code: None };
    let told = issuer.verify(&token, &expect).await.unwrap();
    assert_eq!(told.subject, "248289761001");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (_, issuer) = site(|address| {
        let document = moved(&address);
        Router::new()
            .route("/.well-known/openid-configuration", get(async || Redirect::temporary("/elsewhere")))
            .route("/elsewhere", get(async move || Json(document)))
    })
    .await;
    assert_eq!(issuer.site().await, Err(OidcError::Unavailable));
}
