//! Facts with arguments: a definition that has one.

use domain::fact::{FactKey, Value};
use serde_json::json;

use super::stage::{Stage, facts, key, octocat, tokens};
use crate::platform::Who;

const CHANGES: &str = r#"
[requests.play]
subject = "/who"
[requests.play.user]
method = "POST"
url = "{api}/play/{game}"
body.json = { game = "{game}", mode = "{mode}", who = "{subject}" }

[facts.hours]
type = "integer"
request = "play"
pointer = "/hours"
args = { game = "integer", mode = "text" }
"#;

fn hours(game: &str, mode: &str) -> FactKey {
    let args = [("game", game), ("mode", mode)];
    let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
    FactKey { args: args.map(owned).into(), ..key("hours") }
}

#[tokio::test]
async fn arguments_fill_the_request() {
    let stage = Stage::default().json(200, &json!({"who": 1, "hours": 50}));
    let github = stage.platform(None, CHANGES);
    let tokens = tokens();
    let who = Who { tokens: Some(&tokens), ..octocat() };
    let fact = hours("440", "a/b");
    let answers = github.read(&who, &[fact.clone()].into()).await;
    assert_eq!(answers[0].outcome.clone().unwrap()[&fact], Value::Integer(50));
    assert_eq!(answers[0].request.to_string(), "play(game: 440, mode: \"a/b\")");
    assert_eq!(answers[0].account, None);
    assert_eq!(stage.lines(), ["POST https://api.github.com/play/440"]);
    let body = json!({"game": 440, "mode": "a/b", "who": "1"});
    assert_eq!(stage.last_json(), body);
}

#[test]
fn arguments_that_do_not_fit_ask_nothing() {
    let github = Stage::default().platform(None, CHANGES);
    for (game, mode) in [("x", "a"), ("-1", "a"), ("007", "a"), ("", "a"), ("1", "")] {
        let requests = github.requests_for(&[hours(game, mode)].into());
        assert!(requests.is_empty(), "{game:?} {mode:?}");
    }
    assert!(github.requests_for(&facts(&["hours"])).is_empty());
    let both = [hours("1", "a"), hours("2", "a"), key("followers"), key("account_age")];
    let requests = github.requests_for(&both.into());
    let names: Vec<_> = requests.keys().map(ToString::to_string).collect();
    let expected = ["play(game: 1, mode: \"a\")", "play(game: 2, mode: \"a\")", "profile"];
    assert_eq!(names, expected);
}

#[test]
fn a_batch_is_as_large_as_its_smallest_request() {
    let github = Stage::default().github_service();
    assert_eq!(github.batch_size(&facts(&["followers"])), 100);
    assert_eq!(Stage::default().github().batch_size(&facts(&["followers"])), 1);
}
