//! Work that is cut, stuck or senseless, and the end of everything of a user.

use domain::moment::Span;

use crate::harness::{self, APPLICATION, GUILD, Held, POPULAR, TestApp};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;
const NOTHING: [u64; 0] = [];

async fn ready(app: &TestApp) {
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.rule(POPULAR, "github.followers >= 10").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_32_work_that_makes_no_sense_is_buried_after_ten_tries_and_stops_nobody() {
    harness::on_both(|app: TestApp| async move {
        ready(&app).await;
        app.change_rows(
            "insert into work (kind, key, version, payload, priority, due_at, claimed_until, attempts, claims)
             values ('roles', 'nonsense', 1, '{}', 0, 0, 0, 0, 0)",
        )
        .await;
        app.linked(ADA, OCTOCAT).await;
        assert_eq!(app.roles(ADA), [POPULAR]);
        app.pass(Span::hours(1), 12).await;
        let buried = "select attempts from work where key = 'nonsense' and dead_at is not null";
        assert_eq!(app.texts(buried).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_10_a_claim_whose_holder_died_is_taken_over_when_its_lease_is_over() {
    harness::on_both(|app: TestApp| async move {
        ready(&app).await;
        let step = app.outside.to_discord.hold("GET /guilds/*/members/2001", Held::BeforeReply);
        let mut browser = app.browser();
        let linking = tokio::spawn(async move {
            browser.sign_in(ADA).await;
            let confirm = browser.to_confirm("github", OCTOCAT).await;
            let guild = GUILD.to_string();
            browser.submit(&confirm, &[("decision", "link"), ("guild", &guild)]).await
        });
        step.reached().await;
        linking.abort();
        let other = app.second().await;
        other.advance(Span::seconds(5));
        other.app.wake.ring();
        assert_eq!(step.arrivals(), 1, "the lease holds");
        let other = app.crash().await;
        other.pass(Span::minutes(1), 2).await;
        assert_eq!(other.roles(ADA), [POPULAR]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_10_a_holder_that_wakes_up_late_changes_nothing() {
    let app = TestApp::start().await;
    ready(&app).await;
    let mut browser = app.linked(ADA, OCTOCAT).await;
    app.pass(Span::minutes(2), 1).await;
    // A slow answer of before, which arrives when the account is unlinked.
    let slow = app.outside.to_github.hold("GET /user", Held::BeforeReply);
    let page = browser.visit("/dashboard/connections").await;
    let mut second = browser.clone();
    let again = page.clone();
    let checking = tokio::spawn(async move {
        second.post_with_token("/dashboard/connections/check", &again, &[("platform", "github")]).await
    });
    slow.reached().await;
    let fields = [("platform", "github"), ("sure", "yes")];
    let unlinking = tokio::spawn(async move {
        browser.post_with_token("/dashboard/connections/unlink", &page, &fields).await
    });
    app.until("the unlink", async || app.count("select count(*) from connection").await == 0).await;
    slow.open();
    let _ = (checking.await, unlinking.await);
    app.pass(Span::minutes(1), 2).await;
    assert_eq!(app.roles(ADA), NOTHING);
    assert_eq!(app.pushed(ADA), None);
    assert_eq!(app.count("select count(*) from observation").await, 0);
}

async fn erase(app: &TestApp) {
    let mut browser = app.browser();
    let page = browser.sign_in(ADA).await;
    let fields = [("sure", "yes")];
    let path = "/dashboard/connections/erase";
    let answer = browser.post_with_token(path, &page, &fields).await;
    let home = browser.follow(answer).await;
    assert!(home.says("Everything about you is erased here"), "{}", home.body);
    app.idle().await;
}

const TABLES: [&str; 9] = [
    "discord_user where id = 2001",
    "connection where user_id = 2001",
    "consent where user_id = 2001",
    "session where user_id = 2001",
    "member where user_id = 2001",
    "role_grant where user_id = 2001",
    "work where user_id = 2001",
    "observation",
    "audit where user_id = 2001",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erasing_everything_leaves_no_role_no_role_connection_no_grant_and_no_row() {
    harness::on_both(|app: TestApp| async move {
        ready(&app).await;
        app.linked(ADA, OCTOCAT).await;
        erase(&app).await;
        app.pass(Span::minutes(1), 3).await;
        assert_eq!(app.roles(ADA), NOTHING);
        assert_eq!(app.pushed(ADA), None);
        assert_eq!(app.github.tokens_of(OCTOCAT), 0);
        assert_eq!(app.to_discord("POST /oauth2/token/revoke"), 1);
        for table in TABLES {
            assert_eq!(app.count(&format!("select count(*) from {table}")).await, 0, "{table}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erasing_does_not_wait_for_a_server_the_bot_has_left() {
    let app = TestApp::start().await;
    ready(&app).await;
    app.linked(ADA, OCTOCAT).await;
    app.discord.remove_bot(GUILD, APPLICATION);
    app.advance(Span::minutes(11));
    erase(&app).await;
    app.pass(Span::minutes(1), 3).await;
    assert_eq!(app.count("select count(*) from discord_user").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erasing_survives_a_crash_in_the_middle() {
    for route in ["DELETE /guilds/*/members/*/roles/*", "POST /oauth2/token/revoke"] {
        let app = TestApp::start().await;
        ready(&app).await;
        app.linked(ADA, OCTOCAT).await;
        let step = app.outside.to_discord.hold(route, Held::BeforeReply);
        let mut browser = app.browser();
        let page = browser.sign_in(ADA).await;
        tokio::spawn(async move {
            let path = "/dashboard/connections/erase";
            browser.post_with_token(path, &page, &[("sure", "yes")]).await
        });
        app.until("the step", async || {
            app.advance(Span::seconds(1));
            step.arrivals() > 0
        })
        .await;
        let app = app.crash().await;
        app.pass(Span::minutes(1), 4).await;
        assert_eq!(app.roles(ADA), NOTHING, "{route}");
        assert_eq!(app.count("select count(*) from discord_user").await, 0, "{route}");
    }
}
