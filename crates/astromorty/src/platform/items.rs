//! Items: a batch's answer, taken apart into one answer per account.
//!
//! An item belongs to the account it names. Only what is not there is looked up by its place.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::FactKey;
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
        let items = batch.items.find(document).and_then(Json::as_array);
        let items = items.map_or(&[][..], Vec::as_slice);
        let named: Vec<_> = items.iter().map(|item| self.named(question, item)).collect();
        let by_name: BTreeMap<_, _> = named.iter().zip(items).collect();
        let asked: BTreeSet<_> = who.iter().map(|who| who.subject).collect();
        let stranger = |named: &Option<String>| named.as_deref().is_some_and(|id| !asked.contains(id));
        if named.iter().any(stranger) {
            let sentence = "a batch answer named an account that was not asked for";
            self.odd("other_account", sentence);
        }
        let told = |(at, who): (usize, &Who<'_>)| {
            if let Some(item) = by_name.get(&Some(who.subject.to_owned())) {
                self.item(question, item)
            } else if named.get(at).is_some_and(stranger) {
                Answer::failed(question.key, OTHER_ACCOUNT)
            } else {
                Answer::failed(question.key, self.absent(batch, at, items, document).into())
            }
        };
        who.iter().enumerate().map(told).collect()
    }

    /// The account that an item names. GraphQL answers `{}` for a node of another type.
    fn named(&self, question: &Question<'_>, item: &Json) -> Option<String> {
        let kind = self.shared.definition.identity.subject_type;
        subject(kind, &question.request.subject, item)
    }

    fn item(&self, question: &Question<'_>, item: &Json) -> Answer {
        let definition = &self.shared.definition;
        let value = |key: &FactKey| {
            let fact = definition.facts.get(&key.name)?;
            Some((key.clone(), fact.read_item(item)?))
        };
        let values = question.facts.iter().map(value).collect();
        Answer::of(question.key, values, self.account_in(question, item))
    }

    /// Why an account has no item. Something unreadable at its place says nothing about it.
    fn absent(&self, batch: &Batch, at: usize, items: &[Json], document: &Json) -> PlatformError {
        let missing = match batch.missing {
            Missing::Gone if items.get(at).is_none_or(Json::is_null) => ErrorClass::Gone,
            Missing::Gone | Missing::Unknown => ErrorClass::Unavailable,
        };
        let class = failure(batch, document, Some(at)).unwrap_or(missing);
        PlatformError::of(class, self.shared.clock.now() + UNSAID_WAIT)
    }
}

/// What the first failure means; with a place, the first about that place.
pub(super) fn failure(batch: &Batch, document: &Json, at: Option<usize>) -> Option<ErrorClass> {
    let failures = batch.failures.as_ref()?;
    let about = |entry: &&Json| {
        let place = failures.index.find(entry).and_then(Json::as_u64);
        let place = place.and_then(|place| usize::try_from(place).ok());
        at.is_none() || place == at
    };
    let list = failures.list.find(document)?.as_array()?;
    let entry = list.iter().find(about)?;
    let code = failures.code.find(entry).and_then(Json::as_str);
    let class = code.and_then(|code| failures.codes.get(code)).copied();
    Some(class.unwrap_or(ErrorClass::Unavailable))
}
