//! Checks facts.

use serde_json::Value as Json;

use super::Check;
use crate::fact::FactType;
use crate::platform::fact::{Absent, Convert, FactDefinition, Reduce};
use crate::platform::template::lone_name;
use crate::vocabulary::is_name;

/// Placeholders that are filled from elsewhere.
const TAKEN: [&str; 10] = [
    "access_token",
    "client_id",
    "cursor",
    "node",
    "nodes",
    "page",
    "refresh_token",
    "subject",
    "subjects",
    "username",
];

impl Check<'_> {
    pub(super) fn fact(&mut self, name: &str, fact: &FactDefinition) {
        let at = format!("facts.{name}");
        if !is_name(name) {
            self.add(&at, "is not a name; use a-z, 0-9 and _");
        }
        match self.definition.requests.get(&fact.request) {
            None => self.unknown_request(&format!("{at}.request"), &fact.request),
            Some(request) if fact.batch.is_some() && request.batch.is_none() => {
                self.add(
                    format!("{at}.batch"),
                    format!("has no meaning: the request {:?} has no batch", fact.request),
                );
            }
            Some(_) => {}
        }
        self.pointers(&format!("{at}.pointer"), &fact.pointer);
        if let Some(batch) = &fact.batch {
            self.pointers(&format!("{at}.batch"), batch);
        }
        self.scopes(&format!("{at}.needs"), fact.needs.iter());
        self.places(&at, fact);
        self.args(&at, fact);
        self.fact_type(&at, name, fact);
    }

    fn args(&mut self, at: &str, fact: &FactDefinition) {
        let taken = |name: &&String| !is_name(name) || TAKEN.contains(&name.as_str());
        for name in fact.args.keys().filter(taken) {
            let what = "cannot be the name of an argument; use other words of a-z, 0-9 and _";
            self.add(format!("{at}.args.{name}"), what);
        }
        let mut others = self.definition.facts.iter();
        let differs = |(_, other): &(&String, &FactDefinition)| {
            other.request == fact.request && other.args != fact.args
        };
        if let Some((other, _)) = others.find(differs) {
            let what = format!("differ from those of {other:?}, though both come from one request");
            self.add(format!("{at}.args"), what);
        }
    }

    fn fact_type(&mut self, at: &str, name: &str, fact: &FactDefinition) {
        if let Some(age) = &fact.age {
            if fact.kind != FactType::Datetime {
                self.add(format!("{at}.age"), "is for facts of type \"datetime\"");
            }
            if !is_name(age) || self.definition.facts.contains_key(age) {
                self.add(format!("{at}.age"), "must be a name of a-z, 0-9 and _ that no fact has");
            }
            let same =
                |(other, fact): (&String, &FactDefinition)| other != name && fact.age.as_ref() == Some(age);
            if self.definition.facts.iter().any(same) {
                self.add(format!("{at}.age"), "is the age of another fact already");
            }
        }
        for (key, what) in misfits(fact) {
            self.add(format!("{at}.{key}"), what);
        }
        let hint = fact.hint.as_deref().unwrap_or("-");
        if hint.trim().is_empty() || hint.chars().count() > 200 || hint.chars().any(char::is_control) {
            self.add(format!("{at}.hint"), "must be one sentence of 1 to 200 characters on one line");
        }
    }

    /// The places a fact is read from besides its pointer.
    fn places(&mut self, at: &str, fact: &FactDefinition) {
        let filter = fact.filter.as_ref();
        let sign = fact.unknown_when.as_ref();
        let places = [
            ("where.pointer", filter.map(|filter| &filter.pointer)),
            ("then", fact.then.as_ref()),
            ("unknown_when_absent", fact.unknown_when_absent.as_ref()),
            ("unknown_when.pointer", sign.map(|sign| &sign.pointer)),
        ];
        for (key, pointer) in places {
            if let Some(pointer) = pointer {
                self.pointer(&format!("{at}.{key}"), pointer);
            }
        }
        let text = filter.and_then(|filter| filter.equals.as_str());
        if let Some(name) = text.and_then(lone_name).filter(|name| !fact.args.contains_key(*name)) {
            self.add(
                format!("{at}.where.equals"),
                format!("holds {{{name}}}, which is no argument of the fact"),
            );
        }
    }
}

/// What does not go together with the fact's type.
fn misfits(fact: &FactDefinition) -> Vec<(&'static str, &'static str)> {
    let kind = fact.kind;
    let number = matches!(kind, FactType::Integer | FactType::Duration);
    let absent = match fact.on_absent {
        Absent::Unknown | Absent::Private => true,
        Absent::Zero => number,
        Absent::False => kind == FactType::Boolean,
        Absent::Empty => kind == FactType::TextSet,
    };
    let reduce = match fact.reduce {
        None | Some(Reduce::First) => true,
        Some(Reduce::Count) => kind == FactType::Integer,
        Some(Reduce::Sum | Reduce::Max) => number,
        Some(Reduce::Exists) => kind == FactType::Boolean,
        Some(Reduce::Collect) => kind == FactType::TextSet,
    };
    let convert = match fact.convert {
        None => true,
        Some(Convert::Rfc3339 | Convert::Epoch | Convert::EpochMs) => kind == FactType::Datetime,
        Some(Convert::Minutes | Convert::Hours | Convert::Days) => kind == FactType::Duration,
        Some(Convert::Floor) => number,
        Some(Convert::Present | Convert::Positive) => kind == FactType::Boolean,
    };
    let means =
        |meaning: &Json| if kind == FactType::Boolean { meaning.is_boolean() } else { meaning.is_string() };
    let texts = matches!(kind, FactType::Boolean | FactType::Text | FactType::TextSet);
    let words = fact.words.is_empty() || texts && fact.words.values().all(means);
    let found = [
        (
            absent,
            "on_absent",
            "does not fit the fact's type: \"zero\" is for integers and durations, \"false\" for booleans, \"empty\" for text sets",
        ),
        (
            reduce,
            "reduce",
            "does not fit the fact's type: \"count\" makes an integer, \"sum\" and \"max\" integers and durations, \"exists\" a boolean, \"collect\" a text set",
        ),
        (
            convert,
            "convert",
            "does not fit the fact's type: dates are for datetimes, lengths of time for durations, \"floor\" for numbers, \"present\" and \"positive\" for booleans",
        ),
        (words, "words", "must give true or false for a boolean, and texts for a text or text set"),
    ];
    found.into_iter().filter(|(fits, ..)| !fits).map(|(_, key, what)| (key, what)).collect()
}
