//! Takes settings one by one and notes what is wrong with each.

use std::collections::BTreeMap;

use toml::Value;

use super::environment::variable;
use super::mistake::{Place, SettingsError, Wrong};
use super::sources::{Found, Sources};

/// Settings on their way to their types.
pub(super) struct Reader {
    found: BTreeMap<String, Found>,
    /// What is wrong so far.
    pub mistakes: Vec<SettingsError>,
}

impl Reader {
    pub(super) fn new(sources: Sources) -> Self {
        Self { found: sources.found, mistakes: sources.mistakes }
    }

    /// A setting that may be missing. `None` also where it is wrong, which is noted.
    pub(super) fn optional<T>(&mut self, key: &str, parse: fn(&Value) -> Result<T, Wrong>) -> Option<T> {
        let found = self.found.get(key)?;
        parse(&found.value).map_err(|wrong| self.note(key, &wrong)).ok()
    }

    /// A setting that must be made. `None` only after a mistake is noted.
    pub(super) fn required<T>(&mut self, key: &str, parse: fn(&Value) -> Result<T, Wrong>) -> Option<T> {
        if !self.has(key) {
            self.missing(key);
        }
        self.optional(key, parse)
    }

    /// A setting with a default, which also stands in where a mistake is noted.
    pub(super) fn or<T>(&mut self, key: &str, default: T, parse: fn(&Value) -> Result<T, Wrong>) -> T {
        self.optional(key, parse).unwrap_or(default)
    }

    /// Whether the setting is made at all.
    pub(super) fn has(&self, key: &str) -> bool {
        self.found.contains_key(key)
    }

    /// Where a setting stands.
    pub(super) fn place(&self, key: &str) -> Place {
        let found = self.found.get(key);
        found.map_or_else(|| Place::Unset(key.to_owned()), |found| found.place.clone())
    }

    /// Where the first setting of a section stands.
    pub(super) fn first_place(&self, section: &str) -> Place {
        let first = self.below(section).into_iter().next();
        self.place(&format!("{section}.{}", first.unwrap_or_default()))
    }

    /// A value that is read as it is.
    pub(super) fn raw(&self, key: &str) -> Option<&Value> {
        self.found.get(key).map(|found| &found.value)
    }

    /// The different parts that stand directly behind `section`, in order.
    pub(super) fn below(&self, section: &str) -> Vec<String> {
        let rests = self.found.keys().filter_map(|key| key.strip_prefix(section)?.strip_prefix('.'));
        let mut parts: Vec<String> =
            rests.map(|rest| rest.split('.').next().unwrap_or(rest).to_owned()).collect();
        parts.dedup();
        parts
    }

    /// Notes that a setting is missing.
    pub(super) fn missing(&mut self, key: &str) {
        let cure = format!("set it in the file or as {}", variable(key));
        let what = "this setting is missing".to_owned();
        self.mistakes.push(SettingsError { place: Place::Unset(key.to_owned()), what, cure });
    }

    /// Notes that a setting is wrong.
    pub(super) fn note(&mut self, key: &str, wrong: &Wrong) {
        let place = self.place(key);
        let what = match &place {
            Place::Variable(_) | Place::Unset(_) => wrong.what.to_owned(),
            Place::Line(..) => format!("{key}: {}", wrong.what),
        };
        self.mistakes.push(SettingsError { place, what, cure: wrong.cure.to_owned() });
    }
}
