//! What the stand-in answers and refuses, asked over its router.

mod authorize;
mod token;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::*;
use crate::Clock;

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

/// An answer, read whole.
struct Seen {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Seen {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn code(&self) -> (u16, i64) {
        (self.status, self.json()["code"].as_i64().unwrap())
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// A request being written.
struct Call(axum::http::request::Builder, Vec<u8>);

impl Call {
    fn new(method: &str, path: &str) -> Call {
        let request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap());
        Call(request.uri(path), Vec::new()).header("user-agent", "DiscordBot (http://x, 1)")
    }

    fn header(self, name: &str, value: &str) -> Call {
        Call(self.0.header(name, value), self.1)
    }

    fn auth(self, value: &str) -> Call {
        self.header("authorization", value)
    }

    fn json(self, body: &Value) -> Call {
        let call = self.header("content-type", "application/json");
        Call(call.0, body.to_string().into_bytes())
    }

    fn form(self, body: &str) -> Call {
        let call = self.header("content-type", "application/x-www-form-urlencoded");
        Call(call.0, body.as_bytes().to_vec())
    }
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
        discord.role(
            GUILD,
            Role {
                id: ROLE,
                name: "Popular".into(),
                position: 5,
                ..Role::default()
            },
        );
        Place { discord, time }
    }

    fn advance(&self, millis: i64) {
        self.time.fetch_add(millis, Ordering::SeqCst);
    }

    async fn send(&self, call: Call) -> Seen {
        let request = call.0.body(Body::from(call.1)).unwrap();
        let answer = self.discord.router().oneshot(request).await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        Seen {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// An API request of the bot, without a body.
    async fn bot(&self, method: &str, path: &str) -> Seen {
        self.send(Call::new(method, &format!("/api/v10{path}")).auth(BOT))
            .await
    }

    /// Consents on the page and returns the code.
    async fn code(&self, user: u64, scope: &str) -> String {
        let query = format!(
            "{}&code_challenge={CHALLENGE}&code_challenge_method=S256",
            query(scope)
        );
        let form = format!("user={user}&decision=authorize");
        let call = Call::new("POST", &format!("/oauth2/authorize?{query}")).form(&form);
        let answer = self.send(call).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER.as_u16(),
            "{}",
            answer.body
        );
        param(answer.header("location"), "code")
    }

    async fn token(&self, form: &str) -> Seen {
        let credentials = format!("client_id={APP}&client_secret=secret-{APP}&{form}");
        self.send(Call::new("POST", "/api/v10/oauth2/token").form(&credentials))
            .await
    }

    /// Signs a person in and returns access and refresh token.
    async fn sign_in(&self, user: u64, scope: &str) -> (String, String) {
        let code = self.code(user, scope).await;
        let answer = self.token(&redeem(&code)).await;
        let body = answer.json();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        (
            format!("Bearer {}", text("access_token")),
            text("refresh_token"),
        )
    }

    /// Pushes a role connection with a person's token.
    async fn push(&self, bearer: &str, body: &Value) -> Seen {
        self.send(
            Call::new("PUT", &connection_path(APP))
                .auth(bearer)
                .json(body),
        )
        .await
    }

    /// Registers a schema with the bot's token.
    async fn register(&self, schema: &Value) -> Seen {
        let path = format!("/api/v10/applications/{APP}/role-connections/metadata");
        self.send(Call::new("PUT", &path).auth(BOT).json(schema))
            .await
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
    format!(
        "grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}"
    )
}

fn param(uri: &str, name: &str) -> String {
    let url = url::Url::parse(uri).unwrap();
    let found = url.query_pairs().find(|(known, _)| known == name);
    found
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn connection_path(application: u64) -> String {
    format!("/api/v10/users/@me/applications/{application}/role-connection")
}
