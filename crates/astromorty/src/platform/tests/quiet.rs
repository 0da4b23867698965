//! N-71 and the security log: what may be written down, and what must be.

use std::io;
use std::sync::{Arc, Mutex};

use domain::token::Secret;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::stage::{Stage, facts, octocat, tokens};
use crate::app::seam::HttpError;
use crate::platform::{RevokeScope, Who};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(self.clone())
            .with_ansi(false)
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn n_71_no_failure_writes_a_secret_down() {
    let log = Log::default();
    let _listening = log.listen();
    let secret = || Secret::new("canary".to_owned());
    let refused = json!({"error": "bad_verification_code", "error_description": "canary"});
    let stage = Stage::default()
        .json(200, &refused)
        .raw(200, &[], "canary")
        .fails(HttpError::Cut)
        .json(401, &json!({"message": "canary"}))
        .json(200, &json!({"id": "canary"}))
        .raw(500, &[], "canary");
    let github = stage.github();
    let mut errors = vec![
        github.exchange(&secret(), &secret(), "https://a.example").await.unwrap_err(),
        github.refresh(&secret(), "https://a.example").await.unwrap_err(),
        github.refresh(&secret(), "https://a.example").await.unwrap_err(),
        github.identify(&tokens(), None).await.unwrap_err(),
        github.identify(&tokens(), None).await.unwrap_err(),
    ];
    errors.push(github.revoke(&tokens(), RevokeScope::Grant).await.unwrap_err());
    let shown = format!("{errors:?} {github:?} {}", stage.metrics.render());
    assert!(!shown.contains("canary"), "{shown}");
    assert!(log.text().contains("token endpoint"));
    assert!(!log.text().contains("canary"), "{}", log.text());
}

#[tokio::test]
async fn n_68_another_account_is_one_security_event() {
    let log = Log::default();
    let _listening = log.listen();
    let tokens = tokens();
    let who = Who { tokens: Some(&tokens), ..octocat() };
    let stage = Stage::default().json(200, &json!({"id": 2, "login": "x", "followers": 1}));
    stage.github().read(&who, &facts(&["followers"])).await;
    let events: Vec<_> =
        log.text().lines().filter(|l| l.contains(" security: ")).map(str::to_owned).collect();
    assert_eq!(events.len(), 1);
    assert!(events[0].contains("reason=\"other_account\""), "{events:?}");
}
