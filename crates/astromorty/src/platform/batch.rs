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

    async fn read_many(&self, who: &[Who<'_>], question: &Question<'_>) -> Vec<Answer> {
        let batch = question.request.batch.as_ref();
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
            let mut errors = told.iter().filter_map(|answer| answer.outcome.as_ref().err());
            let limited = errors.find(|error| error.class == ErrorClass::RateLimited);
            refused = refused.or(limited.copied());
            answers.extend(group.iter().copied().zip(told));
        }
        answers.into_values().collect()
    }

    /// One call for at most [`Batch::max`] accounts; one answer for each, in order.
    pub(super) async fn batch(&self, who: &[Who<'_>], question: &Question<'_>) -> Vec<Answer> {
        let (batch, token) = (&question.request.batch, &self.shared.service_token);
        let (Some(batch), Some(token)) = (batch, token) else {
            let error = PlatformError::InvalidClient;
            return vec![Answer::failed(question.key, error.into()); who.len()];
        };
        let credential = Credential::Service(token);
        match self.ask_many((batch, credential), who, question).await {
            Ok(document) => self.take_apart((question, batch), who, &document),
            Err(error) => vec![Answer::failed(question.key, error.into()); who.len()],
        }
    }

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
}

fn asks_by_node(batch: &Batch) -> bool {
    let body = batch.call.body.as_ref();
    body.is_some_and(|body| body.names().contains(&"nodes"))
}
