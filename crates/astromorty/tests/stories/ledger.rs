//! What we gave is ours to take; everything else is not.

use domain::moment::Span;

use crate::harness::{self, BUILDER, Browser, GUILD, POPULAR, TestApp};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;
const NOTHING: [u64; 0] = [];

async fn check(app: &TestApp, browser: &mut Browser) {
    app.advance(Span::minutes(2));
    browser.sign_in(ADA).await;
    let page = browser.visit("/dashboard/connections").await;
    let path = "/dashboard/connections/check";
    browser.post_with_token(path, &page, &[("platform", "github")]).await;
    app.settle(ADA).await;
}

async fn unlink(app: &TestApp, browser: &mut Browser) {
    let page = browser.visit("/dashboard/connections").await;
    let fields = [("platform", "github"), ("sure", "yes")];
    browser.post_with_token("/dashboard/connections/unlink", &page, &fields).await;
    app.settle(ADA).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_2_a_role_given_by_hand_is_never_taken() {
    harness::on_both(|app: TestApp| async move {
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        app.rule(POPULAR, "github.followers >= 10").await;
        app.discord.give_by_hand(GUILD, ADA, POPULAR);
        let mut browser = app.linked(ADA, OCTOCAT).await;
        let page = browser.visit("/dashboard/connections").await;
        assert!(page.says("You hold this role from someone in the server"), "{}", page.body);

        app.github.change(OCTOCAT, |account| account.followers = 3);
        check(&app, &mut browser).await;
        assert_eq!(app.roles(ADA), [POPULAR], "its rule fails");
        unlink(&app, &mut browser).await;
        assert_eq!(app.roles(ADA), [POPULAR], "the account is unlinked");
        assert!(app.log_of(ADA).await.iter().all(|what| !what.starts_with("role_")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_2_a_role_of_ours_taken_by_hand_is_given_again_and_that_is_recorded() {
    let app = TestApp::start().await;
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.rule(POPULAR, "github.followers >= 10").await;
    let mut browser = app.linked(ADA, OCTOCAT).await;
    app.pass(Span::minutes(1), 2).await;

    app.discord.take_by_hand(GUILD, ADA, POPULAR);
    check(&app, &mut browser).await;
    app.pass(Span::minutes(1), 3).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    let log = app.log_of(ADA).await;
    let times = |what: &str| log.iter().filter(|one| *one == what).count();
    assert_eq!((times("role_given"), times("role_gone"), times("role_taken")), (2, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_09_who_takes_the_role_again_and_again_wins_until_tomorrow() {
    let app = TestApp::start().await;
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.rule(POPULAR, "github.followers >= 10").await;
    let mut browser = app.linked(ADA, OCTOCAT).await;
    for _ in 0..10 {
        app.discord.take_by_hand(GUILD, ADA, POPULAR);
        app.pass(Span::minutes(1), 1).await;
    }
    check(&app, &mut browser).await;
    let route = "PUT /guilds/*/members/*/roles/*";
    assert_eq!(app.to_discord(route), 3, "given, and twice again");
    assert_eq!(app.roles(ADA), NOTHING);
    app.pass(Span::hours(25), 1).await;
    assert_eq!(app.roles(ADA), [POPULAR], "a new day, a new try");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_09_a_role_that_did_not_come_with_a_2xx_is_seen_missing_within_a_minute() {
    let app = TestApp::start().await;
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.rule(POPULAR, "github.followers >= 10").await;
    let route = format!("PUT /guilds/{GUILD}/members/{ADA}/roles/{POPULAR}");
    app.discord.fault(world::Fault::once(route, world::FaultKind::Status(204, String::new())));
    app.linked(ADA, OCTOCAT).await;
    assert_eq!(app.roles(ADA), NOTHING);
    app.pass(Span::seconds(31), 2).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_rules_for_one_role_are_two_ways_to_hold_it() {
    let app = TestApp::start().await;
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.github.change(OCTOCAT, |account| account.public_repos = 5);
    app.rule(POPULAR, "github.followers >= 10").await;
    let second = app.rule(POPULAR, "github.public_repos >= 5").await;
    let mut browser = app.linked(ADA, OCTOCAT).await;
    app.github.change(OCTOCAT, |account| account.followers = 3);
    check(&app, &mut browser).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    let rests = format!("select rule_id from role_grant where user_id = {ADA} and taken_at is null");
    assert_eq!(app.texts(&rests).await, [second.id.to_string()], "the grant names the rule that holds");
    app.github.change(OCTOCAT, |account| account.public_repos = 1);
    check(&app, &mut browser).await;
    assert_eq!(app.roles(ADA), NOTHING);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_removed_takes_what_it_gave_and_nothing_else() {
    let app = TestApp::start().await;
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    let rule = app.rule(POPULAR, "github.followers >= 10").await;
    app.rule(BUILDER, "github.followers >= 20").await;
    app.linked(ADA, OCTOCAT).await;
    assert_eq!(app.roles(ADA), [POPULAR, BUILDER]);
    astromorty::flow::rules::remove(&app.app, harness::guild(), rule.number).await.unwrap();
    app.settle(ADA).await;
    assert_eq!(app.roles(ADA), [BUILDER]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grace_keeps_the_role_until_its_end_and_ends_when_the_reason_is_back() {
    let app = TestApp::start().await;
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.rule_with_grace(POPULAR, "github.followers >= 10", Span::hours(6)).await;
    let mut browser = app.linked(ADA, OCTOCAT).await;
    app.github.change(OCTOCAT, |account| account.followers = 3);
    check(&app, &mut browser).await;
    let page = browser.visit("/dashboard/connections").await;
    assert!(page.says("You keep the role until"), "{}", page.body);
    app.github.change(OCTOCAT, |account| account.followers = 30);
    check(&app, &mut browser).await;
    app.pass(Span::hours(7), 1).await;
    assert_eq!(app.roles(ADA), [POPULAR], "its reason came back in time");

    app.github.change(OCTOCAT, |account| account.followers = 3);
    check(&app, &mut browser).await;
    app.pass(Span::hours(5), 1).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    app.pass(Span::hours(2), 1).await;
    assert_eq!(app.roles(ADA), NOTHING);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_account_of_the_same_member_takes_the_place_of_the_first() {
    harness::on_both(|app: TestApp| async move {
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        app.account(77, "hubot", 90);
        app.rule_with_grace(POPULAR, "github.followers >= 10", Span::hours(6)).await;
        let mut browser = app.linked(ADA, OCTOCAT).await;
        let confirm = browser.to_confirm("github", 77).await;
        let guild = GUILD.to_string();
        browser.submit(&confirm, &[("decision", "link"), ("guild", &guild), ("profile", "yes")]).await;
        app.settle(ADA).await;
        assert_eq!(app.roles(ADA), [POPULAR]);
        assert_eq!(app.pushed(ADA).unwrap().platform_username.as_deref(), Some("hubot"));
        assert_eq!(app.github.tokens_of(OCTOCAT), 0, "the first account's grant is revoked");
        let linked = format!("select username from connection where user_id = {ADA}");
        assert_eq!(app.texts(&linked).await, ["hubot"]);

        app.github.change(77, |account| account.followers = 3);
        check(&app, &mut browser).await;
        assert_eq!(
            app.roles(ADA),
            [POPULAR],
            "the end of the first link does not cost the grace of the second"
        );
        app.pass(Span::hours(7), 1).await;
        assert_eq!(app.roles(ADA), NOTHING);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unlinking_takes_the_role_at_once_and_tells_discord_and_github() {
    harness::on_both(|app: TestApp| async move {
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        app.rule_with_grace(POPULAR, "github.followers >= 10", Span::hours(6)).await;
        let mut browser = app.linked(ADA, OCTOCAT).await;
        unlink(&app, &mut browser).await;
        assert_eq!(app.roles(ADA), NOTHING);
        assert_eq!(app.pushed(ADA), None);
        assert_eq!(app.github.tokens_of(OCTOCAT), 0);
        app.pass(Span::hours(2), 2).await;
        assert_eq!(app.count("select count(*) from observation").await, 0);
        assert_eq!(app.count("select count(*) from work").await, 0);
    })
    .await;
}
