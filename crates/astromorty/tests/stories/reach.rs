//! Roles and servers that the bot cannot reach: the page says so, and Discord is not bothered.

use domain::moment::Span;
use world::discord::{Role, permission};

use crate::harness::{self, APPLICATION, Answer, Browser, GUILD, POPULAR, TestApp, role};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;
const NOTHING: [u64; 0] = [];
const GIVE: &str = "PUT /guilds/*/members/*/roles/*";
const TAKE: &str = "DELETE /guilds/*/members/*/roles/*";

async fn ready() -> TestApp {
    let app = TestApp::start().await;
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.rule(POPULAR, "github.followers >= 10").await;
    // What the bot knows of the server is older than a minute.
    app.advance(Span::minutes(2));
    app
}

async fn look(browser: &mut Browser) -> Answer {
    browser.visit("/dashboard/connections").await
}

async fn check(app: &TestApp, browser: &mut Browser) -> Answer {
    app.advance(Span::minutes(2));
    let page = browser.sign_in(ADA).await;
    browser.post_with_token("/dashboard/connections/check", &page, &[("platform", "github")]).await;
    app.idle().await;
    look(browser).await
}

/// How often Discord refused us.
fn refused(app: &TestApp) -> usize {
    app.discord.log().iter().filter(|seen| matches!(seen.status, 401 | 403)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_08_f_26_a_role_above_the_bot_waits_and_comes_by_itself() {
    let app = ready().await;
    app.discord.role(GUILD, role(POPULAR, "Popular", 80));
    let mut browser = app.linked(ADA, OCTOCAT).await;
    let page = look(&mut browser).await;
    assert!(page.says("it stands above the bot’s own role"), "{}", page.body);
    assert_eq!((app.to_discord(GIVE), refused(&app)), (0, 0));
    app.discord.role(GUILD, role(POPULAR, "Popular", 10));
    app.pass(Span::minutes(61), 1).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_08_a_deleted_managed_or_dangerous_role_is_not_even_tried() {
    let dangerous = Role { permissions: permission::ADMINISTRATOR, ..role(POPULAR, "Popular", 10) };
    let managed = Role { managed: true, ..role(POPULAR, "Popular", 10) };
    for (made, says) in [
        (None, "This role was deleted in the server"),
        (Some(dangerous), "it is never given automatically"),
        (Some(managed), "it is never given automatically"),
    ] {
        let app = ready().await;
        match made {
            Some(made) => app.discord.role(GUILD, made),
            None => app.discord.remove_role(GUILD, POPULAR),
        }
        let mut browser = app.linked(ADA, OCTOCAT).await;
        let page = look(&mut browser).await;
        assert!(page.says(says), "{says}: {}", page.body);
        app.pass(Span::minutes(61), 3).await;
        assert_eq!((app.to_discord(GIVE), refused(&app)), (0, 0), "{says}");
        assert_eq!(app.roles(ADA), NOTHING);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_08_a_bot_that_may_not_manage_roles_says_so() {
    let app = ready().await;
    let own = app.discord.member_roles(GUILD, APPLICATION).into_iter().next().unwrap();
    let powerless = Role { managed: true, ..role(own, "Astromorty", 50) };
    app.discord.role(GUILD, powerless.clone());
    let mut browser = app.linked(ADA, OCTOCAT).await;
    let page = look(&mut browser).await;
    assert!(page.says("The bot may not manage roles here"), "{}", page.body);
    assert_eq!((app.to_discord(GIVE), refused(&app)), (0, 0));
    app.discord.role(GUILD, Role { permissions: permission::MANAGE_ROLES, ..powerless });
    let page = check(&app, &mut browser).await;
    assert!(page.says("You have this role now"), "{}", page.body);
    assert_eq!(app.roles(ADA), [POPULAR]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_26_a_server_without_the_bot_keeps_its_rules_for_its_return() {
    let app = ready().await;
    let mut browser = app.linked(ADA, OCTOCAT).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    app.discord.remove_bot(GUILD, APPLICATION);
    app.github.change(OCTOCAT, |account| account.followers = 3);
    let page = check(&app, &mut browser).await;
    assert!(page.says("The bot is not in this server any more"), "{}", page.body);
    app.pass(Span::hours(1), 4).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    assert!(refused(&app) <= 3, "{}", refused(&app));

    app.discord.add_bot(GUILD, APPLICATION, 50);
    app.advance(Span::minutes(11));
    check(&app, &mut browser).await;
    app.pass(Span::minutes(2), 2).await;
    assert_eq!(app.roles(ADA), NOTHING, "it goes on where it was");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_08_twenty_members_and_one_role_out_of_reach_are_at_most_three_refusals() {
    let app = TestApp::start().await;
    let members: Vec<u64> = (2_001..2_021).collect();
    for member in &members {
        app.person(*member, &format!("member{member}"));
        app.account(*member, &format!("account{member}"), 60);
    }
    app.rule(harness::BUILDER, "github.followers >= 1000").await;
    for member in &members {
        app.linked(*member, *member).await;
    }
    // The server's roles are read with the new rule; then the role moves before anybody gets it.
    let held = app.outside.to_discord.hold(GIVE, harness::Held::BeforeEffect);
    app.rule(POPULAR, "github.followers >= 10").await;
    held.reached().await;
    app.discord.role(GUILD, role(POPULAR, "Popular", 80));
    held.open();
    app.idle().await;
    app.pass(Span::minutes(10), 12).await;
    assert!(refused(&app) <= 3, "{}", refused(&app));
    app.discord.role(GUILD, role(POPULAR, "Popular", 10));
    app.pass(Span::minutes(61), 2).await;
    for member in members {
        assert_eq!(app.roles(member), [POPULAR]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_08_a_role_of_ours_out_of_reach_is_taken_when_it_is_back_in_reach() {
    for unlink in [true, false] {
        let app = ready().await;
        let mut browser = app.linked(ADA, OCTOCAT).await;
        app.pass(Span::minutes(1), 3).await;
        app.discord.role(GUILD, role(POPULAR, "Popular", 80));
        let page = look(&mut browser).await;
        let guild = GUILD.to_string();
        if unlink {
            let fields = [("platform", "github"), ("sure", "yes")];
            browser.post_with_token("/dashboard/connections/unlink", &page, &fields).await;
        } else {
            let fields = [("listed", guild.as_str())];
            browser.post_with_token("/dashboard/connections/consent", &page, &fields).await;
        }
        app.idle().await;
        app.pass(Span::minutes(5), 40).await;
        assert!(refused(&app) <= 3, "{}", refused(&app));
        app.discord.role(GUILD, role(POPULAR, "Popular", 10));
        app.pass(Span::minutes(61), 1).await;
        assert_eq!(app.roles(ADA), NOTHING, "unlink: {unlink}");
        assert_eq!(app.to_discord(TAKE), 1 + refused(&app));
    }
}
