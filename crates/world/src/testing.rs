//! Asking a router in tests.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// An answer, read whole.
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn code(&self) -> (u16, i64) {
        (self.status, self.json()["code"].as_i64().unwrap())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A request being written.
pub(crate) struct Call(axum::http::request::Builder, Vec<u8>);

impl Call {
    pub(crate) fn request(self) -> Request<Body> {
        self.0.body(Body::from(self.1)).unwrap()
    }

    pub(crate) fn new(method: &str, path: &str) -> Call {
        let request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap());
        Call(request.uri(path), Vec::new()).header("user-agent", "DiscordBot (http://x, 1)")
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Call {
        Call(self.0.header(name, value), self.1)
    }

    pub(crate) fn auth(self, value: &str) -> Call {
        self.header("authorization", value)
    }

    pub(crate) fn json(self, body: &Value) -> Call {
        let call = self.header("content-type", "application/json");
        Call(call.0, body.to_string().into_bytes())
    }

    pub(crate) fn bytes(self, content_type: &str, body: &[u8]) -> Call {
        let call = self.header("content-type", content_type);
        Call(call.0, body.to_vec())
    }

    pub(crate) fn form(self, body: &str) -> Call {
        let call = self.header("content-type", "application/x-www-form-urlencoded");
        Call(call.0, body.as_bytes().to_vec())
    }
}

/// Sends the request through the router and reads the answer whole.
pub(crate) async fn send(router: Router, call: Call) -> Seen {
    let answer = router.oneshot(call.request()).await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    Seen { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

/// A query parameter of an address; empty without one.
pub(crate) fn param(uri: &str, name: &str) -> String {
    let url = url::Url::parse(uri).unwrap();
    let found = url.query_pairs().find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}
