//! Query and form parameters, each at most once (RFC 6749 section 3.1).

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use url::form_urlencoded;

/// Parameters by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Params(BTreeMap<String, String>);

/// A parameter was given more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repeated(pub(crate) String);

impl Params {
    /// Reads `application/x-www-form-urlencoded` text.
    pub(crate) fn parse(text: &[u8]) -> Result<Params, Repeated> {
        let mut params = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(text) {
            if params.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(Repeated(name.into_owned()));
            }
        }
        Ok(Params(params))
    }

    /// The value, where it was given and is not empty.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The names of all that were given.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// All values that were given.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    /// Takes one out.
    pub(crate) fn remove(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// Adds those of `others` that are not there yet.
    pub(crate) fn or(mut self, others: Params) -> Params {
        for (name, value) in others.0 {
            self.0.entry(name).or_insert(value);
        }
        self
    }

    /// Writes them as a query.
    pub(crate) fn encode(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

impl FromIterator<(String, String)> for Params {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Params {
        Params(pairs.into_iter().collect())
    }
}

/// Whether the headers announce this media type, whatever its parameters.
pub(crate) fn is_media_type(headers: &HeaderMap, wanted: &str) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted)
}

/// Adds parameters to a redirect URI, keeping the query it has.
pub(crate) fn redirect(uri: &str, params: &[(&str, &str)]) -> String {
    let added = form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{added}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_parameter_is_refused() {
        assert_eq!(Params::parse(b"code=1&code=1"), Err(Repeated("code".into())));
    }

    #[test]
    fn an_empty_value_is_no_value() {
        let params = Params::parse(b"code=&state=a%20b").unwrap();
        assert_eq!(params.find("code"), None);
        assert_eq!(params.find("state"), Some("a b"));
    }

    #[test]
    fn a_redirect_keeps_its_own_query() {
        assert_eq!(redirect("http://a/b?c=1", &[("d", "2 3")]), "http://a/b?c=1&d=2+3");
    }
}
