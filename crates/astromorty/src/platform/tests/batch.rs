use domain::fact::{Unknown, Value};
use domain::moment::Span;
use domain::platform::ErrorClass;
use serde_json::{Value as Json, json};

use super::stage::{NOW, Stage, facts, key, octocat};
use crate::platform::{Answer, Who};

fn node(id: u64, followers: &Json) -> Json {
    json!({"id": id, "node_id": format!("U_{id}"), "login": format!("user{id}"),
        "created_at": "2011-01-25T18:44:36Z", "followers": followers,
        "following": {"totalCount": 1}, "repositories": {"totalCount": 2}})
}

fn counted(id: u64) -> Json {
    node(id, &json!({"totalCount": id * 10}))
}

const SUBJECTS: [(&str, &str); 4] = [("1", "U_1"), ("2", "U_2"), ("3", "U_3"), ("4", "U_4")];

fn who(count: usize) -> Vec<Who<'static>> {
    let one = |(subject, node): &(&'static str, &'static str)| Who { subject, node: Some(node), ..octocat() };
    SUBJECTS[..count].iter().map(one).collect()
}

/// Followers, or why they are not known, per account.
async fn followers(stage: &Stage, who: &[Who<'_>]) -> Vec<Result<i64, (Unknown, ErrorClass)>> {
    let answers = stage.github_service().read_batch(who, &facts(&["followers"])).await;
    answers.iter().map(|answers| one(&answers[0])).collect()
}

fn one(answer: &Answer) -> Result<i64, (Unknown, ErrorClass)> {
    match &answer.outcome {
        Ok(facts) => match facts[&key("followers")] {
            Value::Integer(n) => Ok(n),
            ref other => panic!("{other:?}"),
        },
        Err(error) => Err((error.reason, error.class)),
    }
}

const GONE: Result<i64, (Unknown, ErrorClass)> = Err((Unknown::Unavailable, ErrorClass::Gone));
const SILENT: Result<i64, (Unknown, ErrorClass)> = Err((Unknown::Unavailable, ErrorClass::Unavailable));
const OTHER: Result<i64, (Unknown, ErrorClass)> = Err((Unknown::OtherAccount, ErrorClass::Unavailable));

#[tokio::test]
async fn one_call_tells_of_many_accounts() {
    let reply = json!({"data": {"nodes": [counted(1), counted(2)], "rateLimit": {"cost": 1}}});
    let stage = Stage::default().json(200, &reply);
    assert_eq!(followers(&stage, &who(2)).await, [Ok(10), Ok(20)]);
    assert_eq!(stage.lines(), ["POST https://api.github.com/graphql"]);
    assert_eq!(stage.last().headers()["authorization"], "Bearer service-canary");
    assert_eq!(stage.last().headers()["content-type"], "application/json");
    let body = stage.last_json();
    assert_eq!(body["variables"], json!({"ids": ["U_1", "U_2"]}));
    assert!(body["query"].as_str().unwrap().contains("nodes(ids: $ids)"));
}

#[tokio::test]
async fn a_batch_tells_the_same_facts_as_a_single_read() {
    let stage = Stage::default().json(200, &json!({"data": {"nodes": [counted(1)]}}));
    let asked = facts(&["account_age", "followers", "following", "public_repos"]);
    let answers = stage.github_service().read_batch(&who(1), &asked).await;
    let told = answers[0][0].outcome.clone().unwrap();
    let names: Vec<_> = told.keys().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["created_at", "followers", "following", "public_repos"]);
    let account = answers[0][0].account.clone().unwrap();
    assert_eq!((account.subject.as_str(), account.username.as_str()), ("1", "user1"));
    assert_eq!(account.node.as_deref(), Some("U_1"));
}

#[tokio::test]
async fn a_null_node_is_its_own_trouble() {
    let reply = json!({
        "data": {"nodes": [counted(1), null, null, null]},
        "errors": [
            {"type": "NOT_FOUND", "path": ["nodes", 1], "message": "Could not resolve"},
            {"type": "INTERNAL", "path": ["nodes", 2]},
        ],
    });
    let stage = Stage::default().json(200, &reply);
    assert_eq!(followers(&stage, &who(4)).await, [Ok(10), GONE, SILENT, SILENT]);
}

#[tokio::test]
async fn a_partial_error_inside_an_item_makes_that_item_unknown() {
    let reply = json!({
        "data": {"nodes": [node(1, &json!(null)), counted(2), {}]},
        "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["nodes", 0, "followers"]}],
    });
    let stage = Stage::default().json(200, &reply);
    let told = followers(&stage, &who(3)).await;
    assert_eq!(told[..2], [SILENT, Ok(20)]);
    assert!(told[2].is_err());
}

#[tokio::test]
async fn n_68_a_batch_that_names_a_stranger_is_refused_at_that_place() {
    let stage = Stage::default().json(200, &json!({"data": {"nodes": [counted(1), counted(9)]}}));
    assert_eq!(followers(&stage, &who(2)).await, [Ok(10), OTHER]);
    assert!(stage.metrics.render().contains("other_account"));
}

#[tokio::test]
async fn items_belong_to_the_account_they_name_and_not_to_their_place() {
    let stage = Stage::default().json(200, &json!({"data": {"nodes": [counted(2), counted(1)]}}));
    assert_eq!(followers(&stage, &who(2)).await, [Ok(10), Ok(20)]);
}

#[tokio::test]
async fn a_spent_limit_inside_a_200_stops_everything_after_it() {
    let reply = json!({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]});
    let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1800000060")];
    let stage = Stage::default().raw(200, &headers, reply.to_string());
    let many: Vec<_> = who(1).repeat(150);
    let answers = stage.github_service().read_batch(&many, &facts(&["followers"])).await;
    assert_eq!(answers.len(), 150);
    for answer in answers {
        let error = answer[0].outcome.clone().unwrap_err();
        assert_eq!(error.reason, Unknown::RateLimited);
        assert_eq!(error.retry_after, Some(NOW + Span::minutes(1)));
    }
    assert_eq!(stage.lines().len(), 1);
}

#[tokio::test]
async fn a_batch_takes_a_hundred_accounts_and_a_hundred_more_take_another() {
    let full = json!({"data": {"nodes": [counted(1)]}});
    let stage = Stage::default().json(200, &full).json(502, &json!(null)).json(200, &full);
    let many: Vec<_> = who(1).repeat(201);
    let told = followers(&stage, &many).await;
    assert_eq!(stage.lines().len(), 3);
    assert_eq!((told[99], told[100], told[199], told[200]), (Ok(10), SILENT, SILENT, Ok(10)));
}

#[tokio::test]
async fn an_account_without_node_is_read_alone() {
    let single = json!({"id": 2, "login": "b", "followers": 5});
    let stage =
        Stage::default().json(200, &json!({"data": {"nodes": [counted(1), counted(3)]}})).json(200, &single);
    let mut three = who(3);
    three[1].node = None;
    assert_eq!(followers(&stage, &three).await, [Ok(10), Ok(5), Ok(30)]);
    assert_eq!(stage.lines()[1], "GET https://api.github.com/user/2");
}

#[tokio::test]
async fn a_service_credential_without_the_right_is_the_operators_matter() {
    let reply = json!({"data": null, "errors": [{"type": "INSUFFICIENT_SCOPES"}]});
    let stage = Stage::default().json(200, &reply);
    let expected = Err((Unknown::OperatorKey, ErrorClass::InvalidClient));
    assert_eq!(followers(&stage, &who(1)).await, [expected]);
}

#[tokio::test]
async fn garbage_tells_nothing_of_anybody() {
    for reply in [json!([]), json!({"data": null}), json!({"data": {"nodes": {}}}), json!({"errors": "all"})]
    {
        let stage = Stage::default().json(200, &reply);
        assert_eq!(followers(&stage, &who(2)).await, [SILENT, SILENT], "{reply}");
    }
    for nodes in [json!([]), json!([1, "x"]), json!([[], null]), json!([{"id": {}}])] {
        let stage = Stage::default().json(200, &json!({"data": {"nodes": nodes}}));
        assert!(followers(&stage, &who(2)).await.iter().all(Result::is_err), "{nodes}");
    }
}

#[tokio::test]
async fn without_a_service_credential_each_is_read_with_its_own_tokens() {
    let stage = Stage::default().json(200, &json!({"id": 1, "login": "a", "followers": 5}));
    let tokens = super::stage::tokens();
    let mut two = who(2);
    two[0].tokens = Some(&tokens);
    let answers = stage.github().read_batch(&two, &facts(&["followers"])).await;
    assert_eq!(one(&answers[0][0]), Ok(5));
    assert_eq!(one(&answers[1][0]), Err((Unknown::NeedsAuthorization, ErrorClass::ExpiredAccess)));
    assert_eq!(stage.lines(), ["GET https://api.github.com/user"]);
}
