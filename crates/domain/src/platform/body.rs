//! Bodies and queries: what a call carries besides its URL.
//!
//! Values come in as data. In JSON only a text that is one placeholder and nothing else is
//! replaced, so that neither a GraphQL query nor an account's name can break out of its place.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::request::Join;
use super::template::{Part, Template, lone_name};

/// Values by placeholder name.
pub type Given<'a> = BTreeMap<&'a str, Value>;

/// A request's body.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// JSON. A text that is one placeholder and nothing else, such as `"{nodes}"`, is replaced.
    Json(Value),
    /// A form (`application/x-www-form-urlencoded`).
    Form(BTreeMap<String, Field>),
}

/// A field of a query or a form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a text, or { json = … }")]
pub enum Field {
    /// A text with placeholders.
    Text(String),
    /// A JSON document, written as text.
    Json {
        /// The document; placeholders as in [`Body::Json`].
        json: Value,
    },
}

impl Body {
    /// Every placeholder in it.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Json(json) => json_names(json),
            Self::Form(fields) => fields.values().flat_map(Field::names).collect(),
        }
    }
}

impl Field {
    /// Every placeholder in it.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => text_names(text),
            Self::Json { json } => json_names(json),
        }
    }

    /// Its values: one, none where a lone placeholder is `null`, or one for each of a list that
    /// is written as [`Join::Repeat`]. `None` where a placeholder has no fitting value.
    #[must_use]
    pub fn fill(&self, given: &Given<'_>, join: Join) -> Option<Vec<String>> {
        let text = match self {
            Self::Text(text) => text,
            Self::Json { json } => return Some(vec![fill_json(json, given)?.to_string()]),
        };
        let value = match lone_name(text) {
            Some(name) => given.get(name)?,
            None => return Some(vec![compose(text, given)?]),
        };
        match value {
            Value::Null => Some(Vec::new()),
            Value::Array(items) => list(items, join),
            other => Some(vec![plain(other)?]),
        }
    }
}

/// A list as one text, or as several.
fn list(items: &[Value], join: Join) -> Option<Vec<String>> {
    let texts: Vec<String> = items.iter().map(plain).collect::<Option<_>>()?;
    Some(match join {
        Join::Comma => vec![texts.join(",")],
        Join::Semicolon => vec![texts.join(";")],
        Join::Repeat => texts,
        Join::Json => vec![Value::from(texts).to_string()],
    })
}

/// A text or number as it is written into URLs and forms.
#[must_use]
pub fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The placeholders of a text.
#[must_use]
pub fn text_names(text: &str) -> Vec<&str> {
    if let Some(name) = lone_name(text) {
        return vec![name];
    }
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        names.push(name);
        rest = after;
    }
    names
}

/// A text with its placeholders replaced. `None` where a value is missing, or is anything but
/// letters, digits and `. _ / -`: a composed text has a grammar of its own, which no value may touch.
#[must_use]
pub fn compose(text: &str, given: &Given<'_>) -> Option<String> {
    let word = |value: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"._/-".contains(&b);
        !value.is_empty() && value.bytes().all(fits)
    };
    let mut whole = String::new();
    for part in Template::new(text).parts()? {
        match part {
            Part::Text(text) => whole.push_str(text),
            Part::Name(name) => whole.push_str(&plain(given.get(name)?).filter(|value| word(value))?),
        }
    }
    Some(whole)
}

/// The placeholders of a JSON document.
#[must_use]
pub fn json_names(json: &Value) -> Vec<&str> {
    let mut names = Vec::new();
    collect(json, &mut names);
    names
}

fn collect<'a>(json: &'a Value, names: &mut Vec<&'a str>) {
    match json {
        Value::String(text) => names.extend(lone_name(text)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A JSON document with every placeholder replaced; `None` where one has no value.
#[must_use]
pub fn fill_json(json: &Value, given: &Given<'_>) -> Option<Value> {
    match json {
        Value::String(text) => match lone_name(text) {
            Some(name) => given.get(name).cloned(),
            None => Some(json.clone()),
        },
        Value::Array(items) => items.iter().map(|item| fill_json(item, given)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| Some((name.clone(), fill_json(field, given)?))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(json.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_body_takes_values_as_data() {
        let body = json!({"query": "q { a }", "variables": {"ids": "{nodes}"}, "n": 1});
        assert_eq!(json_names(&body), ["nodes"]);
        let filled = fill_json(&body, &Given::from([("nodes", json!(["\"} evil"]))])).unwrap();
        assert_eq!(filled["variables"]["ids"][0], "\"} evil");
        assert_eq!(filled["query"], "q { a }");
        assert_eq!(fill_json(&body, &Given::new()), None);
    }

    #[test]
    fn a_list_is_written_in_four_ways() {
        let given = Given::from([("subjects", json!(["1", 2]))]);
        let field = Field::Text("{subjects}".to_owned());
        let filled = |join| field.fill(&given, join).unwrap();
        assert_eq!(filled(Join::Comma), ["1,2"]);
        assert_eq!(filled(Join::Semicolon), ["1;2"]);
        assert_eq!(filled(Join::Repeat), ["1", "2"]);
        assert_eq!(filled(Join::Json), [r#"["1","2"]"#]);
    }

    #[test]
    fn a_field_may_be_json_with_numbers_in_it() {
        let json = json!({"steamid": "{subject}", "appids_filter": ["{app}"]});
        let given = Given::from([("subject", json!("76")), ("app", json!(440))]);
        let filled = Field::Json { json }.fill(&given, Join::Comma).unwrap();
        assert_eq!(filled, [r#"{"appids_filter":[440],"steamid":"76"}"#]);
    }

    #[test]
    fn a_value_cannot_touch_the_grammar_of_a_composed_text() {
        let search = "repo:{repo} is:merged author:{login}";
        let with = |login: &str| {
            let given = Given::from([("repo", json!("rust-lang/rust")), ("login", json!(login))]);
            compose(search, &given)
        };
        assert_eq!(with("octo-cat").unwrap(), "repo:rust-lang/rust is:merged author:octo-cat");
        for evil in ["a b", "a\"", "a:b", "", "é", "a\n", "a{b}"] {
            assert_eq!(with(evil), None, "{evil:?}");
        }
        assert_eq!(text_names(search), ["repo", "login"]);
    }

    #[test]
    fn what_is_not_there_yet_is_left_out() {
        let given = Given::from([("cursor", Value::Null)]);
        assert_eq!(Field::Text("{cursor}".to_owned()).fill(&given, Join::Comma), Some(vec![]));
    }
}
