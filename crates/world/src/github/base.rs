//! Where the caller has reached the API, for addresses that are to be followed.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;

/// The API's address as the caller knows it.
pub(crate) struct Base(String);

impl Base {
    /// The address of a path of the API.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Base, Infallible> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let folder = if uri.path().starts_with("/api/v3/") { "/api/v3" } else { "" };
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| uri.authority().map(Authority::as_str));
        let scheme = uri.scheme_str().unwrap_or("http");
        Ok(Base(match host {
            Some(host) => format!("{scheme}://{host}{folder}"),
            None => format!("https://api.github.com{folder}"),
        }))
    }
}
