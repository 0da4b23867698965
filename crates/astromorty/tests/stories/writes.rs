//! Writes to Discord that fail, vanish, or take effect without a word.

use domain::moment::Span;
use world::{Fault, FaultKind};

use crate::harness::{self, GUILD, Held, POPULAR, TestApp};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;
const NOTHING: [u64; 0] = [];
const GIVE: &str = "PUT /guilds/*/members/*/roles/*";
const TAKE: &str = "DELETE /guilds/*/members/*/roles/*";
const PUSH: &str = "PUT /users/@me/applications/*/role-connection";
const UNPUSH: &str = "DELETE /users/@me/applications/*/role-connection";

async fn ready(app: &TestApp) {
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.rule(POPULAR, "github.followers >= 10").await;
}

async fn unlink(app: &TestApp) {
    let mut browser = app.browser();
    let page = browser.sign_in(ADA).await;
    let fields = [("platform", "github"), ("sure", "yes")];
    browser.post_with_token("/dashboard/connections/unlink", &page, &fields).await;
}

/// One line in the log and in the ledger for one role, whatever happened on the way.
async fn given_once(app: &TestApp) {
    assert_eq!(app.roles(ADA), [POPULAR]);
    assert_eq!(app.count("select count(*) from audit where what = 'role_given'").await, 1);
    assert_eq!(app.count("select count(*) from role_grant where taken_at is null").await, 1);
    assert_eq!(app.count("select count(*) from intent where ended_at is null").await, 0);
}

async fn taken_once(app: &TestApp) {
    assert_eq!(app.roles(ADA), NOTHING);
    assert_eq!(app.pushed(ADA), None);
    assert_eq!(app.count("select count(*) from audit where what = 'role_taken'").await, 1);
    assert_eq!(app.count("select count(*) from role_grant where taken_at is null").await, 0);
    assert_eq!(app.count("select count(*) from intent where ended_at is null").await, 0);
    assert_eq!(app.github.tokens_of(OCTOCAT), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_06_a_write_whose_reply_is_lost_is_looked_at_and_not_repeated() {
    harness::on_both(|app: TestApp| async move {
        ready(&app).await;
        app.discord.fault(Fault::once(GIVE, FaultKind::CutAfterEffect));
        app.discord.fault(Fault::once(PUSH, FaultKind::CutAfterEffect));
        app.linked(ADA, OCTOCAT).await;
        app.pass(Span::minutes(1), 3).await;
        given_once(&app).await;
        assert_eq!(app.to_discord(GIVE), 1);
        assert_eq!(app.pushed(ADA).unwrap().metadata["github_followers"], "60");

        app.discord.fault(Fault::once(TAKE, FaultKind::CutAfterEffect));
        app.discord.fault(Fault::once(UNPUSH, FaultKind::CutAfterEffect));
        unlink(&app).await;
        app.pass(Span::minutes(1), 3).await;
        taken_once(&app).await;
        assert_eq!(app.to_discord(TAKE), 1);
        let patched = app.discord.log().iter().filter(|seen| seen.method == "PATCH").count();
        assert_eq!(patched, 0, "single roles only, never the whole list");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_05_writes_that_discord_does_not_take_are_repeated_until_it_does() {
    let kinds = [
        FaultKind::Status(502, "<html>Bad Gateway".into()),
        FaultKind::Html,
        FaultKind::Garbage(b"{".to_vec()),
        FaultKind::Cut,
        FaultKind::RateLimited { scope: world::Scope::User, retry_after: 1.5, html: false },
        FaultKind::RateLimited { scope: world::Scope::Global, retry_after: 1.5, html: false },
    ];
    for kind in kinds {
        let app = TestApp::start().await;
        ready(&app).await;
        for route in [GIVE, PUSH, TAKE, UNPUSH] {
            let fault = Fault { route: route.into(), times: Some(2), kind: kind.clone() };
            app.discord.fault(fault);
        }
        tokio::spawn(link(app.browser()));
        app.until("the link", async || app.count("select count(*) from connection").await == 1).await;
        app.pass(Span::minutes(2), 5).await;
        given_once(&app).await;
        assert_eq!(app.pushed(ADA).unwrap().metadata["github_followers"], "60", "{kind:?}");
        unlink_and_leave(&app).await;
        app.until("the unlink", async || app.count("select count(*) from connection").await == 0).await;
        app.pass(Span::minutes(2), 5).await;
        taken_once(&app).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_02_a_crash_at_each_step_of_a_role_push_gives_once_and_logs_once() {
    for held in [Held::BeforeEffect, Held::BeforeReply] {
        harness::on_both(|app: TestApp| async move {
            ready(&app).await;
            let step = app.outside.to_discord.hold(GIVE, held);
            let browser = app.browser();
            let linking = tokio::spawn(link(browser));
            step.reached().await;
            linking.abort();
            let app = app.crash().await;
            app.pass(Span::minutes(1), 3).await;
            given_once(&app).await;
        })
        .await;
    }
}

async fn link(mut browser: harness::Browser) {
    browser.sign_in(ADA).await;
    let confirm = browser.to_confirm("github", OCTOCAT).await;
    let guild = GUILD.to_string();
    browser.submit(&confirm, &[("decision", "link"), ("guild", &guild), ("profile", "yes")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_03_a_crash_at_each_step_of_an_unlink_is_finished_and_nothing_comes_back() {
    let revoke = "DELETE /applications/*/grant";
    for (route, held) in [
        (TAKE, Held::BeforeEffect),
        (TAKE, Held::BeforeReply),
        (UNPUSH, Held::BeforeEffect),
        (UNPUSH, Held::BeforeReply),
        (revoke, Held::BeforeEffect),
        (revoke, Held::BeforeReply),
    ] {
        let app = TestApp::start().await;
        ready(&app).await;
        app.linked(ADA, OCTOCAT).await;
        app.pass(Span::minutes(1), 2).await;
        let gate = if route == revoke { &app.outside.to_github } else { &app.outside.to_discord };
        let step = gate.hold(route, held);
        unlink_and_leave(&app).await;
        step.reached().await;
        let app = app.crash().await;
        app.pass(Span::minutes(1), 3).await;
        taken_once(&app).await;
    }
}

/// The browser does not wait for what follows.
async fn unlink_and_leave(app: &TestApp) {
    let mut browser = app.browser();
    let page = browser.sign_in(ADA).await;
    tokio::spawn(async move {
        let fields = [("platform", "github"), ("sure", "yes")];
        browser.post_with_token("/dashboard/connections/unlink", &page, &fields).await
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_03_law_10_a_push_that_runs_during_the_unlink_resurrects_nothing() {
    harness::on_both(|app: TestApp| async move {
        ready(&app).await;
        let step = app.outside.to_discord.hold(PUSH, Held::BeforeEffect);
        let linking = tokio::spawn(link(app.browser()));
        step.reached().await;
        unlink_and_leave(&app).await;
        app.until("the unlink", async || app.count("select count(*) from connection").await == 0).await;
        step.open();
        app.idle().await;
        app.pass(Span::minutes(1), 3).await;
        taken_once_or_never_given(&app).await;
        linking.abort();
    })
    .await;
}

async fn taken_once_or_never_given(app: &TestApp) {
    assert_eq!(app.pushed(ADA), None);
    assert_eq!(app.roles(ADA), NOTHING);
    assert_eq!(app.count("select count(*) from role_grant where taken_at is null").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_05_discord_down_at_sign_in_has_a_page_and_leaves_nothing() {
    for (route, kind) in [
        ("POST /oauth2/token", FaultKind::Status(503, String::new())),
        ("POST /oauth2/token", FaultKind::Html),
        ("POST /oauth2/token", FaultKind::CutAfterEffect),
        ("GET /oauth2/@me", FaultKind::Garbage(b"{\"user\":{}}".to_vec())),
    ] {
        let app = TestApp::start().await;
        ready(&app).await;
        app.discord.fault(Fault::always(route, kind));
        let mut browser = app.browser();
        let page = browser.sign_in(ADA).await;
        assert!(page.says("Discord does not answer"), "{}", page.body);
        assert_eq!(app.count("select count(*) from discord_user").await, 0);
        app.discord.heal();
        let page = browser.sign_in(ADA).await;
        assert_eq!(page.url.path(), "/dashboard/connections");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_05_discord_down_after_the_link_is_said_and_made_up_for() {
    let app = TestApp::start().await;
    ready(&app).await;
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let confirm = browser.to_confirm("github", OCTOCAT).await;
    app.advance(Span::seconds(1));
    app.discord.fault(Fault::always("/api", FaultKind::Status(500, String::new())));
    let guild = GUILD.to_string();
    let fields = [("decision", "link"), ("guild", guild.as_str()), ("profile", "yes")];
    let page = browser.submit(&confirm, &fields).await;
    assert!(page.says("Discord does not answer right now. Your link is stored"), "{}", page.body);
    app.pass(Span::hours(1), 3).await;
    app.discord.heal();
    app.pass(Span::hours(1), 2).await;
    given_once(&app).await;
    assert_eq!(app.pushed(ADA).unwrap().metadata["github_followers"], "60");
}
