//! Reading: from an answer to the value of a fact.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::body::plain;
use super::fact::{Absent, Convert, FactDefinition, Filter, Reduce};
use super::pointer::Pointers;
use super::template::lone_name;
use crate::fact::{FactType, Value};
use crate::moment::{Moment, Span};

/// Why a fact could not be read from an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// The account hides it.
    Private,
    /// The answer is not what it should be.
    Odd,
}

/// The arguments of a fact, by name.
pub type Args = BTreeMap<String, String>;

impl FactDefinition {
    /// Reads the fact from an answer.
    pub fn read(&self, answer: &Json, args: &Args) -> Result<Value, Unreadable> {
        self.read_at(&self.pointer, answer, args)
    }

    /// Reads the fact from an item of a batch.
    pub fn read_item(&self, item: &Json, args: &Args) -> Result<Value, Unreadable> {
        self.read_at(self.batch.as_ref().unwrap_or(&self.pointer), item, args)
    }

    fn read_at(&self, pointer: &Pointers, document: &Json, args: &Args) -> Result<Value, Unreadable> {
        let hidden = self.unknown_when_absent.as_ref().is_some_and(|place| place.find(document).is_none());
        if hidden || self.unknown_when.as_ref().is_some_and(|sign| sign.shows(document)) {
            return Err(Unreadable::Private);
        }
        let Some(found) = pointer.find(document) else { return self.absent() };
        if !self.takes_items() {
            return self.value(found);
        }
        let items = match found {
            Json::Array(items) => items.as_slice(),
            Json::Object(_) | Json::String(_) | Json::Number(_) | Json::Bool(_) | Json::Null => {
                std::slice::from_ref(found)
            }
        };
        self.reduced(items, args)
    }

    /// Whether what stands at the pointer is a list to pick from.
    fn takes_items(&self) -> bool {
        self.filter.is_some() || self.then.is_some() || self.reduce.is_some()
    }

    fn reduced(&self, items: &[Json], args: &Args) -> Result<Value, Unreadable> {
        let fits = |item: &&Json| self.filter.as_ref().is_none_or(|filter| filter.fits(item, args));
        let value = |item| self.then.as_ref().map_or(Some(item), |then| then.find(item));
        let values: Vec<&Json> = items.iter().filter(fits).filter_map(value).collect();
        let whole = |values: &[&Json]| -> Option<Vec<i64>> { values.iter().map(|v| integer(v)).collect() };
        match self.reduce.unwrap_or(Reduce::First) {
            Reduce::First => values.first().map_or_else(|| self.absent(), |first| self.value(first)),
            Reduce::Exists => Ok(Value::Boolean(!values.is_empty())),
            Reduce::Count => number(values.len()),
            Reduce::Sum => {
                let whole = whole(&values).ok_or(Unreadable::Odd)?;
                self.value(&Json::from(whole.into_iter().fold(0, i64::saturating_add)))
            }
            Reduce::Max => {
                let whole = whole(&values).ok_or(Unreadable::Odd)?;
                whole.into_iter().max().map_or_else(|| self.absent(), |max| self.value(&Json::from(max)))
            }
            Reduce::Collect => {
                let texts: Option<BTreeSet<String>> = values.into_iter().map(|v| self.text(v)).collect();
                texts.map(Value::TextSet).ok_or(Unreadable::Odd)
            }
        }
    }

    fn absent(&self) -> Result<Value, Unreadable> {
        match (self.on_absent, self.kind) {
            (Absent::Zero, FactType::Duration) => Ok(Value::Duration(Span::ZERO)),
            (Absent::Zero, _) => Ok(Value::Integer(0)),
            (Absent::False, _) => Ok(Value::Boolean(false)),
            (Absent::Empty, _) => Ok(Value::TextSet(BTreeSet::new())),
            (Absent::Private, _) => Err(Unreadable::Private),
            // What is not there is a "no" where presence is the question.
            (Absent::Unknown, _) if self.convert == Some(Convert::Present) => Ok(Value::Boolean(false)),
            (Absent::Unknown, _) => Err(Unreadable::Odd),
        }
    }

    fn value(&self, json: &Json) -> Result<Value, Unreadable> {
        if self.unknown_value.as_ref() == Some(json) {
            return Err(Unreadable::Private);
        }
        self.converted(json).ok_or(Unreadable::Odd)
    }

    /// A JSON value as a value of the fact's type: numbers also as text in digits, durations in
    /// seconds, text sets as lists.
    fn converted(&self, json: &Json) -> Option<Value> {
        match self.kind {
            FactType::Integer if self.convert == Some(Convert::Floor) => floor(json).map(Value::Integer),
            FactType::Integer => integer(json).map(Value::Integer),
            FactType::Duration => duration(json, self.convert).map(Value::Duration),
            FactType::Datetime => datetime(json, self.convert).map(Value::Datetime),
            FactType::Boolean => self.boolean(json).map(Value::Boolean),
            FactType::Text => self.text(json).map(Value::Text),
            FactType::TextSet => {
                let texts = json.as_array()?.iter();
                texts.map(|text| self.text(text)).collect::<Option<_>>().map(Value::TextSet)
            }
        }
    }

    fn boolean(&self, json: &Json) -> Option<bool> {
        match self.convert {
            Some(Convert::Present) => Some(true),
            Some(Convert::Positive) => integer(json).map(|n| n > 0),
            Some(_) | None if self.words.is_empty() => json.as_bool(),
            Some(_) | None => self.word(json)?.as_bool(),
        }
    }

    fn text(&self, json: &Json) -> Option<String> {
        if self.words.is_empty() {
            return plain(json);
        }
        plain(self.word(json)?)
    }

    /// What a word means; `*` stands for all others.
    fn word(&self, json: &Json) -> Option<&Json> {
        let word = match json {
            Json::Bool(yes) => yes.to_string(),
            other => plain(other)?,
        };
        self.words.get(&word).or_else(|| self.words.get("*"))
    }
}

impl Filter {
    fn fits(&self, item: &Json, args: &Args) -> bool {
        let wanted = match &self.equals {
            Json::String(text) => lone_name(text).and_then(|name| args.get(name)).unwrap_or(text).clone(),
            other => other.to_string(),
        };
        let found = match self.pointer.find(item) {
            Some(Json::Bool(yes)) => Some(yes.to_string()),
            Some(other) => plain(other),
            None => None,
        };
        found.is_some_and(|found| found == wanted)
    }
}

fn number(count: usize) -> Result<Value, Unreadable> {
    i64::try_from(count).map(Value::Integer).map_err(|_| Unreadable::Odd)
}

fn integer(json: &Json) -> Option<i64> {
    json.as_i64().or_else(|| json.as_str()?.parse().ok())
}

/// A number rounded down, as far as whole numbers go without loss.
fn floor(json: &Json) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if let Some(whole) = integer(json) {
        return Some(whole);
    }
    let number = json.as_f64().or_else(|| json.as_str()?.parse().ok())?;
    #[allow(clippy::cast_possible_truncation, reason = "it is below 2^53")]
    (number.abs() < EXACT).then(|| number.floor() as i64)
}

fn duration(json: &Json, convert: Option<Convert>) -> Option<Span> {
    let unit = match convert {
        Some(Convert::Minutes) => 60,
        Some(Convert::Hours) => 3_600,
        Some(Convert::Days) => 86_400,
        Some(_) | None => 1,
    };
    floor(json)?.checked_mul(unit).map(Span::seconds)
}

fn datetime(json: &Json, convert: Option<Convert>) -> Option<Moment> {
    match convert {
        Some(Convert::Epoch) => floor(json)?.checked_mul(1000).map(Moment::from_millis),
        Some(Convert::EpochMs) => floor(json).map(Moment::from_millis),
        Some(_) | None => Moment::parse_rfc3339(json.as_str()?),
    }
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
