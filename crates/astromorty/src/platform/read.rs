//! Reading: the facts of one account.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{FactKey, Unknown, Value};
use domain::moment::Moment;
use domain::platform::template::Values;
use domain::platform::{Call, ErrorClass, Request};
use serde_json::Value as Json;

use super::account::{account, subject};
use super::call::Credential;
use super::{Account, Platform, PlatformError, Who};

/// What one request told.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The request's name; its facts arrive, age and become unknown together.
    pub request: String,
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
pub(super) const OTHER_ACCOUNT: ReadError = ReadError {
    reason: Unknown::OtherAccount,
    class: ErrorClass::Unavailable,
    retry_after: None,
};

impl Platform {
    /// Which requests tell these facts, and which of them each one tells.
    ///
    /// An age stands for the datetime it is derived from. Facts that this platform does not have
    /// are left out.
    #[must_use]
    pub fn requests_for(&self, facts: &BTreeSet<FactKey>) -> BTreeMap<String, BTreeSet<FactKey>> {
        let mut requests = BTreeMap::<String, BTreeSet<FactKey>>::new();
        for (name, fact) in &self.shared.definition.facts {
            let wanted = |key: &&FactKey| {
                let named = key.name == *name || fact.age.as_ref() == Some(&key.name);
                key.platform == *self.key() && key.args.is_empty() && named
            };
            if let Some(key) = facts.iter().find(wanted) {
                let stored = FactKey {
                    name: name.clone(),
                    ..key.clone()
                };
                requests
                    .entry(fact.request.clone())
                    .or_default()
                    .insert(stored);
            }
        }
        requests
    }

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
        for (name, facts) in self.requests_for(facts) {
            answers.push(self.read_one(who, &name, &facts).await);
        }
        answers
    }

    /// Asks one request about one account, by the best way there is.
    pub(super) async fn read_one(
        &self,
        who: &Who<'_>,
        name: &str,
        facts: &BTreeSet<FactKey>,
    ) -> Answer {
        let request = &self.shared.definition.requests[name];
        let told = match (&self.shared.service_token, who.tokens) {
            (Some(token), _) if request.service.is_some() => {
                let way = request.service.as_ref();
                self.tell(way, Credential::Service(token), who).await
            }
            (Some(_), _) if request.batch.is_some() && who.node.is_some() => {
                let mut answers = self.batch(std::slice::from_ref(who), name, facts).await;
                return answers.remove(0);
            }
            (_, Some(tokens))
                if request
                    .needs
                    .iter()
                    .all(|scope| tokens.scopes.contains(scope)) =>
            {
                let way = request.user.as_ref();
                self.tell(way, Credential::User(&tokens.access), who).await
            }
            (_, Some(_)) => Err(PlatformError::InsufficientScope),
            (_, None) => Err(PlatformError::ExpiredAccess),
        };
        match told {
            Ok(document) => self.understand((name, request), who, &document, facts),
            Err(error) => Answer::failed(name, error.into()),
        }
    }

    /// Sends one call of the API and reads the JSON it answers with.
    pub(super) async fn ask(
        &self,
        way: &Call,
        credential: Credential<'_>,
        who: Option<&Who<'_>>,
    ) -> Result<Json, PlatformError> {
        let kind = self.shared.definition.identity.subject_type;
        if who.is_some_and(|who| !kind.accepts(who.subject)) {
            return Err(PlatformError::Unavailable);
        }
        let texts = who.map_or_else(Values::new, |who| {
            Values::from([("subject", who.subject), ("username", who.username)])
        });
        let values = texts
            .iter()
            .map(|(name, text)| (*name, Json::from(*text)))
            .collect();
        let body = way
            .body
            .as_ref()
            .map(|body| body.fill(&values).ok_or(PlatformError::Unavailable));
        let url = self
            .fill(&way.url, texts)
            .ok_or(PlatformError::Unavailable)?;
        let call = self.api_call((way.method, url), credential, body.transpose()?.as_ref())?;
        let answer = self.send(call).await?;
        self.accept(&answer, credential, &way.gone)
    }

    async fn tell(
        &self,
        way: Option<&Call>,
        credential: Credential<'_>,
        who: &Who<'_>,
    ) -> Result<Json, PlatformError> {
        // A request that only the operator's credential could ask, and there is none.
        let way = way.ok_or(PlatformError::InvalidClient)?;
        self.ask(way, credential, Some(who)).await
    }

    fn understand(
        &self,
        (name, request): (&str, &Request),
        who: &Who<'_>,
        document: &Json,
        facts: &BTreeSet<FactKey>,
    ) -> Answer {
        let definition = &self.shared.definition;
        let Some(named) = subject(definition.identity.subject_type, &request.subject, document)
        else {
            return Answer::failed(name, PlatformError::Unavailable.into());
        };
        if named != who.subject {
            let sentence = "an answer about another account than the linked one was refused";
            self.odd("other_account", sentence);
            return Answer::failed(name, OTHER_ACCOUNT);
        }
        let value = |key: &FactKey| {
            let fact = definition.facts.get(&key.name)?;
            Some((key.clone(), fact.read(document)?))
        };
        let values = facts.iter().map(value).collect();
        Answer::of(name, values, account(definition, document))
    }
}

impl Answer {
    /// An answer that tells the facts; nothing where one of them could not be read.
    pub(super) fn of(
        request: &str,
        facts: Option<BTreeMap<FactKey, Value>>,
        account: Option<Account>,
    ) -> Self {
        Self {
            request: request.to_owned(),
            outcome: facts.ok_or(PlatformError::Unavailable.into()),
            account,
        }
    }

    /// An answer that tells nothing.
    pub(super) fn failed(request: &str, error: ReadError) -> Self {
        Self {
            request: request.to_owned(),
            outcome: Err(error),
            account: None,
        }
    }
}
