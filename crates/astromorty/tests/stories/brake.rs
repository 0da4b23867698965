//! The brake: a mistake does not empty a server.

use astromorty::flow::rules;
use domain::moment::Span;

use crate::harness::{self, BUILDER, POPULAR, TestApp};

/// One fewer than the fewest whose fall makes the brake hold a whole platform.
const MEMBERS: u64 = 19;

const fn person(number: u64) -> u64 {
    2_000 + number
}

const fn account(number: u64) -> u64 {
    700 + number
}

/// Nineteen members hold a role by one rule.
async fn popular(app: &TestApp) {
    app.rule(POPULAR, "github.followers >= 10").await;
    for number in 0..MEMBERS {
        app.person(person(number), &format!("member{number}"));
        app.account(account(number), &format!("account{number}"), 60);
        app.linked(person(number), account(number)).await;
    }
    app.pass(Span::minutes(1), 2).await;
    assert_eq!(holders(app), 19);
}

fn holders(app: &TestApp) -> usize {
    (0..MEMBERS).filter(|number| app.roles(person(*number)) == [POPULAR]).count()
}

/// GitHub says something else of everybody, and everybody is read again.
async fn everybody_falls(app: &TestApp) {
    for number in 0..MEMBERS {
        app.github.change(account(number), |account| account.followers = 3);
    }
    app.rule(BUILDER, "github.followers >= 1000").await;
    app.idle().await;
    app.pass(Span::minutes(1), 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_4_a_fact_that_changes_for_everybody_takes_three_roles_and_asks() {
    harness::on_both(|app: TestApp| async move {
        popular(&app).await;
        app.pass(Span::hours(25), 1).await;
        everybody_falls(&app).await;
        assert_eq!(holders(&app), 16);
        app.pass(Span::hours(3), 3).await;
        assert_eq!(holders(&app), 16, "time alone does not release a hold");

        let held = rules::holds(&app.app).await.unwrap();
        assert_eq!(held.len(), 1, "one hold, not one per member");
        assert_eq!(held[0].rule.as_ref().unwrap().number, 1);
        assert!(held[0].held_back >= 16, "{}", held[0].held_back);
        assert_eq!(app.count("select count(*) from audit where what = 'removal_held'").await, 1);
        let mut browser = app.browser();
        let kept = (0..MEMBERS).find(|number| app.roles(person(*number)) == [POPULAR]).unwrap();
        let page = browser.sign_in(person(kept)).await;
        assert!(page.says("Changes to this role are on hold"), "{}", page.body);

        rules::approve(&app.app, held[0].hold.id, "the operator").await.unwrap();
        app.idle().await;
        app.pass(Span::minutes(1), 3).await;
        assert_eq!(holders(&app), 0);
        assert!(rules::holds(&app.app).await.unwrap().is_empty());
        assert_eq!(app.count("select count(*) from audit where what = 'role_taken'").await, 19);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_4_roles_given_a_minute_ago_are_braked_too() {
    let app = TestApp::start().await;
    popular(&app).await;
    everybody_falls(&app).await;
    assert_eq!(holders(&app), 16);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_4_members_who_leave_by_themselves_are_not_counted() {
    let app = TestApp::start().await;
    popular(&app).await;
    for number in 0..8 {
        let mut browser = app.browser();
        let page = browser.sign_in(person(number)).await;
        let fields = [("platform", "github"), ("sure", "yes")];
        browser.post_with_token("/dashboard/connections/unlink", &page, &fields).await;
        app.settle(person(number)).await;
    }
    app.idle().await;
    app.pass(Span::minutes(1), 2).await;
    assert_eq!(holders(&app), 11);
    assert!(rules::holds(&app.app).await.unwrap().is_empty());
}
