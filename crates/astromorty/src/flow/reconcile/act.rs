//! Acting: one call per role, each with its reason, each recorded.

use domain::id::{GuildId, RoleId, RuleId, UserId};
use domain::moment::{Moment, Span};
use tracing::warn;

use super::super::guilds::put_off;
use super::super::standing::{Server, paused_until};
use super::super::{Progress, WorkError};
use super::record::{self, OfRule, Target, write_down};
use crate::app::App;
use crate::discord::{Assignment, DiscordError, Priority, Refusal};
use crate::store::intent::{self, Intent};
use crate::store::{StoreError, guild, rule};

/// A role to give or take.
#[derive(Debug, Clone)]
pub(super) struct Action {
    pub(super) intent: i64,
    pub(super) gives: bool,
    pub(super) guild: GuildId,
    pub(super) user: UserId,
    pub(super) role: RoleId,
    pub(super) rule: RuleId,
    pub(super) version: i64,
    /// What people call the rule; 0 for one that is gone.
    pub(super) number: i64,
    pub(super) why: String,
}

impl Action {
    pub(super) fn give(target: Target, of: OfRule, server: &Server) -> Self {
        Self::new(true, target, of, ("holds", number(server, of.0)))
    }

    pub(super) fn take(target: Target, of: OfRule, (why, server): (&str, &Server)) -> Self {
        Self::new(false, target, of, (why, number(server, of.0)))
    }

    fn new(
        gives: bool,
        (guild, user, role): Target,
        (rule, version): OfRule,
        (why, number): (&str, i64),
    ) -> Self {
        Self { intent: 0, gives, guild, user, role, rule, version, number, why: why.to_owned() }
    }

    /// As an earlier run wrote it down.
    pub(super) fn of(intent: &Intent, target: Target) -> Self {
        // An intent for a role always names its rule; the role's own id cannot be a rule's.
        let of = intent.rule.unwrap_or((RuleId::new(target.2.number()).expect("role ids are positive"), 0));
        let (number, why) = intent.detail.split_once(' ').unwrap_or(("0", "holds"));
        let number = number.parse().unwrap_or(0);
        let action = Self::new(intent.kind == "give", target, of, (why, number));
        Self { intent: intent.id, ..action }
    }

    pub(super) fn as_intent(&self) -> Intent {
        Intent {
            id: self.intent,
            kind: if self.gives { "give" } else { "take" }.to_owned(),
            user: self.user,
            guild: Some(self.guild),
            role: Some(self.role),
            rule: Some((self.rule, self.version)),
            detail: format!("{} {}", self.number, self.why),
        }
    }

    /// What Discord's audit log says: the rule, and nothing about the member (law 11).
    fn reason(&self) -> String {
        match self.number {
            0 => "a rule that ended".to_owned(),
            number => format!("rule {number} v{}", self.version),
        }
    }
}

fn number(server: &Server, rule: RuleId) -> i64 {
    server.rules.iter().find(|one| one.id == rule).map_or(0, |rule| rule.number)
}

/// Sends each action and records its result. Stops at the first that has to wait.
pub(super) async fn carry_out(
    app: &App,
    member: (GuildId, UserId),
    (actions, interactive): (Vec<Action>, bool),
) -> Result<Progress, WorkError> {
    let mut results = Vec::new();
    let mut progress = Progress::Done;
    for action in actions {
        if progress != Progress::Done {
            results.push((action, Outcome::NotSent));
            continue;
        }
        let (outcome, then) = attempt(app, &action, interactive).await?;
        results.push((action, outcome));
        progress = then;
    }
    let (app_, now) = (app.clone(), app.now());
    if results.is_empty() {
        return Ok(progress);
    }
    let absent = results.iter().any(|(_, outcome)| *outcome == Outcome::Ended("member_gone"));
    app.store
        .write(async move |tx| {
            for (action, outcome) in &results {
                match outcome {
                    Outcome::Done => {
                        if intent::end(tx, action.intent, "done", now).await? {
                            write_down(&app_, tx, action).await?;
                        }
                    }
                    Outcome::NotSent => {
                        intent::end(tx, action.intent, "not_sent", now).await?;
                    }
                    Outcome::Ended(why) => {
                        intent::end(tx, action.intent, why, now).await?;
                    }
                    // It stays open: the next run looks at the member first.
                    Outcome::Unclear => {}
                }
            }
            Ok(())
        })
        .await?;
    if absent {
        return record::absent(app, member, Vec::new()).await;
    }
    Ok(progress)
}

/// One write in its turn. The turn lasts until a refusal is stored, so that whoever comes next knows
/// of it.
async fn attempt(app: &App, action: &Action, interactive: bool) -> Result<(Outcome, Progress), StoreError> {
    let _turn = app.turns.at(action.guild).await;
    if let Some(end) = rests_until(app, action.rule).await? {
        return Ok((Outcome::NotSent, Progress::Wait(end)));
    }
    match send(app, action, interactive).await {
        Ok(()) => Ok((Outcome::Done, Progress::Done)),
        Err(error) => Ok((refused(app, action, &error).await?, after(&error))),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    NotSent,
    Ended(&'static str),
    /// Sent, but nobody knows whether it took effect.
    Unclear,
}

/// Until when a rule rests because Discord refused its role, perhaps just now and for somebody else.
async fn rests_until(app: &App, id: RuleId) -> Result<Option<Moment>, StoreError> {
    let found = app.store.read(async move |tx| rule::find(tx, id).await).await?;
    Ok(found.and_then(|rule| paused_until(&rule, app.now())))
}

async fn send(app: &App, action: &Action, interactive: bool) -> Result<(), DiscordError> {
    let Action { guild, user, role, .. } = *action;
    let assignment = Assignment { guild, user, role };
    let priority = if interactive { Priority::Interactive } else { Priority::Background };
    if action.gives {
        app.discord.give_role(assignment, &action.reason(), priority).await
    } else {
        app.discord.take_role(assignment, &action.reason(), priority).await
    }
}

/// What to do with the rest. A refusal is looked into by the next run, which reads the roles anew.
fn after(error: &DiscordError) -> Progress {
    match error.refusal() {
        Some(refusal) if refusal.member_gone() => Progress::Done,
        Some(_) | None => put_off(error),
    }
}

async fn refused(app: &App, action: &Action, error: &DiscordError) -> Result<Outcome, StoreError> {
    if let DiscordError::Unavailable { sent } = error {
        return Ok(if *sent { Outcome::Unclear } else { Outcome::NotSent });
    }
    let Some(refusal) = error.refusal() else { return Ok(Outcome::NotSent) };
    if refusal.member_gone() {
        return Ok(Outcome::Ended("member_gone"));
    }
    let (guild, rule, now, why) = (action.guild, action.rule, app.now(), error.to_string());
    let pauses = matches!(
        refusal,
        Refusal::MissingPermission | Refusal::InvalidRole | Refusal::TwoFactor | Refusal::UnknownRole
    );
    app.store
        .write(async move |tx| {
            // What we believed of this server is wrong: roles and ranks are read anew.
            guild::doubt(tx, guild).await?;
            if refusal.guild_gone() {
                return guild::left(tx, guild, now).await;
            }
            if pauses && rule::pause(tx, rule, &why, now).await? {
                warn!(guild.id = %guild, rule.id = %rule, "Discord refused a rule's role, so the rule rests for {}: {why}", Span::hours(1));
            }
            Ok(())
        })
        .await?;
    Ok(Outcome::Ended("refused"))
}
