//! Limits: how often a platform may be asked, and how it says that it was too often.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::pointer::Pointer;
use super::span::{Length, span};
use crate::moment::Span;

/// What the limits are, and how they are told. `Retry-After` is always understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The header that tells how many calls are left. With 403 or 429, `0` says that the limit is
    /// what refused us. Several windows are told with commas between them.
    pub remaining: Option<String>,
    /// The header that tells when there are calls again.
    pub reset: Option<String>,
    /// How `reset` is written.
    #[serde(default)]
    pub reset_is: ResetForm,
    /// The headers that tell allowance and use, with commas between several windows; used up
    /// means that the limit is what refused us.
    pub used: Option<Used>,
    /// Where in an answer the platform tells how many seconds to wait before the next call.
    pub backoff: Option<Pointer>,
    /// Limits that are kept by ourselves, by name; calls count into them by their `cost`.
    #[serde(default)]
    pub buckets: BTreeMap<String, Bucket>,
}

/// How the moment is written at which there are calls again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResetForm {
    /// Seconds since 1970.
    #[default]
    Epoch,
    /// Milliseconds since 1970.
    EpochMs,
    /// Seconds from now, perhaps with a fraction.
    Seconds,
    /// A date (RFC 3339).
    Iso,
}

/// Allowance and use in two headers, as Strava tells them: `200,2000` and `201,512`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Used {
    /// The header with the allowances.
    pub limit: String,
    /// The header with the use.
    pub usage: String,
}

/// A limit that we keep by ourselves: so many units within so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// Units that fit into the window.
    pub max: u32,
    /// The window.
    #[serde(deserialize_with = "span")]
    #[schemars(with = "Length")]
    pub window: Span,
    /// Whose limit it is.
    #[serde(default)]
    pub per: Per,
}

/// Whose limit it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Ours: all our calls together.
    #[default]
    App,
    /// Each user's token has its own; calls with the service credential count together.
    Token,
}

/// What one call costs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// The bucket it counts into.
    pub bucket: Option<String>,
    /// How many units it takes.
    #[serde(default = "one")]
    pub units: u32,
    /// Millionths of a US dollar for each account told.
    #[serde(default)]
    pub micro_usd: u64,
}

const fn one() -> u32 {
    1
}
