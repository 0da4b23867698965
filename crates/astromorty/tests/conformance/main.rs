//! Our requests and the stand-in's answers, held to Discord's own API document.
//!
//! The document is found by `DISCORD_OPENAPI`. It says nothing of the token and revoke endpoints
//! (RFC 6749 and RFC 7009 do), of 5xx answers, nor of the authorize page; the tests of the client
//! and of the stand-in hold those.

mod document;
#[path = "../stories/harness/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the harness serves all stories; these need less of it")]
mod harness;
mod planted;

use astromorty::flow::register;
use domain::moment::Span;
use world::Exchange;

use document::Document;
use harness::{GUILD, LOFTY, POPULAR, TestApp};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;

/// Paths that the document leaves out.
const UNDOCUMENTED: [&str; 2] = ["/oauth2/token", "/oauth2/token/revoke"];

/// Discord's document. `None`, said aloud, where it is not given.
fn document() -> Option<Document> {
    let Ok(path) = std::env::var("DISCORD_OPENAPI") else {
        println!("skipped: DISCORD_OPENAPI does not name Discord's API document");
        return None;
    };
    let text =
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("DISCORD_OPENAPI: {path}: {error}"));
    Some(Document::new(serde_json::from_str(&text).expect("the document is JSON")))
}

/// Signs in, pushes, registers, links, gets the role, loses it, unlinks. Answers with the scopes asked for.
async fn whole_path(app: &TestApp) -> String {
    register::difference(&app.app).await.unwrap();
    register::register(&app.app).await.unwrap();
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.rule(POPULAR, "github.followers >= 10").await;
    let mut browser = app.browser();
    let to_discord = browser.get("/api/role-connections/verify").await.location();
    browser.sign_in_by("/api/role-connections/verify", ADA).await;
    app.settle(ADA).await;
    let mut browser = app.linked(ADA, OCTOCAT).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    app.github.change(OCTOCAT, |account| account.followers = 3);
    app.advance(Span::minutes(2));
    let page = browser.visit("/dashboard/connections").await;
    browser.post_with_token("/dashboard/connections/check", &page, &[("platform", "github")]).await;
    app.settle(ADA).await;
    assert!(app.roles(ADA).is_empty());
    let unlinking = [("platform", "github"), ("sure", "yes")];
    browser.post_with_token("/dashboard/connections/unlink", &page, &unlinking).await;
    app.settle(ADA).await;
    assert_eq!(app.pushed(ADA), None);
    to_discord.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned()
}

/// The path as the document writes it: below the API's base.
fn path(exchange: &Exchange) -> &str {
    exchange.path.strip_prefix("/api/v10").expect("all requests go to the API")
}

/// The exchanges that the document speaks of.
fn documented(app: &TestApp) -> Vec<Exchange> {
    app.discord.log().into_iter().filter(|exchange| !UNDOCUMENTED.contains(&path(exchange))).collect()
}

fn mistakes(document: &Document, exchanges: &[Exchange]) -> String {
    let found = exchanges.iter().flat_map(|exchange| document.mistakes(path(exchange), exchange));
    found.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_exchange_of_a_link_is_as_discord_documents_it() {
    let Some(document) = document() else { return };
    let app = TestApp::start().await;
    let scopes = whole_path(&app).await;
    for scope in scopes.split(' ') {
        assert!(document.has_scope(scope), "{scope} is no scope");
    }
    let exchanges = documented(&app);
    for (method, end) in [
        ("GET", "/oauth2/@me"),
        ("GET", "/users/@me/guilds"),
        ("PUT", "/role-connection"),
        ("DELETE", "/role-connection"),
        ("PUT", "/role-connections/metadata"),
        ("PUT", "/members/2001/roles/9001"),
        ("DELETE", "/members/2001/roles/9001"),
    ] {
        let met = |exchange: &&Exchange| exchange.method == method && exchange.path.ends_with(end);
        assert!(exchanges.iter().any(|exchange| met(&exchange)), "the path never came by {method} {end}");
    }
    assert_eq!(mistakes(&document, &exchanges), "");
}

/// The refusals of the stand-in have Discord's form, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_is_as_discord_documents_it() {
    let Some(document) = document() else { return };
    let app = TestApp::start().await;
    app.person(ADA, "ada");
    let routes = [
        ("PUT", format!("/guilds/{GUILD}/members/{ADA}/roles/{LOFTY}"), "", 403),
        ("PUT", format!("/guilds/{GUILD}/members/{ADA}/roles/1"), "", 404),
        ("GET", format!("/guilds/{GUILD}/members/1"), "", 404),
        ("GET", "/guilds/1/roles".to_owned(), "", 404),
        ("PUT", "/applications/500/role-connections/metadata".to_owned(), "[]", 429),
    ];
    let limited = world::FaultKind::RateLimited { scope: world::Scope::User, retry_after: 1.5, html: false };
    app.discord.fault(world::Fault::once("PUT /applications", limited));
    for (method, path, body, status) in routes {
        assert_eq!(ask(&app, method, &path, body).await, status, "{method} {path}");
    }
    assert_eq!(mistakes(&document, &documented(&app)), "");
}

/// What the document would refuse, the stand-in refuses, in Discord's form.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_document_forbids_the_stand_in_refuses() {
    let Some(document) = document() else { return };
    let app = TestApp::start().await;
    let schema = "/applications/500/role-connections/metadata";
    for body in [
        r#"[{"key":"a","name":"b","description":"c"}]"#,
        r#"[{"type":9,"key":"","name":"b","description":"c"}]"#,
    ] {
        assert_eq!(ask(&app, "PUT", schema, body).await, 400, "{body}");
    }
    for exchange in documented(&app) {
        let told = document.mistakes(path(&exchange), &exchange);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("the body: "), "{told:?}");
    }
}

/// A request of the bot's; answers with the status.
async fn ask(app: &TestApp, method: &str, path: &str, body: &'static str) -> u16 {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("https://{}/api/v10{path}", harness::DISCORD))
        .header("authorization", "Bot bot-token")
        .header("user-agent", "DiscordBot (https://roles.test, 0)")
        .header("content-type", "application/json")
        .body(bytes::Bytes::from_static(body.as_bytes()))
        .unwrap();
    app.outside.send(request).await.unwrap().status().as_u16()
}
