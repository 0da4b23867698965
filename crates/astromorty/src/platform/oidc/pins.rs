//! Pins: the issuer that settings name, and the hosts that may speak for it.

use domain::platform::{Problem, host};
use url::{Origin, Url};

/// Longer addresses are none.
const LONGEST: usize = 2048;

/// An issuer, and where its endpoints may be (N-66).
#[derive(Debug, Clone)]
pub struct Pins {
    issuer: String,
    origins: Vec<Origin>,
}

impl Pins {
    /// Checks an issuer and the further hosts that its endpoints may be on; fails with all that is wrong.
    ///
    /// The issuer is `https`, or `http` on this machine; one `/` at its end is part of its name. A
    /// host is written as `accounts.example.org` or `accounts.example.org:8443` and stands for
    /// `https` there and nothing else.
    pub fn new(issuer: &str, allowed_hosts: &[String]) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut origins = Vec::new();
        let bare = issuer.strip_suffix('/').unwrap_or(issuer);
        match (host::fault(bare), Url::parse(bare)) {
            (None, Ok(url)) => origins.push(url.origin()),
            (fault, _) => problems.push(problem("issuer", fault.unwrap_or("is not an address"))),
        }
        for host in allowed_hosts {
            match origin_of(host) {
                Some(origin) => origins.push(origin),
                None => problems.push(problem("allowed_hosts", &format!("holds {host:?}, which is no host"))),
            }
        }
        if problems.is_empty() { Ok(Self { issuer: issuer.to_owned(), origins }) } else { Err(problems) }
    }

    /// The issuer, byte for byte as settings have it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where the issuer's discovery document is (OpenID Connect Discovery §4.1).
    #[must_use]
    pub fn document(&self) -> String {
        let bare = self.issuer.strip_suffix('/').unwrap_or(&self.issuer);
        format!("{bare}/.well-known/openid-configuration")
    }

    /// Reads an endpoint's address; `None` for one that is malformed or elsewhere.
    ///
    /// `http` gets through only where the issuer itself has it: same host, same port.
    #[must_use]
    pub fn endpoint(&self, address: &str) -> Option<Url> {
        let plain = |b: u8| b.is_ascii_graphic() && !b"\\\"<>^`{|}#@".contains(&b);
        let scheme = address.starts_with("https://") || address.starts_with("http://");
        if !scheme || address.len() > LONGEST || !address.bytes().all(plain) {
            return None;
        }
        let url = Url::parse(address).ok()?;
        self.origins.contains(&url.origin()).then_some(url)
    }
}

fn origin_of(host: &str) -> Option<Origin> {
    let address = format!("https://{host}");
    let sound = host::fault(&address).is_none() && !host.contains('/');
    sound.then(|| Url::parse(&address).ok().map(|url| url.origin())).flatten()
}

pub(super) fn problem(at: &str, what: &str) -> Problem {
    Problem { at: at.to_owned(), what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pins(issuer: &str, hosts: &[&str]) -> Result<Pins, Vec<Problem>> {
        let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
        Pins::new(issuer, &hosts)
    }

    #[test]
    fn n_66_endpoints_stay_on_the_issuers_origin_and_the_allowed_hosts() {
        let pins = pins("https://id.example/realm", &["api.example", "keys.example:8443"]).unwrap();
        for good in [
            "https://id.example/token",
            "https://id.example:443/token?tenant=1",
            "https://ID.example/token",
            "https://api.example/userinfo",
            "https://keys.example:8443/jwks",
        ] {
            assert!(pins.endpoint(good).is_some(), "{good}");
        }
        for bad in [
            "http://id.example/token",
            "https://id.example:8443/token",
            "https://id.example.evil.example/token",
            "https://id.example@evil.example/",
            "https://evil.example\\@id.example/",
            "https://evil.example/#https://id.example/",
            "https:\\\\id.example/token",
            "https:/id.example/token",
            "HTTPS://id.example/token",
            " https://id.example/token",
            "https://id.example/to\tken",
            "https://user@id.example/",
            "https://sub.id.example/",
            "https://keys.example/jwks",
            "http://api.example/userinfo",
            "https://127.0.0.1/",
            "https://[::1]/",
            "http://169.254.169.254/latest/meta-data",
            "https://2130706433/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "//id.example/token",
            "/token",
            "",
        ] {
            assert_eq!(pins.endpoint(bad), None, "{bad}");
        }
        let long = format!("https://id.example/{}", "a".repeat(LONGEST));
        assert_eq!(pins.endpoint(&long), None);
    }

    #[test]
    fn n_66_plain_http_is_the_issuers_own_port_on_this_machine() {
        let pins = pins("http://127.0.0.1:8080", &["127.0.0.1"]).unwrap();
        assert!(pins.endpoint("http://127.0.0.1:8080/jwks").is_some());
        assert!(pins.endpoint("https://127.0.0.1/jwks").is_some());
        for bad in [
            "http://127.0.0.1:8081/",
            "http://127.0.0.1/",
            "http://localhost:8080/",
            "https://127.0.0.1:8080/",
        ] {
            assert_eq!(pins.endpoint(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_slash_at_the_end_is_part_of_the_name_but_not_of_the_path() {
        let document = |issuer| pins(issuer, &[]).unwrap().document();
        assert_eq!(document("https://a.example"), "https://a.example/.well-known/openid-configuration");
        assert_eq!(document("https://a.example/"), "https://a.example/.well-known/openid-configuration");
        assert_eq!(document("https://a.example/r/"), "https://a.example/r/.well-known/openid-configuration");
        assert_eq!(pins("https://a.example/", &[]).unwrap().issuer(), "https://a.example/");
    }

    #[test]
    fn every_mistake_in_the_settings_is_told() {
        let told = |issuer, hosts: &[&str]| {
            let problems = pins(issuer, hosts).unwrap_err();
            problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(
            told("http://a.example", &[]),
            "`issuer` must start with https:// unless it is this machine"
        );
        assert_eq!(told("https://a.example//", &[]), "`issuer` must not end with a slash");
        assert_eq!(told("https://a.example:x", &[]), "`issuer` is not an address");
        assert_eq!(
            told("", &["https://b.example", "*.example"]),
            "`issuer` must start with https://; \
             `allowed_hosts` holds \"https://b.example\", which is no host; \
             `allowed_hosts` holds \"*.example\", which is no host"
        );
        for bad in ["", "a/b", "a b", "user@a", "a:99999", "a?b", "a#b"] {
            assert!(pins("https://a.example", &[bad]).is_err(), "{bad}");
        }
    }
}
