//! Accounts that are not found: three looks over a day before anything is believed (F-12).

use domain::moment::Span;

use crate::harness::{Answer, Browser, Database, POPULAR, TestApp};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;
const NOTHING: [u64; 0] = [];

/// Ada holds a role by an account that GitHub tells of without her token, on both engines.
async fn ada<F: Future<Output = ()>>(story: impl Fn(TestApp) -> F) {
    for database in [Some(Database::sqlite()), Database::postgres().await].into_iter().flatten() {
        let service = [("ASTROMORTY__PLATFORMS__GITHUB__SERVICE_TOKEN", "service-token")];
        let app = TestApp::start_on(database.into(), &service).await;
        app.github.service_token("service-token");
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        app.rule(POPULAR, "github.followers >= 10").await;
        app.linked(ADA, OCTOCAT).await;
        app.pass(Span::minutes(1), 2).await;
        story(app).await;
    }
}

/// Ada's page, and a browser that shows it: sessions end sooner than accounts are believed to be gone.
async fn page(app: &TestApp) -> (Browser, Answer) {
    let mut browser = app.browser();
    let page = browser.sign_in(ADA).await;
    app.settle(ADA).await;
    (browser, page)
}

async fn check(app: &TestApp) {
    let (mut browser, page) = page(app).await;
    let answer =
        browser.post_with_token("/dashboard/connections/check", &page, &[("platform", "github")]).await;
    browser.follow(answer).await;
    app.idle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_12_a_deleted_account_costs_the_role_after_three_looks_over_a_day() {
    ada(|app: TestApp| async move {
        app.github.suspend(OCTOCAT);
        for _ in 0..3 {
            check(&app).await;
            app.pass(Span::minutes(2), 1).await;
        }
        assert_eq!(app.roles(ADA), [POPULAR], "three looks in a row are one");
        let (_, seen) = page(&app).await;
        assert!(seen.says("we look again before anything changes"), "{}", seen.body);
        app.pass(Span::hours(1), 23).await;
        assert_eq!(app.roles(ADA), [POPULAR]);
        app.pass(Span::hours(1), 2).await;
        assert_eq!(app.roles(ADA), NOTHING);
        let (_, seen) = page(&app).await;
        assert!(seen.says("does not exist any more"), "{}", seen.body);
        assert!(seen.says("Unlink"), "{}", seen.body);
        assert_eq!(app.pushed(ADA).unwrap().metadata.get("github_followers").map(String::as_str), Some("0"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_12_one_good_answer_in_between_begins_anew() {
    ada(|app: TestApp| async move {
        let account = || world::github::Account {
            id: OCTOCAT,
            login: "octocat".into(),
            followers: 60,
            ..Default::default()
        };
        app.github.remove(OCTOCAT);
        check(&app).await;
        app.pass(Span::hours(1), 13).await;
        let looks = "select gone_looks from connection";
        assert_eq!(app.texts(looks).await, ["2"]);
        app.github.account(account());
        check(&app).await;
        assert_eq!(app.texts(looks).await, ["0"]);
        app.pass(Span::minutes(1), 1).await;
        app.github.remove(OCTOCAT);
        check(&app).await;
        app.pass(Span::hours(1), 23).await;
        assert_eq!(app.roles(ADA), [POPULAR]);
        app.pass(Span::hours(1), 3).await;
        assert_eq!(app.roles(ADA), NOTHING);
        app.github.account(account());
        app.pass(Span::hours(1), 27).await;
        assert_eq!(app.roles(ADA), [POPULAR], "an account that is back gives again");
    })
    .await;
}
