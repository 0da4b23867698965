//! Reading requests the way Discord reads them.

use axum::http::HeaderMap;
use serde_json::Value;

use super::error::{self, ApiError, invalid_form};
use crate::params::{Params, is_media_type};

/// An id in a path or a query.
pub(crate) fn snowflake(name: &str, text: &str) -> Result<u64, ApiError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = if digits { text.parse().ok() } else { None };
    let message = || format!("Value \"{text}\" is not snowflake.");
    id.ok_or_else(|| invalid_form(&[name], "NUMBER_TYPE_COERCE", message()))
}

/// The JSON body, whose content type must say so.
pub(crate) fn json_body(headers: &HeaderMap, body: &[u8]) -> Result<Value, ApiError> {
    if !is_media_type(headers, "application/json") {
        let message = "Expected \"Content-Type\" header to be one of {'application/json'}.";
        return Err(invalid_form(&[], "CONTENT_TYPE_INVALID", message));
    }
    serde_json::from_slice(body).map_err(|_| error::INVALID_JSON)
}

/// The longest audit reason, in characters.
const LONGEST_REASON: usize = 512;

/// Checks `X-Audit-Log-Reason`: percent-encoded UTF-8, 1 to 512 characters.
pub(crate) fn check_reason(headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(value) = headers.get("x-audit-log-reason") else {
        return Ok(());
    };
    let refuse = |message: &str| Err(invalid_form(&["reason"], "BASE_TYPE_BAD_LENGTH", message));
    let Ok(text) = value.to_str() else {
        return refuse("The reason must be percent-encoded.");
    };
    let Ok(reason) = percent_encoding::percent_decode_str(text).decode_utf8() else {
        return refuse("The reason must be percent-encoded UTF-8.");
    };
    match reason.chars().count() {
        1..=LONGEST_REASON => Ok(()),
        _ => refuse("Must be between 1 and 512 in length."),
    }
}

/// A slice of a list ordered by id: `before`, `after` and `limit`.
pub(crate) struct Paging {
    after: Option<u64>,
    before: Option<u64>,
    limit: usize,
}

impl Paging {
    /// Reads the query; `most` is the largest and the default limit.
    pub(crate) fn read(params: &Params, most: usize) -> Result<Paging, ApiError> {
        let id = |name| {
            params
                .find(name)
                .map(|text| snowflake(name, text))
                .transpose()
        };
        let limit = match params.find("limit") {
            None => most,
            Some(text) => match text.parse() {
                Ok(limit) if (1..=most).contains(&limit) => limit,
                _ => {
                    let message = format!("int value should be between 1 and {most}.");
                    return Err(invalid_form(&["limit"], "NUMBER_TYPE_RANGE", message));
                }
            },
        };
        Ok(Paging {
            after: id("after")?,
            before: id("before")?,
            limit,
        })
    }

    /// Cuts the slice out of an ascending list; `before` alone takes those closest to it.
    pub(crate) fn cut<T>(&self, all: Vec<(u64, T)>) -> Vec<T> {
        let inside = |id: u64| {
            self.after.is_none_or(|after| id > after)
                && self.before.is_none_or(|before| id < before)
        };
        let mut found: Vec<_> = all.into_iter().filter(|(id, _)| inside(*id)).collect();
        if self.before.is_some() && self.after.is_none() {
            found.drain(..found.len().saturating_sub(self.limit));
        }
        found
            .into_iter()
            .take(self.limit)
            .map(|(_, item)| item)
            .collect()
    }
}
