//! Fact keys as text, without a vocabulary: how they are stored and sent.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ast::Literal;
use super::parse::parse_fact;
use super::{Mistake, MistakeKind};
use crate::fact::FactKey;
use crate::vocabulary::is_name;

/// Reads what `Display` prints. Names are not looked up: a stored key outlives the definition of its platform.
impl FromStr for FactKey {
    type Err = Mistake;

    fn from_str(text: &str) -> Result<Self, Mistake> {
        let fact = parse_fact(text)?;
        let Ok(platform) = fact.platform.is.parse() else {
            let kind = MistakeKind::UnknownPlatform(fact.platform.is.to_owned());
            return Err(Mistake::new(fact.platform.at, kind));
        };
        if !is_name(fact.name.is) {
            let name = fact.name.is.to_owned();
            let kind = MistakeKind::UnknownFact { platform, name };
            return Err(Mistake::new(fact.name.at, kind));
        }
        let mut args = BTreeMap::new();
        for (name, value) in fact.args {
            let value = match value.is {
                Literal::Figure(figure) => figure.to_owned(),
                Literal::Text(text) => text,
            };
            if args.insert(name.is.to_owned(), value).is_some() {
                let kind = MistakeKind::RepeatedArgument(name.is.to_owned());
                return Err(Mistake::new(name.at, kind));
            }
        }
        let name = fact.name.is.to_owned();
        Ok(Self { platform, name, args })
    }
}

/// As text, so that a key can also be the key of a JSON object.
impl Serialize for FactKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FactKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
