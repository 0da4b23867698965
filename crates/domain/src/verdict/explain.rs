//! Explaining: from criteria and evidence to a tree of reasons.

use std::collections::BTreeMap;

use super::evidence::{Evidence, evidence, is_age};
use super::reason::{Argument, Condition, Reason, WORDS};
use super::weigh::NONSENSE;
use super::{Outcome, Subject};
use crate::criteria::{Criteria, Op};
use crate::fact::{FactKey, Unknown, Value};
use crate::id::PlatformKey;
use crate::moment::Span;

/// Whether the reason is for the criteria or for their opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    AsWritten,
    Opposite,
}

impl Asked {
    const fn turned(self) -> Self {
        match self {
            Self::AsWritten => Self::Opposite,
            Self::Opposite => Self::AsWritten,
        }
    }

    /// The outcome of what is asked, given whether the criterion as written holds.
    const fn outcome(self, written: bool) -> Outcome {
        let opposite = matches!(self, Self::Opposite);
        if written == opposite { Outcome::Fails } else { Outcome::Holds }
    }
}

pub(super) fn explain(criteria: &Criteria, subject: &Subject<'_>, asked: Asked) -> Reason {
    let each = |parts: &[Criteria]| -> Vec<Reason> {
        let reasons = parts.iter().map(|part| explain(part, subject, asked));
        reasons.collect()
    };
    match (criteria, asked) {
        // De Morgan: not all of these is one of their opposites, and so on.
        (Criteria::All(parts), Asked::AsWritten) | (Criteria::Any(parts), Asked::Opposite) => {
            all(each(parts))
        }
        (Criteria::Any(parts), Asked::AsWritten) | (Criteria::All(parts), Asked::Opposite) => {
            any(each(parts))
        }
        (Criteria::AtLeast(least, parts), Asked::AsWritten) => at_least(*least, each(parts)),
        (Criteria::AtLeast(least, parts), Asked::Opposite) => {
            let opposites = count(parts.len()).saturating_add(1).saturating_sub(*least);
            at_least(opposites, each(parts))
        }
        (Criteria::Not(part), _) => explain(part, subject, asked.turned()),
        (Criteria::Linked(platform), _) => Reason::One(linked(platform, subject, asked)),
        (
            Criteria::Compare { fact, within, .. }
            | Criteria::Is { fact, within }
            | Criteria::Has { fact, within, .. },
            _,
        ) => Reason::One(condition(criteria, (fact, *within), subject, asked)),
    }
}

fn all(parts: Vec<Reason>) -> Reason {
    let outcome = Outcome::all(parts.iter().map(Reason::outcome));
    Reason::All { outcome, parts }
}

fn any(parts: Vec<Reason>) -> Reason {
    let outcome = Outcome::any(parts.iter().map(Reason::outcome));
    Reason::Any { outcome, parts }
}

fn at_least(least: u32, parts: Vec<Reason>) -> Reason {
    let holding = parts.iter().filter(|part| part.outcome() == Outcome::Holds);
    Reason::AtLeast {
        outcome: Outcome::at_least(least as usize, parts.iter().map(Reason::outcome)),
        least,
        holding: count(holding.count()),
        of: count(parts.len()),
        parts,
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn linked(platform: &PlatformKey, subject: &Subject<'_>, asked: Asked) -> Condition {
    let is_linked = subject.facts.linked.contains(platform);
    let word = if is_linked { "linked" } else { "not-linked" };
    Condition {
        outcome: asked.outcome(is_linked),
        message: format!("reason-{word}"),
        platform: platform.clone(),
        fact: None,
        args: BTreeMap::from([platform_argument(platform, subject)]),
    }
}

fn platform_argument(platform: &PlatformKey, subject: &Subject<'_>) -> (String, Argument) {
    let name = subject.vocabulary.display_name(platform).to_owned();
    ("platform".to_owned(), Argument::Name(name))
}

/// A condition on a fact: no account, not known, or a value that does or does not do.
fn condition(
    criterion: &Criteria,
    (fact, within): (&FactKey, Option<Span>),
    subject: &Subject<'_>,
    asked: Asked,
) -> Condition {
    let found = match evidence(fact, within, subject).at(subject.now) {
        Evidence::NotLinked => Finding::plain(asked.outcome(false), "not-linked"),
        Evidence::Unknown(why) => Finding::unknown(why),
        Evidence::Known { value, .. } => {
            test(criterion, &value, subject, asked).unwrap_or_else(|| Finding::unknown(NONSENSE))
        }
    };
    let mut args = BTreeMap::from([platform_argument(&fact.platform, subject)]);
    let spec = subject.vocabulary.fact(&fact.platform, &fact.name);
    let name = spec.map_or_else(
        || Argument::Name(format!("{}.{}", fact.platform, fact.name)),
        |spec| Argument::Message(spec.display.clone()),
    );
    args.insert("fact".to_owned(), name);
    args.extend(found.args);
    if found.helped
        && let Some(hint) = spec.and_then(|spec| spec.hint.clone())
    {
        args.insert("hint".to_owned(), Argument::Text(hint));
    }
    Condition {
        outcome: found.outcome,
        message: format!("reason-{}", found.message),
        platform: fact.platform.clone(),
        fact: Some(fact.clone()),
        args,
    }
}

/// What came out of one condition.
struct Finding {
    outcome: Outcome,
    message: String,
    args: Vec<(String, Argument)>,
    /// Whether the fact's own hint says what to do about it.
    helped: bool,
}

impl Finding {
    fn plain(outcome: Outcome, message: &str) -> Self {
        Self { outcome, message: message.to_owned(), args: Vec::new(), helped: false }
    }

    fn unknown(why: Unknown) -> Self {
        let word = match why {
            Unknown::NotRead => "not-read",
            Unknown::NotAgreed => "not-agreed",
            Unknown::Unavailable => "unavailable",
            Unknown::RateLimited => "rate-limited",
            Unknown::Budget => "budget",
            Unknown::Private => "private",
            Unknown::MissingScope => "missing-scope",
            Unknown::NeedsAuthorization => "needs-authorization",
            Unknown::OperatorKey => "operator-key",
            Unknown::OtherAccount => "other-account",
            Unknown::TooOld => "too-old",
            Unknown::Held => "held",
        };
        let helped = matches!(why, Unknown::Private | Unknown::MissingScope);
        Self { helped, ..Self::plain(Outcome::Unknown, &format!("unknown-{word}")) }
    }
}

/// Holds a value against a criterion; nothing when it is of another kind than the rule asks for.
fn test(criterion: &Criteria, known: &Value, subject: &Subject<'_>, asked: Asked) -> Option<Finding> {
    match criterion {
        Criteria::Is { .. } => {
            let Value::Boolean(yes) = known else {
                return None;
            };
            let word = if *yes { "boolean-yes" } else { "boolean-no" };
            Some(Finding::plain(asked.outcome(*yes), word))
        }
        Criteria::Has { value, .. } => {
            let Value::TextSet(texts) = known else {
                return None;
            };
            let has = texts.contains(value);
            let word = if has { "set-has" } else { "set-lacks" };
            let mut finding = Finding::plain(asked.outcome(has), word);
            let wanted = Argument::Text(value.clone());
            finding.args.push(("threshold".to_owned(), wanted));
            Some(finding)
        }
        Criteria::Compare { fact, op, value, .. } if is_age(fact, subject) => {
            let Value::Datetime(date) = known else {
                return None;
            };
            compare(&Value::Duration(date.age(subject.now)), *op, value, asked)
        }
        Criteria::Compare { op, value, .. } => compare(known, *op, value, asked),
        Criteria::All(_)
        | Criteria::Any(_)
        | Criteria::AtLeast(..)
        | Criteria::Not(_)
        | Criteria::Linked(_) => None,
    }
}

fn compare(shown: &Value, op: Op, asked_for: &Value, asked: Asked) -> Option<Finding> {
    if shown.kind() != asked_for.kind() {
        return None;
    }
    let op = match asked {
        Asked::AsWritten => op,
        Asked::Opposite => op.negated(),
    };
    let holds = op.holds(shown, asked_for);
    let (kind, value) = argument(shown)?;
    let (_, threshold) = argument(asked_for)?;
    let (good, bad) = WORDS[op as usize];
    let word = if holds { good } else { bad };
    Some(Finding {
        outcome: Asked::AsWritten.outcome(holds),
        message: format!("{kind}-{word}"),
        args: vec![("value".to_owned(), value), ("threshold".to_owned(), threshold)],
        helped: false,
    })
}

/// The word for a value's kind, and the value as an argument; nothing for kinds without order.
fn argument(value: &Value) -> Option<(&'static str, Argument)> {
    match value {
        Value::Integer(number) => Some(("integer", Argument::Integer(*number))),
        Value::Duration(span) => Some(("duration", Argument::Duration(*span))),
        Value::Datetime(moment) => Some(("datetime", Argument::Datetime(*moment))),
        Value::Text(text) => Some(("text", Argument::Text(text.clone()))),
        Value::Boolean(_) | Value::TextSet(_) => None,
    }
}
