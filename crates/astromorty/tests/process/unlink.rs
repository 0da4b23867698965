//! F-03: killed at each step of an unlink. It is finished, and nothing comes back.

use crate::gate::Held;
use crate::product::{Stage, both};

async fn unlink(stage: &Stage) {
    let mut browser = stage.linked().await;
    let page = browser.visit("/dashboard/connections").await;
    tokio::spawn(async move {
        let fields = [("platform", "github"), ("sure", "yes")];
        browser.post_with_token("/dashboard/connections/unlink", &page, &fields).await
    });
}

async fn killed_at(route: &str) {
    for held in [Held::BeforeEffect, Held::BeforeReply] {
        for mut stage in both().await {
            let at_github = route.contains("/applications/") && route.ends_with("/grant");
            let step = if at_github { stage.at_github(route, held) } else { stage.at_discord(route, held) };
            unlink(&stage).await;
            step.reached().await;
            stage.die_and_serve().await;
            stage.undone().await;
        }
    }
}

#[tokio::test]
async fn f_03_killed_while_the_role_is_taken() {
    killed_at("DELETE /guilds/*/members/*/roles/*").await;
}

#[tokio::test]
async fn f_03_killed_while_the_role_connection_is_deleted() {
    killed_at("DELETE /users/@me/applications/*/role-connection").await;
}

#[tokio::test]
async fn f_03_killed_while_the_grant_is_revoked() {
    killed_at("DELETE /applications/*/grant").await;
}
