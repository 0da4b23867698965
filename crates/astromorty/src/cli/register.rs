//! `astromorty register`: gives Discord our metadata records, and names what only a person can set.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use clap::Args;

use super::{Failure, say, start};
use crate::app::App;
use crate::discord::ApplicationInfo;
use crate::flow::register::{self as flow, Difference};

#[derive(Debug, Args)]
pub(super) struct Register {
    /// Register without asking
    #[arg(long)]
    yes: bool,
}

pub(super) async fn register(config: Option<&Path>, asked: &Register) -> Result<(), Failure> {
    let app = start::app(config).await?;
    let info = app.discord.application().await?;
    if info.id != app.settings.discord.application_id {
        return Err(Failure::Usage(format!(
            "discord.bot_token belongs to application {}, and discord.application_id is {}; take both from \
             one application",
            info.id, app.settings.discord.application_id
        )));
    }
    records(&app, asked).await?;
    say::say(&by_hand(&app, &info));
    Ok(())
}

async fn records(app: &App, asked: &Register) -> Result<(), Failure> {
    let difference = flow::difference(app).await?;
    if difference.is_empty() {
        say::say("Discord has these metadata records already; nothing to register.");
        return Ok(());
    }
    say::say(&shown(&difference));
    if !asked.yes && !agreed()? {
        return Err(Failure::Failed("nothing was registered".to_owned()));
    }
    flow::register(app).await?;
    say::say("Registered.");
    Ok(())
}

fn shown(difference: &Difference) -> String {
    let Difference { added, removed, changed } = difference;
    let signs = [("+", added), ("-", removed), ("~", changed)];
    let lines = signs.into_iter().flat_map(|(sign, records)| {
        records.iter().map(move |(key, name)| [format!("  {sign}"), key.clone(), name.clone()])
    });
    let lines: Vec<_> = lines.collect();
    let mut text = say::table(["", "record", "shown as"], &lines);
    text.insert_str(0, "Metadata records: + comes, - goes, ~ changes\n");
    if !removed.is_empty() {
        text.push_str("\nLinked roles that ask for a record that goes will not be given any more.");
    }
    text
}

/// Asks on a terminal. Elsewhere nobody can answer.
fn agreed() -> Result<bool, Failure> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        let text = "nobody is there to ask, so nothing was registered; repeat it with --yes";
        return Err(Failure::Failed(text.to_owned()));
    }
    let mut out = std::io::stdout();
    let mut answer = String::new();
    let asked = write!(out, "Register this at Discord? [y/N] ").and_then(|()| out.flush());
    asked
        .and_then(|()| input.lock().read_line(&mut answer))
        .map_err(|error| Failure::Failed(format!("the answer could not be read ({error})")))?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// What Discord lets nobody set but the application's owner, in its portal.
fn by_hand(app: &App, info: &ApplicationInfo) -> String {
    let redirect = app.page("/auth/discord/callback");
    let verify = app.page("/api/role-connections/verify");
    let mut missing = Vec::new();
    if !info.redirect_uris.contains(&redirect) {
        missing.push(format!("  OAuth2 → Redirects: add {redirect}"));
    }
    if info.role_connections_verification_url.as_deref() != Some(verify.as_str()) {
        missing.push(format!("  General Information → Linked Roles Verification URL: set {verify}"));
    }
    if missing.is_empty() {
        return "The redirect URI and the verification URL in Discord's portal are right.".to_owned();
    }
    let at = format!("https://discord.com/developers/applications/{}", info.id);
    format!("To set by hand at {at}\n{}", missing.join("\n"))
}
