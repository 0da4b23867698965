use super::*;

/// The ID token of a lying provider, and the keys that it publishes.
async fn token(lie: impl Into<Lie>) -> (Token, Value) {
    let place = Place::lying(lie);
    (place.id_token().await, place.jwks().await)
}

#[tokio::test]
async fn answers_name_another_issuer_none_or_one_twice() {
    for (lie, wanted) in [
        (AnswerLie::IssuerOther, vec!["https://elsewhere.example"]),
        (AnswerLie::IssuerMissing, vec![]),
        (AnswerLie::IssuerTwice, vec![ISSUER, ISSUER]),
    ] {
        let place = Place::lying(lie);
        let answer = place.decide(&query("openid"), "user=ada-1&decision=authorize").await;
        let url = Url::parse(answer.header("location")).unwrap();
        let pairs = url.query_pairs().filter(|(name, _)| name == "iss");
        let issuers: Vec<_> = pairs.map(|(_, value)| value.into_owned()).collect();
        assert_eq!(issuers, wanted);
        let promised = &place.discovery().await["authorization_response_iss_parameter_supported"];
        assert_eq!(promised, true);
    }
}

#[tokio::test]
async fn the_id_token_is_missing_or_the_type_is_another() {
    let tokens = Place::lying(TokenLie::NoIdToken).sign_in(&query("openid")).await;
    assert_eq!((&tokens["id_token"], &tokens["token_type"]), (&Value::Null, &json!("Bearer")));
    let tokens = Place::lying(TokenLie::WrongType).sign_in(&query("openid")).await;
    assert!(tokens["id_token"].is_string() && tokens["token_type"] == "mac");
}

#[tokio::test]
async fn unsigned() {
    let (token, _) = token(SignatureLie::AlgNone).await;
    assert_eq!((&token.header["alg"], token.signature.as_str()), (&json!("none"), ""));
}

#[tokio::test]
async fn signed_with_the_public_key_as_a_secret() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let place = Place::lying(SignatureLie::Hs256WithPem);
        place.oidc.algorithm(algorithm);
        let token = place.id_token().await;
        assert_eq!(token.header["alg"], "HS256");
        let pem = place.oidc.state().keys.current.pem();
        assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
        assert!(token.verifies(&DecodingKey::from_secret(pem.as_bytes())));
    }
    let (token, jwks) = token(SignatureLie::Hs256WithJwk).await;
    assert_eq!(token.header["alg"], "HS256");
    assert!(token.verifies(&DecodingKey::from_secret(jwks["keys"][0].to_string().as_bytes())));
}

#[tokio::test]
async fn signed_well_with_an_unlisted_algorithm() {
    let place = Place::lying(SignatureLie::OtherAlgorithm);
    for (algorithm, other) in [(Algorithm::Es256, "EdDSA"), (Algorithm::EdDsa, "ES256")] {
        place.oidc.algorithm(algorithm);
        let token = place.id_token().await;
        assert_eq!(token.header["alg"], other);
        assert!(token.is_good(&place.jwks().await));
        let listed = place.discovery().await["id_token_signing_alg_values_supported"].clone();
        assert!(!listed.as_array().unwrap().contains(&json!(other)));
    }
}

#[tokio::test]
async fn signatures_and_key_ids_that_do_not_fit() {
    let (broken, jwks) = token(SignatureLie::Broken).await;
    assert!(!broken.is_good(&jwks));
    assert_eq!(broken.header["kid"], jwks["keys"][0]["kid"]);
    let (unknown, jwks) = token(SignatureLie::UnknownKid).await;
    assert_eq!(unknown.header["kid"], "nobody");
    assert!(unknown.is_signed_by(&jwks["keys"][0]) && !unknown.is_good(&jwks));
    let (nameless, jwks) = token(SignatureLie::NoKid).await;
    assert_eq!(nameless.header, json!({ "typ": "JWT", "alg": "ES256" }));
    assert!(nameless.is_signed_by(&jwks["keys"][0]));
}

#[tokio::test]
async fn headers_point_to_a_strangers_key() {
    for (lie, name) in [(SignatureLie::Jku, "jku"), (SignatureLie::X5u, "x5u"), (SignatureLie::Jwk, "jwk")] {
        let place = Place::lying(lie);
        let token = place.id_token().await;
        let stranger = place.get("/stranger").await.json()["keys"][0].clone();
        assert!(token.is_signed_by(&stranger) && !token.is_good(&place.jwks().await));
        let pointer = token.header[name].clone();
        let wanted = match lie {
            SignatureLie::Jku => json!(format!("{ISSUER}/stranger")),
            SignatureLie::X5u => json!(format!("{ISSUER}/stranger.pem")),
            _ => stranger,
        };
        assert_eq!(pointer, wanted);
        assert_eq!(place.get("/stranger.pem").await.status, 404);
    }
}

#[tokio::test]
async fn claims_are_wrong_one_at_a_time() {
    let honest = Place::new().id_token().await.claims;
    let long = "a".repeat(300);
    for (lie, name, wanted) in [
        (ClaimLie::IssuerOther, "iss", json!("https://elsewhere.example")),
        (ClaimLie::AudienceMissing, "aud", Value::Null),
        (ClaimLie::AudienceOther, "aud", json!("another-client")),
        (ClaimLie::AudienceWithoutUs, "aud", json!(["another-client", "a-third-client"])),
        (ClaimLie::NonceMissing, "nonce", Value::Null),
        (ClaimLie::NonceOther, "nonce", json!("a-nonce-that-nobody-sent")),
        (ClaimLie::SubjectMissing, "sub", Value::Null),
        (ClaimLie::SubjectEmpty, "sub", json!("")),
        (ClaimLie::SubjectNumber, "sub", json!(12345)),
        (ClaimLie::SubjectLong, "sub", json!(long)),
    ] {
        let (token, jwks) = token(lie).await;
        assert!(token.is_good(&jwks), "{lie:?}");
        assert_eq!(token.claims[name], wanted, "{lie:?}");
        let mut mended = token.claims.clone();
        mended[name] = honest[name].clone();
        assert_eq!(mended, honest, "{lie:?} changes nothing else");
    }
    let at_hash = token(ClaimLie::AtHashOther).await.0.claims["at_hash"].clone();
    assert_eq!(at_hash.as_str().unwrap().len(), 22);
    assert_ne!(at_hash, honest["at_hash"]);
    let c_hash = token(ClaimLie::CodeHashOther).await.0.claims["c_hash"].clone();
    assert_eq!((c_hash.as_str().unwrap().len(), &honest["c_hash"]), (22, &Value::Null));
}

#[tokio::test]
async fn several_audiences_need_an_authorized_party() {
    let both = json!(["client", "another-client"]);
    let (token, _) = token(ClaimLie::AudienceNoAzp).await;
    assert_eq!((&token.claims["aud"], &token.claims["azp"]), (&both, &Value::Null));
    let (token, _) = self::token(ClaimLie::AudienceWrongAzp).await;
    assert_eq!((&token.claims["aud"], &token.claims["azp"]), (&both, &json!("another-client")));
}

#[tokio::test]
async fn a_reused_nonce_is_that_of_the_first_sign_in() {
    let place = Place::lying(ClaimLie::NonceReused);
    assert_eq!(place.id_token().await.claims["nonce"], "n-1");
    let tokens = place.sign_in(&query("openid").replace("n-1", "n-2")).await;
    assert_eq!(Token::read(tokens["id_token"].as_str().unwrap()).claims["nonce"], "n-1");
}

#[tokio::test]
async fn honesty_ends_all_lies() {
    let place = Place::lying(SignatureLie::AlgNone);
    place.oidc.lie(ClaimLie::SubjectEmpty);
    let token = place.id_token().await;
    assert_eq!((&token.header["alg"], &token.claims["sub"]), (&json!("none"), &json!("")));
    place.oidc.honest();
    assert!(place.id_token().await.is_good(&place.jwks().await));
}

#[tokio::test]
async fn each_lie_leaves_the_rest_working() {
    for lie in Lie::all() {
        let place = Place::lying(lie);
        assert_eq!(place.discovery().await["introspection_endpoint"], format!("{ISSUER}/introspect"));
        let tokens = place.sign_in(&query("openid")).await;
        assert_eq!(place.userinfo(&tokens).await.status, 200, "{lie:?}");
        assert_eq!(place.get("/jwks").await.status, 200, "{lie:?}");
    }
}
