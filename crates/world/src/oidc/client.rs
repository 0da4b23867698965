//! Clients, and how they prove who they are (RFC 6749 section 2.3).

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use super::error::TokenError;
use super::state::State;
use crate::params::Params;

/// How a client may send its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    /// `client_secret_basic`: both halves form-encoded, then HTTP Basic.
    Basic,
    /// `client_secret_post`: in the form.
    Post,
}

/// A client as it is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
    /// Where people may be sent back to, compared letter by letter.
    pub redirect_uris: Vec<String>,
    /// How it may send its secret.
    pub auth_methods: Vec<AuthMethod>,
    /// Whether a request without a code challenge is refused. One that is sent always counts.
    pub require_pkce: bool,
}

impl State {
    /// Reads and checks the credentials of a request from a client.
    pub(crate) fn authenticate(&self, headers: &HeaderMap, form: &Params) -> Result<String, TokenError> {
        let (method, id, secret) = credentials(headers, form)?;
        let client = self.clients.get(&id).ok_or(TokenError::Client(method))?;
        if client.client_secret == secret && client.auth_methods.contains(&method) {
            return Ok(id);
        }
        Err(TokenError::Client(method))
    }
}

/// The credentials and where they were. A client uses one place only.
fn credentials(headers: &HeaderMap, form: &Params) -> Result<(AuthMethod, String, String), TokenError> {
    let in_form = form.find("client_id").zip(form.find("client_secret"));
    if headers.get(AUTHORIZATION).is_none() {
        let (id, secret) = in_form.ok_or(TokenError::Client(AuthMethod::Post))?;
        return Ok((AuthMethod::Post, id.to_owned(), secret.to_owned()));
    }
    let (id, secret) = basic(headers).ok_or(TokenError::Client(AuthMethod::Basic))?;
    if form.find("client_secret").is_some() {
        return Err(TokenError::Request("The client authenticated in more than one way."));
    }
    if form.find("client_id").is_some_and(|named| named != id) {
        return Err(TokenError::Request("client_id differs from the one in the Authorization header."));
    }
    Ok((AuthMethod::Basic, id, secret))
}

/// Reads HTTP Basic credentials, whose halves are form-encoded (RFC 6749 section 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((form_decode(id)?, form_decode(secret)?))
}

/// Decodes one form-encoded text. A bare `&` or `=` shows that it was not encoded.
fn form_decode(text: &str) -> Option<String> {
    if text.contains(['&', '=']) {
        return None;
    }
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    pairs.next().map(|(text, _)| text.into_owned()).or_else(|| text.is_empty().then(String::new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_of_basic_credentials_are_form_encoded() {
        let read = |pair: &str| {
            let value = format!("basic {}", STANDARD.encode(pair));
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, value.parse().unwrap());
            basic(&headers)
        };
        let both = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(read("a:b"), both("a", "b"));
        assert_eq!(read("a%3Ab:c%2Bd+e%25"), both("a:b", "c+d e%"));
        assert_eq!(read("a:b=c"), None);
        assert_eq!(read("a:"), both("a", ""));
        assert_eq!(read("a"), None);
    }
}
