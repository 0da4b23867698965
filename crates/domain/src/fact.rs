//! Facts: typed things known, or not known, of an account.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::PlatformKey;
use crate::moment::{Moment, Span};

/// What kind of value a fact has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactType {
    /// A whole number.
    Integer,
    /// A length of time in seconds.
    Duration,
    /// A point in time.
    Datetime,
    /// Yes or no.
    Boolean,
    /// A text, compared exactly.
    Text,
    /// A set of texts.
    TextSet,
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A length of time.
    Duration(Span),
    /// A point in time.
    Datetime(Moment),
    /// Yes or no.
    Boolean(bool),
    /// A text.
    Text(String),
    /// A set of texts.
    TextSet(BTreeSet<String>),
}

impl Value {
    /// The kind of this value.
    #[must_use]
    pub const fn kind(&self) -> FactType {
        match self {
            Self::Integer(_) => FactType::Integer,
            Self::Duration(_) => FactType::Duration,
            Self::Datetime(_) => FactType::Datetime,
            Self::Boolean(_) => FactType::Boolean,
            Self::Text(_) => FactType::Text,
            Self::TextSet(_) => FactType::TextSet,
        }
    }
}

/// A fact's full name: platform, name and arguments. Two spellings of one fact have one key.
///
/// Prints as `steam.hours(app: 440)`; arguments are in the order of their names. The platform
/// `discord` is built in and needs no link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactKey {
    /// Whose fact.
    pub platform: PlatformKey,
    /// Its name within the platform.
    pub name: String,
    /// Its arguments by name.
    pub args: BTreeMap<String, String>,
}

impl fmt::Display for FactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.platform, self.name)?;
        if self.args.is_empty() {
            return Ok(());
        }
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let args: Vec<String> =
            self.args
                .iter()
                .map(|(name, value)| {
                    if plain(value) {
                        format!("{name}: {value}")
                    } else {
                        format!("{name}: {}", quoted(value))
                    }
                })
                .collect();
        write!(f, "({})", args.join(", "))
    }
}

/// A text in double quotes, with `\` before `"` and `\`.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Why a fact is not known. Nobody loses a role over any of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// Nobody has read it yet.
    NotRead,
    /// The member has not agreed that it is read for this server.
    NotAgreed,
    /// The platform did not answer, or answered with nonsense.
    Unavailable,
    /// The platform asked us to wait.
    RateLimited,
    /// What the operator lets the platform cost in a month is spent.
    Budget,
    /// The account hides it.
    Private,
    /// A permission is missing that the member could give.
    MissingScope,
    /// The member has to sign in to the platform again.
    NeedsAuthorization,
    /// The operator's own key for the platform does not work.
    OperatorKey,
    /// The answer named another account.
    OtherAccount,
    /// What is known is older than the rule accepts.
    TooOld,
    /// The platform or rule is held by the brake.
    Held,
}

/// What is known of one fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// A value, and when it was seen.
    Known {
        /// The value.
        value: Value,
        /// When the platform told it.
        observed_at: Moment,
    },
    /// Not known.
    Unknown {
        /// Why not.
        reason: Unknown,
        /// Since when.
        since: Option<Moment>,
    },
}

impl Reading {
    /// A reading nobody has made yet.
    pub const NEVER: Reading = Reading::Unknown { reason: Unknown::NotRead, since: None };
}

/// Everything known of one user, to judge rules by.
///
/// A platform in `linked` has a proven account; a fact of a platform that is not linked does not
/// hold and is not unknown: there is no account to ask about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Platforms with a proven account.
    pub linked: BTreeSet<PlatformKey>,
    /// Readings by fact. What is missing of a linked platform counts as never read.
    pub readings: BTreeMap<FactKey, Reading>,
    /// How old a reading of a platform may be and still be fresh evidence.
    pub fresh_for: BTreeMap<PlatformKey, Span>,
}
