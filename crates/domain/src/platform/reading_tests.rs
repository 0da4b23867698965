use serde_json::json;

use super::*;

fn fact(definition: &Json) -> FactDefinition {
    let mut whole = json!({"type": "integer", "request": "profile", "pointer": "/a"});
    for (key, value) in definition.as_object().unwrap() {
        whole[key] = value.clone();
    }
    serde_json::from_value(whole).unwrap()
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a definition written in place reads best without a sign before it"
)]
fn read(definition: Json, answer: &Json) -> Result<Value, Unreadable> {
    fact(&definition).read(answer, &Args::from([("app".to_owned(), "440".to_owned())]))
}

fn texts(texts: &[&str]) -> Value {
    Value::TextSet(texts.iter().map(ToString::to_string).collect())
}

#[test]
fn json_is_read_by_type() {
    let one = |kind, json: Json| read(json!({"type": kind}), &json!({ "a": json }));
    assert_eq!(one("integer", json!(7)), Ok(Value::Integer(7)));
    assert_eq!(one("integer", json!("7")), Ok(Value::Integer(7)));
    assert_eq!(one("text", json!(7)), Ok(Value::Text("7".to_owned())));
    let moment = Moment::parse_rfc3339("2011-01-25T18:44:36Z").unwrap();
    assert_eq!(one("datetime", json!("2011-01-25T18:44:36Z")), Ok(Value::Datetime(moment)));
    assert_eq!(one("text_set", json!(["b", "a", 1])), Ok(texts(&["a", "b", "1"])));
    for (kind, odd) in [
        ("integer", json!(7.5)),
        ("integer", json!(1e300)),
        ("integer", json!({"n": 1})),
        ("datetime", json!("yesterday")),
        ("datetime", json!(1_295_981_076)),
        ("boolean", json!("true")),
        ("boolean", json!(1)),
        ("text_set", json!(["a", null])),
        ("text_set", json!("a")),
        ("text", json!(null)),
    ] {
        assert_eq!(one(kind, odd.clone()), Err(Unreadable::Odd), "{kind} {odd}");
    }
}

#[test]
fn conversions() {
    let one =
        |kind, convert, json: Json| read(json!({"type": kind, "convert": convert}), &json!({"a": json}));
    let date = Moment::from_millis(1_295_981_076_000);
    assert_eq!(one("datetime", "epoch", json!(1_295_981_076)), Ok(Value::Datetime(date)));
    assert_eq!(one("datetime", "epoch", json!("1295981076.9")), Ok(Value::Datetime(date)));
    assert_eq!(one("datetime", "epoch_ms", json!(1_295_981_076_000_i64)), Ok(Value::Datetime(date)));
    assert_eq!(one("datetime", "epoch", json!(i64::MAX)), Err(Unreadable::Odd));
    assert_eq!(one("duration", "minutes", json!(90)), Ok(Value::Duration(Span::minutes(90))));
    assert_eq!(one("duration", "hours", json!(2)), Ok(Value::Duration(Span::hours(2))));
    assert_eq!(one("duration", "days", json!(i64::MAX)), Err(Unreadable::Odd));
    assert_eq!(one("integer", "floor", json!(7.9)), Ok(Value::Integer(7)));
    assert_eq!(one("integer", "floor", json!(1e300)), Err(Unreadable::Odd));
    assert_eq!(one("boolean", "positive", json!(3)), Ok(Value::Boolean(true)));
    assert_eq!(one("boolean", "positive", json!("0")), Ok(Value::Boolean(false)));
    assert_eq!(one("boolean", "present", json!("x")), Ok(Value::Boolean(true)));
    assert_eq!(one("boolean", "present", json!(null)), Ok(Value::Boolean(false)));
}

#[test]
fn words_stand_for_values() {
    let definition = json!({"type": "boolean", "words": {"blue": true, "none": false}});
    let one = |word| read(definition.clone(), &json!({ "a": word }));
    assert_eq!(one("blue"), Ok(Value::Boolean(true)));
    assert_eq!(one("none"), Ok(Value::Boolean(false)));
    assert_eq!(one("government"), Err(Unreadable::Odd));
    let definition = json!({"type": "text", "words": {"1": "one", "*": "many"}});
    assert_eq!(read(definition.clone(), &json!({"a": 1})), Ok(Value::Text("one".to_owned())));
    assert_eq!(read(definition, &json!({"a": 9})), Ok(Value::Text("many".to_owned())));
}

#[test]
fn a_list_is_picked_from_and_reduced() {
    let answer = json!({"a": [
        {"appid": 440, "minutes": 600}, {"appid": "570", "minutes": 30}, {"appid": 730},
    ]});
    let list = |rest: Json| read(rest, &answer);
    let of_app = json!({"where": {"pointer": "/appid", "equals": "{app}"}, "then": "/minutes"});
    assert_eq!(list(of_app), Ok(Value::Integer(600)));
    let other = json!({"where": {"pointer": "/appid", "equals": 570}, "then": "/minutes"});
    assert_eq!(list(other), Ok(Value::Integer(30)));
    assert_eq!(list(json!({"reduce": "count"})), Ok(Value::Integer(3)));
    assert_eq!(list(json!({"reduce": "sum", "then": "/minutes"})), Ok(Value::Integer(630)));
    assert_eq!(list(json!({"reduce": "max", "then": "/minutes"})), Ok(Value::Integer(600)));
    let owns =
        json!({"type": "boolean", "reduce": "exists", "where": {"pointer": "/appid", "equals": "{app}"}});
    assert_eq!(list(owns), Ok(Value::Boolean(true)));
    let ids = json!({"type": "text_set", "reduce": "collect", "then": "/appid"});
    assert_eq!(list(ids), Ok(texts(&["440", "570", "730"])));
    let none = json!({"where": {"pointer": "/appid", "equals": 1}, "then": "/minutes", "on_absent": "zero"});
    assert_eq!(list(none), Ok(Value::Integer(0)));
}

#[test]
fn hidden_is_not_zero() {
    let hours = json!({
        "type": "duration", "pointer": "/response/games", "convert": "minutes", "on_absent": "zero",
        "where": {"pointer": "/appid", "equals": "{app}"}, "then": "/minutes",
        "unknown_when_absent": "/response/game_count", "unknown_value": 0,
    });
    let one = |answer: Json| read(hours.clone(), &answer);
    assert_eq!(one(json!({"response": {}})), Err(Unreadable::Private));
    let empty = Ok(Value::Duration(Span::ZERO));
    assert_eq!(one(json!({"response": {"game_count": 0}})), empty);
    assert_eq!(one(json!({"response": {"game_count": 1, "games": []}})), empty);
    let played =
        |minutes: i64| json!({"response": {"game_count": 1, "games": [{"appid": 440, "minutes": minutes}]}});
    assert_eq!(one(played(90)), Ok(Value::Duration(Span::minutes(90))));
    assert_eq!(one(played(0)), Err(Unreadable::Private));
    let sign = json!({"unknown_when": {"pointer": "/hidden", "equals": true}});
    assert_eq!(read(sign.clone(), &json!({"a": 1, "hidden": true})), Err(Unreadable::Private));
    assert_eq!(read(sign, &json!({"a": 1, "hidden": false})), Ok(Value::Integer(1)));
}

#[test]
fn an_absent_value_means_what_the_definition_says() {
    let absent = |kind, on_absent| read(json!({"type": kind, "on_absent": on_absent}), &json!({"a": null}));
    assert_eq!(absent("integer", "unknown"), Err(Unreadable::Odd));
    assert_eq!(absent("datetime", "private"), Err(Unreadable::Private));
    assert_eq!(absent("integer", "zero"), Ok(Value::Integer(0)));
    assert_eq!(absent("boolean", "false"), Ok(Value::Boolean(false)));
    assert_eq!(absent("text_set", "empty"), Ok(texts(&[])));
}

#[test]
fn a_batch_has_its_own_pointer() {
    let fact = fact(&json!({"batch": "/a/n"}));
    let item = json!({"a": {"n": 3}});
    assert_eq!(fact.read_item(&item, &Args::new()), Ok(Value::Integer(3)));
    assert_eq!(fact.read(&item, &Args::new()), Err(Unreadable::Odd));
}
