//! What rules can say about a platform.

use super::definition::Definition;
use super::fact::FactDefinition;
use crate::fact::FactType;
use crate::vocabulary::{FactSpec, PlatformSpec};

impl Definition {
    /// The platform as the rule language knows it. A datetime with an age is spoken of by its age.
    #[must_use]
    pub fn vocabulary(&self) -> PlatformSpec {
        let facts = self.facts.iter();
        PlatformSpec {
            key: self.key.clone(),
            aliases: self.aliases.clone(),
            display_name: self.display_name.clone(),
            facts: facts.map(|(name, fact)| self.spec(name, fact)).collect(),
        }
    }

    fn spec(&self, stored: &str, fact: &FactDefinition) -> FactSpec {
        let name = fact.age.as_deref().unwrap_or(stored);
        let request = self.requests.get(&fact.request);
        FactSpec {
            name: name.to_owned(),
            kind: if fact.age.is_some() { FactType::Duration } else { fact.kind },
            age_of: fact.age.as_ref().map(|_| stored.to_owned()),
            args: fact.args.clone().into_iter().collect(),
            // What a batch reads costs a hundredth of a call.
            costs_call: request.is_none_or(|request| request.batch.is_none()),
            display: format!("fact-{}-{}", self.key, name).replace('_', "-"),
            hint: fact.hint.clone(),
        }
    }
}
