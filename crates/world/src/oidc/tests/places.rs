use super::super::Place as Spot;
use super::*;

#[tokio::test]
async fn discovery_says_where_everything_is() {
    let document = Place::new().discovery().await;
    assert_eq!(document["issuer"], ISSUER);
    for (field, path) in [
        ("authorization_endpoint", "/authorize"),
        ("token_endpoint", "/token"),
        ("jwks_uri", "/jwks"),
        ("userinfo_endpoint", "/userinfo"),
        ("revocation_endpoint", "/revoke"),
        ("introspection_endpoint", "/introspect"),
    ] {
        assert_eq!(document[field], format!("{ISSUER}{path}"));
    }
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(document["id_token_signing_alg_values_supported"], json!(["ES256", "RS256"]));
}

#[tokio::test]
async fn everything_lies_below_the_path_of_the_issuer() {
    for (issuer, prefix) in [
        ("http://localhost:1234", ""),
        ("http://localhost:1234/", ""),
        ("https://id.example.org/a/", "/a"),
        ("https://id.example.org/:a/*b", "/:a/*b"),
        ("no address", ""),
    ] {
        let oidc = Oidc::new(Clock::from_fn(|| START), issuer);
        let path = format!("{prefix}/.well-known/openid-configuration");
        let document = send(oidc.router(), Call::new("GET", &path)).await.json();
        assert_eq!(document["issuer"], issuer);
        assert_eq!(document["jwks_uri"], format!("{}/jwks", issuer.trim_end_matches('/')));
        assert_eq!(send(oidc.router(), Call::new("GET", &format!("{prefix}/"))).await.status, 200);
    }
}

#[tokio::test]
async fn discovery_lies_about_one_thing() {
    let honest = Place::new().discovery().await;
    for (lie, field, wanted) in [
        (DiscoveryLie::IssuerOther, "issuer", json!("https://elsewhere.example")),
        (DiscoveryLie::IssuerSlash, "issuer", json!(format!("{ISSUER}/"))),
        (DiscoveryLie::WithoutS256, "code_challenge_methods_supported", json!(["plain"])),
        (DiscoveryLie::NoChallengeMethods, "code_challenge_methods_supported", Value::Null),
        (DiscoveryLie::NoJwksUri, "jwks_uri", Value::Null),
    ] {
        let mut document = Place::lying(lie).discovery().await;
        assert_eq!(document[field], wanted);
        document[field] = honest[field].clone();
        assert_eq!(document, honest);
    }
    let oidc = Oidc::new(Clock::from_fn(|| START), "https://a.example/");
    oidc.lie(DiscoveryLie::IssuerSlash);
    let path = "/.well-known/openid-configuration";
    assert_eq!(send(oidc.router(), Call::new("GET", path)).await.json()["issuer"], "https://a.example");
}

#[tokio::test]
async fn endpoints_are_where_they_must_not_be() {
    let honest = Place::new().discovery().await;
    for (endpoint, field, path) in [
        (Endpoint::Authorize, "authorization_endpoint", "authorize"),
        (Endpoint::Token, "token_endpoint", "token"),
        (Endpoint::Jwks, "jwks_uri", "jwks"),
        (Endpoint::Userinfo, "userinfo_endpoint", "userinfo"),
        (Endpoint::Revocation, "revocation_endpoint", "revoke"),
    ] {
        for (place, start) in [
            (Spot::OtherHost, "https://elsewhere.example"),
            (Spot::PlainHttp, "http://id.example.org"),
            (Spot::Internal, "https://169.254.169.254"),
        ] {
            let mut document = Place::lying(Lie::Endpoint(endpoint, place)).discovery().await;
            assert_eq!(document[field], format!("{start}{ROOT}/{path}"));
            document[field] = honest[field].clone();
            assert_eq!(document, honest);
        }
    }
}

#[tokio::test]
async fn an_issuer_without_tls_has_its_plain_endpoint_elsewhere() {
    let oidc = Oidc::new(Clock::from_fn(|| START), "http://localhost:1234");
    oidc.lie(Lie::Endpoint(Endpoint::Token, Spot::PlainHttp));
    let document = send(oidc.router(), Call::new("GET", "/.well-known/openid-configuration")).await.json();
    assert_eq!(document["token_endpoint"], "http://plain.example/token");
}
