//! `/jwks`: the public keys (RFC 7517 section 5).

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Oidc;
use super::keys::{Key, text};
use super::lie::{JwksLie, Lie, SignatureLie};
use super::state::State as World;

/// The length of a set that is far too large.
const HUGE: usize = 10_000_000;
/// How many keys are far too many.
const MANY: usize = 10_000;
/// The bytes of a 16384-bit modulus.
pub(crate) const VAST_BYTES: usize = 2048;
/// The `kid` of the 16384-bit key.
pub(crate) const VAST_KID: &str = "vast";

/// `GET /jwks`.
pub(crate) async fn show(State(oidc): State<Oidc>) -> Response {
    let state = oidc.state();
    let mut keys: Vec<Value> = state.keys.published().map(Key::jwk).collect();
    if state.tells(SignatureLie::OtherAlgorithm) {
        keys.push(state.keys.unlisted.jwk());
    }
    let mut body = Body { keys, padding: 0, cut: false };
    for lie in &state.lies {
        match lie {
            Lie::Jwks(lie) => body.bend(*lie, &state),
            Lie::Discovery(_)
            | Lie::Endpoint(..)
            | Lie::Answer(_)
            | Lie::Token(_)
            | Lie::Signature(_)
            | Lie::Claim(_)
            | Lie::Time(..)
            | Lie::Userinfo(_) => {}
        }
    }
    ([(CONTENT_TYPE, "application/json")], body.text()).into_response()
}

/// `GET /stranger`: the key that the lie about `jku` points to.
pub(crate) async fn stranger(State(oidc): State<Oidc>) -> Json<Value> {
    Json(json!({ "keys": [oidc.state().keys.stranger.jwk()] }))
}

/// The answer before it is text.
struct Body {
    keys: Vec<Value>,
    /// The length that blanks fill up.
    padding: usize,
    /// Whether the text ends before its time.
    cut: bool,
}

impl Body {
    fn bend(&mut self, lie: JwksLie, state: &World) {
        match lie {
            JwksLie::Huge => self.padding = HUGE,
            JwksLie::ManyKeys => {
                let filler = (self.keys.len()..MANY).map(filler);
                self.keys = filler.chain(self.keys.drain(..).collect::<Vec<_>>()).collect();
            }
            JwksLie::Rsa512 => self.keys = state.keys.weak.iter().map(Key::jwk).collect(),
            JwksLie::Rsa16384 => self.keys = vec![vast()],
            JwksLie::Empty => self.keys.clear(),
            JwksLie::Garbage => self.cut = true,
            JwksLie::ForEncryption => self.keys.iter_mut().for_each(|key| key["use"] = json!("enc")),
            JwksLie::DuplicateKids => {
                let strange = |key: &Value| {
                    let mut strange = state.keys.stranger.jwk();
                    strange["kid"] = key["kid"].clone();
                    [strange, key.clone()]
                };
                self.keys = self.keys.iter().flat_map(strange).collect();
            }
        }
    }

    fn text(self) -> String {
        let mut text = json!({ "keys": self.keys }).to_string();
        if self.cut {
            text.truncate(text.len() / 2);
        }
        let blanks = self.padding.saturating_sub(text.len());
        text + &" ".repeat(blanks)
    }
}

/// A small key that signs nothing.
fn filler(number: usize) -> Value {
    let x = text(&Sha256::digest(number.to_be_bytes()));
    json!({ "kty": "OKP", "crv": "Ed25519", "kid": format!("f{number}"), "x": x })
}

/// An RSA key of 16384 bits. Its modulus is made up: nobody has the private half.
fn vast() -> Value {
    let mut modulus = noise(VAST_BYTES);
    modulus[0] |= 0x80;
    modulus[VAST_BYTES - 1] |= 1;
    json!({ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": VAST_KID, "n": text(&modulus), "e": "AQAB" })
}

/// Bytes without meaning, always the same.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let blocks = (0..u64::MAX).map(|number| Sha256::digest(number.to_be_bytes()));
    blocks.flat_map(|block| block.to_vec()).take(length).collect()
}
