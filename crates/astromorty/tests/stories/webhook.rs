//! News from a platform: signed, stored once, and looked at before they are believed.

use domain::moment::Span;
use http::StatusCode;
use world::github::App;

use crate::harness::{Database, POPULAR, TestApp, alarms};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;
const PATH: &str = "/webhooks/github";
const SECRET: &str = "webhook-secret";

/// Ada has linked an account through a GitHub App, on both engines.
async fn ada<F: Future<Output = ()>>(story: impl Fn(TestApp) -> F) {
    for database in [Some(Database::sqlite()), Database::postgres().await].into_iter().flatten() {
        let settings = [("ASTROMORTY__PLATFORMS__GITHUB__WEBHOOK_SECRET", SECRET)];
        let app = TestApp::start_on(database.into(), &settings).await;
        app.github.github_app(App {
            client_id: "github-client".into(),
            client_secret: "github-client-secret".into(),
            redirect_uris: vec!["https://roles.test/api/role-connections/github/callback".into()],
            webhook_secret: Some(SECRET.to_owned()),
            ..App::default()
        });
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        app.rule(POPULAR, "github.followers >= 10").await;
        app.linked(ADA, OCTOCAT).await;
        app.pass(Span::minutes(1), 2).await;
        story(app).await;
    }
}

/// What GitHub sends when Ada takes back what she allowed.
fn delivery(app: &TestApp) -> (Vec<(String, String)>, Vec<u8>) {
    app.github.revoke(OCTOCAT, "github-client");
    let delivery = app.github.deliveries().pop().unwrap();
    (delivery.headers, delivery.body)
}

async fn standing(app: &TestApp) -> String {
    app.texts("select standing from connection").await.remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_13_a_revoked_link_asks_for_a_new_sign_in_and_keeps_its_roles() {
    ada(|app: TestApp| async move {
        let (headers, body) = delivery(&app);
        assert_eq!(app.post(PATH, &headers, &body).await, StatusCode::NO_CONTENT);
        app.pass(Span::minutes(1), 2).await;
        assert_eq!(standing(&app).await, "needs_authorization");
        assert_eq!(app.roles(ADA), [POPULAR]);
        let page = app.browser().sign_in(ADA).await;
        assert!(page.says("Needs you to sign in again"), "{}", page.body);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_13_news_are_not_believed_while_the_token_works() {
    ada(|app: TestApp| async move {
        let (mut headers, body) = delivery(&app);
        // Ada linked again before the news came, so they are about a link that is over.
        app.linked(ADA, OCTOCAT).await;
        assert_eq!(app.post(PATH, &headers, &body).await, StatusCode::NO_CONTENT);
        app.pass(Span::minutes(1), 2).await;
        assert_eq!(standing(&app).await, "good");
        assert_eq!(app.roles(ADA), [POPULAR]);

        let calls = app.github.log().len();
        assert_eq!(app.post(PATH, &headers, &body).await, StatusCode::NO_CONTENT);
        app.pass(Span::minutes(1), 1).await;
        assert_eq!(app.github.log().len(), calls, "a delivery counts once");

        let event = headers.iter_mut().find(|(name, _)| name == "x-github-event").unwrap();
        event.1 = "ping".to_owned();
        assert_eq!(app.post(PATH, &headers, &body).await, StatusCode::NO_CONTENT, "dropped, not refused");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n_46_what_is_not_signed_by_the_platform_is_refused() {
    ada(|app: TestApp| async move {
        let (headers, body) = delivery(&app);
        let without = |gone: &str| -> Vec<(String, String)> {
            headers.iter().filter(|(name, _)| name != gone).cloned().collect()
        };
        let signature = "x-hub-signature-256";
        let mut other = without(signature);
        other.push((signature.to_owned(), format!("sha256={}", "0".repeat(64))));
        let mut twice = headers.clone();
        twice.push(twice.iter().find(|(name, _)| name == signature).unwrap().clone());
        let changed = [body.as_slice(), b" "].concat();
        for (headers, body) in
            [(without(signature), &body), (other, &body), (twice, &body), (headers.clone(), &changed)]
        {
            assert_eq!(app.post(PATH, &headers, body).await, StatusCode::UNAUTHORIZED);
        }
        assert!(!alarms::about("webhook_signature").is_empty());
        assert_eq!(app.post(PATH, &without("x-github-delivery"), &body).await, StatusCode::BAD_REQUEST);
        assert_eq!(app.post("/webhooks/nowhere", &headers, &body).await, StatusCode::NOT_FOUND);
        let large = vec![b' '; 1024 * 1024 + 1];
        assert_eq!(app.post(PATH, &headers, &large).await, StatusCode::PAYLOAD_TOO_LARGE);
        app.pass(Span::minutes(1), 1).await;
        assert_eq!(standing(&app).await, "good");
        assert_eq!(app.count("select count(*) from work where kind = 'probe'").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_secret_there_is_no_webhook() {
    let app = TestApp::start().await;
    assert_eq!(app.post(PATH, &[], b"{}").await, StatusCode::NOT_FOUND);
}
