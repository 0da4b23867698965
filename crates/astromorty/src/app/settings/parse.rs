//! What a value means. A text that reads as the number or list will do: variables are texts.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use domain::moment::Span;
use domain::token::Secret;
use toml::Value;
use url::{Host, Url};

use super::mistake::Wrong;

/// A text that is not empty.
pub(super) fn text(value: &Value) -> Result<String, Wrong> {
    match value.as_str().map(str::trim) {
        Some("") => Err(Wrong::new("the value is empty", "fill it in or take it out")),
        Some(text) => Ok(text.to_owned()),
        None => Err(Wrong::new("the value is not a text", "put it in quotes")),
    }
}

/// A secret of one line, fit for a header.
pub(super) fn secret(value: &Value) -> Result<Secret, Wrong> {
    let text = text(value)?;
    if text.chars().any(char::is_control) {
        return Err(Wrong::new(
            "the value has a line break or a control character in it",
            "copy it once more",
        ));
    }
    Ok(Secret::new(text))
}

/// A secret of many lines.
pub(super) fn pem(value: &Value) -> Result<Secret, Wrong> {
    let text = text(value)?;
    if text.starts_with("-----BEGIN ") { Ok(Secret::new(text)) } else { Err(NOT_PEM) }
}

const NOT_PEM: Wrong =
    Wrong::new("the value is not a key in PEM", "copy the whole file, from -----BEGIN to the end");

/// Names of hosts, without scheme or path.
pub(super) fn host_names(value: &Value) -> Result<Vec<String>, Wrong> {
    let wrong = Wrong::new("one of the hosts is not a name", "write names alone, such as keys.example.org");
    let names = texts(value)?;
    let are_names = names.iter().all(|name| matches!(Host::parse(name), Ok(Host::Domain(_))));
    if are_names { Ok(names) } else { Err(wrong) }
}

/// A list of texts: an array of texts or numbers, or one text with commas or spaces between.
pub(super) fn texts(value: &Value) -> Result<Vec<String>, Wrong> {
    const WRONG: Wrong = Wrong::new("the value is not a list of texts", "write [\"one\", \"two\"]");
    let one = |value: &Value| match value {
        Value::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Value::Integer(number) => Ok(number.to_string()),
        _ => Err(WRONG),
    };
    match value {
        Value::Array(values) => values.iter().map(one).collect(),
        Value::String(text) => {
            let parts = text.split(|c: char| c == ',' || c.is_whitespace());
            Ok(parts.filter(|part| !part.is_empty()).map(str::to_owned).collect())
        }
        Value::Integer(_) => Ok(vec![one(value)?]),
        _ => Err(WRONG),
    }
}

/// A list whose members all read as `T`.
pub(super) fn list<T: FromStr>(value: &Value, wrong: Wrong) -> Result<Vec<T>, Wrong> {
    let parse = |text: &String| text.parse().map_err(|_| wrong);
    texts(value)?.iter().map(parse).collect()
}

/// Whatever reads as `T`, from a text or a whole number.
pub(super) fn one<T: FromStr>(value: &Value, wrong: Wrong) -> Result<T, Wrong> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Integer(number) => number.to_string(),
        _ => return Err(wrong),
    };
    text.parse().map_err(|_| wrong)
}

/// Yes or no.
pub(super) fn flag(value: &Value) -> Result<bool, Wrong> {
    let spelled = value.as_str().and_then(|text| text.trim().parse().ok());
    value.as_bool().or(spelled).ok_or(Wrong::new("the value is not true or false", "write true or false"))
}

/// A whole number that is not negative.
pub(super) fn count(value: &Value) -> Result<u32, Wrong> {
    one(value, Wrong::new("the value is not a whole number", "write 0 or more, in digits"))
}

/// A length of time from 1 hour to 10 years.
pub(super) fn length(value: &Value) -> Result<Span, Wrong> {
    const WRONG: Wrong = Wrong::new(
        "the value is neither \"never\" nor a length of time from 1h to 3650d",
        "write \"never\", or a whole number and h or d, such as \"7d\"",
    );
    let text = text(value)?;
    let plain = text.starts_with(|first: char| first.is_ascii_digit());
    let number = |unit| text.strip_suffix(unit).filter(|_| plain)?.parse::<u16>().ok().map(i64::from);
    let length = number('h').map(Span::hours).or_else(|| number('d').map(Span::days)).ok_or(WRONG)?;
    if length >= Span::hours(1) && length <= Span::days(3650) { Ok(length) } else { Err(WRONG) }
}

/// A port from 0 (any free one) to 65535.
pub(super) fn port(value: &Value) -> Result<u16, Wrong> {
    one(value, Wrong::new("the value is not a port", "write a number from 0 to 65535, such as 8000"))
}

/// An address to listen on.
pub(super) fn address(value: &Value) -> Result<IpAddr, Wrong> {
    one(value, Wrong::new("the value is not an IP address", "write one, such as 127.0.0.1 or 0.0.0.0"))
}

/// An address with its port.
pub(super) fn socket(value: &Value) -> Result<SocketAddr, Wrong> {
    one(value, Wrong::new("the value is not an address with a port", "write one, such as 127.0.0.1:9464"))
}

/// An `https` URL, or a plain `http` one on this machine; without a name or password in it.
pub(super) fn url(value: &Value) -> Result<Url, Wrong> {
    url_of(value, ["https", "http"])
}

/// A `wss` URL, or a plain `ws` one on this machine.
pub(super) fn socket_url(value: &Value) -> Result<Url, Wrong> {
    url_of(value, ["wss", "ws"])
}

fn url_of(value: &Value, [sealed, open]: [&str; 2]) -> Result<Url, Wrong> {
    const CURE: &str = "write one with its scheme, such as https://roles.example.org";
    let url: Url = one(value, Wrong::new("the value is not a URL", CURE))?;
    if url.scheme() != sealed && url.scheme() != open {
        return Err(Wrong::new("the URL has a scheme that does not serve here", CURE));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(Wrong::new("the URL has a user, password or fragment in it", "take that out"));
    }
    if url.scheme() == open && !is_loopback(&url) {
        return Err(Wrong::new(
            "a plain URL is accepted only for this machine (127.0.0.0/8, [::1], localhost)",
            "use https (wss for the gateway)",
        ));
    }
    Ok(url)
}

/// Whether a URL leads to this machine and nowhere else.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// An `https` URL, or `http` on this machine, that paths are put behind: `https://api.github.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The URL without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A URL to put paths behind.
pub(super) fn base_url(value: &Value) -> Result<BaseUrl, Wrong> {
    let url = url(value)?;
    if url.query().is_some() {
        return Err(Wrong::new("the URL has a query (?…)", "take it out: paths are put behind this URL"));
    }
    Ok(BaseUrl(url.as_str().trim_end_matches('/').to_owned()))
}
