//! Rate limits per quarter of an hour.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::Millis;
use crate::clock::MINUTE;

/// How long a window stays open.
const WINDOW: Millis = 15 * MINUTE;

/// Requests per fifteen minutes; `None` means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Each lookup of users, by an app with its Bearer token.
    pub users_per_app: Option<u32>,
    /// Each lookup of users, by a person's token.
    pub users_per_user: Option<u32>,
    /// `/2/users/me`.
    pub me: Option<u32>,
}

impl Default for RateLimits {
    /// The published numbers.
    fn default() -> RateLimits {
        RateLimits { users_per_app: Some(300), users_per_user: Some(900), me: Some(75) }
    }
}

impl RateLimits {
    /// No limits.
    #[must_use]
    pub fn off() -> RateLimits {
        RateLimits { users_per_app: None, users_per_user: None, me: None }
    }
}

/// Whose limit it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Caller {
    /// An app, by client id.
    App(String),
    /// A person, with the app that asks for them.
    User(u64, String),
}

/// What is limited: each route for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Route {
    Me,
    One,
    Many,
}

impl Route {
    /// The route of a path.
    pub(crate) fn of(path: &str) -> Route {
        match path {
            "/2/users" => Route::Many,
            "/2/users/me" => Route::Me,
            _ => Route::One,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Window {
    opened_at: Millis,
    used: u32,
}

/// Open windows by caller and route.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    pub(crate) limits: RateLimits,
    windows: BTreeMap<(Caller, Route), Window>,
}

/// A caller's standing, as the headers tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// When the window closes.
    pub(crate) reset_at: Millis,
}

impl Standing {
    /// Writes the rate headers; the reset is in whole seconds, rounded up.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let mut put = |name, value: i64| {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        };
        put("x-rate-limit-limit", self.limit.into());
        put("x-rate-limit-remaining", self.remaining.into());
        put("x-rate-limit-reset", self.reset_at.saturating_add(999).div_euclid(1000));
    }
}

impl Limiter {
    /// Counts one request. `Err` when there was none left; it is not counted.
    pub(crate) fn spend(&mut self, who: Caller, route: Route, now: Millis) -> Result<Standing, Standing> {
        let limit = match (route, &who) {
            (Route::Me, _) => self.limits.me,
            (Route::One | Route::Many, Caller::App(_)) => self.limits.users_per_app,
            (Route::One | Route::Many, Caller::User(..)) => self.limits.users_per_user,
        };
        let limit = limit.unwrap_or(u32::MAX);
        let fresh = Window { opened_at: now, used: 0 };
        let window = self.windows.entry((who, route)).or_insert(fresh);
        if now >= window.opened_at.saturating_add(WINDOW) {
            *window = fresh;
        }
        let reset_at = window.opened_at.saturating_add(WINDOW);
        if window.used >= limit {
            return Err(Standing { limit, remaining: 0, reset_at });
        }
        window.used += 1;
        Ok(Standing { limit, remaining: limit - window.used, reset_at })
    }
}
