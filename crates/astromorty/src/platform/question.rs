//! Questions: which requests to make for the facts that are wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::fact::{FactKey, quoted};
use domain::platform::{FactDefinition, Request};
use domain::vocabulary::ArgKind;
use serde_json::Value as Json;

use super::Platform;

/// A request with its arguments, if it takes any. Prints as `profile` or `hours(app: 440)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestKey {
    /// Its name in the definition.
    pub name: String,
    /// Its arguments by name.
    pub args: BTreeMap<String, String>,
}

impl fmt::Display for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.args.is_empty() {
            return Ok(());
        }
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let arg = |(name, text): (&String, &String)| {
            if digits(text) { format!("{name}: {text}") } else { format!("{name}: {}", quoted(text)) }
        };
        let args: Vec<_> = self.args.iter().map(arg).collect();
        write!(f, "({})", args.join(", "))
    }
}

/// Values for a call's placeholders.
pub(super) type Given<'a> = BTreeMap<&'a str, Json>;

/// One request, and the facts that are wanted of its answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) key: &'a RequestKey,
    pub(super) request: &'a Request,
    pub(super) facts: &'a BTreeSet<FactKey>,
}

impl Platform {
    /// Which requests tell these facts, and which of them each one tells.
    ///
    /// Facts are named as they are stored; an age stands for its date. Facts that this platform
    /// does not have, or not with such arguments, are left out.
    #[must_use]
    pub fn requests_for(&self, facts: &BTreeSet<FactKey>) -> BTreeMap<RequestKey, BTreeSet<FactKey>> {
        let mut requests = BTreeMap::<RequestKey, BTreeSet<FactKey>>::new();
        for key in facts.iter().filter(|key| key.platform == *self.key()) {
            let Some((name, fact)) = self.fact(key) else {
                continue;
            };
            let request = RequestKey { name: fact.request.clone(), args: key.args.clone() };
            let name = name.clone();
            let stored = FactKey { name, ..key.clone() };
            requests.entry(request).or_default().insert(stored);
        }
        requests
    }

    /// How many accounts one call reads these facts of: the least of their batches.
    #[must_use]
    pub fn batch_size(&self, facts: &BTreeSet<FactKey>) -> usize {
        if self.shared.service_token.is_none() {
            return 1;
        }
        let requests = self.requests_for(facts);
        let size = |key: &RequestKey| {
            let request = &self.shared.definition.requests[&key.name];
            request.batch.as_ref().map_or(1, |batch| batch.max)
        };
        requests.keys().map(size).min().unwrap_or(1)
    }

    pub(super) fn question<'a>(
        &'a self,
        (key, facts): (&'a RequestKey, &'a BTreeSet<FactKey>),
    ) -> Question<'a> {
        let request = &self.shared.definition.requests[&key.name];
        Question { key, request, facts }
    }

    /// What the arguments of a question put into its call.
    pub(super) fn given<'a>(&self, question: &Question<'a>) -> Given<'a> {
        let fact = question.facts.first().and_then(|key| self.fact(key));
        let kind = |name: &String| fact.and_then(|(_, fact)| fact.args.get(name));
        let json = |name: &String, text: &String| match (kind(name), text.parse::<u64>()) {
            (Some(ArgKind::Integer), Ok(number)) => Json::from(number),
            _ => Json::from(text.as_str()),
        };
        let args = question.key.args.iter();
        args.map(|(name, text)| (name.as_str(), json(name, text))).collect()
    }

    /// The definition of a fact, if its arguments fit.
    fn fact(&self, key: &FactKey) -> Option<(&String, &FactDefinition)> {
        let named = |(name, fact): &(&String, &FactDefinition)| {
            **name == key.name || fact.age.as_ref() == Some(&key.name)
        };
        let (name, fact) = self.shared.definition.facts.iter().find(named)?;
        let fits = |(name, kind): (&String, &ArgKind)| {
            let text = key.args.get(name);
            text.is_some_and(|text| match kind {
                ArgKind::Integer => text.parse::<u64>().is_ok_and(|n| n.to_string() == *text),
                ArgKind::Text => !text.is_empty(),
            })
        };
        let all = fact.args.len() == key.args.len() && fact.args.iter().all(fits);
        all.then_some((name, fact))
    }
}
