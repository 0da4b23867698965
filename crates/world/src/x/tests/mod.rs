//! What the stand-in answers and refuses, asked over its router.

mod authorize;
mod gate;
mod pages;
mod token;
mod users;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use super::*;
use crate::testing::{Call, Seen, param, send};
use crate::{Clock, FaultKind, Scope};

/// Beyond 2^53, where floating point numbers lose digits.
const ADA: u64 = 1_790_000_000_000_000_001;
const GRACE: u64 = 1_790_000_000_000_000_003;
const BACK: &str = "http://127.0.0.1:8000/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// `client:secret` and `other:secret`.
const BASIC: &str = "Basic Y2xpZW50OnNlY3JldA==";
const OTHER_BASIC: &str = "Basic b3RoZXI6c2VjcmV0";
const BEARER: &str = "Bearer app-only";
const SCOPES: &str = "users.read tweet.read offline.access";
const START: i64 = 1_790_000_000_000;

/// An X with two accounts and two apps.
struct Place {
    x: X,
    time: Arc<AtomicI64>,
}

impl Place {
    fn new() -> Place {
        let time = Arc::new(AtomicI64::new(START));
        let shown = Arc::clone(&time);
        let x = X::new(Clock::from_fn(move || shown.load(Ordering::SeqCst)));
        for client_id in ["client", "other"] {
            x.app(App {
                client_id: client_id.into(),
                client_secret: "secret".into(),
                bearer_token: (client_id == "client").then(|| "app-only".into()),
                redirect_uris: vec![BACK.into()],
            });
        }
        x.account(Account {
            id: ADA,
            username: "ada".into(),
            name: "Ada L.".into(),
            created_at: 1_387_000_000_000,
            followers: 120,
            following: 9,
            listed: 2,
            posts: 800,
            verified: true,
            verified_type: VerifiedType::Blue,
            verified_followers: 4,
            subscription: Subscription::Premium,
            affiliations: [GRACE].into(),
            follows: [GRACE].into(),
            ..Account::default()
        });
        x.account(Account {
            id: GRACE,
            username: "grace".into(),
            name: "Grace".into(),
            ..Account::default()
        });
        Place { x, time }
    }

    fn advance(&self, millis: i64) {
        self.time.fetch_add(millis, Ordering::SeqCst);
    }

    async fn send(&self, call: Call) -> Seen {
        send(self.x.router(), call).await
    }

    async fn get(&self, path: &str, auth: &str) -> Seen {
        self.send(Call::new("GET", path).auth(auth)).await
    }

    /// Consents on the page and returns the code.
    async fn code(&self, user: u64, scope: &str) -> String {
        let path = format!("/i/oauth2/authorize?{}", query(scope));
        let answer =
            self.send(Call::new("POST", &path).form(&format!("user={user}&decision=authorize"))).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert_eq!(param(answer.header("location"), "state"), "xyz");
        param(answer.header("location"), "code")
    }

    async fn token(&self, form: &str) -> Seen {
        self.send(Call::new("POST", "/2/oauth2/token").auth(BASIC).form(form)).await
    }

    /// Signs an account in and returns the whole answer.
    async fn sign_in(&self, user: u64, scope: &str) -> Value {
        let answer = self.token(&redeem(&self.code(user, scope).await)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Exchanges the refresh token of an answer.
    async fn refresh(&self, tokens: &Value) -> Seen {
        self.token(&format!("grant_type=refresh_token&refresh_token={}", text(tokens, "refresh_token"))).await
    }
}

fn query(scope: &str) -> String {
    let scope = scope.replace(' ', "%20");
    format!(
        "response_type=code&client_id=client&redirect_uri={BACK}&scope={scope}&state=xyz\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
}

fn redeem(code: &str) -> String {
    format!("grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}")
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap()
}

fn bearer(tokens: &Value) -> String {
    format!("Bearer {}", text(tokens, "access_token"))
}

/// The `error` and `error_description` of a refusal.
fn refusal(seen: &Seen) -> (u16, String, String) {
    let body = seen.json();
    (seen.status, text(&body, "error").to_owned(), text(&body, "error_description").to_owned())
}
