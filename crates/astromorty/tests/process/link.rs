//! F-01: killed at each step of a link. Before the yes nothing is linked; after it, all of it is.

use crate::gate::Held;
use crate::product::{ADA, OCTOCAT, both, yes};

#[tokio::test]
async fn f_01_killed_between_start_and_callback_the_link_goes_on() {
    for mut stage in both().await {
        let mut browser = stage.browser();
        browser.sign_in(ADA).await;
        let there = browser.get("/api/role-connections/github/authorize").await.location();
        stage.die_and_serve().await;
        stage.nothing_is_linked().await;
        let back = browser.agree(&there, OCTOCAT).await;
        let confirm = browser.visit(back.as_str()).await;
        yes(&mut browser, &confirm).await;
        stage.complete().await;
    }
}

#[tokio::test]
async fn f_01_killed_before_the_confirm_page_nothing_is_linked() {
    let steps = [
        ("POST /login/oauth/access_token", Held::BeforeEffect),
        ("POST /login/oauth/access_token", Held::BeforeReply),
        ("GET /user", Held::BeforeEffect),
        ("GET /user", Held::BeforeReply),
    ];
    for mut stage in both().await {
        for (route, held) in steps {
            let mut browser = stage.browser();
            browser.sign_in(ADA).await;
            let there = browser.get("/api/role-connections/github/authorize").await.location();
            let back = browser.agree(&there, OCTOCAT).await;
            let step = stage.at_github(route, held);
            let mut left = browser.clone();
            let url = back.to_string();
            let arriving = tokio::spawn(async move { left.get(&url).await });
            step.reached().await;
            stage.die_and_serve().await;
            arriving.await.expect_err("its answer never came");
            stage.nothing_is_linked().await;
            let again = browser.visit(back.as_str()).await;
            assert!(again.says("This link is not valid any more"), "{route} {held:?}: {}", again.body);
            stage.nothing_is_linked().await;
        }
        stage.linked().await;
    }
}

#[tokio::test]
async fn f_01_killed_with_the_confirm_page_open_the_yes_still_counts() {
    for mut stage in both().await {
        let (mut browser, confirm) = stage.confirm().await;
        stage.die_and_serve().await;
        stage.nothing_is_linked().await;
        yes(&mut browser, &confirm).await;
        stage.complete().await;
    }
}

#[tokio::test]
async fn f_01_killed_after_the_yes_the_link_is_completed() {
    for held in [Held::BeforeEffect, Held::BeforeReply] {
        for mut stage in both().await {
            let (mut browser, confirm) = stage.confirm().await;
            let facts = stage.at_github("GET /user", held);
            tokio::spawn(async move { yes(&mut browser, &confirm).await });
            facts.reached().await;
            stage.die_and_serve().await;
            stage.complete().await;
        }
    }
}
