//! F-02: killed at each step of what follows a link. Every write is there, and told of, once.

use crate::gate::Held;
use crate::product::both;

async fn killed_at(route: &str) {
    for held in [Held::BeforeEffect, Held::BeforeReply] {
        for mut stage in both().await {
            let step = stage.at_discord(route, held);
            stage.say_yes().await;
            step.reached().await;
            stage.die_and_serve().await;
            stage.complete().await;
        }
    }
}

#[tokio::test]
async fn f_02_killed_while_a_role_is_given() {
    killed_at("PUT /guilds/*/members/*/roles/*").await;
}

#[tokio::test]
async fn f_02_killed_while_the_member_is_read() {
    killed_at("GET /guilds/*/members/2001").await;
}

#[tokio::test]
async fn f_02_killed_while_the_role_connection_is_pushed() {
    killed_at("PUT /users/@me/applications/*/role-connection").await;
}
