//! What the stand-in answers and refuses, asked over its router.

mod authorize;
mod connections;
mod faults;
mod gate;
mod linked;
mod pages;
mod reads;
mod roles;
mod token;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value;

use super::*;
use crate::Clock;
use crate::testing::{Call, Seen, param, send};

const APP: u64 = 1000;
const OTHER_APP: u64 = 2000;
const GUILD: u64 = 500;
const ADA: u64 = 11;
const BOB: u64 = 12;
const ROLE: u64 = 701;
const BACK: &str = "http://127.0.0.1:8000/auth/discord/callback";
const BOT: &str = "Bot bot-token";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const START: i64 = 1_790_000_000_000;

/// A Discord with one server, two people and a bot whose role stands at 10.
struct Place {
    discord: Discord,
    time: Arc<AtomicI64>,
}

impl Place {
    fn new() -> Place {
        let time = Arc::new(AtomicI64::new(START));
        let shown = Arc::clone(&time);
        let discord = Discord::new(Clock::from_fn(move || shown.load(Ordering::SeqCst)));
        discord.limits(RateLimits::off());
        discord.application(app(APP, "bot-token"));
        discord.application(app(OTHER_APP, "other-token"));
        discord.user(ADA, "Ada");
        discord.user(BOB, "Bob");
        discord.guild(GUILD, "Café <b>", BOB);
        discord.join(GUILD, ADA);
        discord.add_bot(GUILD, APP, 10);
        discord.role(GUILD, Role { id: ROLE, name: "Popular".into(), position: 5, ..Role::default() });
        Place { discord, time }
    }

    fn advance(&self, millis: i64) {
        self.time.fetch_add(millis, Ordering::SeqCst);
    }

    async fn send(&self, call: Call) -> Seen {
        send(self.discord.router(), call).await
    }

    /// An API request of the bot, without a body.
    async fn bot(&self, method: &str, path: &str) -> Seen {
        self.send(Call::new(method, &format!("/api/v10{path}")).auth(BOT)).await
    }

    /// Consents on the page and returns the code.
    async fn code(&self, user: u64, scope: &str) -> String {
        let query = format!("{}&code_challenge={CHALLENGE}&code_challenge_method=S256", query(scope));
        let form = format!("user={user}&decision=authorize");
        let call = Call::new("POST", &format!("/oauth2/authorize?{query}")).form(&form);
        let answer = self.send(call).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        param(answer.header("location"), "code")
    }

    async fn token(&self, form: &str) -> Seen {
        let credentials = format!("client_id={APP}&client_secret=secret-{APP}&{form}");
        self.send(Call::new("POST", "/api/v10/oauth2/token").form(&credentials)).await
    }

    /// Signs a person in and returns access and refresh token.
    async fn sign_in(&self, user: u64, scope: &str) -> (String, String) {
        let code = self.code(user, scope).await;
        let answer = self.token(&redeem(&code)).await;
        let body = answer.json();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        (format!("Bearer {}", text("access_token")), text("refresh_token"))
    }

    /// Pushes a role connection with a person's token.
    async fn push(&self, bearer: &str, body: &Value) -> Seen {
        self.send(Call::new("PUT", &connection_path(APP)).auth(bearer).json(body)).await
    }

    /// Registers a schema with the bot's token.
    async fn register(&self, schema: &Value) -> Seen {
        let path = format!("/api/v10/applications/{APP}/role-connections/metadata");
        self.send(Call::new("PUT", &path).auth(BOT).json(schema)).await
    }
}

fn app(id: u64, bot_token: &str) -> Application {
    Application {
        id,
        name: format!("Linker {id}"),
        client_secret: format!("secret-{id}"),
        bot_token: bot_token.into(),
        redirect_uris: vec![BACK.into()],
        verification_url: Some("http://127.0.0.1:8000/verify".into()),
    }
}

fn query(scope: &str) -> String {
    let back = BACK.replace(':', "%3A").replace('/', "%2F");
    let scope = scope.replace(' ', "%20");
    format!("client_id={APP}&response_type=code&redirect_uri={back}&scope={scope}&state=xyz")
}

fn redeem(code: &str) -> String {
    format!("grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}")
}

fn connection_path(application: u64) -> String {
    format!("/api/v10/users/@me/applications/{application}/role-connection")
}
