//! Sentences for mistakes: what is wrong, and what a rule takes instead.

use std::fmt;

use super::{Expected, MAX_BYTES, MAX_CRITERIA, MAX_DEPTH, MistakeKind};
use crate::fact::FactType;
use crate::vocabulary::ArgKind;

impl fmt::Display for MistakeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "A rule has at most {MAX_BYTES} bytes of text"),
            Self::TooDeep => write!(f, "A rule nests at most {MAX_DEPTH} levels deep"),
            Self::TooMany => write!(f, "A rule has at most {MAX_CRITERIA} criteria"),
            Self::StraySign(sign) => {
                write!(f, "A rule does not use `{}` outside of quotes", short(sign))
            }
            Self::OpenText => write!(f, "This text has no closing quote"),
            Self::BadEscape => write!(f, "In a text `\\` stands only before `\"` and `\\`"),
            Self::Unexpected { found, expected } => match found {
                Some(found) => write!(f, "Here stands `{}`, but it takes {expected}", short(found)),
                None => write!(f, "The rule ends here, but it takes {expected}"),
            },
            Self::UnknownPlatform(name) => write!(f, "There is no platform `{}`", short(name)),
            Self::UnknownFact { platform, name } => {
                write!(f, "{platform} has no fact `{}`", short(name))
            }
            Self::NeedsNoLink(platform) => {
                write!(f, "Everybody has a {platform} account; leave this out")
            }
            Self::MissingArgument { fact, name } => write!(f, "{fact} needs the argument `{name}`"),
            Self::UnknownArgument { fact, name } => {
                write!(f, "{fact} has no argument `{}`", short(name))
            }
            Self::RepeatedArgument(name) => write!(f, "The argument `{name}` stands here twice"),
            Self::WrongArgument { name, takes } => {
                write!(f, "The argument `{name}` takes {}", argument(*takes))
            }
            Self::WrongValue { fact, takes } => write!(f, "{fact} takes {}", value(*takes)),
            Self::WrongOp { fact, takes, op } => {
                write!(f, "{fact} cannot be compared by `{op}`; {}", how(*takes))
            }
            Self::NotCompared { fact, takes } | Self::NotASet { fact, takes } => {
                write!(f, "{fact} cannot stand like this; {}", how(*takes))
            }
            Self::NumberTooLarge => write!(f, "This number is too large"),
            Self::UnknownUnit(unit) if unit.is_empty() => {
                write!(f, "A length of time needs a unit: s, m, h, d, w or y")
            }
            Self::UnknownUnit(unit) => {
                write!(f, "`{}` is no unit; there are s, m, h, d, w and y", short(unit))
            }
            Self::NotADate => write!(f, "There is no such moment; write 2024-05-01 or 2024-05-01T12:00:00Z"),
            Self::WrongCount { of } => write!(f, "Ask for at least 1 and at most {of} of these"),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Criterion => "a criterion such as `github.followers >= 100`",
            Self::End => "`and`, `or` or the end",
            Self::CommaOrClose => "`,` or `)`",
            Self::Close => "`)`",
            Self::Open => "`(`",
            Self::DotOrLinked => "`.` and a fact, or `linked`",
            Self::FactName => "a fact's name",
            Self::ArgumentName => "an argument's name",
            Self::Colon => "`:`",
            Self::Argument => "a number or a text in quotes",
            Self::Value => "a number, a length of time, a date or a text in quotes",
            Self::Text => "a text in quotes",
            Self::Duration => "a length of time such as `24h`",
            Self::Least => "`least`, as in `at least 2 of (...)`",
            Self::Number => "a whole number",
            Self::Of => "`of`, as in `at least 2 of (...)`",
        })
    }
}

const fn argument(kind: ArgKind) -> &'static str {
    match kind {
        ArgKind::Integer => "a whole number such as 440",
        ArgKind::Text => "a text such as \"octocat\" that is not empty",
        ArgKind::Repository => "owner and name such as \"rust-lang/rust\"",
    }
}

const fn value(kind: FactType) -> &'static str {
    match kind {
        FactType::Integer => "a whole number without a unit, such as 100",
        FactType::Duration => "a length of time with its unit, such as 30d",
        FactType::Datetime => "a date such as 2024-05-01",
        FactType::Boolean => "no value: it is yes or no, so write it alone, or `not` before it",
        FactType::Text => "a text in quotes",
        FactType::TextSet => "`has` and a text in quotes",
    }
}

const fn how(kind: FactType) -> &'static str {
    match kind {
        FactType::Integer => "it is a whole number, so write for example `>= 100`",
        FactType::Duration => "it is a length of time, so write for example `>= 30d`",
        FactType::Datetime => "it is a date, so write for example `< 2024-05-01`",
        FactType::Boolean => "it is yes or no, so write it alone, or `not` before it",
        FactType::Text => "it is a text, so write `= \"text\"` or `!= \"text\"`",
        FactType::TextSet => "it is a set of texts, so write `has \"text\"`",
    }
}

/// What somebody wrote, short enough for a sentence and on one line.
fn short(text: &str) -> String {
    const MOST: usize = 40;
    let mut shown: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown.replace(char::is_control, " ")
}
