//! What the stand-in answers and refuses, asked over its router.

mod authorize;
mod faults;
mod jwks;
mod keys;
mod lies;
mod pages;
mod places;
mod revoke;
mod times;
mod token;
mod userinfo;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm as JwtAlgorithm, DecodingKey, crypto};
use serde_json::{Map, Value, json};

use super::*;
use crate::testing::{Call, Seen, param, send};
use crate::{Clock, FaultKind, Scope};

const ISSUER: &str = "https://id.example.org/realms/one";
const ROOT: &str = "/realms/one";
const ADA: &str = "ada-1";
const BOB: &str = "bob/2";
const BACK: &str = "http://127.0.0.1:8000/callback?platform=oidc";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const START: i64 = 1_790_000_000_000;
/// The same in seconds.
const NOW: i64 = START / 1000;

/// A provider with two accounts and three clients.
struct Place {
    oidc: Oidc,
    time: Arc<AtomicI64>,
}

impl Place {
    fn new() -> Place {
        let time = Arc::new(AtomicI64::new(START));
        let shown = Arc::clone(&time);
        let oidc = Oidc::new(Clock::from_fn(move || shown.load(Ordering::SeqCst)), ISSUER);
        for (client_id, auth_method) in
            [("client", AuthMethod::Post), ("other", AuthMethod::Post), ("basic client", AuthMethod::Basic)]
        {
            oidc.client(Client {
                client_id: client_id.into(),
                client_secret: "se:cret+".into(),
                redirect_uris: vec![BACK.into()],
                auth_methods: vec![auth_method],
                require_pkce: client_id == "client",
            });
        }
        oidc.account(Account {
            sub: ADA.into(),
            username: "ada".into(),
            name: "Ada Lovelace".into(),
            email: "ada@example.org".into(),
            email_verified: true,
            groups: vec!["staff".into(), "cn=x,ou=y".into()],
            updated_at: START - 5_000,
            claims: Map::from_iter([
                ("realm_access".into(), json!({ "roles": ["brewer"] })),
                ("sub".into(), json!("not this")),
            ]),
        });
        oidc.account(Account { sub: BOB.into(), username: "bob".into(), ..Account::default() });
        Place { oidc, time }
    }

    fn lying(lie: impl Into<Lie>) -> Place {
        let place = Place::new();
        place.oidc.lie(lie);
        place
    }

    fn advance(&self, millis: i64) {
        self.time.fetch_add(millis, Ordering::SeqCst);
    }

    async fn send(&self, call: Call) -> Seen {
        send(self.oidc.router(), call).await
    }

    async fn get(&self, path: &str) -> Seen {
        self.send(Call::new("GET", &format!("{ROOT}{path}"))).await
    }

    async fn discovery(&self) -> Value {
        self.get("/.well-known/openid-configuration").await.json()
    }

    async fn jwks(&self) -> Value {
        self.get("/jwks").await.json()
    }

    /// Takes a decision on the page.
    async fn decide(&self, query: &str, form: &str) -> Seen {
        self.send(Call::new("POST", &format!("{ROOT}/authorize?{query}")).form(form)).await
    }

    /// Consents on the page and returns the code.
    async fn code(&self, sub: &str, query: &str) -> String {
        let sub = sub.replace('/', "%2F");
        let answer = self.decide(query, &format!("user={sub}&decision=authorize")).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        param(answer.header("location"), "code")
    }

    /// Asks one of the endpoints for clients, as `client`.
    async fn ask(&self, path: &str, form: &str) -> Seen {
        let form = format!("client_id=client&client_secret=se:cret%2B&{form}");
        self.send(Call::new("POST", &format!("{ROOT}{path}")).form(&form)).await
    }

    /// The status and the error of the token endpoint.
    async fn refused(&self, form: &str) -> (u16, String) {
        let answer = self.ask("/token", form).await;
        (answer.status, answer.json()["error"].as_str().unwrap().to_owned())
    }

    /// Signs Ada in and returns the token answer.
    async fn sign_in(&self, query: &str) -> Value {
        let code = self.code(ADA, query).await;
        let answer = self.ask("/token", &redeem(&code)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Signs Ada in and reads the ID token.
    async fn id_token(&self) -> Token {
        let tokens = self.sign_in(&query("openid")).await;
        Token::read(tokens["id_token"].as_str().unwrap())
    }

    async fn userinfo(&self, tokens: &Value) -> Seen {
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        self.send(Call::new("GET", &format!("{ROOT}/userinfo")).auth(&bearer)).await
    }
}

/// A request that has all it needs; a nonce of `n-1`.
fn query(scope: &str) -> String {
    let (scope, back) = (scope.replace(' ', "%20"), BACK.replace('?', "%3F").replace('=', "%3D"));
    format!(
        "client_id=client&redirect_uri={back}&response_type=code&scope={scope}&state=xyz&nonce=n-1\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
}

fn offline() -> String {
    format!("{}&prompt=consent", query("openid offline_access"))
}

fn redeem(code: &str) -> String {
    let back = BACK.replace('?', "%3F").replace('=', "%3D");
    format!("grant_type=authorization_code&code={code}&redirect_uri={back}&code_verifier={VERIFIER}")
}

fn renew(tokens: &Value) -> String {
    format!("grant_type=refresh_token&refresh_token={}", tokens["refresh_token"].as_str().unwrap())
}

/// A JWT taken apart.
#[derive(Debug)]
struct Token {
    message: String,
    header: Value,
    claims: Value,
    /// The claims as they are written.
    text: String,
    signature: String,
}

impl Token {
    fn read(text: &str) -> Token {
        let (message, signature) = text.rsplit_once('.').unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let open = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        Token {
            header: serde_json::from_str(&open(header)).unwrap(),
            claims: serde_json::from_str(&open(claims)).unwrap(),
            text: open(claims),
            message: message.to_owned(),
            signature: signature.to_owned(),
        }
    }

    /// Whether a key has signed it, with the algorithm of the header.
    fn is_signed_by(&self, jwk: &Value) -> bool {
        let jwk: Jwk = serde_json::from_value(jwk.clone()).unwrap();
        self.verifies(&DecodingKey::from_jwk(&jwk).unwrap())
    }

    fn verifies(&self, key: &DecodingKey) -> bool {
        let algorithm: JwtAlgorithm = serde_json::from_value(self.header["alg"].clone()).unwrap();
        crypto::verify(&self.signature, self.message.as_bytes(), key, algorithm).unwrap_or(false)
    }

    /// Whether the published key with its `kid` has signed it.
    fn is_good(&self, jwks: &Value) -> bool {
        let mut keys = jwks["keys"].as_array().unwrap().iter();
        keys.any(|key| key["kid"] == self.header["kid"] && self.is_signed_by(key))
    }
}
