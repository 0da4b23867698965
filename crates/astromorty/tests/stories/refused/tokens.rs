//! What the token endpoints answer, and whose tokens they are.

use domain::moment::Span;
use serde_json::{Value, json};
use world::{Fault, FaultKind};

use super::{ADA, EVE, HUBOT, OCTOCAT, populate, signed_in, way_back};
use crate::harness::{Browser, Watched, watched};

const GITHUB_TOKEN: &str = "POST /login/oauth/access_token";
const DISCORD_TOKEN: &str = "POST /oauth2/token$";

fn odd_replies() -> Vec<FaultKind> {
    let long = "t".repeat(9000);
    let said = |body: Value| FaultKind::Status(200, body.to_string());
    vec![
        said(json!({ "error": "bad_verification_code", "error_description": "<b>no</b>" })),
        said(json!({ "error": "something_new" })),
        said(json!({ "access_token": "gho_0123456789abcdef", "error": "bad_verification_code" })),
        said(json!({ "token_type": "bearer", "scope": "" })),
        said(json!({ "access_token": "", "token_type": "bearer" })),
        said(json!({ "access_token": null, "token_type": "bearer" })),
        said(json!({ "access_token": 7, "token_type": "bearer" })),
        said(json!({ "access_token": "a b\r\nc", "token_type": "bearer" })),
        said(json!({ "access_token": long, "token_type": "bearer" })),
        said(json!({ "access_token": "gho_0123456789abcdef", "token_type": "mac" })),
        said(json!({ "access_token": "gho_0123456789abcdef", "token_type": ["bearer"] })),
        said(json!([])),
        said(json!(null)),
        FaultKind::Status(200, String::new()),
        FaultKind::Html,
        FaultKind::Garbage(vec![0xff, 0xfe, 0]),
        FaultKind::HugeBody(3 * 1024 * 1024),
    ]
}

#[test]
fn n_14_an_odd_token_reply_ends_a_link_cleanly() {
    watched(async |app| {
        populate(app);
        for odd in odd_replies() {
            let mut ada = signed_in(app, ADA).await;
            let back = way_back(&mut ada, OCTOCAT).await;
            app.github.fault(Fault::once(GITHUB_TOKEN, odd.clone()));
            let before = app.look().await;
            let page = ada.get(back.as_str()).await;
            assert!(page.status == 400 || page.status == 502, "{odd:?}: {}", page.status);
            let reason = app.events(&before).first().map(|event| event.reason.clone()).unwrap_or_default();
            assert!(
                ["link_not_valid", "platform_unavailable"].contains(&reason.as_str()),
                "{odd:?}: {reason}"
            );
            app.refused_after(&before, (&reason, 1)).await;
            let before = app.look().await;
            assert_eq!(ada.get(back.as_str()).await.status, 400, "the state is spent");
            app.refused(&before, "link_not_valid").await;
        }
    });
}

#[test]
fn n_14_an_odd_token_reply_signs_nobody_in() {
    watched(async |app| {
        populate(app);
        for odd in odd_replies() {
            let mut ada = app.browser();
            let there = ada.get("/auth/discord/login").await.location();
            let back = ada.agree(&there, ADA).await;
            app.discord.fault(Fault::once(DISCORD_TOKEN, odd.clone()));
            let before = app.look().await;
            let page = ada.get(back.as_str()).await;
            assert!(page.status == 400 || page.status == 502, "{odd:?}: {}", page.status);
            let reason = app.events(&before).first().map(|event| event.reason.clone()).unwrap_or_default();
            assert!(
                ["sign_in_not_valid", "discord_unavailable"].contains(&reason.as_str()),
                "{odd:?}: {reason}"
            );
            app.refused_after(&before, (&reason, 1)).await;
            assert_eq!(ada.get("/dashboard/connections").await.status, 401);
        }
        assert_eq!(app.count("discord_user").await, 0);
    });
}

/// What `/oauth2/@me` says of a token, changed.
fn authorization(change: impl FnOnce(&mut Value)) -> FaultKind {
    let mut said = json!({
        "application": { "id": "500", "name": "Astromorty" },
        "scopes": ["guilds", "identify", "role_connections.write"],
        "expires": "2030-01-01T00:00:00.000000+00:00",
        "user": { "id": ADA.to_string(), "username": "ada", "discriminator": "0", "avatar": null },
    });
    change(&mut said);
    FaultKind::Status(200, said.to_string())
}

#[test]
fn n_15_a_token_of_another_application_or_without_a_scope_is_dropped() {
    watched(async |app| {
        populate(app);
        let said = [
            authorization(|said| said["application"]["id"] = json!("501")),
            authorization(|said| said["scopes"] = json!(["guilds", "identify"])),
            authorization(|said| said["scopes"] = json!([])),
            authorization(|said| {
                said.as_object_mut().unwrap().remove("user");
            }),
        ];
        for fault in said {
            let mut ada = app.browser();
            let there = ada.get("/auth/discord/login").await.location();
            let back = ada.agree(&there, ADA).await;
            app.discord.fault(Fault::once("GET /oauth2/@me", fault));
            let before = app.look().await;
            assert_eq!(ada.get(back.as_str()).await.status, 400);
            app.refused_after(&before, ("sign_in_too_little", 2)).await;
            assert_eq!(ada.get("/dashboard/connections").await.status, 401);
        }
        assert!(
            app.discord.log().iter().all(|call| !call.path.contains("revoke")),
            "that would end all tokens"
        );
        let mut ada = app.browser();
        let there = ada.get("/auth/discord/login").await.location();
        let back = ada.agree(&there, ADA).await;
        app.discord.fault(Fault::once("GET /oauth2/@me", authorization(|_| {})));
        assert!(ada.visit(back.as_str()).await.says("ada"), "the unchanged answer is one that signs in");
    });
}

#[test]
fn n_16_a_shared_name_or_address_merges_nobody() {
    watched(async |app| {
        app.person(ADA, "ada");
        app.person(EVE, "ada");
        app.account(OCTOCAT, "ada", 60);
        app.account(HUBOT, "hubot", 60);
        app.linked(ADA, OCTOCAT).await;
        let mut eve = signed_in(app, EVE).await;
        let profile = json!({
            "id": HUBOT, "login": "ada", "node_id": "U_2", "email": "ada@example.org", "followers": 1,
            "following": 0, "public_repos": 0, "created_at": "2020-01-01T00:00:00Z",
        });
        app.github.fault(Fault::once("GET /user$", FaultKind::Status(200, profile.to_string())));
        let confirm = eve.to_confirm("github", HUBOT).await;
        assert_eq!(confirm.status, 200);
        assert!(!confirm.body.contains("example.org") && !confirm.says("already"), "{}", confirm.body);
        eve.submit(&confirm, &[("decision", "link")]).await;
        app.settle(EVE).await;
        assert_eq!((app.count("discord_user").await, app.count("connection").await), (2, 2));
        app.no_secret_logged();
    });
}

/// The confirm page of this person's link to an account.
async fn asked(app: &Watched, person: u64, account: u64) -> (Browser, crate::harness::Answer) {
    let mut browser = signed_in(app, person).await;
    let confirm = browser.to_confirm("github", account).await;
    assert_eq!(confirm.status, 200);
    (browser, confirm)
}

const YES: [(&str, &str); 1] = [("decision", "link")];
const CONFIRM: &str = "/api/role-connections/github/confirm";

#[test]
fn n_17_an_account_of_somebody_else_is_refused_without_naming_them() {
    watched(async |app| {
        populate(app);
        app.linked(ADA, OCTOCAT).await;
        let mut eve = signed_in(app, EVE).await;
        let back = way_back(&mut eve, OCTOCAT).await;
        let before = app.look().await;
        let page = eve.get(back.as_str()).await;
        assert_eq!(page.status, 409);
        assert!(!page.says("ada") && !page.body.contains("2001"), "{}", page.body);
        let reasons: Vec<_> = app.events(&before).into_iter().map(|event| event.reason).collect();
        assert_eq!(reasons, ["account_taken"]);
        app.settle(EVE).await;
        assert_eq!(app.count("connection").await, 1);
        assert_eq!(app.github.tokens_of(OCTOCAT), 1, "the owner's token lives, the other is ended");
        app.no_secret_logged();
    });
}

#[test]
fn n_17_of_two_who_race_for_an_account_one_wins() {
    watched(async |app| {
        populate(app);
        let other = app.second().await;
        let (ada, at_ada) = asked(app, ADA, OCTOCAT).await;
        let (eve, at_eve) = asked(app, EVE, OCTOCAT).await;
        let mut there = other.browser();
        there.cookies = eve.cookies.clone();
        let before = app.look().await;
        let posts = [(ada, at_ada), (there, at_eve)].map(|(mut browser, page)| {
            tokio::spawn(async move { browser.post_with_token(CONFIRM, &page, &YES).await })
        });
        let mut statuses = Vec::new();
        for post in posts {
            statuses.push(post.await.unwrap().status.as_u16());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        let reasons: Vec<_> = app.events(&before).into_iter().map(|event| event.reason).collect();
        assert_eq!(reasons, ["account_taken"]);
        assert_eq!(app.count("connection").await, 1);
    });
}

#[test]
fn n_18_a_yes_counts_once_in_its_own_session_and_time() {
    watched(async |app| {
        populate(app);
        let (mut ada, at_ada) = asked(app, ADA, OCTOCAT).await;
        let mut eve = signed_in(app, EVE).await;
        let of_eve = eve.get("/dashboard/connections").await;
        let before = app.look().await;
        let stolen = eve.post_with_token(CONFIRM, &at_ada, &YES).await;
        assert_eq!(stolen.status, 403, "another session's token");
        app.refused(&before, "csrf").await;
        let before = app.look().await;
        assert_eq!(eve.post_with_token(CONFIRM, &of_eve, &YES).await.status, 400, "another session's link");
        app.refused(&before, "link_not_valid").await;

        let before = app.look().await;
        assert_eq!(ada.post_with_token(CONFIRM, &at_ada, &[("decision", "maybe")]).await.status, 400);
        app.refused(&before, "bad_decision").await;
        let twice = [("decision", "link"), ("decision", "cancel")];
        let before = app.look().await;
        assert_eq!(ada.post_with_token(CONFIRM, &at_ada, &twice).await.status, 400);
        app.refused(&before, "bad_decision").await;
        for guild in ["0", "-1", "1e18", "99999999999999999999", "٣", "x"] {
            let before = app.look().await;
            let fields = [("decision", "link"), ("guild", guild)];
            assert_eq!(ada.post_with_token(CONFIRM, &at_ada, &fields).await.status, 400, "{guild}");
            app.refused(&before, "bad_form").await;
        }

        let altered = [
            ("decision", "link"),
            ("subject", "480938"),
            ("username", "hubot"),
            ("platform", "steam"),
            ("user", "2002"),
            ("guild", "424242"),
        ];
        let done = ada.post_with_token(CONFIRM, &at_ada, &altered).await;
        assert_eq!(done.status, 303);
        app.settle(ADA).await;
        let rows = app.look().await.rows;
        assert!(rows["connection"].len() == 1 && rows["connection"][0].contains(&OCTOCAT.to_string()));
        assert!(rows["connection"][0].contains("octocat") && !rows["connection"][0].contains("2002"));
        assert!(rows["consent"].is_empty(), "a server they do not share is nobody to agree to");

        let before = app.look().await;
        assert_eq!(ada.post_with_token(CONFIRM, &at_ada, &YES).await.status, 400, "twice");
        app.refused(&before, "link_not_valid").await;
    });
}

#[test]
fn n_18_a_yes_comes_too_late_after_ten_minutes() {
    watched(async |app| {
        populate(app);
        let (mut ada, at_ada) = asked(app, ADA, OCTOCAT).await;
        app.advance(Span::seconds(601));
        ada.visit("/").await;
        app.settle(ADA).await;
        let before = app.look().await;
        assert_eq!(ada.post_with_token(CONFIRM, &at_ada, &YES).await.status, 400);
        app.refused(&before, "link_not_valid").await;
        assert_eq!(app.count("connection").await, 0);
    });
}
