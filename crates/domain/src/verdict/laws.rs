//! Laws of verdicts, held on generated criteria and facts.

use proptest::prelude::*;

use super::*;
use crate::fact::{Facts, Reading, Unknown};
use crate::fixtures::{NOW, any_criteria, any_facts, subject, vocabulary};
use crate::id::UserId;
use crate::moment::Moment;

use Outcome::{Fails, Holds, Unknown as Unsure};

const OUTCOMES: [Outcome; 3] = [Holds, Fails, Unsure];

fn some_outcome() -> impl Strategy<Value = Outcome> {
    prop::sample::select(OUTCOMES.to_vec())
}

/// A Discord account made within seconds of now, so that its age is near the thresholds.
fn young() -> UserId {
    let millis = NOW.millis() - 4321 - 1_420_070_400_000;
    UserId::new(millis << 22).unwrap()
}

fn near<'a>(facts: &'a Facts, vocabulary: &'a Vocabulary) -> Subject<'a> {
    Subject {
        user: young(),
        joined_at: Some(Moment::from_millis(NOW.millis() - 2500)),
        ..subject(facts, vocabulary)
    }
}

/// The same with everything that can be read unknown.
fn blind(facts: &Facts) -> Facts {
    let unknown = Reading::Unknown { reason: Unknown::Unavailable, since: None };
    let readings = facts.readings.keys().cloned();
    Facts { readings: readings.map(|key| (key, unknown.clone())).collect(), ..facts.clone() }
}

#[test]
fn kleene_tables() {
    for a in OUTCOMES {
        assert_eq!(Outcome::all([a, Fails]), Fails);
        assert_eq!(Outcome::any([a, Holds]), Holds);
        assert_eq!(Outcome::all([a, Holds]), a);
        assert_eq!(Outcome::any([a, Fails]), a);
        assert_eq!(a.negated().negated(), a);
    }
    assert_eq!(Outcome::all([]), Holds);
    assert_eq!(Outcome::any([]), Fails);
    assert_eq!(Unsure.negated(), Unsure);
    assert_eq!(Outcome::all([Unsure, Holds]), Unsure);
    assert_eq!(Outcome::at_least(2, [Holds, Unsure, Fails]), Unsure);
    assert_eq!(Outcome::at_least(2, [Holds, Fails, Fails]), Fails);
    assert_eq!(Outcome::at_least(0, [Fails]), Holds);
}

proptest! {
    #[test]
    fn kleene_laws(
        parts in prop::collection::vec(some_outcome(), 0..6),
        more in prop::collection::vec(some_outcome(), 0..6),
        least in 0_usize..8,
    ) {
        let all = || parts.iter().copied();
        // De Morgan.
        prop_assert_eq!(Outcome::all(all()).negated(), Outcome::any(all().map(Outcome::negated)));
        // All and any are at least as many as there are, and at least one.
        prop_assert_eq!(Outcome::all(all()), Outcome::at_least(parts.len(), all()));
        prop_assert_eq!(Outcome::any(all()), Outcome::at_least(1, all()));
        // Order and grouping do not matter.
        prop_assert_eq!(Outcome::at_least(least, all()), Outcome::at_least(least, all().rev()));
        let grouped = Outcome::all([Outcome::all(all()), Outcome::all(more.iter().copied())]);
        prop_assert_eq!(grouped, Outcome::all(all().chain(more.iter().copied())));
        // Asking for more never makes it hold.
        if Outcome::at_least(least, all()) == Fails {
            prop_assert_eq!(Outcome::at_least(least + 1, all()), Fails);
        }
    }

    #[test]
    fn the_reason_and_the_quick_way_agree(criteria in any_criteria(), facts in any_facts()) {
        let vocabulary = vocabulary();
        let subject = near(&facts, &vocabulary);
        let verdict = judge(&criteria, &subject);
        prop_assert_eq!(verdict.outcome, outcome_of(&criteria, &subject));
        prop_assert_eq!(verdict.outcome, verdict.reason.outcome());
    }

    #[test]
    fn not_turns_the_outcome_and_nothing_else(criteria in any_criteria(), facts in any_facts()) {
        let vocabulary = vocabulary();
        let subject = near(&facts, &vocabulary);
        let plain = judge(&criteria, &subject);
        let turned = judge(&Criteria::Not(Box::new(criteria.clone())), &subject);
        prop_assert_eq!(turned.outcome, plain.outcome.negated());
        prop_assert_eq!(turned.changes_at, plain.changes_at);
        let twice = Criteria::Not(Box::new(Criteria::Not(Box::new(criteria))));
        prop_assert_eq!(judge(&twice, &subject), plain);
    }

    /// What is certain stays so when more becomes known: blinding turns outcomes into unknown only.
    #[test]
    fn not_knowing_never_turns_an_outcome_round(
        criteria in any_criteria(),
        facts in any_facts(),
    ) {
        let vocabulary = vocabulary();
        let seen = outcome_of(&criteria, &near(&facts, &vocabulary));
        let blinded = blind(&facts);
        let unseen = outcome_of(&criteria, &near(&blinded, &vocabulary));
        prop_assert!(unseen == seen || unseen == Unsure, "{:?} became {:?}", seen, unseen);
    }

    #[test]
    fn an_outcome_stays_until_changes_at_and_changes_then(
        criteria in any_criteria(),
        facts in any_facts(),
        somewhere in 0_i64..1_000_000,
    ) {
        let vocabulary = vocabulary();
        let subject = near(&facts, &vocabulary);
        let verdict = judge(&criteria, &subject);
        let at = |millis: i64| {
            let now = Moment::from_millis(millis);
            outcome_of(&criteria, &Subject { now, ..subject })
        };
        let now = NOW.millis();
        match verdict.changes_at.map(Moment::millis) {
            None => prop_assert_eq!(at(now + somewhere * 100_000), verdict.outcome),
            Some(change) => {
                prop_assert!(change > now);
                prop_assert_eq!(at(change - 1), verdict.outcome);
                prop_assert_eq!(at(now + somewhere % (change - now)), verdict.outcome);
                prop_assert_ne!(at(change), verdict.outcome);
            }
        }
    }

    #[test]
    fn what_decided_has_the_outcome_of_the_whole(criteria in any_criteria(), facts in any_facts()) {
        let vocabulary = vocabulary();
        let reason = judge(&criteria, &near(&facts, &vocabulary)).reason;
        let outcome = reason.outcome();
        let decisive = reason.clone().decisive();
        prop_assert_eq!(decisive.outcome(), outcome);
        prop_assert!(!decisive.conditions().is_empty());
        for condition in decisive.conditions() {
            prop_assert_eq!(condition.outcome, outcome);
        }
        prop_assert_eq!(decisive.clone().decisive(), decisive);
    }

    #[test]
    fn a_verdict_is_kept_as_json(criteria in any_criteria(), facts in any_facts()) {
        let vocabulary = vocabulary();
        let verdict = judge(&criteria, &near(&facts, &vocabulary));
        let text = serde_json::to_string(&verdict).unwrap();
        prop_assert_eq!(serde_json::from_str::<Verdict>(&text).unwrap(), verdict);
    }

    #[test]
    fn every_sentence_is_listed(criteria in any_criteria(), facts in any_facts()) {
        let vocabulary = vocabulary();
        let ids = message_ids();
        for condition in judge(&criteria, &near(&facts, &vocabulary)).reason.conditions() {
            prop_assert!(ids.contains(&condition.message), "{}", condition.message);
        }
    }
}
