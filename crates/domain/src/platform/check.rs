//! Checks a definition: everything that can be seen to be wrong before the first call.

use std::fmt;

use super::definition::{Definition, Pkce};
use super::fact::{Absent, FactDefinition};
use super::host;
use super::pointer::Pointer;
use super::request::{Batch, Call, Request, RevokeCall};
use super::template::{Part, Template, is_name};
use crate::fact::FactType;

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
        for (name, address) in host::resolve(hosts, &std::collections::BTreeMap::new()) {
            let at = format!("hosts.{name}");
            if !is_name(&name) {
                self.add(&at, "is not a name; use a-z, 0-9 and _");
            }
            match address.as_deref().map(host::fault) {
                None => {
                    self.add(at, "must be an address, or start with one other host as in \"{api}/graphql\"")
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

    fn request(&mut self, name: &str, request: &Request) {
        let at = format!("requests.{name}");
        if !is_name(name) {
            self.add(&at, "is not a name; use a-z, 0-9 and _");
        }
        self.pointer(&format!("{at}.subject"), &request.subject);
        if request.user.is_none() && request.service.is_none() && request.batch.is_none() {
            self.add(&at, "has no way to be asked; give it `user`, `service` or `batch`");
        }
        let ways = [("user", &request.user), ("service", &request.service)];
        for (way, call) in ways {
            if let Some(call) = call {
                self.call(&format!("{at}.{way}"), call, &["subject", "username"]);
            }
        }
        if let Some(scope) = request.needs.difference(&self.definition.authorize.scopes).next() {
            self.add(
                format!("{at}.needs"),
                format!("names the scope {scope:?}, which `authorize.scopes` does not ask for"),
            );
        }
        if let Some(batch) = &request.batch {
            self.batch(&format!("{at}.batch"), batch);
        }
    }

    fn batch(&mut self, at: &str, batch: &Batch) {
        if !(1..=1000).contains(&batch.max) {
            self.add(format!("{at}.max"), "must be from 1 to 1000");
        }
        self.call(&format!("{at}.call"), &batch.call, &["nodes", "subjects"]);
        let names = batch.call.body.as_ref().map(super::request::Body::names).unwrap_or_default();
        if !names.contains(&"nodes") && !names.contains(&"subjects") {
            self.add(format!("{at}.call.body"), "must list the accounts as \"{subjects}\" or \"{nodes}\"");
        }
        if names.contains(&"nodes") && self.definition.identity.node.is_none() {
            self.add(
                format!("{at}.call.body"),
                "asks by {nodes}, but `identity.node` does not say where a node id stands",
            );
        }
        self.pointer(&format!("{at}.items"), &batch.items);
        if let Some(failures) = &batch.failures {
            self.pointer(&format!("{at}.failures.list"), &failures.list);
            self.pointer(&format!("{at}.failures.index"), &failures.index);
            self.pointer(&format!("{at}.failures.code"), &failures.code);
        }
    }

    fn fact(&mut self, name: &str, fact: &FactDefinition) {
        let at = format!("facts.{name}");
        if !is_name(name) {
            self.add(&at, "is not a name; use a-z, 0-9 and _");
        }
        match self.definition.requests.get(&fact.request) {
            None => self.unknown_request(&format!("{at}.request"), &fact.request),
            Some(request) if fact.batch.is_some() && request.batch.is_none() => {
                self.add(
                    format!("{at}.batch"),
                    format!("has no meaning: the request {:?} has no batch", fact.request),
                );
            }
            Some(_) => {}
        }
        self.pointer(&format!("{at}.pointer"), &fact.pointer);
        if let Some(batch) = &fact.batch {
            self.pointer(&format!("{at}.batch"), batch);
        }
        self.fact_type(&at, name, fact);
    }

    fn fact_type(&mut self, at: &str, name: &str, fact: &FactDefinition) {
        if let Some(age) = &fact.age {
            if fact.kind != FactType::Datetime {
                self.add(format!("{at}.age"), "is for facts of type \"datetime\"");
            }
            if !is_name(age) || self.definition.facts.contains_key(age) {
                self.add(format!("{at}.age"), "must be a name of a-z, 0-9 and _ that no fact has");
            }
            let same =
                |(other, fact): (&String, &FactDefinition)| other != name && fact.age.as_ref() == Some(age);
            if self.definition.facts.iter().any(same) {
                self.add(format!("{at}.age"), "is the age of another fact already");
            }
        }
        let fits = match fact.on_absent {
            Absent::Unknown => true,
            Absent::Zero => matches!(fact.kind, FactType::Integer | FactType::Duration),
            Absent::False => fact.kind == FactType::Boolean,
        };
        if !fits {
            self.add(format!("{at}.on_absent"), "does not fit the fact's type: \"zero\" is for integers and durations, \"false\" for booleans");
        }
    }

    fn rest(&mut self) {
        let definition = self.definition;
        let revokes = [("token", &definition.revoke.token), ("grant", &definition.revoke.grant)];
        for (name, call) in revokes {
            if let Some(RevokeCall { call, done }) = call {
                self.call(&format!("revoke.{name}.call"), call, &["access_token"]);
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

    fn call(&mut self, at: &str, call: &Call, names: &[&str]) {
        // Lists and secrets have no place in a URL.
        let in_url: Vec<_> =
            names.iter().copied().filter(|name| matches!(*name, "subject" | "username")).collect();
        self.url(&format!("{at}.url"), &call.url, &in_url);
        let used = call.body.as_ref().map(super::request::Body::names).unwrap_or_default();
        for name in used.into_iter().filter(|name| !names.contains(name)) {
            self.add(format!("{at}.body"), unknown_placeholder(name, names));
        }
    }

    fn url(&mut self, at: &str, url: &Template, names: &[&str]) {
        let Some(parts) = url.parts() else {
            self.add(at, "has a brace without a partner, or braces around something that is not a name");
            return;
        };
        match parts.as_slice() {
            [Part::Name(host)] | [Part::Name(host), Part::Text(_), ..]
                if self.definition.hosts.contains_key(*host) => {}
            _ => {
                let hosts: Vec<_> = self.definition.hosts.keys().map(|host| format!("{{{host}}}")).collect();
                self.add(at, format!("must start with one of the hosts {}", hosts.join(", ")));
            }
        }
        if let Some(Part::Text(text)) = parts.get(1)
            && !text.starts_with('/')
        {
            self.add(at, "must have a / after its host");
        }
        let known = |name: &str| name == "client_id" || names.contains(&name);
        for part in parts.iter().skip(1) {
            match part {
                Part::Name(name) if !known(name) => {
                    let names: Vec<_> = names.iter().copied().chain(["client_id"]).collect();
                    self.add(at, unknown_placeholder(name, &names));
                }
                Part::Name(_) | Part::Text(_) => {}
            }
        }
    }

    fn pointer(&mut self, at: &str, pointer: &Pointer) {
        if !pointer.is_valid() {
            let what = format!(
                "is {:?}, which is not a JSON pointer; write /name/0/name, with ~1 for / and ~0 for ~",
                pointer.as_str()
            );
            self.add(at, what);
        }
    }

    fn unknown_request(&mut self, at: &str, request: &str) {
        let known: Vec<_> = self.definition.requests.keys().map(String::as_str).collect();
        self.add(
            at,
            format!("names the request {request:?}, which is not there; there are: {}", known.join(", ")),
        );
    }
}

fn unknown_placeholder(name: &str, known: &[&str]) -> String {
    let known: Vec<_> = known.iter().map(|name| format!("{{{name}}}")).collect();
    format!("holds {{{name}}}, which nothing fills; known here: {}", known.join(", "))
}
