//! Against the stand-in GitHub, which refuses what the real one refuses.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::fact::{Unknown, Value};
use domain::moment::Span;
use domain::platform::ErrorClass;
use domain::token::{Secret, TokenSet};
use sha2::{Digest, Sha256};
use world::github::{Account, OAuthApp, RateLimits};
use world::{Fault, FaultKind, GitHub, Scope};

use super::stage::{NOW, authorize, credentials, facts, key, set_up};
use super::town::call;
use crate::app::seam::{Clock, Http, ManualClock, Metrics};
use crate::platform::{Answer, Platform, PlatformError, RevokeScope, Seams, Who};

const BACK: &str = "https://roles.example.org/api/role-connections/github/callback";
const VERIFIER: &str = "verifier-of-at-least-forty-three-characters-long";

/// A stand-in, our client for it, and the time of both.
struct Town {
    site: GitHub,
    router: Router,
    platform: Platform,
    clock: ManualClock,
}

impl Town {
    fn new(service_token: Option<&str>) -> Self {
        let clock = ManualClock::at(NOW);
        let time = clock.clone();
        let site = GitHub::new(world::Clock::from_fn(move || time.now().millis()));
        site.app(OAuthApp {
            client_id: "Iv1.club".to_owned(),
            client_secret: "secret-canary".to_owned(),
            redirect_uris: vec![BACK.to_owned()],
            expiring_tokens: true,
        });
        site.service_token("service-canary");
        for id in 1..=3 {
            site.account(person(id));
        }
        let router = site.router();
        let outside = router.clone();
        let seam = Clock::Manual(clock.clone());
        let service = tower::service_fn(move |request| call(outside.clone(), request));
        let seams =
            Seams { http: Http::new(service, seam.clone()), clock: seam, metrics: Metrics::default() };
        let service_token = service_token.map(|token| Secret::new(token.to_owned()));
        Self { site, router, platform: set_up(seams, credentials(service_token, &[]), ""), clock }
    }

    /// Lets account 1 decide on the consent page; what the browser brings back.
    async fn decides(&self, decision: &str) -> BTreeMap<String, String> {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let url = authorize(&self.platform, ("state", &challenge), BACK);
        let request = http::Request::post(url.as_str())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(format!("user=1&decision={decision}")));
        let answer = call(self.router.clone(), request.unwrap()).await.unwrap();
        let place = answer.headers()["location"].to_str().unwrap();
        let back = url::Url::parse(place).unwrap();
        back.query_pairs().into_owned().collect()
    }

    async fn exchange(&self, code: &str, verifier: &str) -> Result<TokenSet, PlatformError> {
        let secret = |text: &str| Secret::new(text.to_owned());
        let (code, verifier) = (secret(code), secret(verifier));
        self.platform.exchange(&code, &verifier, BACK).await.map(|bought| bought.tokens)
    }

    async fn linked(&self) -> TokenSet {
        let back = self.decides("authorize").await;
        self.exchange(&back["code"], VERIFIER).await.unwrap()
    }

    async fn read(&self, tokens: &TokenSet) -> Answer {
        let who = Who { tokens: Some(tokens), ..who(1, None) };
        let asked = facts(&["account_age", "followers", "following", "public_repos"]);
        self.platform.read(&who, &asked).await.remove(0)
    }
}

fn person(id: u64) -> Account {
    Account {
        id,
        login: format!("person{id}"),
        followers: id * 10,
        following: 4,
        public_repos: 5,
        created_at: NOW.millis() - Span::days(400).as_millis(),
        ..Account::default()
    }
}

fn who(id: u64, node: Option<&str>) -> Who<'_> {
    Who {
        subject: ["0", "1", "2", "3"][usize::try_from(id).unwrap()],
        username: "person",
        node,
        tokens: None,
        remembered: None,
    }
}

fn class(answer: &Answer) -> Option<ErrorClass> {
    answer.outcome.as_ref().err().map(|error| error.class)
}

#[tokio::test]
async fn a_member_signs_in_is_read_and_revokes() {
    let town = Town::new(None);
    let back = town.decides("authorize").await;
    assert_eq!(back["state"], "state");
    let tokens = town.exchange(&back["code"], VERIFIER).await.unwrap();
    assert_eq!(tokens.expires_at, Some(NOW + Span::hours(8)));
    let account = town.platform.identify(&tokens, None).await.unwrap();
    assert_eq!((account.subject.as_str(), account.username.as_str()), ("1", "person1"));
    assert!(account.node.is_some());

    let told = town.read(&tokens).await.outcome.unwrap();
    assert_eq!(told[&key("created_at")], Value::Datetime(NOW - Span::days(400)));
    assert_eq!(told[&key("followers")], Value::Integer(10));
    assert_eq!(told[&key("following")], Value::Integer(4));
    assert_eq!(told[&key("public_repos")], Value::Integer(5));

    town.platform.revoke(&tokens, RevokeScope::Grant).await.unwrap();
    assert_eq!(town.site.tokens_of(1), 0);
    assert_eq!(class(&town.read(&tokens).await), Some(ErrorClass::ExpiredAccess));
    town.platform.revoke(&tokens, RevokeScope::Grant).await.unwrap();
}

#[tokio::test]
async fn one_token_can_end_alone() {
    let town = Town::new(None);
    let (first, second) = (town.linked().await, town.linked().await);
    town.platform.revoke(&first, RevokeScope::Token).await.unwrap();
    assert_eq!(class(&town.read(&first).await), Some(ErrorClass::ExpiredAccess));
    assert_eq!(class(&town.read(&second).await), None);
}

#[tokio::test]
async fn n_13_a_code_works_once_and_with_its_own_verifier_only() {
    let town = Town::new(None);
    let back = town.decides("authorize").await;
    let other = "another-verifier-of-at-least-forty-three-characters";
    let refused = town.exchange(&back["code"], other).await;
    assert_eq!(refused, Err(PlatformError::InvalidGrant));

    let back = town.decides("authorize").await;
    town.exchange(&back["code"], VERIFIER).await.unwrap();
    let again = town.exchange(&back["code"], VERIFIER).await;
    assert_eq!(again, Err(PlatformError::InvalidGrant));
}

#[tokio::test]
async fn who_says_no_is_heard() {
    let town = Town::new(None);
    let back = town.decides("cancel").await;
    assert_eq!(town.platform.refused(&back["error"]), PlatformError::Denied);
}

#[tokio::test]
async fn tokens_are_renewed_until_the_link_is_revoked() {
    let town = Town::new(None);
    let old = town.linked().await;
    town.clock.advance(Span::hours(9));
    assert_eq!(class(&town.read(&old).await), Some(ErrorClass::ExpiredAccess));
    let new = town.platform.refresh(old.refresh.as_ref().unwrap(), "https://a.example").await.unwrap();
    assert_ne!(new.refresh, old.refresh);
    assert_eq!(class(&town.read(&new).await), None);

    let used = town.platform.refresh(old.refresh.as_ref().unwrap(), "https://a.example").await;
    assert_eq!(used, Err(PlatformError::InvalidGrant));
    town.site.revoke_grants(1);
    let revoked = town.platform.refresh(new.refresh.as_ref().unwrap(), "https://a.example").await;
    assert_eq!(revoked, Err(PlatformError::InvalidGrant));
}

#[tokio::test]
async fn a_service_credential_reads_many_accounts_with_one_call() {
    let town = Town::new(Some("service-canary"));
    let mut nodes = Vec::new();
    for id in 1..=3 {
        let answers = town.platform.read(&who(id, None), &facts(&["followers"])).await;
        nodes.push(answers[0].account.clone().unwrap().node.unwrap());
    }
    town.site.remove(2);
    let before = town.site.log().len();
    let people: Vec<_> = (1..).zip(&nodes).map(|(id, node)| who(id, Some(node))).collect();
    let asked = facts(&["account_age", "followers", "following", "public_repos"]);
    let answers = town.platform.read_batch(&people, &asked).await;
    assert_eq!(town.site.log().len(), before + 1);

    let first = answers[0][0].outcome.clone().unwrap();
    assert_eq!(first[&key("created_at")], Value::Datetime(NOW - Span::days(400)));
    assert_eq!(first[&key("followers")], Value::Integer(10));
    assert_eq!(first[&key("following")], Value::Integer(4));
    assert_eq!(first[&key("public_repos")], Value::Integer(5));
    assert_eq!(class(&answers[1][0]), Some(ErrorClass::Gone));
    assert_eq!(class(&answers[2][0]), None);

    let gone = town.platform.read(&people[1], &asked).await;
    assert_eq!(class(&gone[0]), Some(ErrorClass::Gone));

    town.site.fault(Fault::once("POST /graphql", FaultKind::PartialNodes(2)));
    let answers = town.platform.read_batch(&people, &asked).await;
    let classes: Vec<_> = answers.iter().map(|answers| class(&answers[0])).collect();
    let silent = Some(ErrorClass::Unavailable);
    assert_eq!(classes, [silent, Some(ErrorClass::Gone), silent]);
}

#[tokio::test]
async fn a_wrong_service_credential_is_the_operators_matter() {
    let town = Town::new(Some("wrong"));
    for node in [None, Some("U_kgDOAAAAAQ")] {
        let answers = town.platform.read_batch(&[who(1, node)], &facts(&["followers"])).await;
        let error = answers[0][0].outcome.clone().unwrap_err();
        assert_eq!((error.reason, error.class), (Unknown::OperatorKey, ErrorClass::InvalidClient));
    }
}

#[tokio::test]
async fn a_spent_limit_is_waited_for() {
    let town = Town::new(Some("service-canary"));
    town.site.limits(RateLimits { core: Some(1), graphql: Some(1), anonymous: Some(0) });
    for node in [None, Some("U_kgDOAAAAAQ")] {
        let asked = facts(&["followers"]);
        town.platform.read_batch(&[who(1, node)], &asked).await;
        let answers = town.platform.read_batch(&[who(1, node)], &asked).await;
        let error = answers[0][0].outcome.clone().unwrap_err();
        assert_eq!(error.reason, Unknown::RateLimited);
        let soon = town.clock.now() + Span::minutes(1);
        assert!(error.retry_after > Some(soon), "{error:?}");
        town.clock.advance(Span::hours(2));
        let answers = town.platform.read_batch(&[who(1, node)], &asked).await;
        assert_eq!(class(&answers[0][0]), None);
    }
}

#[tokio::test]
async fn each_fault_has_its_class() {
    let limited = |html| FaultKind::RateLimited { scope: Scope::User, retry_after: 5.0, html };
    let faults = [
        (FaultKind::Status(500, "oops".to_owned()), ErrorClass::Unavailable),
        (FaultKind::Garbage(b"\xff{".to_vec()), ErrorClass::Unavailable),
        (FaultKind::Html, ErrorClass::Unavailable),
        (FaultKind::HugeBody(3 * 1024 * 1024), ErrorClass::Unavailable),
        (FaultKind::Cut, ErrorClass::Unavailable),
        (FaultKind::Revoked, ErrorClass::ExpiredAccess),
        (limited(false), ErrorClass::RateLimited),
        (limited(true), ErrorClass::RateLimited),
    ];
    let town = Town::new(None);
    let tokens = town.linked().await;
    for (kind, expected) in faults {
        town.site.fault(Fault::always("GET /user", kind.clone()));
        assert_eq!(class(&town.read(&tokens).await), Some(expected), "{kind:?}");
        town.site.heal();
        town.clock.advance(Span::minutes(2));
    }
    town.site.fault(Fault::once("GET /user", FaultKind::Cut));
    assert_eq!(class(&town.read(&tokens).await), None);
}
