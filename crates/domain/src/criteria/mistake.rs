//! Mistakes in a rule's text: where, what, and what may have been meant.

use std::fmt;
use std::ops::Range;

use super::{MAX_BYTES, MAX_CRITERIA, MAX_DEPTH, Op};
use crate::fact::FactType;
use crate::id::PlatformKey;
use crate::vocabulary::ArgKind;

/// One mistake. Prints as one sentence; [`Mistake::render`] also shows the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The place in the text, in bytes, on borders of characters.
    pub at: Range<usize>,
    /// What is wrong.
    pub kind: MistakeKind,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

/// What can be wrong with a rule's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MistakeKind {
    /// The text is longer than [`MAX_BYTES`].
    TooLong,
    /// Groups are nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// There are more than [`MAX_CRITERIA`] criteria.
    TooMany,
    /// A character that the language does not use.
    StrayCharacter(char),
    /// A text without its closing quote.
    OpenText,
    /// A `\` before something other than `"` or `\`.
    BadEscape,
    /// Something else should stand here.
    Unexpected {
        /// What stands there; nothing at the end of the text.
        found: Option<String>,
        /// What should.
        expected: Expected,
    },
    /// No platform has that key.
    UnknownPlatform(String),
    /// The platform has no such fact.
    UnknownFact {
        /// The platform.
        platform: PlatformKey,
        /// The name as written.
        name: String,
    },
    /// Everybody has an account there.
    NeedsNoLink(PlatformKey),
    /// The fact needs an argument that is missing.
    MissingArgument {
        /// The fact.
        fact: String,
        /// The argument.
        name: String,
    },
    /// The fact has no such argument.
    UnknownArgument {
        /// The fact.
        fact: String,
        /// The argument as written.
        name: String,
    },
    /// An argument stands there twice.
    RepeatedArgument(String),
    /// An argument is of the wrong kind.
    WrongArgument {
        /// The argument.
        name: String,
        /// What it takes.
        takes: ArgKind,
    },
    /// The fact is compared with a value of another kind.
    WrongValue {
        /// The fact.
        fact: String,
        /// Its kind.
        takes: FactType,
    },
    /// The fact cannot be compared in that way.
    WrongOp {
        /// The fact.
        fact: String,
        /// Its kind.
        takes: FactType,
        /// How it was compared.
        op: Op,
    },
    /// The fact stands alone, and is not a yes-or-no one.
    NotCompared {
        /// The fact.
        fact: String,
        /// Its kind.
        takes: FactType,
    },
    /// `has` is only for sets of texts.
    NotASet {
        /// The fact.
        fact: String,
        /// Its kind.
        takes: FactType,
    },
    /// A number beyond 64 bits, or a length of time beyond them.
    NumberTooLarge,
    /// Digits with something that is no unit.
    UnknownUnit(String),
    /// No such day or moment.
    NotADate,
    /// `at least N of` a group that N does not fit.
    WrongCount {
        /// As many as stand in the group.
        of: usize,
    },
}

/// What the reader waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A criterion or group.
    Criterion,
    /// `and`, `or` or the end.
    End,
    /// `,` or `)`.
    CommaOrClose,
    /// `)`.
    Close,
    /// `(`.
    Open,
    /// `.` or `linked` after a platform.
    DotOrLinked,
    /// A fact's name.
    FactName,
    /// An argument's name.
    ArgumentName,
    /// `:`.
    Colon,
    /// A number or text.
    Argument,
    /// A number, length of time, date or text.
    Value,
    /// A text in quotes.
    Text,
    /// A length of time.
    Duration,
    /// `least` after `at`.
    Least,
    /// A whole number.
    Number,
    /// `of`.
    Of,
}

impl Mistake {
    pub(super) const fn new(at: Range<usize>, kind: MistakeKind) -> Self {
        Self {
            at,
            kind,
            suggestion: None,
        }
    }

    pub(super) fn suggest(mut self, suggestion: Option<String>) -> Self {
        self.suggestion = suggestion;
        self
    }

    /// The sentence, the line of the text it is about, and carets below the place.
    #[must_use]
    pub fn render(&self, text: &str) -> String {
        let start = floor(text, self.at.start);
        let begin = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let until = floor(text, self.at.end.min(end)).max(start);
        let indent = text[begin..start].chars().count();
        let width = text[start..until].chars().count().max(1);
        let line = text[begin..end].replace(char::is_control, " ");
        format!(
            "{self}\n{line}\n{}{}",
            " ".repeat(indent),
            "^".repeat(width)
        )
    }
}

/// The nearest border of a character at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl std::error::Error for Mistake {}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean `{suggestion}`?"),
            None => write!(f, "."),
        }
    }
}

impl fmt::Display for MistakeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "A rule has at most {MAX_BYTES} bytes of text"),
            Self::TooDeep => write!(f, "A rule nests at most {MAX_DEPTH} levels deep"),
            Self::TooMany => write!(f, "A rule has at most {MAX_CRITERIA} criteria"),
            Self::StrayCharacter(c) => write!(f, "A rule does not use {c:?} outside of quotes"),
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
            Self::UnknownUnit(unit) => {
                write!(
                    f,
                    "`{}` is no unit; there are s, m, h, d, w and y",
                    short(unit)
                )
            }
            Self::NotADate => write!(
                f,
                "There is no such moment; write 2024-05-01 or 2024-05-01T12:00:00Z"
            ),
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
