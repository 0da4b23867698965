//! What every API request of a stand-in passes: faults on the way in, the log on the way out.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use crate::lost::{cut, drip, huge};
use crate::{Exchange, Fault, FaultKind, Millis, Scope};

/// The largest request body that is read. Discord's own limit.
const LARGEST_BODY: usize = 25 * 1024 * 1024;
/// How many exchanges the log remembers; older ones are dropped.
const LOG_LENGTH: usize = 100_000;

/// Faults waiting for requests, and the exchanges seen.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    faults: Vec<Fault>,
    log: VecDeque<Exchange>,
}

impl Traffic {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(crate) fn heal(&mut self) {
        self.faults.clear();
    }

    pub(crate) fn log(&self) -> Vec<Exchange> {
        self.log.iter().cloned().collect()
    }

    fn record(&mut self, exchange: Exchange) {
        if self.log.len() == LOG_LENGTH {
            self.log.pop_front();
        }
        self.log.push_back(exchange);
    }

    /// Uses up the first fault that the request meets.
    fn meet(&mut self, method: &str, paths: [&str; 2]) -> Option<FaultKind> {
        let meets = |fault: &Fault| paths.iter().any(|path| fault.matches(method, path));
        let at = self.faults.iter().position(meets)?;
        let kind = self.faults[at].kind.clone();
        if let Some(times) = &mut self.faults[at].times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.faults.remove(at);
            }
        }
        Some(kind)
    }
}

/// A mutex that a failed test does not make unusable for the others.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What differs between the sites when a request meets a fault.
pub(crate) trait Site: Clone + Send + Sync + 'static {
    fn traffic(&self) -> &Mutex<Traffic>;
    fn now(&self) -> Millis;
    /// The path as faults may also name it, for example without `/api/v10`.
    fn short<'a>(&self, path: &'a str) -> &'a str;
    fn rate_limited(&self, path: &str, limit: Limited) -> Response;
    fn revoked(&self, path: &str) -> Response;
    fn gone(&self, path: &str) -> Response;
    /// Called for each request that no fault kept from its effect.
    fn passed(&self, exchange: &Exchange, status: StatusCode);
}

/// A rate limit that a fault pretends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limited {
    pub(crate) scope: Scope,
    pub(crate) retry_after: f64,
}

/// How many GraphQL nodes a fault leaves out, handed to the GraphQL handler.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EveryNthNode(pub(crate) usize);

/// The middleware: meets faults, lets the rest through, and writes everything down.
pub(crate) async fn pass<S: Site>(State(site): State<S>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let exchange = Exchange::of(&parts, &body, site.now());
    let paths = [exchange.path.as_str(), site.short(&exchange.path)];
    let fault = lock(site.traffic()).meet(&exchange.method, paths);
    if let Some(answer) = instead(&site, fault.as_ref(), &exchange) {
        return write_down(&site, exchange, answer).await.0;
    }
    if let Some(FaultKind::Cut | FaultKind::Hang) = fault {
        lock(site.traffic()).record(exchange);
        return if fault == Some(FaultKind::Cut) { cut() } else { std::future::pending().await };
    }
    if let Some(FaultKind::Delay(time)) = fault {
        tokio::time::sleep(time).await;
    }
    if let Some(FaultKind::PartialNodes(nth)) = fault {
        parts.extensions.insert(EveryNthNode(nth));
    }
    let answer = next.run(Request::from_parts(parts, Body::from(body))).await;
    site.passed(&exchange, answer.status());
    let (answer, whole) = write_down(&site, exchange, answer).await;
    if fault == Some(FaultKind::CutAfterEffect) {
        return cut();
    }
    if fault == Some(FaultKind::Drip) { answer.map(|_| drip(whole)) } else { answer }
}

/// The answer of a fault that keeps the request from having any effect.
fn instead<S: Site>(site: &S, fault: Option<&FaultKind>, seen: &Exchange) -> Option<Response> {
    let path = site.short(&seen.path);
    Some(match fault? {
        FaultKind::Status(status, body) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(CONTENT_TYPE, "application/json")], body.clone()).into_response()
        }
        FaultKind::Garbage(bytes) => ([(CONTENT_TYPE, "application/json")], bytes.clone()).into_response(),
        FaultKind::RateLimited { retry_after, html: true, .. } => cloudflare(*retry_after),
        FaultKind::RateLimited { scope, retry_after, html: false } => {
            site.rate_limited(path, Limited { scope: *scope, retry_after: *retry_after })
        }
        FaultKind::Revoked => site.revoked(path),
        FaultKind::Gone => site.gone(path),
        FaultKind::HugeBody(length) => ([(CONTENT_TYPE, "application/json")], huge(*length)).into_response(),
        FaultKind::Html => Html("<!doctype html><title>Down</title><p>Be right back.").into_response(),
        FaultKind::Delay(_)
        | FaultKind::Cut
        | FaultKind::CutAfterEffect
        | FaultKind::Hang
        | FaultKind::Drip
        | FaultKind::PartialNodes(_) => return None,
    })
}

/// What Cloudflare says in front of a site: HTML, and none of the site's own headers.
fn cloudflare(retry_after: f64) -> Response {
    let page = "<!doctype html><title>Access denied</title><h1>Error 1015</h1>\
                <p>You are being rate limited.";
    let mut answer = (StatusCode::TOO_MANY_REQUESTS, Html(page)).into_response();
    answer.headers_mut().insert("retry-after", whole_seconds(retry_after));
    answer
}

/// Seconds as the `Retry-After` header writes them: whole, rounded up.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to u32 first")]
pub(crate) fn whole_seconds(seconds: f64) -> HeaderValue {
    HeaderValue::from(seconds.ceil().clamp(0.0, f64::from(u32::MAX)) as u32)
}

/// Completes the record with the answer and gives the answer back, whole.
async fn write_down<S: Site>(site: &S, mut seen: Exchange, answer: Response) -> (Response, Bytes) {
    seen.status = answer.status().as_u16();
    let (head, body) = answer.into_parts();
    if head.headers.get(CONTENT_TYPE).is_some() && body_is_endless(&body) {
        lock(site.traffic()).record(seen);
        return (Response::from_parts(head, body), Bytes::new());
    }
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    seen.response_body = String::from_utf8_lossy(&whole).into_owned();
    lock(site.traffic()).record(seen);
    (Response::from_parts(head, Body::from(whole.clone())), whole)
}

/// Whether a body is made while it is read, so that it must not be gathered for the log.
fn body_is_endless(body: &Body) -> bool {
    use axum::body::HttpBody;
    body.size_hint().exact().is_none()
}
