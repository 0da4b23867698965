//! Rate limits: buckets of fixed windows, and one global limit per bot.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::application::hex;
use crate::clock::{MINUTE, SECOND};
use crate::traffic::{Limited, whole_seconds};
use crate::{Millis, Scope};

/// So many requests in one window, which opens with its first request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// How many requests a window takes.
    pub size: u32,
    /// How long a window stays open, in milliseconds.
    pub window: Millis,
}

/// The limits of the stand-in. Discord does not publish its own and changes them at will.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Requests per second of one bot (or of everybody without credentials) over all routes.
    pub global: Option<u32>,
    /// Giving and taking single roles, per server.
    pub role_writes: Option<Bucket>,
    /// Writing role connections, per person.
    pub role_connections: Option<Bucket>,
    /// Any other route, per credentials and top-level resource.
    pub other: Option<Bucket>,
    /// Send `X-RateLimit-Scope` on every answer instead of on 429 only.
    pub scope_always: bool,
}

impl Default for RateLimits {
    /// Numbers like those that have been seen at Discord.
    fn default() -> RateLimits {
        RateLimits {
            global: Some(50),
            role_writes: Some(Bucket { size: 10, window: 10 * SECOND }),
            role_connections: Some(Bucket { size: 5, window: 5 * SECOND }),
            other: Some(Bucket { size: 50, window: SECOND }),
            scope_always: false,
        }
    }
}

impl RateLimits {
    /// No limits and no rate-limit headers.
    #[must_use]
    pub fn off() -> RateLimits {
        RateLimits {
            global: None,
            role_writes: None,
            role_connections: None,
            other: None,
            scope_always: false,
        }
    }
}

/// What a request counts against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lane {
    /// Who asks: a digest of the credentials.
    pub(crate) who: String,
    /// The routes that share a bucket.
    pub(crate) routes: String,
    /// The server (later: channel, webhook) at the head of the path.
    pub(crate) top: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    RoleWrite,
    RoleConnection,
    Other,
}

impl Lane {
    /// Sorts a request by its method and its path below `/api/v10`.
    pub(crate) fn of(who: &str, method: &str, path: &str) -> Lane {
        let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let top = match segments.as_slice() {
            ["guilds" | "channels" | "webhooks", id, ..] => (*id).to_owned(),
            _ => String::new(),
        };
        let (kind, routes) = match segments.as_slice() {
            ["guilds", _, "members", _, "roles", _] => (Kind::RoleWrite, "member roles".to_owned()),
            ["users", "@me", "applications", _, "role-connection"] if method != "GET" => {
                (Kind::RoleConnection, "role connection".to_owned())
            }
            _ => (Kind::Other, format!("{method} {}", template(&segments))),
        };
        Lane { who: who.into(), routes, top, kind }
    }

    fn bucket(&self, limits: &RateLimits) -> Option<Bucket> {
        match self.kind {
            Kind::RoleWrite => limits.role_writes,
            Kind::RoleConnection => limits.role_connections,
            Kind::Other => limits.other,
        }
    }
}

/// The path with every id written as a star.
fn template(segments: &[&str]) -> String {
    let word = |segment: &&str| {
        let id = segment.bytes().all(|byte| byte.is_ascii_digit());
        if id { "*".to_owned() } else { (*segment).to_owned() }
    };
    segments.iter().map(word).collect::<Vec<_>>().join("/")
}

#[derive(Debug, Clone, Copy)]
struct Window {
    opened_at: Millis,
    used: u32,
}

/// Open windows by who, routes and top-level id.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    pub(crate) limits: RateLimits,
    windows: BTreeMap<(String, String, String), Window>,
    swept_at: Millis,
}

/// A bucket's state after a request, as its headers tell it.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    bucket: String,
    limit: u32,
    remaining: u32,
    reset_at: Millis,
    reset_after: Millis,
    scope_always: bool,
}

/// A request that came too early.
#[derive(Debug)]
pub(crate) struct TooEarly {
    limited: Limited,
    standing: Option<Standing>,
}

impl Limiter {
    /// Counts a request, or says how long it must wait. `bot` requests count globally.
    pub(crate) fn admit(
        &mut self,
        lane: &Lane,
        bot: bool,
        now: Millis,
    ) -> Result<Option<Standing>, TooEarly> {
        self.sweep(now);
        if bot {
            self.admit_globally(lane, now)?;
        }
        let Some(bucket) = lane.bucket(&self.limits) else {
            return Ok(None);
        };
        let key = (lane.who.clone(), lane.routes.clone(), lane.top.clone());
        let (used, admitted, reset_at) = self.count(key, bucket, now);
        let standing = Standing {
            bucket: hex(&Sha256::digest(&lane.routes)[..16]),
            limit: bucket.size,
            remaining: bucket.size.saturating_sub(used),
            reset_at,
            reset_after: reset_at - now,
            scope_always: self.limits.scope_always,
        };
        if admitted {
            return Ok(Some(standing));
        }
        let limited = Limited { scope: Scope::User, retry_after: seconds(reset_at - now) };
        Err(TooEarly { limited, standing: Some(standing) })
    }

    /// Counts a request of a bot over all routes.
    fn admit_globally(&mut self, lane: &Lane, now: Millis) -> Result<(), TooEarly> {
        let Some(size) = self.limits.global else {
            return Ok(());
        };
        let key = (lane.who.clone(), "global".to_owned(), String::new());
        let window = SECOND;
        let (_, admitted, reset_at) = self.count(key, Bucket { size, window }, now);
        if admitted {
            return Ok(());
        }
        let retry_after = seconds(reset_at - now);
        let limited = Limited { scope: Scope::Global, retry_after };
        Err(TooEarly { limited, standing: None })
    }

    /// Forgets windows that nobody can be in any more, once a minute.
    fn sweep(&mut self, now: Millis) {
        if now < self.swept_at.saturating_add(MINUTE) {
            return;
        }
        self.swept_at = now;
        let longest = [self.limits.role_writes, self.limits.role_connections, self.limits.other]
            .into_iter()
            .flatten()
            .map(|bucket| bucket.window)
            .fold(SECOND, Millis::max);
        self.windows.retain(|_, window| now < window.opened_at.saturating_add(longest));
    }

    /// Counts one into a window: how many it holds, whether this one found room, when it closes.
    fn count(&mut self, key: (String, String, String), bucket: Bucket, now: Millis) -> (u32, bool, Millis) {
        let fresh = Window { opened_at: now, used: 0 };
        let window = self.windows.entry(key).or_insert(fresh);
        if now >= window.opened_at.saturating_add(bucket.window) {
            *window = fresh;
        }
        let room = window.used < bucket.size;
        window.used += u32::from(room);
        (window.used, room, window.opened_at.saturating_add(bucket.window))
    }
}

impl Standing {
    /// Writes the bucket's headers.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        put(headers, "x-ratelimit-limit", &self.limit.to_string());
        put(headers, "x-ratelimit-remaining", &self.remaining.to_string());
        put(headers, "x-ratelimit-reset", &format!("{:.3}", seconds(self.reset_at)));
        put(headers, "x-ratelimit-reset-after", &format!("{:.3}", seconds(self.reset_after)));
        put(headers, "x-ratelimit-bucket", &self.bucket);
        if self.scope_always {
            put(headers, "x-ratelimit-scope", Scope::User.word());
        }
    }
}

impl IntoResponse for TooEarly {
    fn into_response(self) -> Response {
        let mut answer = refuse(self.limited);
        if let Some(standing) = self.standing {
            standing.write(answer.headers_mut());
        }
        answer
    }
}

/// Discord's own 429.
pub(crate) fn refuse(limited: Limited) -> Response {
    let global = limited.scope == Scope::Global;
    let message = match limited.scope {
        Scope::User | Scope::Global => "You are being rate limited.",
        Scope::Shared => "The resource is being rate limited.",
    };
    let body = json!({
        "message": message, "retry_after": limited.retry_after, "global": global, "code": 0,
    });
    let mut answer = (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response();
    let headers = answer.headers_mut();
    headers.insert("retry-after", whole_seconds(limited.retry_after));
    put(headers, "x-ratelimit-scope", limited.scope.word());
    if global {
        put(headers, "x-ratelimit-global", "true");
    }
    answer
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

#[expect(clippy::cast_precision_loss, reason = "unix milliseconds fit in 53 bits")]
fn seconds(time: Millis) -> f64 {
    time as f64 / 1000.0
}
