//! Outcomes over time: what holds at a moment, and when that first changes by itself.

use super::evidence::{Evidence, evidence, is_age};
use super::{Outcome, Subject};
use crate::criteria::{Criteria, Op};
use crate::fact::{Unknown, Value};
use crate::moment::{Moment, Span};

/// An outcome, and the next moment at which a part of it may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weighed {
    pub(super) outcome: Outcome,
    next: Option<Moment>,
}

/// The first moment after now at which the outcome is another one.
pub(super) fn changes_at(criteria: &Criteria, subject: &Subject<'_>) -> Option<Moment> {
    let first = weigh(criteria, subject);
    let mut next = first.next;
    // Ends: every single criterion has at most three moments of change, and each is later.
    while let Some(now) = next {
        let then = weigh(criteria, &Subject { now, ..*subject });
        if then.outcome != first.outcome {
            return Some(now);
        }
        next = then.next;
    }
    None
}

pub(super) fn weigh(criteria: &Criteria, subject: &Subject<'_>) -> Weighed {
    match criteria {
        Criteria::All(parts) => group(parts.len(), parts, subject),
        Criteria::Any(parts) => group(1, parts, subject),
        Criteria::AtLeast(least, parts) => group(*least as usize, parts, subject),
        Criteria::Not(part) => {
            let part = weigh(part, subject);
            let outcome = part.outcome.negated();
            Weighed { outcome, ..part }
        }
        Criteria::Linked(platform) => Weighed::forever(subject.facts.linked.contains(platform)),
        Criteria::Compare { fact, op, value, within } => {
            let evidence = evidence(fact, *within, subject);
            weigh_evidence(evidence, subject, |known| {
                let age = matches!(value, Value::Duration(_)) && is_age(fact, subject);
                compare(known, age, (*op, value), subject.now)
            })
        }
        Criteria::Is { fact, within } => weigh_evidence(evidence(fact, *within, subject), subject, |known| {
            let Value::Boolean(yes) = known else {
                return None;
            };
            Some(Weighed::forever(*yes))
        }),
        Criteria::Has { fact, value, within } => {
            weigh_evidence(evidence(fact, *within, subject), subject, |known| {
                let Value::TextSet(texts) = known else {
                    return None;
                };
                Some(Weighed::forever(texts.contains(value)))
            })
        }
    }
}

impl Weighed {
    const fn forever(holds: bool) -> Self {
        let outcome = if holds { Outcome::Holds } else { Outcome::Fails };
        Self { outcome, next: None }
    }

    const fn unknown() -> Self {
        Self { outcome: Outcome::Unknown, next: None }
    }
}

fn group(least: usize, parts: &[Criteria], subject: &Subject<'_>) -> Weighed {
    let mut next = None;
    let parts = parts.iter().map(|part| {
        let part = weigh(part, subject);
        next = earlier(next, part.next);
        part.outcome
    });
    let outcome = Outcome::at_least(least, parts);
    Weighed { outcome, next }
}

fn weigh_evidence(
    evidence: Evidence<'_>,
    subject: &Subject<'_>,
    test: impl FnOnce(&Value) -> Option<Weighed>,
) -> Weighed {
    match evidence.at(subject.now) {
        Evidence::NotLinked => Weighed::forever(false),
        Evidence::Unknown(_) => Weighed::unknown(),
        Evidence::Known { value, too_old_at } => {
            // A value of another kind than the rule asks for is nonsense, and proves nothing.
            let weighed = test(&value).unwrap_or(Weighed::unknown());
            let next = earlier(weighed.next, too_old_at);
            Weighed { next, ..weighed }
        }
    }
}

/// What such nonsense counts as.
pub(super) const NONSENSE: Unknown = Unknown::Unavailable;

fn compare(known: &Value, age: bool, (op, asked): (Op, &Value), now: Moment) -> Option<Weighed> {
    if age {
        let (Value::Datetime(date), Value::Duration(threshold)) = (known, asked) else {
            return None;
        };
        let weighed = Weighed::forever(op.holds(&date.age(now), threshold));
        let next = age_changes_at(*date, op, *threshold, now);
        return Some(Weighed { next, ..weighed });
    }
    let comparable = known.kind() == asked.kind();
    comparable.then(|| Weighed::forever(op.holds(known, asked)))
}

/// When the comparison of an age next turns. Ages count whole seconds and are never negative.
fn age_changes_at(date: Moment, op: Op, threshold: Span, now: Moment) -> Option<Moment> {
    let reached = age_becomes(date, threshold.as_seconds());
    let passed = age_becomes(date, threshold.as_seconds().saturating_add(1));
    let turns = match op {
        Op::AtLeast | Op::LessThan => [reached, None],
        Op::MoreThan | Op::AtMost => [passed, None],
        Op::Equal | Op::NotEqual => [reached, passed],
    };
    turns.into_iter().flatten().find(|turn| *turn > now)
}

/// When an age first is so many seconds; nothing where it always was, or never will be.
fn age_becomes(date: Moment, seconds: i64) -> Option<Moment> {
    let millis = seconds.checked_mul(1000).filter(|millis| *millis > 0)?;
    date.millis().checked_add(millis).map(Moment::from_millis)
}

fn earlier(left: Option<Moment>, right: Option<Moment>) -> Option<Moment> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (one, None) | (None, one) => one,
    }
}
