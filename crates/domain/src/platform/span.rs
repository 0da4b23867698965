//! Lengths of time as definition files write them.

use serde::{Deserialize, Deserializer};

use crate::moment::Span;

/// Reads `90s`, `15m`, `24h` or `7d`.
pub(super) fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    let text = String::deserialize(deserializer)?;
    let number = |unit| text.strip_suffix(unit)?.parse::<u32>().ok().map(i64::from);
    let seconds = number('s').map(Span::seconds);
    seconds
        .or_else(|| number('m').map(Span::minutes))
        .or_else(|| number('h').map(Span::hours))
        .or_else(|| number('d').map(Span::days))
        .ok_or_else(|| {
            serde::de::Error::custom("a length of time is a whole number and s, m, h or d: \"24h\"")
        })
}

/// The same for a key that may be left out.
pub(super) fn optional_span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Span>, D::Error> {
    span(deserializer).map(Some)
}
