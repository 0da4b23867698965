//! Rules and holds as tables.

use domain::id::{GuildId, RoleId};
use domain::verdict::Outcome;

use super::super::{Failure, say};
use crate::app::App;
use crate::flow::rules::{self as flow, OpenHold};
use crate::flow::standing;
use crate::store::rule::Rule;
use crate::store::{StoreError, guild};

/// `rules list`.
pub(super) async fn list(app: &App, guild: GuildId) -> Result<(), Failure> {
    let rules = flow::list(app, guild).await?;
    if rules.is_empty() {
        say::say(&format!("Server {guild} has no rules; `astromorty rules add` makes one."));
        return Ok(());
    }
    let mut rows = Vec::new();
    for rule in &rules {
        let number = rule.number.to_string();
        let role = role(app, rule.guild, rule.role).await?;
        rows.push([number, role, rule.grace.to_string(), state(app, rule), rule.criteria.clone()]);
    }
    say::say(&say::table(["rule", "gives", "grace", "state", "for"], &rows));
    Ok(())
}

/// What a rule does now.
fn state(app: &App, rule: &Rule) -> String {
    match (&rule.paused, rule.observe_only_at) {
        (Some((_, why)), _) if standing::is_paused(rule, app.now()) => format!("paused: {why}"),
        (_, Some(_)) => "only watches".to_owned(),
        (_, None) => "acts".to_owned(),
    }
}

/// A role's name where Discord told us, and its id.
async fn role(app: &App, guild: GuildId, role: RoleId) -> Result<String, StoreError> {
    let known = app.store.read(async move |tx| guild::find(tx, guild).await).await?;
    let ranks = known.map(|known| standing::ranks(&known)).transpose()?.flatten();
    let named = ranks.and_then(|ranks| ranks.roles.into_iter().find(|one| one.id == role));
    Ok(named.map_or_else(|| role.to_string(), |named| format!("@{} ({role})", named.name)))
}

/// `rules test`.
pub(super) async fn test(app: &App, guild: GuildId, criteria: &str) -> Result<(), Failure> {
    let counts = flow::test(app, guild, criteria).await?;
    let all = [(Outcome::Holds, "holds"), (Outcome::Fails, "fails"), (Outcome::Unknown, "unknown")];
    let row = |(outcome, name): (Outcome, &str)| {
        [name.to_owned(), counts.get(&outcome).copied().unwrap_or(0).to_string()]
    };
    say::say(&say::table(["verdict", "members"], &all.map(row)));
    say::say("Counted are members who agreed for this server, by the facts they agreed to.");
    Ok(())
}

/// `rules holds`.
pub(super) async fn holds(app: &App) -> Result<(), Failure> {
    let open = flow::holds(app).await?;
    if open.is_empty() {
        say::say("No removal is held.");
        return Ok(());
    }
    let mut rows = Vec::new();
    for one in &open {
        rows.push(hold(app, one).await?);
    }
    say::say(&say::table(["hold", "since", "held back", "server", "rule", "takes", "for"], &rows));
    say::say("`astromorty rules approve HOLD` lets one go on; nothing is taken until then.");
    Ok(())
}

async fn hold(app: &App, open: &OpenHold) -> Result<[String; 7], StoreError> {
    let OpenHold { hold, rule, held_back } = open;
    let about = if let Some(rule) = rule {
        let role = role(app, rule.guild, rule.role).await?;
        [rule.guild.to_string(), rule.number.to_string(), role, rule.criteria.clone()]
    } else {
        let of =
            hold.platform.as_ref().map_or("-".to_owned(), |platform| format!("all that read {platform}"));
        ["every server".to_owned(), of, "-".to_owned(), "-".to_owned()]
    };
    let [server, number, role, criteria] = about;
    Ok([hold.id.to_string(), hold.held_at.rfc3339(), held_back.to_string(), server, number, role, criteria])
}
