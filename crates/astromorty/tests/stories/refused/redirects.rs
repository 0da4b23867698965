//! Where browsers are sent, and what a request says of itself.

use bytes::Bytes;
use domain::moment::Span;
use http::{HeaderName, HeaderValue, Request};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::{ADA, OCTOCAT, field, populate, signed_in};
use crate::harness::{Answer, Browser, ROLES, watched, watched_with};

const NO_LIMITS: [(&str, &str); 3] = [
    ("ASTROMORTY__LIMITS__LINK_STARTS_SESSION", "0"),
    ("ASTROMORTY__LIMITS__LINK_STARTS_USER", "0"),
    ("ASTROMORTY__LIMITS__LINK_STARTS_NETWORK", "0"),
];

/// How a target pretends to be ours, or is read differently by a browser than by a check.
const OPENINGS: [&str; 46] = [
    "//",
    "///",
    "////",
    "/\\",
    "\\/",
    "\\\\",
    "/\\/",
    "/\\\\",
    "\\/\\/",
    "/\t/",
    "/\n/",
    "/\r/",
    "\t//",
    " //",
    "\n//",
    "\r\n//",
    "//\\",
    "/./",
    "/../",
    "/..//",
    "/.//",
    "/;//",
    ";//",
    ".",
    "@",
    "?",
    "#",
    "http://",
    "https://",
    "https:/",
    "https:",
    "https:\\\\",
    "http:\\/",
    "HTTPS://",
    "javascript://",
    "javascript:alert(1)//",
    "data:text/html,",
    "ftp://",
    "x:",
    "//;@",
    "//roles.test@",
    "https://roles.test@",
    "https://roles.test:x@",
    "\u{0}//",
    "/%2f",
    "/%5c",
];
const HOSTS: [&str; 12] = [
    "evil.test",
    "evil.test/",
    "evil.test:443",
    "evil\u{3002}test",
    "EVIL.test",
    "[::1]",
    "2130706433",
    "evil.test#@roles.test",
    "evil.test\\@roles.test",
    "evil.test?roles.test",
    "roles.test.evil.test",
    "evil.test%00",
];
const NAMES: [&str; 10] =
    ["next", "return_to", "return", "redirect", "redirect_uri", "redirect_to", "rd", "url", "to", "notice"];

fn corpus() -> Vec<String> {
    OPENINGS.iter().flat_map(|opening| HOSTS.iter().map(move |host| format!("{opening}{host}"))).collect()
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Stays with us, or goes to where the settings say, and comes back to us.
fn stays(answer: &Answer, payload: &str) {
    assert!(answer.status.as_u16() < 500, "{payload:?}: {}", answer.status);
    let Some(location) = answer.headers.get("location") else { return };
    let to = Url::parse("https://roles.test/").unwrap().join(location.to_str().unwrap()).unwrap();
    match to.host_str() {
        Some("roles.test") => assert!(!to.as_str().contains("evil"), "{payload:?} {to}"),
        Some("discord.test") => {
            assert_eq!(to.path(), "/oauth2/authorize");
            assert_eq!(field(&to, "redirect_uri"), "https://roles.test/auth/discord/callback");
        }
        Some("github.test") => {
            assert_eq!(to.path(), "/login/oauth/authorize");
            let back = "https://roles.test/api/role-connections/github/callback";
            assert_eq!(field(&to, "redirect_uri"), back);
        }
        other => panic!("{payload:?} leads to {other:?}"),
    }
}

async fn raw(browser: &mut Browser, path: &str) -> Option<Answer> {
    let request = Request::get(format!("https://{ROLES}{path}")).body(Bytes::new()).ok()?;
    Some(browser.send(request).await)
}

#[test]
fn n_42_no_parameter_leads_away() {
    let corpus = corpus();
    assert!(corpus.len() >= 500);
    watched_with(&NO_LIMITS, async |app| {
        populate(app);
        let mut ada = app.linked(ADA, OCTOCAT).await;
        let token = ada.get("/dashboard/connections").await.field("csrf");
        let before = app.look().await;
        for payload in &corpus {
            // Ids are made for a world whose clock moves.
            app.clock.advance(Span::seconds(1));
            let query = |value: &str| NAMES.map(|name| format!("{name}={value}")).join("&");
            for value in [encoded(payload), encoded(&encoded(payload)), payload.clone()] {
                for path in ["/", "/auth/discord/login", "/api/role-connections/github/authorize"] {
                    if let Some(answer) = raw(&mut ada, &format!("{path}?{}", query(&value))).await {
                        stays(&answer, payload);
                    }
                }
                for end in ["authorize", "callback?code=a&state=b", "result"] {
                    let path = format!("/api/role-connections/{value}/{end}");
                    if let Some(answer) = raw(&mut ada, &path).await {
                        stays(&answer, payload);
                    }
                }
            }
            let mut fields = vec![("csrf", token.as_str()), ("platform", "github")];
            fields.extend(NAMES.map(|name| (name, payload.as_str())));
            stays(&ada.post("/dashboard/connections/check", &fields).await, payload);
            stays(&ada.post("/api/role-connections/github/callback", &fields[2..]).await, payload);
        }
        app.settle(ADA).await;
        let now = app.look().await;
        assert_eq!(now.writes, before.writes);
        assert_eq!((&now.rows["connection"].len(), &now.rows["consent"]), (&1, &before.rows["consent"]));
        app.no_secret_logged();
    });
}

#[test]
fn n_42_neither_does_a_finished_sign_in_or_sign_out() {
    watched_with(&NO_LIMITS, async |app| {
        populate(app);
        for payload in corpus().iter().step_by(29) {
            let mut ada = app.browser();
            let query = NAMES.map(|name| format!("{name}={}", encoded(payload))).join("&");
            let there = ada.get(&format!("/auth/discord/login?{query}")).await.location();
            let back = ada.agree(&there, ADA).await;
            let arrived = ada.get(&format!("{back}&{query}")).await;
            if payload.contains('\0') {
                assert_eq!(arrived.status, 400);
                continue;
            }
            assert_eq!(arrived.location().as_str(), "https://roles.test/dashboard/connections");
            let page = ada.visit("/dashboard/connections").await;
            let fields = NAMES.map(|name| (name, payload.as_str()));
            let out = ada.post_with_token("/auth/logout", &page, &fields).await;
            assert_eq!(out.location().as_str(), "https://roles.test/?notice=signed-out");
        }
        app.settle(ADA).await;
    });
}

/// What a request may claim of its way here.
const CLAIMS: [(&str, &str); 12] = [
    ("host", "evil.test"),
    ("host", "roles.test:8080"),
    ("host", "evil.test, roles.test"),
    ("x-forwarded-host", "evil.test"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-uri", "/healthz"),
    ("x-original-url", "/healthz"),
    ("x-rewrite-url", "/healthz"),
    ("forwarded", "for=127.0.0.1;host=evil.test;proto=http"),
    ("user-agent", "GoogleHC/1.0"),
    ("user-agent", "kube-probe/1.31"),
];

async fn claiming(browser: &mut Browser, path: &str, (name, value): (&str, &str)) -> Answer {
    let name: HeaderName = name.parse().unwrap();
    let mut request = Request::get(format!("https://{ROLES}{path}")).body(Bytes::new()).unwrap();
    request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
    browser.send(request).await
}

#[test]
fn n_43_no_header_moves_a_redirect_uri_or_opens_a_path() {
    watched_with(&NO_LIMITS, async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        for claim in CLAIMS {
            for path in ["/auth/discord/login", "/api/role-connections/github/authorize"] {
                let answer = claiming(&mut ada, path, claim).await;
                assert_eq!(answer.status, 303, "{claim:?}");
                stays(&answer, claim.1);
                let fresh = claiming(&mut app.browser(), path, claim).await;
                stays(&fresh, claim.1);
                let cookie = fresh.headers["set-cookie"].to_str().unwrap();
                assert!(cookie.contains("Secure") && cookie.starts_with("__Host-"), "{claim:?}: {cookie}");
            }
            let landing = claiming(&mut ada, "/", claim).await;
            assert!(!landing.body.contains("evil.test"), "{claim:?}");
            let mut stranger = app.browser();
            assert_eq!(
                claiming(&mut stranger, "/dashboard/connections", claim).await.status,
                401,
                "{claim:?}"
            );
            assert!(!stranger.get("/nothing").await.body.contains("evil.test"));
            let mut forged =
                Request::post(format!("https://{ROLES}/auth/logout")).body(Bytes::new()).unwrap();
            let name: HeaderName = claim.0.parse().unwrap();
            forged.headers_mut().insert(name, HeaderValue::from_str(claim.1).unwrap());
            let before = app.look().await;
            assert_eq!(ada.send(forged).await.status, 403, "{claim:?}");
            app.refused(&before, "cross_site").await;
        }
    });
    watched(async |app| {
        let page = claiming(&mut app.browser(), "/", ("host", "evil.test")).await;
        assert!(page.says("roles.test"), "the page names the settings' host");
    });
}
