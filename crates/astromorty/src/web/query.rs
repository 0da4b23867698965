//! Query strings and forms, read strictly: bad escapes, control characters and repeated names are
//! refused instead of guessed at (N-09).

use percent_encoding::percent_decode_str;

/// The longest value that any site sends back, in bytes.
const LONGEST: usize = 4096;
/// More fields than any page of ours has.
const MOST: usize = 1024;

/// Name and value of each field. `None` for what no browser sends: an escape that is none, bad UTF-8,
/// NUL, overlong values.
#[must_use]
pub fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        Some((decode(name)?, decode(value)?))
    };
    let pairs: Option<Vec<_>> = parts.map(pair).collect();
    pairs.filter(|pairs| pairs.len() <= MOST)
}

fn decode(text: &str) -> Option<String> {
    let whole = |escape: &[u8]| escape.len() >= 2 && escape[..2].iter().all(u8::is_ascii_hexdigit);
    if !text.as_bytes().split(|byte| *byte == b'%').skip(1).all(whole) {
        return None;
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    let plain = |c: char| !c.is_control() || c == '\n' || c == '\r' || c == '\t';
    (decoded.len() <= LONGEST && decoded.chars().all(plain)).then(|| decoded.into_owned())
}

/// A query whose names stand there once each, or `None`.
#[derive(Debug)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query as it came over the wire; without one it is empty.
    #[must_use]
    pub fn parse(text: Option<&str>) -> Option<Self> {
        let pairs = pairs(text.unwrap_or_default())?;
        let repeated = pairs
            .iter()
            .enumerate()
            .any(|(at, (name, _))| pairs[..at].iter().any(|(other, _)| other == name));
        (!repeated).then_some(Self(pairs))
    }

    /// A value that is there and not empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name)?;
        Some(found.1.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether the name stands there at all.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_09_what_no_browser_sends_is_refused() {
        for text in [
            "code=a&code=b",
            "code=%00",
            "code=%FF",
            "state=%c3%28",
            "code=%",
            "code=%4",
            "%zz=1",
            "code=%+1",
        ] {
            assert!(Query::parse(Some(text)).is_none(), "{text}");
        }
        assert!(Query::parse(Some(&format!("code={}", "a".repeat(8192)))).is_none());
        let query = Query::parse(Some("code=a%20b&state=&x")).unwrap();
        assert_eq!((query.get("code"), query.get("state")), (Some("a b"), None));
        assert!(query.has("state") && !query.has("iss"));
        assert!(Query::parse(None).unwrap().get("code").is_none());
    }
}
