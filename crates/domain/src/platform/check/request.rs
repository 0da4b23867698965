//! Checks requests and their ways.

use super::Check;
use super::text::unknown_placeholder;
use crate::platform::body::text_names;
use crate::platform::request::{Batch, Call, Pages, Request};
use crate::platform::template::Template;
use crate::vocabulary::{ArgKind, is_name};

impl Check<'_> {
    pub(super) fn request(&mut self, name: &str, request: &Request) {
        let at = format!("requests.{name}");
        if !is_name(name) {
            self.add(&at, "is not a name; use a-z, 0-9 and _");
        }
        if let Some(subject) = &request.subject {
            self.pointers(&format!("{at}.subject"), subject);
        }
        if request.user.is_none() && request.service.is_none() && request.batch.is_none() {
            self.add(&at, "has no way to be asked; give it `user`, `service` or `batch`");
        }
        let args = self.placeholders(name);
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        if name == self.definition.identity.request && !args.is_empty() {
            self.add(&at, "is the identity's request; its facts cannot take arguments");
        }
        let of_one = [&["node", "subject", "username"], args.as_slice()].concat();
        for (way, call) in [("user", &request.user), ("service", &request.service)] {
            if let Some(call) = call {
                self.way(&format!("{at}.{way}"), call, &of_one);
            }
        }
        self.scopes(&format!("{at}.needs"), request.needs.iter());
        self.fallback(&format!("{at}.fallback"), request);
        self.about_someone(&at, request);
        if let Some(batch) = &request.batch {
            self.batch(&format!("{at}.batch"), batch, &args);
        }
    }

    /// What the arguments of a request fill.
    fn placeholders(&self, request: &str) -> Vec<String> {
        let filled = |(arg, kind): (&String, &ArgKind)| match kind {
            ArgKind::Integer | ArgKind::Text => vec![arg.clone()],
            ArgKind::Repository => vec![arg.clone(), format!("{arg}_owner"), format!("{arg}_name")],
        };
        self.definition.args(request).flat_map(filled).collect()
    }

    pub(super) fn scopes<'a>(&mut self, at: &str, needs: impl Iterator<Item = &'a String>) {
        let authorize = &self.definition.authorize;
        let unasked =
            |scope: &&String| !authorize.scopes.contains(*scope) && !authorize.optional.contains(*scope);
        for scope in needs.filter(unasked) {
            let what = format!(
                "names the scope {scope:?}, which neither `authorize.scopes` nor `authorize.optional` holds"
            );
            self.add(at, what);
        }
    }

    fn fallback(&mut self, at: &str, request: &Request) {
        let Some(name) = &request.fallback else { return };
        match self.definition.requests.get(name) {
            None => self.unknown_request(at, name),
            Some(other) if other.fallback.is_some() || !other.needs.is_empty() => {
                self.add(at, format!("names {name:?}, which itself needs a scope; it must need none"));
            }
            Some(_) if request.needs.is_empty() => {
                self.add(at, "has no meaning without `needs`");
            }
            Some(_) => {}
        }
    }

    /// N-68: an answer that does not name its account has to come from a call that does.
    fn about_someone(&mut self, at: &str, request: &Request) {
        if request.subject.is_some() {
            return;
        }
        let names = |call: &Call| ["subject", "node", "username"].iter().any(|name| call.uses(name));
        if request.batch.is_some() || request.service.as_ref().is_some_and(|call| !names(call)) {
            self.add(at, "must say by `subject` where its answer names the account");
        }
    }

    fn batch(&mut self, at: &str, batch: &Batch, args: &[&str]) {
        if !(1..=1000).contains(&batch.max) {
            self.add(format!("{at}.max"), "must be from 1 to 1000");
        }
        let known = [&["nodes", "subjects"], args].concat();
        self.way(&format!("{at}.call"), &batch.call, &known);
        if !batch.call.uses("nodes") && !batch.call.uses("subjects") {
            self.add(format!("{at}.call"), "must list the accounts as \"{subjects}\" or \"{nodes}\"");
        }
        if batch.call.uses("nodes") && self.definition.identity.node.is_none() {
            let what = "asks by {nodes}, but `identity.node` does not say where a node id stands";
            self.add(format!("{at}.call"), what);
        }
        if batch.call.pages.is_some() {
            self.add(format!("{at}.call.pages"), "has no meaning in a batch");
        }
        self.pointer(&format!("{at}.items"), &batch.items);
        let Some(failures) = &batch.failures else { return };
        self.pointer(&format!("{at}.failures.list"), &failures.list);
        self.pointer(&format!("{at}.failures.code"), &failures.code);
        if failures.index.is_none() && failures.subject.is_none() {
            let what = "needs `index` or `subject`, to say which account a failure is about";
            self.add(format!("{at}.failures"), what);
        }
        let places = [("index", &failures.index), ("subject", &failures.subject)];
        for (key, pointer) in places {
            if let Some(pointer) = pointer {
                self.pointer(&format!("{at}.failures.{key}"), pointer);
            }
        }
    }

    /// Checks a call that asks about accounts.
    fn way(&mut self, at: &str, call: &Call, known: &[&str]) {
        let paged = call.pages.as_ref().map_or(&[][..], |_| &["cursor", "page"]);
        let in_body = [known, paged].concat();
        self.call(at, call, (known, &in_body));
        if call.uses("node") && self.definition.identity.node.is_none() {
            self.add(at, "asks by {node}, but `identity.node` does not say where a node id stands");
        }
        if let Some(pages) = &call.pages {
            self.pages(&format!("{at}.pages"), (call, pages));
        }
    }

    fn pages(&mut self, at: &str, (call, pages): (&Call, &Pages)) {
        self.pointer(&format!("{at}.items"), &pages.items);
        if !(1..=100).contains(&pages.max) {
            self.add(format!("{at}.max"), "must be from 1 to 100");
        }
        let (name, size) = match &pages.cursor {
            Some(cursor) => {
                self.pointer(&format!("{at}.cursor"), cursor);
                ("cursor", Some(1))
            }
            None => ("page", pages.size),
        };
        if size.is_none_or(|size| size == 0) {
            self.add(at, "needs `cursor`, or the `size` of a full page");
        }
        if !call.names().contains(&name) {
            self.add(at, format!("has no meaning: neither query nor body uses {{{name}}}"));
        }
    }

    /// Checks a call by the placeholders that are known in its URL, and in its query and body.
    pub(super) fn call(&mut self, at: &str, call: &Call, (in_url, in_body): (&[&str], &[&str])) {
        let texts: Vec<&str> = call.texts.keys().map(String::as_str).collect();
        self.url(&format!("{at}.url"), &call.url, in_url);
        for name in texts.iter().filter(|name| !is_name(name) || in_body.contains(name)) {
            self.add(
                format!("{at}.texts.{name}"),
                "must be a name of a-z, 0-9 and _ that means nothing else",
            );
        }
        for (name, text) in &call.texts {
            if Template::new(text).parts().is_none() || text_names(text).is_empty() {
                self.add(format!("{at}.texts.{name}"), "must be a text with placeholders such as {username}");
            }
        }
        let known = [in_body, &["client_id"]].concat();
        for name in call.names().into_iter().filter(|name| !known.contains(name)) {
            self.add(at, unknown_placeholder(name, in_body));
        }
        let bucket = call.cost.as_ref().and_then(|cost| cost.bucket.as_ref());
        if let Some(bucket) = bucket.filter(|name| !self.definition.limits.buckets.contains_key(*name)) {
            let what = format!("names the bucket {bucket:?}, which `limits.buckets` does not hold");
            self.add(format!("{at}.cost.bucket"), what);
        }
    }
}
