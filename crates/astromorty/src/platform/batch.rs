//! Batches: the facts of many accounts with few calls, by the service credential.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::FactKey;
use domain::platform::{Batch, ErrorClass};
use serde_json::Value as Json;

use super::call::Asking;
use super::credential::Credential;
use super::items::{explains, failure};
use super::question::Question;
use super::read::name_in;
use super::refusal::UNSAID_WAIT;
use super::{Answer, Platform, PlatformError, ReadError, Who};

impl Platform {
    /// Reads these facts of many accounts: for each account, in order, one answer per request.
    ///
    /// One account's trouble is never its neighbour's. Accounts that a batch cannot ask for, and
    /// requests that have none, are asked one by one. After a limit refused us nothing more is sent.
    pub async fn read_batch(&self, who: &[Who<'_>], facts: &BTreeSet<FactKey>) -> Vec<Vec<Answer>> {
        let mut all: Vec<Vec<Answer>> = who.iter().map(|_| Vec::new()).collect();
        let requests = self.requests_for(facts);
        let (alone, together): (Vec<_>, Vec<_>) = self
            .in_order(&requests)
            .into_iter()
            .map(|(key, facts)| self.question((key, facts)))
            .partition(|question| self.uses_name(question));
        for question in &together {
            let answers = self.read_many(who, question).await;
            for (one, answer) in all.iter_mut().zip(answers) {
                one.push(answer);
            }
        }
        let by_name: BTreeSet<FactKey> = alone.iter().flat_map(|question| question.facts.clone()).collect();
        if by_name.is_empty() {
            return all;
        }
        let today = self.names_today(who, &all).await;
        for ((who, answers), today) in who.iter().zip(&mut all).zip(today) {
            for (key, facts) in &self.requests_for(&by_name) {
                answers.push(match &today {
                    Ok(name) => {
                        let who = Who { username: name, ..*who };
                        self.read_one(&who, &self.question((key, facts))).await
                    }
                    Err(error) => Answer::failed(key, *error),
                });
            }
        }
        all
    }

    /// The names that accounts have today: from what was told already, else asked for together.
    async fn names_today(&self, who: &[Who<'_>], told: &[Vec<Answer>]) -> Vec<Result<String, ReadError>> {
        let key = self.identity_key();
        let known: Option<Vec<&Answer>> =
            told.iter().map(|answers| answers.iter().find(|answer| answer.request == key)).collect();
        let asked = match known {
            Some(_) => Vec::new(),
            None => self.read_many(who, &self.question((&key, &BTreeSet::new()))).await,
        };
        let answers = known.unwrap_or_else(|| asked.iter().collect());
        who.iter().zip(answers).map(|(who, answer)| name_in(who, answer)).collect()
    }

    async fn read_many(&self, who: &[Who<'_>], question: &Question<'_>) -> Vec<Answer> {
        let batch = question.request.batch.as_ref().filter(|_| self.has_service());
        let fits = |who: &Who<'_>| batch.is_some() && self.fits_batch(question, who);
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

    /// Whether a batch can ask about an account.
    pub(super) fn fits_batch(&self, question: &Question<'_>, who: &Who<'_>) -> bool {
        let batch = question.request.batch.as_ref();
        let sound = self.shared.definition.identity.subject_type.accepts(who.subject);
        sound && batch.is_some_and(|batch| who.node.is_some() || !batch.call.uses("nodes"))
    }

    /// One call for at most [`Batch::max`] accounts; one answer for each, in order.
    pub(super) async fn batch(&self, who: &[Who<'_>], question: &Question<'_>) -> Vec<Answer> {
        let failed = |error: PlatformError| vec![Answer::failed(question.key, error.into()); who.len()];
        let Some(batch) = &question.request.batch else { return failed(PlatformError::InvalidClient) };
        let credential = match self.service().await {
            Ok(credential) => credential,
            Err(error) => return failed(error),
        };
        match self.ask_many((batch, &credential), who, question).await {
            Ok(document) => self.take_apart((question, batch), who, &document),
            Err(error) => failed(error),
        }
    }

    async fn ask_many(
        &self,
        (batch, credential): (&Batch, &Credential),
        who: &[Who<'_>],
        question: &Question<'_>,
    ) -> Result<Json, PlatformError> {
        let subjects: Vec<_> = who.iter().map(|who| who.subject).collect();
        let nodes: Vec<_> = who.iter().filter_map(|who| who.node).collect();
        let mut given = self.given(question);
        given.insert("subjects", Json::from(subjects));
        given.insert("nodes", Json::from(nodes));
        let asking = Asking { call: &batch.call, credential, given: &given, join: batch.join };
        let heard = self.ask(asking, None).await?;
        let document = heard.document.ok_or(PlatformError::Unavailable)?;
        let listed = batch.items.find(&document).is_some_and(|items| items.is_array() || items.is_object());
        if listed || explains(batch, &document, who) {
            return Ok(document);
        }
        // GraphQL tells even a spent limit with status 200, and no data.
        let now = self.shared.clock.now();
        let class = match heard.spent_until {
            Some(_) => ErrorClass::RateLimited,
            None => credential.blames(failure(batch, &document, None).unwrap_or(ErrorClass::Unavailable)),
        };
        let until = heard.spent_until.unwrap_or(now + UNSAID_WAIT);
        if class == ErrorClass::RateLimited {
            self.shared.meter.hold(None, until, now);
        }
        Err(PlatformError::of(class, until))
    }
}
