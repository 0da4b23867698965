//! Checks a definition: everything that can be seen to be wrong before the first call.

mod fact;
mod request;
mod text;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use super::definition::{Definition, Pkce};
use super::host;
use super::request::RevokeCall;
use crate::vocabulary::{RESERVED, is_built_in, is_name};

/// One thing that is wrong with a definition or a platform's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key it is about, such as `facts.followers.request`.
    pub at: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.at, self.what)
    }
}

/// Parameters that the flow itself sets.
const RESERVED_PARAMS: [&str; 9] = [
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
];

/// Headers that the client itself sets.
const RESERVED_HEADERS: [&str; 6] =
    ["authorization", "content-length", "content-type", "cookie", "host", "user-agent"];

impl Definition {
    /// Everything that is wrong with it; empty for one that can be used.
    #[must_use]
    pub fn check(&self) -> Vec<Problem> {
        let mut check = Check { definition: self, problems: Vec::new() };
        check.hosts();
        check.sign_in();
        check.identity();
        check.headers();
        for (name, request) in &self.requests {
            check.request(name, request);
        }
        for (name, fact) in &self.facts {
            check.fact(name, fact);
        }
        check.rest();
        check.problems
    }
}

struct Check<'a> {
    definition: &'a Definition,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn add(&mut self, at: impl Into<String>, what: impl Into<String>) {
        self.problems.push(Problem { at: at.into(), what: what.into() });
    }

    fn hosts(&mut self) {
        let hosts = &self.definition.hosts;
        if !hosts.contains_key("web") {
            self.add("hosts.web", "is missing; it is the site that the accounts belong to");
        }
        for (name, address) in host::resolve(hosts, &BTreeMap::new()) {
            let at = format!("hosts.{name}");
            if !is_name(&name) {
                self.add(&at, "is not a name; use a-z, 0-9 and _");
            }
            match address.as_deref().map(host::fault) {
                None => {
                    self.add(at, "must be an address, or start with one other host as in \"{api}/graphql\"");
                }
                Some(Some(fault)) => self.add(at, fault),
                Some(None) => {}
            }
        }
    }

    fn sign_in(&mut self) {
        let definition = self.definition;
        let display = &definition.display_name;
        if display.trim().is_empty() || display.chars().count() > 50 || display.chars().any(char::is_control)
        {
            self.add("display_name", "must be a name of 1 to 50 characters on one line");
        }
        if RESERVED.contains(&definition.key.as_str()) || is_built_in(&definition.key) {
            self.add("key", "is a word of the rule language; choose another");
        }
        self.url("endpoints.authorize", &definition.endpoints.authorize, &[]);
        self.url("endpoints.token", &definition.endpoints.token, &[]);
        for param in definition.authorize.params.keys() {
            if RESERVED_PARAMS.contains(&param.as_str()) {
                self.add(format!("authorize.params.{param}"), "is set by the sign-in itself; leave it out");
            }
        }
        if let Pkce::Off(reason) = &definition.authorize.pkce
            && reason.trim().is_empty()
        {
            self.add(
                "authorize.pkce",
                "may be off only with a reason: { off = \"the platform refuses unknown parameters\" }",
            );
        }
        let odd =
            |scope: &&String| scope.is_empty() || scope.contains([' ', ',', '"', '\\']) || !scope.is_ascii();
        if let Some(scope) = definition.authorize.scopes.iter().find(odd) {
            self.add(
                "authorize.scopes",
                format!("holds {scope:?}, which is not one scope; write each as an entry of its own"),
            );
        }
    }

    fn identity(&mut self) {
        let definition = self.definition;
        let identity = &definition.identity;
        self.pointer("identity.username", &identity.username);
        if let Some(node) = &identity.node {
            self.pointer("identity.node", node);
        }
        if let Some(url) = &identity.profile_url {
            self.url("identity.profile_url", url, &["subject", "username"]);
        }
        match definition.requests.get(&identity.request) {
            None => self.unknown_request("identity.request", &identity.request),
            Some(request) if request.user.is_none() => {
                let what = format!(
                    "names {:?}, which has no `user` way; the identity is read with the user's own token",
                    identity.request
                );
                self.add("identity.request", what);
            }
            Some(_) => {}
        }
    }

    fn headers(&mut self) {
        let definition = self.definition;
        for (name, value) in &definition.headers {
            let at = format!("headers.{name}");
            let token = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
            if name.is_empty() || !name.bytes().all(token) {
                self.add(&at, "is not the name of a header");
            }
            if !value.bytes().all(|b| (b' '..=b'~').contains(&b)) {
                self.add(&at, "must be plain ASCII on one line");
            }
            if RESERVED_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                self.add(&at, "is set by the client itself; leave it out");
            }
        }
    }

    fn rest(&mut self) {
        let definition = self.definition;
        let revokes = [("token", &definition.revoke.token), ("grant", &definition.revoke.grant)];
        for (name, call) in revokes {
            if let Some(RevokeCall { call, done }) = call {
                // A secret has no place in a URL.
                self.call(&format!("revoke.{name}.call"), call, (&[], &["access_token"]));
                if done.is_empty() {
                    self.add(format!("revoke.{name}.done"), "must hold the status that says it is done");
                }
            }
        }
        if let Some(url) = &definition.settings_url {
            self.url("settings_url", url, &[]);
        }
        for (at, rule) in definition.errors.answers.iter().enumerate() {
            self.pointer(&format!("errors.answers[{at}].pointer"), &rule.pointer);
        }
        let recheck = definition.recheck;
        if recheck.min_interval.as_seconds() < 1 || recheck.interval < recheck.min_interval {
            self.add(
                "recheck",
                "needs a `min_interval` of at least 1s and an `interval` that is not shorter",
            );
        }
    }
}
