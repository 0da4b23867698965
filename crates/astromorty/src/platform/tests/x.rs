//! X, against the stand-in, and against answers that an honest X does not give.

use domain::fact::{Unknown, Value};
use domain::moment::Span;
use domain::platform::ErrorClass;
use domain::token::{Secret, TokenSet};
use serde_json::json;
use world::x::{Account, App, PostsName, RateLimits};
use world::{Fault, FaultKind, Scope, X};

use super::stage::{NOW, Stage};
use super::town::{BACK, Told, Town, expected, keys, time, whom};
use crate::platform::{PlatformError, RevokeScope, Who};

const ALL: [&str; 5] = ["x.account_age", "x.followers", "x.following", "x.posts", "x.verified"];
const GONE: Told = Err((Unknown::Unavailable, ErrorClass::Gone));
const BEARER: Option<&str> = Some("bearer-canary");

fn town(service: Option<&str>) -> (X, Town) {
    let (clock, there) = time();
    let site = X::new(there);
    site.app(App {
        client_id: "Iv1.club".to_owned(),
        client_secret: "secret-canary".to_owned(),
        bearer_token: BEARER.map(str::to_owned),
        redirect_uris: vec![BACK.to_owned()],
    });
    for id in 1..=3 {
        site.account(Account {
            id,
            username: format!("person{id}"),
            created_at: NOW.millis() - Span::days(400).as_millis(),
            followers: id * 10,
            following: 4,
            posts: 5,
            verified: true,
            ..Account::default()
        });
    }
    let town = Town::new(("x", ""), site.router(), clock, service);
    (site, town)
}

fn of<'a>(subject: &'a str, tokens: &'a TokenSet) -> Who<'a> {
    Who { tokens: Some(tokens), ..whom(subject) }
}

#[tokio::test]
async fn the_facts_are_the_same_with_a_members_token_and_with_ours() {
    let whole = expected([
        ("x.created_at", Value::Datetime(NOW - Span::days(400))),
        ("x.followers", Value::Integer(10)),
        ("x.following", Value::Integer(4)),
        ("x.posts", Value::Integer(5)),
        ("x.verified", Value::Boolean(true)),
    ]);
    let (site, town) = self::town(None);
    let tokens = town.sign_in(1).await;
    assert!(tokens.refresh.is_some());
    let account = town.platform.identify(&tokens, None).await.unwrap();
    assert_eq!((account.subject.as_str(), account.username.as_str()), ("1", "person1"));
    assert!(town.platform.needs_tokens(&keys(&ALL)));
    for name in [PostsName::TweetCount, PostsName::PostCount] {
        site.posts_name(name);
        assert_eq!(town.read(&of("1", &tokens), &ALL).await, whole);
        assert_eq!(town.read_batch(&[of("1", &tokens)], &ALL).await[0], whole);
    }

    let (site, town) = self::town(BEARER);
    assert!(!town.platform.needs_tokens(&keys(&ALL)));
    for name in [PostsName::TweetCount, PostsName::PostCount] {
        site.posts_name(name);
        assert_eq!(town.read(&whom("1"), &ALL).await, whole);
        let both = town.read_batch(&[whom("1"), whom("2")], &ALL).await;
        assert_eq!(both[0], whole);
        assert_eq!(both[1]["x.followers"], Ok(Value::Integer(20)));
    }
}

#[tokio::test]
async fn nothing_is_asked_that_no_fact_needs() {
    let (site, town) = town(BEARER);
    town.read(&whom("1"), &["x.followers"]).await;
    let log = site.log();
    let query = log[0].query.as_str();
    assert_eq!(query, "ids=1&user.fields=created_at%2Cpublic_metrics%2Cverified");
    assert_eq!(town.platform.price(&keys(&ALL), 100), 1_000_000);
    assert_eq!(town.platform.batch_size(&keys(&ALL)), 100);
}

#[tokio::test]
async fn a_deleted_or_suspended_account_is_gone_and_its_neighbours_are_not() {
    let (site, town) = town(BEARER);
    site.remove(2);
    site.suspend(3);
    let three = [whom("2"), whom("1"), whom("3")];
    let told = town.read_batch(&three, &["x.followers"]).await;
    let told: Vec<_> = told.into_iter().map(|mut told| told.remove("x.followers").unwrap()).collect();
    assert_eq!(told, [GONE, Ok(Value::Integer(10)), GONE]);
    // Where nobody is left there is no list at all.
    let told = town.read_batch(&[whom("2"), whom("3")], &["x.followers"]).await;
    assert!(told.iter().all(|told| told["x.followers"] == GONE));
    assert_eq!(town.one(&whom("3"), "x.followers").await, GONE);
}

#[tokio::test]
async fn an_answer_without_a_list_is_told_for_each_account_by_itself() {
    let missing = "https://api.x.com/2/problems/resource-not-found";
    let other = "https://api.x.com/2/problems/not-authorized-for-resource";
    let errors = json!([{"resource_id": "1", "type": missing}, {"resource_id": "2", "type": other}]);
    let stage = Stage::default().json(200, &json!({ "errors": errors }));
    let x = stage.of("x", Some(Secret::new("bearer".to_owned())), "");
    let answers = x.read_batch(&[whom("1"), whom("2"), whom("3")], &keys(&["x.posts"])).await;
    let class = |at: usize| answers[at][0].outcome.clone().unwrap_err().class;
    assert_eq!(
        [class(0), class(1), class(2)],
        [ErrorClass::Gone, ErrorClass::Unavailable, ErrorClass::Unavailable]
    );
}

#[tokio::test]
async fn n_68_an_account_that_was_not_asked_for_is_refused() {
    let (_, town) = town(None);
    let tokens = town.sign_in(2).await;
    let other = Err((Unknown::OtherAccount, ErrorClass::Unavailable));
    assert_eq!(town.one(&of("1", &tokens), "x.followers").await, other);

    let stranger = json!({"id": "9", "username": "mallory", "verified": true});
    let stage = Stage::default().json(200, &json!({ "data": [stranger] }));
    let x = stage.of("x", Some(Secret::new("bearer".to_owned())), "");
    let answers = x.read_batch(&[whom("1")], &keys(&["x.verified"])).await;
    assert_eq!(answers[0][0].outcome.clone().unwrap_err().reason, Unknown::OtherAccount);
}

#[tokio::test]
async fn spent_money_is_told_as_such() {
    let spent = Err((Unknown::Budget, ErrorClass::Budget));
    let (site, town) = town(BEARER);
    town.read_batch(&[whom("1"), whom("2")], &ALL).await;
    assert_eq!(site.spent_micro_usd(), 20_000);
    site.credit_micro_usd(Some(0));
    assert_eq!(town.one(&whom("1"), "x.followers").await, spent);

    let (site, town) = self::town(None);
    let tokens = town.sign_in(1).await;
    site.credit_micro_usd(Some(0));
    assert_eq!(town.one(&of("1", &tokens), "x.followers").await, spent);
    let stage = Stage::default().json(402, &json!({"title": "Payment Required"}));
    let x = stage.of("x", Some(Secret::new("bearer".to_owned())), "");
    let answers = x.read(&whom("1"), &keys(&["x.posts"])).await;
    assert_eq!(answers[0].outcome.clone().unwrap_err().class, ErrorClass::Budget);
}

#[tokio::test]
async fn a_spent_limit_is_waited_for_and_then_kept() {
    let limited = Err((Unknown::RateLimited, ErrorClass::RateLimited));
    let (site, town) = town(BEARER);
    site.limits(RateLimits { users_per_app: Some(1), ..RateLimits::default() });
    town.one(&whom("1"), "x.followers").await.unwrap();
    let answers = town.platform.read(&whom("1"), &keys(&["x.followers"])).await;
    let error = answers[0].outcome.clone().unwrap_err();
    assert_eq!(error.retry_after, Some(NOW + Span::minutes(15)));
    let calls = site.log().len();
    assert_eq!(town.one(&whom("1"), "x.followers").await, limited);
    assert_eq!(site.log().len(), calls);
    town.clock.advance(Span::minutes(15));
    town.one(&whom("1"), "x.followers").await.unwrap();
}

#[tokio::test]
async fn a_member_is_asked_75_times_in_15_minutes_and_others_go_on() {
    let (site, town) = town(None);
    site.limits(RateLimits::off());
    let (one, two) = (town.sign_in(1).await, town.sign_in(2).await);
    for _ in 0..75 {
        town.one(&of("1", &one), "x.posts").await.unwrap();
    }
    let calls = site.log().len();
    let refused = town.one(&of("1", &one), "x.posts").await;
    assert_eq!(refused, Err((Unknown::RateLimited, ErrorClass::RateLimited)));
    assert_eq!(site.log().len(), calls);
    town.one(&of("2", &two), "x.posts").await.unwrap();
}

#[tokio::test]
async fn a_dead_code_or_refresh_token_is_known_by_its_text() {
    let (site, town) = town(None);
    let code = town.code(1).await;
    let tokens = town.exchange(&code).await.unwrap();
    assert_eq!(tokens.expires_at, Some(NOW + Span::hours(2)));
    assert_eq!(town.exchange(&code).await, Err(PlatformError::InvalidGrant));

    let old = town.sign_in(1).await.refresh.unwrap();
    let new = town.platform.refresh(&old, BACK).await.unwrap();
    assert_ne!(new.refresh.as_ref(), Some(&old));
    site.revoke_grants(1);
    let dead = town.platform.refresh(new.refresh.as_ref().unwrap(), BACK).await;
    assert_eq!(dead, Err(PlatformError::InvalidGrant));

    let (verifier, code) = (Secret::new("another".repeat(8)), town.code(1).await);
    let refused = town.platform.exchange(&code, &verifier, BACK).await;
    assert_eq!(refused.unwrap_err(), PlatformError::InvalidGrant);
    // What is wrong with us is no news of the member.
    let wrong = town.code(1).await;
    let refused = town.platform.exchange(&wrong, &verifier, "https://elsewhere.example/").await;
    assert_eq!(refused.unwrap_err(), PlatformError::InvalidClient);
}

#[tokio::test]
async fn a_late_code_is_dead() {
    let (_, town) = town(None);
    let code = town.code(1).await;
    town.clock.advance(Span::seconds(31));
    assert_eq!(town.exchange(&code).await, Err(PlatformError::InvalidGrant));
}

#[tokio::test]
async fn tokens_end_alone_or_with_their_sign_in() {
    let (site, town) = town(None);
    let tokens = town.sign_in(1).await;
    town.platform.revoke(&tokens, RevokeScope::Token).await.unwrap();
    assert_eq!((site.tokens_of(1), site.refresh_tokens_of(1)), (0, 1));
    let expired = Err((Unknown::NeedsAuthorization, ErrorClass::ExpiredAccess));
    assert_eq!(town.one(&of("1", &tokens), "x.posts").await, expired);
    town.platform.revoke(&tokens, RevokeScope::Grant).await.unwrap();
    assert_eq!(site.refresh_tokens_of(1), 0);
    town.platform.revoke(&tokens, RevokeScope::Grant).await.unwrap();
}

#[tokio::test]
async fn a_wrong_bearer_token_is_the_operators_matter() {
    let operator = Err((Unknown::OperatorKey, ErrorClass::InvalidClient));
    let (_, town) = town(Some("wrong"));
    assert_eq!(town.one(&whom("1"), "x.posts").await, operator);
    let kind = "https://api.x.com/2/problems/client-forbidden";
    let stage = Stage::default().json(403, &json!({"title": "Client Forbidden", "type": kind}));
    let x = stage.of("x", Some(Secret::new("bearer".to_owned())), "");
    let answers = x.read(&whom("1"), &keys(&["x.posts"])).await;
    assert_eq!(answers[0].outcome.clone().unwrap_err().class, ErrorClass::InvalidClient);
}

#[tokio::test]
async fn each_fault_has_its_class() {
    let limited = |html| FaultKind::RateLimited { scope: Scope::User, retry_after: 5.0, html };
    let faults = [
        (FaultKind::Status(503, "oops".to_owned()), ErrorClass::Unavailable),
        (FaultKind::Garbage(b"{]".to_vec()), ErrorClass::Unavailable),
        (FaultKind::Html, ErrorClass::Unavailable),
        (FaultKind::Cut, ErrorClass::Unavailable),
        (FaultKind::Revoked, ErrorClass::InvalidClient),
        (limited(false), ErrorClass::RateLimited),
        (limited(true), ErrorClass::RateLimited),
    ];
    let (site, town) = town(BEARER);
    for (kind, class) in faults {
        site.fault(Fault::always("GET /users", kind.clone()));
        let told = town.read_batch(&[whom("1"), whom("2")], &["x.posts"]).await;
        for told in told {
            assert_eq!(told["x.posts"].clone().unwrap_err().1, class, "{kind:?}");
        }
        site.heal();
        town.clock.advance(Span::minutes(2));
    }
}

#[tokio::test]
async fn an_odd_profile_tells_nothing() {
    for odd in [json!({}), json!({"created_at": "yesterday"}), json!({"created_at": null})] {
        let mut profile = json!({"id": "1", "username": "ada"});
        profile.as_object_mut().unwrap().extend(odd.as_object().unwrap().clone());
        let stage = Stage::default().json(200, &json!({ "data": [profile] }));
        let x = stage.of("x", Some(Secret::new("bearer".to_owned())), "");
        let answers = x.read(&whom("1"), &keys(&["x.account_age"])).await;
        assert_eq!(answers[0].outcome.clone().unwrap_err().class, ErrorClass::Unavailable);
    }
}
