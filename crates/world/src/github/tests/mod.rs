//! What the stand-in answers and refuses, asked over its router.

mod applications;
mod authorize;
mod facts;
mod gate;
mod github_app;
mod graphql;
mod pages;
mod rest;
mod scopes;
mod token;
mod types;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use super::*;
use crate::testing::{Call, Seen, param, send};
use crate::{Clock, FaultKind, Scope};

const OCTOCAT: u64 = 583_231;
const ADA: u64 = 7;
const BACK: &str = "http://127.0.0.1:8000/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// `client:secret` and `other:secret`.
const BASIC: &str = "Basic Y2xpZW50OnNlY3JldA==";
const OTHER_BASIC: &str = "Basic b3RoZXI6c2VjcmV0";
const START: i64 = 1_790_000_000_000;

/// A GitHub with two accounts and two apps.
struct Place {
    github: GitHub,
    time: Arc<AtomicI64>,
}

impl Place {
    fn new() -> Place {
        let time = Arc::new(AtomicI64::new(START));
        let shown = Arc::clone(&time);
        let github = GitHub::new(Clock::from_fn(move || shown.load(Ordering::SeqCst)));
        for client_id in ["client", "other"] {
            github.app(OAuthApp {
                client_id: client_id.into(),
                client_secret: "secret".into(),
                redirect_uris: vec![BACK.into()],
                expiring_tokens: false,
            });
        }
        github.service_token("service");
        github.account(Account {
            id: OCTOCAT,
            login: "octocat".into(),
            followers: 60,
            following: 9,
            public_repos: 8,
            created_at: 1_295_981_076_000,
            contributions: 321,
            merged_prs: [("rust-lang/rust".into(), 4), ("a/b".into(), 1)].into(),
            starred: ["rust-lang/rust".into()].into(),
            contributed: ["rust-lang/rust".into()].into(),
            orgs: ["github".into()].into(),
            sponsors: ["ada".into()].into(),
            ..Account::default()
        });
        github.account(Account { id: ADA, login: "ada".into(), ..Account::default() });
        Place { github, time }
    }

    fn advance(&self, millis: i64) {
        self.time.fetch_add(millis, Ordering::SeqCst);
    }

    async fn send(&self, call: Call) -> Seen {
        send(self.github.router(), call).await
    }

    async fn get(&self, path: &str, auth: &str) -> Seen {
        self.send(Call::new("GET", path).auth(auth)).await
    }

    /// Consents on the page and returns the code.
    async fn code(&self, user: u64, scope: &str) -> String {
        let path = format!("/login/oauth/authorize?{}", query(scope));
        let form = format!("user={user}&decision=authorize");
        let answer = self.send(Call::new("POST", &path).form(&form)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        param(answer.header("location"), "code")
    }

    /// Asks the token endpoint for JSON.
    async fn token(&self, form: &str) -> Value {
        let form = format!("client_id=client&client_secret=secret&{form}");
        let call = Call::new("POST", "/login/oauth/access_token").header("accept", "application/json");
        let answer = self.send(call.form(&form)).await;
        assert_eq!(answer.status, 200);
        answer.json()
    }

    /// Signs an account in and returns the bare token.
    async fn sign_in(&self, user: u64, scope: &str) -> String {
        let code = self.code(user, scope).await;
        self.token(&redeem(&code)).await["access_token"].as_str().unwrap().to_owned()
    }

    /// Signs an account in and returns the header for its token.
    async fn bearer(&self, user: u64, scope: &str) -> String {
        format!("Bearer {}", self.sign_in(user, scope).await)
    }

    async fn graphql(&self, body: &Value) -> Value {
        let answer = self.send(Call::new("POST", "/graphql").auth("Bearer service").json(body)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }
}

fn query(scope: &str) -> String {
    let scope = scope.replace(' ', "%20");
    format!(
        "client_id=client&redirect_uri={BACK}&scope={scope}&state=xyz&prompt=select_account\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
}

fn redeem(code: &str) -> String {
    format!("code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}")
}
