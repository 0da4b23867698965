//! JSON without second chances: an object with no name twice and nothing after it.
//!
//! Two readers that differ about a doubled name can be shown two different tokens (RFC 7519 §4,
//! RFC 8259 §4), so we refuse it at any depth. Nesting ends where the JSON library ends it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A JSON object, or `None` for anything else.
pub(super) fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(bytes).ok()? {
        Strict(Value::Object(object)) => Some(object),
        Strict(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => None,
    }
}

/// A list of texts, and of nothing else.
pub(super) fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

/// A value in which no object has a name twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Strict)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("not a number"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_name_stands_once_at_any_depth() {
        assert!(object(br#"{"a":{"b":1},"c":[{"b":2}],"n":null,"f":0.5,"t":true,"i":-1}"#).is_some());
        for bad in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"a":1} {}"#,
            r#"{"a":1},"#,
            r#"["a"]"#,
            r#""a""#,
            "null",
            "",
            r#"{"a":1e999}"#,
            r#"{"a":"\ud800"}"#,
            "\u{feff}{}",
        ] {
            assert_eq!(object(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(object(b"{\"a\":\"\xff\"}"), None);
    }

    #[test]
    fn nesting_has_an_end() {
        let nested = |depth| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(object(nested(100).as_bytes()).is_some());
        assert_eq!(object(nested(100_000).as_bytes()), None);
    }

    #[test]
    fn a_number_too_large_for_an_integer_is_none() {
        let read = object(br#"{"n":18446744073709551616}"#).unwrap();
        assert_eq!((read["n"].as_u64(), read["n"].as_i64()), (None, None));
        assert_eq!(texts(&json!(["a", 1])), None);
    }

    proptest! {
        /// What is read is what the library reads, where the library finds no name twice.
        #[test]
        fn what_was_written_is_read(names in prop::collection::btree_map(".*", any::<i64>(), 0..8)) {
            let written = json!(names);
            let read = object(written.to_string().as_bytes()).map(Value::Object);
            prop_assert_eq!(read, Some(written));
        }

        /// No bytes make the reader panic.
        #[test]
        fn no_bytes_are_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = object(&bytes);
        }
    }
}
