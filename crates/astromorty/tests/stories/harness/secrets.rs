//! Every secret that crossed the network of a story, so that it can be looked for where none belongs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use astromorty::app::seam::{Request, Response};
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use serde_json::Value;
use url::{Url, form_urlencoded};

/// What is shorter may stand in a text by chance.
const SHORTEST: usize = 12;
/// Fields of queries, forms and JSON that hold secrets.
const FIELDS: [&str; 8] =
    ["code", "state", "code_verifier", "access_token", "refresh_token", "client_secret", "token", "csrf"];

#[derive(Clone, Default)]
pub struct Secrets(Arc<Mutex<BTreeMap<String, String>>>);

impl Secrets {
    /// Remembers one, and what it is.
    pub fn add(&self, what: &str, secret: &str) {
        if secret.len() >= SHORTEST {
            self.0.lock().unwrap().entry(secret.to_owned()).or_insert(what.to_owned());
        }
    }

    /// What of them stands in a text.
    pub fn found_in(&self, text: &str) -> Vec<String> {
        let known = self.0.lock().unwrap();
        known.iter().filter(|(secret, _)| text.contains(*secret)).map(|(_, what)| what.clone()).collect()
    }

    /// Everything that is known, by what it is.
    pub fn kinds(&self) -> Vec<String> {
        self.0.lock().unwrap().values().cloned().collect()
    }

    pub fn of_request(&self, request: &Request) {
        self.pairs(request.uri().query().unwrap_or_default().as_bytes());
        for line in request.headers().get_all(COOKIE) {
            let pairs = line.to_str().unwrap_or_default().split("; ");
            pairs.filter_map(|pair| pair.split_once('=')).for_each(|(_, value)| self.add("cookie", value));
        }
        if let Some(value) = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()) {
            self.add("credential", value.split_once(' ').map_or(value, |(_, secret)| secret));
        }
        self.body(request.headers(), request.body());
    }

    pub fn of_response(&self, response: &Response) {
        for line in response.headers().get_all(SET_COOKIE) {
            let pair =
                line.to_str().unwrap_or_default().split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((_, value)) = pair {
                self.add("cookie", value);
            }
        }
        let to = response.headers().get(LOCATION).and_then(|to| Url::parse(to.to_str().ok()?).ok());
        self.pairs(to.as_ref().and_then(Url::query).unwrap_or_default().as_bytes());
        self.body(response.headers(), response.body());
    }

    fn body(&self, headers: &HeaderMap, body: &[u8]) {
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            self.pairs(body);
        }
        if let Ok(Value::Object(fields)) = serde_json::from_slice(body) {
            let text = |name: &&'static str| Some((*name, fields.get(*name)?.as_str()?));
            FIELDS.iter().filter_map(text).for_each(|(name, value)| self.add(name, value));
        }
    }

    fn pairs(&self, text: &[u8]) {
        let secret = form_urlencoded::parse(text).filter(|(name, _)| FIELDS.contains(&name.as_ref()));
        secret.for_each(|(name, value)| self.add(&name, &value));
    }
}
