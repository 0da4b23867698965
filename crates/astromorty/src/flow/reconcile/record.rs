//! Recording: what was seen, what is about to be sent, and what came of it.

use std::collections::BTreeMap;

use domain::id::{GuildId, RoleId, RuleId, UserId};
use domain::moment::{Moment, Span};
use domain::plan::{Cause, Give, Grace, Judged, Plan, Take};
use domain::verdict::Outcome;
use tracing::{info, warn};

use super::super::standing::{Ranks, Server};
use super::super::{Progress, WorkError, brake};
use super::LOOK_FOR_REACH;
use super::act::Action;
use crate::app::App;
use crate::discord::Member;
use crate::store::intent::{self, Intent};
use crate::store::{StoreError, Tx, audit, grant, guild, member};

/// A role that vanished so often within a day is not given again until the day is over: another
/// bot or an admin wants it gone, or Discord says yes and does nothing.
const MOST_GIVES: i64 = 3;
const VANISHED_WITHIN: Span = Span::hours(24);

/// The member is not there: nothing can be given, and what they held went with them.
pub(super) async fn absent(
    app: &App,
    (guild, user): (GuildId, UserId),
    open: Vec<Intent>,
) -> Result<Progress, WorkError> {
    let now = app.now();
    app.store
        .write(async move |tx| {
            member::absent(tx, guild, user, now).await?;
            for intent in &open {
                intent::end(tx, intent.id, "member_gone", now).await?;
            }
            for held in grant::of_member(tx, guild, user).await? {
                grant::take(tx, (guild, user, held.role), "member_gone", now).await?;
            }
            Ok(())
        })
        .await?;
    Ok(Progress::Done)
}

/// The bot is not there any more. Rules and ledger stay for its return.
pub(super) async fn gone(app: &App, id: GuildId) -> Result<Progress, WorkError> {
    let now = app.now();
    app.store.write(async move |tx| guild::left(tx, id, now).await).await?;
    warn!(guild.id = %id, "the bot is not in this server any more; its rules wait for its return");
    Ok(Progress::Done)
}

/// Settles what an earlier run left without a result, by what is seen now.
pub(super) async fn settle(
    app: &App,
    (guild, user): (GuildId, UserId),
    (seen, open): (&Member, Vec<Intent>),
) -> Result<(), StoreError> {
    let (app_, now) = (app.clone(), app.now());
    let (roles, joined_at) = (seen.roles.clone(), seen.joined_at);
    app.store
        .write(async move |tx| {
            member::seen(tx, (guild, user), (&roles, joined_at), now).await?;
            for intent in &open {
                let Some(role) = intent.role else { continue };
                let took_effect = roles.contains(&role) == (intent.kind == "give");
                let result = if took_effect { "seen" } else { "not_seen" };
                if intent::end(tx, intent.id, result, now).await? && took_effect {
                    write_down(&app_, tx, &Action::of(intent, (guild, user, role))).await?;
                }
            }
            Ok(())
        })
        .await
}

/// Roles that were to go, of an account that is unlinked say, and that a rule holds for after all.
pub(super) async fn stays(
    app: &App,
    (guild, user): (GuildId, UserId),
    (judged, ended): (&[Judged], &BTreeMap<RoleId, String>),
) -> Result<(), StoreError> {
    let holds = |role: RoleId| {
        judged.iter().any(|one| one.role == role && one.outcome == Outcome::Holds && !one.observe_only)
    };
    let stays: Vec<RoleId> = ended.keys().copied().filter(|role| holds(*role)).collect();
    if stays.is_empty() {
        return Ok(());
    }
    app.store
        .write(async move |tx| {
            for role in &stays {
                grant::keep(tx, (guild, user, *role)).await?;
            }
            Ok(())
        })
        .await
}

/// What is about to be sent.
#[derive(Debug, Default)]
pub(super) struct Intended {
    pub(super) actions: Vec<Action>,
    /// When to look again at what is left out for now.
    pub(super) wait: Option<Moment>,
}

/// Writes the plan down: ledger entries that need no call, and an intent for each that does.
pub(super) async fn intend(
    app: &App,
    (server, user): (&Server, UserId),
    (plan, ranks): (Plan, &Ranks),
) -> Result<Intended, StoreError> {
    if plan.is_empty() {
        return Ok(Intended::default());
    }
    let (app_, now, guild) = (app.clone(), app.now(), server.guild.id);
    let reach = |take: &Take| (take.role, server.can_take(take.role, ranks));
    let reach: BTreeMap<RoleId, bool> = plan.take.iter().map(reach).collect();
    let server = server.clone();
    app.store
        .write(async move |tx| {
            for role in &plan.forget {
                forget(&app_, tx, (guild, user, *role)).await?;
            }
            for Give { role, rule, version } in &plan.adopt {
                grant::give(tx, (guild, user, *role), (*rule, *version), now).await?;
            }
            for wait in plan.wait.iter().filter(|wait| wait.grace == Grace::Begins) {
                grant::grace(tx, (guild, user, wait.role), Some(wait.until)).await?;
            }
            let mut intended = Intended::default();
            for give in &plan.give {
                intend_give(tx, (&server, user), (give, now), &mut intended).await?;
            }
            for take in &plan.take {
                if reach[&take.role] {
                    intend_take(&app_, tx, (&server, user), (take, &mut intended)).await?;
                } else {
                    intended.wait = Some(now + LOOK_FOR_REACH);
                }
            }
            for action in &mut intended.actions {
                action.intent = app_.new_id();
                intent::begin(tx, &action.as_intent(), now).await?;
            }
            Ok(intended)
        })
        .await
}

async fn intend_give(
    tx: &mut Tx,
    (server, user): (&Server, UserId),
    (give, now): (&Give, Moment),
    intended: &mut Intended,
) -> Result<(), StoreError> {
    let place = (server.guild.id, user, give.role);
    if intent::vanished(tx, place, now - VANISHED_WITHIN).await? >= MOST_GIVES {
        intended.wait = Some(now + VANISHED_WITHIN);
    } else {
        intended.actions.push(Action::give(place, (give.rule, give.version), server));
    }
    Ok(())
}

async fn intend_take(
    app: &App,
    tx: &mut Tx,
    (server, user): (&Server, UserId),
    (take, intended): (&Take, &mut Intended),
) -> Result<(), StoreError> {
    let ended = server.ended();
    let own_doing = ended.get(&take.role).map(String::as_str);
    let mass = take.cause == Cause::RuleFails && own_doing.is_none();
    if !mass || brake::lets_go(app, tx, take.rule).await? {
        let (place, why) = ((server.guild.id, user, take.role), own_doing.unwrap_or(cause(take)));
        intended.actions.push(Action::take(place, (take.rule, take.version), (why, server)));
    }
    Ok(())
}

/// Somebody took a role of ours by hand, or Discord never gave it: it is ours no more.
async fn forget(app: &App, tx: &mut Tx, place: Target) -> Result<(), StoreError> {
    let (guild, user, role) = place;
    let now = app.now();
    grant::take(tx, place, "by_hand", now).await?;
    let detail = serde_json::json!({ "role": role.to_string() }).to_string();
    let (id, what) = (app.new_id(), "role_gone");
    let entry = audit::Entry { id, guild: Some(guild), user: Some(user), actor: "discord", what, detail };
    audit::add(tx, &entry, now).await?;
    if intent::vanished(tx, place, now - VANISHED_WITHIN).await? >= MOST_GIVES {
        warn!(guild.id = %guild, user.id = %user, role.id = %role,
              "a role was gone {MOST_GIVES} times in a day after it was given; it is left alone until tomorrow");
    }
    Ok(())
}

const fn cause(take: &Take) -> &'static str {
    match take.cause {
        Cause::RuleFails => "rule_fails",
        Cause::NoRule => "no_rule",
        Cause::Departed => "opt_out",
    }
}

/// Records that an action took effect: ledger, audit, counters.
pub(super) async fn write_down(app: &App, tx: &mut Tx, action: &Action) -> Result<(), StoreError> {
    let now = app.now();
    let (place, rule) = ((action.guild, action.user, action.role), (action.rule, action.version));
    let what = if action.gives { "role_given" } else { "role_taken" };
    if action.gives {
        grant::give(tx, place, rule, now).await?;
        member::change(tx, place, member::Change::Given).await?;
    } else {
        grant::take(tx, place, &action.why, now).await?;
        member::change(tx, place, member::Change::Taken).await?;
    }
    let detail = serde_json::json!({
        "role": action.role.to_string(), "rule": action.number, "version": action.version, "why": action.why,
    });
    let entry = audit::Entry {
        id: app.new_id(),
        guild: Some(action.guild),
        user: Some(action.user),
        actor: "rule",
        what,
        detail: detail.to_string(),
    };
    audit::add(tx, &entry, now).await?;
    app.metrics.role_change(if action.gives { "given" } else { "taken" });
    info!(guild.id = %action.guild, user.id = %action.user, role.id = %action.role, rule.number = action.number, "{what}");
    Ok(())
}

/// One place in Discord that is written: a member's role in a server.
pub(super) type Target = (GuildId, UserId, RoleId);
/// A rule and its version.
pub(super) type OfRule = (RuleId, i64);
