//! Plans: which roles to give a member and which to take back.
//!
//! A plan only takes roles that we gave. A role given by hand is none of our business, and a fact
//! we could not read leaves everything as it is. Several rules for one role combine by *or*, and
//! the grant names the first that holds. Carrying a plan out is the job of the reconcile flow.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::id::{RoleId, RuleId};
use crate::moment::{Moment, Span};
use crate::verdict::Outcome;

/// The verdict of one live rule on a member. Deleted and disabled rules are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The rule.
    pub rule: RuleId,
    /// Its version.
    pub version: i64,
    /// The role it gives.
    pub role: RoleId,
    /// Whether it holds.
    pub outcome: Outcome,
    /// How long it waits between *fails* and the taking.
    pub grace: Span,
    /// It is only watched: it neither gives nor takes, and does not weigh on other rules.
    pub observe_only: bool,
    /// It is paused: it gives nothing, and nothing is taken while it is.
    pub paused: bool,
    /// The bot may give and take the role; else it counts as paused.
    pub within_reach: bool,
}

/// The roles that a member holds.
pub type Held = BTreeSet<RoleId>;

/// The roles of a member that are ours.
pub type Ours = BTreeMap<RoleId, Grant>;

/// What the ledger says of a role that we gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The rule it rests on.
    pub rule: RuleId,
    /// The version of that rule.
    pub version: i64,
    /// When it will be taken, while its grace runs.
    pub grace_until: Option<Moment>,
}

/// What to do, in the order of role ids. `forget` comes before `give`: a role that somebody took
/// by hand while its rule holds stands in both.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// Roles in the ledger that are not held any more: somebody took them by hand.
    pub forget: Vec<RoleId>,
    /// Roles to give.
    pub give: Vec<Give>,
    /// Roles to take back.
    pub take: Vec<Take>,
    /// Roles to take back later.
    pub wait: Vec<Wait>,
    /// Grants to write anew: on another rule or version, and without grace.
    pub adopt: Vec<Give>,
}

/// A role, and the rule it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Give {
    /// The role.
    pub role: RoleId,
    /// The first rule that holds.
    pub rule: RuleId,
    /// Its version.
    pub version: i64,
}

/// A role to take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    /// The role.
    pub role: RoleId,
    /// The rule that gave it.
    pub rule: RuleId,
    /// The version of that rule.
    pub version: i64,
    /// Why.
    pub cause: Cause,
}

/// Why a role is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its rules fail, and the grace is over.
    RuleFails,
    /// No rule gives it any more.
    NoRule,
    /// The member unlinked, or opted out.
    Departed,
}

/// A role whose rules fail, to be taken when the grace is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// The role.
    pub role: RoleId,
    /// The end of the grace.
    pub until: Moment,
    /// Whether the ledger knows that already.
    pub grace: Grace,
}

/// Where a grace stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grace {
    /// It begins now, or ends earlier than it did: to be written.
    Begins,
    /// It stands in the ledger like this.
    Runs,
}

impl Plan {
    /// Whether nothing is to be done or written. A running grace is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.forget.is_empty()
            && self.give.is_empty()
            && self.take.is_empty()
            && self.adopt.is_empty()
            && self.wait.iter().all(|wait| wait.grace == Grace::Runs)
    }
}

/// Compares the verdicts of a server's live rules, in their order, with the roles a member holds
/// and those that are ours.
#[must_use]
pub fn plan(judged: &[Judged], held: &Held, ours: &Ours, now: Moment) -> Plan {
    let mut rules: BTreeMap<RoleId, Vec<&Judged>> = BTreeMap::new();
    for one in judged {
        rules.entry(one.role).or_default().push(one);
    }
    let concerned: BTreeSet<RoleId> = rules.keys().chain(ours.keys()).copied().collect();
    let mut plan = Plan::default();
    for role in concerned {
        let rules = rules.get(&role).map_or(&[][..], Vec::as_slice);
        let grant = ours.get(&role);
        match (held.contains(&role), grant) {
            (true, Some(grant)) => plan.review(role, rules, grant, now),
            // Given by hand: left alone, and not ours from now on either.
            (true, None) => {}
            (false, grant) => {
                plan.forget.extend(grant.map(|_| role));
                plan.give.extend(first_holding(role, rules));
            }
        }
    }
    plan
}

/// Takes everything that is ours at once: the member unlinked, or opted out.
#[must_use]
pub fn plan_departure(ours: &Ours) -> Plan {
    let take = ours.iter().map(|(role, grant)| grant.take(*role, Cause::Departed));
    Plan { take: take.collect(), ..Plan::default() }
}

impl Grant {
    const fn take(&self, role: RoleId, cause: Cause) -> Take {
        Take { role, rule: self.rule, version: self.version, cause }
    }
}

impl Judged {
    /// A rule that may not act is as good as unknown.
    const fn effective(&self) -> Outcome {
        if self.paused || !self.within_reach { Outcome::Unknown } else { self.outcome }
    }
}

impl Plan {
    /// Decides on a role that is held and ours.
    fn review(&mut self, role: RoleId, rules: &[&Judged], grant: &Grant, now: Moment) {
        if rules.is_empty() {
            self.take.push(grant.take(role, Cause::NoRule));
            return;
        }
        match combined(rules, grant) {
            Outcome::Unknown => {}
            Outcome::Holds => {
                let rests = Give { role, rule: grant.rule, version: grant.version };
                let first = first_holding(role, rules);
                let moved = first.filter(|first| *first != rests || grant.grace_until.is_some());
                self.adopt.extend(moved);
            }
            Outcome::Fails => self.end(role, longest_grace(rules), grant, now),
        }
    }

    /// Takes a role whose grace is over, and else waits.
    fn end(&mut self, role: RoleId, grace: Span, grant: &Grant, now: Moment) {
        // An admin may shorten a grace that runs; lengthening it does not move its end.
        let fresh = now + grace;
        let until = grant.grace_until.map_or(fresh, |until| until.min(fresh));
        if now >= until {
            self.take.push(grant.take(role, Cause::RuleFails));
            return;
        }
        let known = grant.grace_until == Some(until);
        let grace = if known { Grace::Runs } else { Grace::Begins };
        self.wait.push(Wait { role, until, grace });
    }
}

/// The outcome for a role of ours. Rules that are only watched have no say, unless the grant rests
/// on one or there is no other: then nothing is taken.
fn combined(rules: &[&Judged], grant: &Grant) -> Outcome {
    let rests_on_watched = rules.iter().any(|one| one.observe_only && one.rule == grant.rule);
    let acting = rules.iter().filter(|one| !one.observe_only);
    let outcome = Outcome::any(acting.clone().map(|one| one.effective()));
    let unclear = rests_on_watched || acting.count() == 0;
    match outcome {
        Outcome::Fails if unclear => Outcome::Unknown,
        Outcome::Holds | Outcome::Fails | Outcome::Unknown => outcome,
    }
}

fn first_holding(role: RoleId, rules: &[&Judged]) -> Option<Give> {
    let mut acting = rules.iter().filter(|one| !one.observe_only);
    let first = acting.find(|one| one.effective() == Outcome::Holds)?;
    Some(Give { role, rule: first.rule, version: first.version })
}

/// The kindest grace of the rules that act on a role.
fn longest_grace(rules: &[&Judged]) -> Span {
    let acting = rules.iter().filter(|one| !one.observe_only);
    let longest = acting.map(|one| one.grace).max();
    longest.unwrap_or(Span::ZERO).max(Span::ZERO)
}

#[cfg(test)]
mod tests;
