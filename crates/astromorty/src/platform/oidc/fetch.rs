//! Fetching: how a site's documents are read.

use bytes::Bytes;
use http::StatusCode;
use http::header::{ACCEPT, USER_AGENT};
use tracing::debug;
use url::Url;

use super::OidcError;
use crate::app::seam::{Http, HttpError, Request};

/// Reads a document. The request goes out once more when its connection breaks: it changes nothing
/// there. Size and time are bounded by [`Http`], which follows no redirects (N-67).
pub(super) async fn get(http: &Http, url: &Url) -> Result<Bytes, OidcError> {
    let request = request(url).ok_or(OidcError::Unavailable)?;
    let mut answer = http.call(request.clone()).await;
    if let Err(HttpError::NotSent | HttpError::Cut) = answer {
        answer = http.call(request).await;
    }
    match answer {
        Ok(answer) if answer.status() == StatusCode::OK => return Ok(answer.into_body()),
        Ok(answer) => debug!(%url, status = answer.status().as_u16(), "{url} is not to be had"),
        Err(error) => debug!(%url, %error, "no answer from {url}"),
    }
    Err(OidcError::Unavailable)
}

fn request(url: &Url) -> Option<Request> {
    let request = http::Request::get(url.as_str()).header(USER_AGENT, super::super::call::AGENT);
    request.header(ACCEPT, "application/json").body(Bytes::new()).ok()
}
