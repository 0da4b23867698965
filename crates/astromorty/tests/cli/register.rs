//! `register`: shows, then registers, and a second time does nothing.

use crate::stage::{Stage, said};

#[tokio::test]
async fn the_difference_is_shown_and_registered_only_when_told() {
    let stage = Stage::start().await;
    let unasked = stage.run(&["register"]).await;
    assert_eq!(unasked.code, 1, "{unasked:?}");
    assert!(unasked.out.contains("+  github_followers"), "{}", unasked.out);
    assert!(unasked.err.contains("--yes"), "{}", unasked.err);
    assert!(stage.discord.writes().is_empty());

    let done = stage.run(&["register", "--yes"]).await;
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert!(done.out.contains("Registered."));
    assert!(
        done.out
            .contains("Linked Roles Verification URL: set http://127.0.0.1:8000/api/role-connections/verify")
    );
    assert!(!done.out.contains("Redirects"), "{}", done.out);

    let again = stage.run(&["register"]).await;
    assert!(again.code == 0 && again.out.contains("already"), "{again:?}");
    assert_eq!(stage.discord.writes().len(), 1);
}

#[tokio::test]
async fn a_token_of_another_application_is_refused() {
    let stage = Stage::start().await;
    let mut command = stage.folder.command(&["register", "--yes"]);
    let refused = said(command.env("ASTROMORTY__DISCORD__APPLICATION_ID", "1100000000000000009")).await;
    assert!(refused.code == 2 && refused.err.contains("take both from one application"), "{refused:?}");
    let mut command = stage.folder.command(&["register", "--yes"]);
    let refused = said(command.env("ASTROMORTY__DISCORD__BOT_TOKEN", "wrong-canary")).await;
    assert!(refused.code == 1 && !refused.err.contains("canary"), "{refused:?}");
    assert!(stage.discord.writes().is_empty());
}
