//! A fresh site that nobody wrote a line of Rust for: all we know of it is the text below.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::fact::{FactKey, Unknown, Value};
use domain::moment::{Moment, Span};
use domain::platform::ErrorClass;
use domain::token::{Secret, TokenSet};
use http_body_util::BodyExt;
use serde_json::json;
use tower::ServiceExt;

use super::stage::NOW;
use crate::app::digest;
use crate::app::seam::{self, Clock, Http, HttpError, ManualClock, Metrics};
use crate::platform::{Answer, Credentials, Departure, Platform, RevokeScope, Seams, Who, definitions};

const CLUB: &str = r#"
key = "club"
display_name = "Chess Club"
protocol = "oauth2"
hosts = { web = "https://club.example", api = "{web}/api" }
endpoints = { authorize = "{web}/authorize", token = "{web}/token" }
client = { auth = "basic" }
authorize = { scopes = ["games", "profile"], scope_separator = "," }
token = { answer = "form" }
service = { kind = "client_credentials", scopes = ["members", "stats"] }
identity = { request = "member", subject_type = "digits", username = "/nick" }
recheck = { interval = "12h", min_interval = "1m" }

[revoke.token]
call = { method = "POST", url = "{web}/revoke", body.form = { token = "{refresh_token}" } }
done = [200]

[limits]
remaining = "x-left"
reset = "x-again"
reset_is = "seconds"

[requests.member]
subject = "/id"
user = { url = "{api}/me" }
service = { url = "{api}/members/{subject}", statuses = { 404 = "gone" } }
batch = { max = 2, call = { url = "{api}/members", query = { ids = "{subjects}" } }, items = "/members", missing = "gone" }

[requests.wins]
service = { url = "{api}/members/{subject}/wins", query = { against = "{rival}" } }

[facts.joined]
type = "datetime"
request = "member"
pointer = "/joined"
convert = "epoch"
age = "account_age"

[facts.rating]
type = "integer"
request = "member"
pointer = "/rating"
on_absent = "zero"

[facts.titles]
type = "text_set"
request = "member"
pointer = "/titles"
then = "/name"
reduce = "collect"

[facts.wins_against]
type = "integer"
request = "wins"
pointer = "/wins"
args = { rival = "text" }
"#;

const BACK: &str = "https://roles.example.org/api/role-connections/club/callback";

/// The site: its rules are strict, its memory is short.
#[derive(Clone, Default)]
struct Site(Arc<Mutex<Memory>>);

#[derive(Default)]
struct Memory {
    challenges: BTreeMap<String, String>,
    /// Access tokens by what they may see: one member, or all.
    tokens: BTreeMap<String, Option<u64>>,
    /// Refresh tokens that are good for one more use.
    refresh: BTreeSet<String>,
    bought: u32,
    calls_left: Option<u32>,
    log: Vec<String>,
}

type Form = BTreeMap<String, String>;

async fn authorize(State(site): State<Site>, Query(query): Query<Form>) -> Response {
    let right = query["client_id"] == "knight"
        && query["redirect_uri"] == BACK
        && query["scope"] == "games,profile"
        && query["code_challenge_method"] == "S256";
    if !right {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let challenge = query["code_challenge"].clone();
    site.0.lock().unwrap().challenges.insert("code-1".to_owned(), challenge);
    let to = format!("{BACK}?code=code-1&state={}", query["state"]);
    (StatusCode::FOUND, [("location", to)]).into_response()
}

async fn token(State(site): State<Site>, headers: HeaderMap, axum::Form(form): axum::Form<Form>) -> Response {
    let mut memory = site.0.lock().unwrap();
    let refused = |code: &str| (StatusCode::BAD_REQUEST, format!("error={code}")).into_response();
    let basic = format!("Basic {}", STANDARD.encode("knight:opens"));
    if headers.get("authorization").is_none_or(|value| value.as_bytes() != basic.as_bytes()) {
        return refused("invalid_client");
    }
    memory.bought += 1;
    let number = memory.bought;
    let (access, refresh) = (format!("access-{number}"), format!("refresh-{number}"));
    let (of, fits) = match form["grant_type"].as_str() {
        "authorization_code" => {
            let challenge = memory.challenges.remove(&form["code"]);
            (Some(7), challenge == Some(digest(&form["code_verifier"])))
        }
        "refresh_token" => (Some(7), memory.refresh.remove(&form["refresh_token"])),
        "client_credentials" => (None, form["scope"] == "members,stats"),
        _ => return refused("unsupported_grant_type"),
    };
    if !fits {
        return refused("invalid_grant");
    }
    memory.tokens.insert(access.clone(), of);
    let mut answer = format!("access_token={access}&token_type=bearer&expires_in=3600");
    if of.is_some() {
        answer.extend(["&refresh_token=", refresh.as_str(), "&scope=games%2Cprofile"]);
        memory.refresh.insert(refresh);
    }
    answer.into_response()
}

async fn revoke(State(site): State<Site>, axum::Form(form): axum::Form<Form>) -> StatusCode {
    let known = site.0.lock().unwrap().refresh.remove(&form["token"]);
    if known { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

impl Site {
    /// Whose token a call of the API carries, or why it is refused.
    #[allow(clippy::result_large_err, reason = "it is the answer that the handler gives")]
    fn enter(&self, headers: &HeaderMap) -> Result<Option<u64>, Response> {
        let mut memory = self.0.lock().unwrap();
        match memory.calls_left.as_mut() {
            Some(0) => {
                let limit = [("x-left", "0"), ("x-again", "90")];
                return Err((StatusCode::TOO_MANY_REQUESTS, limit, "{}").into_response());
            }
            Some(left) => *left -= 1,
            None => {}
        }
        let header = headers.get("authorization").and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer "));
        let of = token.and_then(|token| memory.tokens.get(token).copied());
        of.ok_or_else(|| StatusCode::UNAUTHORIZED.into_response())
    }

    fn router(self) -> Router {
        let me = async |State(site): State<Site>, headers: HeaderMap| match site.enter(&headers) {
            Ok(Some(id)) => member(id).to_string().into_response(),
            Ok(None) => StatusCode::FORBIDDEN.into_response(),
            Err(refused) => refused,
        };
        let one = async |State(site): State<Site>, Path(id): Path<u64>, headers: HeaderMap| match site
            .enter(&headers)
        {
            Ok(None) if id < 10 => member(id).to_string().into_response(),
            Ok(_) => StatusCode::NOT_FOUND.into_response(),
            Err(refused) => refused,
        };
        let many = async |State(site): State<Site>, Query(query): Query<Form>, headers: HeaderMap| {
            if let Err(refused) = site.enter(&headers) {
                return refused;
            }
            let ids = query["ids"].split(',').map(|id| id.parse::<u64>().unwrap());
            let members: Vec<_> = ids.filter(|id| *id < 10).map(member).collect();
            json!({"members": members}).to_string().into_response()
        };
        let wins = async |State(site): State<Site>, Query(query): Query<Form>, headers: HeaderMap| {
            let wins = if query["against"] == "ann & bob" { 3 } else { 0 };
            site.enter(&headers)
                .map_or_else(|refused| refused, |_| json!({"wins": wins}).to_string().into_response())
        };
        Router::new()
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/revoke", post(revoke))
            .route("/api/me", get(me))
            .route("/api/members", get(many))
            .route("/api/members/{id}", get(one))
            .route("/api/members/{id}/wins", get(wins))
            .with_state(self)
    }

    fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().log)
    }
}

fn member(id: u64) -> serde_json::Value {
    json!({
        "id": id,
        "nick": format!("member{id}"),
        "joined": 1_600_000_000,
        "rating": if id == 9 { None } else { Some(id * 100) },
        "titles": [{"name": "Candidate"}, {"name": "Arbiter"}],
    })
}

/// The site, our client for it, and the time.
struct Town {
    site: Site,
    platform: Platform,
    clock: ManualClock,
}

impl Town {
    fn new() -> Self {
        let (site, clock) = (Site::default(), ManualClock::at(NOW));
        let router = site.clone().router();
        let log = site.clone();
        let call = move |request: seam::Request| {
            let line = format!("{} {}", request.method(), request.uri());
            log.0.lock().unwrap().log.push(line);
            called(router.clone(), request)
        };
        let seam = Clock::Manual(clock.clone());
        let http = Http::new(tower::service_fn(call), seam.clone());
        let credentials = Credentials {
            client_id: "knight".to_owned(),
            client_secret: Secret::new("opens".to_owned()),
            service: None,
            hosts: BTreeMap::new(),
            issuer: None,
            allowed_hosts: vec![],
        };
        let definition = definitions::read(CLUB, toml::Table::new()).unwrap();
        let seams = Seams { http, clock: seam, metrics: Metrics::default() };
        Self { site, platform: Platform::new(definition, credentials, seams).unwrap(), clock }
    }

    /// Signs member 7 in, from our page to the proven account.
    async fn signs_in(&self) -> TokenSet {
        let verifier = Secret::new("verifier-of-at-least-forty-three-characters".to_owned());
        let departure = Departure { state: "state", verifier: &verifier, redirect_uri: BACK };
        let there = self.platform.depart(&departure).await.unwrap();
        let request = http::Request::get(there.as_str()).body(bytes::Bytes::new()).unwrap();
        let answer = called(self.site.clone().router(), request).await.unwrap();
        let back = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
        let back: Form = back.query_pairs().into_owned().collect();
        assert_eq!(back["state"], "state");
        let code = Secret::new(back["code"].clone());
        let (account, tokens) = self.platform.prove(&code, &departure).await.unwrap();
        assert_eq!((account.subject.as_str(), account.username.as_str()), ("7", "member7"));
        tokens.unwrap()
    }

    async fn read(&self, subjects: &[&str], names: &[&str]) -> Vec<Vec<Answer>> {
        let who = |subject| Who { subject, username: "", node: None, tokens: None, remembered: None };
        let who: Vec<_> = subjects.iter().copied().map(who).collect();
        let facts: BTreeSet<_> = names.iter().map(|name| fact(name, &[])).collect();
        self.platform.read_batch(&who, &facts).await
    }
}

async fn called(router: Router, request: seam::Request) -> Result<seam::Response, HttpError> {
    let request = request.map(axum::body::Body::from);
    let answer = router.oneshot(request).await.map_err(|never| match never {})?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(|_| HttpError::Cut)?;
    Ok(http::Response::from_parts(head, body.to_bytes()))
}

fn fact(name: &str, args: &[(&str, &str)]) -> FactKey {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    FactKey {
        platform: "club".parse().unwrap(),
        name: name.to_owned(),
        args: args.iter().map(owned).collect(),
    }
}

#[tokio::test]
async fn a_member_of_an_unheard_of_site_signs_in_is_renewed_and_ends_it() {
    let town = Town::new();
    let tokens = town.signs_in().await;
    assert_eq!(tokens.scopes, ["games", "profile"]);
    assert_eq!(tokens.expires_at, Some(NOW + Span::hours(1)));

    let renewed = town.platform.refresh(tokens.refresh.as_ref().unwrap(), BACK).await.unwrap();
    assert_ne!(renewed.refresh, tokens.refresh);
    let used = town.platform.refresh(tokens.refresh.as_ref().unwrap(), BACK).await;
    assert_eq!(used.unwrap_err().class(), ErrorClass::InvalidGrant);

    town.platform.revoke(&renewed, RevokeScope::Token).await.unwrap();
    let ended = town.platform.refresh(renewed.refresh.as_ref().unwrap(), BACK).await;
    assert_eq!(ended.unwrap_err().class(), ErrorClass::InvalidGrant);
}

#[tokio::test]
async fn its_facts_are_read_two_accounts_a_call_with_a_token_that_our_client_bought() {
    let town = Town::new();
    let answers = town.read(&["7", "9", "70"], &["joined", "rating", "titles"]).await;
    assert_eq!(
        town.site.log(),
        [
            "POST https://club.example/token",
            "GET https://club.example/api/members?ids=7%2C9",
            "GET https://club.example/api/members?ids=70",
        ]
    );
    let known = answers[0][0].outcome.clone().unwrap();
    assert_eq!(known[&fact("joined", &[])], Value::Datetime(Moment::from_millis(1_600_000_000_000)));
    assert_eq!(known[&fact("rating", &[])], Value::Integer(700));
    let titles = ["Arbiter", "Candidate"].map(str::to_owned).into();
    assert_eq!(known[&fact("titles", &[])], Value::TextSet(titles));
    assert_eq!(answers[1][0].outcome.clone().unwrap()[&fact("rating", &[])], Value::Integer(0));
    assert_eq!(answers[2][0].outcome.clone().unwrap_err().class, ErrorClass::Gone);

    town.clock.advance(Span::hours(2));
    assert!(town.read(&["7"], &["rating"]).await[0][0].outcome.is_ok());
    assert_eq!(town.site.log()[0], "POST https://club.example/token", "the bought token had ended");
}

#[tokio::test]
async fn a_fact_with_an_argument_is_read_alone() {
    let town = Town::new();
    let who = Who { subject: "7", username: "", node: None, tokens: None, remembered: None };
    let wins = fact("wins_against", &[("rival", "ann & bob")]);
    let answers = town.platform.read(&who, &[wins.clone()].into()).await;
    assert_eq!(answers[0].outcome.clone().unwrap()[&wins], Value::Integer(3));
    assert_eq!(town.site.log()[1], "GET https://club.example/api/members/7/wins?against=ann+%26+bob");
}

#[tokio::test]
async fn its_limit_is_waited_for_as_long_as_it_says() {
    let town = Town::new();
    town.site.0.lock().unwrap().calls_left = Some(1);
    assert!(town.read(&["7"], &["rating"]).await[0][0].outcome.is_ok());
    let refused = town.read(&["7"], &["rating"]).await[0][0].outcome.clone().unwrap_err();
    assert_eq!(refused.reason, Unknown::RateLimited);
    // A second more than it says, because it may have counted in fractions.
    assert_eq!(refused.retry_after, Some(NOW + Span::seconds(91)));
    town.site.log();

    town.site.0.lock().unwrap().calls_left = None;
    town.read(&["7"], &["rating"]).await;
    assert_eq!(town.site.log(), [""; 0], "nothing is asked before the time");
    town.clock.advance(Span::seconds(91));
    assert!(town.read(&["7"], &["rating"]).await[0][0].outcome.is_ok());
}
