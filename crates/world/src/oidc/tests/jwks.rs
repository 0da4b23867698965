use super::*;

/// What a lying provider publishes, as it is sent.
async fn published(lie: JwksLie) -> String {
    Place::lying(lie).get("/jwks").await.body
}

fn keys(text: &str) -> Vec<Value> {
    let set: Value = serde_json::from_str(text).unwrap();
    set["keys"].as_array().unwrap().clone()
}

/// The bits of an RSA key's modulus.
fn bits(key: &Value) -> usize {
    let modulus = URL_SAFE_NO_PAD.decode(key["n"].as_str().unwrap()).unwrap();
    modulus.len() * 8 - modulus[0].leading_zeros() as usize
}

#[tokio::test]
async fn there_are_too_many_bytes() {
    let text = published(JwksLie::Huge).await;
    assert_eq!(text.len(), 10_000_000);
    assert_eq!(keys(&text).len(), 1, "and it is a good set otherwise");
}

#[tokio::test]
async fn there_are_too_many_keys() {
    let text = published(JwksLie::ManyKeys).await;
    assert!(text.len() < 1 << 20, "{}", text.len());
    let keys = keys(&text);
    assert_eq!((keys.len(), &keys[9_999]["kid"]), (10_000, &json!("key-1")));
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn the_key_is_too_short_and_has_signed() {
    let place = Place::lying(JwksLie::Rsa512);
    let (token, jwks) = (place.id_token().await, place.jwks().await);
    assert_eq!(bits(&jwks["keys"][0]), 512);
    assert_eq!(token.header, json!({ "typ": "JWT", "alg": "RS256", "kid": "weak" }));
    assert!(token.is_good(&jwks));
}

#[tokio::test]
async fn the_key_is_far_too_long() {
    let place = Place::lying(JwksLie::Rsa16384);
    let (token, jwks) = (place.id_token().await, place.jwks().await);
    assert_eq!((jwks["keys"].as_array().unwrap().len(), bits(&jwks["keys"][0])), (1, 16_384));
    assert_eq!(token.header["kid"], jwks["keys"][0]["kid"]);
    assert_eq!(URL_SAFE_NO_PAD.decode(&token.signature).unwrap().len(), 2048);
}

#[tokio::test]
async fn the_set_is_empty_or_cut_off() {
    assert_eq!(published(JwksLie::Empty).await, "{\"keys\":[]}");
    let text = published(JwksLie::Garbage).await;
    assert!(text.starts_with("{\"keys\":[{") && serde_json::from_str::<Value>(&text).is_err());
}

#[tokio::test]
async fn the_key_is_for_encryption() {
    let place = Place::lying(JwksLie::ForEncryption);
    let jwks = place.jwks().await;
    assert_eq!(jwks["keys"][0]["use"], "enc");
    assert!(place.id_token().await.is_good(&jwks));
}

#[tokio::test]
async fn a_key_id_is_there_twice() {
    let place = Place::lying(JwksLie::DuplicateKids);
    let (token, jwks) = (place.id_token().await, place.jwks().await);
    let (first, second) = (&jwks["keys"][0], &jwks["keys"][1]);
    assert_eq!((&first["kid"], &second["kid"]), (&json!("key-1"), &json!("key-1")));
    assert!(!token.is_signed_by(first) && token.is_signed_by(second));
}
