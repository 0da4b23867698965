//! Templates: texts with `{names}` that become URLs.
//!
//! A URL starts with one of the definition's hosts. Whatever else is filled in is percent-encoded,
//! so that a value stays inside its path segment or query value.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::vocabulary::is_name;

/// A URL with placeholders, such as `{api}/user/{subject}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Template(String);

/// Values by placeholder name.
pub type Values<'a> = BTreeMap<&'a str, &'a str>;

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Stands for itself.
    Text(&'a str),
    /// Is replaced by the value of that name.
    Name(&'a str),
}

impl Template {
    /// The template for a text, right or wrong: [`Template::parts`] tells.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its pieces in order; `None` where a brace has no partner or encloses no name.
    #[must_use]
    pub fn parts(&self) -> Option<Vec<Part<'_>>> {
        let mut parts = Vec::new();
        let mut rest = self.0.as_str();
        while let Some(at) = rest.find(['{', '}']) {
            let (text, opened) = rest.split_at(at);
            let (name, after) = opened.strip_prefix('{')?.split_once('}')?;
            if !is_name(name) {
                return None;
            }
            parts.extend((!text.is_empty()).then_some(Part::Text(text)));
            parts.push(Part::Name(name));
            rest = after;
        }
        parts.extend((!rest.is_empty()).then_some(Part::Text(rest)));
        Some(parts)
    }

    /// Puts a host in front and values into the rest.
    ///
    /// `None` where a name has no value, and where a value is empty, `.` or `..`: those would
    /// make the URL name another resource (RFC 3986 §5.2.4).
    #[must_use]
    pub fn fill(&self, hosts: &BTreeMap<String, String>, values: &Values<'_>) -> Option<String> {
        let mut url = String::new();
        for (at, part) in self.parts()?.into_iter().enumerate() {
            match part {
                Part::Text(text) => url.push_str(text),
                Part::Name(host) if at == 0 => url.push_str(hosts.get(host)?),
                Part::Name(name) => {
                    let value = values.get(name)?;
                    if matches!(*value, "" | "." | "..") {
                        return None;
                    }
                    encode(value, &mut url);
                }
            }
        }
        Some(url)
    }
}

/// The name in a text that is one placeholder and nothing else, such as `{subject}`.
///
/// Inside of bodies only such texts are replaced: a GraphQL query is full of braces.
#[must_use]
pub fn lone_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix('{')?.strip_suffix('}')?;
    is_name(name).then_some(name)
}

/// Keeps the unreserved characters of RFC 3986 §2.3, and writes every other byte as `%XX`.
fn encode(value: &str, onto: &mut String) {
    const HEX: [u8; 16] = *b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            onto.push(char::from(byte));
        } else {
            onto.push('%');
            onto.push(char::from(HEX[usize::from(byte >> 4)]));
            onto.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filled(template: &str, value: &str) -> Option<String> {
        let hosts = BTreeMap::from([("web".to_owned(), "https://a.example".to_owned())]);
        Template::new(template).fill(&hosts, &Values::from([("name", value)]))
    }

    #[test]
    fn a_value_cannot_leave_its_place() {
        let url = filled("{web}/u/{name}/x", "../a?b#c/é").unwrap();
        assert_eq!(url, "https://a.example/u/..%2Fa%3Fb%23c%2F%C3%A9/x");
        for evil in ["..", ".", ""] {
            assert_eq!(filled("{web}/u/{name}/x", evil), None, "{evil:?}");
        }
    }

    #[test]
    fn a_name_without_value_fills_nothing() {
        assert_eq!(filled("{web}/{other}", "a"), None);
        assert_eq!(filled("{api}/{name}", "a"), None);
    }

    #[test]
    fn braces_come_in_pairs_around_a_name() {
        for bad in ["{", "}", "a{b", "{}", "{a b}", "{{a}}", "{A}", "}a{"] {
            assert_eq!(Template::new(bad).parts(), None, "{bad:?}");
        }
        let template = Template::new("{web}/a");
        assert_eq!(template.parts(), Some(vec![Part::Name("web"), Part::Text("/a")]));
    }

    #[test]
    fn only_a_whole_text_is_a_body_placeholder() {
        assert_eq!(lone_name("{nodes}"), Some("nodes"));
        assert_eq!(lone_name("{ nodes }"), None);
        assert_eq!(lone_name("x{nodes}"), None);
    }

    proptest! {
        #[test]
        fn whatever_is_filled_in_is_one_segment(value in ".*") {
            if let Some(url) = filled("{web}/u/{name}", &value) {
                let segment = url.strip_prefix("https://a.example/u/").unwrap();
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~%".contains(&b);
                prop_assert!(!segment.is_empty() && segment.bytes().all(plain));
            } else {
                prop_assert!(["", ".", ".."].contains(&value.as_str()));
            }
        }
    }
}
