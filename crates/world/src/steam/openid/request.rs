//! What a site asks for when it sends a browser (section 9).

use url::Url;

use super::{NS, SELECT};
use crate::params::{Params, Repeated, redirect};

/// A request that passed all checks.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The site that asks, as the person sees it.
    pub(crate) realm: String,
    /// Where the answer goes.
    pub(crate) return_to: String,
    pub(crate) params: Params,
}

/// Why nobody is asked.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The person reads it; nobody is sent anywhere.
    Page(&'static str),
    /// The site reads it: the browser goes to this address.
    Back(String),
}

impl Asked {
    /// Checks a request. Nothing is sent to a `return_to` that is not under the realm.
    pub(crate) fn read(query: Option<&str>) -> Result<Asked, Refusal> {
        let params = Params::parse(query.unwrap_or_default().as_bytes());
        let params = params.map_err(|Repeated(_)| Refusal::Page("A field was given more than once."))?;
        let return_to =
            params.find("openid.return_to").ok_or(Refusal::Page("openid.return_to is missing."))?;
        let realm = params.find("openid.realm").unwrap_or(return_to);
        let place = address(return_to).ok_or(Refusal::Page("openid.return_to is not a web address."))?;
        let root = address(realm).ok_or(Refusal::Page("openid.realm is not a web address."))?;
        if !is_under(&place, &root) {
            return Err(Refusal::Page("openid.return_to is not under openid.realm."));
        }
        let asked = Asked { realm: realm.to_owned(), return_to: return_to.to_owned(), params };
        asked.check()?;
        Ok(asked)
    }

    fn check(&self) -> Result<(), Refusal> {
        let is = |name: &str, value: &str| self.params.find(name) == Some(value);
        if !is("openid.ns", NS) {
            return Err(self.error("openid.ns must be http://specs.openid.net/auth/2.0"));
        }
        if is("openid.mode", "checkid_immediate") {
            return Err(Refusal::Back(self.back("setup_needed")));
        }
        if !is("openid.mode", "checkid_setup") {
            return Err(self.error("openid.mode must be checkid_setup"));
        }
        if !is("openid.claimed_id", SELECT) || !is("openid.identity", SELECT) {
            return Err(self.error("openid.claimed_id and openid.identity must be identifier_select"));
        }
        Ok(())
    }

    fn error(&self, text: &str) -> Refusal {
        Refusal::Back(format!("{}&{}", self.back("error"), encoded("openid.error", text)))
    }

    /// The way back with an answer that has nothing but a mode (section 10.2).
    pub(crate) fn back(&self, mode: &str) -> String {
        redirect(&self.return_to, &[("openid.ns", NS), ("openid.mode", mode)])
    }
}

fn encoded(name: &str, value: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
}

/// A web address that can be a realm or a return address: no fragment, no credentials, and nothing
/// that parsers pass over, such as line breaks.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_graphic()))?;
    let plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    (plain && matches!(url.scheme(), "http" | "https")).then_some(url)
}

/// Whether a return address lies under a realm (section 9.2): same scheme, host and port, and the
/// realm's path or one below it. Realms with wildcards match nothing here.
fn is_under(place: &Url, realm: &Url) -> bool {
    let (path, root) = (place.path(), realm.path());
    let below = path
        .strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || root.ends_with('/') || rest.starts_with('/'));
    place.origin() == realm.origin() && below
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under(place: &str, realm: &str) -> bool {
        is_under(&address(place).unwrap(), &address(realm).unwrap())
    }

    #[test]
    fn a_return_address_lies_under_its_realm() {
        assert!(under("https://us.example/back?a=b", "https://us.example"));
        assert!(under("https://us.example:443/back", "https://us.example/"));
        assert!(under("https://us.example/a/back", "https://us.example/a"));
        assert!(under("https://us.example/a", "https://us.example/a"));
        for elsewhere in [
            "https://us.example.evil/a",
            "http://us.example/a",
            "https://us.example:444/a",
            "https://us.example/ab",
            "https://sub.us.example/a",
        ] {
            assert!(!under(elsewhere, "https://us.example/a"), "{elsewhere}");
        }
        assert!(!under("https://us.example/a", "https://*.example/"));
    }

    #[test]
    fn odd_addresses_are_refused() {
        for odd in [
            "",
            "/back",
            "ftp://us.example/",
            "https://a@us.example/",
            "https://us.example/#a",
            "https://us.example/\n",
        ] {
            assert!(address(odd).is_none(), "{odd}");
        }
    }
}
