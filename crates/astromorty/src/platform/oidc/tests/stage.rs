//! A stage: an issuer set up against a site whose every document the test writes.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use domain::moment::{Moment, Span};
use domain::token::Secret;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::signer::{encode, signer};
use crate::app::seam::{Clock, Http, HttpError, ManualClock, Request, Response};
use crate::platform::oidc::{Alg, Claims, Expect, Issuer, OidcError};

/// The moment at which every stage begins.
pub const NOW: Moment = Moment::from_millis(1_800_000_000_000);

/// [`NOW`] in seconds.
pub const SECOND: i64 = 1_800_000_000;

/// The site's name.
pub const ISSUER: &str = "https://id.example";

/// Our name there.
pub const CLIENT: &str = "astromorty";

type Documents = BTreeMap<String, Result<Response, HttpError>>;

/// A site.
pub struct Stage {
    pub issuer: Issuer,
    pub clock: ManualClock,
    documents: Arc<Mutex<Documents>>,
    breaks: Arc<Mutex<Option<HttpError>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    /// A site with a sound discovery document and no keys.
    pub fn new() -> Self {
        let (documents, asked) = (Arc::<Mutex<Documents>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (clock, breaks) = (ManualClock::at(NOW), Arc::<Mutex<Option<HttpError>>>::default());
        let (there, log, first) = (documents.clone(), asked.clone(), breaks.clone());
        let service = tower::service_fn(move |request: Request| {
            let path = request.uri().path().to_owned();
            log.lock().unwrap().push(path.clone());
            let broken = first.lock().unwrap().take().map(Err);
            let told = broken.or_else(|| there.lock().unwrap().get(&path).cloned());
            ready(told.unwrap_or(Err(HttpError::Timeout)))
        });
        let manual = Clock::Manual(clock.clone());
        let seams = (Http::new(service, manual.clone()), manual);
        let issuer = Issuer::new(ISSUER, &[], CLIENT, seams).unwrap();
        let stage = Self { issuer, clock, documents, breaks, asked };
        stage.tells(&document());
        stage.publishes(&[]);
        stage
    }

    /// A site with one key of each kind, by the names of their algorithms.
    pub fn with_keys() -> Self {
        let stage = Self::new();
        let kinds = [("rsa", Alg::Rs256), ("p256", Alg::Es256), ("p384", Alg::Es384), ("ed", Alg::Ed25519)];
        let keys: Vec<_> = kinds.iter().map(|(kid, alg)| signer(*alg).named(kid)).collect();
        stage.publishes(&keys);
        stage
    }

    /// Its discovery document from now on.
    pub fn tells(&self, document: &Value) {
        self.answers(DISCOVERY, Ok(json_answer(document)));
    }

    /// Its keys from now on.
    pub fn publishes(&self, keys: &[Value]) {
        self.answers(JWKS, Ok(json_answer(&json!({"keys": keys}))));
    }

    /// What it answers at a path from now on.
    pub fn answers(&self, path: &str, answer: Result<Response, HttpError>) {
        self.documents.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// Fails to answer the next request.
    pub fn breaks_once(&self, error: HttpError) {
        *self.breaks.lock().unwrap() = Some(error);
    }

    /// How often it was asked for a path.
    pub fn asked(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| *asked == path).count()
    }

    /// Lets time pass.
    pub fn wait(&self, seconds: i64) {
        self.clock.advance(Span::seconds(seconds));
    }

    /// Verifies a token as that of a sign-in with the nonce `n-0S6`.
    pub async fn verify(&self, token: &str) -> Result<Claims, OidcError> {
        let nonce_hash = encode(&Sha256::digest("n-0S6"));
        let (access, code) = (Secret::new("access".to_owned()), Secret::new("code".to_owned()));
        let expect = Expect { nonce_hash: &nonce_hash, access_token: Some(&access), code: Some(&code) };
        self.issuer.verify(token, &expect).await
    }
}

/// Where the stage's discovery document is.
pub const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Where its keys are.
pub const JWKS: &str = "/jwks";

/// A sound discovery document.
pub fn document() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://id.example/authorize",
        "token_endpoint": "https://id.example/token",
        "jwks_uri": "https://id.example/jwks",
        "userinfo_endpoint": "https://id.example/userinfo",
        "revocation_endpoint": "https://id.example/revoke",
        "response_types_supported": ["code", "code id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [
            "none", "HS256", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
        ],
        "code_challenge_methods_supported": ["plain", "S256"],
    })
}

/// Sound claims of an ID token.
pub fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": CLIENT, "sub": "248289761001", "nonce": "n-0S6",
        "iat": SECOND, "exp": SECOND + 300, "groups": ["club"],
    })
}

/// The claims with one changed, or, with `None`, left out.
pub fn changed(name: &str, value: Option<Value>) -> Value {
    let mut claims = claims();
    match value {
        Some(value) => claims[name] = value,
        None => drop(claims.as_object_mut().unwrap().remove(name)),
    }
    claims
}

/// A token of the stage's key on P-256.
pub fn token(claims: &Value) -> String {
    signer(Alg::Es256).sign(Alg::Es256, r#"{"alg":"ES256","kid":"p256"}"#, &claims.to_string())
}

/// Status 200 and JSON.
pub fn json_answer(body: &Value) -> Response {
    answer(200, "application/json", body.to_string())
}

/// An answer with a status, a content type and a body.
pub fn answer(status: u16, kind: &str, body: impl Into<Bytes>) -> Response {
    let answer = http::Response::builder().status(status).header("content-type", kind);
    answer.body(body.into()).unwrap()
}
