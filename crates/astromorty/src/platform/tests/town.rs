//! A town: one platform, set up against a stand-in in this process, and the time of both.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::body::{Body, Bytes};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::fact::{FactKey, Unknown, Value};
use domain::platform::ErrorClass;
use domain::token::{Secret, TokenSet};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use super::stage::{NOW, authorize, credentials, set_up_as};
use crate::app::seam::{Clock, Http, HttpError, ManualClock, Metrics, Request, Response};
use crate::platform::{Answer, Platform, PlatformError, Seams, Who};

/// Where our client is sent back to, there and here.
pub const BACK: &str = "https://roles.example.org/back";
const VERIFIER: &str = "verifier-of-at-least-forty-three-characters-long";

/// A fact, or why it is not known.
pub type Told = Result<Value, (Unknown, ErrorClass)>;

/// A stand-in behind the HTTP seam, and our client for it.
pub struct Town {
    pub platform: Platform,
    pub clock: ManualClock,
    router: Router,
}

/// The stand-in's clock goes as ours does.
pub fn time() -> (ManualClock, world::Clock) {
    let clock = ManualClock::at(NOW);
    let shown = clock.clone();
    (clock, world::Clock::from_fn(move || shown.now().millis()))
}

impl Town {
    /// A shipped platform at this router, with changes to its definition.
    pub fn new(
        (key, changes): (&str, &str),
        router: Router,
        clock: ManualClock,
        service: Option<&str>,
    ) -> Self {
        let (outside, seam) = (router.clone(), Clock::Manual(clock.clone()));
        let answers = tower::service_fn(move |request| call(outside.clone(), request));
        let seams =
            Seams { http: Http::new(answers, seam.clone()), clock: seam, metrics: Metrics::default() };
        let service = service.map(|text| Secret::new(text.to_owned()));
        let platform = set_up_as(key, seams, credentials(service, &[]), changes);
        Self { platform, clock, router }
    }

    /// What the browser brings back when an account agrees on the consent page.
    pub async fn code(&self, account: u64) -> Secret {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let url = authorize(&self.platform, ("state", &challenge), BACK);
        let request = http::Request::post(url.as_str())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(format!("user={account}&decision=authorize")));
        let answer = call(self.router.clone(), request.unwrap()).await.unwrap();
        let place = answer.headers()["location"].to_str().unwrap();
        let back = url::Url::parse(place).unwrap();
        let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1;
        Secret::new(code.into_owned())
    }

    pub async fn exchange(&self, code: &Secret) -> Result<TokenSet, PlatformError> {
        let bought = self.platform.exchange(code, &Secret::new(VERIFIER.to_owned()), BACK).await;
        bought.map(|bought| bought.tokens)
    }

    pub async fn sign_in(&self, account: u64) -> TokenSet {
        self.exchange(&self.code(account).await).await.unwrap()
    }

    /// The facts of one account, asked for alone.
    pub async fn read(&self, who: &Who<'_>, facts: &[&str]) -> BTreeMap<String, Told> {
        let facts = keys(facts);
        let answers = self.platform.read(who, &facts).await;
        self.flat(&facts, &answers)
    }

    /// The facts of many accounts, asked for together.
    pub async fn read_batch(&self, who: &[Who<'_>], facts: &[&str]) -> Vec<BTreeMap<String, Told>> {
        let facts = keys(facts);
        let answers = self.platform.read_batch(who, &facts).await;
        answers.iter().map(|answers| self.flat(&facts, answers)).collect()
    }

    /// One fact of one account.
    pub async fn one(&self, who: &Who<'_>, fact: &str) -> Told {
        self.read(who, &[fact]).await.into_values().next().unwrap()
    }

    /// What each fact was told as; none is left out.
    fn flat(&self, facts: &BTreeSet<FactKey>, answers: &[Answer]) -> BTreeMap<String, Told> {
        let requests = self.platform.requests_for(facts);
        assert_eq!(requests.len(), answers.len());
        let told = answers.iter().flat_map(|answer| {
            let facts = requests[&answer.request].iter();
            facts.map(|fact| {
                let told = match &answer.outcome {
                    Ok(_) if answer.hidden.contains(fact) => Err((Unknown::Private, ErrorClass::Private)),
                    Ok(told) => Ok(told[fact].clone()),
                    Err(error) => Err((error.reason, error.class)),
                };
                (fact.to_string(), told)
            })
        });
        told.collect()
    }
}

/// Facts by their names in rules.
pub fn keys(facts: &[&str]) -> BTreeSet<FactKey> {
    facts.iter().map(|fact| fact.parse().unwrap()).collect()
}

/// What is expected, by name.
pub fn expected<const N: usize>(told: [(&str, Value); N]) -> BTreeMap<String, Told> {
    told.into_iter().map(|(name, value)| (name.to_owned(), Ok(value))).collect()
}

/// An account by its id alone.
pub const fn whom(subject: &str) -> Who<'_> {
    Who { subject, username: "an old name", node: None, tokens: None, remembered: None }
}

pub async fn call(router: Router, request: Request) -> Result<Response, HttpError> {
    let request = request.map(Body::from);
    let answer = router.oneshot(request).await.map_err(|never| match never {})?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(|_| HttpError::Cut)?;
    Ok(http::Response::from_parts(head, body.to_bytes()))
}
