//! Facts of a platform: where in an answer each stands, and how it is read.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::fact::{FactType, Value};
use crate::moment::{Moment, Span};
use crate::vocabulary::ArgKind;

use super::pointer::Pointer;

/// One fact: its type, the request that tells it, and where.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactDefinition {
    /// Its type, which decides how the JSON is read.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// The request that tells it.
    pub request: String,
    /// Where in the answer it stands.
    pub pointer: Pointer,
    /// Where in an item of a batch it stands, if elsewhere.
    pub batch: Option<Pointer>,
    /// The name under which rules compare the age of this datetime, instead of the datetime.
    pub age: Option<String>,
    /// The arguments that a rule gives it, each with its kind. They fill the request's placeholders.
    #[serde(default)]
    pub args: BTreeMap<String, ArgKind>,
    /// What it means when nothing stands there.
    #[serde(default)]
    pub on_absent: Absent,
}

/// What an absent value means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absent {
    /// The answer is not to be trusted: everything in it is unknown.
    #[default]
    Unknown,
    /// A count of nothing.
    Zero,
    /// No.
    False,
}

impl FactDefinition {
    /// Reads the fact from an answer; `None` where it is not there or of another type.
    #[must_use]
    pub fn read(&self, answer: &Json) -> Option<Value> {
        self.read_at(&self.pointer, answer)
    }

    /// Reads the fact from an item of a batch.
    #[must_use]
    pub fn read_item(&self, item: &Json) -> Option<Value> {
        self.read_at(self.batch.as_ref().unwrap_or(&self.pointer), item)
    }

    fn read_at(&self, pointer: &Pointer, document: &Json) -> Option<Value> {
        match (pointer.find(document), self.on_absent, self.kind) {
            (Some(found), _, kind) => value(kind, found),
            (None, Absent::Zero, FactType::Duration) => Some(Value::Duration(Span::ZERO)),
            (None, Absent::Zero, _) => Some(Value::Integer(0)),
            (None, Absent::False, _) => Some(Value::Boolean(false)),
            (None, Absent::Unknown, _) => None,
        }
    }
}

/// A JSON value as a value of that type: numbers also as text in digits, datetimes as RFC 3339,
/// durations in seconds, text sets as lists.
fn value(kind: FactType, json: &Json) -> Option<Value> {
    match kind {
        FactType::Integer => integer(json).map(Value::Integer),
        FactType::Duration => integer(json).map(|n| Value::Duration(Span::seconds(n))),
        FactType::Datetime => Moment::parse_rfc3339(json.as_str()?).map(Value::Datetime),
        FactType::Boolean => json.as_bool().map(Value::Boolean),
        FactType::Text => json.as_str().map(|text| Value::Text(text.to_owned())),
        FactType::TextSet => {
            let texts = json.as_array()?.iter();
            let set: Option<_> = texts.map(|text| text.as_str().map(str::to_owned)).collect();
            set.map(Value::TextSet)
        }
    }
}

fn integer(json: &Json) -> Option<i64> {
    json.as_i64().or_else(|| json.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn definition(kind: FactType, on_absent: Absent) -> FactDefinition {
        FactDefinition {
            kind,
            request: "profile".to_owned(),
            pointer: Pointer::new("/a"),
            batch: Some(Pointer::new("/a/n")),
            age: None,
            args: BTreeMap::new(),
            on_absent,
        }
    }

    #[test]
    fn json_is_read_by_type() {
        let read = |kind, json| definition(kind, Absent::Unknown).read(&json!({ "a": json }));
        assert_eq!(read(FactType::Integer, json!(7)), Some(Value::Integer(7)));
        assert_eq!(read(FactType::Integer, json!("7")), Some(Value::Integer(7)));
        assert_eq!(read(FactType::Integer, json!(7.5)), None);
        assert_eq!(read(FactType::Integer, json!(1e300)), None);
        assert_eq!(read(FactType::Integer, json!({"n": 1})), None);
        assert_eq!(read(FactType::Datetime, json!("yesterday")), None);
        assert_eq!(read(FactType::Boolean, json!("true")), None);
        assert_eq!(read(FactType::TextSet, json!(["a", 1])), None);
        assert_eq!(read(FactType::Text, json!(null)), None);
        let moment = Moment::parse_rfc3339("2011-01-25T18:44:36Z").unwrap();
        let datetime = read(FactType::Datetime, json!("2011-01-25T18:44:36Z"));
        assert_eq!(datetime, Some(Value::Datetime(moment)));
    }

    #[test]
    fn a_batch_has_its_own_pointer() {
        let fact = definition(FactType::Integer, Absent::Unknown);
        let item = json!({"a": {"n": 3}});
        assert_eq!(fact.read_item(&item), Some(Value::Integer(3)));
        assert_eq!(fact.read(&item), None);
    }

    #[test]
    fn an_absent_value_means_what_the_definition_says() {
        let absent = |kind, on_absent| definition(kind, on_absent).read(&json!({"a": null}));
        assert_eq!(absent(FactType::Integer, Absent::Unknown), None);
        let zero = absent(FactType::Integer, Absent::Zero);
        assert_eq!(zero, Some(Value::Integer(0)));
        let no = absent(FactType::Boolean, Absent::False);
        assert_eq!(no, Some(Value::Boolean(false)));
    }
}
