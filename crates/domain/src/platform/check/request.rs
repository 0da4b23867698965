//! Checks requests and their ways.

use super::Check;
use super::text::unknown_placeholder;
use crate::platform::request::{Batch, Body, Call, Request};
use crate::vocabulary::is_name;

impl Check<'_> {
    pub(super) fn request(&mut self, name: &str, request: &Request) {
        let at = format!("requests.{name}");
        if !is_name(name) {
            self.add(&at, "is not a name; use a-z, 0-9 and _");
        }
        self.pointer(&format!("{at}.subject"), &request.subject);
        if request.user.is_none() && request.service.is_none() && request.batch.is_none() {
            self.add(&at, "has no way to be asked; give it `user`, `service` or `batch`");
        }
        let args = self.definition.args(name);
        let args: Vec<_> = args.map(String::as_str).collect();
        let ways = [("user", &request.user), ("service", &request.service)];
        for (way, call) in ways {
            if let Some(call) = call {
                let names = [&["subject", "username"], args.as_slice()].concat();
                self.call(&format!("{at}.{way}"), call, (&names, &names));
            }
        }
        if name == self.definition.identity.request && !args.is_empty() {
            self.add(&at, "is the identity's request; its facts cannot take arguments");
        }
        if let Some(scope) = request.needs.difference(&self.definition.authorize.scopes).next() {
            self.add(
                format!("{at}.needs"),
                format!("names the scope {scope:?}, which `authorize.scopes` does not ask for"),
            );
        }
        if let Some(batch) = &request.batch {
            self.batch(&format!("{at}.batch"), batch, &args);
        }
    }

    fn batch(&mut self, at: &str, batch: &Batch, args: &[&str]) {
        if !(1..=1000).contains(&batch.max) {
            self.add(format!("{at}.max"), "must be from 1 to 1000");
        }
        // A list has no place in a URL.
        let in_body = [&["nodes", "subjects"], args].concat();
        self.call(&format!("{at}.call"), &batch.call, (args, &in_body));
        let names = batch.call.body.as_ref().map(Body::names).unwrap_or_default();
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

    /// Checks a call by the placeholders that are known in its URL and in its body.
    pub(super) fn call(&mut self, at: &str, call: &Call, (in_url, in_body): (&[&str], &[&str])) {
        self.url(&format!("{at}.url"), &call.url, in_url);
        let used = call.body.as_ref().map(Body::names).unwrap_or_default();
        for name in used.into_iter().filter(|name| !in_body.contains(name)) {
            self.add(format!("{at}.body"), unknown_placeholder(name, in_body));
        }
    }
}
