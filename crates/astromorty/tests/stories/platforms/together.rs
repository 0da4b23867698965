//! One rule over three platforms.

use domain::moment::Span;

use crate::harness::sites::{SITES, STEAM, Sites};
use crate::harness::{Answer, Browser, GUILD, POPULAR, watched_with};

const ADA: u64 = 2_001;
const GABE: u64 = STEAM + 22_202;
const BIRD: u64 = 1_790_000_000_000_000_001;
const RULE: &str = "x.followers >= 100 and steam.hours(app: 440) >= 50h and club.groups has \"staff\"";

async fn say_yes(browser: &mut Browser, confirm: &Answer) -> Answer {
    let guild = GUILD.to_string();
    browser.submit(confirm, &[("decision", "link"), ("guild", &guild), ("profile", "yes")]).await
}

#[test]
fn a_rule_over_three_platforms_gives_its_role_when_all_are_linked() {
    watched_with(&SITES, async |app| {
        let sites = Sites::open(app);
        app.person(ADA, "ada");
        sites.at_x(BIRD, "adabird", 120);
        sites.at_steam(GABE, "Gabe", 12);
        sites.at_club("s-1", "ada.l", &["staff", "baristas"]);
        app.rule(POPULAR, RULE).await;

        let mut browser = app.browser();
        browser.sign_in(ADA).await;
        let confirm = browser.to_confirm("twitter", BIRD).await;
        assert!(confirm.says("Link X adabird to Discord ada?"), "{}", confirm.body);
        say_yes(&mut browser, &confirm).await;
        let confirm = browser.to_confirm_steam(&sites, GABE).await;
        assert!(confirm.says("Link Steam Gabe to Discord ada?"), "{}", confirm.body);
        say_yes(&mut browser, &confirm).await;
        assert!(app.roles(ADA).is_empty());
        let confirm = browser.to_confirm_club("s-1").await;
        assert!(confirm.says("Link The Club ada.l to Discord ada?"), "{}", confirm.body);
        let result = say_yes(&mut browser, &confirm).await;
        app.settle(ADA).await;
        assert_eq!(app.roles(ADA), [POPULAR], "{}", result.body);
        let pushed = app.pushed(ADA).unwrap();
        let mut named: Vec<_> = pushed.platform_name.as_deref().unwrap().split(", ").collect();
        named.sort_unstable();
        assert_eq!(named, ["Steam", "The Club", "X"]);

        // No fact of a rule or of the metadata needs these tokens but the club's.
        let kept = app.texts("select platform from connection where tokens is not null").await;
        assert_eq!(kept, ["club"]);
    });
}

#[test]
fn what_steam_hides_is_explained_and_takes_nothing() {
    watched_with(&SITES, async |app| {
        let sites = Sites::open(app);
        app.person(ADA, "ada");
        sites.at_steam(GABE, "Gabe", 12);
        app.rule(POPULAR, "steam.hours(app: 440) >= 50h").await;
        let mut browser = app.browser();
        browser.sign_in(ADA).await;
        let confirm = browser.to_confirm_steam(&sites, GABE).await;
        say_yes(&mut browser, &confirm).await;
        app.settle(ADA).await;
        assert_eq!(app.roles(ADA), [POPULAR]);

        sites.steam.change(GABE, |account| account.games_visible = false);
        app.advance(Span::minutes(2));
        let dashboard = browser.visit("/dashboard/connections").await;
        let fields = [("platform", "steam")];
        let checked = browser.post_with_token("/dashboard/connections/check", &dashboard, &fields).await;
        let checked = browser.follow(checked).await;
        app.settle(ADA).await;
        assert!(checked.says("Game details"), "{}", checked.body);
        assert_eq!(app.roles(ADA), [POPULAR], "unknown takes nothing");

        sites.steam.change(GABE, |account| {
            account.games_visible = true;
            account.games[0].minutes = 30;
        });
        app.advance(Span::minutes(2));
        let checked = browser.post_with_token("/dashboard/connections/check", &checked, &fields).await;
        browser.follow(checked).await;
        app.settle(ADA).await;
        assert!(app.roles(ADA).is_empty(), "half an hour is not fifty");
    });
}

#[test]
fn n_17_a_steam_account_that_is_taken_stays_where_it_is() {
    watched_with(&SITES, async |app| {
        let sites = Sites::open(app);
        app.person(ADA, "ada");
        app.person(2_002, "eve");
        sites.at_steam(GABE, "Gabe", 12);
        let mut ada = app.browser();
        ada.sign_in(ADA).await;
        let confirm = ada.to_confirm_steam(&sites, GABE).await;
        say_yes(&mut ada, &confirm).await;
        let mut eve = app.browser();
        eve.sign_in(2_002).await;
        let taken = eve.to_confirm_steam(&sites, GABE).await;
        assert_eq!(taken.status, 409);
        assert!(!taken.says("ada"), "{}", taken.body);
        assert_eq!(app.texts("select user_id from connection").await, [ADA.to_string()]);
    });
}
