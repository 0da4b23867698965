//! Settings from a TOML file, each with its line.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;
use toml::Value;
use toml::de::{DeTable, DeValue};

use super::known::{Kind, kind, nearest_key};
use super::mistake::{Place, SettingsError};
use super::sources::Found;

/// A settings file on its way to a flat list of keys.
pub(super) struct File<'a> {
    path: Arc<PathBuf>,
    text: &'a str,
    found: Vec<(String, Found)>,
    mistakes: Vec<SettingsError>,
}

/// Reads `text` as the file `path`: what it sets, and what is wrong with it.
pub(super) fn read(path: &Path, text: &str) -> (Vec<(String, Found)>, Vec<SettingsError>) {
    let mut file = File { path: Arc::new(path.to_owned()), text, found: Vec::new(), mistakes: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        // Its own message; its `Display` would show the line, and a line may hold a secret.
        let at = error.span().map_or(0, |span| span.start);
        let what = format!("this is not TOML: {}", error.message());
        file.mistake(at, what, "mend the line".to_owned());
    }
    if file.mistakes.is_empty() {
        file.table("", table.into_inner());
    }
    (file.found, file.mistakes)
}

impl File<'_> {
    fn table(&mut self, prefix: &str, table: DeTable<'_>) {
        for (name, value) in table {
            let at = name.span().start;
            let name = name.into_inner();
            if name.contains('.') {
                let what = format!("{prefix}{name:?} has a dot in its name");
                self.mistake(at, what, "leave the quotes out".to_owned());
            } else {
                self.entry(&format!("{prefix}{name}"), at, value);
            }
        }
    }

    fn entry(&mut self, key: &str, at: usize, value: Spanned<DeValue<'_>>) {
        match (kind(key), value.get_ref()) {
            (Kind::Unknown, _) => {
                let cure = nearest_key(key).map_or_else(
                    || "take it out, or see astromorty.example.toml for all there are".to_owned(),
                    |near| format!("did you mean {near}?"),
                );
                self.mistake(at, format!("{key} is not a setting"), cure);
            }
            (Kind::Section, DeValue::Table(_)) => {
                if let DeValue::Table(table) = value.into_inner() {
                    self.table(&format!("{key}."), table);
                }
            }
            (Kind::Section, DeValue::Array(_)) if key == "metadata" => {
                if let DeValue::Array(array) = value.into_inner() {
                    for (index, value) in array.into_iter().enumerate() {
                        let at = value.span().start;
                        self.entry(&format!("{key}.{index}"), at, value);
                    }
                }
            }
            (Kind::Section, _) => {
                let cure = format!("write it as [{key}] with its keys below");
                self.mistake(at, format!("{key} is a section, not a value"), cure);
            }
            (Kind::Leaf(_), _) => self.leaf(key, at, value),
        }
    }

    fn leaf(&mut self, key: &str, at: usize, value: Spanned<DeValue<'_>>) {
        let place = self.place(at);
        match Value::deserialize(value.into_deserializer()) {
            Ok(value) => self.found.push((key.to_owned(), Found { value, place })),
            Err(_) => self.mistake(
                at,
                format!("the value of {key} is too large"),
                "write a smaller number".to_owned(),
            ),
        }
    }

    fn mistake(&mut self, at: usize, what: String, cure: String) {
        let place = self.place(at);
        self.mistakes.push(SettingsError { place, what, cure });
    }

    fn place(&self, at: usize) -> Place {
        let before = self.text.as_bytes().iter().take(at);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        Place::Line(Arc::clone(&self.path), line)
    }
}
