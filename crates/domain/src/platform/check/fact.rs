//! Checks facts.

use super::Check;
use crate::fact::FactType;
use crate::platform::fact::{Absent, FactDefinition};
use crate::vocabulary::is_name;

/// Placeholders that are filled from elsewhere.
const TAKEN: [&str; 6] = ["access_token", "client_id", "nodes", "subject", "subjects", "username"];

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
        self.pointer(&format!("{at}.pointer"), &fact.pointer);
        if let Some(batch) = &fact.batch {
            self.pointer(&format!("{at}.batch"), batch);
        }
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
        let fits = match fact.on_absent {
            Absent::Unknown => true,
            Absent::Zero => matches!(fact.kind, FactType::Integer | FactType::Duration),
            Absent::False => fact.kind == FactType::Boolean,
        };
        if !fits {
            self.add(format!("{at}.on_absent"), "does not fit the fact's type: \"zero\" is for integers and durations, \"false\" for booleans");
        }
    }
}
