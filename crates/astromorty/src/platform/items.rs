//! Items: a batch's answer, taken apart into one answer per account.
//!
//! An item belongs to the account it names. Only what is not there is looked up by its place.

use std::collections::{BTreeMap, BTreeSet};

use domain::platform::body::plain;
use domain::platform::{Batch, ErrorClass, Missing};
use serde_json::Value as Json;

use super::account::subject;
use super::question::Question;
use super::read::OTHER_ACCOUNT;
use super::refusal::UNSAID_WAIT;
use super::{Answer, Platform, PlatformError, Who};

impl Platform {
    /// One answer for each account, in the order in which they were asked for.
    pub(super) fn take_apart(
        &self,
        (question, batch): (&Question<'_>, &Batch),
        who: &[Who<'_>],
        document: &Json,
    ) -> Vec<Answer> {
        let items = listed(batch, document, who);
        let named: Vec<_> = items.iter().map(|item| self.named(question, item)).collect();
        let by_name: BTreeMap<_, _> = named.iter().zip(&items).collect();
        let asked: BTreeSet<_> = who.iter().map(|who| who.subject).collect();
        let stranger = |named: &Option<String>| named.as_deref().is_some_and(|id| !asked.contains(id));
        if named.iter().any(stranger) {
            let sentence = "a batch answer named an account that was not asked for";
            self.odd("other_account", sentence);
        }
        // A list that leaves out whom it does not know is shorter; any odd item may be the one.
        let odd = items.iter().zip(&named).any(|(item, name)| !item.is_null() && name.is_none());
        let shorter = items.len() < who.len();
        let told = |(at, who): (usize, &Who<'_>)| {
            if let Some(item) = by_name.get(&Some(who.subject.to_owned())) {
                self.item(question, item)
            } else if named.get(at).is_some_and(stranger) {
                Answer::failed(question.key, OTHER_ACCOUNT)
            } else {
                let place = Place { at, subject: who.subject };
                let left_out = !odd && (shorter || items.get(at).is_none_or(Json::is_null));
                Answer::failed(question.key, self.absent(batch, (place, left_out), document).into())
            }
        };
        who.iter().enumerate().map(told).collect()
    }

    /// The account that an item names. GraphQL answers `{}` for a node of another type.
    fn named(&self, question: &Question<'_>, item: &Json) -> Option<String> {
        let kind = self.shared.definition.identity.subject_type;
        subject(kind, question.request.subject.as_ref()?, item)
    }

    fn item(&self, question: &Question<'_>, item: &Json) -> Answer {
        let facts = self.facts_in(question, |fact, args| fact.read_item(item, args));
        Answer::of(question.key, facts, self.account_in(question, item))
    }

    /// Why an account has no item. An item that cannot be read says nothing about anybody.
    fn absent(&self, batch: &Batch, (place, left_out): (Place<'_>, bool), document: &Json) -> PlatformError {
        let missing = match batch.missing {
            Missing::Gone if left_out => ErrorClass::Gone,
            Missing::Gone | Missing::Unknown => ErrorClass::Unavailable,
        };
        let class = failure(batch, document, Some(place)).unwrap_or(missing);
        PlatformError::of(class, self.shared.clock.now() + UNSAID_WAIT)
    }
}

/// Where an account was asked for, and as whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    at: usize,
    subject: &'a str,
}

/// The items in a list; those under ids in the order in which the accounts were asked for.
fn listed(batch: &Batch, document: &Json, who: &[Who<'_>]) -> Vec<Json> {
    match batch.items.find(document) {
        Some(Json::Array(items)) => items.clone(),
        Some(Json::Object(items)) => {
            who.iter().map(|who| items.get(who.subject).cloned().unwrap_or_default()).collect()
        }
        Some(Json::String(_) | Json::Number(_) | Json::Bool(_) | Json::Null) | None => Vec::new(),
    }
}

/// Whether an answer without items says of some account why there is none.
pub(super) fn explains(batch: &Batch, document: &Json, who: &[Who<'_>]) -> bool {
    let mut places = who.iter().enumerate().map(|(at, who)| Place { at, subject: who.subject });
    places.any(|place| failure(batch, document, Some(place)).is_some())
}

/// What the first failure means; with a place, the first about that account.
pub(super) fn failure(batch: &Batch, document: &Json, place: Option<Place<'_>>) -> Option<ErrorClass> {
    let failures = batch.failures.as_ref()?;
    let about = |entry: &&Json| {
        let Some(place) = place else { return true };
        let index = failures.index.as_ref().and_then(|index| index.find(entry)?.as_u64());
        let named = failures.subject.as_ref().and_then(|subject| plain(subject.find(entry)?));
        index.and_then(|index| usize::try_from(index).ok()) == Some(place.at)
            || named.as_deref() == Some(place.subject)
    };
    let list = failures.list.find(document)?.as_array()?;
    let entry = list.iter().find(about)?;
    let code = failures.code.find(entry).and_then(plain);
    let class = code.and_then(|code| failures.codes.get(&code)).copied();
    Some(class.unwrap_or(ErrorClass::Unavailable))
}
