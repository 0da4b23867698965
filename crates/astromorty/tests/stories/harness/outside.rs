//! The outside: routers by host, reached by the product and by browsers alike.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use astromorty::app::seam::{HttpError, Request, Response};
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower::{Service, ServiceExt};
use url::Url;
use world::Lost;

use super::gate::Gate;
use super::secrets::Secrets;

pub const DISCORD: &str = "discord.test";
pub const GITHUB: &str = "github.test";
pub const ROLES: &str = "roles.test";

#[derive(Clone)]
pub struct Outside {
    base: Url,
    hosts: Arc<Mutex<BTreeMap<String, Router>>>,
    /// On the way to Discord.
    pub to_discord: Gate,
    /// On the way to GitHub.
    pub to_github: Gate,
    /// Every secret that crossed it.
    pub secrets: Secrets,
}

impl Outside {
    pub fn new(discord: &world::Discord, github: &world::GitHub) -> Self {
        let base = Url::parse(&format!("https://{ROLES}/")).unwrap();
        let (to_discord, to_github) = (Gate::default(), Gate::default());
        let outside =
            Self { base, hosts: Arc::default(), to_discord, to_github, secrets: Secrets::default() };
        outside.serve(DISCORD, outside.to_discord.before(discord.router()));
        outside.serve(GITHUB, outside.to_github.before(github.router()));
        outside.serve("api.github.test", outside.to_github.before(github.router()));
        outside
    }

    /// Lets a router answer for a host.
    pub fn serve(&self, host: &str, router: Router) {
        self.hosts.lock().unwrap().insert(host.to_owned(), router);
    }

    /// Where the product's pages are.
    pub fn base(&self) -> Url {
        self.base.clone()
    }

    /// One exchange. `Err` when the connection broke.
    pub async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        let router = self.hosts.lock().unwrap().get(&host).cloned().ok_or(HttpError::NotSent)?;
        self.secrets.of_request(&request);
        let (mut parts, body) = request.into_parts();
        parts.headers.entry(http::header::HOST).or_insert(host.parse().unwrap());
        let answer = router.oneshot(http::Request::from_parts(parts, Body::from(body))).await.unwrap();
        let (parts, body) = answer.into_parts();
        match Limited::new(body, 1024 * 1024).collect().await {
            Ok(body) => {
                let answer = http::Response::from_parts(parts, body.to_bytes());
                self.secrets.of_response(&answer);
                Ok(answer)
            }
            Err(error) if error.is::<LengthLimitError>() => Err(HttpError::TooLarge),
            Err(error) if Lost::is_cause_of(&*error) => Err(HttpError::Cut),
            Err(_) => Err(HttpError::Cut),
        }
    }
}

/// The product's way out.
impl Service<Request> for Outside {
    type Response = Response;
    type Error = HttpError;
    type Future = BoxFuture<'static, Result<Response, HttpError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), HttpError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let outside = self.clone();
        Box::pin(async move { outside.send(request).await })
    }
}
