//! Recording: what was seen, what is about to be sent, and what came of it.

use domain::id::{GuildId, RoleId, RuleId, UserId};
use domain::plan::{Cause, Give, Grace, Plan, Take};
use tracing::{info, warn};

use super::super::standing::Server;
use super::super::{Progress, WorkError, brake};
use super::act::Action;
use crate::app::App;
use crate::discord::Member;
use crate::store::intent::{self, Intent};
use crate::store::{StoreError, Tx, audit, grant, guild, member};

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

/// Writes the plan down: ledger entries that need no call, and an intent for each that does.
pub(super) async fn intend(
    app: &App,
    (server, user): (&Server, UserId),
    plan: Plan,
) -> Result<Vec<Action>, StoreError> {
    if plan.is_empty() {
        return Ok(Vec::new());
    }
    let (app_, now, guild) = (app.clone(), app.now(), server.guild.id);
    let (ended, server_) = (server.ended(), server.clone());
    app.store
        .write(async move |tx| {
            for role in &plan.forget {
                grant::take(tx, (guild, user, *role), "by_hand", now).await?;
            }
            for Give { role, rule, version } in &plan.adopt {
                grant::give(tx, (guild, user, *role), (*rule, *version), now).await?;
            }
            for wait in plan.wait.iter().filter(|wait| wait.grace == Grace::Begins) {
                grant::grace(tx, (guild, user, wait.role), Some(wait.until)).await?;
            }
            let mut actions = Vec::new();
            for give in &plan.give {
                actions.push(Action::give((guild, user, give.role), (give.rule, give.version), &server_));
            }
            for take in &plan.take {
                let own_doing = ended.get(&take.role).map(String::as_str);
                let mass = take.cause == Cause::RuleFails && own_doing.is_none();
                if mass && !brake::lets_go(&app_, tx, take.rule).await? {
                    continue;
                }
                let why = own_doing.unwrap_or(cause(take));
                actions.push(Action::take(
                    (guild, user, take.role),
                    (take.rule, take.version),
                    (why, &server_),
                ));
            }
            for action in &mut actions {
                action.intent = app_.new_id();
                intent::begin(tx, &action.as_intent(), now).await?;
            }
            Ok(actions)
        })
        .await
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
