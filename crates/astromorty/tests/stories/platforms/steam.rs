//! Steam's answer, told falsely in every way (N-26 … N-34).

use http::StatusCode;
use world::steam::{Lie, Verdict};
use world::{Fault, FaultKind};

use crate::harness::sites::{SITES, STEAM, Sites, steam_callback};
use crate::harness::{Browser, Watched, watched_with};

const ADA: u64 = 2_001;
const GABE: u64 = STEAM + 22_202;
const ROBIN: u64 = STEAM + 22_203;

async fn ground(app: &Watched) -> (Sites, Browser) {
    let sites = Sites::open(app);
    app.person(ADA, "ada");
    sites.at_steam(GABE, "Gabe", 12);
    sites.at_steam(ROBIN, "Robin", 13);
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    app.settle(ADA).await;
    (sites, ada)
}

fn set(fields: &mut [(String, String)], name: &str, value: &str) {
    let found = fields.iter_mut().find(|(field, _)| field == &format!("openid.{name}")).unwrap();
    value.clone_into(&mut found.1);
}

/// What a liar could send instead: a name for the story, and the change.
type Change = (&'static str, fn(&mut Vec<(String, String)>));

const CHANGES: [Change; 12] = [
    ("openid_endpoint", |f| set(f, "op_endpoint", "https://steam.test.evil/openid/login")),
    ("openid_identity", |f| {
        set(f, "claimed_id", &format!("https://steam.test.evil/openid/id/{ROBIN}"));
    }),
    ("openid_identity", |f| set(f, "identity", &format!("https://steam.test/openid/id/{ROBIN}"))),
    ("openid_namespace", |f| set(f, "ns", "http://openid.net/signon/1.1")),
    ("openid_mode", |f| set(f, "mode", "checkid_setup")),
    ("openid_signed", |f| {
        set(f, "signed", "signed,op_endpoint,identity,return_to,response_nonce,assoc_handle");
    }),
    ("openid_return_to", |f| {
        set(f, "return_to", "https://roles.test.evil/api/role-connections/steam/callback?state=a");
    }),
    ("openid_nonce", |f| set(f, "response_nonce", "2001-01-01T00:00:00Zunique")),
    ("openid_extra", |f| f.push(("openid.ext1.mode".into(), "fetch".into()))),
    ("openid_extra", |f| f.push(("extra".into(), "1".into()))),
    ("openid_missing", |f| f.retain(|(name, _)| name != "openid.sig")),
    ("openid_missing", |f| f.retain(|(name, _)| name != "openid.response_nonce")),
];

#[test]
fn n_26_to_n_33_what_steam_would_not_say_is_refused_before_steam_is_asked() {
    watched_with(&SITES, async |app| {
        let (sites, mut ada) = ground(app).await;
        for (at, (_, change)) in CHANGES.iter().enumerate() {
            let mut fields = sites.steam_way_back(&mut ada, GABE).await;
            change(&mut fields);
            let (before, asked) = (app.look().await, sites.steam.log().len());
            let page = ada.get(&steam_callback(&fields)).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{at}: {}", page.body);
            assert_eq!(sites.steam.log().len(), asked, "{at}: nothing leaves");
            app.refused_somehow(&before, at).await;
            // The state is spent: the honest answer comes too late.
            let honest = sites.steam.assertion(GABE, &fields[0].1);
            assert!(!honest.is_empty());
        }
        assert_eq!(app.count("connection").await, 0);
    });
}

#[test]
fn n_31_a_field_that_comes_twice_is_refused() {
    watched_with(&SITES, async |app| {
        let (sites, mut ada) = ground(app).await;
        let fields = sites.steam_way_back(&mut ada, GABE).await;
        for (name, value) in fields.clone() {
            let mut twice = fields.clone();
            twice.push((name, value));
            let page = ada.get(&steam_callback(&twice)).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST);
        }
    });
}

#[test]
fn n_33_an_assertion_works_once_and_in_its_time() {
    watched_with(&SITES, async |app| {
        let (sites, mut ada) = ground(app).await;
        let fields = sites.steam_way_back(&mut ada, GABE).await;
        let page = ada.get(&steam_callback(&fields)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let again = ada.get(&steam_callback(&fields)).await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST);

        let fields = sites.steam_way_back(&mut ada, GABE).await;
        app.advance(domain::moment::Span::minutes(6));
        let late = ada.get(&steam_callback(&fields)).await;
        assert_eq!(late.status, StatusCode::BAD_REQUEST, "five minutes are enough");
    });
}

#[test]
fn n_34_only_steams_own_word_counts() {
    watched_with(&SITES, async |app| {
        let (sites, mut ada) = ground(app).await;
        let verdicts = [
            Verdict::False,
            Verdict::OtherKey,
            Verdict::InValue,
            Verdict::Longer,
            Verdict::Both,
            Verdict::NoNamespace,
            Verdict::OtherNamespace,
            Verdict::Empty,
            Verdict::Html,
            Verdict::Forbidden,
            Verdict::Redirect("https://steam.test/elsewhere".into()),
        ];
        for verdict in verdicts {
            let fields = sites.steam_way_back(&mut ada, GABE).await;
            sites.steam.lie(Lie::Verdict(verdict.clone()));
            let page = ada.get(&steam_callback(&fields)).await;
            assert!(page.status.is_client_error() || page.status.is_server_error(), "{verdict:?}");
            sites.steam.heal();
        }
        for kind in [FaultKind::Status(500, String::new()), FaultKind::Cut, FaultKind::HugeBody(10_000_000)] {
            let fields = sites.steam_way_back(&mut ada, GABE).await;
            sites.steam.fault(Fault::once("POST /openid/login", kind.clone()));
            let page = ada.get(&steam_callback(&fields)).await;
            assert!(page.status.is_server_error(), "{kind:?}");
            assert!(page.says("Steam"), "{}", page.body);
        }
        assert_eq!(app.count("connection").await, 0);
        let confirm = ada.to_confirm_steam(&sites, GABE).await;
        assert_eq!(confirm.status, StatusCode::OK, "an honest answer still links");
    });
}

#[test]
fn n_02_n_03_an_assertion_belongs_to_the_browser_that_was_sent() {
    watched_with(&SITES, async |app| {
        let (sites, mut ada) = ground(app).await;
        app.person(2_002, "eve");
        let mut eve = app.browser();
        eve.sign_in(2_002).await;
        let of_eve = sites.steam_way_back(&mut eve, ROBIN).await;
        assert_eq!(ada.get(&steam_callback(&of_eve)).await.status, StatusCode::BAD_REQUEST);
        // An assertion that another site harvested, with a state of ours.
        let mut fields = sites.steam_way_back(&mut ada, GABE).await;
        fields.truncate(1);
        fields.extend(sites.steam.assertion(ROBIN, "https://other.example/back?state=x"));
        assert_eq!(ada.get(&steam_callback(&fields)).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(app.count("connection").await, 0);
    });
}
