//! Hosts: where a platform lives. One setting moves it to a stand-in or an installation of its own.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::template::{Part, Template};

/// What is wrong with the address of a host; `None` for one that is fine.
///
/// `https` is accepted anywhere, `http` only on this machine. A path may follow, as in
/// `https://github.example.org/api/v3`, but no `/` at the end, name, password, query or fragment.
#[must_use]
pub fn fault(address: &str) -> Option<&'static str> {
    let (plain, rest) = match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
        (Some(rest), _) => (false, rest),
        (None, Some(rest)) => (true, rest),
        (None, None) => return Some("must start with https://"),
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~/:[]".contains(&b);
    if authority.is_empty() {
        Some("names no host")
    } else if !rest.bytes().all(allowed) {
        Some("may hold a host, a port and a path, and nothing else")
    } else if rest.ends_with('/') {
        Some("must not end with a slash")
    } else if plain && !is_loopback(authority) {
        Some("must start with https:// unless it is this machine")
    } else {
        None
    }
}

fn is_loopback(authority: &str) -> bool {
    if let Some((address, _)) = authority.strip_prefix('[').and_then(|a| a.split_once(']')) {
        return address.parse().is_ok_and(|ip: Ipv6Addr| ip.is_loopback());
    }
    let name = authority.split(':').next().unwrap_or_default();
    name == "localhost" || name.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback())
}

/// The addresses of all hosts: the definition's own, or those that settings put in their place.
///
/// An address may start with another host, as in `{api}/graphql`. `None` under a name whose
/// address does not come to an end that way.
#[must_use]
pub fn resolve(
    defaults: &BTreeMap<String, Template>,
    settings: &BTreeMap<String, String>,
) -> BTreeMap<String, Option<String>> {
    let written = |name: &str| {
        let setting = settings.get(name).map(|address| Template::new(address));
        setting.or_else(|| defaults.get(name).cloned())
    };
    let whole = |template: &Template| match template.parts()?.as_slice() {
        [Part::Text(address)] => Some((*address).to_owned()),
        _ => None,
    };
    let resolved = |name: &String| match written(name)?.parts()?.as_slice() {
        [Part::Text(address)] => Some((*address).to_owned()),
        [Part::Name(other), Part::Text(path)] if path.starts_with('/') => {
            Some(whole(&written(other)?)? + path)
        }
        _ => None,
    };
    let names = defaults.keys();
    names.map(|name| (name.clone(), resolved(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in [
            "https://github.com",
            "https://ghe.example.org:8443/api/v3",
            "http://127.0.0.1:8080",
            "http://127.8.9.1",
            "http://localhost:1",
            "http://[::1]:8080",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in [
            "",
            "github.com",
            "ftp://github.com",
            "http://github.com",
            "http://localhost.evil.example",
            "http://localhost@evil.example",
            "http://127.0.0.1.evil.example",
            "http://[::1]@evil.example",
            "http://0x7f.1",
            "http://[::ffff:10.0.0.1]",
            "https://",
            "https:///path",
            "https://a b",
            "https://user:pass@host",
            "https://host/?q",
            "https://host/#f",
            "https://host/",
            "https://host\\evil",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_host_may_start_with_another() {
        let defaults = BTreeMap::from([
            ("api".to_owned(), Template::new("https://api.example")),
            ("graphql".to_owned(), Template::new("{api}/graphql")),
            ("loop".to_owned(), Template::new("{loop}/x")),
        ]);
        let moved = BTreeMap::from([("api".to_owned(), "http://localhost:1".to_owned())]);
        let hosts = resolve(&defaults, &moved);
        assert_eq!(hosts["graphql"].as_deref(), Some("http://localhost:1/graphql"));
        assert_eq!(hosts["loop"], None);
    }
}
