//! Against the stand-in for an OpenID Connect provider, honest and lying (N-19 … N-25, N-66).

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::body::{Body, Bytes};
use domain::fact::{FactKey, Value};
use domain::platform::Definition;
use domain::token::{Secret, TokenSet};
use http_body_util::BodyExt;
use toml::Table;
use tower::ServiceExt;
use world::Oidc;
use world::oidc::{
    Account, Algorithm, AuthMethod, ClaimLie, Client, DiscoveryLie, Lie, SignatureLie, TimeClaim, TimeLie,
    UserinfoLie,
};

use super::stage::{NOW, credentials};
use crate::app::seam::{Clock, Http, HttpError, ManualClock, Metrics, Request, Response};
use crate::platform::{
    Credentials, Departure, Platform, PlatformError, Promise, Proof, Seams, Who, definitions,
};

const ISSUER: &str = "https://id.example.org/realms/one";
const BACK: &str = "https://roles.example.org/api/role-connections/club/callback";
const SUBJECT: &str = "8f2c6a1e-ada";

struct Town {
    site: Oidc,
    router: Router,
    clock: ManualClock,
    platform: Platform,
}

/// What a definition file with `extends = "oidc"` would make of the family.
fn definition(auth: AuthMethod) -> Definition {
    let mut table: Table = definitions::built_in(&"oidc".parse().unwrap()).unwrap().parse().unwrap();
    table.insert("key".to_owned(), "club".into());
    let scopes = ["openid", "profile", "email", "groups", "offline_access"];
    let authorize: Table =
        toml::from_str(&format!("scopes = {scopes:?}\nparams = {{ prompt = \"consent\" }}\noptional = []"))
            .unwrap();
    let mut changes = Table::new();
    changes.insert("authorize".to_owned(), authorize.into());
    // The provider takes both, this client was registered for one.
    if auth == AuthMethod::Post {
        changes.insert("client".to_owned(), toml::from_str::<Table>("auth = \"post\"").unwrap().into());
    }
    definitions::read(&table.to_string(), changes).unwrap()
}

impl Town {
    fn new(auth: AuthMethod) -> Self {
        Self::of(auth, definition(auth))
    }

    fn of(auth: AuthMethod, definition: Definition) -> Self {
        let clock = ManualClock::at(NOW);
        let time = clock.clone();
        let site = Oidc::new(world::Clock::from_fn(move || time.now().millis()), ISSUER);
        site.client(Client {
            client_id: "Iv1.club".to_owned(),
            client_secret: "secret-canary".to_owned(),
            redirect_uris: vec![BACK.to_owned()],
            auth_methods: vec![auth],
            require_pkce: true,
        });
        site.account(Account {
            sub: SUBJECT.to_owned(),
            username: "ada".to_owned(),
            groups: vec!["staff".to_owned(), "baristas".to_owned()],
            email: "ada@example.org".to_owned(),
            email_verified: true,
            ..Account::default()
        });
        let router = site.router();
        let outside = router.clone();
        let service = tower::service_fn(move |request| call(outside.clone(), request));
        let seam = Clock::Manual(clock.clone());
        let http = Http::new(service, seam.clone());
        let seams = Seams { http, clock: seam, metrics: Metrics::default() };
        let ours = Credentials { issuer: Some(ISSUER.to_owned()), ..credentials(None, &[]) };
        let platform = Platform::new(definition, ours, seams).unwrap();
        Self { site, router, clock, platform }
    }

    /// One whole sign-in, as far as the provider's lies let it come.
    async fn links(&self) -> Result<Proof, Failed> {
        let verifier = Secret::new("verifier-of-at-least-forty-three-characters-long".to_owned());
        let departure = Departure { state: "state", verifier: &verifier, redirect_uri: BACK };
        let url = self.platform.depart(&departure).await.map_err(Failed::Depart)?;
        let request = http::Request::post(url.as_str())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(format!("user={SUBJECT}&decision=authorize")));
        let answer = call(self.router.clone(), request.unwrap()).await.unwrap();
        let back = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
        let named: Vec<String> =
            back.query_pairs().filter(|(name, _)| name == "iss").map(|(_, iss)| iss.into_owned()).collect();
        let promise = self.platform.promise().await.map_err(Failed::Depart)?;
        // The query of a callback is read strictly before: a name that stands there twice is refused.
        if named.len() > 1 || !promise.is_kept(named.first().map(String::as_str)) {
            return Err(Failed::Answer);
        }
        let back: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
        assert_eq!(back["state"], "state");
        let code = Secret::new(back["code"].clone());
        self.platform.prove(&code, &departure).await.map_err(Failed::Prove)
    }

    async fn read(&self, tokens: &TokenSet, names: &[&str]) -> BTreeMap<FactKey, Value> {
        let facts: BTreeSet<FactKey> =
            names.iter().map(|name| format!("club.{name}").parse().unwrap()).collect();
        let who =
            Who { subject: SUBJECT, username: "ada", node: None, tokens: Some(tokens), remembered: None };
        self.platform.read(&who, &facts).await.remove(0).outcome.unwrap()
    }
}

/// Where a sign-in ended.
#[derive(Debug, PartialEq)]
enum Failed {
    Depart(PlatformError),
    Answer,
    Prove(PlatformError),
}

async fn call(router: Router, request: Request) -> Result<Response, HttpError> {
    let answer = router.oneshot(request.map(Body::from)).await.map_err(|never| match never {})?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(|_| HttpError::Cut)?;
    Ok(http::Response::from_parts(head, body.to_bytes()))
}

#[tokio::test]
async fn an_account_is_proven_and_read_with_each_algorithm_and_client_authentication() {
    for (algorithm, auth) in [
        (Algorithm::Es256, AuthMethod::Basic),
        (Algorithm::EdDsa, AuthMethod::Post),
        (Algorithm::Rs256, AuthMethod::Basic),
        (Algorithm::Ps256, AuthMethod::Post),
    ] {
        let town = Town::new(auth);
        town.site.algorithm(algorithm);
        let (account, tokens) = town.links().await.unwrap();
        assert_eq!((account.subject.as_str(), account.username.as_str()), (SUBJECT, "ada"));
        let told = town.read(&tokens.unwrap(), &["groups", "email_verified"]).await;
        let groups = BTreeSet::from(["staff".to_owned(), "baristas".to_owned()]);
        assert_eq!(told[&"club.groups".parse().unwrap()], Value::TextSet(groups));
        assert_eq!(told[&"club.email_verified".parse().unwrap()], Value::Boolean(true));
    }
}

#[tokio::test]
async fn an_instance_is_the_issuer_letter_by_letter() {
    let town = Town::new(AuthMethod::Basic);
    assert_eq!(town.platform.instance(), ISSUER);
    assert_eq!(town.platform.promise().await, Ok(Promise::Always(ISSUER.to_owned())));
}

#[tokio::test]
async fn tokens_rotate_and_end() {
    let town = Town::new(AuthMethod::Basic);
    let old = town.links().await.unwrap().1.unwrap();
    let refresh = old.refresh.clone().unwrap();
    let new = town.platform.refresh(&refresh, BACK).await.unwrap();
    assert_ne!(new.refresh.as_ref(), Some(&refresh));
    let account = town.platform.identify(&new, Some(SUBJECT)).await.unwrap();
    assert_eq!(account.subject, SUBJECT);
    // The used one betrays itself and takes the newer one along.
    assert_eq!(town.platform.refresh(&refresh, BACK).await, Err(PlatformError::InvalidGrant));
    let newer = new.refresh.as_ref().unwrap();
    assert_eq!(town.platform.refresh(newer, BACK).await, Err(PlatformError::InvalidGrant));
    assert!(town.platform.identify(&new, None).await.is_err());
}

#[tokio::test]
async fn n_20_new_keys_are_found_and_old_ones_forgotten() {
    let town = Town::new(AuthMethod::Basic);
    town.links().await.unwrap();
    town.site.rotate_keys();
    town.site.drop_old_keys();
    town.clock.advance(domain::moment::Span::minutes(2));
    town.links().await.unwrap();
}

/// What the specifications allow, and no member has to suffer from.
const ALLOWED: [Lie; 5] = [
    Lie::Time(TimeClaim::Exp, TimeLie::FarFuture),
    Lie::Discovery(DiscoveryLie::NoChallengeMethods),
    Lie::Userinfo(UserinfoLie::Signed),
    Lie::Signature(SignatureLie::NoKid),
    Lie::Claim(ClaimLie::NonceReused),
];

#[tokio::test]
async fn n_19_to_n_25_no_lie_links_an_account() {
    let mut believed = Vec::new();
    for lie in Lie::all() {
        let town = Town::new(AuthMethod::Basic);
        town.site.lie(lie);
        match town.links().await {
            Ok(_) => believed.push(lie),
            Err(Failed::Answer) => {}
            Err(Failed::Depart(error) | Failed::Prove(error)) => {
                let plain = matches!(
                    error,
                    PlatformError::Mistrusted | PlatformError::Unavailable | PlatformError::InvalidClient
                );
                assert!(plain, "{lie:?}: {error:?}");
            }
        }
    }
    let optional = |lie: &Lie| {
        matches!(lie, Lie::Time(TimeClaim::Nbf, TimeLie::Missing | TimeLie::Past | TimeLie::WeekOld))
    };
    believed.retain(|lie| !optional(lie));
    assert_eq!(believed.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(ALLOWED));
}

#[tokio::test]
async fn n_22_a_nonce_is_good_for_one_sign_in() {
    let town = Town::new(AuthMethod::Basic);
    town.links().await.unwrap();
    town.site.lie(ClaimLie::NonceReused);
    // The same verifier makes the same nonce; another sign-in has another one.
    let verifier = Secret::new("another-verifier-of-at-least-forty-three-characters".to_owned());
    let departure = Departure { state: "other", verifier: &verifier, redirect_uri: BACK };
    let url = town.platform.depart(&departure).await.unwrap();
    let request = http::Request::post(url.as_str())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(format!("user={SUBJECT}&decision=authorize")));
    let answer = call(town.router.clone(), request.unwrap()).await.unwrap();
    let back = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    let back: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
    let proof = town.platform.prove(&Secret::new(back["code"].clone()), &departure).await;
    assert_eq!(proof.err(), Some(PlatformError::Mistrusted));
}

#[tokio::test]
async fn a_scope_that_the_provider_leaves_out_costs_only_what_needs_it() {
    let mut definition = definition(AuthMethod::Basic);
    // Without `prompt=consent` a provider leaves `offline_access` out.
    definition.authorize.params.clear();
    let town = Town::of(AuthMethod::Basic, definition);
    let (account, tokens) = town.links().await.unwrap();
    let tokens = tokens.unwrap();
    assert_eq!((account.subject.as_str(), tokens.refresh.is_some()), (SUBJECT, false));
    assert!(!tokens.scopes.contains(&"offline_access".to_owned()));
    assert_eq!(town.read(&tokens, &["groups"]).await.len(), 1);
}
