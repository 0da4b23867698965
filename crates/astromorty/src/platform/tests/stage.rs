//! A stage: one platform, set up against a server whose every answer the test writes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::ready;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use domain::fact::FactKey;
use domain::moment::Moment;
use domain::platform::Definition;
use domain::token::{Secret, TokenSet};
use serde_json::Value;

use crate::app::seam::{Clock, Http, HttpError, ManualClock, Metrics, Request, Response};
use crate::platform::definitions::Definitions;
use crate::platform::{Credentials, Platform, Seams, Who, definitions};

/// The moment at which every stage stands.
pub const NOW: Moment = Moment::from_millis(1_800_000_000_000);

/// Answers in order, and the requests that came for them.
#[derive(Clone, Default)]
pub struct Stage {
    answers: Arc<Mutex<VecDeque<Result<Response, HttpError>>>>,
    requests: Arc<Mutex<Vec<Request>>>,
    pub metrics: Metrics,
}

impl Stage {
    /// Will answer with a status and JSON.
    pub fn json(self, status: u16, body: &Value) -> Self {
        self.raw(status, &[], body.to_string())
    }

    /// Will answer with a status, headers and any body.
    pub fn raw(self, status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Self {
        let mut answer = http::Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(*name, *value);
        }
        self.push(Ok(answer.body(body.into()).unwrap()))
    }

    /// Will fail to answer.
    pub fn fails(self, error: HttpError) -> Self {
        self.push(Err(error))
    }

    fn push(self, answer: Result<Response, HttpError>) -> Self {
        self.answers.lock().unwrap().push_back(answer);
        self
    }

    /// GitHub without a service credential.
    pub fn github(&self) -> Platform {
        self.platform(None, "")
    }

    /// GitHub with a service credential.
    pub fn github_service(&self) -> Platform {
        self.platform(Some(Secret::new("service-canary".to_owned())), "")
    }

    /// GitHub with a changed definition.
    pub fn platform(&self, service_token: Option<Secret>, changes: &str) -> Platform {
        self.of("github", service_token, changes)
    }

    /// Any shipped platform with a changed definition.
    pub fn of(&self, key: &str, service: Option<Secret>, changes: &str) -> Platform {
        let clock = Clock::Manual(ManualClock::at(NOW));
        let stage = self.clone();
        let answers = tower::service_fn(move |request| ready(stage.answer(request)));
        let seams = Seams { http: Http::new(answers, clock.clone()), clock, metrics: self.metrics.clone() };
        set_up_as(key, seams, credentials(service, &[]), changes)
    }

    fn answer(&self, request: Request) -> Result<Response, HttpError> {
        self.requests.lock().unwrap().push(request);
        let next = self.answers.lock().unwrap().pop_front();
        next.expect("the test wrote an answer for every request")
    }

    /// Every request so far, as `METHOD url`.
    pub fn lines(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let line = |request: &Request| format!("{} {}", request.method(), request.uri());
        requests.iter().map(line).collect()
    }

    /// The last request.
    pub fn last(&self) -> Request {
        self.requests.lock().unwrap().last().unwrap().clone()
    }

    /// The last request's body as JSON.
    pub fn last_json(&self) -> Value {
        serde_json::from_slice(self.last().body()).unwrap()
    }

    /// The last request's body as form fields.
    pub fn last_form(&self) -> BTreeMap<String, String> {
        url::form_urlencoded::parse(self.last().body()).into_owned().collect()
    }
}

/// GitHub, set up.
pub fn set_up(seams: Seams, credentials: Credentials, changes: &str) -> Platform {
    set_up_as("github", seams, credentials, changes)
}

/// Any shipped platform, set up.
pub fn set_up_as(key: &str, seams: Seams, credentials: Credentials, changes: &str) -> Platform {
    let text = definitions::built_in(&key.parse().unwrap()).unwrap();
    let definition = definitions::read(text, changes.parse().unwrap()).unwrap();
    Platform::new(definition, credentials, seams).unwrap()
}

/// A shipped definition.
pub fn shipped(key: &str) -> Definition {
    Definitions::built_in().define(&key.parse().unwrap()).unwrap().definition
}

/// Our client at GitHub.
pub fn credentials(service_token: Option<Secret>, hosts: &[(&str, &str)]) -> Credentials {
    let owned = |(name, address): &(&str, &str)| ((*name).to_owned(), (*address).to_owned());
    Credentials {
        client_id: "Iv1.club".to_owned(),
        client_secret: Secret::new("secret-canary".to_owned()),
        service: service_token,
        hosts: hosts.iter().map(owned).collect(),
        issuer: None,
        allowed_hosts: Vec::new(),
    }
}

/// A user's tokens.
pub fn tokens() -> TokenSet {
    TokenSet { access: Secret::new("gho_canary".to_owned()), refresh: None, expires_at: None, scopes: vec![] }
}

/// Account 1, octocat, without tokens.
pub fn octocat() -> Who<'static> {
    Who { subject: "1", username: "octocat", node: Some("U_1"), tokens: None, remembered: None }
}

pub fn key(name: &str) -> FactKey {
    FactKey { platform: "github".parse().unwrap(), name: name.to_owned(), args: BTreeMap::new() }
}

pub fn facts(names: &[&str]) -> BTreeSet<FactKey> {
    names.iter().map(|name| key(name)).collect()
}

/// Where a browser is sent, with a challenge the test knows.
pub fn authorize(platform: &Platform, (state, challenge): (&str, &str), back: &str) -> url::Url {
    platform.authorize_url(platform.shared.authorize.as_ref().unwrap(), state, challenge, back)
}
