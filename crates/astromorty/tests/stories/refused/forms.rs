//! Every route and its guards. The tables are held against the router's source, so that a new route
//! cannot be forgotten.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Method, Request, StatusCode};

use super::{ADA, BACK, EVE, OCTOCAT, populate, signed_in, way_back};
use crate::harness::{Answer, Browser, ROLES, watched, watched_with};

/// Routes that change something, each with fields that would make the change.
const CHANGES: [(&str, &[(&str, &str)]); 7] = [
    ("/dashboard/connections/unlink", &[("platform", "github"), ("sure", "yes")]),
    ("/dashboard/connections/check", &[("platform", "github")]),
    ("/dashboard/connections/consent", &[("listed", "9000"), ("guild", "9000"), ("agree", "9000")]),
    ("/dashboard/connections/erase", &[("sure", "yes")]),
    ("/dashboard/connections/sessions", &[]),
    ("/auth/logout", &[]),
    ("/api/role-connections/github/confirm", &[("decision", "link")]),
];

/// Exempt: a platform's own form, which changes nothing and is only sent on.
const FORM_POST: &str = "/api/role-connections/github/callback";

/// Routes that only show.
const PAGES: [&str; 13] = [
    "/",
    "/privacy",
    "/terms",
    "/assets/{file}",
    "/dashboard/connections",
    "/auth/discord/login",
    "/auth/discord/callback",
    "/api/role-connections/verify",
    "/api/role-connections/github/authorize",
    "/api/role-connections/github/callback",
    "/api/role-connections/github/result",
    "/healthz",
    "/readyz",
];
/// Signed by a platform, and so exempt.
const SIGNED: &str = "/webhooks/{platform}";
const REPORT: &str = "/health/role-connections";

/// The routes that the router's source names, by method.
fn routes(method: &str) -> BTreeSet<String> {
    let source = include_str!("../../../src/web/mod.rs");
    let router = source.split("pub fn router").nth(1).unwrap().split("pub fn metrics_router").next().unwrap();
    let mut found = BTreeSet::new();
    for route in router.split(".route(").skip(1) {
        let path = route.split('"').nth(1).unwrap();
        let path = path.replace("{linking}", "/api/role-connections/github");
        let handlers = route.split('"').nth(2).unwrap();
        if handlers.contains(&format!("{method}(")) {
            found.insert(path);
        }
    }
    found
}

#[test]
fn n_37_the_tables_name_every_route() {
    let mut changes: BTreeSet<_> = CHANGES.iter().map(|(path, _)| (*path).to_owned()).collect();
    changes.insert(FORM_POST.to_owned());
    changes.insert(SIGNED.to_owned());
    assert_eq!(routes("post"), changes);
    let pages = PAGES.iter().copied().chain([REPORT]).map(str::to_owned).collect();
    assert_eq!(routes("get"), pages);
    for method in ["put", "patch", "delete", "any"] {
        assert_eq!(routes(method), BTreeSet::new());
    }
}

/// A form as an attacker sends it.
struct Forged<'a> {
    path: &'a str,
    kind: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: String,
}

impl Forged<'_> {
    async fn send(self, browser: &mut Browser) -> Answer {
        let mut request =
            Request::post(format!("https://{ROLES}{}", self.path)).header(CONTENT_TYPE, self.kind);
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        browser.send(request.body(Bytes::from(self.body)).unwrap()).await
    }
}

fn body(token: Option<&str>, fields: &[(&str, &str)]) -> String {
    let token = token.map(|token| ("csrf", token));
    let all = token.into_iter().chain(fields.iter().copied());
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish()
}

const FORM: &str = "application/x-www-form-urlencoded";
const OURS: [(&str, &str); 2] = [("origin", "https://roles.test"), ("sec-fetch-site", "same-origin")];

/// Content type, headers, body, and the reason of the refusal.
type Attempt<'a> = (&'a str, &'a [(&'a str, &'a str)], String, &'a str);

/// Everything that is not our own form. `token` is the session's, `others` somebody else's.
fn forgeries(fields: &[(&str, &str)], (token, others): (&str, &str)) -> Vec<Attempt<'static>> {
    let with = |token| body(token, fields);
    let good = || with(Some(token));
    let twice = format!("csrf={token}&{}", good());
    vec![
        (FORM, &OURS, with(None), "csrf"),
        (FORM, &OURS, with(Some("")), "csrf"),
        (FORM, &OURS, with(Some(others)), "csrf"),
        (FORM, &OURS, with(Some(&token[1..])), "csrf"),
        (FORM, &OURS, twice, "csrf"),
        ("text/plain", &OURS, good(), "csrf_content_type"),
        ("application/json", &OURS, good(), "csrf_content_type"),
        ("multipart/form-data; boundary=x", &OURS, good(), "csrf_content_type"),
        ("", &OURS, good(), "csrf_content_type"),
        (FORM, &[("origin", "null")], good(), "cross_site"),
        (FORM, &[("origin", "null"), ("sec-fetch-site", "same-origin")], good(), "cross_site"),
        (FORM, &[("origin", "https://roles.test.evil.test")], good(), "cross_site"),
        (FORM, &[("origin", "http://roles.test")], good(), "cross_site"),
        (FORM, &[("origin", "https://roles.test"), ("sec-fetch-site", "cross-site")], good(), "cross_site"),
        (FORM, &[("sec-fetch-site", "cross-site")], good(), "cross_site"),
        (FORM, &[("sec-fetch-site", "same-site")], good(), "cross_site"),
        (FORM, &[("referer", "https://roles.test/")], good(), "cross_site"),
        (FORM, &[], good(), "cross_site"),
    ]
}

#[test]
fn n_37_no_change_without_our_own_form() {
    watched(async |app| {
        populate(app);
        app.linked(EVE, super::HUBOT).await;
        let mut ada = app.linked(ADA, OCTOCAT).await;
        let token = ada.get("/dashboard/connections").await.field("csrf");
        let mut eve = signed_in(app, EVE).await;
        let others = eve.get("/dashboard/connections").await.field("csrf");
        for (path, fields) in CHANGES {
            let good = body(Some(&token), fields);
            for (kind, headers, body, reason) in forgeries(fields, (&token, &others)) {
                let before = app.look().await;
                let page = Forged { path, kind, headers, body: body.clone() }.send(&mut ada).await;
                assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} {kind} {headers:?} {body}");
                app.refused(&before, reason).await;
            }
            let before = app.look().await;
            let page = Forged { path, kind: FORM, headers: &OURS, body: good }.send(&mut app.browser()).await;
            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path} of nobody");
            app.nothing_happened(&before, 0).await;
        }
        let unlink =
            Forged { path: CHANGES[0].0, kind: FORM, headers: &OURS, body: body(Some(&token), CHANGES[0].1) };
        assert_eq!(unlink.send(&mut ada).await.status, 303, "our own form is heard");
    });
}

#[test]
fn n_37_a_method_that_is_not_there_changes_nothing() {
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        for (path, _) in CHANGES {
            for method in [Method::PUT, Method::PATCH, Method::DELETE] {
                let before = app.look().await;
                let request = Request::builder().method(method).uri(format!("https://{ROLES}{path}"));
                let page = ada.send(request.body(Bytes::new()).unwrap()).await;
                assert_eq!(page.status, 403, "{path}");
                app.refused(&before, "cross_site").await;
            }
        }
    });
}

#[test]
fn n_41_get_on_a_change_is_refused() {
    watched(async |app| {
        populate(app);
        let mut ada = app.linked(ADA, OCTOCAT).await;
        let token = ada.get("/dashboard/connections").await.field("csrf");
        for (path, fields) in CHANGES {
            let before = app.look().await;
            let page = ada.get(&format!("{path}?{}", body(Some(&token), fields))).await;
            assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
            assert_eq!(page.headers["allow"], "POST");
            app.refused(&before, "wrong_method").await;
        }
    });
}

#[test]
fn n_41_a_preview_uses_nothing_up() {
    const BOT: &str = "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)";
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        let link = way_back(&mut ada, OCTOCAT).await;
        let mut bea = app.browser();
        let there = bea.get("/auth/discord/login").await.location();
        let sign_in = bea.agree(&there, ADA).await;
        for (browser, back, foreign) in
            [(&mut ada, &link, "link_not_valid"), (&mut bea, &sign_in, "sign_in_not_valid")]
        {
            let previews = [
                (Method::HEAD, "user-agent", BOT, 405, "wrong_method"),
                (Method::GET, "purpose", "prefetch", 400, "prefetch"),
                (Method::GET, "sec-purpose", "prefetch", 400, "prefetch"),
                (Method::GET, "sec-purpose", "prefetch;prerender", 400, "prefetch"),
                (Method::GET, "x-purpose", "preview", 400, "prefetch"),
                (Method::GET, "x-moz", "prefetch", 400, "prefetch"),
            ];
            for (method, name, value, status, reason) in previews {
                let before = app.look().await;
                let request = Request::builder().method(method).uri(back.as_str()).header(name, value);
                let page = browser.send(request.body(Bytes::new()).unwrap()).await;
                assert_eq!(page.status.as_u16(), status, "{name}: {value}");
                app.refused(&before, reason).await;
                assert_eq!(app.look().await.rows, before.rows, "nothing is used up");
            }
            let before = app.look().await;
            let request = Request::get(back.as_str()).header("user-agent", BOT);
            let page = app.browser().send(request.body(Bytes::new()).unwrap()).await;
            assert_eq!(page.status, 400, "Discord's preview has no cookie");
            app.refused(&before, foreign).await;
            let arrived = browser.get(back.as_str()).await.status;
            assert!(arrived == 200 || arrived == 303, "{arrived}");
            app.settle(ADA).await;
        }
        for path in BACK.into_iter().chain(["/auth/discord/login", "/api/role-connections/github/authorize"])
        {
            let before = app.look().await;
            let request = Request::head(format!("https://{ROLES}{path}")).body(Bytes::new()).unwrap();
            assert_eq!(app.browser().send(request).await.status, 405);
            app.refused(&before, "wrong_method").await;
        }
    });
}

/// What a browser is told on every answer.
fn is_guarded(answer: &Answer, https: bool) {
    let header = |name: &str| {
        let value = answer.headers.get(name).unwrap_or_else(|| panic!("no {name} at {}", answer.url));
        value.to_str().unwrap().to_owned()
    };
    let policy = header("content-security-policy");
    for rule in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
        assert!(policy.contains(rule), "{rule} at {}", answer.url);
    }
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
    assert_eq!(header("x-frame-options"), "DENY");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(["same-origin", "no-referrer"].contains(&header("referrer-policy").as_str()));
    assert!(answer.headers.get("access-control-allow-origin").is_none());
    assert_eq!(answer.headers.contains_key("strict-transport-security"), https);
    let kept = header("cache-control");
    assert_eq!(
        kept,
        if answer.url.path().starts_with("/assets/") && answer.status == 200 {
            "public, max-age=31536000, immutable"
        } else {
            "no-store"
        }
    );
}

#[test]
fn n_41_every_answer_keeps_out_of_frames() {
    watched(async |app| {
        populate(app);
        let mut ada = app.linked(ADA, OCTOCAT).await;
        let style = ada.get("/").await.body;
        let style = style.split("href=\"").find(|part| part.contains("style")).unwrap();
        let style = style[..style.find('"').unwrap()].to_owned();
        let paths = PAGES.into_iter().chain(CHANGES.map(|(path, _)| path)).chain([
            REPORT,
            "/nothing",
            &style,
            "/assets/x",
        ]);
        for path in paths {
            for browser in [&mut ada, &mut app.browser()] {
                is_guarded(&browser.get(path).await, true);
                is_guarded(&browser.post(path, &[]).await, true);
                let request = Request::builder()
                    .method(Method::OPTIONS)
                    .uri(format!("https://{ROLES}{path}"))
                    .header("origin", "https://evil.test")
                    .header("access-control-request-method", "POST");
                is_guarded(&browser.send(request.body(Bytes::new()).unwrap()).await, true);
            }
        }
        let back = way_back(&mut ada, OCTOCAT).await;
        let confirm = ada.get(back.as_str()).await;
        is_guarded(&confirm, true);
        assert_eq!(confirm.headers["referrer-policy"], "no-referrer");
        assert!(
            confirm.body.contains("<meta name=\"referrer\" content=\"same-origin\">"),
            "or its form has no origin"
        );
    });
    watched_with(&[("ASTROMORTY__WEB__PUBLIC_URL", "http://127.0.0.1:8000")], async |app| {
        is_guarded(&app.browser().get("/").await, false);
    });
}
