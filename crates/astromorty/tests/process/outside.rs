//! The way of browsers to real sockets.

use axum::body::Bytes;
use url::Url;

/// A client of everything on loopback.
#[derive(Clone)]
pub struct Outside {
    client: reqwest::Client,
    base: Url,
}

impl Outside {
    /// With the product at `base`.
    pub fn new(base: Url) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { client: client.build().unwrap(), base }
    }

    /// Where the product's pages are.
    pub fn base(&self) -> Url {
        self.base.clone()
    }

    /// One exchange. `Err` when the connection broke.
    pub async fn send(&self, request: http::Request<Bytes>) -> reqwest::Result<http::Response<Bytes>> {
        let answer = self.client.execute(request.try_into()?).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = http::Response::new(answer.bytes().await?);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}
