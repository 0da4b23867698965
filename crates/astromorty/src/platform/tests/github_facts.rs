//! GitHub's facts with arguments and in batches, against the stand-in.

use std::collections::BTreeMap;

use domain::fact::{Unknown, Value};
use domain::moment::Span;
use domain::platform::ErrorClass;
use domain::token::TokenSet;
use serde_json::json;
use world::GitHub;
use world::github::{Account, App, Member, OAuthApp, Org, Privacy, Repo};

use super::stage::{NOW, Stage, credentials, set_up_as};
use super::town::{BACK, Told, Town, call, expected, keys, time, whom};
use crate::app::seam::{Clock, Http, ManualClock, Metrics};
use crate::platform::{Remembered, Seams, Who};

const ALL: [&str; 10] = [
    "github.account_age",
    "github.followers",
    "github.following",
    "github.public_repos",
    "github.contributions_last_year",
    "github.merged_prs(repo: \"club/tools\")",
    "github.starred(repo: \"club/tools\")",
    "github.contributed(repo: \"club/tools\")",
    "github.org(name: \"club\")",
    "github.sponsors(login: \"club\")",
];
const SERVICE: Option<&str> = Some("service-canary");
const READ_ORG: &str = "authorize.scopes = [\"read:org\"]";
const OTHER: Told = Err((Unknown::OtherAccount, ErrorClass::Unavailable));

fn person(id: u64) -> Account {
    Account {
        id,
        login: format!("person{id}"),
        followers: id * 10,
        following: 4,
        public_repos: 5,
        created_at: NOW.millis() - Span::days(400).as_millis(),
        contributions: 321,
        ..Account::default()
    }
}

fn site() -> (ManualClock, GitHub) {
    let (clock, there) = time();
    let site = GitHub::new(there);
    site.app(OAuthApp {
        client_id: "Iv1.club".to_owned(),
        client_secret: "secret-canary".to_owned(),
        redirect_uris: vec![BACK.to_owned()],
        expiring_tokens: false,
    });
    site.service_token("service-canary");
    site.org(Org { id: 40, login: "club".to_owned(), ..Org::default() });
    site.repo(Repo::new("club/tools"));
    (1..=3).for_each(|id| site.account(person(id)));
    (clock, site)
}

fn town(changes: &str, service: Option<&str>) -> (GitHub, Town) {
    let (clock, site) = site();
    let town = Town::new(("github", changes), site.router(), clock, service);
    (site, town)
}

/// Account 1 does everything there is a fact for.
fn busy(site: &GitHub) {
    site.merge(1, "club/tools", 3);
    site.commit(1, "club/tools", 7);
    site.star(1, "club/tools");
    site.join(1, "club", Member::public());
    site.sponsor(1, "club", Privacy::Public);
}

/// The node id by which batches ask.
fn node(id: u64) -> &'static str {
    ["", "U_kgDOAAAAAQ", "U_kgDOAAAAAg", "U_kgDOAAAAAw"][usize::try_from(id).unwrap()]
}

fn of(id: u64, tokens: Option<&TokenSet>) -> Who<'_> {
    let subject = ["", "1", "2", "3"][usize::try_from(id).unwrap()];
    Who { node: Some(node(id)), tokens, ..whom(subject) }
}

fn whole() -> BTreeMap<String, Told> {
    expected([
        ("github.created_at", Value::Datetime(NOW - Span::days(400))),
        ("github.followers", Value::Integer(10)),
        ("github.following", Value::Integer(4)),
        ("github.public_repos", Value::Integer(5)),
        ("github.contributions_last_year", Value::Integer(321)),
        ("github.merged_prs(repo: \"club/tools\")", Value::Integer(3)),
        ("github.starred(repo: \"club/tools\")", Value::Boolean(true)),
        ("github.contributed(repo: \"club/tools\")", Value::Boolean(true)),
        ("github.org(name: \"club\")", Value::Boolean(true)),
        ("github.sponsors(login: \"club\")", Value::Boolean(true)),
    ])
}

#[tokio::test]
async fn the_facts_are_the_same_with_a_members_token_and_with_ours() {
    for service in [None, SERVICE] {
        let (site, town) = town("", service);
        busy(&site);
        let tokens = town.sign_in(1).await;
        assert_eq!(town.read(&of(1, Some(&tokens)), &ALL).await, whole());
        assert_eq!(town.read_batch(&[of(1, Some(&tokens))], &ALL).await, [whole()]);
    }
}

#[tokio::test]
async fn who_did_nothing_has_done_nothing() {
    for service in [None, SERVICE] {
        let (site, town) = town("", service);
        busy(&site);
        let tokens = town.sign_in(2).await;
        let told = town.read(&of(2, Some(&tokens)), &ALL).await;
        assert_eq!(told["github.merged_prs(repo: \"club/tools\")"], Ok(Value::Integer(0)));
        for fact in &ALL[6..] {
            assert_eq!(told[*fact], Ok(Value::Boolean(false)), "{fact}");
        }
    }
}

#[tokio::test]
async fn only_stars_need_the_members_token_when_we_have_one() {
    let (site, town) = town("", SERVICE);
    busy(&site);
    let mut told = town.read(&of(1, None), &ALL).await;
    let starred = told.remove("github.starred(repo: \"club/tools\")").unwrap();
    assert_eq!(starred, Err((Unknown::NeedsAuthorization, ErrorClass::ExpiredAccess)));
    assert!(told.values().all(Result::is_ok), "{told:?}");
    for fact in ALL {
        assert_eq!(town.platform.needs_tokens(&keys(&[fact])), fact.contains("starred"), "{fact}");
    }
    assert_eq!(town.platform.batch_size(&keys(&ALL[..4])), 100);
    assert_eq!(town.platform.batch_size(&keys(&ALL[..5])), 25);
    assert_eq!(town.platform.batch_size(&keys(&ALL)), 1);
}

#[tokio::test]
async fn a_name_that_a_stranger_took_over_brings_nothing_along() {
    for service in [None, SERVICE] {
        let (site, town) = town("", service);
        busy(&site);
        let two = town.sign_in(2).await;
        // 1 gives its name up, 2 takes it: what stands under the name is 1's work still.
        site.change(1, |account| account.login = "renamed".to_owned());
        site.change(2, |account| account.login = "person1".to_owned());
        let stranger = Who { username: "person1", ..of(2, Some(&two)) };
        let told = town.read(&stranger, &ALL[5..]).await;
        assert_eq!(told["github.contributed(repo: \"club/tools\")"], Ok(Value::Boolean(false)));
        assert_eq!(told["github.org(name: \"club\")"], Ok(Value::Boolean(false)));
        let one = town.sign_in(1).await;
        let told = town.read(&Who { username: "person1", ..of(1, Some(&one)) }, &ALL).await;
        assert_eq!(told, whole());
    }
}

#[tokio::test]
async fn n_68_a_name_that_leads_to_another_account_is_refused() {
    let answer = |who: u64| {
        json!({"data": {"who": {"id": who}, "search": {"issueCount": 5}, "maintainer": {"sponsored": true},
            "repository": {"defaultBranchRef": {"target": {"history": {"totalCount": 1}}}}}})
    };
    let name = json!({"id": 1, "login": "person1", "node_id": node(1)});
    for fact in ["github.merged_prs(repo: \"a/b\")", "github.sponsors(login: \"a\")"] {
        let stage = Stage::default().json(200, &name).json(200, &answer(2));
        let answers = stage.github_service().read(&of(1, None), &keys(&[fact])).await;
        let error = answers[0].outcome.clone().unwrap_err();
        assert_eq!((error.reason, error.class), (Unknown::OtherAccount, ErrorClass::Unavailable));
    }
    let stage = Stage::default().json(200, &answer(2));
    let contributed = keys(&["github.contributed(repo: \"a/b\")"]);
    let answers = stage.github_service().read(&of(1, None), &contributed).await;
    assert_eq!(answers[0].outcome.clone().unwrap_err().reason, Unknown::OtherAccount);
}

#[tokio::test]
async fn n_68_the_token_of_another_account_tells_nothing_of_this_one() {
    let (site, town) = town("", None);
    busy(&site);
    let tokens = town.sign_in(2).await;
    let told = town.read(&of(1, Some(&tokens)), &ALL).await;
    for fact in ["followers", "contributions_last_year", "sponsors(login: \"club\")"] {
        assert_eq!(told[&format!("github.{fact}")], OTHER, "{fact}");
    }
}

#[tokio::test]
async fn an_account_without_a_stored_node_is_asked_alone() {
    let (_, town) = town("", SERVICE);
    let told = town.read_batch(&[whom("1"), of(2, None)], &["github.followers"]).await;
    assert_eq!(told[0]["github.followers"], Ok(Value::Integer(10)));
    assert_eq!(told[1]["github.followers"], Ok(Value::Integer(20)));
}

#[tokio::test]
async fn contributions_are_asked_for_25_accounts_at_a_time() {
    let (site, town) = town("", SERVICE);
    let people: Vec<_> = [of(1, None), of(2, None), of(3, None)].repeat(20);
    let told = town.read_batch(&people, &["github.contributions_last_year"]).await;
    assert!(told.iter().all(|told| told.values().all(Result::is_ok)));
    assert_eq!(site.log().len(), 3);
    site.change(1, |account| {
        account.private_contributions = 9;
        account.shows_private = true;
    });
    let shown = town.one(&of(1, None), "github.contributions_last_year").await;
    assert_eq!(shown, Ok(Value::Integer(330)));
}

#[tokio::test]
async fn names_are_asked_for_together_before_they_are_used() {
    let (site, town) = town("", SERVICE);
    busy(&site);
    let people = [of(1, None), of(2, None), of(3, None)];
    let told = town.read_batch(&people, &["github.org(name: \"club\")"]).await;
    let told: Vec<_> = told.iter().map(|told| told["github.org(name: \"club\")"].clone().unwrap()).collect();
    assert_eq!(told, [Value::Boolean(true), Value::Boolean(false), Value::Boolean(false)]);
    let paths: Vec<_> = site.log().into_iter().map(|exchange| exchange.path).collect();
    assert_eq!(
        paths,
        [
            "/graphql",
            "/orgs/club/public_members/person1",
            "/orgs/club/public_members/person2",
            "/orgs/club/public_members/person3",
        ]
    );
    site.remove(2);
    let told = town.read_batch(&people, &["github.org(name: \"club\")"]).await;
    let gone = Err((Unknown::Unavailable, ErrorClass::Gone));
    assert_eq!(told[1]["github.org(name: \"club\")"], gone);
    assert!(told[0].values().chain(told[2].values()).all(Result::is_ok));
}

#[tokio::test]
async fn a_hidden_membership_takes_read_org() {
    let org = "github.org(name: \"club\")";
    for (changes, holds) in [("", false), (READ_ORG, true)] {
        let (site, town) = town(changes, None);
        site.join(1, "club", Member::default());
        let tokens = town.sign_in(1).await;
        assert_eq!(town.one(&of(1, Some(&tokens)), org).await, Ok(Value::Boolean(holds)));
        assert!(town.platform.needs_tokens(&keys(&[org])));
        site.join(1, "club", Member { pending: true, ..Member::default() });
        assert_eq!(town.one(&of(1, Some(&tokens)), org).await, Ok(Value::Boolean(false)));
        site.leave(1, "club");
        assert_eq!(town.one(&of(1, Some(&tokens)), org).await, Ok(Value::Boolean(false)));
    }
    // A service credential is not enough once the scope is asked for.
    let (_, town) = town(READ_ORG, SERVICE);
    assert!(town.platform.needs_tokens(&keys(&[org])));
}

#[tokio::test]
async fn an_organisation_that_keeps_the_app_out_says_nothing() {
    let org = "github.org(name: \"club\")";
    let (site, town) = town(READ_ORG, None);
    site.join(1, "club", Member::default());
    site.change_org("club", |club| club.blocks_apps = true);
    let tokens = town.sign_in(1).await;
    let unknown = Err((Unknown::MissingScope, ErrorClass::InsufficientScope));
    assert_eq!(town.one(&of(1, Some(&tokens)), org).await, unknown);
    site.change_org("club", |club| {
        club.approved.insert("Iv1.club".to_owned());
    });
    assert_eq!(town.one(&of(1, Some(&tokens)), org).await, Ok(Value::Boolean(true)));
    // A scope that was taken back later.
    site.narrow(1, "Iv1.club", &[]);
    assert_eq!(town.one(&of(1, Some(&tokens)), org).await, unknown);
}

#[tokio::test]
async fn a_github_app_needs_no_scope_and_sees_what_it_may() {
    let (clock, site) = site();
    busy(&site);
    site.github_app(App {
        client_id: "Iv1.club".to_owned(),
        client_secret: "secret-canary".to_owned(),
        redirect_uris: vec![BACK.to_owned()],
        permissions: ["starring".to_owned()].into(),
        ..App::default()
    });
    let town = Town::new(("github", ""), site.router(), clock, None);
    let tokens = town.sign_in(1).await;
    assert_eq!(town.read(&of(1, Some(&tokens)), &ALL).await, whole());

    site.github_app(App {
        client_id: "Iv1.club".to_owned(),
        client_secret: "secret-canary".to_owned(),
        redirect_uris: vec![BACK.to_owned()],
        permissions: [].into(),
        ..App::default()
    });
    let starred = town.one(&of(1, Some(&tokens)), ALL[6]).await;
    assert_eq!(starred, Err((Unknown::MissingScope, ErrorClass::InsufficientScope)));
}

#[tokio::test]
async fn a_private_sponsorship_shows_to_its_own_token_only() {
    let sponsors = "github.sponsors(login: \"club\")";
    for (service, holds) in [(None, true), (SERVICE, false)] {
        let (site, town) = town("", service);
        site.sponsor(1, "club", Privacy::Private);
        let tokens = town.sign_in(1).await;
        assert_eq!(town.one(&of(1, Some(&tokens)), sponsors).await, Ok(Value::Boolean(holds)));
    }
}

#[tokio::test]
async fn what_does_not_exist_is_unknown_and_not_a_no() {
    let unknown = Err((Unknown::Unavailable, ErrorClass::Unavailable));
    let (site, town) = town("", SERVICE);
    site.repo(Repo { default_branch: None, ..Repo::new("club/empty") });
    for fact in [
        "github.contributed(repo: \"club/nowhere\")",
        "github.contributed(repo: \"club/empty\")",
        "github.sponsors(login: \"nobody\")",
    ] {
        assert_eq!(town.one(&of(1, None), fact).await, unknown, "{fact}");
    }
}

#[tokio::test]
async fn nothing_in_an_argument_reaches_the_grammar_of_a_search() {
    let (site, town) = town("", SERVICE);
    site.change(1, |account| account.login = "ada repo:other/repo".to_owned());
    let told = town.one(&of(1, None), "github.merged_prs(repo: \"club/tools\")").await;
    assert_eq!(told, Err((Unknown::Unavailable, ErrorClass::Unavailable)));
    let odd: domain::fact::FactKey = "github.merged_prs(repo: \"a/b is:open\")".parse().unwrap();
    assert!(town.platform.requests_for(&[odd].into()).is_empty());
}

#[tokio::test]
async fn an_answer_that_has_not_changed_costs_nothing() {
    let (site, town) = town("", None);
    let tokens = town.sign_in(1).await;
    let asked = keys(&["github.followers", "github.account_age"]);
    let first = town.platform.read(&of(1, Some(&tokens)), &asked).await.remove(0);
    let facts = first.outcome.clone().unwrap();
    let known = BTreeMap::from([(
        "profile".to_owned(),
        Remembered { etag: first.etag.clone().unwrap(), facts: facts.clone() },
    )]);
    let who = Who { remembered: Some(&known), ..of(1, Some(&tokens)) };
    let again = town.platform.read(&who, &asked).await.remove(0);
    assert_eq!((again.outcome, again.etag), (Ok(facts), first.etag));
    assert_eq!(site.log().last().unwrap().status, 304);
    site.change(1, |account| account.followers = 11);
    let changed = town.platform.read(&who, &asked).await.remove(0);
    assert_eq!(changed.outcome.unwrap()[&"github.followers".parse().unwrap()], Value::Integer(11));
}

#[tokio::test]
async fn a_suspended_member_is_gone_to_us_and_signed_out_to_themselves() {
    let (site, town) = town("", SERVICE);
    let tokens = town.sign_in(1).await;
    site.suspend(1);
    let told = town.one(&of(1, Some(&tokens)), "github.followers").await;
    assert_eq!(told, Err((Unknown::Unavailable, ErrorClass::Gone)));
    let stars = town.one(&of(1, Some(&tokens)), ALL[6]).await;
    assert_eq!(stars, Err((Unknown::NeedsAuthorization, ErrorClass::ExpiredAccess)));
}

#[tokio::test]
async fn a_limit_of_graphql_is_told_with_status_200_and_waited_for() {
    let spent = json!({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]});
    let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1800000600")];
    let stage = Stage::default().raw(200, &headers, spent.to_string());
    let github = stage.github_service();
    let facts = keys(&["github.contributed(repo: \"a/b\")", "github.followers"]);
    let answers = github.read(&of(1, None), &facts).await;
    for answer in answers {
        let error = answer.outcome.unwrap_err();
        assert_eq!(error.reason, Unknown::RateLimited);
        assert_eq!(error.retry_after, Some(NOW + Span::minutes(10)));
    }
    assert_eq!(stage.lines().len(), 1);
}

#[tokio::test]
async fn three_settings_move_it_to_enterprise_server() {
    let (clock, site) = site();
    busy(&site);
    let router = site.router();
    let seam = Clock::Manual(clock.clone());
    let answers = tower::service_fn(move |request| call(router.clone(), request));
    let seams = Seams { http: Http::new(answers, seam.clone()), clock: seam, metrics: Metrics::default() };
    let hosts = [
        ("web", "https://ghe.example.org"),
        ("api", "https://ghe.example.org/api/v3"),
        ("graphql", "https://ghe.example.org/api/graphql"),
    ];
    let service = domain::token::Secret::new("service-canary".to_owned());
    let github = set_up_as("github", seams, credentials(Some(service), &hosts), "");
    let facts = keys(&["github.followers", "github.contributed(repo: \"club/tools\")", ALL[8]]);
    let answers = github.read_batch(&[of(1, None)], &facts).await;
    assert!(answers[0].iter().all(|answer| answer.outcome.is_ok()), "{answers:?}");
    let paths: Vec<_> = site.log().into_iter().map(|exchange| exchange.path).collect();
    assert!(paths.iter().all(|path| path.starts_with("/api/")), "{paths:?}");
}

#[test]
fn every_fact_of_the_design_is_there() {
    let definition = Stage::default().github().definition().clone();
    let spoken: Vec<_> = definition.vocabulary().facts.into_iter().map(|fact| fact.name).collect();
    for fact in ALL {
        let name = fact.trim_start_matches("github.").split('(').next().unwrap();
        assert!(spoken.iter().any(|spoken| spoken == name), "{name}");
    }
}
