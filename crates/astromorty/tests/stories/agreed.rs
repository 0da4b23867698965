//! Nothing is read or shown that nobody agreed to.

use domain::moment::Span;
use world::discord::{Condition, LinkedRule, Role};

use crate::harness::{self, APPLICATION, BUILDER, Browser, GUILD, LINKED, POPULAR, TestApp, role};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;
const ELSEWHERE: u64 = 9_500;
const REGULAR: u64 = 9_501;
const NOTHING: [u64; 0] = [];

fn populated(app: &TestApp) {
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.github.change(OCTOCAT, |account| account.public_repos = 7);
}

/// Everything read of an account besides the identity.
fn facts_read(app: &TestApp) -> usize {
    // The identity is read once per link.
    app.to_github("GET /user") - app.to_github("POST /login/oauth/access_token")
}

async fn save(app: &TestApp, browser: &mut Browser, fields: &[(&str, &str)]) {
    let page = browser.visit("/dashboard/connections").await;
    browser.post_with_token("/dashboard/connections/consent", &page, fields).await;
    app.settle(ADA).await;
    app.pass(Span::minutes(1), 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_7_who_ticks_nothing_is_linked_and_nothing_else() {
    let app = TestApp::start().await;
    populated(&app);
    app.rule(POPULAR, "github.followers >= 10").await;
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let confirm = browser.to_confirm("github", OCTOCAT).await;
    let page = browser.submit(&confirm, &[("decision", "link")]).await;
    app.settle(ADA).await;
    app.pass(Span::minutes(1), 2).await;
    assert!(page.says("You ticked no server"), "{}", page.body);
    assert_eq!(facts_read(&app), 0);
    assert_eq!(app.roles(ADA), NOTHING);
    assert_eq!(app.pushed(ADA), None);

    let guild = GUILD.to_string();
    save(&app, &mut browser, &[("listed", &guild), ("guild", &guild)]).await;
    assert_eq!(app.roles(ADA), [POPULAR], "they may choose at any time");
    assert_eq!(app.pushed(ADA), None, "a server's rules may use what the profile does not show");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_7_signing_in_from_linked_roles_gives_an_empty_role_connection() {
    harness::on_both(|app: TestApp| async move {
        populated(&app);
        let mut browser = app.browser();
        let page = browser.sign_in_by("/api/role-connections/verify", ADA).await;
        app.settle(ADA).await;
        assert_eq!(page.url.path(), "/dashboard/connections");
        let pushed = app.pushed(ADA).unwrap();
        assert_eq!(pushed.platform_name.as_deref(), Some("Astromorty"));
        assert_eq!(pushed.platform_username, None);
        assert!(pushed.metadata.values().all(|value| value == "0"), "{:?}", pushed.metadata);
        assert!(!pushed.metadata.contains_key("github_account"), "a date that is not known is left out");
        assert_eq!(app.github.log().len(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_7_without_show_on_my_profile_discord_gets_zeros_and_no_name() {
    let app = TestApp::start().await;
    populated(&app);
    app.rule(POPULAR, "github.followers >= 10").await;
    let mut browser = app.browser();
    browser.sign_in_by("/api/role-connections/verify", ADA).await;
    let confirm = browser.to_confirm("github", OCTOCAT).await;
    let guild = GUILD.to_string();
    browser.submit(&confirm, &[("decision", "link"), ("guild", &guild)]).await;
    app.settle(ADA).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    let pushed = app.pushed(ADA).unwrap();
    assert_eq!(pushed.platform_username, None);
    assert!(pushed.metadata.values().all(|value| value == "0"), "{:?}", pushed.metadata);

    save(&app, &mut browser, &[("listed", &guild), ("guild", &guild), ("profile", "yes")]).await;
    let pushed = app.pushed(ADA).unwrap();
    assert_eq!(pushed.platform_username.as_deref(), Some("octocat"));
    assert_eq!(pushed.metadata["github_followers"], "60");

    save(&app, &mut browser, &[("listed", &guild), ("guild", &guild)]).await;
    let pushed = app.pushed(ADA).unwrap();
    assert_eq!(pushed.platform_username, None, "taken back");
    assert!(pushed.metadata.values().all(|value| value == "0"), "{:?}", pushed.metadata);
    assert_eq!(app.roles(ADA), [POPULAR], "the server's rules are another choice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_7_a_rule_that_reads_something_new_waits_for_a_new_yes() {
    let app = TestApp::start().await;
    populated(&app);
    app.rule(POPULAR, "github.followers >= 10").await;
    let mut browser = app.linked(ADA, OCTOCAT).await;
    app.rule(BUILDER, "github.public_repos >= 5").await;
    app.idle().await;
    app.pass(Span::minutes(1), 2).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    let page = browser.visit("/dashboard/connections").await;
    assert!(page.says("you have not agreed that this server reads it"), "{}", page.body);
    assert!(page.says("Also agree to what its rules read now"), "{}", page.body);

    let guild = GUILD.to_string();
    let same = [("listed", guild.as_str()), ("guild", &guild), ("profile", "yes")];
    save(&app, &mut browser, &same).await;
    assert_eq!(app.roles(ADA), [POPULAR], "a box that stays ticked agrees to nothing new");
    let more = [("listed", guild.as_str()), ("guild", &guild), ("agree", &guild), ("profile", "yes")];
    save(&app, &mut browser, &more).await;
    assert_eq!(app.roles(ADA), [POPULAR, BUILDER]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opting_out_takes_the_roles_of_that_server_and_of_no_other() {
    harness::on_both(|app: TestApp| async move {
        populated(&app);
        app.discord.guild(ELSEWHERE, "Elsewhere", harness::OWNER);
        app.discord.join(ELSEWHERE, ADA);
        app.discord.add_bot(ELSEWHERE, APPLICATION, 50);
        app.discord.role(ELSEWHERE, role(REGULAR, "Regular", 3));
        app.rule(POPULAR, "github.followers >= 10").await;
        let there = astromorty::flow::rules::NewRule {
            guild: domain::id::GuildId::new(9_500).unwrap(),
            role: harness::role_id(REGULAR),
            criteria: "github.followers >= 10".into(),
            grace: Span::ZERO,
            observe_only: astromorty::flow::rules::Watch::Acts,
        };
        astromorty::flow::rules::add(&app.app, there).await.unwrap();
        let mut browser = app.browser();
        browser.sign_in(ADA).await;
        let confirm = browser.to_confirm("github", OCTOCAT).await;
        let (here, there) = (GUILD.to_string(), ELSEWHERE.to_string());
        browser.submit(&confirm, &[("decision", "link"), ("guild", &here), ("guild", &there)]).await;
        app.settle(ADA).await;
        let elsewhere = || app.discord.member_roles(ELSEWHERE, ADA).into_iter().collect::<Vec<_>>();
        assert_eq!((app.roles(ADA), elsewhere()), (vec![POPULAR], vec![REGULAR]));

        save(&app, &mut browser, &[("listed", &here), ("listed", &there), ("guild", &there)]).await;
        assert_eq!((app.roles(ADA), elsewhere()), (vec![], vec![REGULAR]));
        assert_eq!(app.count("select count(*) from connection").await, 1, "the link stays");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_linked_role_can_be_claimed_after_the_push_and_goes_with_the_link() {
    let app = TestApp::start().await;
    populated(&app);
    let followers = Condition::Field { key: "github_followers".into(), value: 10 };
    let linked = LinkedRule { application: APPLICATION, any_of: vec![vec![followers]] };
    app.discord.role(GUILD, Role { linked: Some(linked), ..role(LINKED, "Followed", 5) });
    astromorty::flow::register::register(&app.app).await.unwrap();
    assert!(app.discord.claim(GUILD, ADA, LINKED).is_err());
    let mut browser = app.linked(ADA, OCTOCAT).await;
    app.discord.claim(GUILD, ADA, LINKED).unwrap();
    assert_eq!(app.roles(ADA), [LINKED]);
    let page = browser.visit("/dashboard/connections").await;
    let fields = [("platform", "github"), ("sure", "yes")];
    browser.post_with_token("/dashboard/connections/unlink", &page, &fields).await;
    app.settle(ADA).await;
    assert_eq!(app.roles(ADA), NOTHING, "Discord takes it back when the role connection is gone");
}
