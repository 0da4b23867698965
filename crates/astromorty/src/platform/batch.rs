//! Batches: the facts of many accounts with few calls, by the service credential.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::FactKey;
use domain::platform::{Batch, ErrorClass};
use serde_json::Value as Json;

use super::call::Credential;
use super::items::failure;
use super::question::Question;
use super::{Answer, Platform, PlatformError, Who};

impl Platform {
    /// Reads these facts of many accounts: for each account, in order, one answer per request.
    ///
    /// One account's trouble is never its neighbour's. Accounts that a batch cannot ask for, and
    /// requests that have none, are asked one by one. After a limit refused us nothing more is sent.
    pub async fn read_batch(&self, who: &[Who<'_>], facts: &BTreeSet<FactKey>) -> Vec<Vec<Answer>> {
        let mut all: Vec<Vec<Answer>> = who.iter().map(|_| Vec::new()).collect();
        for (key, facts) in &self.requests_for(facts) {
            let question = self.question((key, facts));
            let answers = self.read_many(who, &question).await;
            for (one, answer) in all.iter_mut().zip(answers) {
                one.push(answer);
            }
        }
        all
    }

<<<<<<< HEAD
    async fn read_many(&self, who: &[Who<'_>], name: &str, facts: &BTreeSet<FactKey>) -> Vec<Answer> {
        let batch = self.shared.definition.requests[name].batch.as_ref();
=======
    async fn read_many(&self, who: &[Who<'_>], question: &Question<'_>) -> Vec<Answer> {
        let batch = question.request.batch.as_ref();
>>>>>>> platform
        let batch = batch.filter(|_| self.shared.service_token.is_some());
        let by_node = batch.is_some_and(asks_by_node);
        let fits = |who: &Who<'_>| batch.is_some() && (!by_node || who.node.is_some());
        let mut answers = BTreeMap::new();
        let mut refused = None;
        let (together, alone): (Vec<usize>, Vec<usize>) = (0..who.len()).partition(|at| fits(&who[*at]));
        let groups = together.chunks(batch.map_or(1, |batch| batch.max.max(1)));
        for group in groups.chain(alone.chunks(1)) {
            let asked: Vec<Who<'_>> = group.iter().map(|at| who[*at]).collect();
            let told = match refused {
                Some(error) => vec![Answer::failed(question.key, error); asked.len()],
                None if fits(&asked[0]) => self.batch(&asked, question).await,
                None => vec![self.read_one(&asked[0], question).await],
            };
<<<<<<< HEAD
            let limited =
                |answer: &Answer| answer.outcome.clone().err().filter(|e| e.class == ErrorClass::RateLimited);
            refused = refused.or_else(|| told.iter().find_map(limited));
=======
            let mut errors = told
                .iter()
                .filter_map(|answer| answer.outcome.as_ref().err());
            let limited = errors.find(|error| error.class == ErrorClass::RateLimited);
            refused = refused.or(limited.copied());
>>>>>>> platform
            answers.extend(group.iter().copied().zip(told));
        }
        answers.into_values().collect()
    }

    /// One call for at most [`Batch::max`] accounts; one answer for each, in order.
<<<<<<< HEAD
    pub(super) async fn batch(&self, who: &[Who<'_>], name: &str, facts: &BTreeSet<FactKey>) -> Vec<Answer> {
        let request = &self.shared.definition.requests[name];
        let (batch, token) = (request.batch.as_ref(), self.shared.service_token.as_ref());
        let document = match (batch, token) {
            (Some(batch), Some(token)) => {
                self.ask_many(batch, token, who).await.map(|document| (batch, document))
            }
            _ => Err(PlatformError::InvalidClient),
=======
    pub(super) async fn batch(&self, who: &[Who<'_>], question: &Question<'_>) -> Vec<Answer> {
        let (batch, token) = (&question.request.batch, &self.shared.service_token);
        let (Some(batch), Some(token)) = (batch, token) else {
            let error = PlatformError::InvalidClient;
            return vec![Answer::failed(question.key, error.into()); who.len()];
>>>>>>> platform
        };
        let credential = Credential::Service(token);
        match self.ask_many((batch, credential), who, question).await {
            Ok(document) => self.take_apart((question, batch), who, &document),
            Err(error) => vec![Answer::failed(question.key, error.into()); who.len()],
        }
    }

<<<<<<< HEAD
    async fn ask_many(&self, batch: &Batch, token: &Secret, who: &[Who<'_>]) -> Result<Json, PlatformError> {
        let subjects: Vec<_> = who.iter().map(|who| who.subject).collect();
        let nodes: Vec<_> = who.iter().filter_map(|who| who.node).collect();
        let values = BTreeMap::from([("subjects", Json::from(subjects)), ("nodes", Json::from(nodes))]);
        let body = batch.call.body.as_ref().and_then(|body| body.fill(&values));
        let url = self.fill(&batch.call.url, Values::new()).ok_or(PlatformError::Unavailable)?;
        let credential = Credential::Service(token);
        let call = self.api_call((batch.call.method, url), credential, body.as_ref())?;
=======
    async fn ask_many(
        &self,
        (batch, credential): (&Batch, Credential<'_>),
        who: &[Who<'_>],
        question: &Question<'_>,
    ) -> Result<Json, PlatformError> {
        let subjects: Vec<_> = who.iter().map(|who| who.subject).collect();
        let nodes: Vec<_> = who.iter().filter_map(|who| who.node).collect();
        let mut given = self.given(question);
        given.insert("subjects", Json::from(subjects));
        given.insert("nodes", Json::from(nodes));
        let call = self.fill_call(&batch.call, credential, &given)?;
>>>>>>> platform
        let answer = self.send(call).await?;
        let document = self.accept(&answer, credential, &[])?;
        if batch.items.find(&document).is_some_and(Json::is_array) {
            return Ok(document);
        }
        // GraphQL tells even a spent limit with status 200, and no data.
        let class = if self.is_spent(&answer) {
            ErrorClass::RateLimited
        } else {
            failure(batch, &document, None).unwrap_or(ErrorClass::Unavailable)
        };
        let class = credential.blames(class);
        Err(PlatformError::of(class, self.wait_until(&answer)))
    }
<<<<<<< HEAD

    fn take_apart(
        &self,
        (name, batch): (&str, &Batch),
        who: &[Who<'_>],
        document: &Json,
        facts: &BTreeSet<FactKey>,
    ) -> Vec<Answer> {
        let definition = &self.shared.definition;
        let pointer = &definition.requests[name].subject;
        let items = batch.items.find(document).and_then(Json::as_array);
        let items = items.map_or(&[][..], Vec::as_slice);
        let mut found = BTreeMap::new();
        for item in items.iter().filter(|item| !item.is_null()) {
            found.insert(subject(definition.identity.subject_type, pointer, item), item);
        }
        let known: BTreeSet<_> = who.iter().map(|who| Some(who.subject.to_owned())).collect();
        let strangers = found.keys().any(|subject| !known.contains(subject));
        if strangers {
            self.odd("other_account", "a batch answer named an account that was not asked for");
        }
        let told = |(at, who): (usize, &Who<'_>)| match found.get(&Some(who.subject.to_owned())) {
            Some(item) => {
                let value =
                    |key: &FactKey| Some((key.clone(), definition.facts.get(&key.name)?.read_item(item)?));
                Answer::of(name, facts.iter().map(value).collect(), account(definition, item))
            }
            // Something stands at its place, about somebody else.
            None if items.get(at).is_some_and(|item| !item.is_null()) && strangers => {
                Answer::failed(name, OTHER_ACCOUNT)
            }
            None => Answer::failed(name, self.absent(batch, at, document).into()),
        };
        who.iter().enumerate().map(told).collect()
    }

    /// Why an account has no item.
    fn absent(&self, batch: &Batch, at: usize, document: &Json) -> PlatformError {
        let missing = match batch.missing {
            Missing::Gone => ErrorClass::Gone,
            Missing::Unknown => ErrorClass::Unavailable,
        };
        let class = failure(batch, document, |index| index == Some(at)).unwrap_or(missing);
        PlatformError::of(class, self.shared.clock.now())
    }
=======
>>>>>>> platform
}

fn asks_by_node(batch: &Batch) -> bool {
    let body = batch.call.body.as_ref();
    body.is_some_and(|body| body.names().contains(&"nodes"))
}
<<<<<<< HEAD

fn first_failure(batch: &Batch, document: &Json) -> Option<ErrorClass> {
    failure(batch, document, |_| true)
}

/// What the first failure at such a place means.
fn failure(batch: &Batch, document: &Json, at: impl Fn(Option<usize>) -> bool) -> Option<ErrorClass> {
    let failures = batch.failures.as_ref()?;
    let place = |entry: &Json| failures.index.find(entry)?.as_u64().and_then(|n| usize::try_from(n).ok());
    let list = failures.list.find(document)?.as_array()?;
    let entry = list.iter().find(|entry| at(place(entry)))?;
    let code = failures.code.find(entry).and_then(Json::as_str);
    let class = code.and_then(|code| failures.codes.get(code)).copied();
    Some(class.unwrap_or(ErrorClass::Unavailable))
}
=======
>>>>>>> platform
