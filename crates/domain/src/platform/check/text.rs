//! Checks the two small languages: URL templates and JSON pointers.

use super::Check;
use crate::platform::pointer::{Pointer, Pointers};
use crate::platform::sign_in::Protocol;
use crate::platform::template::{Part, Template};

impl Check<'_> {
    pub(super) fn url(&mut self, at: &str, url: &Template, names: &[&str]) {
        let Some(parts) = url.parts() else {
            self.add(at, "has a brace without a partner, or braces around something that is not a name");
            return;
        };
        match parts.as_slice() {
            [Part::Name(host)] | [Part::Name(host), Part::Text(_), ..] if self.is_host(host) => {}
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

    fn is_host(&self, name: &str) -> bool {
        let found =
            self.definition.protocol == Protocol::Oidc && matches!(name, "web" | "userinfo" | "revoke");
        found || self.definition.hosts.contains_key(name)
    }

    pub(super) fn pointer(&mut self, at: &str, pointer: &Pointer) {
        if !pointer.is_valid() {
            let what = format!(
                "is {:?}, which is not a JSON pointer; write /name/0/name, with ~1 for / and ~0 for ~",
                pointer.as_str()
            );
            self.add(at, what);
        }
    }

    pub(super) fn pointers(&mut self, at: &str, pointers: &Pointers) {
        if pointers.all().is_empty() {
            self.add(at, "is an empty list; name at least one place");
        }
        for pointer in pointers.all() {
            self.pointer(at, pointer);
        }
    }

    pub(super) fn unknown_request(&mut self, at: &str, request: &str) {
        let known: Vec<_> = self.definition.requests.keys().map(String::as_str).collect();
        self.add(
            at,
            format!("names the request {request:?}, which is not there; there are: {}", known.join(", ")),
        );
    }
}

pub(super) fn unknown_placeholder(name: &str, known: &[&str]) -> String {
    let known: Vec<_> = known.iter().map(|name| format!("{{{name}}}")).collect();
    format!("holds {{{name}}}, which nothing fills; known here: {}", known.join(", "))
}
