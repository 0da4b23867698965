//! Tokens: refreshed by one hand, stored before use, lost without loss.

use astromorty::flow::token::{self, TokenTrouble};
use astromorty::store::connection::{self, Connection};
use astromorty::store::user::Standing;
use domain::id::UserId;
use domain::moment::Span;
use world::github::OAuthApp;

use crate::harness::{self, BUILDER, Held, POPULAR, TestApp, alarms};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;
const BOB: u64 = 2_002;
const HUBOT: u64 = 77;
const GITHUB_TOKEN: &str = "POST /login/oauth/access_token";
const PUSH: &str = "PUT /users/@me/applications/*/role-connection";

/// Ada's tokens at GitHub end after eight hours.
async fn ada(app: &TestApp) {
    app.github.app(OAuthApp {
        client_id: "github-client".into(),
        client_secret: "github-client-secret".into(),
        redirect_uris: vec!["https://roles.test/api/role-connections/github/callback".into()],
        expiring_tokens: true,
    });
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.rule(POPULAR, "github.followers >= 10").await;
    app.linked(ADA, OCTOCAT).await;
    app.pass(Span::minutes(1), 2).await;
}

async fn connection(app: &TestApp, person: u64) -> Connection {
    let user = UserId::new(i64::try_from(person).unwrap()).unwrap();
    let found = app.app.store.read(async move |tx| connection::of_user(tx, user).await);
    found.await.unwrap().remove(0)
}

fn refreshes(log: &[world::Exchange]) -> usize {
    log.iter().filter(|seen| seen.request_body.contains("grant_type=refresh_token")).count()
}

/// Everybody's facts are read again.
async fn read_again(app: &TestApp) {
    app.rule(BUILDER, "github.followers >= 1000").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_9_f_14_two_processes_at_one_token_refresh_it_once() {
    harness::on_both(|app: TestApp| async move {
        ada(&app).await;
        let other = app.second().await;
        app.advance(Span::hours(9));
        let found = connection(&app, ADA).await;
        let step = app.outside.to_github.hold(GITHUB_TOKEN, Held::BeforeReply);
        let (first, mine) = (app.app.clone(), found.clone());
        let refreshing = tokio::spawn(async move { token::of_connection(&first, &mine, false).await });
        step.reached().await;
        for _ in 0..3 {
            let late = token::of_connection(&other.app, &found, false).await;
            assert!(matches!(late, Err(TokenTrouble::Wait(_))), "the other hand has the lease");
        }
        step.open();
        let renewed = refreshing.await.unwrap().unwrap();
        let late = token::of_connection(&other.app, &found, false).await.unwrap();
        assert_eq!(late.access.expose(), renewed.access.expose());
        assert_eq!(refreshes(&app.github.log()), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_9_discords_token_is_refreshed_once_and_stored_before_it_is_used() {
    harness::on_both(|app: TestApp| async move {
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        app.rule(POPULAR, "github.followers >= 10").await;
        app.linked(ADA, OCTOCAT).await;
        app.pass(Span::days(8), 1).await;
        app.github.change(OCTOCAT, |account| account.followers = 70);
        let stored = "select generation || ' ' || refresh_until from discord_user";
        assert_eq!(app.texts(stored).await, ["1 0"]);
        let step = app.outside.to_discord.hold(PUSH, Held::BeforeEffect);
        read_again(&app).await;
        step.reached().await;
        assert_eq!(app.texts(stored).await, ["2 0"], "stored, and the lease given back");
        step.open();
        app.pass(Span::minutes(1), 2).await;
        assert_eq!(app.pushed(ADA).unwrap().metadata["github_followers"], "70");
        assert_eq!(refreshes(&app.discord.log()), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_9_who_revoked_us_at_discord_keeps_the_roles_and_is_asked_to_sign_in() {
    let app = TestApp::start().await;
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.rule(POPULAR, "github.followers >= 10").await;
    let mut browser = app.linked(ADA, OCTOCAT).await;
    app.discord.deauthorize(harness::APPLICATION, ADA);
    app.github.change(OCTOCAT, |account| account.followers = 70);
    app.advance(Span::minutes(2));
    read_again(&app).await;
    app.idle().await;
    app.pass(Span::minutes(5), 5).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    assert_eq!(app.texts("select standing from discord_user").await, ["needs_authorization"]);
    assert_eq!(refreshes(&app.discord.log()), 1, "a dead token is not tried again");
    let there = browser.get("/api/role-connections/verify").await.location();
    assert_eq!(there.host_str(), Some(harness::DISCORD), "a new sign-in is asked for");
    let back = browser.agree(&there, ADA).await;
    browser.visit(back.as_str()).await;
    app.pass(Span::minutes(1), 2).await;
    assert_eq!(app.pushed(ADA).unwrap().metadata["github_followers"], "70");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_16_a_pair_lost_in_a_crash_is_noticed_and_costs_no_role() {
    harness::on_both(|app: TestApp| async move {
        ada(&app).await;
        app.advance(Span::hours(9));
        app.github.change(OCTOCAT, |account| account.followers = 3);
        let step = app.outside.to_github.hold(GITHUB_TOKEN, Held::BeforeReply);
        read_again(&app).await;
        step.reached().await;
        let app = app.crash().await;
        app.pass(Span::minutes(5), 3).await;
        assert_eq!(app.roles(ADA), [POPULAR]);
        assert_eq!(refreshes(&app.github.log()), 2, "the old token is tried once more");
        assert_eq!(app.texts("select standing from connection").await, ["needs_authorization"]);
        let results = "select result from intent where kind = 'refresh' order by result";
        assert_eq!(app.texts(results).await, ["interrupted", "lost"]);
        let page = app.browser().sign_in(ADA).await;
        assert!(page.says("GitHub asks you to sign in again; what you hold stays"), "{}", page.body);
        assert!(page.says("Sign in to GitHub again"), "{}", page.body);

        app.linked(ADA, OCTOCAT).await;
        app.pass(Span::minutes(1), 2).await;
        assert_eq!(app.roles(ADA), Vec::<u64>::new(), "linked again, the truth counts");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_16_a_crash_before_the_platform_acted_is_simply_repeated() {
    let app = TestApp::start().await;
    ada(&app).await;
    app.advance(Span::hours(9));
    let step = app.outside.to_github.hold(GITHUB_TOKEN, Held::BeforeEffect);
    app.github.change(OCTOCAT, |account| account.followers = 3);
    read_again(&app).await;
    step.reached().await;
    let app = app.crash().await;
    app.pass(Span::minutes(5), 3).await;
    assert_eq!(app.texts("select standing from connection").await, ["good"]);
    assert_eq!(app.roles(ADA), Vec::<u64>::new());
}

/// What somebody who can write to the database may put in the place of a token.
const DAMAGES: [&str; 7] = [
    "(select other.tokens from connection other where other.user_id = 2002)",
    "(select tokens from discord_user where id = 2001)",
    "substr(tokens, 1, length(tokens) - 3)",
    "substr(tokens, 1, length(tokens) - 8) || 'AAAAAAAA'",
    "substr(tokens, 2)",
    "''",
    "'not a sealed value'",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n_60_n_61_a_foreign_or_damaged_token_is_quarantined_with_one_alarm_and_no_loss() {
    harness::on_both(|app: TestApp| async move {
        app.person(BOB, "bob");
        app.account(HUBOT, "hubot", 60);
        ada(&app).await;
        app.linked(BOB, HUBOT).await;
        let id = connection(&app, ADA).await.id;
        for (number, damage) in (1..).zip(DAMAGES) {
            app.github.change(OCTOCAT, |account| account.followers = 3);
            app.change_rows(&format!("update connection set tokens = {damage} where id = {id}")).await;
            read_again(&app).await;
            app.pass(Span::minutes(2), 2).await;
            quarantined(&app, damage).await;
            read_again(&app).await;
            app.pass(Span::minutes(2), 2).await;
            quarantined(&app, damage).await;
            assert_eq!(alarms::about(&id.to_string()).len(), number, "one alarm for {damage}");

            app.github.change(OCTOCAT, |account| account.followers = 60);
            app.linked(ADA, OCTOCAT).await;
            assert_eq!(connection(&app, ADA).await.standing, Standing::Good, "a new sign-in mends it");
            app.advance(Span::minutes(11));
        }
    })
    .await;
}

async fn quarantined(app: &TestApp, damage: &str) {
    let found = connection(app, ADA).await;
    assert_eq!(found.standing, Standing::Quarantined, "{damage}");
    assert!(found.tokens.is_some(), "it stays for an operator to see");
    assert_eq!(app.roles(ADA), [POPULAR], "{damage}");
    assert_eq!(app.roles(BOB), [POPULAR], "nobody else is concerned");
    let page = app.browser().sign_in(ADA).await;
    assert!(page.says("what you hold stays"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n_60_a_foreign_discord_token_is_quarantined_and_pushes_nothing() {
    let app = TestApp::start().await;
    app.person(BOB, "bob");
    app.account(HUBOT, "hubot", 60);
    ada(&app).await;
    app.linked(BOB, HUBOT).await;
    let theirs = "(select tokens from discord_user where id = 2002)";
    app.change_rows(&format!("update discord_user set tokens = {theirs} where id = 2001")).await;
    app.github.change(OCTOCAT, |account| account.followers = 70);
    let pushes = app.to_discord(PUSH);
    app.advance(Span::minutes(2));
    read_again(&app).await;
    app.idle().await;
    app.pass(Span::minutes(1), 2).await;
    assert_eq!(app.to_discord(PUSH), pushes, "nothing is pushed in Bob's name");
    let standing = "select standing from discord_user order by id";
    assert_eq!(app.texts(standing).await, ["quarantined", "good"]);
    assert_eq!(app.roles(ADA), [POPULAR]);
    app.browser().sign_in(ADA).await;
    app.pass(Span::minutes(1), 2).await;
    assert_eq!(app.texts(standing).await, ["good", "good"]);
    assert_eq!(app.pushed(ADA).unwrap().metadata["github_followers"], "70");
    assert_eq!(app.pushed(ADA).unwrap().platform_username.as_deref(), Some("octocat"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n_63_a_wrong_key_does_not_start_and_marks_nothing() {
    harness::on_both(|app: TestApp| async move {
        ada(&app).await;
        let rows =
            "select tokens || standing from connection union select tokens || standing from discord_user";
        let before = app.texts(rows).await;
        let wrong = "test:HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let refused = app.opened_with(&[("ASTROMORTY__SECRETS__KEYS", wrong)]).await.unwrap_err();
        assert!(refused.to_string().contains("key"), "{refused}");
        let other = "other:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        app.opened_with(&[("ASTROMORTY__SECRETS__KEYS", other)]).await.unwrap_err();
        assert_eq!(app.texts(rows).await, before);
        assert_eq!(app.roles(ADA), [POPULAR]);
        let both = format!("new:HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,{}", harness::KEY);
        app.opened_with(&[("ASTROMORTY__SECRETS__KEYS", &both)]).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_9_a_token_that_github_refuses_early_is_refreshed_once() {
    let app = TestApp::start().await;
    ada(&app).await;
    app.github.fault(world::Fault::once("GET /user", world::FaultKind::Revoked));
    app.github.change(OCTOCAT, |account| account.followers = 3);
    app.advance(Span::minutes(2));
    read_again(&app).await;
    app.idle().await;
    app.pass(Span::minutes(1), 2).await;
    assert_eq!(refreshes(&app.github.log()), 1);
    assert_eq!(app.roles(ADA), Vec::<u64>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n_68_a_refresh_that_brings_somebody_elses_tokens_asks_for_a_new_sign_in() {
    harness::on_both(|app: TestApp| async move {
        ada(&app).await;
        app.person(BOB, "bob");
        app.account(HUBOT, "hubot", 3);
        app.advance(Span::hours(9));
        app.linked(BOB, HUBOT).await;
        let log = app.github.log();
        let of_bob = log.iter().rev().find(|seen| seen.path == "/login/oauth/access_token").unwrap();
        let reply = of_bob.response_body.clone().into_bytes();
        app.github.fault(world::Fault::once(GITHUB_TOKEN, world::FaultKind::Garbage(reply)));
        let found = connection(&app, ADA).await;
        let refused = token::of_connection(&app.app, &found, false).await;
        assert!(matches!(refused, Err(TokenTrouble::NeedsAuthorization)), "{refused:?}");
        let after = connection(&app, ADA).await;
        assert!(after.tokens.is_none());
        assert_eq!((after.standing, after.subject), (Standing::NeedsAuthorization, OCTOCAT.to_string()));
        assert!(!alarms::about("refreshed_other_account").is_empty());
        read_again(&app).await;
        app.idle().await;
        assert_eq!(app.roles(ADA), [POPULAR]);
    })
    .await;
}
