//! Evidence: what is known of one fact, and until when it counts.

use std::borrow::Cow;

use super::Subject;
use crate::cadence::DEFAULT_FRESH_FOR;
use crate::fact::{FactKey, Reading, Unknown, Value};
use crate::moment::{Moment, Span};
use crate::vocabulary::is_built_in;

/// What is known of one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Evidence<'a> {
    /// There is no account.
    NotLinked,
    /// There is an account, but this is not known of it.
    Unknown(Unknown),
    /// A value as stored, and the first moment at which it is too old to count.
    Known { value: Cow<'a, Value>, too_old_at: Option<Moment> },
}

impl Evidence<'_> {
    /// The same, seen at a moment: old evidence is none.
    pub(crate) fn at(self, now: Moment) -> Self {
        match self {
            Self::Known { too_old_at: Some(end), .. } if now >= end => Self::Unknown(Unknown::TooOld),
            Self::Known { .. } | Self::Unknown(_) | Self::NotLinked => self,
        }
    }
}

/// Looks a fact up; an age is looked up as its date.
pub(crate) fn evidence<'a>(fact: &FactKey, within: Option<Span>, subject: &Subject<'a>) -> Evidence<'a> {
    if is_built_in(&fact.platform) {
        return built_in(fact, subject);
    }
    if !subject.facts.linked.contains(&fact.platform) {
        return Evidence::NotLinked;
    }
    match reading(fact, subject) {
        None => Evidence::Unknown(Unknown::NotRead),
        Some(Reading::Unknown { reason, .. }) => Evidence::Unknown(*reason),
        Some(Reading::Known { value, observed_at }) => {
            let usual = subject.facts.fresh_for.get(&fact.platform);
            let fresh_for = within.or(usual.copied()).unwrap_or(DEFAULT_FRESH_FOR);
            let last = *observed_at + fresh_for;
            let end = last.millis().checked_add(1).map(Moment::from_millis);
            Evidence::Known { value: Cow::Borrowed(value), too_old_at: end }
        }
    }
}

/// The stored reading of a fact. Only an age needs another key, so only that costs a copy.
fn reading<'a>(fact: &FactKey, subject: &Subject<'a>) -> Option<&'a Reading> {
    let readings = &subject.facts.readings;
    if is_age(fact, subject) { readings.get(&subject.vocabulary.stored(fact)) } else { readings.get(fact) }
}

/// Whether a fact is derived from a stored date.
pub(super) fn is_age(fact: &FactKey, subject: &Subject<'_>) -> bool {
    let spec = subject.vocabulary.fact(&fact.platform, &fact.name);
    spec.is_some_and(|spec| spec.age_of.is_some())
}

/// Discord's own facts are seen at every moment anew, so they are never too old.
fn built_in<'a>(fact: &FactKey, subject: &Subject<'a>) -> Evidence<'a> {
    let date = match subject.vocabulary.stored(fact).name.as_str() {
        "created_at" => Some(subject.user.created_at()),
        "joined_at" => subject.joined_at,
        _ => None,
    };
    date.map_or(Evidence::Unknown(Unknown::NotRead), |date| Evidence::Known {
        value: Cow::Owned(Value::Datetime(date)),
        too_old_at: None,
    })
}
