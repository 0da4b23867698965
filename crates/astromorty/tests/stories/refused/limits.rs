//! Too many, too large, too slow, and about somebody else.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use bytes::Bytes;
use domain::moment::Span;
use futures_util::future::join_all;
use http::Request;
use serde_json::json;
use world::{Fault, FaultKind};

use super::{ADA, EVE, HUBOT, OCTOCAT, populate, signed_in};
use crate::harness::{Answer, Browser, POPULAR, ROLES, TestApp, Watched, watched, watched_with};

const LOGIN: &str = "/auth/discord/login";
const LINK: &str = "/api/role-connections/github/authorize";

/// Opens an address from a network address, perhaps with a word of some proxy.
async fn from(browser: &mut Browser, path: &str, (peer, told): (&str, &str)) -> Answer {
    let peer: IpAddr = peer.parse().unwrap();
    let mut request =
        Request::get(format!("https://{ROLES}{path}")).extension(ConnectInfo(SocketAddr::new(peer, 4711)));
    if !told.is_empty() {
        request = request.header("x-forwarded-for", told);
    }
    browser.send(request.body(Bytes::new()).unwrap()).await
}

/// A start that one of the limits refuses.
async fn is_limited(app: &Watched, browser: &mut Browser, path: &str) {
    let before = app.look().await;
    let page = browser.get(path).await;
    assert_eq!(page.status, 429);
    assert_eq!(page.headers["retry-after"], "600");
    app.refused(&before, "rate_limited").await;
    assert_eq!(app.look().await.rows, before.rows, "what is refused leaves nothing behind");
}

#[test]
fn n_48_a_session_and_a_user_start_only_so_often_over_all_processes() {
    watched(async |app| {
        populate(app);
        let other = app.second().await;
        let mut eve = signed_in(app, EVE).await;
        let mut ada = signed_in(app, ADA).await;
        let mut there = other.browser();
        there.cookies = ada.cookies.clone();
        for at in 0..10 {
            let browser = if at % 2 == 0 { &mut ada } else { &mut there };
            assert_eq!(browser.get(LINK).await.status, 303, "{at}");
        }
        is_limited(app, &mut ada, LINK).await;
        is_limited(app, &mut there, LINK).await;
        assert_eq!(eve.get(LINK).await.status, 303, "others do not notice");

        // Ten links of one user; another browser of theirs takes nine of the ten that are left.
        let mut second = signed_in(app, ADA).await;
        for at in 0..9 {
            assert_eq!(second.get(LINK).await.status, 303, "{at}");
        }
        let mut third = signed_in(app, ADA).await;
        assert_eq!(third.get(LINK).await.status, 303);
        is_limited(app, &mut third, LINK).await;
        let page = app.browser().get(LOGIN).await;
        assert_eq!(page.status, 303, "nobody else is kept out");

        app.advance(Span::minutes(10));
        assert_eq!(third.get(LINK).await.status, 303);
    });
}

/// A thousand starts at once by new browsers at two processes; how many got through.
async fn flood(apps: [&TestApp; 2], origin: impl Fn(usize) -> (String, String)) -> usize {
    let starts = (0..1000).map(|at| {
        let (mut browser, (peer, told)) = (apps[at % 2].browser(), origin(at));
        let clock = apps[0].clock.clone();
        tokio::spawn(async move {
            // Ids are made for a world whose clock moves.
            clock.advance(Span::seconds(i64::from(at % 10 == 0)));
            from(&mut browser, LOGIN, (&peer, &told)).await.status.as_u16()
        })
    });
    let statuses: Vec<u16> = join_all(starts).await.into_iter().map(Result::unwrap).collect();
    assert!(statuses.iter().all(|status| [303, 429].contains(status)), "{statuses:?}");
    statuses.iter().filter(|status| **status == 303).count()
}

#[test]
fn n_48_a_network_starts_only_so_often_however_it_dresses() {
    watched(async |app| {
        let other = app.second().await;
        let apps = [&**app, &other];
        let rotated = |at: usize| (format!("2001:db8:1:2::{at:x}"), String::new());
        assert_eq!(flood(apps, rotated).await, 300, "one /64");
        let neighbour = from(&mut app.browser(), LOGIN, ("2001:db8:1:3::1", "")).await;
        assert_eq!(neighbour.status, 303, "the next /64");

        let before = app.look().await;
        let told = from(&mut app.browser(), LOGIN, ("2001:db8:1:2::ffff", "203.0.113.9")).await;
        assert_eq!(told.status, 429, "a header of a stranger counts for nothing");
        app.refused(&before, "rate_limited").await;
        let mapped = |at: usize| (format!("::ffff:198.51.100.{}", at % 250), format!("192.0.2.{}", at % 250));
        assert_eq!(flood(apps, mapped).await, 300, "one /24, also where it is written as IPv6");
        assert_eq!(from(&mut app.browser(), LOGIN, ("198.51.100.7", "")).await.status, 429);
        assert_eq!(from(&mut app.browser(), LOGIN, ("198.51.101.7", "")).await.status, 303);
        app.no_secret_logged();
    });
}

#[test]
fn n_43_an_address_is_believed_from_our_own_proxies_only() {
    let settings = [
        ("ASTROMORTY__WEB__TRUSTED_PROXIES", "10.0.0.0/8,2001:db8:ffff::/48"),
        ("ASTROMORTY__LIMITS__LINK_STARTS_NETWORK", "1"),
    ];
    watched_with(&settings, async |app| {
        for (peer, told, status) in [
            ("10.0.0.1", "203.0.113.1", 303),
            ("10.0.0.2", "203.0.113.200", 429),
            ("10.0.0.1", "9.9.9.9, 203.0.113.1", 429),
            ("10.0.0.1", "203.0.113.1, 10.0.0.7", 429),
            ("::ffff:10.0.0.1", "203.0.113.1", 429),
            ("2001:db8:ffff::1", "203.0.113.1", 429),
            ("10.0.0.1", "198.51.100.1", 303),
            ("203.0.113.77", "192.0.2.1", 429),
            ("192.0.2.200", "", 303),
            ("10.0.0.1", "", 303),
            ("10.0.0.1", "nonsense", 429),
            ("10.0.0.1", "2001:db8:5:5::1", 303),
            ("10.0.0.1", "2001:db8:5:5:ffff::2", 429),
        ] {
            let answer = from(&mut app.browser(), LOGIN, (peer, told)).await;
            assert_eq!(answer.status.as_u16(), status, "{peer} {told}");
        }
    });
}

/// Ada's browser with the role that ten followers give.
async fn with_role(app: &Watched) -> Browser {
    populate(app);
    app.rule(POPULAR, "github.followers >= 10").await;
    let ada = app.linked(ADA, OCTOCAT).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    app.advance(Span::minutes(2));
    ada
}

/// Asks for a check by hand; nothing waits for its outcome.
async fn check(mut ada: Browser) -> Answer {
    let page = ada.get("/dashboard/connections").await;
    ada.post_with_token("/dashboard/connections/check", &page, &[("platform", "github")]).await
}

/// Until GitHub was asked so often.
async fn asked(app: &Watched, calls: usize) {
    while app.github.log().len() < calls {
        tokio::task::yield_now().await;
    }
}

#[test]
fn n_67_an_answer_without_end_makes_a_fact_unknown() {
    watched(async |app| {
        let ada = with_role(app).await;
        app.github.change(OCTOCAT, |account| account.followers = 0);
        let faults = [
            FaultKind::HugeBody(64 * 1024 * 1024),
            FaultKind::Html,
            FaultKind::Garbage(vec![b'['; 100_000]),
            FaultKind::Status(200, format!("{{\"id\": {OCTOCAT}, \"login\": \"octocat\"}}")),
        ];
        for fault in faults {
            app.github.heal();
            app.github.fault(Fault::always("GET /user$", fault.clone()));
            let before = app.look().await;
            check(ada.clone()).await;
            app.settle(ADA).await;
            let now = app.look().await;
            assert_eq!(now.writes, before.writes, "{fault:?}");
            assert_eq!(app.roles(ADA), [POPULAR], "unknown takes nothing");
            let seen = &now.rows["observation"];
            assert!(seen.len() == 1 && seen[0].contains("unavailable"), "{fault:?}: {seen:?}");
            app.no_secret_logged();
            app.advance(Span::minutes(30));
        }
    });
}

#[test]
fn n_67_an_answer_that_never_comes_is_given_up() {
    for fault in [FaultKind::Hang, FaultKind::Drip] {
        watched(async |app| {
            let ada = with_role(app).await;
            // What has not changed is answered without a body, and there would be nothing to drip.
            app.github.change(OCTOCAT, |account| account.followers = 61);
            app.github.fault(Fault::always("GET /user$", fault.clone()));
            let (writes, calls) = (app.discord.writes().len(), app.github.log().len());
            let checking = tokio::spawn(check(ada));
            asked(app, calls + 1).await;
            // The page waits three seconds, the call ten; both by the clock.
            while !checking.is_finished() || !app.look().await.rows["observation"][0].contains("unavailable")
            {
                app.advance(Span::seconds(1));
            }
            assert_eq!(checking.await.unwrap().status, 303);
            assert_eq!(app.roles(ADA), [POPULAR]);
            assert_eq!(app.discord.writes().len(), writes);
            app.no_secret_logged();
        });
    }
}

#[test]
fn n_68_facts_of_another_account_are_nobodys() {
    watched(async |app| {
        let ada = with_role(app).await;
        let other = json!({
            "id": HUBOT, "login": "octocat", "node_id": "U_2", "followers": 0, "following": 0, "public_repos": 0,
            "created_at": "2020-01-01T00:00:00Z",
        });
        app.github.fault(Fault::once("GET /user$", FaultKind::Status(200, other.to_string())));
        let before = app.look().await;
        check(ada.clone()).await;
        app.settle(ADA).await;
        let now = app.look().await;
        let reasons: Vec<_> = app.events(&before).into_iter().map(|event| event.reason).collect();
        assert_eq!(reasons, ["other_account"]);
        assert_eq!(now.writes, before.writes);
        assert_eq!(now.rows["connection"].len(), 1);
        assert!(now.rows["connection"][0].contains(&OCTOCAT.to_string()));
        assert!(!now.rows["observation"][0].contains(&HUBOT.to_string()));
        assert_eq!(app.roles(ADA), [POPULAR]);
        println!("{:?}", now.rows["observation"]);
        app.no_secret_logged();
    });
}
