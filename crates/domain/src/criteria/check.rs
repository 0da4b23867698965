//! The meaning of a rule: names are looked up, kinds and units are held to the vocabulary.

use std::collections::BTreeMap;
use std::ops::Range;

use super::ast::{FactSyntax, Literal, Placed, Syntax, Test};
use super::{Criteria, Mistake, MistakeKind, Op};
use crate::fact::{FactKey, FactType, Value};
use crate::id::PlatformKey;
use crate::moment::{Moment, Span};
use crate::vocabulary::{ArgKind, FactSpec, PlatformSpec, Vocabulary, is_built_in, nearest};

pub(super) fn criteria(syntax: Syntax<'_>, vocabulary: &Vocabulary) -> Result<Criteria, Mistake> {
    let all = |parts: Vec<Syntax<'_>>| -> Result<Vec<Criteria>, Mistake> {
        let checked = parts.into_iter().map(|part| criteria(part, vocabulary));
        checked.collect()
    };
    match syntax {
        Syntax::All(parts) => Ok(Criteria::All(all(parts)?)),
        Syntax::Any(parts) => Ok(Criteria::Any(all(parts)?)),
        Syntax::AtLeast(count, parts) => {
            let of = parts.len();
            let least = count.is.parse().ok();
            let Some(least) = least.filter(|n| (1..=of).contains(&(*n as usize))) else {
                return Err(Mistake::new(count.at, MistakeKind::WrongCount { of }));
            };
            Ok(Criteria::AtLeast(least, all(parts)?))
        }
        Syntax::Not(part) => Ok(Criteria::Not(Box::new(criteria(*part, vocabulary)?))),
        Syntax::Linked(key) => linked(&key, vocabulary),
        Syntax::Fact { fact, test, within } => {
            let within = within.map(|figure| duration(&figure)).transpose()?;
            criterion(&fact, test, within, vocabulary)
        }
    }
}

/// A fact's key in its one spelling, and its spec.
pub(super) fn fact<'v>(
    fact: &FactSyntax<'_>,
    vocabulary: &'v Vocabulary,
) -> Result<(FactKey, &'v FactSpec), Mistake> {
    let platform = platform(&fact.platform, vocabulary)?;
    let Some(spec) = platform.facts.iter().find(|spec| spec.name == fact.name.is) else {
        let known = platform.facts.iter().map(|spec| spec.name.clone());
        let kind = MistakeKind::UnknownFact { platform: platform.key.clone(), name: fact.name.is.to_owned() };
        let mistake = Mistake::new(fact.name.at.clone(), kind);
        return Err(mistake.suggest(nearest(fact.name.is, known)));
    };
    let key =
        FactKey { platform: platform.key.clone(), name: spec.name.clone(), args: arguments(fact, spec)? };
    Ok((key, spec))
}

fn linked(key: &Placed<&str>, vocabulary: &Vocabulary) -> Result<Criteria, Mistake> {
    let platform = platform(key, vocabulary)?.key.clone();
    if is_built_in(&platform) {
        return Err(Mistake::new(key.at.clone(), MistakeKind::NeedsNoLink(platform)));
    }
    Ok(Criteria::Linked(platform))
}

fn platform<'v>(key: &Placed<&str>, vocabulary: &'v Vocabulary) -> Result<&'v PlatformSpec, Mistake> {
    let parsed = key.is.parse::<PlatformKey>().ok();
    let known = parsed.and_then(|key| vocabulary.platform(&key));
    known.ok_or_else(|| {
        let keys = vocabulary.platforms().map(|platform| platform.key.to_string());
        let kind = MistakeKind::UnknownPlatform(key.is.to_owned());
        Mistake::new(key.at.clone(), kind).suggest(nearest(key.is, keys))
    })
}

fn arguments(fact: &FactSyntax<'_>, spec: &FactSpec) -> Result<BTreeMap<String, String>, Mistake> {
    let mut args = BTreeMap::new();
    for (name, value) in &fact.args {
        let Some((_, kind)) = spec.args.iter().find(|(known, _)| known == name.is) else {
            let kind = MistakeKind::UnknownArgument { fact: spoken(fact), name: name.is.to_owned() };
            let known = spec.args.iter().map(|(known, _)| known.clone());
            return Err(Mistake::new(name.at.clone(), kind).suggest(nearest(name.is, known)));
        };
        let value = argument(name.is, *kind, value)?;
        if args.insert(name.is.to_owned(), value).is_some() {
            let kind = MistakeKind::RepeatedArgument(name.is.to_owned());
            return Err(Mistake::new(name.at.clone(), kind));
        }
    }
    match spec.args.iter().find(|(name, _)| !args.contains_key(name)) {
        None => Ok(args),
        Some((name, _)) => Err(Mistake::new(
            fact.name.at.clone(),
            MistakeKind::MissingArgument { fact: spoken(fact), name: name.clone() },
        )),
    }
}

/// An argument in its one spelling: numbers lose leading zeros.
fn argument(name: &str, takes: ArgKind, value: &Placed<Literal<'_>>) -> Result<String, Mistake> {
    let written = match &value.is {
        Literal::Figure(figure) => figure,
        Literal::Text(text) => text.as_str(),
    };
    // A figure may have a unit (`30d`), which no argument has.
    let odd = matches!(value.is, Literal::Figure(_)) && written.bytes().any(|b| !b.is_ascii_digit());
    let canonical = if odd { None } else { takes.canonical(written) };
    let name = name.to_owned();
    let kind = MistakeKind::WrongArgument { name, takes };
    canonical.ok_or_else(|| Mistake::new(value.at.clone(), kind))
}

fn criterion(
    syntax: &FactSyntax<'_>,
    test: Test<'_>,
    within: Option<Span>,
    vocabulary: &Vocabulary,
) -> Result<Criteria, Mistake> {
    let (key, spec) = fact(syntax, vocabulary)?;
    let takes = spec.kind;
    let whole = syntax.platform.at.start..syntax.name.at.end;
    let wrong = |at: Range<usize>, kind| Err(Mistake::new(at, kind));
    let named = spoken(syntax);
    match test {
        Test::Alone if takes == FactType::Boolean => Ok(Criteria::Is { fact: key, within }),
        Test::Alone => wrong(whole, MistakeKind::NotCompared { fact: named, takes }),
        Test::Has(value) if takes == FactType::TextSet => {
            let value = value.is;
            Ok(Criteria::Has { fact: key, value, within })
        }
        Test::Has(_) => wrong(whole, MistakeKind::NotASet { fact: named, takes }),
        Test::Compare(op, _) if !compares(takes, op.is) => {
            let op_at = op.at;
            let op = op.is;
            wrong(op_at, MistakeKind::WrongOp { fact: named, takes, op })
        }
        Test::Compare(op, literal) => {
            let value = value(named, takes, &literal)?;
            let op = op.is;
            Ok(Criteria::Compare { fact: key, op, value, within })
        }
    }
}

/// Whether facts of a kind can be compared so.
const fn compares(kind: FactType, op: Op) -> bool {
    match kind {
        FactType::Integer | FactType::Duration | FactType::Datetime => true,
        FactType::Text => matches!(op, Op::Equal | Op::NotEqual),
        FactType::Boolean | FactType::TextSet => false,
    }
}

fn value(fact: String, takes: FactType, literal: &Placed<Literal<'_>>) -> Result<Value, Mistake> {
    let at = literal.at.clone();
    let wrong = || Mistake::new(at.clone(), MistakeKind::WrongValue { fact, takes });
    match (takes, &literal.is) {
        (FactType::Integer, Literal::Figure(figure)) => {
            let digits = figure.strip_prefix('-').unwrap_or(figure);
            if !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(wrong());
            }
            let number = figure.parse().map(Value::Integer);
            number.map_err(|_| Mistake::new(at, MistakeKind::NumberTooLarge))
        }
        (FactType::Duration, Literal::Figure(figure)) => {
            if figure.bytes().all(|b| !b.is_ascii_alphabetic()) || figure.contains([':', '-']) {
                return Err(wrong());
            }
            duration(&Placed { is: figure, at }).map(Value::Duration)
        }
        (FactType::Datetime, Literal::Figure(figure)) => {
            if !figure.get(1..).is_some_and(|rest| rest.contains('-')) {
                return Err(wrong());
            }
            let moment = datetime(figure).map(Value::Datetime);
            moment.ok_or_else(|| Mistake::new(at, MistakeKind::NotADate))
        }
        (FactType::Text, Literal::Text(text)) => Ok(Value::Text(text.clone())),
        (
            FactType::Integer
            | FactType::Duration
            | FactType::Datetime
            | FactType::Boolean
            | FactType::Text
            | FactType::TextSet,
            Literal::Figure(_) | Literal::Text(_),
        ) => Err(wrong()),
    }
}

/// A number directly before its unit.
fn duration(figure: &Placed<&str>) -> Result<Span, Mistake> {
    let wrong = |kind| Mistake::new(figure.at.clone(), kind);
    let digits = figure.is.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = figure.is.split_at(digits);
    let length: i64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 604_800,
        "y" => 31_536_000,
        _ => return Err(wrong(MistakeKind::UnknownUnit(unit.to_owned()))),
    };
    let number: Option<i64> = number.parse().ok();
    let seconds = number.and_then(|number| number.checked_mul(length));
    // The same length in milliseconds has to be a number too: that is what moments count in.
    let seconds = seconds.filter(|seconds| seconds.checked_mul(1000).is_some());
    let seconds = seconds.ok_or_else(|| wrong(MistakeKind::NumberTooLarge))?;
    Ok(Span::seconds(seconds))
}

/// A day (its first moment in UTC) or a moment as RFC 3339 writes it.
fn datetime(figure: &str) -> Option<Moment> {
    let day = figure.len() == "2024-05-01".len();
    let midnight = day.then(|| format!("{figure}T00:00:00Z"));
    Moment::parse_rfc3339(midnight.as_deref().unwrap_or(figure))
}

fn spoken(fact: &FactSyntax<'_>) -> String {
    format!("{}.{}", fact.platform.is, fact.name.is)
}
