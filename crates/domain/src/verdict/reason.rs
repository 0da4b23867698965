//! Reasons: why a verdict is what it is, as message ids with arguments.
//!
//! A reason mirrors its criteria, except that `not` is moved into the conditions: of
//! `not (github.followers >= 100)` it says "120 followers on GitHub, it takes fewer than 100".
//! So every condition stands for itself. Sentences in a reader's language are made elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::fact::FactKey;
use crate::id::PlatformKey;
use crate::moment::{Moment, Span};

/// Why a verdict is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Every part was asked for.
    All {
        /// Of the whole.
        outcome: Outcome,
        /// Of each part.
        parts: Vec<Reason>,
    },
    /// One part was asked for.
    Any {
        /// Of the whole.
        outcome: Outcome,
        /// Of each part.
        parts: Vec<Reason>,
    },
    /// So many parts were asked for.
    AtLeast {
        /// Of the whole.
        outcome: Outcome,
        /// How many parts it takes.
        least: u32,
        /// How many hold.
        holding: u32,
        /// How many there are, also after pruning.
        of: u32,
        /// Of each part.
        parts: Vec<Reason>,
    },
    /// One condition.
    One(Condition),
}

/// One condition: a sentence to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Whether it holds.
    pub outcome: Outcome,
    /// The id of its sentence; one of [`message_ids`].
    pub message: String,
    /// Whose account it is about.
    pub platform: PlatformKey,
    /// The fact it is about as the rule names it; nothing when it is about the link itself.
    pub fact: Option<FactKey>,
    /// The sentence's arguments: `platform`; with a fact `fact`; of comparisons `value` and
    /// `threshold`, of sets only `threshold`; of what is hidden `hint`, where the fact has one.
    pub args: BTreeMap<String, Argument>,
}

/// One argument of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    /// A name that is the same in every language, such as a platform's.
    Name(String),
    /// The id of another message, such as a fact's name.
    Message(String),
    /// A whole number.
    Integer(i64),
    /// A length of time.
    Duration(Span),
    /// A point in time.
    Datetime(Moment),
    /// A text from outside; to be escaped where it is shown.
    Text(String),
}

impl Reason {
    /// Whether what this is the reason of holds.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        match self {
            Self::All { outcome, .. }
            | Self::Any { outcome, .. }
            | Self::AtLeast { outcome, .. }
            | Self::One(Condition { outcome, .. }) => *outcome,
        }
    }

    /// Only what decided: the failing parts of what fails, the holding ones of what holds. A
    /// group of which one part is left is that part.
    #[must_use]
    pub fn decisive(self) -> Self {
        let whole = self.outcome();
        let prune = |parts: Vec<Self>| -> Vec<Self> {
            let decided = parts.into_iter().filter(|part| part.outcome() == whole);
            decided.map(Self::decisive).collect()
        };
        match self {
            Self::All { outcome, parts } => {
                only_one(prune(parts)).unwrap_or_else(|parts| Self::All { outcome, parts })
            }
            Self::Any { outcome, parts } => {
                only_one(prune(parts)).unwrap_or_else(|parts| Self::Any { outcome, parts })
            }
            Self::AtLeast { outcome, least, holding, of, parts } => {
                Self::AtLeast { outcome, least, holding, of, parts: prune(parts) }
            }
            Self::One(condition) => Self::One(condition),
        }
    }

    /// All conditions from left to right.
    #[must_use]
    pub fn conditions(&self) -> Vec<&Condition> {
        match self {
            Self::All { parts, .. } | Self::Any { parts, .. } | Self::AtLeast { parts, .. } => {
                parts.iter().flat_map(Self::conditions).collect()
            }
            Self::One(condition) => vec![condition],
        }
    }
}

fn only_one(mut parts: Vec<Reason>) -> Result<Reason, Vec<Reason>> {
    match parts.pop() {
        Some(only) if parts.is_empty() => Ok(only),
        last => {
            parts.extend(last);
            Err(parts)
        }
    }
}

/// Kinds of values that comparisons have sentences for.
pub(super) const COMPARED: [&str; 4] = ["integer", "duration", "datetime", "text"];

/// How a comparison can come out: for each [`crate::criteria::Op`] in the order of its variants
/// (`>= > <= < = !=`) the word when it holds and the word when it fails.
pub(super) const WORDS: [(&str, &str); 6] = [
    ("enough", "below"),
    ("over", "not-over"),
    ("within", "above"),
    ("under", "not-under"),
    ("equal", "different"),
    ("allowed", "excluded"),
];

/// Why something is not known, as words of message ids.
pub(super) const UNKNOWN: [&str; 12] = [
    "not-read",
    "not-agreed",
    "unavailable",
    "rate-limited",
    "budget",
    "private",
    "missing-scope",
    "needs-authorization",
    "operator-key",
    "other-account",
    "too-old",
    "held",
];

/// The id of every sentence that a condition can have, so that a test can hold translations to it.
#[must_use]
pub fn message_ids() -> Vec<String> {
    let fixed = ["linked", "not-linked", "boolean-yes", "boolean-no", "set-has", "set-lacks"];
    let compared = COMPARED.iter().flat_map(|kind| {
        let words = WORDS.iter().flat_map(|(holds, fails)| [*holds, *fails]);
        words.map(move |word| (*kind, word))
    });
    // Texts are only compared by = and !=.
    let compared = compared.filter(|(kind, word)| {
        *kind != "text" || ["equal", "different", "allowed", "excluded"].contains(word)
    });
    let fixed = fixed.iter().map(|name| format!("reason-{name}"));
    let unknown = UNKNOWN.iter().map(|why| format!("reason-unknown-{why}"));
    let compared = compared.map(|(kind, word)| format!("reason-{kind}-{word}"));
    fixed.chain(unknown).chain(compared).collect()
}
