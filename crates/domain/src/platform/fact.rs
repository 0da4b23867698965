//! Facts of a platform: what each is, and where in an answer it stands. `reading` reads it there.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::fact::FactType;
use crate::vocabulary::ArgKind;

use super::pointer::{Pointer, Pointers};

/// One fact: its type, the request that tells it, and where.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactDefinition {
    /// Its type, which decides how the JSON is read.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// The request that tells it.
    pub request: String,
    /// Where in the answer it stands; of several places the first that is there.
    pub pointer: Pointers,
    /// Where in an item of a batch it stands, if elsewhere.
    pub batch: Option<Pointers>,
    /// Of the list that stands there, only these items.
    #[serde(rename = "where")]
    pub filter: Option<Filter>,
    /// Where in each item of the list the value stands.
    pub then: Option<Pointer>,
    /// What becomes of the items of a list; the first one without it.
    pub reduce: Option<Reduce>,
    /// How what stands there becomes the value.
    pub convert: Option<Convert>,
    /// What other words mean: for booleans what is yes and no, for texts another text.
    #[serde(default)]
    pub words: BTreeMap<String, Json>,
    /// The name under which rules compare the age of this datetime, instead of the datetime.
    pub age: Option<String>,
    /// The arguments that a rule gives it, each with its kind. They fill the request's placeholders.
    #[serde(default)]
    pub args: BTreeMap<String, ArgKind>,
    /// What it means when nothing stands there.
    #[serde(default)]
    pub on_absent: Absent,
    /// When nothing stands at this place of the answer, the account hides the fact.
    pub unknown_when_absent: Option<Pointer>,
    /// When this shows in the answer, the account hides the fact.
    pub unknown_when: Option<Sign>,
    /// A value that the platform also tells when the account hides the fact.
    pub unknown_value: Option<Json>,
    /// The scopes that a user's token needs for it, beside those of the request.
    #[serde(default)]
    pub needs: BTreeSet<String>,
    /// What the member can do when the fact is hidden or a scope is missing: one sentence without
    /// its full stop, such as `set *Game details* to Public`.
    pub hint: Option<String>,
}

/// Which items of a list count.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// A place in the item.
    pub pointer: Pointer,
    /// What stands there, as text or number; `{app}` is the fact's argument of that name.
    pub equals: Json,
}

/// Something that shows in a document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// A place.
    pub pointer: Pointer,
    /// What stands there.
    pub equals: Json,
}

impl Sign {
    /// Whether it shows.
    #[must_use]
    pub fn shows(&self, document: &Json) -> bool {
        self.pointer.find(document) == Some(&self.equals)
    }
}

/// What becomes of the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reduce {
    /// The first item's value.
    First,
    /// How many there are.
    Count,
    /// Their sum.
    Sum,
    /// The greatest of them.
    Max,
    /// Whether there is one.
    Exists,
    /// All of them, as a set.
    Collect,
}

/// How what stands there becomes the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Convert {
    /// A date in text (RFC 3339). What datetimes are without any conversion.
    Rfc3339,
    /// Seconds since 1970, perhaps with a fraction.
    Epoch,
    /// Milliseconds since 1970.
    EpochMs,
    /// A length of time in minutes.
    Minutes,
    /// A length of time in hours.
    Hours,
    /// A length of time in days.
    Days,
    /// A number rounded down.
    Floor,
    /// Yes when something stands there.
    Present,
    /// Yes when the number is above zero.
    Positive,
}

/// What an absent value means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Absent {
    /// The answer is not to be trusted: everything in it is unknown.
    #[default]
    Unknown,
    /// The account hides it: unknown, and the hint says what to do.
    Private,
    /// A count of nothing.
    Zero,
    /// No.
    False,
    /// A set of nothing.
    Empty,
}
