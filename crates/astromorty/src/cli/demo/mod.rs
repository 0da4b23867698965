//! `astromorty demo`: the whole product against stand-ins for Discord and four platforms. Nothing
//! leaves this machine, and nothing of it stays.
//!
//! `cafe` is the little world it plays in. The product itself is the one that `serve` runs: it
//! reaches the stand-ins over sockets, by settings alone.

mod cafe;
mod folder;
mod sites;

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use clap::Args;
use domain::id::{GuildId, RoleId};
use domain::moment::Span;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::running::{Listeners, listen, run};
use super::{Failure, say, serve, start};
use crate::app::App;
use crate::app::seam::Random;
use crate::app::settings::Settings;
use crate::flow::register;
use crate::flow::rules::{self, NewRule, Watch};
use crate::vault::Vault;
use folder::Folder;

#[derive(Debug, Args)]
pub(super) struct Ports {
    /// The port to open in a browser; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The stand-in for Discord's port; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    discord_port: u16,
    /// The stand-in for GitHub's port; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    github_port: u16,
    /// The stand-in for X's port; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    x_port: u16,
    /// The stand-in for Steam's port; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    steam_port: u16,
    /// The made-up OpenID provider's port; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    openid_port: u16,
}

/// What a site knows us by, made anew each time.
struct Secrets {
    discord_secret: String,
    bot_token: String,
    github_secret: String,
    x_secret: String,
    steam_key: String,
    openid_secret: String,
}

/// Where everything is, as a browser would write it.
struct Origins {
    ours: String,
    discord: String,
    github: String,
    x: String,
    steam: String,
    openid: String,
}

pub(super) async fn demo(ports: &Ports) -> Result<(), Failure> {
    let signals = serve::signals()?;
    let folder = Folder::make()?;
    let web = on_loopback(ports.port, "--port").await?;
    let discord = on_loopback(ports.discord_port, "--discord-port").await?;
    let github = on_loopback(ports.github_port, "--github-port").await?;
    let x = on_loopback(ports.x_port, "--x-port").await?;
    let steam = on_loopback(ports.steam_port, "--steam-port").await?;
    let openid = on_loopback(ports.openid_port, "--openid-port").await?;
    // Other hosts than ours, so that no cookie is shared: cookies do not tell ports apart.
    let origins = Origins {
        ours: origin("127.0.0.1", &web)?,
        discord: origin("localhost", &discord)?,
        github: origin("localhost", &github)?,
        x: origin("localhost", &x)?,
        steam: origin("localhost", &steam)?,
        openid: origin("localhost", &openid)?,
    };
    let secrets = Secrets::make();
    let _sites = play(&origins, &secrets, [discord, github, x, steam, openid]);
    let app = start::open(settings(&origins, &secrets, &folder)?).await?;
    furnish(&app).await?;
    say::say(&format!("open {}/", origins.ours));
    let Origins { discord, github, x, steam, openid, .. } = &origins;
    say::aloud(&format!(
        "Made-up sites: Discord is {discord}/, GitHub is {github}/, X is {x}/, Steam is {steam}/, Café ID is {openid}/. Ctrl-C ends everything."
    ));
    run(app, Listeners { web, metrics: None }, signals).await
}

async fn on_loopback(port: u16, by: &str) -> Result<TcpListener, Failure> {
    listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), by).await
}

fn origin(host: &str, listener: &TcpListener) -> Result<String, Failure> {
    let at = listener.local_addr().map_err(|error| broken(&error))?;
    Ok(format!("http://{host}:{}", at.port()))
}

fn broken(error: &io::Error) -> Failure {
    Failure::Failed(format!("the demo cannot run here ({error})"))
}

impl Secrets {
    fn make() -> Self {
        let one = || Random::System.token();
        Self {
            discord_secret: one(),
            bot_token: one(),
            github_secret: one(),
            x_secret: one(),
            steam_key: one(),
            openid_secret: one(),
        }
    }
}

/// Starts all sites, in the order of their listeners. They end when the guard is dropped.
fn play(origins: &Origins, secrets: &Secrets, listeners: [TcpListener; 5]) -> DropGuard {
    let stop = CancellationToken::new();
    for (router, listener) in cafe::build(origins, secrets).into_iter().zip(listeners) {
        tokio::spawn(world::serve(router, listener, stop.clone().cancelled_owned()));
    }
    stop.drop_guard()
}

/// The settings an operator would write, without reading any of this machine's.
fn settings(origins: &Origins, secrets: &Secrets, folder: &Folder) -> Result<Settings, Failure> {
    let key = Vault::generate("demo", &Random::System);
    let database = format!("sqlite://{}", folder.path().join("demo.db").display());
    let Origins { ours, discord, github, x, steam, openid } = origins;
    let set = [
        ("WEB__PUBLIC_URL", ours.clone()),
        ("DATABASE__URL", database),
        ("SECRETS__KEYS", key.expose().to_owned()),
        ("DISCORD__APPLICATION_ID", cafe::APPLICATION.to_string()),
        ("DISCORD__CLIENT_SECRET", secrets.discord_secret.clone()),
        ("DISCORD__BOT_TOKEN", secrets.bot_token.clone()),
        ("DISCORD__API_URL", format!("{discord}/api/v10")),
        ("DISCORD__AUTHORIZE_URL", format!("{discord}/oauth2/authorize")),
        ("FILES__PLATFORMS", folder.path().display().to_string()),
        ("PLATFORMS__GITHUB__CLIENT_ID", cafe::GITHUB_APP.to_owned()),
        ("PLATFORMS__GITHUB__CLIENT_SECRET", secrets.github_secret.clone()),
        ("PLATFORMS__GITHUB__HOSTS__WEB", github.clone()),
        ("PLATFORMS__GITHUB__HOSTS__API", github.clone()),
        ("PLATFORMS__X__CLIENT_ID", cafe::X_APP.to_owned()),
        ("PLATFORMS__X__CLIENT_SECRET", secrets.x_secret.clone()),
        ("PLATFORMS__X__HOSTS__WEB", x.clone()),
        ("PLATFORMS__X__HOSTS__API", x.clone()),
        ("PLATFORMS__STEAM__API_KEY", secrets.steam_key.clone()),
        ("PLATFORMS__STEAM__HOSTS__WEB", steam.clone()),
        ("PLATFORMS__STEAM__HOSTS__API", steam.clone()),
        ("PLATFORMS__CAFE__EXTENDS", "oidc".to_owned()),
        ("PLATFORMS__CAFE__DISPLAY_NAME", "Café ID".to_owned()),
        ("PLATFORMS__CAFE__ISSUER", cafe::issuer(openid)),
        ("PLATFORMS__CAFE__CLIENT_ID", cafe::OPENID_CLIENT.to_owned()),
        ("PLATFORMS__CAFE__CLIENT_SECRET", secrets.openid_secret.clone()),
    ];
    let set: BTreeMap<_, _> = set.map(|(key, value)| (format!("ASTROMORTY__{key}"), value)).into();
    Settings::load(Some(&empty_file(folder.path())?), &set).map_err(Failure::Settings)
}

/// A settings file that is named is read in place of the one in the working directory.
fn empty_file(folder: &Path) -> Result<std::path::PathBuf, Failure> {
    let path = folder.join("settings");
    std::fs::write(&path, "").map_err(|error| broken(&error))?;
    Ok(path)
}

/// What an operator does once: registers the metadata records and writes rules.
async fn furnish(app: &App) -> Result<(), Failure> {
    register::register(app).await?;
    for (role, criteria) in cafe::RULES {
        let new = NewRule {
            guild: GuildId::try_from(cafe::id(cafe::SERVER)).expect("it is a constant above zero"),
            role: RoleId::try_from(cafe::id(role)).expect("it is a constant above zero"),
            criteria: criteria.to_owned(),
            grace: Span::ZERO,
            observe_only: Watch::Acts,
        };
        rules::add(app, new).await?;
    }
    Ok(())
}
