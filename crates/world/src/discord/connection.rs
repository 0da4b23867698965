//! Role connections: what Discord keeps per person and application.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::{ApiError, Mistakes};

/// The most metadata fields of a connection.
pub(crate) const MOST_FIELDS: usize = 5;
/// The longest key of a metadata field, in characters.
pub(crate) const LONGEST_KEY: usize = 50;

/// What an application has pushed for a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleConnection {
    /// The vanity name of the platform, at most 50 characters.
    pub platform_name: Option<String>,
    /// The person's name there, at most 100 characters.
    pub platform_username: Option<String>,
    /// Values by metadata key.
    pub metadata: BTreeMap<String, String>,
}

impl RoleConnection {
    /// Reads the body of a PUT and finds all its mistakes.
    pub(crate) fn read(body: &Value) -> Result<RoleConnection, ApiError> {
        let mut mistakes = Mistakes::none();
        let empty = Map::new();
        let fields = body.as_object().unwrap_or_else(|| {
            mistakes.add(
                &[],
                "DICT_TYPE_CONVERT",
                "Only dictionaries may be used in a DictType",
            );
            &empty
        });
        let connection = RoleConnection {
            platform_name: text(fields, "platform_name", 50, &mut mistakes),
            platform_username: text(fields, "platform_username", 100, &mut mistakes),
            metadata: metadata(fields.get("metadata"), &mut mistakes),
        };
        mistakes.refuse().map(|()| connection)
    }

    /// Whether nothing is left of it: pushing `{}` clears the connection.
    pub(crate) fn is_empty(&self) -> bool {
        self.platform_name.is_none() && self.platform_username.is_none() && self.metadata.is_empty()
    }

    /// The connection as the API shows it; names that are not set are left out.
    pub(crate) fn json(&self) -> Value {
        let mut body = json!({ "metadata": self.metadata });
        if let Some(name) = &self.platform_name {
            body["platform_name"] = json!(name);
        }
        if let Some(name) = &self.platform_username {
            body["platform_username"] = json!(name);
        }
        body
    }
}

/// Whether a metadata key has the right characters and length.
pub(crate) fn is_key(key: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(allowed)
}

fn text(
    fields: &Map<String, Value>,
    name: &str,
    most: usize,
    mistakes: &mut Mistakes,
) -> Option<String> {
    match fields.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => {
            if text.chars().count() > most {
                let message = format!("Must be {most} or fewer in length.");
                mistakes.add(&[name], "BASE_TYPE_MAX_LENGTH", message);
            }
            Some(text.clone())
        }
        Some(_) => {
            mistakes.add(
                &[name],
                "STRING_TYPE_CONVERT",
                "Could not interpret as string.",
            );
            None
        }
    }
}

fn metadata(given: Option<&Value>, mistakes: &mut Mistakes) -> BTreeMap<String, String> {
    let fields = match given {
        None | Some(Value::Null) => return BTreeMap::new(),
        Some(Value::Object(fields)) => fields,
        Some(_) => {
            let message = "Only dictionaries may be used in a DictType";
            mistakes.add(&["metadata"], "DICT_TYPE_CONVERT", message);
            return BTreeMap::new();
        }
    };
    if fields.len() > MOST_FIELDS {
        let message = format!("Must be {MOST_FIELDS} or fewer in length.");
        mistakes.add(&["metadata"], "BASE_TYPE_MAX_LENGTH", message);
    }
    let read = |(key, value): (&String, &Value)| field(key, value, mistakes);
    fields.iter().filter_map(read).collect()
}

/// One field. Numbers and booleans are taken as text, as Discord does; `true` then never matches.
fn field(key: &str, value: &Value, mistakes: &mut Mistakes) -> Option<(String, String)> {
    let path = ["metadata", key];
    if !is_key(key) {
        let message = "Keys are 1 to 50 characters of a-z, 0-9 and _.";
        mistakes.add(&path, "STRING_TYPE_REGEX", message);
    }
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            mistakes.add(
                &path,
                "STRING_TYPE_CONVERT",
                "Could not interpret as string.",
            );
            return None;
        }
    };
    mistakes.check_length(&path, &text, (1, 100));
    Some((key.to_owned(), text))
}
