//! Mistakes in a rule's text: where, what, and what may have been meant.

use std::fmt;
use std::ops::Range;

use super::Op;
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
    /// The text is longer than [`super::MAX_BYTES`].
    TooLong,
    /// Groups are nested deeper than [`super::MAX_DEPTH`].
    TooDeep,
    /// There are more than [`super::MAX_CRITERIA`] criteria.
    TooMany,
    /// A sign that the language does not use.
    StraySign(String),
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
    /// Digits with something that is no unit, or with nothing.
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
        Self { at, kind, suggestion: None }
    }

    pub(super) fn suggest(mut self, suggestion: Option<String>) -> Self {
        self.suggestion = suggestion;
        self
    }

    /// The sentence, the line of the text it is about, and carets below the place. Of a long line
    /// only the part around the place is shown.
    #[must_use]
    pub fn render(&self, text: &str) -> String {
        let start = floor(text, self.at.start);
        let begin = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let until = floor(text, self.at.end.min(end)).max(start);
        let before = text[begin..start].chars().count();
        let skipped = before.saturating_sub(SHOWN_BEFORE);
        let shown = text[begin..end].chars().skip(skipped).take(SHOWN);
        let line: String = shown.map(|c| if c.is_control() { ' ' } else { c }).collect();
        let indent = before - skipped;
        let width = text[start..until].chars().take(SHOWN - indent).count().max(1);
        format!("{self}\n{line}\n{}{}", " ".repeat(indent), "^".repeat(width))
    }
}

/// How many characters of a line are shown.
const SHOWN: usize = 120;
/// How many of these stand before the place of the mistake.
const SHOWN_BEFORE: usize = 80;

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
