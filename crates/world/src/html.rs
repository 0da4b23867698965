//! The frame of every page, and the few things that pages share.

use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

const STYLE: &str = include_str!("style.css");

/// A page before it is text.
pub(crate) struct Page<'a> {
    /// The name of the site it stands in for.
    pub(crate) site: &'a str,
    pub(crate) title: &'a str,
    /// The content, already HTML.
    pub(crate) body: &'a str,
    /// Whether the page reloads itself every few seconds.
    pub(crate) watch: bool,
}

impl Page<'_> {
    /// The page as HTML. It needs no JavaScript and fetches nothing.
    pub(crate) fn html(&self) -> String {
        let Page { site, body, .. } = self;
        let title = escape(self.title);
        let class = site.to_lowercase();
        let refresh = if self.watch {
            "<meta http-equiv=\"refresh\" content=\"3\">"
        } else {
            ""
        };
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{refresh}\
             <title>{title} · {site} stand-in</title><link rel=\"icon\" href=\"data:,\">\
             <style>{STYLE}</style></head><body class=\"{class}\">\
             <header><a class=\"brand\" href=\"/\">{site} <small>stand-in</small></a>\
             <p>Not the real {site}: everything here is made up and stays on this machine.</p></header>\
             <main>{body}</main></body></html>\n"
        )
    }
}

/// Text that is safe between tags and inside quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Sends the browser to another page with a GET.
pub(crate) fn see_other(uri: &str) -> Response {
    match HeaderValue::from_str(uri) {
        Ok(uri) => (StatusCode::SEE_OTHER, [(LOCATION, uri)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Lets the browser remember a plain value until it closes.
pub(crate) fn with_cookie(mut answer: Response, name: &str, value: &str) -> Response {
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}

/// What the browser remembers under a name.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = all
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// The first letter of a name, for the round mark beside it.
pub(crate) fn initial(name: &str) -> String {
    name.chars()
        .next()
        .map(|letter| escape(&letter.to_uppercase().to_string()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_a_page() {
        assert_eq!(escape("<b a='\"&'>"), "&lt;b a=&#39;&quot;&amp;&#39;&gt;");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=1; b=2"));
        assert_eq!(cookie(&headers, "b"), Some("2"));
        assert_eq!(cookie(&headers, "c"), None);
    }
}
