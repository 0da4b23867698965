//! States, verifiers and callbacks.

use astromorty::app::settings::Settings;
use bytes::Bytes;
use domain::moment::Span;
use futures_util::future::join_all;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use url::Url;

use super::{ADA, BACK, EVE, HUBOT, OCTOCAT, field, populate, signed_in, way_back};
use crate::harness::{Answer, Browser, watched};

const GITHUB_BACK: &str = BACK[1];
/// What a link and a sign-in that are not valid are called in the log.
const NOT_VALID: [&str; 2] = ["sign_in_not_valid", "link_not_valid"];

#[test]
fn n_01_a_callback_without_state_and_cookie_is_refused() {
    watched(async |app| {
        for path in BACK {
            let before = app.look().await;
            let page = app.browser().get(&format!("{path}?code=0123456789abcdef0123")).await;
            assert_eq!(page.status, 400);
            app.refused(&before, "no_state").await;
        }
    });
}

#[test]
fn n_02_a_state_works_only_with_its_cookie() {
    watched(async |app| {
        populate(app);
        let (mut ada, mut eve) = (signed_in(app, ADA).await, signed_in(app, EVE).await);
        let back = way_back(&mut ada, OCTOCAT).await;
        for stranger in [&mut app.browser(), &mut eve] {
            let before = app.look().await;
            let page = stranger.get(back.as_str()).await;
            assert_eq!(page.status, 400);
            assert!(page.headers.get("set-cookie").is_none());
            app.refused(&before, "link_not_valid").await;
        }
        assert_eq!(ada.get(back.as_str()).await.status, 200, "a stranger does not use it up");
    });
}

#[test]
fn n_02_a_sign_in_works_only_with_its_cookie() {
    watched(async |app| {
        populate(app);
        let mut ada = app.browser();
        let there = ada.get("/auth/discord/login").await.location();
        let back = ada.agree(&there, ADA).await;
        let mut eve = signed_in(app, EVE).await;
        for stranger in [&mut app.browser(), &mut eve] {
            let before = app.look().await;
            assert_eq!(stranger.get(back.as_str()).await.status, 400);
            app.refused(&before, "sign_in_not_valid").await;
        }
        assert!(ada.visit(back.as_str()).await.says("ada"));
    });
}

#[test]
fn n_03_nobody_is_linked_by_somebody_elses_callback() {
    watched(async |app| {
        populate(app);
        let (mut ada, mut eve) = (signed_in(app, ADA).await, signed_in(app, EVE).await);
        let (of_ada, of_eve) = (way_back(&mut ada, OCTOCAT).await, way_back(&mut eve, HUBOT).await);
        for (browser, back) in [(&mut ada, of_eve), (&mut eve, of_ada)] {
            let before = app.look().await;
            assert_eq!(browser.get(back.as_str()).await.status, 400);
            app.refused(&before, "link_not_valid").await;
        }
        assert_eq!(app.count("connection").await, 0);
    });
}

#[test]
fn n_04_no_url_carries_an_identity() {
    watched(async |app| {
        populate(app);
        let (mut ada, mut eve) = (signed_in(app, ADA).await, signed_in(app, EVE).await);
        let lure = format!("/api/role-connections/github/authorize?token=abc&user={EVE}&state=abc&session=1");
        let there = ada.get(&lure).await.location();
        for word in ["ada", "mallory", "2001", "2002", "abc"] {
            let pairs: Vec<_> = there.query_pairs().filter(|(name, _)| !is_random(name)).collect();
            assert!(pairs.iter().all(|(_, value)| !value.contains(word)), "{word} in {there}");
        }
        let back = ada.agree(&there, OCTOCAT).await;
        let confirm = ada.get(back.as_str()).await;
        assert!(confirm.says("ada") && !confirm.says("mallory"), "{}", confirm.body);

        let copied = eve.get("/api/role-connections/github/authorize").await.location();
        let back = ada.agree(&copied, OCTOCAT).await;
        let before = app.look().await;
        assert_eq!(ada.get(back.as_str()).await.status, 400);
        app.refused(&before, "link_not_valid").await;
        assert_eq!(app.count("connection").await, 0);
    });
}

fn is_random(name: &str) -> bool {
    name == "state" || name == "code_challenge"
}

/// The same address opened many times at once, in two processes.
async fn at_once(browsers: [&Browser; 2], address: &str) -> Vec<Answer> {
    let visits = (0..50).map(|at| {
        let mut browser = browsers[at % 2].clone();
        let address = address.to_owned();
        tokio::spawn(async move { browser.get(&address).await })
    });
    join_all(visits).await.into_iter().map(Result::unwrap).collect()
}

#[test]
fn n_05_the_same_callback_50_times_at_two_processes_counts_once() {
    watched(async |app| {
        populate(app);
        let other = app.second().await;
        let mut ada = signed_in(app, ADA).await;
        let back = way_back(&mut ada, OCTOCAT).await;
        let mut there = other.browser();
        there.cookies = ada.cookies.clone();
        let before = app.look().await;
        let answers = at_once([&ada, &there], back.as_str()).await;
        let fine: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(fine.len(), 1);
        assert_eq!(answers.iter().filter(|answer| answer.status == 400).count(), 49);
        assert_eq!(app.events(&before).len(), 49);
        let bought = app.github.log().iter().filter(|call| call.path.ends_with("access_token")).count();
        assert_eq!((bought, app.count("connection").await), (1, 0));
        app.no_secret_logged();

        let (_, cookie) = cookie_of(fine[0]);
        ada.cookies.values_mut().for_each(|value| value.clone_from(&cookie));
        let before = app.look().await;
        assert_eq!(ada.get(back.as_str()).await.status, 400, "a replay by the winner itself");
        app.refused(&before, "link_not_valid").await;
    });
}

fn cookie_of(answer: &Answer) -> (String, String) {
    let line = answer.headers["set-cookie"].to_str().unwrap();
    let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
    (name.to_owned(), value.to_owned())
}

#[test]
fn n_05_the_same_sign_in_50_times_counts_once() {
    watched(async |app| {
        populate(app);
        let other = app.second().await;
        let mut ada = app.browser();
        let there = ada.get("/auth/discord/login").await.location();
        let back = ada.agree(&there, ADA).await;
        let mut twin = other.browser();
        twin.cookies = ada.cookies.clone();
        let answers = at_once([&ada, &twin], back.as_str()).await;
        assert_eq!(answers.iter().filter(|answer| answer.status.is_redirection()).count(), 1);
        assert_eq!(answers.iter().filter(|answer| answer.status == 400).count(), 49);
        let bought = app.discord.log().iter().filter(|call| call.path.ends_with("/oauth2/token")).count();
        assert_eq!((bought, app.count("session").await), (1, 1));
    });
}

#[test]
fn n_06_a_state_lives_ten_minutes_by_the_clock() {
    const LIFE: i64 = 600;
    const STEP: i64 = 300;
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        for (stepped, passed, lives) in [
            (0, LIFE - 1, true),
            (0, LIFE + 1, false),
            (-STEP, LIFE + STEP - 1, true),
            (-STEP, LIFE + STEP + 1, false),
            (STEP, LIFE - STEP - 1, true),
            (STEP, LIFE - STEP + 1, false),
        ] {
            let there = ada.get("/api/role-connections/github/authorize").await.location();
            app.advance(Span::seconds(stepped));
            app.advance(Span::seconds(passed));
            let back = ada.agree(&there, OCTOCAT).await;
            // The visit is noted, so that nothing but the callback is looked at.
            ada.visit("/").await;
            app.settle(ADA).await;
            let before = app.look().await;
            let page = ada.get(back.as_str()).await;
            assert_eq!(page.status == 200, lives, "{stepped} {passed}");
            if !lives {
                app.refused(&before, "link_not_valid").await;
            }
        }
    });
}

#[test]
fn n_07_a_state_belongs_to_its_redirect_uri_and_instance() {
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        let link = way_back(&mut ada, OCTOCAT).await;
        let there = ada.get("/auth/discord/login").await.location();
        let sign_in = ada.agree(&there, ADA).await;
        let swapped = [(BACK[0], &link, NOT_VALID[0]), (BACK[1], &sign_in, NOT_VALID[1])];
        for (path, from, reason) in swapped {
            let before = app.look().await;
            let page = ada.get(&format!("{path}?{}", from.query().unwrap())).await;
            assert_eq!(page.status, 400);
            app.refused(&before, reason).await;
        }
        let before = app.look().await;
        let page = ada.get(&format!("/api/role-connections/x/callback?{}", link.query().unwrap())).await;
        assert_eq!(page.status, 404, "nobody sends browsers to a platform that is not set up");
        app.refused(&before, "unknown_platform").await;

        let enterprise = [
            ("ASTROMORTY__PLATFORMS__GITHUB__HOSTS__WEB", "https://ghe.test"),
            ("ASTROMORTY__PLATFORMS__GITHUB__HOSTS__API", "https://ghe.test/api/v3"),
        ];
        let other = app.second_with(&enterprise).await;
        let mut there = other.browser();
        there.cookies = ada.cookies.clone();
        let before = app.look().await;
        assert_eq!(there.get(link.as_str()).await.status, 400, "another instance of the same platform");
        app.refused(&before, "link_not_valid").await;
    });
}

#[test]
fn n_08_who_names_itself_must_be_whom_we_asked() {
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        let link = way_back(&mut ada, OCTOCAT).await;
        let mut bea = app.browser();
        let there = bea.get("/auth/discord/login").await.location();
        let sign_in = bea.agree(&there, ADA).await;
        for iss in
            ["https://evil.test", "https://github.test.evil.test", "nonsense", "", "http://github.test"]
        {
            for (browser, back) in [(&mut ada, &link), (&mut bea, &sign_in)] {
                let before = app.look().await;
                assert_eq!(browser.get(&format!("{back}&iss={iss}")).await.status, 400, "{iss}");
                app.refused(&before, "iss_mismatch").await;
            }
        }
        let before = app.look().await;
        let twice = format!("{link}&iss=https://github.test&iss=https://github.test");
        assert_eq!(ada.get(&twice).await.status, 400);
        app.refused(&before, "bad_query").await;
        assert_eq!(ada.get(&format!("{link}&iss=https://github.test")).await.status, 200);
    });
}

/// What no site sends: fields in place of `code` and `state`, with the reason of the refusal.
fn odd(code: &str, state: &str) -> Vec<(String, &'static str)> {
    let long = "c".repeat(8192);
    [
        (format!("code={code}&code={code}&state={state}"), "bad_query"),
        (format!("code={code}&state={state}&state={state}"), "bad_query"),
        (format!("code={code}&state={state}&x=1&x=2"), "bad_query"),
        (format!("code={long}&state={state}"), "bad_query"),
        (format!("code={code}&state={long}"), "bad_query"),
        (format!("code={code}%00&state={state}"), "bad_query"),
        (format!("code=%ff%fe&state={state}"), "bad_query"),
        (format!("code={code}&state={state}&%c3%28=1"), "bad_query"),
        (format!("code=&state={state}"), "bad_query"),
        (format!("code={code}&state="), "no_state"),
        (format!("code={code}"), "no_state"),
        (format!("state={state}"), "bad_query"),
        (format!("code={code}&state={state}&error=access_denied"), "bad_query"),
        (String::new(), "no_state"),
    ]
    .into()
}

#[test]
fn n_09_what_no_site_sends_is_refused_and_uses_nothing_up() {
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        let link = way_back(&mut ada, OCTOCAT).await;
        let mut bea = app.browser();
        let there = bea.get("/auth/discord/login").await.location();
        let sign_in = bea.agree(&there, ADA).await;
        for (browser, back) in [(&mut ada, &link), (&mut bea, &sign_in)] {
            for (query, reason) in odd(&field(back, "code"), &field(back, "state")) {
                let before = app.look().await;
                let page = browser.get(&format!("{}?{query}", back.path())).await;
                assert_eq!(page.status, 400, "{query}");
                app.refused(&before, reason).await;
            }
            let page = browser.get(back.as_str()).await;
            assert!(page.status == 200 || page.status == 303, "{}", page.status);
        }
    });
}

async fn post_back(browser: &mut Browser, body: Vec<u8>) -> Answer {
    let request = Request::post(format!("https://roles.test{GITHUB_BACK}"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("origin", "https://github.test")
        .header("sec-fetch-site", "cross-site");
    browser.send(request.body(Bytes::from(body)).unwrap()).await
}

#[test]
fn n_09_an_odd_form_is_refused_and_a_good_one_only_sent_on() {
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        let back = way_back(&mut ada, OCTOCAT).await;
        let (code, state) = (field(&back, "code"), field(&back, "state"));
        let bad = odd(&code, &state)
            .into_iter()
            .filter(|(body, reason)| *reason == "bad_query" && !body.contains("code=&"));
        for (body, reason) in bad.filter(|(body, _)| body.contains("code=") && !body.contains("error=")) {
            let before = app.look().await;
            assert_eq!(post_back(&mut ada, body.clone().into_bytes()).await.status, 400, "{body}");
            app.refused(&before, reason).await;
        }
        let before = app.look().await;
        assert_eq!(post_back(&mut ada, b"code=\xff\xfe&state=a".to_vec()).await.status, 400);
        app.refused(&before, "bad_query").await;

        let before = app.look().await;
        let form = format!("code={code}&state={state}&next=//evil.test&error_description=%3Cb%3E");
        let sent_on = post_back(&mut ada, form.into_bytes()).await;
        assert_eq!(sent_on.status, StatusCode::SEE_OTHER);
        assert_eq!(sent_on.headers["referrer-policy"], "no-referrer");
        assert_eq!(
            sent_on.location().as_str(),
            format!("https://roles.test{GITHUB_BACK}?code={code}&state={state}")
        );
        app.nothing_happened(&before, 0).await;
        assert_eq!(app.look().await.rows, before.rows, "a form uses nothing up");
        assert_eq!(ada.follow(sent_on).await.status, 200);
    });
}

#[test]
fn n_10_a_no_is_a_friendly_page_that_reflects_nothing() {
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        let link = way_back(&mut ada, OCTOCAT).await;
        let there = ada.get("/auth/discord/login").await.location();
        let sign_in = ada.agree(&there, ADA).await;
        for (back, reason) in [(link, NOT_VALID[1]), (sign_in, NOT_VALID[0])] {
            let (path, state) = (back.path(), field(&back, "state"));
            let text = "%3Cscript%3Ealert(7)%3C/script%3Epwned&error_uri=javascript:pwned";
            let denied = format!("{path}?error=access_denied&error_description={text}&state={state}");
            let before = app.look().await;
            let page = ada.get(&denied).await;
            assert_eq!(page.status, 403);
            assert!(!page.body.contains("pwned") && !page.body.contains("alert(7)"), "{}", page.body);
            app.refused(&before, "denied").await;

            let before = app.look().await;
            assert_eq!(ada.get(back.as_str()).await.status, 400, "the state is used up");
            app.refused(&before, reason).await;
        }
    });
}

#[test]
fn n_10_any_other_error_reflects_nothing_either() {
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        let back = way_back(&mut ada, OCTOCAT).await;
        let error = "%3Cimg%20src%3Dx%20onerror%3Dpwned%3E";
        let before = app.look().await;
        let page = ada.get(&format!("{GITHUB_BACK}?error={error}&state={}", field(&back, "state"))).await;
        assert_eq!(page.status, 400);
        assert!(!page.body.contains("pwned"), "{}", page.body);
        app.refused(&before, "link_not_valid").await;
    });
}

#[test]
fn n_11_who_signed_out_or_changed_in_between_is_refused() {
    watched(async |app| {
        populate(app);
        let mut ada = signed_in(app, ADA).await;
        let back = way_back(&mut ada, OCTOCAT).await;
        let old = ada.cookies.clone();
        let page = ada.visit("/dashboard/connections").await;
        ada.post_with_token("/auth/logout", &page, &[]).await;
        for cookies in [ada.cookies.clone(), old] {
            ada.cookies = cookies;
            let before = app.look().await;
            assert_eq!(ada.get(back.as_str()).await.status, 400);
            app.refused(&before, "link_not_valid").await;
        }

        let mut shared = signed_in(app, ADA).await;
        let back = way_back(&mut shared, OCTOCAT).await;
        shared.sign_in(EVE).await;
        app.settle(EVE).await;
        let before = app.look().await;
        assert_eq!(shared.get(back.as_str()).await.status, 400);
        app.refused(&before, "link_not_valid").await;
        assert_eq!(app.count("connection").await, 0);
    });
}

#[test]
fn n_12_every_way_out_has_a_challenge_and_no_setting_removes_it() {
    watched(async |app| {
        populate(app);
        let mut ada = app.browser();
        let discord = ada.get("/auth/discord/login").await.location();
        ada.sign_in(ADA).await;
        let link = ada.get("/api/role-connections/github/authorize").await.location();
        for url in [discord, link] {
            assert_eq!(field(&url, "code_challenge_method"), "S256");
            assert_eq!((field(&url, "code_challenge").len(), field(&url, "state").len()), (43, 43));
        }
        ada.to_confirm("github", OCTOCAT).await;
        let calls = [app.discord.log(), app.github.log()].concat();
        let bought = calls.iter().filter(|call| call.request_body.contains("code_verifier="));
        let verifiers: Vec<_> = bought
            .map(|call| {
                field(&Url::parse(&format!("x:?{}", call.request_body)).unwrap(), "code_verifier").len()
            })
            .collect();
        assert_eq!(verifiers, [43, 43]);
    });
    for key in ["PLATFORMS__GITHUB__PKCE", "DISCORD__PKCE", "PLATFORMS__GITHUB__AUTHORIZE__PKCE"] {
        let env = [(format!("ASTROMORTY__{key}"), "off".to_owned())].into();
        let mistakes = Settings::load(None, &env).unwrap_err();
        assert!(format!("{mistakes:?}").to_lowercase().contains("pkce"), "{key}: {mistakes:?}");
    }
}

#[test]
fn n_13_a_code_of_another_challenge_ends_the_link() {
    watched(async |app| {
        populate(app);
        let (mut ada, mut eve) = (signed_in(app, ADA).await, signed_in(app, EVE).await);
        let (mine, stolen) = (way_back(&mut ada, OCTOCAT).await, way_back(&mut eve, HUBOT).await);
        let injected =
            format!("{GITHUB_BACK}?code={}&state={}", field(&stolen, "code"), field(&mine, "state"));
        let before = app.look().await;
        assert_eq!(ada.get(&injected).await.status, 400);
        app.refused_after(&before, ("link_not_valid", 1)).await;
        let before = app.look().await;
        assert_eq!(ada.get(mine.as_str()).await.status, 400, "the state is burnt");
        app.refused(&before, "link_not_valid").await;
        assert_eq!(app.github.tokens_of(HUBOT) + app.github.tokens_of(OCTOCAT), 0);
    });
}

#[test]
fn unknown_used_expired_and_foreign_states_look_the_same() {
    watched(async |app| {
        populate(app);
        let (mut ada, mut eve) = (signed_in(app, ADA).await, signed_in(app, EVE).await);
        let (used, foreign) = (way_back(&mut ada, OCTOCAT).await, way_back(&mut eve, HUBOT).await);
        assert_eq!(ada.get(used.as_str()).await.status, 200);
        let expired = way_back(&mut ada, OCTOCAT).await;
        app.advance(Span::minutes(11));
        let unknown = format!("{GITHUB_BACK}?code=0123456789abcdef0123&state={}", "u".repeat(43));
        let mut bodies = Vec::new();
        for back in [used.as_str(), expired.as_str(), foreign.as_str(), &unknown] {
            let page = ada.get(back).await;
            assert_eq!(page.status, 400);
            let headers: Vec<_> =
                page.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            bodies.push((page.body, headers));
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1);
    });
}
