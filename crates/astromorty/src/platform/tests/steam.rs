//! Steam's facts, against the stand-in with every switch of its privacy.

use domain::fact::{Unknown, Value};
use domain::moment::Span;
use domain::platform::ErrorClass;
use domain::token::Secret;
use serde_json::json;
use world::steam::{Account, Game};
use world::{Fault, FaultKind, Scope, Steam};

use super::stage::{NOW, Stage, credentials, shipped};
use super::town::{Told, Town, expected, keys, time, whom};
use crate::app::seam::{Clock, Metrics, outbound};
use crate::platform::{Platform, PlatformError, Seams, Who};

const ADA: &str = "76561197960287930";
const BOB: &str = "76561197960287931";
const EVE: &str = "76561197960287932";
const ALL: [&str; 7] = [
    "steam.account_age",
    "steam.game_bans",
    "steam.games",
    "steam.hours(app: 440)",
    "steam.hours_last_two_weeks",
    "steam.level",
    "steam.vac_banned",
];
const PRIVATE: Told = Err((Unknown::Private, ErrorClass::Private));
const GONE: Told = Err((Unknown::Unavailable, ErrorClass::Gone));

fn town() -> (Steam, Town) {
    with_key("key-canary")
}

fn with_key(key: &str) -> (Steam, Town) {
    let (clock, there) = time();
    let site = Steam::new(there, "https://steamcommunity.com");
    site.key("key-canary");
    let game = Game { app_id: 440, minutes: 3_000, minutes_two_weeks: 90, ..Game::default() };
    let never = Game { app_id: 570, ..Game::default() };
    for (id, name) in [(ADA, "ada"), (BOB, "bob"), (EVE, "eve")] {
        site.account(Account {
            id: id.parse().unwrap(),
            name: name.to_owned(),
            created_at: Some(NOW.millis() - Span::days(400).as_millis()),
            level: 12,
            games: vec![game, never],
            game_bans: 1,
            ..Account::default()
        });
    }
    let town = Town::new(("steam", ""), site.router(), clock, Some(key));
    (site, town)
}

fn change(site: &Steam, change: impl FnOnce(&mut Account)) {
    site.change(ADA.parse().unwrap(), change);
}

#[tokio::test]
async fn the_facts_are_the_same_alone_and_together() {
    let whole = expected([
        ("steam.created_at", Value::Datetime(NOW - Span::days(400))),
        ("steam.game_bans", Value::Integer(1)),
        ("steam.games", Value::Integer(2)),
        ("steam.hours(app: 440)", Value::Duration(Span::hours(50))),
        ("steam.hours_last_two_weeks", Value::Duration(Span::minutes(90))),
        ("steam.level", Value::Integer(12)),
        ("steam.vac_banned", Value::Boolean(false)),
    ]);
    let (site, town) = town();
    assert!(!town.platform.needs_tokens(&keys(&ALL)));
    assert_eq!(town.read(&whom(ADA), &ALL).await, whole);
    assert_eq!(town.read_batch(&[whom(ADA), whom(BOB)], &ALL).await, [whole.clone(), whole]);
    change(&site, |account| account.vac_bans = 2);
    assert_eq!(town.one(&whom(ADA), "steam.vac_banned").await, Ok(Value::Boolean(true)));
}

#[tokio::test]
async fn an_account_has_its_name_of_today() {
    let (site, town) = town();
    change(&site, |account| account.name = "lovelace".to_owned());
    let answers = town.platform.read(&whom(ADA), &keys(&["steam.account_age"])).await;
    let account = answers[0].account.clone().unwrap();
    assert_eq!((account.subject.as_str(), account.username.as_str()), (ADA, "lovelace"));
    let page = town.platform.profile_url(ADA, "lovelace").unwrap();
    assert_eq!(page, format!("https://steamcommunity.com/profiles/{ADA}"));
}

/// A switch of the privacy settings, and what it hides.
type Switch = (fn(&mut Account), &'static [&'static str]);

#[tokio::test]
async fn each_switch_makes_unknown_what_it_hides_and_nothing_else() {
    let switches: [Switch; 4] = [
        (
            |account| account.visible = false,
            &[
                "steam.created_at",
                "steam.games",
                "steam.hours(app: 440)",
                "steam.hours_last_two_weeks",
                "steam.level",
            ],
        ),
        (
            |account| account.games_visible = false,
            &["steam.games", "steam.hours(app: 440)", "steam.hours_last_two_weeks"],
        ),
        (
            |account| account.playtime_visible = false,
            &["steam.hours(app: 440)", "steam.hours_last_two_weeks"],
        ),
        (|account| account.created_at = None, &["steam.created_at"]),
    ];
    for (switch, hidden) in switches {
        let (site, town) = town();
        change(&site, switch);
        let alone = town.read(&whom(ADA), &ALL).await;
        for (fact, told) in &alone {
            assert_eq!(*told == PRIVATE, hidden.contains(&fact.as_str()), "{fact}: {told:?}");
            assert_eq!(told.is_ok(), !hidden.contains(&fact.as_str()), "{fact}: {told:?}");
        }
        let both = town.read_batch(&[whom(ADA), whom(BOB)], &ALL).await;
        assert_eq!(both[0], alone);
        assert!(both[1].values().all(Result::is_ok));
    }
}

#[tokio::test]
async fn every_hidden_fact_says_what_to_switch() {
    let definition = shipped("steam");
    for name in ["created_at", "level", "games", "hours", "hours_last_two_weeks"] {
        let hint = definition.facts[name].hint.as_deref().unwrap_or_default();
        assert!(hint.contains("*My profile*"), "{name}");
        assert_eq!(hint.contains("*Game details*"), !["created_at", "level"].contains(&name), "{name}");
    }
}

#[tokio::test]
async fn an_open_library_without_the_game_is_no_time_at_all() {
    let (site, town) = town();
    let zero = Ok(Value::Duration(Span::ZERO));
    assert_eq!(town.one(&whom(ADA), "steam.hours(app: 730)").await, zero);
    // Owned and never played looks like hidden playtime.
    assert_eq!(town.one(&whom(ADA), "steam.hours(app: 570)").await, PRIVATE);
    change(&site, |account| account.games.clear());
    assert_eq!(town.one(&whom(ADA), "steam.hours(app: 440)").await, zero);
    assert_eq!(town.one(&whom(ADA), "steam.hours_last_two_weeks").await, zero);
    assert_eq!(town.one(&whom(ADA), "steam.games").await, Ok(Value::Integer(0)));
}

#[tokio::test]
async fn an_account_that_is_not_there_is_gone_and_its_neighbours_are_not() {
    let (site, town) = town();
    site.remove(BOB.parse().unwrap());
    let facts = ["steam.account_age", "steam.vac_banned"];
    let told = town.read_batch(&[whom(ADA), whom(BOB), whom(EVE)], &facts).await;
    assert!(told[0].values().chain(told[2].values()).all(Result::is_ok));
    assert!(told[1].values().all(|told| *told == GONE));
    assert_eq!(town.one(&whom(BOB), "steam.vac_banned").await, GONE);
}

#[tokio::test]
async fn n_68_an_account_that_was_not_asked_for_is_refused() {
    let answers = [
        (
            "steam.account_age",
            json!({"response": {"players": [{"steamid": EVE, "personaname": "eve", "timecreated": 1}]}}),
        ),
        ("steam.vac_banned", json!({"players": [{"SteamId": EVE, "VACBanned": false}]})),
    ];
    for (fact, answer) in answers {
        let stage = Stage::default().json(200, &answer);
        let steam = stage.of("steam", Some(Secret::new("key".to_owned())), "");
        let answers = steam.read_batch(&[whom(ADA)], &keys(&[fact])).await;
        assert_eq!(answers[0][0].outcome.clone().unwrap_err().reason, Unknown::OtherAccount);
    }
}

#[tokio::test]
async fn the_key_stands_in_the_query_and_the_game_as_a_number_in_its_json() {
    let stage = Stage::default().json(200, &json!({"response": {"game_count": 0}}));
    let steam = stage.of("steam", Some(Secret::new("key-canary".to_owned())), "");
    steam.read(&whom(ADA), &keys(&["steam.hours(app: 440)"])).await;
    let asked = stage.last();
    assert_eq!(asked.uri().path(), "/IPlayerService/GetOwnedGames/v1/");
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(asked.uri().query().unwrap().as_bytes()).into_owned().collect();
    let input = format!(r#"{{"appids_filter":[440],"include_played_free_games":true,"steamid":"{ADA}"}}"#);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(query, [pair("input_json", &input), pair("key", "key-canary")]);
    assert!(!asked.headers().contains_key("authorization"));
}

#[tokio::test]
async fn a_wrong_key_is_the_operators_matter() {
    let (_, town) = with_key("wrong");
    let operator = Err((Unknown::OperatorKey, ErrorClass::InvalidClient));
    assert!(town.read(&whom(ADA), &ALL).await.values().all(|told| *told == operator));
}

#[test]
fn without_a_key_there_is_no_steam() {
    let definition = shipped("steam");
    let seams = Seams { http: outbound(Clock::System), clock: Clock::System, metrics: Metrics::default() };
    let problems = Platform::new(definition, credentials(None, &[]), seams).unwrap_err();
    assert!(problems.iter().any(|problem| problem.at == "api_key"), "{problems:?}");
}

#[tokio::test]
async fn a_refusal_without_any_header_is_waited_out_for_a_minute() {
    let (site, town) = town();
    site.daily_calls(Some(1));
    town.one(&whom(ADA), "steam.level").await.unwrap();
    let answers = town.platform.read(&whom(ADA), &keys(&["steam.level"])).await;
    let error = answers[0].outcome.clone().unwrap_err();
    assert_eq!(error.retry_after, Some(NOW + Span::minutes(1)));
    let calls = site.log().len();
    let limited = Err((Unknown::RateLimited, ErrorClass::RateLimited));
    assert_eq!(town.one(&whom(ADA), "steam.games").await, limited);
    assert_eq!(site.log().len(), calls);
    town.clock.advance(Span::days(1));
    town.one(&whom(ADA), "steam.level").await.unwrap();
}

#[tokio::test]
async fn each_fault_has_its_class() {
    let limited = FaultKind::RateLimited { scope: Scope::User, retry_after: 5.0, html: false };
    let faults = [
        (FaultKind::Status(500, "oops".to_owned()), ErrorClass::Unavailable),
        (FaultKind::Garbage(b"\xff".to_vec()), ErrorClass::Unavailable),
        (FaultKind::Html, ErrorClass::Unavailable),
        (FaultKind::Cut, ErrorClass::Unavailable),
        (FaultKind::HugeBody(3 * 1024 * 1024), ErrorClass::Unavailable),
        (limited, ErrorClass::RateLimited),
    ];
    let (site, town) = town();
    for (kind, class) in faults {
        site.fault(Fault::always("GET /", kind.clone()));
        let told = town.read_batch(&[whom(ADA), whom(BOB)], &ALL).await;
        for (fact, told) in told.iter().flatten() {
            assert_eq!(told.clone().unwrap_err().1, class, "{fact} {kind:?}");
        }
        site.heal();
        town.clock.advance(Span::minutes(2));
    }
}

#[tokio::test]
async fn odd_answers_take_nothing_from_anybody() {
    let odd = [
        json!({"response": {"players": [{"steamid": ADA, "personaname": "a", "timecreated": "soon"}]}}),
        json!({"response": {"players": {}}}),
        json!({"response": {}}),
        json!([]),
    ];
    for answer in odd {
        let stage = Stage::default().json(200, &answer);
        let steam = stage.of("steam", Some(Secret::new("key".to_owned())), "");
        let answers = steam.read(&whom(ADA), &keys(&["steam.account_age"])).await;
        let class = answers[0].outcome.clone().unwrap_err().class;
        let nobody = answer.pointer("/response/players").is_some_and(|players| players == &json!({}));
        let expected = if nobody { ErrorClass::Gone } else { ErrorClass::Unavailable };
        assert_eq!(class, expected, "{answer}");
    }
}

#[tokio::test]
async fn n_71_the_key_is_in_no_error() {
    let stage = Stage::default().json(403, &json!("key-canary"));
    let steam = stage.of("steam", Some(Secret::new("key-canary".to_owned())), "");
    let answers = steam.read(&Who { ..whom(ADA) }, &keys(&["steam.level"])).await;
    let shown = format!("{answers:?} {steam:?} {:?}", PlatformError::InvalidClient);
    assert!(!shown.contains("canary"), "{shown}");
}
