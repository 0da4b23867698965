//! Criteria as text, in their one spelling. Reading it gives the same criteria again.

use std::fmt;

use super::{Criteria, Op};
use crate::fact::{Value, quoted};
use crate::moment::{Moment, Span};

impl fmt::Display for Criteria {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => group(f, parts, "all", " and "),
            Self::Any(parts) => group(f, parts, "any", " or "),
            Self::AtLeast(least, parts) => {
                write!(f, "at least {least} of ")?;
                list(f, parts)
            }
            Self::Not(part) => {
                f.write_str("not ")?;
                operand(f, part, is_joined(part))
            }
            Self::Compare { fact, op, value, within } => {
                write!(f, "{fact} {op} ")?;
                print_value(f, value)?;
                print_within(f, *within)
            }
            Self::Is { fact, within } => {
                write!(f, "{fact}")?;
                print_within(f, *within)
            }
            Self::Has { fact, value, within } => {
                write!(f, "{fact} has {}", quoted(value))?;
                print_within(f, *within)
            }
            Self::Linked(platform) => write!(f, "{platform} linked"),
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtLeast => ">=",
            Self::MoreThan => ">",
            Self::AtMost => "<=",
            Self::LessThan => "<",
            Self::Equal => "=",
            Self::NotEqual => "!=",
        })
    }
}

/// Two or more parts are joined by a word; a single one keeps its group.
fn group(f: &mut fmt::Formatter<'_>, parts: &[Criteria], name: &str, joint: &str) -> fmt::Result {
    if parts.len() < 2 {
        f.write_str(name)?;
        return list(f, parts);
    }
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(joint)?;
        }
        // `and` binds before `or`, so an `and` within an `or` stands bare.
        let bare = name == "any" && matches!(part, Criteria::All(_));
        operand(f, part, is_joined(part) && !bare)?;
    }
    Ok(())
}

fn list(f: &mut fmt::Formatter<'_>, parts: &[Criteria]) -> fmt::Result {
    f.write_str("(")?;
    for (at, part) in parts.iter().enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        write!(f, "{comma}{part}")?;
    }
    f.write_str(")")
}

fn operand(f: &mut fmt::Formatter<'_>, part: &Criteria, in_brackets: bool) -> fmt::Result {
    if in_brackets { write!(f, "({part})") } else { write!(f, "{part}") }
}

/// Whether it prints as parts with `and` or `or` between them.
fn is_joined(criteria: &Criteria) -> bool {
    match criteria {
        Criteria::All(parts) | Criteria::Any(parts) => parts.len() > 1,
        Criteria::AtLeast(..)
        | Criteria::Not(_)
        | Criteria::Compare { .. }
        | Criteria::Is { .. }
        | Criteria::Has { .. }
        | Criteria::Linked(_) => false,
    }
}

fn print_within(f: &mut fmt::Formatter<'_>, within: Option<Span>) -> fmt::Result {
    within.map_or(Ok(()), |within| write!(f, " within {within}"))
}

fn print_value(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Integer(number) => write!(f, "{number}"),
        Value::Duration(span) => write!(f, "{span}"),
        Value::Datetime(moment) => f.write_str(&print_moment(*moment)),
        Value::Boolean(yes) => write!(f, "{yes}"),
        Value::Text(text) => f.write_str(&quoted(text)),
        Value::TextSet(texts) => {
            let texts: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
            f.write_str(&texts.join(", "))
        }
    }
}

/// The shortest spelling: a day alone at midnight, fractions only where there are some.
fn print_moment(moment: Moment) -> String {
    let text = moment.rfc3339();
    let millis = moment.millis().rem_euclid(1000);
    if millis > 0 {
        return format!("{}.{millis:03}Z", text.trim_end_matches('Z'));
    }
    match text.strip_suffix("T00:00:00Z") {
        Some(day) => day.to_owned(),
        None => text,
    }
}
