//! Criteria: what a rule asks of a member, as a tree of comparisons.
//!
//! `github.followers >= 100 and github.account_age >= 1y` is read by [`Criteria::parse`] and
//! printed back by `Display`; the two are inverse. A text goes through three steps, one file each:
//! words (`lex`), shape (`parse`), meaning (`check`). What holds of a member is decided
//! elsewhere, in [`crate::verdict`].

mod ast;
mod check;
mod key;
mod lex;
mod mistake;
mod parse;
mod print;
mod sentence;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use mistake::{Expected, Mistake, MistakeKind};

use crate::fact::{FactKey, Value};
use crate::id::PlatformKey;
use crate::moment::Span;
use crate::vocabulary::{Vocabulary, is_built_in};

/// The longest criteria text, in bytes.
pub const MAX_BYTES: usize = 4000;
/// The deepest nesting of groups and `not`.
pub const MAX_DEPTH: usize = 32;
/// The most single criteria in one text.
pub const MAX_CRITERIA: usize = 64;

/// What a rule asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criteria {
    /// Every part holds.
    All(Vec<Criteria>),
    /// One part or more holds.
    Any(Vec<Criteria>),
    /// So many parts hold.
    AtLeast(u32, Vec<Criteria>),
    /// The part does not hold.
    Not(Box<Criteria>),
    /// A fact compares so with a value.
    Compare {
        /// The fact as written in the language; an age keeps its name.
        fact: FactKey,
        /// How it is compared.
        op: Op,
        /// With what; of the kind that the fact's spec names.
        value: Value,
        /// How old the evidence may be, where the rule says so.
        within: Option<Span>,
    },
    /// A yes-or-no fact is yes.
    Is {
        /// The fact.
        fact: FactKey,
        /// How old the evidence may be, where the rule says so.
        within: Option<Span>,
    },
    /// A set of texts contains one.
    Has {
        /// The fact.
        fact: FactKey,
        /// The text to find.
        value: String,
        /// How old the evidence may be, where the rule says so.
        within: Option<Span>,
    },
    /// An account of the platform is linked.
    Linked(PlatformKey),
}

/// How a fact is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `>=`
    AtLeast,
    /// `>`
    MoreThan,
    /// `<=`
    AtMost,
    /// `<`
    LessThan,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
}

impl Op {
    /// Whether `left` compares so with `right`.
    #[must_use]
    pub fn holds<T: Ord + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Self::AtLeast => left >= right,
            Self::MoreThan => left > right,
            Self::AtMost => left <= right,
            Self::LessThan => left < right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
        }
    }

    /// The comparison that holds exactly where this one does not.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::AtLeast => Self::LessThan,
            Self::MoreThan => Self::AtMost,
            Self::AtMost => Self::MoreThan,
            Self::LessThan => Self::AtLeast,
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
        }
    }
}

impl Criteria {
    /// Reads criteria. A mistake names its place, what is wrong and, where it can, the cure.
    pub fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Self, Mistake> {
        let criteria = check::criteria(parse::parse(text)?, vocabulary)?;
        if criteria.to_string().len() > MAX_BYTES {
            return Err(Mistake::new(0..text.len(), MistakeKind::TooLong));
        }
        Ok(criteria)
    }

    /// The facts to read, as they are stored: an age becomes its date, and what Discord tells by
    /// itself is left out.
    #[must_use]
    pub fn facts(&self, vocabulary: &Vocabulary) -> BTreeSet<FactKey> {
        let mut facts = BTreeSet::new();
        self.visit(&mut |criterion| {
            if let Some(fact) = criterion.fact()
                && !is_built_in(&fact.platform)
            {
                facts.insert(vocabulary.stored(fact));
            }
        });
        facts
    }

    /// The facts as the text names them, built-in ones included.
    #[must_use]
    pub fn named_facts(&self) -> BTreeSet<FactKey> {
        let mut facts = BTreeSet::new();
        self.visit(&mut |criterion| facts.extend(criterion.fact().cloned()));
        facts
    }

    /// The platforms whose accounts matter; the built-in one is left out.
    #[must_use]
    pub fn platforms(&self) -> BTreeSet<PlatformKey> {
        let mut platforms = BTreeSet::new();
        self.visit(&mut |criterion| {
            let linked = match criterion {
                Self::Linked(platform) => Some(platform),
                Self::All(_) | Self::Any(_) | Self::AtLeast(..) | Self::Not(_) => None,
                Self::Compare { fact, .. } | Self::Is { fact, .. } | Self::Has { fact, .. } => {
                    Some(&fact.platform)
                }
            };
            platforms.extend(linked.filter(|platform| !is_built_in(platform)).cloned());
        });
        platforms
    }

    /// The fact of a single criterion.
    fn fact(&self) -> Option<&FactKey> {
        match self {
            Self::All(_) | Self::Any(_) | Self::AtLeast(..) | Self::Not(_) | Self::Linked(_) => None,
            Self::Compare { fact, .. } | Self::Is { fact, .. } | Self::Has { fact, .. } => Some(fact),
        }
    }

    /// Shows every single criterion to `see`, from left to right.
    fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Criteria)) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                for part in parts {
                    part.visit(see);
                }
            }
            Self::Not(part) => part.visit(see),
            Self::Compare { .. } | Self::Is { .. } | Self::Has { .. } | Self::Linked(_) => {
                see(self);
            }
        }
    }
}

/// Reads the name of one fact with its arguments, and nothing more: `steam.hours(app: 440)`.
pub fn parse_fact(text: &str, vocabulary: &Vocabulary) -> Result<FactKey, Mistake> {
    let fact = parse::parse_fact(text)?;
    check::fact(&fact, vocabulary).map(|(key, _)| key)
}

#[cfg(test)]
mod tests;
