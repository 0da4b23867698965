//! Standing: what a server's rules say of a member, and whether their roles can be given.
//!
//! The reconcile flow acts on it, and the pages show it: one judgement for both.

use std::collections::{BTreeMap, BTreeSet};

use domain::consent as law;
use domain::criteria::Criteria;
use domain::fact::FactKey;
use domain::id::{GuildId, RoleId, UserId};
use domain::moment::Moment;
use domain::plan::{Judged, Ours};
use domain::rank::{Actor, BotRank, NotAssignable, Role, assignable};
use domain::verdict::{Outcome, Subject, Verdict, judge};

use super::facts::{self, Known};
use crate::app::App;
use crate::store::consent::Consent;
use crate::store::grant::Grant;
use crate::store::guild::Guild;
use crate::store::member::Member;
use crate::store::rule::Rule;
use crate::store::{StoreError, Tx, consent, grant, guild, hold, member, rule};

/// A member's server as the database knows it.
#[derive(Debug, Clone)]
pub struct Server {
    /// The server.
    pub guild: Guild,
    /// What the member agreed to, if they did.
    pub consent: Option<Consent>,
    /// The rules in force.
    pub rules: Vec<Rule>,
    /// What the member holds through us.
    pub grants: Vec<Grant>,
    /// What they were seen with.
    pub member: Option<Member>,
    /// Rules whose removals the brake holds.
    pub held: BTreeSet<domain::id::RuleId>,
}

/// One rule's verdict on a member.
#[derive(Debug, Clone)]
pub struct RuleStanding {
    /// The rule.
    pub rule: Rule,
    /// The verdict; `None` when this version cannot read the rule.
    pub verdict: Option<Verdict>,
    /// Whether its role can be given, as far as known.
    pub reach: Result<(), NotAssignable>,
}

/// The roles of a server and the bot's rank among them.
#[derive(Debug, Clone)]
pub struct Ranks {
    /// Every role.
    pub roles: Vec<Role>,
    /// What the bot may do.
    pub bot: BotRank,
}

/// Reads a member's server.
pub async fn server(tx: &mut Tx, id: GuildId, user: UserId) -> Result<Option<Server>, StoreError> {
    let Some(guild) = guild::find(tx, id).await? else { return Ok(None) };
    let rules = rule::live(tx, id).await?;
    let mut held = BTreeSet::new();
    for rule in &rules {
        if hold::open(tx, rule.id).await?.is_some() {
            held.insert(rule.id);
        }
    }
    Ok(Some(Server {
        guild,
        consent: consent::find(tx, user, id).await?,
        rules,
        grants: grant::of_member(tx, id, user).await?,
        member: member::find(tx, id, user).await?,
        held,
    }))
}

/// Reads the stored roles of a server. `None` before they were read the first time.
pub fn ranks(guild: &Guild) -> Result<Option<Ranks>, StoreError> {
    let (Some(roles), Some(own)) = (&guild.roles, &guild.bot_roles) else { return Ok(None) };
    let roles: Vec<Role> = serde_json::from_str(roles)?;
    let own: BTreeSet<RoleId> = serde_json::from_str(own)?;
    let everyone = guild.id.everyone();
    let held: Vec<&Role> =
        roles.iter().filter(|role| own.contains(&role.id) || role.id == everyone).collect();
    let bot = BotRank::of(held.iter().copied(), guild.id);
    Ok(Some(Ranks { roles, bot }))
}

impl Server {
    /// Judges every rule by what the member agreed to for this server.
    #[must_use]
    pub fn judge(
        &self,
        app: &App,
        (user, known): (UserId, &Known),
        ranks: Option<&Ranks>,
    ) -> Vec<RuleStanding> {
        let rules: Vec<_> = self.rules.iter().map(|rule| (rule, facts::parse(app, &rule.criteria))).collect();
        let needed = law::needed(rules.iter().filter_map(|(_, criteria)| criteria.as_ref()), &app.vocabulary);
        let agreed = self.consent.iter().flat_map(|yes| yes.facts.iter().cloned()).collect();
        let seen = law::agreed(&known.facts, &needed, &agreed);
        let joined_at = self.member.as_ref().and_then(|member| member.joined_at);
        let subject = Subject { facts: &seen, vocabulary: &app.vocabulary, now: app.now(), user, joined_at };
        let standing = |(rule, criteria): (&Rule, Option<Criteria>)| RuleStanding {
            rule: rule.clone(),
            verdict: criteria.map(|criteria| judge(&criteria, &subject)),
            reach: ranks.map_or(Ok(()), |ranks| self.reach(app, rule.role, ranks)),
        };
        rules.into_iter().map(standing).collect()
    }

    fn reach(&self, app: &App, role: RoleId, ranks: &Ranks) -> Result<(), NotAssignable> {
        let found = ranks.roles.iter().find(|one| one.id == role);
        let dangerous = app.settings.discord.allow_dangerous_roles;
        assignable(found, self.guild.id, Actor::Exempt, &ranks.bot, dangerous)
    }

    /// Whether the bot can take a role of ours back. One that became dangerous may not be given any
    /// more, but it can be taken.
    pub(super) fn can_take(&self, role: RoleId, ranks: &Ranks) -> bool {
        let found = ranks.roles.iter().find(|one| one.id == role);
        let reach = assignable(found, self.guild.id, Actor::Exempt, &ranks.bot, true);
        !matches!(reach, Err(NotAssignable::AboveBot | NotAssignable::BotMayNot))
    }

    /// The facts that the server's rules read.
    #[must_use]
    pub fn needed(&self, app: &App) -> BTreeSet<FactKey> {
        let criteria: Vec<_> =
            self.rules.iter().filter_map(|rule| facts::parse(app, &rule.criteria)).collect();
        law::needed(&criteria, &app.vocabulary)
    }

    /// The ledger, as a plan needs it.
    #[must_use]
    pub fn ours(&self) -> Ours {
        let ours = |grant: &Grant| {
            let known = domain::plan::Grant {
                rule: grant.rule,
                version: grant.version,
                grace_until: grant.grace_until,
            };
            (grant.role, known)
        };
        self.grants.iter().map(ours).collect()
    }

    /// Why grants go without grace, by role.
    #[must_use]
    pub fn ended(&self) -> BTreeMap<RoleId, String> {
        self.grants.iter().filter_map(|grant| Some((grant.role, grant.ended_by.clone()?))).collect()
    }
}

impl RuleStanding {
    /// As a plan needs it. What is over by the member's own doing has no grace.
    #[must_use]
    pub fn judged(&self, ended: &BTreeMap<RoleId, String>, now: Moment) -> Judged {
        let grace =
            if ended.contains_key(&self.rule.role) { domain::moment::Span::ZERO } else { self.rule.grace };
        Judged {
            rule: self.rule.id,
            version: self.rule.version,
            role: self.rule.role,
            outcome: self.outcome(),
            grace,
            observe_only: self.rule.observe_only_at.is_some(),
            paused: self.verdict.is_none() || is_paused(&self.rule, now),
            within_reach: self.within_reach(ended),
        }
    }

    /// A role of ours that became dangerous goes all the same when the member ended what it rests on.
    fn within_reach(&self, ended: &BTreeMap<RoleId, String>) -> bool {
        match &self.reach {
            Ok(()) => true,
            Err(NotAssignable::Dangerous(_)) => {
                self.outcome() == Outcome::Fails && ended.contains_key(&self.rule.role)
            }
            Err(
                NotAssignable::Gone
                | NotAssignable::AboveBot
                | NotAssignable::AboveAuthor
                | NotAssignable::BotMayNot
                | NotAssignable::Everyone
                | NotAssignable::Linked
                | NotAssignable::Managed,
            ) => false,
        }
    }

    /// The outcome; unknown when the rule cannot be read.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.verdict.as_ref().map_or(Outcome::Unknown, |verdict| verdict.outcome)
    }
}

/// A rule that Discord refused is tried again after this.
const PAUSE: domain::moment::Span = domain::moment::Span::hours(1);

/// Whether a rule rests because Discord refused it.
#[must_use]
pub fn is_paused(rule: &Rule, now: Moment) -> bool {
    paused_until(rule, now).is_some()
}

/// Until when it does.
pub(super) fn paused_until(rule: &Rule, now: Moment) -> Option<Moment> {
    rule.paused.as_ref().map(|(since, _)| *since + PAUSE).filter(|end| *end > now)
}
