//! Metadata records: the fields that an application registers for linked roles.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::connection::{MOST_FIELDS, is_key};
use super::error::{ApiError, Mistakes, invalid_form};

/// The locales that Discord's clients know.
const LOCALES: [&str; 34] = [
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he",
    "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE",
    "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
];

/// How a field is compared with what a server's admins set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    AtMost,
    AtLeast,
    Equal,
    NotEqual,
    /// Named "less than or equal"; compares ages, so it holds within the last N days.
    AgeAtMost,
    /// Named "greater than or equal"; compares ages, so it holds from N days on.
    AgeAtLeast,
    True,
    NotTrue,
}

/// One registered field.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) comparison: Comparison,
    record: Value,
}

impl Field {
    pub(crate) fn json(&self) -> &Value {
        &self.record
    }
}

/// Reads a whole schema and finds all its mistakes.
pub(crate) fn read(body: &Value) -> Result<Vec<Field>, ApiError> {
    let records = match body {
        Value::Null => return Ok(Vec::new()),
        Value::Array(records) => records,
        _ => {
            return Err(invalid_form(
                &[],
                "LIST_TYPE_CONVERT",
                "Only lists may be used here.",
            ));
        }
    };
    let mut mistakes = Mistakes::none();
    if records.len() > MOST_FIELDS {
        let message = format!("Must be {MOST_FIELDS} or fewer in length.");
        mistakes.add(&[], "BASE_TYPE_MAX_LENGTH", message);
    }
    let mut keys = BTreeSet::new();
    let mut fields = Vec::new();
    for (index, record) in records.iter().enumerate() {
        let mut form = Form {
            index: index.to_string(),
            record,
            mistakes: &mut mistakes,
        };
        let Some(field) = form.field() else { continue };
        if !keys.insert(field.key.clone()) {
            form.mistake("key", "METADATA_DUPLICATE_KEY", "Keys must be unique.");
        }
        fields.push(field);
    }
    mistakes.refuse().map(|()| fields)
}

/// One record being read.
struct Form<'a> {
    index: String,
    record: &'a Value,
    mistakes: &'a mut Mistakes,
}

impl Form<'_> {
    fn mistake(&mut self, field: &str, code: &str, message: &str) {
        self.mistakes.add(&[&self.index, field], code, message);
    }

    fn field(&mut self) -> Option<Field> {
        let comparison = self.comparison();
        let key = self.text("key", 50);
        if key.as_ref().is_some_and(|key| !is_key(key)) {
            self.mistake(
                "key",
                "STRING_TYPE_REGEX",
                "Only a-z, 0-9 and _ may be used in a key.",
            );
        }
        let name = self.text("name", 100);
        let description = self.text("description", 200);
        let names = self.localizations("name_localizations", 100);
        let descriptions = self.localizations("description_localizations", 200);
        let (comparison, key, name) = (comparison?, key?, name?);
        let mut record = json!({
            "type": self.record["type"], "key": key, "name": name, "description": description?,
        });
        for (field, translated) in [
            ("name_localizations", names),
            ("description_localizations", descriptions),
        ] {
            if let Some(translated) = translated {
                record[field] = translated;
            }
        }
        Some(Field {
            key,
            name,
            comparison,
            record,
        })
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let comparison = match self.record["type"].as_i64() {
            Some(1) => Comparison::AtMost,
            Some(2) => Comparison::AtLeast,
            Some(3) => Comparison::Equal,
            Some(4) => Comparison::NotEqual,
            Some(5) => Comparison::AgeAtMost,
            Some(6) => Comparison::AgeAtLeast,
            Some(7) => Comparison::True,
            Some(8) => Comparison::NotTrue,
            Some(_) | None => {
                let message = "Value must be one of {1, 2, 3, 4, 5, 6, 7, 8}.";
                self.mistake("type", "BASE_TYPE_CHOICES", message);
                return None;
            }
        };
        Some(comparison)
    }

    fn text(&mut self, field: &str, most: usize) -> Option<String> {
        match &self.record[field] {
            Value::String(text) => {
                self.mistakes
                    .check_length(&[&self.index, field], text, (1, most));
                Some(text.clone())
            }
            Value::Null => {
                self.mistake(field, "BASE_TYPE_REQUIRED", "This field is required");
                None
            }
            _ => {
                self.mistake(
                    field,
                    "STRING_TYPE_CONVERT",
                    "Could not interpret as string.",
                );
                None
            }
        }
    }

    fn localizations(&mut self, field: &str, most: usize) -> Option<Value> {
        let texts = match &self.record[field] {
            Value::Null => return None,
            Value::Object(texts) => texts,
            _ => {
                let message = "Only dictionaries may be used in a DictType";
                self.mistake(field, "DICT_TYPE_CONVERT", message);
                return None;
            }
        };
        for (locale, text) in texts {
            let path = [self.index.as_str(), field, locale];
            if !LOCALES.contains(&locale.as_str()) {
                self.mistakes.add(
                    &path,
                    "BASE_TYPE_CHOICES",
                    "This is not a locale of Discord's.",
                );
            }
            match text {
                Value::Null => {}
                Value::String(text) => self.mistakes.check_length(&path, text, (1, most)),
                _ => self.mistakes.add(
                    &path,
                    "STRING_TYPE_CONVERT",
                    "Could not interpret as string.",
                ),
            }
        }
        Some(self.record[field].clone())
    }
}
