//! Platform calls per 1,000 re-checks: nothing is timed, only counted.
//!
//! The product's own client reads a thousand accounts as the worker does, with a service credential,
//! from the stand-ins' routers in this process. An account that could not be read would make the
//! count worthless, so every fact has to be told.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, anyhow, ensure};
use astromorty::app::seam::{Clock, Http, HttpError, ManualClock, Metrics, Request, Response};
use astromorty::platform::definitions::Definitions;
use astromorty::platform::{Credentials, Platform, Seams, Who};
use axum::Router;
use axum::body::{Body, to_bytes};
use domain::fact::FactKey;
use domain::moment::{Moment, Span};
use domain::token::Secret;
use tower::ServiceExt;
use world::{GitHub, Steam, X, github, steam, x};

use crate::figures::row;

const NOW: Moment = Moment::from_millis(1_790_000_000_000);
const MANY: u64 = 1_000;
/// The first id of an individual account at Steam.
const FIRST_STEAM: u64 = 76_561_197_960_265_729;
const SECRET: &str = "service";

/// Counts, and prints the rows of the table.
pub async fn print() -> Result<()> {
    let counts = ["github.account_age", "github.followers", "github.following", "github.public_repos"];
    let with = [&counts[..], &["github.contributions_last_year"]].concat();
    let github = github().await?;
    github.row("GitHub: age, followers, following, repositories", &counts, "≤ 12").await?;
    github.row("GitHub: the same with contributions", &with, "≤ 52").await?;
    let all = ["x.account_age", "x.followers", "x.following", "x.posts", "x.verified"];
    x()?.row("X: all facts", &all, "≤ 12").await?;
    let steam = steam()?;
    let bans = ["steam.account_age", "steam.vac_banned", "steam.game_bans"];
    let (level, hours) = ("steam.level", "steam.hours(app: 440)");
    steam.row("Steam: age and bans", &bans, "≤ 22").await?;
    steam.row("Steam: the same with the level", &[&bans[..], &[level]].concat(), "≤ 1,022").await?;
    let both = [&bans[..], &[level, hours]].concat();
    steam.row("Steam: the same with level and hours of one game", &both, "≤ 2,022").await
}

/// An account as the product keeps it.
struct Kept {
    subject: String,
    node: Option<String>,
}

/// A thousand accounts at a stand-in, and our client for it.
struct Crowd {
    platform: Platform,
    people: Vec<Kept>,
    /// How many calls the stand-in has seen.
    seen: Box<dyn Fn() -> usize>,
}

impl Crowd {
    async fn row(&self, what: &str, facts: &[&str], goal: &str) -> Result<()> {
        let facts: BTreeSet<FactKey> = facts.iter().map(|fact| fact.parse()).collect::<Result<_, _>>()?;
        let who: Vec<_> = self.people.iter().map(Kept::who).collect();
        let before = (self.seen)();
        let answers = self.platform.read_batch(&who, &facts).await;
        let calls = (self.seen)() - before;
        let known = answers.iter().flatten().filter_map(|answer| answer.outcome.as_ref().ok());
        let known: usize = known.map(BTreeMap::len).sum();
        ensure!(known == who.len() * facts.len(), "{what}: only {known} facts were told");
        row(&format!("platform calls per 1,000 re-checks, {what}"), &calls.to_string(), goal);
        Ok(())
    }
}

impl Kept {
    fn who(&self) -> Who<'_> {
        Who {
            subject: &self.subject,
            username: "somebody",
            node: self.node.as_deref(),
            tokens: None,
            remembered: None,
        }
    }
}

fn people(first: u64) -> Vec<Kept> {
    (first..first + MANY).map(|id| Kept { subject: id.to_string(), node: None }).collect()
}

fn there() -> world::Clock {
    world::Clock::from_fn(|| NOW.millis())
}

async fn github() -> Result<Crowd> {
    let site = GitHub::new(there());
    site.service_token(SECRET);
    site.limits(github::RateLimits::off());
    for id in 1..=MANY {
        let login = format!("person{id}");
        site.account(github::Account { id, login, contributions: id, ..github::Account::default() });
    }
    let platform = platform("github", site.router())?;
    let mut people = people(1);
    // The node ids, which linking stores.
    let followers = BTreeSet::from(["github.followers".parse::<FactKey>()?]);
    for one in &mut people {
        let answers = platform.read(&one.who(), &followers).await;
        let account = answers.into_iter().find_map(|answer| answer.account);
        one.node = account.context("GitHub tells of an account by its id")?.node;
    }
    Ok(Crowd { platform, people, seen: Box::new(move || site.log().len()) })
}

fn x() -> Result<Crowd> {
    let site = X::new(there());
    let bearer_token = Some(SECRET.to_owned());
    site.app(x::App { client_id: "id".to_owned(), bearer_token, ..x::App::default() });
    for id in 1..=MANY {
        site.account(x::Account { id, username: format!("person{id}"), ..x::Account::default() });
    }
    let platform = platform("x", site.router())?;
    Ok(Crowd { platform, people: people(1), seen: Box::new(move || site.log().len()) })
}

fn steam() -> Result<Crowd> {
    let site = Steam::new(there(), "https://steamcommunity.com");
    site.key(SECRET);
    for id in FIRST_STEAM..FIRST_STEAM + MANY {
        site.account(steam::Account {
            id,
            name: format!("person{id}"),
            created_at: Some(NOW.millis() - Span::days(400).as_millis()),
            games: vec![steam::Game { app_id: 440, minutes: 90, ..steam::Game::default() }],
            ..steam::Account::default()
        });
    }
    let platform = platform("steam", site.router())?;
    Ok(Crowd { platform, people: people(FIRST_STEAM), seen: Box::new(move || site.log().len()) })
}

/// A shipped platform whose other end is this router.
fn platform(key: &str, router: Router) -> Result<Platform> {
    let defined = Definitions::built_in().define(&key.parse()?);
    let definition = defined.map_err(|mistakes| anyhow!("{mistakes:?}"))?.definition;
    let clock = Clock::Manual(ManualClock::at(NOW));
    let calls = tower::service_fn(move |request| call(router.clone(), request));
    let seams = Seams { http: Http::new(calls, clock.clone()), clock, metrics: Metrics::default() };
    let credentials = Credentials {
        client_id: "id".to_owned(),
        client_secret: Secret::new("secret".to_owned()),
        service: Some(Secret::new(SECRET.to_owned())),
        hosts: BTreeMap::new(),
        issuer: None,
        allowed_hosts: Vec::new(),
    };
    let platform = Platform::new(definition, credentials, seams);
    platform.map_err(|problems| anyhow!("{key}: {problems:?}"))
}

async fn call(router: Router, request: Request) -> Result<Response, HttpError> {
    let answer = router.oneshot(request.map(Body::from)).await.map_err(|never| match never {})?;
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|_| HttpError::Cut)?;
    Ok(Response::from_parts(head, body))
}
