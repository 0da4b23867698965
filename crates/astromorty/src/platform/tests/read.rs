use domain::fact::{Unknown, Value};
use domain::moment::{Moment, Span};
use domain::platform::ErrorClass;
use serde_json::{Value as Json, json};

use super::stage::{NOW, Stage, credentials, facts, key, octocat, set_up, tokens};
use crate::app::seam::{Clock, Http, HttpError, ManualClock, Metrics};
use crate::platform::{Answer, PlatformError, ReadError, Seams, Who};

fn user() -> Json {
    json!({"id": 1, "login": "octocat2", "node_id": "U_1", "created_at": "2011-01-25T18:44:36Z",
        "followers": 12, "following": 3, "public_repos": 8})
}

async fn told(stage: &Stage) -> Answer {
    let tokens = tokens();
    let who = Who { tokens: Some(&tokens), ..octocat() };
    let mut answers = stage.github().read(&who, &facts(&["followers"])).await;
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

async fn failure(stage: &Stage) -> ReadError {
    told(stage).await.outcome.unwrap_err()
}

fn reason(reason: Unknown, class: ErrorClass) -> ReadError {
    ReadError { reason, class, retry_after: None }
}

#[tokio::test]
async fn one_request_tells_the_facts_that_were_asked_for_and_no_others() {
    let stage = Stage::default().json(200, &user());
    let tokens = tokens();
    let who = Who { tokens: Some(&tokens), ..octocat() };
    let asked = facts(&["account_age", "followers", "nonsense"]);
    let answers = stage.github().read(&who, &asked).await;
    let told = answers[0].outcome.clone().unwrap();
    let created = Moment::parse_rfc3339("2011-01-25T18:44:36Z").unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!(told[&key("created_at")], Value::Datetime(created));
    assert_eq!(told[&key("followers")], Value::Integer(12));
    assert_eq!(answers[0].request.to_string(), "profile");
    assert_eq!(answers[0].account.as_ref().unwrap().username, "octocat2");
    assert_eq!(stage.lines(), ["GET https://api.github.com/user"]);
}

#[tokio::test]
async fn a_service_credential_reads_by_the_lasting_id() {
    let stage = Stage::default().json(200, &user()).json(404, &json!({"message": "Not Found"}));
    let github = stage.github_service();
    let answers = github.read(&octocat(), &facts(&["public_repos"])).await;
    assert_eq!(answers[0].outcome.clone().unwrap()[&key("public_repos")], Value::Integer(8));
    assert_eq!(stage.lines(), ["GET https://api.github.com/user/1"]);
    assert_eq!(stage.last().headers()["authorization"], "Bearer service-canary");

    let gone = github.read(&octocat(), &facts(&["public_repos"])).await;
    let expected = reason(Unknown::Unavailable, ErrorClass::Gone);
    assert_eq!(gone[0].outcome, Err(expected));
}

#[test]
fn tokens_are_kept_only_where_facts_need_them() {
    assert!(Stage::default().github().needs_tokens(&facts(&["followers"])));
    assert!(!Stage::default().github_service().needs_tokens(&facts(&["followers"])));
}

#[tokio::test]
async fn n_68_an_answer_about_another_account_is_refused() {
    for id in [json!(2), json!("2"), json!(11)] {
        let mut other = user();
        other["id"] = id;
        let stage = Stage::default().json(200, &other);
        let expected = reason(Unknown::OtherAccount, ErrorClass::Unavailable);
        assert_eq!(failure(&stage).await, expected);
        assert!(stage.metrics.render().contains("reason=\"other_account\"} 1"));
    }
}

#[tokio::test]
async fn an_answer_about_nobody_tells_nothing() {
    for id in [json!(null), json!([1]), json!(1.5), json!("")] {
        let mut nobody = user();
        nobody["id"] = id;
        let stage = Stage::default().json(200, &nobody);
        let expected = reason(Unknown::Unavailable, ErrorClass::Unavailable);
        assert_eq!(failure(&stage).await, expected);
    }
}

#[tokio::test]
async fn n_67_a_platform_that_never_answers_is_given_up_after_ten_seconds() {
    let manual = ManualClock::at(NOW);
    let clock = Clock::Manual(manual.clone());
    let silent = tower::service_fn(|_| std::future::pending());
    let seams = Seams { http: Http::new(silent, clock.clone()), clock, metrics: Metrics::default() };
    let github = set_up(seams, credentials(None, &[]), "");
    let tokens = tokens();
    let late = async {
        tokio::task::yield_now().await;
        manual.advance(Span::seconds(10));
    };
    let (refused, ()) = tokio::join!(github.identify(&tokens, None), late);
    assert_eq!(refused, Err(PlatformError::Unavailable));
}

#[tokio::test]
async fn an_answer_with_a_fact_missing_tells_nothing() {
    for followers in [json!(null), json!("many"), json!(1.5), json!({"totalCount": 1})] {
        let mut broken = user();
        broken["followers"] = followers;
        let stage = Stage::default().json(200, &broken);
        let expected = reason(Unknown::Unavailable, ErrorClass::Unavailable);
        assert_eq!(failure(&stage).await, expected);
    }
}

#[tokio::test]
async fn each_refusal_has_its_meaning() {
    let refusals = [
        (401, json!({"message": "Bad credentials"}), Unknown::NeedsAuthorization, ErrorClass::ExpiredAccess),
        (
            403,
            json!({"message": "Resource not accessible"}),
            Unknown::MissingScope,
            ErrorClass::InsufficientScope,
        ),
        (404, json!({"message": "Not Found"}), Unknown::Unavailable, ErrorClass::Unavailable),
        (500, json!("oops"), Unknown::Unavailable, ErrorClass::Unavailable),
        (302, json!(null), Unknown::Unavailable, ErrorClass::Unavailable),
    ];
    for (status, body, unknown, class) in refusals {
        let stage = Stage::default().json(status, &body);
        assert_eq!(failure(&stage).await, reason(unknown, class), "{status}");
    }
}

#[tokio::test]
async fn a_refused_service_credential_is_the_operators_matter() {
    for status in [401, 403] {
        let stage = Stage::default().json(status, &json!({"message": "Bad credentials"}));
        let answers = stage.github_service().read(&octocat(), &facts(&["followers"])).await;
        let expected = reason(Unknown::OperatorKey, ErrorClass::InvalidClient);
        assert_eq!(answers[0].outcome, Err(expected));
    }
}

#[tokio::test]
async fn garbage_is_no_answer() {
    for body in ["<html>", "", "{\"id\": 1", "\u{0}\u{1}", "[[[[", "1e999"] {
        let stage = Stage::default().raw(200, &[], body.to_owned());
        let expected = reason(Unknown::Unavailable, ErrorClass::Unavailable);
        assert_eq!(failure(&stage).await, expected, "{body:?}");
    }
}

#[tokio::test]
async fn n_67_a_huge_body_is_given_up() {
    let mut huge = user();
    huge["bio"] = json!("a".repeat(2 * 1024 * 1024));
    let stage = Stage::default().json(200, &huge);
    let expected = reason(Unknown::Unavailable, ErrorClass::Unavailable);
    assert_eq!(failure(&stage).await, expected);
    assert_eq!(stage.lines().len(), 1);
}

#[tokio::test]
async fn a_broken_connection_is_tried_once_more() {
    let stage = Stage::default().fails(HttpError::Cut).json(200, &user());
    assert!(told(&stage).await.outcome.is_ok());

    let stage = Stage::default().fails(HttpError::NotSent).fails(HttpError::Cut);
    assert_eq!(failure(&stage).await.class, ErrorClass::Unavailable);
    assert_eq!(stage.lines().len(), 2);

    let stage = Stage::default().fails(HttpError::Timeout);
    assert_eq!(failure(&stage).await.class, ErrorClass::Unavailable);
}

#[tokio::test]
async fn without_any_credential_nothing_is_asked() {
    let stage = Stage::default();
    let answers = stage.github().read(&octocat(), &facts(&["followers"])).await;
    let expected = reason(Unknown::NeedsAuthorization, ErrorClass::ExpiredAccess);
    assert_eq!(answers[0].outcome, Err(expected));
    assert_eq!(stage.lines(), [""; 0]);
}

#[tokio::test]
async fn a_request_waits_for_its_scope() {
    let stage = Stage::default();
    let changes = "authorize.scopes = [\"read:user\"]\nrequests.profile.needs = [\"read:user\"]";
    let tokens = tokens();
    let who = Who { tokens: Some(&tokens), ..octocat() };
    let answers = stage.platform(None, changes).read(&who, &facts(&["followers"])).await;
    let expected = reason(Unknown::MissingScope, ErrorClass::InsufficientScope);
    assert_eq!(answers[0].outcome, Err(expected));
}

#[tokio::test]
async fn a_subject_that_is_no_id_reaches_no_url() {
    let stage = Stage::default();
    let who = Who { subject: "1/../../admin", ..octocat() };
    let answers = stage.github_service().read(&who, &facts(&["followers"])).await;
    assert_eq!(answers[0].outcome.clone().unwrap_err().class, ErrorClass::Unavailable);
    assert_eq!(stage.lines(), [""; 0]);
}
