use super::*;

#[tokio::test]
async fn every_route_can_fail() {
    for (method, path) in [
        ("GET", "/.well-known/openid-configuration"),
        ("GET", "/authorize"),
        ("POST", "/authorize"),
        ("POST", "/token"),
        ("GET", "/jwks"),
        ("GET", "/userinfo"),
        ("POST", "/revoke"),
        ("POST", "/introspect"),
    ] {
        for route in [format!("{method} {path}$"), format!("{method} {ROOT}{path}$")] {
            let place = Place::new();
            place.oidc.fault(Fault::always(route.clone(), FaultKind::Status(503, "{}".into())));
            let call = || Call::new(method, &format!("{ROOT}{path}"));
            assert_eq!(place.send(call()).await.status, 503, "{route}");
            place.oidc.heal();
            assert_ne!(place.send(call()).await.status, 503, "{route}");
            let log = place.oidc.log();
            assert_eq!((log[0].status, log[0].path.as_str()), (503, format!("{ROOT}{path}").as_str()));
        }
    }
}

#[tokio::test]
async fn faults_have_the_words_of_a_provider() {
    let place = Place::new();
    let tokens = place.sign_in(&offline()).await;
    place.oidc.fault(Fault::once("POST /token", FaultKind::Revoked));
    assert_eq!(place.refused(&renew(&tokens)).await, (400, "invalid_grant".into()));
    place.oidc.fault(Fault::once("GET /userinfo", FaultKind::Revoked));
    assert_eq!(place.userinfo(&tokens).await.status, 401);
    place.oidc.fault(Fault::once("GET /userinfo", FaultKind::Gone));
    assert_eq!(place.userinfo(&tokens).await.status, 404);
    let kind = FaultKind::RateLimited { scope: Scope::User, retry_after: 1.5, html: false };
    place.oidc.fault(Fault::once("GET /userinfo", kind));
    let answer = place.userinfo(&tokens).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "2"));
    assert_eq!(place.userinfo(&tokens).await.status, 200);
    assert_eq!(place.ask("/token", &renew(&tokens)).await.status, 200);
}
