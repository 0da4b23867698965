//! `astromorty rules`: rules on the operator's command line.

mod show;

use std::path::Path;

use clap::{Args, Subcommand};
use domain::id::{GuildId, RoleId};
use domain::moment::Span;

use super::{Failure, say, start};
use crate::app::App;
use crate::flow::rules::{self as flow, NewRule, Watch};

#[derive(Debug, Subcommand)]
pub(super) enum Rules {
    /// Add a rule; the bot must be in the server and rank above the role
    Add(Add),
    /// Show a server's rules
    List {
        /// The server
        #[arg(long, value_name = "ID")]
        guild: GuildId,
    },
    /// End a rule: what it gave is taken back, where no other rule gives it
    Remove {
        /// The server
        #[arg(long, value_name = "ID")]
        guild: GuildId,
        /// The rule's number, as `rules list` shows it
        #[arg(value_name = "NUMBER", value_parser = clap::value_parser!(i64).range(1..))]
        number: i64,
    },
    /// Count the members that criteria would hold for; nothing is stored or changed
    Test {
        /// The server
        #[arg(long, value_name = "ID")]
        guild: GuildId,
        /// What to hold members against, such as `github.followers >= 10`
        criteria: String,
    },
    /// Show the removals that were stopped because too many members would lose a role at once
    Holds,
    /// Let a stopped removal go on
    Approve {
        /// The hold, as `rules holds` shows it
        #[arg(value_name = "ID", value_parser = clap::value_parser!(i64).range(1..))]
        hold: i64,
    },
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The server
    #[arg(long, value_name = "ID")]
    guild: GuildId,
    /// The role it gives
    #[arg(long, value_name = "ID")]
    role: RoleId,
    /// How long a member who fails keeps the role: a number with s, m, h, d, w or y
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = span)]
    grace: Span,
    /// Only watch: give and take nothing
    #[arg(long)]
    observe_only: bool,
    /// For what, such as `github.followers >= 10 and github linked`
    criteria: String,
}

pub(super) async fn rules(config: Option<&Path>, command: Rules) -> Result<(), Failure> {
    let app = start::app(config).await?;
    match command {
        Rules::Add(add) => self::add(&app, add).await,
        Rules::List { guild } => show::list(&app, guild).await,
        Rules::Remove { guild, number } => remove(&app, guild, number).await,
        Rules::Test { guild, criteria } => show::test(&app, guild, &criteria).await,
        Rules::Holds => show::holds(&app).await,
        Rules::Approve { hold } => approve(&app, hold).await,
    }
}

async fn add(app: &App, add: Add) -> Result<(), Failure> {
    let Add { guild, role, grace, observe_only, criteria } = add;
    let observe_only = if observe_only { Watch::Observes } else { Watch::Acts };
    let made = flow::add(app, NewRule { guild, role, criteria, grace, observe_only }).await?;
    say::say(&format!("Added rule {}: {}", made.number, made.criteria));
    Ok(())
}

async fn remove(app: &App, guild: GuildId, number: i64) -> Result<(), Failure> {
    flow::remove(app, guild, number).await?;
    say::say(&format!("Removed rule {number}. What only it gave is being taken back."));
    Ok(())
}

async fn approve(app: &App, hold: i64) -> Result<(), Failure> {
    flow::approve(app, hold, "operator").await?;
    say::say(&format!(
        "Approved {hold}: its members are judged once more, and those who fail lose the role."
    ));
    Ok(())
}

/// A length of time as criteria write it.
fn span(text: &str) -> Result<Span, String> {
    const CURE: &str = "write a number with s, m, h, d, w or y behind it, such as 12h or 7d";
    let unit = text.chars().last().ok_or(CURE)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        'y' => 31_536_000,
        _ => return Err(CURE.to_owned()),
    };
    let number = &text[..text.len() - unit.len_utf8()];
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(CURE.to_owned());
    }
    // A century is more than anybody means, and far from what the database's numbers hold.
    let most = 100 * 31_536_000;
    let number: i64 = number.parse().map_err(|_| "that is too long; 100y is the most")?;
    let length = number.checked_mul(seconds).filter(|length| *length <= most);
    length.map(Span::seconds).ok_or_else(|| "that is too long; 100y is the most".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_read_as_they_print() {
        for text in ["0s", "90m", "36h", "1d", "2w", "1y", "100y"] {
            assert_eq!(span(text).unwrap().to_string(), text);
        }
        for wrong in ["", "d", "1", "-1d", "+1d", "1.5h", "1x", "1ä", "101y", "99999999999999999999s", "1 d"]
        {
            assert!(span(wrong).is_err(), "{wrong:?}");
        }
    }
}
