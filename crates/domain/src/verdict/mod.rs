//! Verdicts: does what a rule asks hold of a member, why, and until when.
//!
//! Three values, after Kleene: `fails and unknown` is fails, `holds or unknown` is holds, else an
//! unknown part makes the whole unknown. A fact of a platform that is not linked fails, because
//! there is no account it could be true of. What to do about a verdict is decided in
//! [`crate::plan`].

mod evidence;
mod explain;
mod reason;
mod weigh;

use serde::{Deserialize, Serialize};

pub(crate) use evidence::{Evidence, evidence};
pub use reason::{Argument, Condition, Reason, message_ids};

use crate::criteria::Criteria;
use crate::fact::Facts;
use crate::id::UserId;
use crate::moment::Moment;
use crate::vocabulary::Vocabulary;

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It does.
    Holds,
    /// It does not, and there is evidence for that.
    Fails,
    /// Nobody can tell.
    Unknown,
}

impl Outcome {
    /// The outcome of the opposite: unknown stays unknown.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Holds => Self::Fails,
            Self::Fails => Self::Holds,
            Self::Unknown => Self::Unknown,
        }
    }

    /// Every part holds; so does none at all.
    #[must_use]
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let negated = parts.into_iter().map(Self::negated);
        Self::any(negated).negated()
    }

    /// One part or more holds.
    #[must_use]
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::at_least(1, parts)
    }

    /// So many parts hold: certain when enough do, out of reach when too few are left that could.
    #[must_use]
    pub fn at_least(least: usize, parts: impl IntoIterator<Item = Self>) -> Self {
        let (mut holding, mut unknown) = (0, 0);
        for part in parts {
            match part {
                Self::Holds => holding += 1,
                Self::Unknown => unknown += 1,
                Self::Fails => {}
            }
        }
        if holding >= least {
            Self::Holds
        } else if holding + unknown < least {
            Self::Fails
        } else {
            Self::Unknown
        }
    }
}

/// Who is judged, by what, and when.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What is known of their accounts.
    pub facts: &'a Facts,
    /// What facts mean.
    pub vocabulary: &'a Vocabulary,
    /// The current time.
    pub now: Moment,
    /// Their Discord id, which tells when they joined Discord.
    pub user: UserId,
    /// When they joined the server, where that is known.
    pub joined_at: Option<Moment>,
}

/// The judgement on one member by one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the criteria hold.
    pub outcome: Outcome,
    /// Why, condition by condition.
    pub reason: Reason,
    /// The first moment at which time alone changes the outcome: an age passes its threshold, or
    /// evidence becomes too old. Nothing when time alone never does.
    pub changes_at: Option<Moment>,
}

/// Judges with reasons.
#[must_use]
pub fn judge(criteria: &Criteria, subject: &Subject<'_>) -> Verdict {
    let reason = explain::explain(criteria, subject, explain::Asked::AsWritten);
    Verdict { outcome: reason.outcome(), reason, changes_at: weigh::changes_at(criteria, subject) }
}

/// The outcome alone, without the cost of reasons: for previews over many members.
#[must_use]
pub fn outcome_of(criteria: &Criteria, subject: &Subject<'_>) -> Outcome {
    weigh::weigh(criteria, subject).outcome
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
