//! SIGTERM: an orderly end within ten seconds, whatever hangs.

use crate::gate::Held;
use crate::product::both;

#[tokio::test]
async fn sigterm_in_the_middle_of_work_ends_with_0_and_the_next_start_finishes() {
    for mut stage in both().await {
        let step = stage.at_discord("PUT /guilds/*/members/*/roles/*", Held::BeforeReply);
        stage.say_yes().await;
        step.reached().await;
        assert_eq!(stage.terminate().await.code(), Some(0));
        stage.go_on().await;
        stage.complete().await;
    }
}
