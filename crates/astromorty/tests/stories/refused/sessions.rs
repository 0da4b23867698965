//! Cookies and the sessions behind them.

use std::collections::BTreeMap;

use astromorty::app::settings::Settings;
use bytes::Bytes;
use domain::moment::Span;
use http::Request;
use http::header::{COOKIE, SET_COOKIE};

use super::{ADA, EVE, OCTOCAT, field, populate, signed_in, way_back};
use crate::harness::{Answer, Browser, ROLES, Watched, watched, watched_with};

const DASHBOARD: &str = "/dashboard/connections";
const NAME: &str = "__Host-astromorty";

fn cookie(browser: &Browser) -> String {
    browser.cookies[&(ROLES.to_owned(), NAME.to_owned())].clone()
}

/// A browser that brings this cookie.
fn with(app: &Watched, value: &str) -> Browser {
    let mut browser = app.browser();
    browser.cookies.insert((ROLES.to_owned(), NAME.to_owned()), value.to_owned());
    browser
}

/// A cookie that opens nothing.
async fn is_dead(app: &Watched, value: &str) {
    let before = app.look().await;
    assert_eq!(with(app, value).get(DASHBOARD).await.status, 401);
    app.refused(&before, "session_unknown").await;
}

#[test]
fn n_35_a_planted_cookie_is_replaced_at_sign_in_and_the_old_ones_die() {
    watched(async |app| {
        populate(app);
        let planted = "p".repeat(43);
        let mut ada = with(app, &planted);
        let there = ada.get("/auth/discord/login").await.location();
        let before_sign_in = cookie(&ada);
        assert_ne!(before_sign_in, planted, "a value we did not make is nobody's session");

        let mut attacker = app.browser();
        let lure = attacker.get("/auth/discord/login").await.location();
        let own = cookie(&attacker);
        let back = ada.agree(&there, ADA).await;
        ada.visit(back.as_str()).await;
        app.settle(ADA).await;
        let signed_in = cookie(&ada);
        assert_ne!(signed_in, before_sign_in);
        is_dead(app, &planted).await;
        is_dead(app, &before_sign_in).await;

        let mut victim = with(app, &own);
        let back = victim.agree(&lure, EVE).await;
        victim.visit(back.as_str()).await;
        app.settle(EVE).await;
        assert_eq!(victim.get(DASHBOARD).await.status, 200);
        is_dead(app, &own).await;

        let back = way_back(&mut ada, OCTOCAT).await;
        let confirm = ada.get(back.as_str()).await;
        assert_eq!(confirm.status, 200);
        assert_ne!(cookie(&ada), signed_in, "a step-up follows");
        is_dead(app, &signed_in).await;
        let done =
            ada.post_with_token("/api/role-connections/github/confirm", &confirm, &[("decision", "link")]);
        assert_eq!(done.await.status, 303);
    });
}

#[test]
fn n_36_a_cookie_is_dead_after_sign_out_at_every_process() {
    watched(async |app| {
        populate(app);
        let other = app.second().await;
        let (mut here, mut elsewhere) = (signed_in(app, ADA).await, signed_in(app, ADA).await);
        let old = cookie(&here);
        let page = here.get(DASHBOARD).await;
        let out = here.post_with_token("/auth/logout", &page, &[]).await;
        assert!(here.cookies.iter().all(|((host, _), _)| host != ROLES), "{:?}", out.headers);
        is_dead(app, &old).await;
        let mut there = other.browser();
        there.cookies = with(app, &old).cookies;
        assert_eq!(there.get(DASHBOARD).await.status, 401);
        assert_eq!(elsewhere.get(DASHBOARD).await.status, 200);

        let third = signed_in(app, ADA).await;
        let olds = [cookie(&elsewhere), cookie(&third)];
        let page = elsewhere.get(DASHBOARD).await;
        elsewhere.post_with_token("/dashboard/connections/sessions", &page, &[]).await;
        for old in olds {
            is_dead(app, &old).await;
            let mut there = other.browser();
            there.cookies = with(app, &old).cookies;
            assert_eq!(there.get(DASHBOARD).await.status, 401);
        }
    });
}

#[test]
fn n_36_a_cookie_is_dead_after_erasure_and_after_its_time() {
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        let old = cookie(&ada);
        let page = ada.get(DASHBOARD).await;
        ada.post_with_token("/dashboard/connections/erase", &page, &[("sure", "yes")]).await;
        app.settle(ADA).await;
        is_dead(app, &old).await;

        let mut eve = signed_in(app, EVE).await;
        for _ in 0..12 {
            assert_eq!(eve.get(DASHBOARD).await.status, 200);
            app.advance(Span::minutes(59));
        }
        assert_eq!(eve.get(DASHBOARD).await.status, 200);
        app.advance(Span::minutes(13));
        assert_eq!(eve.get(DASHBOARD).await.status, 401, "twelve hours are over");
        let idle = signed_in(app, EVE).await;
        app.advance(Span::minutes(61));
        assert_eq!(idle.clone().get(DASHBOARD).await.status, 401, "an hour without a visit");
    });
}

/// The cookies that an answer sets, as written.
fn set(answer: &Answer) -> Vec<String> {
    answer.headers.get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap().to_owned()).collect()
}

#[test]
fn n_38_the_cookie_is_bound_to_host_and_https() {
    watched(async |app| {
        populate(app);
        let mut ada = app.browser();
        let there = ada.get("/auth/discord/login").await;
        let back = ada.agree(&there.location(), ADA).await;
        let arrived = ada.get(back.as_str()).await;
        let link = way_back(&mut ada, OCTOCAT).await;
        let confirm = ada.get(link.as_str()).await;
        let out = ada.post_with_token("/auth/logout", &ada.clone().get(DASHBOARD).await, &[]).await;
        for answer in [there, arrived, confirm, out] {
            let [line] = set(&answer).try_into().unwrap();
            let parts: Vec<_> = line.split("; ").collect();
            assert!(parts[0].starts_with("__Host-astromorty="), "{line}");
            for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
                assert!(parts.contains(&attribute), "{attribute}: {line}");
            }
            assert!(!line.contains("Domain"), "{line}");
        }
    });
}

#[test]
fn n_38_on_loopback_the_cookie_does_without_https() {
    watched_with(&[("ASTROMORTY__WEB__PUBLIC_URL", "http://127.0.0.1:8000")], async |app| {
        let [line] = set(&app.browser().get("/auth/discord/login").await).try_into().unwrap();
        assert!(
            line.starts_with("astromorty=") && !line.contains("Secure") && line.contains("HttpOnly"),
            "{line}"
        );
    });
}

#[test]
fn n_38_http_off_loopback_does_not_start() {
    for url in [
        "http://roles.example.org",
        "http://10.0.0.1",
        "http://localhost.evil.test",
        "http://127.0.0.1.nip.io",
    ] {
        let env: BTreeMap<_, _> = [("ASTROMORTY__WEB__PUBLIC_URL".to_owned(), url.to_owned())].into();
        let mistakes = format!("{:?}", Settings::load(None, &env).unwrap_err());
        assert!(mistakes.contains("PUBLIC_URL"), "{url}: {mistakes}");
        let env = [("ASTROMORTY__WEB__PUBLIC_URL".to_owned(), "http://localhost:8000".to_owned())].into();
        assert!(!format!("{:?}", Settings::load(None, &env).unwrap_err()).contains("PUBLIC_URL"));
    }
}

async fn bring(app: &Watched, path: &str, cookies: &[u8]) -> Answer {
    let mut request = Request::get(format!("https://{ROLES}{path}"));
    request.headers_mut().unwrap().insert(COOKIE, http::HeaderValue::from_bytes(cookies).unwrap());
    app.browser().send(request.body(Bytes::new()).unwrap()).await
}

#[test]
fn n_39_a_broken_cookie_is_nobody() {
    watched(async |app| {
        populate(app);
        let ada = signed_in(app, ADA).await;
        let good = cookie(&ada);
        let flipped = |at: usize| {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(bytes).unwrap()
        };
        let mut values: Vec<String> = (0..good.len()).map(|length| good[..length].to_owned()).collect();
        values.extend([0, 20, 42].map(flipped));
        values.extend([
            "x".repeat(8192),
            "\"quoted\"".into(),
            "%00%ff".into(),
            "=;=;=".into(),
            format!("{good}A"),
        ]);
        for value in values {
            let line = format!("{NAME}={value}");
            assert_eq!(bring(app, "/", line.as_bytes()).await.status, 200, "{line}");
            let before = app.look().await;
            assert_eq!(bring(app, DASHBOARD, line.as_bytes()).await.status, 401, "{line}");
            app.refused(&before, "session_unknown").await;
        }
        let many: Vec<_> = (0..500).map(|at| format!("c{at}=v{at}")).collect();
        assert_eq!(bring(app, DASHBOARD, many.join("; ").as_bytes()).await.status, 401);
        let many = format!("{}; {NAME}={good}", many.join("; "));
        assert_eq!(bring(app, DASHBOARD, many.as_bytes()).await.status, 200, "others do not disturb ours");
        for odd in [&b"\xff\xfe=\x80"[..], b";;;", b"=", b"__Host-astromorty", b"__Host-astromorty=\xff"] {
            assert_eq!(bring(app, "/", odd).await.status, 200);
            assert_eq!(bring(app, DASHBOARD, odd).await.status, 401);
        }
        let plain = format!("astromorty={good}");
        assert_eq!(
            bring(app, DASHBOARD, plain.as_bytes()).await.status,
            401,
            "the loopback name is not ours here"
        );
    });
}

#[test]
fn n_40_a_secret_of_one_kind_opens_nothing_of_another() {
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        let csrf = ada.get(DASHBOARD).await.field("csrf");
        let back = way_back(&mut ada, OCTOCAT).await;
        for value in [csrf, field(&back, "state"), field(&back, "code")] {
            is_dead(app, &value).await;
        }
        let before = app.look().await;
        let address = format!("{}?code={}&state={}", back.path(), field(&back, "code"), cookie(&ada));
        assert_eq!(ada.get(&address).await.status, 400, "a cookie is no state");
        app.refused(&before, "link_not_valid").await;
        let before = app.look().await;
        let forged = ada.post("/auth/logout", &[("csrf", &field(&back, "state"))]).await;
        assert_eq!(forged.status, 403, "a state is no form's token");
        app.refused(&before, "csrf").await;
        let value = cookie(&ada);
        let before = app.look().await;
        assert_eq!(
            ada.post("/auth/logout", &[("csrf", &value)]).await.status,
            403,
            "nor is the cookie itself"
        );
        app.refused(&before, "csrf").await;
        // What the database keeps is no cookie either.
        for row in &app.look().await.rows["session"] {
            let words = row.split(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c));
            for word in words.filter(|word| word.len() == 43) {
                is_dead(app, word).await;
            }
        }
    });
}
