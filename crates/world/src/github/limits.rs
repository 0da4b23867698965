//! Hourly rate limits per caller.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::Millis;
use crate::clock::HOUR;

/// Requests (for GraphQL: points) per hour; `None` means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// REST with a token or client credentials.
    pub core: Option<u32>,
    /// GraphQL points.
    pub graphql: Option<u32>,
    /// REST without credentials.
    pub anonymous: Option<u32>,
}

impl Default for RateLimits {
    /// The published numbers.
    fn default() -> RateLimits {
        RateLimits { core: Some(5000), graphql: Some(5000), anonymous: Some(60) }
    }
}

impl RateLimits {
    /// No limits.
    #[must_use]
    pub fn off() -> RateLimits {
        RateLimits { core: None, graphql: None, anonymous: None }
    }
}

/// What a limit is kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Resource {
    Core,
    Graphql,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    opened_at: Millis,
    used: u32,
}

/// Open windows by caller and resource.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    pub(crate) limits: RateLimits,
    windows: BTreeMap<(String, Resource), Window>,
}

/// A caller's standing, as the headers tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) resource: Resource,
    pub(crate) limit: u32,
    pub(crate) used: u32,
    /// When the window closes.
    pub(crate) reset_at: Millis,
}

impl Standing {
    pub(crate) fn remaining(self) -> u32 {
        self.limit.saturating_sub(self.used)
    }

    /// Writes the rate headers.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let resource = match self.resource {
            Resource::Core => "core",
            Resource::Graphql => "graphql",
        };
        let mut put = |name, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        put("x-ratelimit-limit", self.limit.to_string());
        put("x-ratelimit-remaining", self.remaining().to_string());
        put("x-ratelimit-used", self.used.to_string());
        put("x-ratelimit-reset", self.reset_at.div_euclid(1000).to_string());
        put("x-ratelimit-resource", resource.to_owned());
    }
}

impl Limiter {
    /// A caller's standing after using so many more; `who` is empty for anonymous callers.
    pub(crate) fn spend(&mut self, who: &str, resource: Resource, points: u32, now: Millis) -> Standing {
        let limit = match resource {
            Resource::Core if who.is_empty() => self.limits.anonymous,
            Resource::Core => self.limits.core,
            Resource::Graphql => self.limits.graphql,
        };
        let fresh = Window { opened_at: now, used: 0 };
        let window = self.windows.entry((who.to_owned(), resource)).or_insert(fresh);
        if now >= window.opened_at.saturating_add(HOUR) {
            *window = fresh;
        }
        let limit = limit.unwrap_or(u32::MAX);
        window.used = window.used.saturating_add(points).min(limit);
        let reset_at = window.opened_at.saturating_add(HOUR);
        Standing { resource, limit, used: window.used, reset_at }
    }
}
