use serde_json::json;

use super::stage::{Stage, tokens};
use crate::platform::{PlatformError, RevokeScope};

#[tokio::test]
async fn a_token_is_ended_alone_or_with_its_whole_grant() {
    let stage = Stage::default().raw(204, &[], "").raw(204, &[], "");
    let github = stage.github();
    github.revoke(&tokens(), RevokeScope::Token).await.unwrap();
    assert_eq!(stage.last_json(), json!({"access_token": "gho_canary"}));
    assert_eq!(stage.last().headers()["authorization"], "Basic SXYxLmNsdWI6c2VjcmV0LWNhbmFyeQ==");
    github.revoke(&tokens(), RevokeScope::Grant).await.unwrap();
    let expected = [
        "DELETE https://api.github.com/applications/Iv1.club/token",
        "DELETE https://api.github.com/applications/Iv1.club/grant",
    ];
    assert_eq!(stage.lines(), expected);
}

#[tokio::test]
async fn a_token_that_is_dead_already_is_fine() {
    let stage = Stage::default().raw(404, &[], "{}");
    stage.github().revoke(&tokens(), RevokeScope::Grant).await.unwrap();
}

#[tokio::test]
async fn a_refused_revocation_is_told_and_not_repeated() {
    for (status, error) in [
        (401, PlatformError::InvalidClient),
        (422, PlatformError::Unavailable),
        (500, PlatformError::Unavailable),
        (200, PlatformError::Unavailable),
    ] {
        let stage = Stage::default().raw(status, &[], "{}");
        let refused = stage.github().revoke(&tokens(), RevokeScope::Token).await;
        assert_eq!(refused, Err(error), "{status}");
        assert_eq!(stage.lines().len(), 1);
    }
}

#[tokio::test]
async fn a_platform_that_cannot_revoke_is_not_asked() {
    let stage = Stage::default();
    let mut definition = stage.github().definition().clone();
    definition.revoke = domain::platform::Revoke::default();
    assert!(definition.check().is_empty());
    assert!(stage.github().can_revoke(RevokeScope::Grant));
    let settings = stage.github().settings_url().unwrap();
    assert_eq!(settings, "https://github.com/settings/connections/applications/Iv1.club");
}
