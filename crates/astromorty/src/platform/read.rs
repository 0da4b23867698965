//! Reading: the facts of one account.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{FactKey, Unknown, Value};
use domain::moment::Moment;
use domain::platform::{Call, ErrorClass, FactDefinition, Unreadable};
use domain::token::TokenSet;
use serde_json::Value as Json;

use super::account::{account, subject};
use super::ask::Heard;
use super::call::Asking;
use super::credential::Credential;
use super::question::Question;
use super::{Account, Platform, PlatformError, Remembered, RequestKey, Who};

/// What one request told.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The request; its facts arrive, age and become unknown together.
    pub request: RequestKey,
    /// The facts that were asked for but those hidden, or why none is known.
    pub outcome: Result<BTreeMap<FactKey, Value>, ReadError>,
    /// Facts that the account hides, though it shows others of the same answer.
    pub hidden: BTreeSet<FactKey>,
    /// The account as it is named now, where the answer tells: names change.
    pub account: Option<Account>,
    /// The platform's mark of this answer, to be sent along the next time.
    pub etag: Option<String>,
}

/// What an answer shows, and what it hides.
type Told = (BTreeMap<FactKey, Value>, BTreeSet<FactKey>);

/// The question as it is asked in the end, the call, and whose tokens authenticate it; the service
/// credential where there are none.
type Way<'a> = (Question<'a>, &'a Call, Option<&'a TokenSet>);

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
                | PlatformError::Private
                | PlatformError::Gone
                | PlatformError::Budget
                | PlatformError::InvalidClient
                | PlatformError::Mistrusted
                | PlatformError::Unavailable => None,
            },
        }
    }
}

/// N-68: the answer is about somebody else.
pub(super) const OTHER_ACCOUNT: ReadError =
    ReadError { reason: Unknown::OtherAccount, class: ErrorClass::Unavailable, retry_after: None };

impl Platform {
    /// Whether some of these facts can be read with the user's token only.
    #[must_use]
    pub fn needs_tokens(&self, facts: &BTreeSet<FactKey>) -> bool {
        let requests = self.requests_for(facts);
        requests.iter().any(|(key, facts)| self.wants_token(&self.question((key, facts))))
    }

    fn wants_token(&self, question: &Question<'_>) -> bool {
        let request = question.request;
        if self.has_service() && (request.service.is_some() || request.batch.is_some()) {
            return false;
        }
        let asked = &self.shared.definition.authorize.scopes;
        let granted = self.needs(question).into_iter().all(|scope| asked.contains(scope));
        let fallback = || self.fallback(question).is_some_and(|other| self.wants_token(&other));
        if granted { request.user.is_some() } else { fallback() }
    }

    /// Reads these facts of one account, one answer per request.
    pub async fn read(&self, who: &Who<'_>, facts: &BTreeSet<FactKey>) -> Vec<Answer> {
        let mut answers: Vec<Answer> = Vec::new();
        let mut today: Option<Result<String, ReadError>> = None;
        for (key, facts) in self.in_order(&self.requests_for(facts)) {
            let question = self.question((key, facts));
            if !self.uses_name(&question) {
                answers.push(self.read_one(who, &question).await);
                continue;
            }
            if today.is_none() {
                today = Some(self.name_today(who, answers.first()).await);
            }
            answers.push(match today.as_ref() {
                Some(Ok(name)) => self.read_one(&Who { username: name, ..*who }, &question).await,
                Some(Err(error)) => Answer::failed(question.key, *error),
                None => Answer::failed(question.key, PlatformError::Unavailable.into()),
            });
        }
        answers
    }

    /// The identity's request first: others may need the name that it tells.
    pub(super) fn in_order<'a>(
        &self,
        requests: &'a BTreeMap<RequestKey, BTreeSet<FactKey>>,
    ) -> Vec<(&'a RequestKey, &'a BTreeSet<FactKey>)> {
        let identity = &self.shared.definition.identity.request;
        let (mut first, rest): (Vec<_>, Vec<_>) = requests.iter().partition(|(key, _)| key.name == *identity);
        first.extend(rest);
        first
    }

    /// Whether a question is asked by the account's name, which may be another one today.
    pub(super) fn uses_name(&self, question: &Question<'_>) -> bool {
        let request = question.request;
        let calls = [request.user.as_ref(), request.service.as_ref()];
        let fallback = || self.fallback(question).is_some_and(|other| self.uses_name(&other));
        calls.into_iter().flatten().any(|call| call.uses("username")) || fallback()
    }

    /// The account's name today, as the identity's request tells it.
    pub(super) async fn name_today(&self, who: &Who<'_>, told: Option<&Answer>) -> Result<String, ReadError> {
        let key = self.identity_key();
        let told = told.filter(|answer| answer.request == key);
        let asked = match told {
            Some(_) => None,
            None => Some(self.read_one(who, &self.question((&key, &BTreeSet::new()))).await),
        };
        name_in(who, told.or(asked.as_ref()).ok_or(PlatformError::Unavailable)?)
    }

    /// The request that tells the identity.
    pub(super) fn identity_key(&self) -> RequestKey {
        RequestKey { name: self.shared.definition.identity.request.clone(), args: BTreeMap::new() }
    }

    /// The same question by its fallback.
    pub(super) fn fallback<'a>(&'a self, question: &Question<'a>) -> Option<Question<'a>> {
        let name = question.request.fallback.as_ref()?;
        let request = self.shared.definition.requests.get(name)?;
        Some(Question { request, ..*question })
    }

    /// Asks one question about one account, by the best way there is.
    pub(super) async fn read_one(&self, who: &Who<'_>, question: &Question<'_>) -> Answer {
        let request = question.request;
        if self.has_service() && request.service.is_none() && self.fits_batch(question, who) {
            return self.batch(std::slice::from_ref(who), question).await.remove(0);
        }
        match self.way(who, question) {
            Ok((question, call, of)) => self.told(who, &question, (call, of)).await,
            Err(error) => Answer::failed(question.key, error.into()),
        }
    }

    /// The call to make: by the service credential, else with the user's token, else the fallback's.
    fn way<'a>(&'a self, who: &Who<'a>, question: &Question<'a>) -> Result<Way<'a>, PlatformError> {
        let request = question.request;
        if let (Some(call), true) = (&request.service, self.has_service()) {
            return Ok((*question, call, None));
        }
        let fallback = self.fallback(question);
        // A request that only the operator's credential could ask, and there is none.
        let Some(call) = &request.user else { return Err(PlatformError::InvalidClient) };
        match (who.tokens, fallback) {
            (Some(tokens), _)
                if self.needs(question).into_iter().all(|scope| tokens.scopes.contains(scope)) =>
            {
                Ok((*question, call, Some(tokens)))
            }
            (_, Some(other)) => self.way(who, &other),
            (Some(_), None) => Err(PlatformError::InsufficientScope),
            (None, None) => Err(PlatformError::ExpiredAccess),
        }
    }

    async fn told(
        &self,
        who: &Who<'_>,
        question: &Question<'_>,
        (call, of): (&Call, Option<&TokenSet>),
    ) -> Answer {
        let credential = match of {
            Some(tokens) => Ok(Credential::User(tokens.access.clone())),
            None => self.service().await,
        };
        let known = Self::remembered(who, question).filter(|_| call.etag);
        let heard = match credential {
            Ok(credential) => {
                self.tell(who, question, (call, &credential, known.map(|known| known.etag.as_str()))).await
            }
            Err(error) => Err(error),
        };
        match (heard, known) {
            (Ok(Heard { document: Some(document), etag, .. }), _) => {
                Answer { etag, ..self.understand(question, who, &document) }
            }
            (Ok(Heard { document: None, etag, .. }), Some(known)) => {
                let wanted = |(key, _): &(&FactKey, &Value)| question.facts.contains(*key);
                let facts =
                    known.facts.iter().filter(wanted).map(|(key, value)| (key.clone(), value.clone()));
                Answer { etag, ..Answer::of(question.key, Ok((facts.collect(), BTreeSet::new())), None) }
            }
            (Ok(_), None) => Answer::failed(question.key, PlatformError::Unavailable.into()),
            (Err(error), _) => Answer::failed(question.key, error.into()),
        }
    }

    /// What is remembered of a question, if it is all that is wanted of it.
    fn remembered<'a>(who: &Who<'a>, question: &Question<'_>) -> Option<&'a Remembered> {
        let known = who.remembered?.get(&question.key.to_string())?;
        question.facts.iter().all(|fact| known.facts.contains_key(fact)).then_some(known)
    }

    async fn tell(
        &self,
        who: &Who<'_>,
        question: &Question<'_>,
        (call, credential, etag): (&Call, &Credential, Option<&str>),
    ) -> Result<Heard, PlatformError> {
        if !self.shared.definition.identity.subject_type.accepts(who.subject) {
            return Err(PlatformError::Unavailable);
        }
        let mut given = self.given(question);
        given.insert("subject", Json::from(who.subject));
        given.insert("username", Json::from(who.username));
        if let Some(node) = who.node {
            given.insert("node", Json::from(node));
        }
        self.ask(Asking::one(call, credential, &given), etag).await
    }

    fn understand(&self, question: &Question<'_>, who: &Who<'_>, document: &Json) -> Answer {
        let kind = self.shared.definition.identity.subject_type;
        if let Some(pointer) = &question.request.subject {
            let Some(named) = subject(kind, pointer, document) else {
                return Answer::failed(question.key, PlatformError::Unavailable.into());
            };
            if named != who.subject {
                let sentence = "an answer about another account than the linked one was refused";
                self.odd("other_account", sentence);
                return Answer::failed(question.key, OTHER_ACCOUNT);
            }
        }
        let facts = self.facts_in(question, |fact, args| fact.read(document, args));
        Answer::of(question.key, facts, self.account_in(question, document))
    }

    /// The wanted facts and those that the account hides, or why none is known.
    pub(super) fn facts_in(
        &self,
        question: &Question<'_>,
        read: impl Fn(&FactDefinition, &BTreeMap<String, String>) -> Result<Value, Unreadable>,
    ) -> Result<Told, PlatformError> {
        let mut facts = BTreeMap::new();
        let mut hidden = BTreeSet::new();
        for key in question.facts {
            let fact = self.shared.definition.facts.get(&key.name).ok_or(PlatformError::Unavailable)?;
            match read(fact, &key.args) {
                Ok(value) => drop(facts.insert(key.clone(), value)),
                Err(Unreadable::Private) => drop(hidden.insert(key.clone())),
                Err(Unreadable::Odd) => return Err(PlatformError::Unavailable),
            }
        }
        if facts.is_empty() && !hidden.is_empty() { Err(PlatformError::Private) } else { Ok((facts, hidden)) }
    }

    /// The account as an answer names it; only the identity's request tells it whole.
    pub(super) fn account_in(&self, question: &Question<'_>, document: &Json) -> Option<Account> {
        let definition = &self.shared.definition;
        let tells = question.key.name == definition.identity.request;
        account(definition, document).filter(|_| tells)
    }
}

/// The account's name in an answer of the identity's request.
pub(super) fn name_in(who: &Who<'_>, answer: &Answer) -> Result<String, ReadError> {
    if let Err(error) = &answer.outcome {
        return Err(*error);
    }
    // An answer that has not changed names the account as it was.
    Ok(answer.account.as_ref().map_or(who.username, |account| &account.username).to_owned())
}

impl Answer {
    /// An answer that tells the facts, or why there are none.
    pub(super) fn of(
        request: &RequestKey,
        told: Result<Told, PlatformError>,
        account: Option<Account>,
    ) -> Self {
        let (outcome, hidden) = match told {
            Ok((facts, hidden)) => (Ok(facts), hidden),
            Err(error) => (Err(error.into()), BTreeSet::new()),
        };
        Self { request: request.clone(), outcome, hidden, account, etag: None }
    }

    /// An answer that tells nothing.
    pub(super) fn failed(request: &RequestKey, error: ReadError) -> Self {
        Self {
            request: request.clone(),
            outcome: Err(error),
            hidden: BTreeSet::new(),
            account: None,
            etag: None,
        }
    }
}
