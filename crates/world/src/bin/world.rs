//! Starts all stand-ins from a scenario file and prints where they are.
//!
//! `world SCENARIO.json [DISCORD_PORT [GITHUB_PORT [X_PORT [STEAM_PORT [OIDC_PORT]]]]]`; port 0,
//! also the default, means any free one. Ctrl-C stops all.

use std::error::Error;
use std::io::Write;
use std::net::Ipv4Addr;
use std::process::ExitCode;

use tokio::net::TcpListener;
use tokio::sync::watch;
use world::{Clock, Discord, GitHub, Oidc, Scenario, Steam, X, serve};

const USAGE: &str =
    "usage: world SCENARIO.json [DISCORD_PORT [GITHUB_PORT [X_PORT [STEAM_PORT [OIDC_PORT]]]]]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Vec<String>) -> Result<(), Box<dyn Error>> {
    let (path, ports) = arguments.split_first().ok_or(USAGE)?;
    if ports.len() > 5 {
        return Err(USAGE.into());
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let mut scenario = Scenario::parse(&text)?;
    let (discord, github) = (Discord::new(Clock::system()), GitHub::new(Clock::system()));
    let (at_discord, at_github) = (listen(ports.first()).await?, listen(ports.get(1)).await?);
    let (at_x, at_steam) = (listen(ports.get(2)).await?, listen(ports.get(3)).await?);
    let steam_origin = format!("http://localhost:{}", at_steam.local_addr()?.port());
    let (x, steam) = (X::new(Clock::system()), Steam::new(Clock::system(), &steam_origin));
    scenario.play_x(&x);
    scenario.play_steam(&steam);
    let at_oidc = listen(ports.get(4)).await?;
    let issuer = format!("http://localhost:{}{}", at_oidc.local_addr()?.port(), scenario.oidc_path());
    let oidc = Oidc::new(Clock::system(), &issuer);
    scenario.play_oidc(&oidc);
    scenario.play(&discord, &github);
    let mut out = std::io::stdout();
    writeln!(out, "discord http://localhost:{}", at_discord.local_addr()?.port())?;
    writeln!(out, "github http://localhost:{}", at_github.local_addr()?.port())?;
    writeln!(out, "x http://localhost:{}", at_x.local_addr()?.port())?;
    writeln!(out, "steam {steam_origin}")?;
    writeln!(out, "oidc {issuer}")?;
    out.flush()?;
    let (stop, stopped) = watch::channel(());
    let until = |mut stopped: watch::Receiver<()>| async move {
        // An error means that the sender is gone, which is the signal.
        let _ = stopped.changed().await;
    };
    let signal = async move {
        let signal = tokio::signal::ctrl_c().await;
        drop(stop);
        signal
    };
    tokio::try_join!(
        serve(discord.router(), at_discord, until(stopped.clone())),
        serve(github.router(), at_github, until(stopped.clone())),
        serve(x.router(), at_x, until(stopped.clone())),
        serve(steam.router(), at_steam, until(stopped.clone())),
        serve(oidc.router(), at_oidc, until(stopped)),
        signal,
    )?;
    Ok(())
}

/// A listener on this machine only.
async fn listen(port: Option<&String>) -> Result<TcpListener, Box<dyn Error>> {
    let port: u16 = match port {
        Some(text) => text.parse().map_err(|_| format!("\"{text}\" is not a port\n{USAGE}"))?,
        None => 0,
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listener.map_err(|error| format!("port {port} on 127.0.0.1: {error}").into())
}
