//! The demo as a person starts it.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub struct Demo {
    /// Our own address, with a slash at its end.
    pub ours: String,
    discord: String,
    github: String,
    x: String,
    steam: String,
    _process: Child,
}

impl Demo {
    pub async fn start() -> Self {
        let binary =
            std::env::var("ASTROMORTY_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_astromorty").to_owned());
        let mut process = Command::new(binary)
            .arg("demo")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut err = BufReader::new(process.stderr.take().unwrap()).lines();
        let line = out.next_line().await.unwrap().expect("the demo prints its address");
        let ours = line.strip_prefix("open ").expect("one line says what to open").to_owned();
        let hints = err.next_line().await.unwrap().expect("the demo says where the made-up sites are");
        let mut sites = hints.split("http://localhost:").skip(1).map(|rest| {
            let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
            format!("http://localhost:{port}/")
        });
        let (discord, github) = (sites.next().unwrap(), sites.next().unwrap());
        let (x, steam) = (sites.next().unwrap(), sites.next().unwrap());
        // Keeps its pipe open and empty while the demo runs.
        tokio::spawn(async move { while let Ok(Some(_)) = err.next_line().await {} });
        Self { ours, discord, github, x, steam, _process: process }
    }

    /// The server's page at the made-up Discord.
    pub fn server(&self) -> String {
        format!("{}servers/1100000000000000100", self.discord)
    }

    /// A made-up account's settings.
    pub fn settings_of(&self, login: &str) -> String {
        format!("{}settings/{login}", self.github)
    }

    /// A made-up account's settings at X.
    pub fn at_x(&self, username: &str) -> String {
        format!("{}settings/{username}", self.x)
    }

    /// A made-up account's settings at Steam.
    pub fn at_steam(&self, id: u64) -> String {
        format!("{}settings/{id}", self.steam)
    }

    pub fn dashboard(&self) -> String {
        format!("{}dashboard/connections", self.ours)
    }
}
