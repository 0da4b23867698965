//! The product in one process with its outside: stand-ins for Discord and GitHub, a clock that only
//! the story moves, and browsers.

pub mod alarms;
mod browser;
mod database;
mod gate;
mod log;
mod outside;
mod secrets;
pub mod sites;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;

use astromorty::app::App;
use astromorty::app::seam::{Clock, Http, ManualClock, Random};
use astromorty::app::settings::Settings;
use astromorty::app::{OpenError, Seams};
use astromorty::flow::rules::{self, NewRule, Watch};
use astromorty::flow::{queue, work};
use astromorty::store::rule::Rule;
use astromorty::{web, worker};
use domain::id::{GuildId, RoleId, UserId};
use domain::moment::{Moment, Span};
use tokio_util::sync::CancellationToken;
use world::{discord, github};

pub use browser::{Answer, Browser};
pub use database::Database;
pub use gate::Held;
#[allow(unused_imports, reason = "not every host is named by a story")]
pub use outside::{DISCORD, GITHUB, ROLES};
pub use watch::{Watched, watched, watched_with};

/// What a story starts from: one server, its bot, some people and accounts.
pub const GUILD: u64 = 9_000;
/// Below the bot's role.
pub const POPULAR: u64 = 9_001;
/// Below the bot's role.
pub const BUILDER: u64 = 9_002;
/// Above the bot's role.
pub const LOFTY: u64 = 9_003;
/// A linked role over `github_followers` of at least 10.
pub const LINKED: u64 = 9_004;
/// Our application and its bot.
pub const APPLICATION: u64 = 500;
/// The server's owner.
pub const OWNER: u64 = 1_000;

/// What the database's secrets are sealed with.
pub const KEY: &str = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Where a story begins in time.
const START: i64 = 1_790_000_000_000;

/// The product, running.
pub struct TestApp {
    pub app: App,
    pub discord: world::Discord,
    pub github: world::GitHub,
    pub clock: ManualClock,
    pub outside: outside::Outside,
    database: Arc<Database>,
    stop: CancellationToken,
    worker: Option<tokio::task::JoinHandle<()>>,
}

/// Runs a story on SQLite, and on PostgreSQL where there is one.
pub async fn on_both<F>(story: impl Fn(TestApp) -> F)
where
    F: Future<Output = ()>,
{
    for database in [Some(Database::sqlite()), Database::postgres().await].into_iter().flatten() {
        story(TestApp::start_on(Arc::new(database), &[]).await).await;
    }
}

#[allow(dead_code, reason = "a stage has more ways than today's stories walk")]
impl TestApp {
    /// On SQLite, with the settings of every story.
    pub async fn start() -> Self {
        Self::start_on(Arc::new(Database::sqlite()), &[]).await
    }

    /// On SQLite, with some settings changed: variables as the operator would set them.
    pub async fn start_with(changes: &[(&str, &str)]) -> Self {
        Self::start_on(Arc::new(Database::sqlite()), changes).await
    }

    /// On a database, with some settings changed.
    pub async fn start_on(database: Arc<Database>, changes: &[(&str, &str)]) -> Self {
        let clock = ManualClock::at(Moment::from_millis(START));
        let (discord, github) = populated(&clock);
        Self::join(database, (discord, github, clock), changes).await
    }

    pub async fn join(
        database: Arc<Database>,
        (discord, github, clock): (world::Discord, world::GitHub, ManualClock),
        changes: &[(&str, &str)],
    ) -> Self {
        let outside = outside::Outside::new(&discord, &github);
        let mut env = settings(&database);
        env.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        env.retain(|_, value| !value.is_empty());
        let file = env.remove("ASTROMORTY_CONFIG").map(std::path::PathBuf::from);
        let settings = Settings::load(file.as_deref(), &env);
        let settings = settings.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
        alarms::listen();
        let http = Http::new(outside.clone(), Clock::Manual(clock.clone()));
        let seams = Seams { clock: Clock::Manual(clock.clone()), random: Random::System, http };
        let app = App::open(settings, seams).await.unwrap();
        outside.serve(ROLES, web::router(app.clone()));
        let stop = CancellationToken::new();
        let worker = tokio::spawn(worker::run(app.clone(), stop.clone()));
        Self { app, discord, github, clock, outside, database, stop, worker: Some(worker) }
    }

    /// A second process on the same database, in the same world.
    pub async fn second(&self) -> Self {
        self.second_with(&[]).await
    }

    /// The same with some settings changed.
    pub async fn second_with(&self, changes: &[(&str, &str)]) -> Self {
        let world = (self.discord.clone(), self.github.clone(), self.clock.clone());
        Self::join(self.database.clone(), world, changes).await
    }

    /// Stops the worker between two pieces of work.
    pub async fn stop_worker(&mut self) {
        self.stop.cancel();
        if let Some(worker) = self.worker.take() {
            worker.await.unwrap();
        }
    }

    /// The product opened on the same database with settings changed, or why it refuses.
    pub async fn opened_with(&self, changes: &[(&str, &str)]) -> Result<App, OpenError> {
        let mut env = settings(&self.database);
        env.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let settings = Settings::load(None, &env).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
        let clock = Clock::Manual(self.clock.clone());
        let http = Http::new(self.outside.clone(), clock.clone());
        App::open(settings, Seams { clock, random: Random::System, http }).await
    }

    /// Dies at once, whatever it was doing; another process takes its place in the same world. What
    /// it had claimed is free again.
    pub async fn crash(mut self) -> Self {
        if let Some(worker) = self.worker.take() {
            worker.abort();
            let _ = worker.await;
        }
        self.outside.to_discord.forget();
        self.outside.to_github.forget();
        let next = self.second().await;
        next.advance(Span::minutes(3));
        next
    }

    /// Changes rows behind the product's back.
    pub async fn change_rows(&self, sql: &str) {
        self.database.change(sql).await;
    }

    /// The first column of what a query finds.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        self.database.texts(sql).await
    }

    /// What a query counts.
    pub async fn count(&self, sql: &str) -> i64 {
        self.texts(sql).await[0].parse().unwrap()
    }

    /// What a server's log says happened to a person, in order.
    pub async fn log_of(&self, person: u64) -> Vec<String> {
        self.texts(&format!("select what from audit where user_id = {person} order by id")).await
    }

    /// How many requests a stand-in saw on a route.
    pub fn calls(log: &[world::Exchange], route: &str) -> usize {
        let fault = world::Fault::once(route, world::FaultKind::Cut);
        let short = |path: &str| path.strip_prefix("/api/v10").unwrap_or(path).to_owned();
        log.iter().filter(|seen| fault.matches(&seen.method, &short(&seen.path))).count()
    }

    /// How many requests Discord saw on a route.
    pub fn to_discord(&self, route: &str) -> usize {
        Self::calls(&self.discord.log(), route)
    }

    /// How many requests GitHub saw on a route.
    pub fn to_github(&self, route: &str) -> usize {
        Self::calls(&self.github.log(), route)
    }

    /// Lets time pass in steps, with everything done that comes due in each.
    pub async fn pass(&self, step: Span, steps: u32) {
        for _ in 0..steps {
            // A call on its way would take a leap of the clock for silence.
            self.idle().await;
            self.advance(step);
            self.idle().await;
        }
    }

    /// Waits until nothing at all is due: what failed before, too. A call that waits for its turn
    /// needs the clock, so that goes on when nothing else does.
    pub async fn idle(&self) {
        let due = "select count(*) from work where dead_at is null and due_at <=";
        let looks = std::cell::Cell::new(0);
        until("nothing is due", async || {
            self.app.wake.ring();
            looks.set(looks.get() + 1);
            if looks.get() % 40 == 0 {
                self.clock.advance(Span::seconds(1));
            }
            let now = self.clock.now().millis();
            let checks = format!("select count(*) from connection where due_at <= {now}");
            // In this order: what a check asks for is stored with the time of the next one.
            self.count(&checks).await == 0 && self.count(&format!("{due} {now}")).await == 0
        })
        .await;
    }

    /// Waits, a bounded time, until something can be seen.
    pub async fn until(&self, what: &str, seen: impl AsyncFn() -> bool) {
        until(what, seen).await;
    }

    /// A browser that nobody signed in with yet.
    pub fn browser(&self) -> Browser {
        Browser::new(self.outside.clone())
    }

    /// Sends something that no browser sends to one of our addresses.
    pub async fn post(&self, path: &str, headers: &[(String, String)], body: &[u8]) -> http::StatusCode {
        let url = self.outside.base().join(path).unwrap();
        let mut request = http::Request::post(url.as_str());
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(bytes::Bytes::copy_from_slice(body)).unwrap();
        self.outside.send(request).await.unwrap().status()
    }

    /// A person on Discord and in the server.
    pub fn person(&self, id: u64, name: &str) {
        self.discord.user(id, name);
        self.discord.join(GUILD, id);
    }

    /// An account at GitHub.
    pub fn account(&self, id: u64, login: &str, followers: u64) {
        let created_at = START - 3 * 365 * 86_400_000;
        let account =
            github::Account { id, login: login.to_owned(), followers, created_at, ..Default::default() };
        self.github.account(account);
    }

    /// A rule of the server, as the operator adds it.
    pub async fn rule(&self, role: u64, criteria: &str) -> Rule {
        self.rule_with_grace(role, criteria, Span::ZERO).await
    }

    /// The same with a grace.
    pub async fn rule_with_grace(&self, role: u64, criteria: &str, grace: Span) -> Rule {
        let (guild, role) = (guild(), role_id(role));
        let new = NewRule { guild, role, criteria: criteria.to_owned(), grace, observe_only: Watch::Acts };
        rules::add(&self.app, new).await.unwrap()
    }

    /// Signs a person in, links an account and ticks everything on the confirm page.
    pub async fn linked(&self, person: u64, account: u64) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(person).await;
        let confirm = browser.to_confirm("github", account).await;
        let guild = GUILD.to_string();
        let fields = [("decision", "link"), ("guild", &guild), ("profile", "yes")];
        browser.submit(&confirm, &fields).await;
        self.settle(person).await;
        browser
    }

    /// Moves the clock and lets the worker look.
    pub fn advance(&self, by: Span) {
        self.clock.advance(by);
        self.app.wake.ring();
    }

    /// Waits until nothing of a person's is due.
    pub async fn settle(&self, person: u64) {
        queue::settled(&self.app, UserId::new(i64::try_from(person).unwrap()).unwrap()).await.unwrap();
    }

    /// Does everything that is due, without the worker.
    pub async fn work(&self) {
        while worker::round(&self.app).await.unwrap() > 0 {}
    }

    /// The roles a person holds in the server.
    pub fn roles(&self, person: u64) -> Vec<u64> {
        self.discord.member_roles(GUILD, person).into_iter().collect()
    }

    /// What Discord was told of a person.
    pub fn pushed(&self, person: u64) -> Option<discord::RoleConnection> {
        self.discord.role_connection(APPLICATION, person)
    }

    /// Deletes what has served its time.
    pub async fn clean(&self) {
        work::clean(&self.app).await.unwrap();
    }
}

/// Waits until something can be seen; fails after ten seconds.
pub async fn until(what: &str, seen: impl AsyncFn() -> bool) {
    let looks = async {
        while !seen().await {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let seen = tokio::time::timeout(std::time::Duration::from_secs(10), looks).await;
    seen.unwrap_or_else(|_| panic!("this never came: {what}"));
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub fn guild() -> GuildId {
    GuildId::new(i64::try_from(GUILD).unwrap()).unwrap()
}

pub fn role_id(role: u64) -> RoleId {
    RoleId::new(i64::try_from(role).unwrap()).unwrap()
}

fn settings(database: &Database) -> BTreeMap<String, String> {
    let set = [
        ("ASTROMORTY__WEB__PUBLIC_URL", "https://roles.test"),
        ("ASTROMORTY__DATABASE__URL", &database.url()),
        ("ASTROMORTY__SECRETS__KEYS", KEY),
        ("ASTROMORTY__DISCORD__APPLICATION_ID", "500"),
        ("ASTROMORTY__DISCORD__CLIENT_SECRET", "discord-client-secret"),
        ("ASTROMORTY__DISCORD__BOT_TOKEN", "bot-token"),
        ("ASTROMORTY__DISCORD__API_URL", "https://discord.test/api/v10"),
        ("ASTROMORTY__DISCORD__AUTHORIZE_URL", "https://discord.test/oauth2/authorize"),
        // The clock stands still, so an even pace would wait for ever.
        ("ASTROMORTY__DISCORD__PACE", "0"),
        ("ASTROMORTY__PLATFORMS__GITHUB__HOSTS__WEB", "https://github.test"),
        ("ASTROMORTY__PLATFORMS__GITHUB__HOSTS__API", "https://api.github.test"),
        ("GITHUB_CLIENT_ID", "github-client"),
        ("GITHUB_CLIENT_SECRET", "github-client-secret"),
    ];
    set.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn populated(clock: &ManualClock) -> (world::Discord, world::GitHub) {
    let ticking = clock.clone();
    let time = world::Clock::from_fn(move || ticking.now().millis());
    let discord = world::Discord::new(time.clone());
    discord.limits(discord::RateLimits::off());
    discord.application(discord::Application {
        id: APPLICATION,
        name: "Astromorty".into(),
        client_secret: "discord-client-secret".into(),
        bot_token: "bot-token".into(),
        redirect_uris: vec!["https://roles.test/auth/discord/callback".into()],
        verification_url: Some("https://roles.test/api/role-connections/verify".into()),
    });
    discord.user(OWNER, "owner");
    discord.guild(GUILD, "Rust Café", OWNER);
    discord.join(GUILD, OWNER);
    discord.add_bot(GUILD, APPLICATION, 50);
    for (id, name, position) in [(POPULAR, "Popular", 10), (BUILDER, "Builder", 11), (LOFTY, "Lofty", 90)] {
        discord.role(GUILD, role(id, name, position));
    }
    let github = world::GitHub::new(time);
    github.limits(github::RateLimits::off());
    github.app(github::OAuthApp {
        client_id: "github-client".into(),
        client_secret: "github-client-secret".into(),
        redirect_uris: vec!["https://roles.test/api/role-connections/github/callback".into()],
        expiring_tokens: false,
    });
    (discord, github)
}

/// An ordinary role.
pub fn role(id: u64, name: &str, position: i64) -> discord::Role {
    discord::Role {
        id,
        name: name.into(),
        position,
        permissions: 0,
        managed: false,
        color: 0x00_aaff,
        linked: None,
    }
}
