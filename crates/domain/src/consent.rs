//! Consent: what a member lets one server know.
//!
//! Facts are named as they are stored; an age is agreed to as its date.

use std::collections::BTreeSet;

use crate::criteria::Criteria;
use crate::fact::{FactKey, Facts, Reading, Unknown};
use crate::vocabulary::Vocabulary;

/// The facts that a server's rules read, as they are stored.
#[must_use]
pub fn needed<'a>(
    rules: impl IntoIterator<Item = &'a Criteria>,
    vocabulary: &Vocabulary,
) -> BTreeSet<FactKey> {
    let facts = rules.into_iter().flat_map(|rule| rule.facts(vocabulary));
    facts.collect()
}

/// The facts that a server's rules read and a member has not agreed to: what to ask for.
#[must_use]
pub fn newly_needed(needed: &BTreeSet<FactKey>, agreed: &BTreeSet<FactKey>) -> BTreeSet<FactKey> {
    needed.difference(agreed).cloned().collect()
}

/// What a server's rules may be judged by: of everything needed only what the member agreed to,
/// and nothing that is not needed. The rest is unknown, so it costs nobody a role.
#[must_use]
pub fn agreed(facts: &Facts, needed: &BTreeSet<FactKey>, agreed: &BTreeSet<FactKey>) -> Facts {
    let seen = |key: &FactKey| -> Option<Reading> {
        if agreed.contains(key) {
            return facts.readings.get(key).cloned();
        }
        Some(Reading::Unknown {
            reason: Unknown::NotAgreed,
            since: None,
        })
    };
    let readings = needed
        .iter()
        .filter_map(|key| Some((key.clone(), seen(key)?)));
    Facts {
        linked: facts.linked.clone(),
        readings: readings.collect(),
        fresh_for: facts.fresh_for.clone(),
    }
}

#[cfg(test)]
#[path = "consent_tests.rs"]
mod tests;
