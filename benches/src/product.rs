//! The product, the stand-in and the bare handler, each started as a process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use reqwest::Client;
use reqwest::redirect::Policy;
use tokio::time::Instant;

use crate::flow::Place;
use crate::process::{Process, free_port};
use crate::stand_in::{APPLICATION, GUILD, ROLE};

/// Requests a second to Discord. 0 leaves pacing to somebody else.
#[derive(Debug, Clone, Copy)]
pub struct Pace(pub u32);

/// A stand-in and the product in front of it.
pub struct Setting {
    pub place: Arc<Place>,
    pub product: Process,
    pub first_200: Duration,
    _outside: Process,
}

pub fn client() -> Result<Client> {
    Ok(Client::builder().no_proxy().redirect(Policy::none()).pool_max_idle_per_host(256).build()?)
}

fn own(folder: &Path, args: &[&str]) -> Result<Process> {
    Process::start(Command::new(std::env::current_exe()?).args(args), &folder.join("stand-in.log"))
}

/// Starts a stand-in that answers after so many milliseconds.
async fn outside(folder: &Path, client: &Client, delay: u64) -> Result<(Process, String)> {
    let port = free_port()?;
    let start = Instant::now();
    let mut outside = own(folder, &["stand-in", &port.to_string(), &delay.to_string()])?;
    let url = format!("http://127.0.0.1:{port}");
    outside.ready(client, (start, &format!("{url}/healthz"))).await?;
    Ok((outside, url))
}

/// Starts stand-in and bare handler.
pub async fn bare(folder: &Path) -> Result<Setting> {
    let client = client()?;
    let (outside, url) = outside(folder, &client, 0).await?;
    let port = free_port()?.to_string();
    let database = folder.join(format!("bare-{port}.db"));
    let start = Instant::now();
    let mut product = own(folder, &["bare", &port, &url, &database.to_string_lossy()])?;
    let base = format!("http://127.0.0.1:{port}");
    let first_200 = product.ready(&client, (start, &format!("{base}/healthz"))).await?;
    let place = Arc::new(Place { client, product: base, outside: url });
    Ok(Setting { place, product, first_200, _outside: outside })
}

/// Starts stand-in and product, with one server and one rule.
pub async fn product((binary, folder): (&Path, &Path), delay: u64, Pace(pace): Pace) -> Result<Setting> {
    let client = client()?;
    let (outside, url) = outside(folder, &client, delay).await?;
    let port = free_port()?;
    let database = folder.join(format!("product-{port}.db"));
    let base = format!("http://127.0.0.1:{port}");
    let command = || {
        let mut command = Command::new(binary);
        // The operator's own settings have no place here.
        command.env_clear().envs(settings((port, &url), &database, pace)).current_dir(folder);
        command
    };
    add_rule(&mut command())?;
    let (first_200, product) = started(&client, (&mut command(), folder), &base).await?;
    let place = Arc::new(Place { client, product: base, outside: url });
    Ok(Setting { place, product, first_200, _outside: outside })
}

async fn started(
    client: &Client,
    (command, folder): (&mut Command, &Path),
    base: &str,
) -> Result<(Duration, Process)> {
    let start = Instant::now();
    let mut product = Process::start(command.arg("serve"), &folder.join("product.log"))?;
    let first_200 = product.ready(client, (start, &format!("{base}/healthz"))).await?;
    Ok((first_200, product))
}

fn add_rule(command: &mut Command) -> Result<()> {
    let (guild, role) = (GUILD.to_string(), ROLE.to_string());
    command.args(["rules", "add", "--guild", &guild, "--role", &role, "github.followers >= 10"]);
    let output = command.output()?;
    ensure!(output.status.success(), "rules add: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn settings((port, outside): (u16, &str), database: &Path, pace: u32) -> Vec<(&'static str, String)> {
    let database: PathBuf = database.into();
    vec![
        ("ASTROMORTY__WEB__PUBLIC_URL", format!("http://127.0.0.1:{port}")),
        ("ASTROMORTY__WEB__PORT", port.to_string()),
        ("ASTROMORTY__WEB__METRICS_BIND", "127.0.0.1:0".to_owned()),
        ("ASTROMORTY__DATABASE__URL", format!("sqlite://{}", database.display())),
        ("ASTROMORTY__SECRETS__KEYS", "bench:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned()),
        ("ASTROMORTY__DISCORD__APPLICATION_ID", APPLICATION.to_string()),
        ("ASTROMORTY__DISCORD__CLIENT_SECRET", "discord-client-secret".to_owned()),
        ("ASTROMORTY__DISCORD__BOT_TOKEN", "bot".to_owned()),
        ("ASTROMORTY__DISCORD__API_URL", format!("{outside}/api/v10")),
        ("ASTROMORTY__DISCORD__AUTHORIZE_URL", format!("{outside}/oauth2/authorize")),
        ("ASTROMORTY__DISCORD__PACE", pace.to_string()),
        // Everybody comes from a network of their own, as the driver tells: the limits are on.
        ("ASTROMORTY__WEB__TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ("ASTROMORTY__PLATFORMS__GITHUB__HOSTS__WEB", outside.to_owned()),
        ("ASTROMORTY__PLATFORMS__GITHUB__HOSTS__API", outside.to_owned()),
        ("GITHUB_CLIENT_ID", "github-client".to_owned()),
        ("GITHUB_CLIENT_SECRET", "github-client-secret".to_owned()),
    ]
}
