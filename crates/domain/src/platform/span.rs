//! Lengths of time as definition files write them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use crate::moment::Span;

/// The most digits of a length of time.
const MOST_DIGITS: usize = 9;

/// Reads `90s`, `15m`, `24h` or `7d`.
pub(super) fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    let text = String::deserialize(deserializer)?;
    length(&text).ok_or_else(|| {
        serde::de::Error::custom("a length of time is a whole number and s, m, h or d: \"24h\"")
    })
}

/// The same for a key that may be left out.
pub(super) fn optional_span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Span>, D::Error> {
    span(deserializer).map(Some)
}

fn length(text: &str) -> Option<Span> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    let fits = digits.len() <= MOST_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    let number: i64 = digits.parse().ok().filter(|_| fits)?;
    Some(Span::seconds(number * unit))
}

/// How the schema describes a length of time.
pub(super) struct Length;

impl JsonSchema for Length {
    fn schema_name() -> Cow<'static, str> {
        "Length".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A length of time: a whole number and s, m, h or d, such as 24h.",
            "pattern": format!("^[0-9]{{1,{MOST_DIGITS}}}[smhd]$"),
        })
    }
}
