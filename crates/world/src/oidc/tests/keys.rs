use super::*;

#[tokio::test]
async fn every_algorithm_signs_what_its_published_key_verifies() {
    let place = Place::new();
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps256] {
        place.oidc.algorithm(algorithm);
        let token = place.id_token().await;
        assert_eq!(token.header["alg"], algorithm.name());
        assert!(token.is_good(&place.jwks().await), "{algorithm:?}");
        let listed = place.discovery().await["id_token_signing_alg_values_supported"].clone();
        assert!(listed.as_array().unwrap().contains(&json!(algorithm.name())), "{listed}");
        assert!(listed.as_array().unwrap().contains(&json!("RS256")), "{listed}");
    }
}

#[tokio::test]
async fn ed25519_hashes_the_access_token_with_sha_512() {
    let place = Place::new();
    place.oidc.algorithm(Algorithm::EdDsa);
    let tokens = place.sign_in(&query("openid")).await;
    let digest = <sha2::Sha512 as sha2::Digest>::digest(tokens["access_token"].as_str().unwrap());
    let token = Token::read(tokens["id_token"].as_str().unwrap());
    assert_eq!(token.claims["at_hash"], URL_SAFE_NO_PAD.encode(&digest[..32]));
}

#[tokio::test]
async fn old_keys_stay_published_until_they_are_dropped() {
    let place = Place::new();
    let before = place.id_token().await;
    place.oidc.rotate_keys();
    let after = place.id_token().await;
    assert_eq!((&before.header["kid"], &after.header["kid"]), (&json!("key-1"), &json!(place.oidc.kid())));
    let jwks = place.jwks().await;
    assert!(before.is_good(&jwks) && after.is_good(&jwks));
    place.oidc.drop_old_keys();
    let jwks = place.jwks().await;
    assert!(!before.is_good(&jwks) && after.is_good(&jwks));
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_public_halves_are_published() {
    let place = Place::new();
    place.oidc.algorithm(Algorithm::EdDsa);
    for key in place.jwks().await["keys"].as_array().unwrap() {
        for secret in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert_eq!(key[secret], Value::Null);
        }
    }
}

#[tokio::test]
async fn a_test_may_have_any_claims_signed() {
    let place = Place::new();
    let jwks = place.jwks().await;
    let token = Token::read(&place.oidc.sign(json!({ "typ": "logout+jwt" }), json!({ "sub": 7 })));
    assert_eq!(token.header, json!({ "typ": "logout+jwt", "alg": "ES256", "kid": "key-1" }));
    assert_eq!(token.claims, json!({ "sub": 7 }));
    assert!(token.is_good(&jwks));
    let header = json!({ "alg": "ES256", "kid": null, "crit": ["b64"] });
    let token = Token::read(&place.oidc.sign(header, json!([])));
    assert_eq!(token.header, json!({ "alg": "ES256", "crit": ["b64"] }));
    assert!(token.is_signed_by(&jwks["keys"][0]));
}
