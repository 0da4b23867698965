//! Reading: the facts of one account.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{FactKey, Unknown, Value};
use domain::moment::Moment;
use domain::platform::{Call, ErrorClass};
use domain::token::TokenSet;
use serde_json::Value as Json;

use super::account::{account, subject};
use super::call::Credential;
use super::question::{Given, Question};
use super::{Account, Platform, PlatformError, RequestKey, Who};

/// What one request told.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The request; its facts arrive, age and become unknown together.
    pub request: RequestKey,
    /// The facts that were asked for, all of them, or why none is known.
    pub outcome: Result<BTreeMap<FactKey, Value>, ReadError>,
    /// The account as it is named now, where the answer tells: names change.
    pub account: Option<Account>,
}

/// Why a request told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadError {
    /// What to say of the facts.
    pub reason: Unknown,
    /// What it means for the connection.
    pub class: ErrorClass,
    /// Not to be asked again before this moment.
    pub retry_after: Option<Moment>,
}

impl From<PlatformError> for ReadError {
    fn from(error: PlatformError) -> Self {
        Self {
            reason: error.unknown(),
            class: error.class(),
            retry_after: match error {
                PlatformError::RateLimited { until } => Some(until),
                PlatformError::Denied
                | PlatformError::InvalidGrant
                | PlatformError::ExpiredAccess
                | PlatformError::InsufficientScope
                | PlatformError::Gone
                | PlatformError::InvalidClient
                | PlatformError::Unavailable => None,
            },
        }
    }
}

/// N-68: the answer is about somebody else.
pub(super) const OTHER_ACCOUNT: ReadError =
    ReadError { reason: Unknown::OtherAccount, class: ErrorClass::Unavailable, retry_after: None };

impl Platform {
    /// Whether users' tokens are needed: not when the service credential reads every fact.
    #[must_use]
    pub fn keeps_tokens(&self) -> bool {
        let definition = &self.shared.definition;
        let by_service = |name: &String| {
            let request = definition.requests.get(name);
            request.is_some_and(|request| request.service.is_some() || request.batch.is_some())
        };
        let mut requests = definition.facts.values().map(|fact| &fact.request);
        self.shared.service_token.is_none() || !requests.all(by_service)
    }

    /// Reads these facts of one account, one answer per request.
    pub async fn read(&self, who: &Who<'_>, facts: &BTreeSet<FactKey>) -> Vec<Answer> {
        let mut answers = Vec::new();
        for (key, facts) in &self.requests_for(facts) {
            let question = self.question((key, facts));
            answers.push(self.read_one(who, &question).await);
        }
        answers
    }

    /// Asks one question about one account, by the best way there is.
    pub(super) async fn read_one(&self, who: &Who<'_>, question: &Question<'_>) -> Answer {
        let request = question.request;
        let needs = |tokens: &TokenSet| request.needs.iter().all(|scope| tokens.scopes.contains(scope));
        let told = match (&self.shared.service_token, who.tokens) {
            (Some(token), _) if request.service.is_some() => {
                let way = request.service.as_ref();
                self.tell((way, Credential::Service(token)), who, question).await
            }
            (Some(_), _) if request.batch.is_some() && who.node.is_some() => {
                let mut answers = self.batch(std::slice::from_ref(who), question).await;
                return answers.remove(0);
            }
            (_, Some(tokens)) if needs(tokens) => {
                let way = request.user.as_ref();
                self.tell((way, Credential::User(&tokens.access)), who, question).await
            }
            (_, Some(_)) => Err(PlatformError::InsufficientScope),
            (_, None) => Err(PlatformError::ExpiredAccess),
        };
        match told {
            Ok(document) => self.understand(question, who, &document),
            Err(error) => Answer::failed(question.key, error.into()),
        }
    }

    /// Sends one call of the API and reads the JSON it answers with.
    pub(super) async fn ask(
        &self,
        (way, credential): (&Call, Credential<'_>),
        given: &Given<'_>,
    ) -> Result<Json, PlatformError> {
        let call = self.fill_call(way, credential, given)?;
        let answer = self.send(call).await?;
        self.accept(&answer, credential, &way.gone)
    }

    async fn tell(
        &self,
        (way, credential): (Option<&Call>, Credential<'_>),
        who: &Who<'_>,
        question: &Question<'_>,
    ) -> Result<Json, PlatformError> {
        // A request that only the operator's credential could ask, and there is none.
        let way = way.ok_or(PlatformError::InvalidClient)?;
        let kind = self.shared.definition.identity.subject_type;
        if !kind.accepts(who.subject) {
            return Err(PlatformError::Unavailable);
        }
        let mut given = self.given(question);
        given.insert("subject", Json::from(who.subject));
        given.insert("username", Json::from(who.username));
        self.ask((way, credential), &given).await
    }

    fn understand(&self, question: &Question<'_>, who: &Who<'_>, document: &Json) -> Answer {
        let definition = &self.shared.definition;
        let (kind, pointer) = (definition.identity.subject_type, &question.request.subject);
        let Some(named) = subject(kind, pointer, document) else {
            return Answer::failed(question.key, PlatformError::Unavailable.into());
        };
        if named != who.subject {
            let sentence = "an answer about another account than the linked one was refused";
            self.odd("other_account", sentence);
            return Answer::failed(question.key, OTHER_ACCOUNT);
        }
        let value = |key: &FactKey| {
            let fact = definition.facts.get(&key.name)?;
            Some((key.clone(), fact.read(document)?))
        };
        let values = question.facts.iter().map(value).collect();
        Answer::of(question.key, values, self.account_in(question, document))
    }

    /// The account as an answer names it; only the identity's request tells it whole.
    pub(super) fn account_in(&self, question: &Question<'_>, document: &Json) -> Option<Account> {
        let definition = &self.shared.definition;
        let tells = question.key.name == definition.identity.request;
        account(definition, document).filter(|_| tells)
    }
}

impl Answer {
    /// An answer that tells the facts; nothing where one of them could not be read.
    pub(super) fn of(
        request: &RequestKey,
        facts: Option<BTreeMap<FactKey, Value>>,
        account: Option<Account>,
    ) -> Self {
        Self { request: request.clone(), outcome: facts.ok_or(PlatformError::Unavailable.into()), account }
    }

    /// An answer that tells nothing.
    pub(super) fn failed(request: &RequestKey, error: ReadError) -> Self {
        Self { request: request.clone(), outcome: Err(error), account: None }
    }
}
