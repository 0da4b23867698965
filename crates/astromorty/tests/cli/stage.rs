//! What the tests share: a folder, the binary in it, and stand-ins on sockets.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStdout, Command};
use world::discord::{Application, Role};
use world::github::OAuthApp;
use world::{Clock, Discord, GitHub};

pub const APPLICATION: u64 = 1_100_000_000_000_000_001;
pub const GUILD: u64 = 1_100_000_000_000_000_100;
pub const POPULAR: u64 = 1_100_000_000_000_000_201;
/// Above the bot.
pub const HOST: u64 = 1_100_000_000_000_000_202;
pub const KEY: &str = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
pub const OTHER_KEY: &str = "test:HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// Far longer than anything here takes.
pub const LONG: Duration = Duration::from_secs(30);

/// A folder of its own, gone at the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("astromorty-cli-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    /// The binary in this folder, with no variables but those that are added.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_astromorty"));
        command.args(arguments).current_dir(&self.0).env_clear().env("TMPDIR", &self.0);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    pub async fn run(&self, arguments: &[&str]) -> Said {
        said(&mut self.command(arguments)).await
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub async fn said(command: &mut Command) -> Said {
    let output = tokio::time::timeout(LONG, command.output()).await.expect("it ends").unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Said { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// A process that runs until it is told to stop.
pub struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    pub first_line: String,
}

impl Running {
    /// Starts it and waits for its first line.
    pub async fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first_line = String::new();
        let read = out.read_line(&mut first_line);
        tokio::time::timeout(LONG, read).await.expect("it starts").unwrap();
        Self { child, out, first_line: first_line.trim_end().to_owned() }
    }

    /// Where it listens, by its first line.
    pub fn address(&self) -> SocketAddr {
        let (_, at) = self.first_line.split_once("http://").expect("the line names an address");
        at.trim_end_matches('/').parse().unwrap()
    }

    /// Sends a signal such as `TERM`.
    pub async fn signal(&self, name: &str) {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status().await.unwrap();
        assert!(sent.success());
    }

    /// Waits for its end; what it said after its first line.
    pub async fn end(mut self, within: Duration) -> Said {
        let status = tokio::time::timeout(within, self.child.wait()).await.expect("it ends in time").unwrap();
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).await.unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).await.unwrap();
        Said { code: status.code().expect("no signal killed it"), out, err }
    }
}

/// The answer to a GET, head and body.
pub async fn get(at: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Stand-ins on sockets, and a folder with settings that lead to them.
pub struct Stage {
    pub folder: Folder,
    pub discord: Discord,
}

impl Stage {
    pub async fn start() -> Self {
        let (discord, github) = (Discord::new(Clock::system()), GitHub::new(Clock::system()));
        discord.application(Application {
            id: APPLICATION,
            name: "Linker".into(),
            client_secret: "discord-secret".into(),
            bot_token: "bot-token".into(),
            redirect_uris: vec!["http://127.0.0.1:8000/auth/discord/callback".into()],
            verification_url: None,
        });
        discord.user(1, "mona");
        discord.guild(GUILD, "Rust Café", 1);
        discord.add_bot(GUILD, APPLICATION, 10);
        let role = |id, name: &str, position| Role { id, name: name.into(), position, ..Role::default() };
        discord.role(GUILD, role(POPULAR, "Popular", 5));
        discord.role(GUILD, role(HOST, "Host", 20));
        github.app(OAuthApp {
            client_id: "github-client".into(),
            client_secret: "github-secret".into(),
            redirect_uris: vec!["http://127.0.0.1:8000/api/role-connections/github/callback".into()],
            expiring_tokens: false,
        });
        let folder = Folder::new();
        let (at_discord, at_github) = (listen(discord.router()).await, listen(github.router()).await);
        folder.write("astromorty.toml", &settings(at_discord, at_github));
        Self { folder, discord }
    }

    pub async fn run(&self, arguments: &[&str]) -> Said {
        self.folder.run(arguments).await
    }
}

async fn listen(router: axum::Router) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(world::serve(router, listener, std::future::pending()));
    at
}

/// Settings that start on any machine: free ports, stand-ins at these addresses.
pub fn settings(discord: SocketAddr, github: SocketAddr) -> String {
    format!(
        r#"
        [web]
        public_url = "http://127.0.0.1:8000"
        port = 0
        metrics_bind = "127.0.0.1:0"
        [secrets]
        keys = ["{KEY}"]
        [discord]
        application_id = "{APPLICATION}"
        client_secret = "discord-secret"
        bot_token = "bot-token"
        api_url = "http://{discord}/api/v10"
        authorize_url = "http://{discord}/oauth2/authorize"
        [platforms.github]
        client_id = "github-client"
        client_secret = "github-secret"
        hosts.web = "http://{github}"
        hosts.api = "http://{github}"
        "#
    )
}

/// Settings that lead to nobody, for commands that ask nobody.
pub fn alone(folder: &Folder) {
    let nobody = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    folder.write("astromorty.toml", &settings(nobody, nobody));
}
