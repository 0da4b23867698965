//! Stories of calls, against a Discord that refuses what the real one refuses.

mod bot;
mod faults;
mod user;

use std::future::Future;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use domain::id::{GuildId, RoleId, UserId};
use domain::moment::{Moment, Span};
use domain::token::{Secret, TokenSet};
use http_body_util::BodyExt;
use tower::ServiceExt;
use url::Url;
use world::discord::{Application, RateLimits, Role};
use world::{Fault, FaultKind};

use super::*;
use crate::app::seam::{Clock, Http, HttpError, Limits, ManualClock, Metrics, Random, Request, Response};

const APP: u64 = 1000;
const GUILD: u64 = 500;
const ADA: u64 = 11;
const BOB: u64 = 12;
const ROLE: u64 = 701;
const HIGH_ROLE: u64 = 702;
const BACK: &str = "http://127.0.0.1:8000/auth/discord/callback";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const START: Moment = Moment::from_millis(1_790_000_000_000);

/// A Discord with one server, two people and our bot, and our client for it.
struct Place {
    fake: world::Discord,
    discord: Discord,
    clock: ManualClock,
    metrics: Metrics,
}

impl Place {
    fn new() -> Self {
        let clock = ManualClock::at(START);
        let shown = clock.clone();
        let fake = world::Discord::new(world::Clock::from_fn(move || shown.now().millis()));
        fake.application(Application {
            id: APP,
            name: "Linker".into(),
            client_secret: "client-secret".into(),
            bot_token: "bot-token".into(),
            redirect_uris: vec![BACK.into()],
            verification_url: Some("http://127.0.0.1:8000/verify".into()),
        });
        fake.user(ADA, "Ada");
        fake.user(BOB, "Bob");
        fake.guild(GUILD, "Café", BOB);
        fake.join(GUILD, ADA);
        fake.add_bot(GUILD, APP, 10);
        fake.role(GUILD, plain_role(ROLE, 5));
        fake.role(GUILD, plain_role(HIGH_ROLE, 20));
        let metrics = Metrics::default();
        let time = Clock::Manual(clock.clone());
        let http = Http::new(served_by(fake.router()), time.clone());
        let discord = Discord::new(access(), http, time, Random::seeded(1), metrics.clone());
        Self { fake, discord, clock, metrics }
    }

    fn without_limits() -> Self {
        let place = Self::new();
        place.fake.limits(RateLimits::off());
        place
    }

    /// Lets the clock run, a second at a time, until something is done.
    async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                result = &mut work => return result,
                () = breathe() => self.clock.advance(Span::seconds(1)),
            }
        }
    }

    /// Ada signs in.
    async fn sign_in(&self) -> TokenSet {
        let code = self.code().await;
        let exchange = self.discord.exchange(&code, VERIFIER, BACK);
        self.run(exchange).await.unwrap()
    }

    /// Ada agrees on the page that we send her to.
    async fn code(&self) -> String {
        let url = self.discord.authorize_url("xyz", CHALLENGE, BACK);
        let request = http::Request::post(url.as_str())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("user={ADA}&decision=authorize")))
            .unwrap();
        let answer = self.fake.router().oneshot(request).await.unwrap();
        let to = answer.headers()["location"].to_str().unwrap().to_owned();
        let to = Url::parse(&to).unwrap();
        let found = to.query_pairs().find(|(name, _)| name == "code");
        found.expect("a code").1.into_owned()
    }

    fn fault(&self, route: &str, kind: FaultKind) {
        self.fake.fault(Fault::once(route, kind));
    }

    /// Requests that reached Discord.
    fn requests(&self) -> usize {
        self.fake.log().len()
    }

    async fn give(&self, role: u64, priority: Priority) -> Result<(), DiscordError> {
        let give = self.discord.give_role(assignment(role), "rule 12 v3", priority);
        self.run(give).await
    }
}

/// Enough for everything that can go on to go on.
async fn breathe() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

fn access() -> Access {
    Access {
        api_url: Url::parse("http://localhost/api/v10").unwrap(),
        authorize_url: Url::parse("http://localhost/oauth2/authorize").unwrap(),
        application_id: "1000".parse().unwrap(),
        client_secret: Secret::new("client-secret".into()),
        bot_token: Secret::new("bot-token".into()),
        pace: 48,
        user_agent: "DiscordBot (https://roles.example.org, 0.1.0)".into(),
    }
}

fn served_by(
    router: Router,
) -> impl tower::Service<
    Request,
    Response = Response,
    Error = HttpError,
    Future = impl Future<Output = Result<Response, HttpError>> + Send,
> + Clone
+ Send
+ Sync
+ 'static {
    tower::service_fn(move |request: Request| {
        let router = router.clone();
        async move {
            let limits = request.extensions().get::<Limits>().copied().unwrap();
            let Ok(answer) = router.oneshot(request.map(Body::from)).await;
            let (parts, body) = answer.into_parts();
            let body = http_body_util::Limited::new(body, limits.max_bytes);
            let body: Bytes = match body.collect().await {
                Ok(body) => body.to_bytes(),
                Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                    return Err(HttpError::TooLarge);
                }
                Err(_) => return Err(HttpError::Cut),
            };
            Ok(Response::from_parts(parts, body))
        }
    })
}

fn plain_role(id: u64, position: i64) -> Role {
    Role { id, name: format!("Role {id}"), position, ..Role::default() }
}

fn guild() -> GuildId {
    GuildId::new(500).unwrap()
}

fn ada() -> UserId {
    UserId::new(11).unwrap()
}

fn assignment(role: u64) -> Assignment {
    Assignment { guild: guild(), user: ada(), role: RoleId::new(i64::try_from(role).unwrap()).unwrap() }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, DiscordError>) -> Option<Refusal> {
    result.unwrap_err().refusal()
}
