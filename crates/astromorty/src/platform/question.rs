//! Questions: which requests to make for the facts that are wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::fact::{FactKey, quoted};
use domain::platform::{Call, FactDefinition, Given, Request};
use domain::vocabulary::{ArgKind, repository};
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
        if !self.has_service() {
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
    pub(super) fn given<'a>(&'a self, question: &Question<'a>) -> Given<'a> {
        let kinds = self.shared.definition.args(&question.key.name);
        let mut given = Given::new();
        for (name, kind) in kinds {
            let Some(text) = question.key.args.get(name) else { continue };
            let number = || text.parse::<u64>().ok().map(Json::from);
            let value = match kind {
                ArgKind::Integer => number(),
                ArgKind::Text => None,
                ArgKind::Repository => {
                    if let (Some((owner, of)), Some((short, whole))) = (repository(text), self.halves(name)) {
                        given.insert(short, Json::from(owner));
                        given.insert(whole, Json::from(of));
                    }
                    None
                }
            };
            given.insert(name, value.unwrap_or_else(|| Json::from(text.as_str())));
        }
        given
    }

    /// The names under which the halves of a repository stand alone.
    fn halves(&self, name: &str) -> Option<(&str, &str)> {
        let (_, owner, of) = self.shared.halves.iter().find(|(whole, ..)| whole == name)?;
        Some((owner, of))
    }

    /// The definition of a fact, if its arguments fit.
    fn fact(&self, key: &FactKey) -> Option<(&String, &FactDefinition)> {
        let named = |(name, fact): &(&String, &FactDefinition)| {
            **name == key.name || fact.age.as_ref() == Some(&key.name)
        };
        let (name, fact) = self.shared.definition.facts.iter().find(named)?;
        let fits = |(name, kind): (&String, &ArgKind)| {
            key.args.get(name).is_some_and(|text| kind.canonical(text).as_ref() == Some(text))
        };
        let all = fact.args.len() == key.args.len() && fact.args.iter().all(fits);
        all.then_some((name, fact))
    }

    /// What reading these facts of so many accounts costs, in millionths of a US dollar.
    #[must_use]
    pub fn price(&self, facts: &BTreeSet<FactKey>, accounts: usize) -> u64 {
        let requests = self.requests_for(facts);
        let cost = |key: &RequestKey| {
            let call = self.usual_call(&self.shared.definition.requests[&key.name]);
            call.and_then(|call| call.cost.as_ref()).map_or(0, |cost| cost.micro_usd)
        };
        let each: u64 = requests.keys().map(cost).sum();
        each.saturating_mul(accounts as u64)
    }

    /// The call by which a request is usually made.
    fn usual_call<'a>(&self, request: &'a Request) -> Option<&'a Call> {
        let by_service = || {
            let batch = request.batch.as_ref().map(|batch| &batch.call);
            batch.or(request.service.as_ref()).filter(|_| self.has_service())
        };
        by_service().or(request.user.as_ref())
    }

    /// The scopes that a user's token needs for a question.
    pub(super) fn needs<'a>(&'a self, question: &Question<'a>) -> BTreeSet<&'a String> {
        let facts = question.facts.iter().filter_map(|key| self.shared.definition.facts.get(&key.name));
        question.request.needs.iter().chain(facts.flat_map(|fact| &fact.needs)).collect()
    }
}
