//! The product as a process, between stand-ins on sockets, on a database of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use world::discord::{Application, Role};
use world::github::{Account, OAuthApp};
use world::{Clock, Discord, GitHub};

use crate::browser::Browser;
use crate::database::Database;
use crate::gate::{Barrier, Gate, Held};
use crate::outside::Outside;

pub const APPLICATION: u64 = 500;
pub const GUILD: u64 = 9_000;
pub const POPULAR: u64 = 9_001;
pub const ADA: u64 = 2_001;
pub const OCTOCAT: u64 = 583_231;
/// Far longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

/// A world with a product in it.
pub struct Stage {
    pub discord: Discord,
    pub github: GitHub,
    pub outside: Outside,
    to_discord: Gate,
    to_github: Gate,
    at: [SocketAddr; 3],
    database: Database,
    process: Option<Child>,
}

/// On SQLite, and on PostgreSQL where there is one.
pub async fn both() -> Vec<Stage> {
    let mut stages = vec![Stage::start(Database::sqlite()).await];
    if let Some(database) = Database::postgres().await {
        stages.push(Stage::start(database).await);
    }
    stages
}

/// An address nobody listens at.
async fn free() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap()
}

async fn listen(router: axum::Router) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(world::serve(router, listener, std::future::pending()));
    at
}

fn populated(product: SocketAddr) -> (Discord, GitHub) {
    let (discord, github) = (Discord::new(Clock::system()), GitHub::new(Clock::system()));
    discord.application(Application {
        id: APPLICATION,
        name: "Astromorty".into(),
        client_secret: "discord-client-secret".into(),
        bot_token: "bot-token".into(),
        redirect_uris: vec![format!("http://{product}/auth/discord/callback")],
        verification_url: None,
    });
    discord.user(1_000, "owner");
    discord.user(ADA, "ada");
    discord.guild(GUILD, "Rust Café", 1_000);
    discord.join(GUILD, ADA);
    discord.add_bot(GUILD, APPLICATION, 50);
    discord.role(GUILD, Role { id: POPULAR, name: "Popular".into(), position: 10, ..Role::default() });
    github.app(OAuthApp {
        client_id: "github-client".into(),
        client_secret: "github-client-secret".into(),
        redirect_uris: vec![format!("http://{product}/api/role-connections/github/callback")],
        expiring_tokens: false,
    });
    let (id, followers) = (OCTOCAT, 60);
    github.account(Account { id, login: "octocat".into(), followers, ..Account::default() });
    (discord, github)
}

impl Stage {
    /// One rule, and the product serving.
    pub async fn start(database: Database) -> Self {
        let product = free().await;
        let (discord, github) = populated(product);
        let (to_discord, to_github) = (Gate::default(), Gate::default());
        let at_discord = listen(to_discord.before(discord.router())).await;
        let at_github = listen(to_github.before(github.router())).await;
        let outside = Outside::new(format!("http://{product}/").parse().unwrap());
        let at = [product, at_discord, at_github];
        let mut stage = Self { discord, github, outside, to_discord, to_github, at, database, process: None };
        let (guild, role) = (GUILD.to_string(), POPULAR.to_string());
        let rule = ["rules", "add", "--guild", &guild, "--role", &role, "github.followers >= 10"];
        let added = stage.command(&rule).output().await.unwrap();
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        stage.serve().await;
        stage
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let binary = std::env::var_os("ASTROMORTY_BIN").map(PathBuf::from);
        let binary = binary.unwrap_or_else(|| env!("CARGO_BIN_EXE_astromorty").into());
        let [product, discord, github] = self.at;
        let mut command = Command::new(binary);
        command.args(arguments).env_clear().current_dir(std::env::temp_dir()).kill_on_drop(true);
        command.stdin(Stdio::null()).envs([
            ("ASTROMORTY__WEB__PUBLIC_URL", format!("http://{product}")),
            ("ASTROMORTY__WEB__PORT", product.port().to_string()),
            ("ASTROMORTY__WEB__METRICS_BIND", "127.0.0.1:0".to_owned()),
            ("ASTROMORTY__DATABASE__URL", self.database.url()),
            ("ASTROMORTY__SECRETS__KEYS", "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned()),
            ("ASTROMORTY__DISCORD__APPLICATION_ID", APPLICATION.to_string()),
            ("ASTROMORTY__DISCORD__CLIENT_SECRET", "discord-client-secret".to_owned()),
            ("ASTROMORTY__DISCORD__BOT_TOKEN", "bot-token".to_owned()),
            ("ASTROMORTY__DISCORD__API_URL", format!("http://{discord}/api/v10")),
            ("ASTROMORTY__DISCORD__AUTHORIZE_URL", format!("http://{discord}/oauth2/authorize")),
            ("ASTROMORTY__PLATFORMS__GITHUB__HOSTS__WEB", format!("http://{github}")),
            ("ASTROMORTY__PLATFORMS__GITHUB__HOSTS__API", format!("http://{github}")),
            ("GITHUB_CLIENT_ID", "github-client".to_owned()),
            ("GITHUB_CLIENT_SECRET", "github-client-secret".to_owned()),
        ]);
        command
    }

    /// Starts the product and waits until it serves.
    pub async fn serve(&mut self) {
        let mut command = self.command(&["serve"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(LONG, out.next_line()).await.expect("it starts").unwrap();
        assert_eq!(line, Some(format!("serving on http://{}", self.at[0])));
        self.process = Some(child);
    }

    /// `kill -9`, and a new start in a world where nothing is held any more.
    pub async fn die_and_serve(&mut self) {
        self.process.take().unwrap().kill().await.unwrap();
        self.go_on().await;
    }

    /// A new start after the end of the last one. The leases of the dead are over: the file has one
    /// user, and on PostgreSQL their two minutes have passed.
    pub async fn go_on(&mut self) {
        self.to_discord.forget();
        self.to_github.forget();
        if matches!(self.database, Database::Postgres { .. }) {
            self.database.change("update work set claimed_until = 1 where claimed_until > 1").await;
        }
        self.serve().await;
    }

    /// Asks the product to end, and waits until it has.
    pub async fn terminate(&mut self) -> ExitStatus {
        let mut child = self.process.take().unwrap();
        let id = child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        tokio::time::timeout(Duration::from_secs(10), child.wait()).await.expect("it ends in 10 s").unwrap()
    }

    /// Holds requests to Discord.
    pub fn at_discord(&self, route: &str, held: Held) -> Barrier {
        self.to_discord.hold(route, held)
    }

    /// Holds requests to GitHub.
    pub fn at_github(&self, route: &str, held: Held) -> Barrier {
        self.to_github.hold(route, held)
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.outside.clone())
    }

    /// Ada, signed in, with GitHub agreed to: the confirm page is in front of her.
    pub async fn confirm(&self) -> (Browser, crate::browser::Answer) {
        let mut browser = self.browser();
        browser.sign_in(ADA).await;
        let confirm = browser.to_confirm("github", OCTOCAT).await;
        assert!(confirm.says("octocat"), "{}", confirm.body);
        (browser, confirm)
    }

    /// Ada's yes, given without waiting for what comes of it.
    pub async fn say_yes(&self) {
        let (mut browser, confirm) = self.confirm().await;
        tokio::spawn(async move { yes(&mut browser, &confirm).await });
    }

    /// Ada's link, with all it brings.
    pub async fn linked(&self) -> Browser {
        let (mut browser, confirm) = self.confirm().await;
        yes(&mut browser, &confirm).await;
        self.complete().await;
        browser
    }

    pub async fn count(&self, sql: &str) -> i64 {
        self.database.texts(sql).await[0].parse().unwrap()
    }

    pub fn roles(&self) -> Vec<u64> {
        self.discord.member_roles(GUILD, ADA).into_iter().collect()
    }

    fn shows(&self, followers: &str) -> bool {
        let pushed = self.discord.role_connection(APPLICATION, ADA);
        pushed
            .is_some_and(|pushed| pushed.metadata.get("github_followers").is_some_and(|one| one == followers))
    }

    /// Nothing is linked, and nobody was told anything.
    pub async fn nothing_is_linked(&self) {
        assert_eq!(self.count("select count(*) from connection").await, 0);
        assert_eq!(self.roles(), Vec::<u64>::new());
        assert_eq!(self.discord.role_connection(APPLICATION, ADA), None);
    }

    /// The link comes to its end: role, push, ledger and log, each once.
    pub async fn complete(&self) {
        until("role and push", async || self.roles() == [POPULAR] && self.shows("60")).await;
        until("the log", async || {
            self.count("select count(*) from role_grant where taken_at is null").await == 1
        })
        .await;
        until("no open intent", async || self.open_intents().await == 0).await;
        assert_eq!(self.count("select count(*) from audit where what = 'role_given'").await, 1);
        assert_eq!(self.count("select count(*) from connection").await, 1);
    }

    /// The unlink comes to its end: no role, no role connection, no grant, each said once.
    pub async fn undone(&self) {
        until("the end of the link", async || {
            self.roles().is_empty()
                && self.discord.role_connection(APPLICATION, ADA).is_none()
                && self.github.tokens_of(OCTOCAT) == 0
                && self.count("select count(*) from role_grant where taken_at is null").await == 0
                && self.open_intents().await == 0
        })
        .await;
        assert_eq!(self.count("select count(*) from audit where what = 'role_taken'").await, 1);
        assert_eq!(self.count("select count(*) from connection").await, 0);
        assert_eq!(self.count("select count(*) from observation").await, 0);
    }

    async fn open_intents(&self) -> i64 {
        self.count("select count(*) from intent where ended_at is null").await
    }
}

/// Ticks everything.
pub async fn yes(browser: &mut Browser, confirm: &crate::browser::Answer) -> crate::browser::Answer {
    let guild = GUILD.to_string();
    browser.submit(confirm, &[("decision", "link"), ("guild", &guild), ("profile", "yes")]).await
}

/// Waits until something can be seen; fails after a long time.
pub async fn until(what: &str, seen: impl AsyncFn() -> bool) {
    let looks = async {
        while !seen().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, looks).await.unwrap_or_else(|_| panic!("this never came: {what}"));
}
