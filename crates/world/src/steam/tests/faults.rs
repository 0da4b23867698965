use super::*;

#[tokio::test]
async fn faults_speak_the_language_of_steam() {
    let place = Place::new();
    let level = format!("/IPlayerService/GetSteamLevel/v1/?key=key&steamid={GABE}");
    let limited = FaultKind::RateLimited { scope: Scope::User, retry_after: 30.0, html: false };
    place.steam.fault(Fault::once("GET /IPlayerService", limited));
    let answer = place.get(&level).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, ""));
    place.steam.fault(Fault::once("GET /IPlayerService/GetSteamLevel", FaultKind::Revoked));
    assert_eq!(place.get(&level).await.status, 403);
    place.steam.fault(Fault::once("GET /IPlayerService/*/v1", FaultKind::Gone));
    assert_eq!(place.get(&level).await.json(), json!({ "response": {} }));
    for (path, nobody) in [
        ("/ISteamUser/GetPlayerSummaries/v2/", json!({ "response": { "players": [] } })),
        ("/ISteamUser/GetPlayerBans/v1/", json!({ "players": [] })),
    ] {
        place.steam.fault(Fault::once(format!("GET {path}"), FaultKind::Gone));
        assert_eq!(place.get(&format!("{path}?key=key&steamids={GABE}")).await.json(), nobody);
    }
    place.steam.fault(Fault::always("GET /IPlayerService", FaultKind::Status(503, "later".into())));
    assert_eq!(place.get(&level).await.status, 503);
    place.steam.heal();
    assert_eq!(place.get(&level).await.status, 200);
    let log = place.steam.log();
    assert_eq!(
        (log.len(), log[0].path.as_str(), log[0].status),
        (7, "/IPlayerService/GetSteamLevel/v1/", 429)
    );
}

#[tokio::test]
async fn checks_of_assertions_meet_faults() {
    let place = Place::new();
    let fields = place.steam.assertion(GABE, BACK);
    place.steam.fault(Fault::once("POST /openid/login", FaultKind::Revoked));
    assert_eq!(place.check(&fields).await.body, verdict(false));
    place.steam.fault(Fault::once("POST /openid/login", FaultKind::HugeBody(100_000)));
    assert_eq!(place.check(&fields).await.body.len(), 100_000);
    place.steam.fault(Fault::once("POST /openid/login", FaultKind::Html));
    assert!(place.check(&fields).await.body.starts_with("<!doctype html>"));
    assert_eq!(place.check(&fields).await.body, verdict(true), "the faults kept it unused");
}

#[tokio::test]
async fn an_answer_cut_after_its_effect_spends_the_assertion() {
    let place = Place::new();
    let fields = place.steam.assertion(GABE, BACK);
    place.steam.fault(Fault::once("POST /openid/login", FaultKind::CutAfterEffect));
    let request = Call::new("POST", "/openid/login").form(&question(&fields)).request();
    let cut = tower::ServiceExt::oneshot(place.steam.router(), request).await.unwrap();
    assert!(http_body_util::BodyExt::collect(cut.into_body()).await.is_err());
    assert_eq!(place.check(&fields).await.body, verdict(false));
}

#[tokio::test]
async fn the_page_is_not_part_of_the_log() {
    let place = Place::new();
    place.steam.fault(Fault::always("/openid/login", FaultKind::Status(500, String::new())));
    assert_eq!(place.get("/openid/login").await.status, 400);
    assert!(place.steam.log().is_empty());
}
