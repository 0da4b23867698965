//! Consent: what a member lets one server know.
//!
//! Facts are named as they are stored; an age is agreed to as its date.

use std::collections::{BTreeMap, BTreeSet};

use crate::criteria::Criteria;
use crate::fact::{FactKey, Facts, Reading, Unknown};
use crate::id::PlatformKey;
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

/// That an account is linked, as something a member agrees to. Agreeing to any fact of a platform
/// says as much.
#[must_use]
pub fn linked(platform: &PlatformKey) -> FactKey {
    FactKey { platform: platform.clone(), name: "linked".to_owned(), args: BTreeMap::new() }
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
        Some(Reading::Unknown { reason: Unknown::NotAgreed, since: None })
    };
    let readings = needed.iter().filter_map(|key| Some((key.clone(), seen(key)?)));
    Facts { linked: facts.linked.clone(), readings: readings.collect(), fresh_for: facts.fresh_for.clone() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fact::Value;
    use crate::fixtures::{any_criteria, any_facts, facts, key, subject, vocabulary};
    use crate::verdict::{Outcome, judge, outcome_of};

    fn keys(names: &[&str]) -> BTreeSet<FactKey> {
        names.iter().map(|name| key(name)).collect()
    }

    #[test]
    fn a_rule_that_reads_more_asks_for_the_new_fact_only() {
        let vocabulary = vocabulary();
        let rules = ["github.followers >= 1 and discord.account_age > 1d", "github.account_age >= 1y"]
            .map(|text| Criteria::parse(text, &vocabulary).unwrap());
        let needed = needed(&rules, &vocabulary);
        assert_eq!(needed, keys(&["github.created_at", "github.followers"]));
        assert_eq!(
            newly_needed(&needed, &keys(&["github.followers", "github.following"])),
            keys(&["github.created_at"])
        );
    }

    #[test]
    fn what_was_not_agreed_to_is_unknown() {
        let vocabulary = vocabulary();
        let criteria = Criteria::parse("github.followers >= 1", &vocabulary).unwrap();
        let known = facts(&["github"], &[("github.followers", Value::Integer(0))]);
        let needed = criteria.facts(&vocabulary);
        let judged = |agreed_to: &[&str]| {
            let seen = agreed(&known, &needed, &keys(agreed_to));
            judge(&criteria, &subject(&seen, &vocabulary))
        };
        assert_eq!(judged(&["github.followers"]).outcome, Outcome::Fails);
        let verdict = judged(&["github.following"]);
        assert_eq!(verdict.outcome, Outcome::Unknown);
        assert_eq!(verdict.reason.conditions()[0].message, "reason-unknown-not-agreed");
    }

    #[test]
    fn a_server_does_not_see_what_its_rules_do_not_need() {
        let known = facts(&["x"], &[("x.followers", Value::Integer(7))]);
        let agreed_to = keys(&["x.followers"]);
        assert!(agreed(&known, &BTreeSet::new(), &agreed_to).readings.is_empty());
    }

    proptest! {
        #[test]
        fn agreeing_to_everything_changes_no_verdict_and_to_nothing_takes_no_role(
            criteria in any_criteria(),
            known in any_facts(),
        ) {
            let vocabulary = vocabulary();
            let needed = criteria.facts(&vocabulary);
            let all = agreed(&known, &needed, &needed);
            let none = agreed(&known, &needed, &BTreeSet::new());
            let outcome = |facts: &Facts| outcome_of(&criteria, &subject(facts, &vocabulary));
            let seen = outcome(&known);
            prop_assert_eq!(outcome(&all), seen);
            // Without readings an outcome that is certain is the one that everybody can see.
            let blind = outcome(&none);
            prop_assert!(blind == seen || blind == Outcome::Unknown);
        }

        /// What a member did not agree to has no way into a server's verdicts.
        #[test]
        fn a_value_that_was_not_agreed_to_changes_nothing(
            criteria in any_criteria(),
            known in any_facts(),
            other in any_facts(),
            keep in any::<prop::sample::Index>(),
        ) {
            let vocabulary = vocabulary();
            let needed = criteria.facts(&vocabulary);
            let some = keep.index(needed.len() + 1);
            let agreed_to: BTreeSet<_> = needed.iter().take(some).cloned().collect();
            let mut changed = Facts { readings: other.readings, ..known.clone() };
            changed.readings.retain(|key, _| !agreed_to.contains(key));
            let same = known.readings.iter().filter(|(key, _)| agreed_to.contains(*key));
            changed.readings.extend(same.map(|(key, reading)| (key.clone(), reading.clone())));
            prop_assert_eq!(
                agreed(&known, &needed, &agreed_to),
                agreed(&changed, &needed, &agreed_to)
            );
        }
    }
}
