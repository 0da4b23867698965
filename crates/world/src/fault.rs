//! Faults: what can go wrong on a route, on demand.

use std::time::Duration;

/// A failure that the next matching requests meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// `METHOD /path`: a path whose segments open the request's path; `*` stands for any one
    /// segment (or any method), a trailing `$` means that the path ends there. Discord's paths may
    /// be written with or without `/api/v10`, X's with or without `/2`. Without a method every method matches.
    pub route: String,
    /// How many requests meet it; `None` means all until [`heal`](crate::Discord::heal).
    pub times: Option<u32>,
    /// What happens to them.
    pub kind: FaultKind,
}

/// What happens to a request that meets a fault.
#[derive(Debug, Clone, PartialEq)]
pub enum FaultKind {
    /// The request has no effect; this status and body come back.
    Status(u16, String),
    /// The request is answered as usual, but later.
    Delay(Duration),
    /// The connection dies before the request has any effect; the body read fails.
    Cut,
    /// The request takes effect, then the connection dies; the body read fails.
    CutAfterEffect,
    /// No effect; status 200 and these bytes, labelled as JSON.
    Garbage(Vec<u8>),
    /// No effect and never an answer.
    Hang,
    /// No effect; 429 in the site's own form.
    RateLimited {
        /// Whose limit it is said to be.
        scope: Scope,
        /// Seconds to wait.
        retry_after: f64,
        /// Answer as Cloudflare does: HTML and no rate-limit headers.
        html: bool,
    },
    /// No effect; the site says that the token (or code, or refresh token) is not valid.
    Revoked,
    /// No effect; the site says that what the path names does not exist.
    Gone,
    /// No effect; status 200 and a body of this many bytes.
    HugeBody(usize),
    /// The request takes effect; its answer comes one byte per second.
    Drip,
    /// No effect; status 200 and an HTML page where JSON was expected.
    Html,
    /// GitHub's GraphQL only: every node whose index is a multiple of this number is missing from
    /// the answer, with a resource-limit error in its place. Elsewhere it changes nothing.
    PartialNodes(usize),
}

/// Whose rate limit was hit (`X-RateLimit-Scope`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The caller's own limit for the bucket.
    User,
    /// The caller's limit over all routes.
    Global,
    /// A limit shared by everybody who uses the resource.
    Shared,
}

impl Scope {
    /// The word in the header.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Scope::User => "user",
            Scope::Global => "global",
            Scope::Shared => "shared",
        }
    }
}

impl Fault {
    /// A fault that one request meets.
    pub fn once(route: impl Into<String>, kind: FaultKind) -> Fault {
        Fault { route: route.into(), times: Some(1), kind }
    }

    /// A fault that every request meets until it is healed.
    pub fn always(route: impl Into<String>, kind: FaultKind) -> Fault {
        Fault { route: route.into(), times: None, kind }
    }

    /// Whether a request with this method and path meets the fault.
    #[must_use]
    pub fn matches(&self, method: &str, path: &str) -> bool {
        let (wanted, pattern) = match self.route.split_once(' ') {
            Some((method, pattern)) => (method, pattern.trim_start()),
            None => ("*", self.route.as_str()),
        };
        (wanted == "*" || wanted.eq_ignore_ascii_case(method)) && opens(pattern, path)
    }
}

/// Whether the pattern's segments open the path.
fn opens(pattern: &str, path: &str) -> bool {
    let (pattern, whole) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let wanted: Vec<_> = pattern.split('/').filter(|segment| !segment.is_empty()).collect();
    let given: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let fits = if whole { given.len() == wanted.len() } else { given.len() >= wanted.len() };
    fits && wanted.iter().zip(&given).all(|(wanted, given)| *wanted == "*" || wanted == given)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(route: &str, method: &str, path: &str) -> bool {
        Fault::once(route, FaultKind::Cut).matches(method, path)
    }

    #[test]
    fn a_route_is_a_prefix_of_whole_segments() {
        assert!(matches("GET /users/@me", "GET", "/users/@me/guilds"));
        assert!(!matches("GET /users/@m", "GET", "/users/@me"));
        assert!(!matches("GET /users/@me/guilds", "GET", "/users/@me"));
        assert!(!matches("PUT /users/@me", "GET", "/users/@me"));
    }

    #[test]
    fn a_dollar_ends_the_path() {
        assert!(matches("GET /users/@me$", "GET", "/users/@me"));
        assert!(!matches("GET /users/@me$", "GET", "/users/@me/guilds"));
    }

    #[test]
    fn a_star_stands_for_one_segment_or_any_method() {
        assert!(matches("put /guilds/*/members/*/roles/*", "PUT", "/guilds/1/members/2/roles/3"));
        assert!(!matches("PUT /guilds/*/roles", "PUT", "/guilds/1/members/2/roles/3"));
        assert!(matches("* /guilds", "DELETE", "/guilds/1"));
        assert!(matches("/guilds", "DELETE", "/guilds/1"));
    }
}
