//! What is kept, how long, and how often the site is asked.

use futures_util::future::join_all;
use serde_json::json;

use super::signer::{signer, stranger};
use super::stage::{DISCOVERY, JWKS, Stage, answer, changed, claims, document, json_answer, token};
use crate::app::seam::HttpError;
use crate::platform::oidc::{Alg, OidcError, Refused};

#[tokio::test]
async fn a_document_is_read_once_an_hour() {
    let stage = Stage::new();
    for _ in 0..3 {
        stage.issuer.site().await.unwrap();
        stage.wait(1000);
    }
    assert_eq!(stage.asked(DISCOVERY), 1);
    stage.wait(600);
    stage.issuer.clone().site().await.unwrap();
    assert_eq!(stage.asked(DISCOVERY), 2);
}

#[tokio::test]
async fn many_who_ask_at_once_share_one_answer() {
    let stage = Stage::new();
    let all = join_all((0..20).map(|_| stage.issuer.site())).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(stage.asked(DISCOVERY), 1);
    let good = token(&claims());
    stage.publishes(&[signer(Alg::Es256).named("p256")]);
    let all = join_all((0..20).map(|_| stage.verify(&good))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(stage.asked(JWKS), 1);
}

#[tokio::test]
async fn n_12_a_site_that_is_down_is_unavailable_and_left_alone_for_seconds() {
    let stage = Stage::new();
    for error in [HttpError::Timeout, HttpError::TooLarge] {
        stage.answers(DISCOVERY, Err(error));
        let before = stage.asked(DISCOVERY);
        let all = join_all((0..5).map(|_| stage.issuer.site())).await;
        assert!(all.iter().all(|told| told == &Err(OidcError::Unavailable)));
        assert_eq!(stage.asked(DISCOVERY), before + 1);
        stage.wait(5);
    }
    for status in [204, 302, 404, 500, 503] {
        stage.answers(DISCOVERY, Ok(answer(status, "application/json", document().to_string())));
        assert_eq!(stage.issuer.site().await, Err(OidcError::Unavailable), "{status}");
        stage.wait(5);
    }
    stage.tells(&document());
    assert!(stage.issuer.site().await.is_ok());
}

#[tokio::test]
async fn a_broken_connection_is_tried_once_more() {
    let stage = Stage::new();
    for error in [HttpError::Cut, HttpError::NotSent] {
        stage.answers(DISCOVERY, Err(error));
        let before = stage.asked(DISCOVERY);
        assert_eq!(stage.issuer.site().await, Err(OidcError::Unavailable));
        assert_eq!(stage.asked(DISCOVERY), before + 2);
        stage.wait(5);
    }
    stage.tells(&document());
    stage.breaks_once(HttpError::Cut);
    assert!(stage.issuer.site().await.is_ok());
}

#[tokio::test]
async fn keys_are_not_sought_again_when_the_site_has_just_failed_to_tell_them() {
    let stage = Stage::with_keys();
    stage.verify(&token(&claims())).await.unwrap();
    let unknown = signer(Alg::Es256).sign(Alg::Es256, r#"{"alg":"ES256","kid":"?"}"#, &claims().to_string());
    stage.answers(JWKS, Err(HttpError::Timeout));
    assert_eq!(stage.verify(&unknown).await, Err(OidcError::Unavailable));
    assert_eq!(stage.verify(&unknown).await, Err(OidcError::Refused(Refused::Key)));
    assert!(stage.verify(&token(&claims())).await.is_ok(), "the keys that are known still count");
    assert_eq!(stage.asked(JWKS), 2);
}

#[tokio::test]
async fn an_old_copy_does_for_a_day_while_the_site_is_down() {
    let stage = Stage::new();
    stage.issuer.site().await.unwrap();
    stage.answers(DISCOVERY, Err(HttpError::Timeout));
    stage.wait(24 * 3600 - 60);
    assert!(stage.issuer.site().await.is_ok());
    stage.wait(59);
    assert!(stage.issuer.site().await.is_ok());
    assert!(stage.issuer.site().await.is_ok());
    assert_eq!(stage.asked(DISCOVERY), 2);
    stage.wait(1);
    assert_eq!(stage.issuer.site().await, Err(OidcError::Unavailable));
}

#[tokio::test]
async fn an_old_copy_does_not_do_for_a_site_that_lies() {
    let stage = Stage::new();
    stage.issuer.site().await.unwrap();
    let mut lie = document();
    lie["issuer"] = json!("https://evil.example");
    stage.tells(&lie);
    stage.wait(3600);
    let refused = Err(OidcError::Refused(Refused::DiscoveryIssuer));
    assert_eq!(stage.issuer.site().await, refused);
    assert_eq!(stage.issuer.site().await, refused);
    stage.answers(DISCOVERY, Err(HttpError::Timeout));
    stage.wait(5);
    assert_eq!(stage.issuer.site().await, Err(OidcError::Unavailable));
}

#[tokio::test]
async fn n_20_a_new_key_is_found_at_once_and_unknown_ones_are_sought_once_a_minute() {
    let stage = Stage::new();
    let (old, new) = (stranger(), stranger());
    let by = |signer: &super::signer::Signer, kid: &str| {
        let header = json!({"alg": "ES256", "kid": kid}).to_string();
        signer.sign(Alg::Es256, &header, &claims().to_string())
    };
    stage.publishes(&[old.named("old")]);
    assert!(stage.verify(&by(&old, "old")).await.is_ok());
    stage.publishes(&[old.named("old"), new.named("new")]);
    assert!(stage.verify(&by(&new, "new")).await.is_ok());
    assert_eq!(stage.asked(JWKS), 2);
    let unknown = Err(OidcError::Refused(Refused::Key));
    let seek = async || {
        for at in 0..10 {
            assert_eq!(stage.verify(&by(&new, &format!("unknown-{at}"))).await, unknown);
        }
    };
    seek().await;
    stage.wait(59);
    seek().await;
    assert_eq!(stage.asked(JWKS), 2);
    stage.wait(1);
    seek().await;
    assert_eq!(stage.asked(JWKS), 3);
    assert!(stage.verify(&by(&old, "old")).await.is_ok());
}

#[tokio::test]
async fn n_20_many_unknown_keys_at_once_are_one_reading() {
    let stage = Stage::with_keys();
    stage.verify(&token(&claims())).await.unwrap();
    let unknown = signer(Alg::Es256).sign(Alg::Es256, r#"{"alg":"ES256","kid":"?"}"#, &claims().to_string());
    let all = join_all((0..20).map(|_| stage.verify(&unknown))).await;
    assert!(all.iter().all(|told| told == &Err(OidcError::Refused(Refused::Key))));
    assert_eq!(stage.asked(JWKS), 2);
}

#[tokio::test]
async fn n_20_a_single_key_without_a_name_may_change() {
    let stage = Stage::new();
    let (old, new) = (stranger(), stranger());
    let by =
        |signer: &super::signer::Signer| signer.sign(Alg::Es256, r#"{"alg":"ES256"}"#, &claims().to_string());
    stage.publishes(std::slice::from_ref(&old.public));
    assert!(stage.verify(&by(&old)).await.is_ok());
    stage.publishes(std::slice::from_ref(&new.public));
    assert!(stage.verify(&by(&new)).await.is_ok());
    assert_eq!(stage.verify(&by(&old)).await, Err(OidcError::Refused(Refused::Signature)));
    assert_eq!(stage.asked(JWKS), 2);
}

#[tokio::test]
async fn n_25_a_key_list_that_is_too_large_or_broken_is_refused() {
    let stage = Stage::new();
    let good = token(&claims());
    stage.answers(JWKS, Ok(answer(200, "application/json", vec![b' '; 10 * 1024 * 1024])));
    assert_eq!(stage.verify(&good).await, Err(OidcError::Unavailable));
    stage.wait(5);
    stage.answers(JWKS, Ok(json_answer(&json!({"keys": vec![json!({"kty": "oct"}); 10_000]}))));
    assert_eq!(stage.verify(&good).await, Err(OidcError::Refused(Refused::KeysTooMany)));
    stage.wait(5);
    stage.answers(JWKS, Ok(answer(200, "application/json", "<html>")));
    assert_eq!(stage.verify(&good).await, Err(OidcError::Refused(Refused::Keys)));
}

#[tokio::test]
async fn keys_that_moved_are_read_where_they_are() {
    let stage = Stage::with_keys();
    let at = |seconds: i64| token(&changed("exp", Some(json!(1_800_000_000 + seconds))));
    stage.verify(&at(300)).await.unwrap();
    let mut moved = document();
    moved["jwks_uri"] = json!("https://id.example/keys");
    stage.tells(&moved);
    stage.answers("/keys", Ok(json_answer(&json!({"keys": [signer(Alg::Es256).named("p256")]}))));
    stage.wait(3600);
    let mut late = claims();
    late["iat"] = json!(1_800_000_000 + 3600);
    late["exp"] = json!(1_800_000_000 + 3900);
    stage.verify(&token(&late)).await.unwrap();
    assert_eq!((stage.asked(JWKS), stage.asked("/keys")), (1, 1));
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_nobodys_lie() {
    let stage = Stage::new();
    stage.answers(JWKS, Err(HttpError::Timeout));
    let told = stage.verify(&token(&claims())).await.unwrap_err();
    assert_eq!(told, OidcError::Unavailable);
}

#[tokio::test]
async fn a_reader_that_gives_up_leaves_the_others_their_turn() {
    let stage = Stage::new();
    let mut first = Box::pin(stage.issuer.site());
    let polled = futures_util::poll!(&mut first);
    drop(first);
    assert!(polled.is_pending() || polled.is_ready());
    assert!(stage.issuer.site().await.is_ok());
}

#[tokio::test]
async fn a_verification_may_move_between_threads() {
    let stage = Stage::with_keys();
    let issuer = stage.issuer.clone();
    let site = tokio::spawn(async move { issuer.site().await }).await.unwrap();
    assert!(site.is_ok());
    let stage = std::sync::Arc::new(stage);
    let told = tokio::spawn(async move { stage.verify(&token(&claims())).await }).await.unwrap();
    assert!(told.is_ok());
}
