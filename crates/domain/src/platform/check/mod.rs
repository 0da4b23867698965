//! Checks a definition: everything that can be seen to be wrong before the first call.

mod fact;
mod limits;
mod request;
mod sign_in;
mod text;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use super::class::AnswerRule;
use super::definition::{Definition, Webhook};
use super::host;
use super::sign_in::Protocol;
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

/// Headers that the client itself sets.
const RESERVED_HEADERS: [&str; 7] =
    ["authorization", "content-length", "content-type", "cookie", "host", "if-none-match", "user-agent"];

impl Definition {
    /// Everything that is wrong with it; empty for one that can be used.
    #[must_use]
    pub fn check(&self) -> Vec<Problem> {
        let mut check = Check { definition: self, problems: Vec::new() };
        check.names();
        check.hosts();
        check.sign_in();
        check.identity();
        check.service();
        check.headers();
        check.limits();
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

    fn names(&mut self) {
        let definition = self.definition;
        let display = &definition.display_name;
        if display.trim().is_empty() || display.chars().count() > 50 || display.chars().any(char::is_control)
        {
            self.add("display_name", "must be a name of 1 to 50 characters on one line");
        }
        let word = |key: &crate::id::PlatformKey| RESERVED.contains(&key.as_str()) || is_built_in(key);
        if word(&definition.key) {
            self.add("key", "is a word of the rule language; choose another");
        }
        if definition.aliases.iter().any(|alias| word(alias) || *alias == definition.key) {
            self.add("aliases", "holds the key itself or a word of the rule language; choose another");
        }
    }

    fn hosts(&mut self) {
        let hosts = &self.definition.hosts;
        let found = self.definition.protocol == Protocol::Oidc;
        if !hosts.contains_key("web") && !found {
            self.add("hosts.web", "is missing; it is the site that the accounts belong to");
        }
        for name in
            ["web", "userinfo", "revoke"].into_iter().filter(|name| found && hosts.contains_key(*name))
        {
            self.add(format!("hosts.{name}"), "is what the issuer's discovery says; leave it out");
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

    fn headers(&mut self) {
        let definition = self.definition;
        for (name, value) in &definition.headers {
            let at = format!("headers.{name}");
            self.header_name(&at, name);
            if !value.bytes().all(|b| (b' '..=b'~').contains(&b)) {
                self.add(&at, "must be plain ASCII on one line");
            }
            if RESERVED_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                self.add(&at, "is set by the client itself; leave it out");
            }
        }
    }

    /// Header names are tokens (RFC 9110 §5.6.2); ours are of letters, digits, `-` and `_`.
    fn header_name(&mut self, at: &str, name: &str) {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
        if name.is_empty() || !name.bytes().all(token) {
            self.add(at, "is not the name of a header");
        }
    }

    fn rest(&mut self) {
        let definition = self.definition;
        if let Some(url) = &definition.settings_url {
            self.url("settings_url", url, &[]);
        }
        if let Some(webhook) = &definition.webhook {
            self.webhook(webhook);
        }
        self.rules("errors.answers", &definition.errors.answers);
        self.rules("errors.tokens", &definition.errors.tokens);
        let recheck = definition.recheck;
        if recheck.min_interval.as_seconds() < 1 || recheck.interval < recheck.min_interval {
            self.add(
                "recheck",
                "needs a `min_interval` of at least 1s and an `interval` that is not shorter",
            );
        }
    }

    fn rules(&mut self, at: &str, rules: &[AnswerRule]) {
        for (place, rule) in rules.iter().enumerate() {
            self.pointer(&format!("{at}[{place}].pointer"), &rule.pointer);
            if rule.contains.is_some() == rule.equals.is_some() {
                self.add(format!("{at}[{place}]"), "needs one of `contains` and `equals`");
            }
        }
    }

    fn webhook(&mut self, webhook: &Webhook) {
        let headers = [("signature", &webhook.signature), ("id", &webhook.id), ("event", &webhook.event)];
        for (key, name) in headers {
            self.header_name(&format!("webhook.{key}"), name);
        }
        if webhook.events.is_empty() {
            self.add("webhook.events", "is empty; leave `webhook` out if no event matters");
        }
        for (name, event) in &webhook.events {
            self.pointer(&format!("webhook.events.{name}.subject"), &event.subject);
            if let Some(only) = &event.only {
                self.pointer(&format!("webhook.events.{name}.only.pointer"), &only.pointer);
            }
        }
    }
}
