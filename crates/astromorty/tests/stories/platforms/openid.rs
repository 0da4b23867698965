//! OpenID Connect as a browser meets it: who answers, where, and for which platform.

use http::StatusCode;
use world::oidc::{AnswerLie, ClaimLie, DiscoveryLie, Endpoint, Place, SignatureLie, UserinfoLie};
use world::{Fault, FaultKind};

use crate::harness::sites::{SITES, Sites};
use crate::harness::{Browser, Watched, watched_with};

const ADA: u64 = 2_001;

async fn ground(app: &Watched) -> (Sites, Browser) {
    let sites = Sites::open(app);
    app.person(ADA, "ada");
    sites.at_club("s-1", "ada.l", &["staff"]);
    sites.at_x(1_790_000_000_000_000_001, "adabird", 120);
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    app.settle(ADA).await;
    (sites, ada)
}

#[test]
fn n_08_who_answers_has_to_name_themselves_as_promised() {
    watched_with(&SITES, async |app| {
        let (sites, mut ada) = ground(app).await;
        for lie in [AnswerLie::ALL].concat() {
            sites.club.honest();
            sites.club.lie(lie);
            let back = ada.club_way_back("s-1").await;
            let tokens = sites.club.log().iter().filter(|seen| seen.path.ends_with("/token")).count();
            let page = ada.get(back.as_str()).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{lie:?}");
            let after = sites.club.log().iter().filter(|seen| seen.path.ends_with("/token")).count();
            assert_eq!(after, tokens, "{lie:?}: before any token request");
        }
        sites.club.honest();
        assert_eq!(ada.to_confirm_club("s-1").await.status, StatusCode::OK);
    });
}

#[test]
fn n_07_a_state_of_one_platform_is_worth_nothing_at_another() {
    watched_with(&SITES, async |app| {
        let (sites, mut ada) = ground(app).await;
        let back = ada.club_way_back("s-1").await;
        let query: Vec<(String, String)> =
            back.query_pairs().into_owned().filter(|(name, _)| name != "iss").collect();
        let calls = sites.x.log().len();
        for platform in ["x", "twitter", "github", "steam"] {
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&query).finish();
            let page = ada.get(&format!("/api/role-connections/{platform}/callback?{query}")).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{platform}");
        }
        assert_eq!(sites.x.log().len(), calls);
        assert_eq!(ada.get(back.as_str()).await.status, StatusCode::OK, "and it is still good at its own");
    });
}

#[test]
fn n_12_n_66_a_discovery_that_cannot_be_trusted_starts_nothing() {
    for lie in [
        world::oidc::Lie::from(DiscoveryLie::WithoutS256),
        DiscoveryLie::IssuerOther.into(),
        world::oidc::Lie::Endpoint(Endpoint::Token, Place::Internal),
    ] {
        watched_with(&SITES, async |app| {
            let (sites, mut ada) = ground(app).await;
            sites.club.lie(lie);
            let before = app.look().await;
            let page = ada.get("/api/role-connections/club/authorize").await;
            assert!(page.status.is_server_error(), "{lie:?}: {}", page.status);
            assert!(page.says("The Club"), "{}", page.body);
            let after = app.look().await;
            assert_eq!(before.rows, after.rows, "no authorization is left behind");
        });
    }
}

#[test]
fn n_12_while_discovery_is_down_nobody_is_sent_away() {
    watched_with(&SITES, async |app| {
        let (sites, mut ada) = ground(app).await;
        sites.club.fault(Fault::always("GET /.well-known", FaultKind::Status(503, String::new())));
        let page = ada.get("/api/role-connections/club/authorize").await;
        assert!(page.status.is_server_error());
        sites.club.heal();
        app.advance(domain::moment::Span::minutes(1));
        assert_eq!(ada.to_confirm_club("s-1").await.status, StatusCode::OK);
    });
}

#[test]
fn n_20_n_22_n_24_a_false_identity_is_one_security_event_and_leaves_nothing() {
    watched_with(&SITES, async |app| {
        let (sites, mut ada) = ground(app).await;
        let lies: [world::oidc::Lie; 4] = [
            SignatureLie::ALL[0].into(),
            ClaimLie::NonceMissing.into(),
            ClaimLie::ALL[0].into(),
            UserinfoLie::ALL[0].into(),
        ];
        for lie in lies {
            sites.club.honest();
            sites.club.lie(lie);
            let back = ada.club_way_back("s-1").await;
            let before = app.look().await;
            let page = ada.get(back.as_str()).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{lie:?}");
            app.refused_somehow(&before, lie).await;
        }
        assert_eq!(app.count("connection").await, 0);
    });
}
