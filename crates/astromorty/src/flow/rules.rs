//! Rules: written, tried, ended, and held removals decided on.

use std::collections::BTreeMap;

use domain::consent as law;
use domain::criteria::Criteria;
use domain::id::{GuildId, RoleId, RuleId};
use domain::moment::Span;
use domain::rank::{Actor, NotAssignable, assignable};
use domain::verdict::{Outcome, Subject, outcome_of};

use super::{facts, guilds, reconcile, standing};
use crate::app::App;
use crate::discord::{DiscordError, Priority, Refusal};
use crate::store::hold::Hold;
use crate::store::rule::Rule;
use crate::store::{StoreError, Tx, audit, consent, guild, hold, member, rule, work};

/// Rules in force per server, at most.
const MOST_RULES: usize = 50;
/// Distinct facts that cost a call per member, per server, at most.
const MOST_COSTLY: usize = 20;

/// Why a rule is not stored. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// A mistake in the criteria, with the place shown.
    #[error("{0}")]
    Mistake(String),
    /// The role cannot be given.
    #[error("{0}")]
    Role(#[from] NotAssignable),
    /// The bot is not in that server.
    #[error("the bot is not in server {0}; invite it there first")]
    NotThere(GuildId),
    /// Too many rules.
    #[error("this server has {MOST_RULES} rules, which is the most; remove one first")]
    TooMany,
    /// Too many facts that cost a call per member.
    #[error(
        "with this rule the server would read {0} facts that each cost a call per member; {MOST_COSTLY} is the most"
    )]
    TooCostly(usize),
    /// No such rule.
    #[error("server {0} has no rule {1}; `astromorty rules list` names them")]
    NoRule(GuildId, i64),
    /// No such hold.
    #[error("there is no open hold {0}; `astromorty rules holds` names them")]
    NoHold(i64),
    /// Discord.
    #[error("{0}; nothing was changed")]
    Discord(DiscordError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A rule to add.
#[derive(Debug, Clone)]
pub struct NewRule {
    /// Whose.
    pub guild: GuildId,
    /// What it gives.
    pub role: RoleId,
    /// For what.
    pub criteria: String,
    /// How long a role stays after "fails".
    pub grace: Span,
    /// Only watch.
    pub observe_only: Watch,
}

/// Whether a rule acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// It gives and takes.
    Acts,
    /// It is only watched.
    Observes,
}

/// Reads criteria, with the mistake shown in its place.
pub fn parse(app: &App, text: &str) -> Result<Criteria, RuleError> {
    Criteria::parse(text, &app.vocabulary).map_err(|mistake| RuleError::Mistake(mistake.render(text)))
}

/// Adds a rule, written on the operator's command line. The bot's rank is checked live, and members
/// who agreed are judged by it at once.
pub async fn add(app: &App, new: NewRule) -> Result<Rule, RuleError> {
    let criteria = parse(app, &new.criteria)?;
    check_role(app, new.guild, new.role).await?;
    let app_ = app.clone();
    let stored = app.store.write(async move |tx| {
        if let Some(reason) = too_many(&app_, tx, new.guild, &criteria).await? {
            return Ok(Err(reason));
        }
        let now = app_.now();
        let made = Rule {
            id: RuleId::new(app_.new_id()).expect("our ids are positive"),
            guild: new.guild,
            number: rule::next_number(tx, new.guild).await?,
            role: new.role,
            criteria: criteria.to_string(),
            version: 1,
            grace: new.grace,
            author: None,
            observe_only_at: (new.observe_only == Watch::Observes).then_some(now),
            paused: None,
            changed_at: now,
        };
        if !rule::insert(tx, &made, now).await? {
            return Err(StoreError::Conflict);
        }
        log(&app_, tx, (&made, "rule_added")).await?;
        work::add_reads_of_guild(tx, new.guild, now).await?;
        work::add_roles_of_guild(tx, new.guild, now).await?;
        Ok(Ok(made))
    });
    let made = stored.await??;
    app.wake.ring();
    Ok(made)
}

async fn too_many(
    app: &App,
    tx: &mut Tx,
    guild: GuildId,
    new: &Criteria,
) -> Result<Option<RuleError>, StoreError> {
    let rules = rule::live(tx, guild).await?;
    if rules.len() >= MOST_RULES {
        return Ok(Some(RuleError::TooMany));
    }
    let mut all: Vec<Criteria> = rules.iter().filter_map(|rule| facts::parse(app, &rule.criteria)).collect();
    all.push(new.clone());
    let costs = |name: &&domain::fact::FactKey| {
        app.vocabulary.fact(&name.platform, &name.name).is_some_and(|spec| spec.costs_call)
    };
    let costly = law::needed(&all, &app.vocabulary).iter().filter(costs).count();
    Ok((costly > MOST_COSTLY).then_some(RuleError::TooCostly(costly)))
}

/// Whether the bot may give this role, by what Discord says now.
async fn check_role(app: &App, id: GuildId, role: RoleId) -> Result<(), RuleError> {
    guilds::read_own(app).await?.map_err(RuleError::Discord)?;
    let there = app.store.read(async move |tx| guild::find(tx, id).await).await?;
    if there.is_none_or(|guild| guild.left_at.is_some()) {
        return Err(RuleError::NotThere(id));
    }
    let seen = reconcile::refresh(app, id, Priority::Interactive).await?.map_err(|error| {
        if error.refusal().is_some_and(Refusal::guild_gone) {
            RuleError::NotThere(id)
        } else {
            RuleError::Discord(error)
        }
    })?;
    let ranks = standing::ranks(&seen)?.ok_or(RuleError::NotThere(id))?;
    let found = ranks.roles.iter().find(|one| one.id == role);
    assignable(found, id, Actor::Exempt, &ranks.bot, app.settings.discord.allow_dangerous_roles)?;
    Ok(())
}

async fn log(app: &App, tx: &mut Tx, (rule, what): (&Rule, &str)) -> Result<(), StoreError> {
    let detail =
        serde_json::json!({ "rule": rule.number, "version": rule.version, "criteria": rule.criteria });
    let (id, guild, detail) = (app.new_id(), Some(rule.guild), detail.to_string());
    audit::add(tx, &audit::Entry { id, guild, user: None, actor: "operator", what, detail }, app.now()).await
}

/// The rules in force in a server.
pub async fn list(app: &App, guild: GuildId) -> Result<Vec<Rule>, StoreError> {
    app.store.read(async move |tx| rule::live(tx, guild).await).await
}

/// Ends a rule. What it gave is taken back, where no other rule gives it.
pub async fn remove(app: &App, guild: GuildId, number: i64) -> Result<(), RuleError> {
    let app_ = app.clone();
    let found = app.store.write(async move |tx| {
        let Some(found) = rule::numbered(tx, guild, number).await? else { return Ok(false) };
        let now = app_.now();
        rule::disable(tx, found.id, now).await?;
        log(&app_, tx, (&found, "rule_removed")).await?;
        work::add_roles_of_guild(tx, guild, now).await?;
        Ok(true)
    });
    if !found.await? {
        return Err(RuleError::NoRule(guild, number));
    }
    app.wake.ring();
    Ok(())
}

/// How many members who agreed for a server some criteria would hold for. Counts only; only facts
/// that were agreed to are looked at (design law 11).
pub async fn test(app: &App, guild: GuildId, text: &str) -> Result<BTreeMap<Outcome, usize>, RuleError> {
    let criteria = parse(app, text)?;
    let app_ = app.clone();
    let counts = app.store.read(async move |tx| {
        let needed = law::needed([&criteria], &app_.vocabulary);
        let mut counts = BTreeMap::new();
        for user in consent::users(tx, guild).await? {
            let known = facts::known(&app_, tx, user).await?;
            let yes = consent::find(tx, user, guild).await?;
            let agreed = yes.into_iter().flat_map(|yes| yes.facts).collect();
            let seen = law::agreed(&known.facts, &needed, &agreed);
            let joined_at = member::find(tx, guild, user).await?.and_then(|member| member.joined_at);
            let subject =
                Subject { facts: &seen, vocabulary: &app_.vocabulary, now: app_.now(), user, joined_at };
            *counts.entry(outcome_of(&criteria, &subject)).or_insert(0) += 1;
        }
        Ok(counts)
    });
    Ok(counts.await?)
}

/// A hold with what people call its rule.
#[derive(Debug, Clone)]
pub struct OpenHold {
    /// The hold.
    pub hold: Hold,
    /// Whose removals it stopped.
    pub rule: Option<Rule>,
    /// How often a removal was held back so far.
    pub held_back: i64,
}

/// Every hold that waits for a decision.
pub async fn holds(app: &App) -> Result<Vec<OpenHold>, StoreError> {
    app.store
        .read(async |tx| {
            let mut open = Vec::new();
            for hold in hold::all_open(tx).await? {
                let rule = match hold.rule {
                    Some(id) => rule::find(tx, id).await?,
                    None => None,
                };
                let held_back = super::brake::waiting(&hold.plan);
                open.push(OpenHold { hold, rule, held_back });
            }
            Ok(open)
        })
        .await
}

/// Lets a held removal go on: what it stopped is judged again, and taken where it still fails.
pub async fn approve(app: &App, id: i64, by: &str) -> Result<(), RuleError> {
    let (app_, by) = (app.clone(), by.to_owned());
    let decided = app.store.write(async move |tx| {
        let now = app_.now();
        let open = hold::all_open(tx).await?.into_iter().find(|hold| hold.id == id);
        let Some(open) = open else { return Ok(false) };
        if !hold::decide(tx, id, ("approved", &by), now).await? {
            return Ok(false);
        }
        if let Some(guild) = match open.rule {
            Some(rule) => rule::guild(tx, rule).await?,
            None => None,
        } {
            let detail = serde_json::json!({ "hold": id.to_string() }).to_string();
            let entry = audit::Entry {
                id: app_.new_id(),
                guild: Some(guild),
                user: None,
                actor: "operator",
                what: "removal_approved",
                detail,
            };
            audit::add(tx, &entry, now).await?;
            work::add_roles_of_guild(tx, guild, now).await?;
        }
        if let Some(platform) = &open.platform {
            work::add_all_of_platform(tx, platform, now).await?;
        }
        Ok(true)
    });
    if !decided.await? {
        return Err(RuleError::NoHold(id));
    }
    app.wake.ring();
    Ok(())
}
