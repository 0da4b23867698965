//! Secrets: nowhere but where they are used.

use astromorty::web;
use axum::body::Body;
use domain::moment::Span;
use http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;
use world::discord::Application;
use world::{Fault, FaultKind};

use super::{ADA, EVE, HUBOT, OCTOCAT, populate, signed_in, way_back};
use crate::harness::{APPLICATION, Answer, GUILD, POPULAR, Watched, watched_with};

const BOT: &str = "canary-bot-token-5e1f0c";
const DISCORD: &str = "canary-discord-client-secret-77ab";
const GITHUB: &str = "canary-github-client-secret-19cd";
const CANARIES: [(&str, &str); 3] = [
    ("ASTROMORTY__DISCORD__BOT_TOKEN", BOT),
    ("ASTROMORTY__DISCORD__CLIENT_SECRET", DISCORD),
    ("GITHUB_CLIENT_SECRET", GITHUB),
];

/// The world knows the canaries too.
fn let_in(app: &Watched) {
    app.discord.application(Application {
        id: APPLICATION,
        name: "Astromorty".into(),
        client_secret: DISCORD.into(),
        bot_token: BOT.into(),
        redirect_uris: vec!["https://roles.test/auth/discord/callback".into()],
        verification_url: None,
    });
    app.github.app(world::github::OAuthApp {
        client_id: "github-client".into(),
        client_secret: GITHUB.into(),
        redirect_uris: vec!["https://roles.test/api/role-connections/github/callback".into()],
        expiring_tokens: true,
    });
    for (name, value) in CANARIES {
        app.outside.secrets.add(name, value);
    }
}

/// Everything that goes well, in order; answers with every page.
async fn all_goes_well(app: &Watched) -> Vec<Answer> {
    let mut ada = app.browser();
    let mut pages = vec![ada.get("/").await, ada.get("/auth/discord/login").await];
    pages.push(ada.sign_in(ADA).await);
    app.settle(ADA).await;
    let confirm = ada.to_confirm("github", OCTOCAT).await;
    let guild = GUILD.to_string();
    let fields = [("decision", "link"), ("guild", guild.as_str()), ("profile", "yes")];
    pages.push(ada.submit(&confirm, &fields).await);
    pages.push(confirm);
    app.settle(ADA).await;
    // Nine hours on, GitHub's token has to be refreshed.
    for _ in 0..10 {
        app.advance(Span::minutes(55));
        pages.push(ada.visit("/dashboard/connections").await);
    }
    let page = ada.get("/dashboard/connections").await;
    let checked = ada.post_with_token("/dashboard/connections/check", &page, &[("platform", "github")]).await;
    pages.push(ada.follow(checked).await);
    app.settle(ADA).await;
    pages.push(ada.visit("/api/role-connections/verify").await);
    app.settle(ADA).await;
    pages
}

/// Everything that goes wrong.
async fn all_goes_wrong(app: &Watched) -> Vec<Answer> {
    let mut pages = Vec::new();
    let kinds = [
        FaultKind::Html,
        FaultKind::Cut,
        FaultKind::CutAfterEffect,
        FaultKind::Status(500, "{\"message\": \"down\"}".into()),
        FaultKind::Status(200, "{\"error\": \"bad_verification_code\"}".into()),
        FaultKind::Garbage(b"{\"access_token\": 7}".to_vec()),
    ];
    for kind in kinds {
        for route in ["POST /login/oauth/access_token", "GET /user$"] {
            let mut eve = signed_in(app, EVE).await;
            let back = way_back(&mut eve, HUBOT).await;
            app.github.fault(Fault::always(route, kind.clone()));
            pages.push(eve.get(back.as_str()).await);
            pages.push(eve.get(back.as_str()).await);
            app.github.heal();
            app.advance(Span::minutes(11));
        }
        for route in ["POST /oauth2/token$", "GET /oauth2/@me"] {
            let mut eve = app.browser();
            let there = eve.get("/auth/discord/login").await.location();
            let back = eve.agree(&there, EVE).await;
            app.discord.fault(Fault::always(route, kind.clone()));
            pages.push(eve.get(back.as_str()).await);
            app.discord.heal();
            app.advance(Span::minutes(11));
        }
    }
    let mut eve = signed_in(app, EVE).await;
    let back = way_back(&mut eve, OCTOCAT).await;
    pages.push(eve.get(back.as_str()).await);
    let back = way_back(&mut eve, HUBOT).await;
    let confirm = eve.get(back.as_str()).await;
    pages.push(eve.submit(&confirm, &[("decision", "cancel")]).await);
    app.settle(EVE).await;
    pages
}

async fn ending(app: &Watched) -> Vec<Answer> {
    let mut ada = signed_in(app, ADA).await;
    let page = ada.get("/dashboard/connections").await;
    let sure = [("platform", "github"), ("sure", "yes")];
    let unlinked = ada.post_with_token("/dashboard/connections/unlink", &page, &sure).await;
    let mut pages = vec![ada.follow(unlinked).await];
    app.settle(ADA).await;
    let page = ada.get("/dashboard/connections").await;
    let erased = ada.post_with_token("/dashboard/connections/erase", &page, &[("sure", "yes")]).await;
    pages.push(ada.follow(erased).await);
    app.settle(ADA).await;
    pages
}

async fn counted(app: &Watched) -> String {
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let answer = web::metrics_router(app.app.clone()).oneshot(request).await.unwrap();
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// No secret rests in the database as it is.
async fn rests_sealed(app: &Watched) {
    for (table, rows) in app.look().await.rows {
        for row in rows {
            let found = app.outside.secrets.found_in(&row);
            assert!(found.is_empty(), "{found:?} in {table}: {row}");
        }
    }
    for bytes in app.raw_files() {
        let found = app.outside.secrets.found_in(&String::from_utf8_lossy(&bytes));
        assert!(found.is_empty(), "{found:?} in the database's file");
    }
}

#[test]
fn n_70_no_secret_stands_anywhere() {
    watched_with(&CANARIES, async |app| {
        let_in(app);
        populate(app);
        app.rule(POPULAR, "github.followers >= 10").await;
        let mut pages = all_goes_well(app).await;
        rests_sealed(app).await;
        pages.extend(all_goes_wrong(app).await);
        rests_sealed(app).await;
        pages.extend(ending(app).await);
        rests_sealed(app).await;

        let kinds = app.outside.secrets.kinds();
        for kind in [
            "code",
            "state",
            "code_verifier",
            "access_token",
            "refresh_token",
            "csrf",
            "cookie",
            "credential",
            "GITHUB_CLIENT_SECRET",
            "ASTROMORTY__DISCORD__BOT_TOKEN",
            "ASTROMORTY__SECRETS__KEYS",
        ] {
            assert!(kinds.iter().any(|known| known == kind), "the story never saw a {kind}");
        }
        app.no_secret_logged();
        let metrics = counted(app).await;
        assert!(metrics.contains("role_connections_attempts_total"));
        assert!(app.outside.secrets.found_in(&metrics).is_empty());
        for page in &pages {
            let mut found = app.outside.secrets.found_in(&page.body);
            // A form's token is for the page alone.
            found.retain(|what| what != "csrf");
            assert!(found.is_empty(), "{found:?} at {}: {}", page.url.path(), page.body);
        }
        for path in ["/health/role-connections", "/readyz", "/healthz"] {
            let page = app.browser().get(path).await;
            assert!(app.outside.secrets.found_in(&page.body).is_empty(), "{path}");
        }
    });
}

#[test]
fn n_71_nothing_that_holds_a_secret_prints_it() {
    watched_with(&CANARIES, async |app| {
        let_in(app);
        populate(app);
        let printed = [
            format!("{:?}", app.app.settings),
            format!("{:#?}", app.app.settings),
            format!("{:?}", app.app),
            format!("{:#?}", app.app.platforms),
            format!("{:?} {:?} {:?}", app.app.discord, app.app.vault, app.app.hasher),
        ];
        for text in &printed {
            assert_eq!(app.outside.secrets.found_in(text), Vec::<String>::new());
            assert!(!text.contains("AAECAwQF"), "the key");
            assert!(!text.contains("[0, 1, 2, 3, 4, 5, 6"), "the key's bytes");
        }
        assert!(printed[0].contains("[redacted]"));
        let hidden = domain::token::Secret::new(BOT.to_owned());
        let tokens = domain::token::TokenSet {
            access: hidden.clone(),
            refresh: Some(hidden.clone()),
            expires_at: None,
            scopes: vec!["identify".to_owned()],
        };
        let cookie = astromorty::flow::session::NewCookie(hidden.clone());
        let outcome = astromorty::flow::sign_in::CallbackOutcome::Code(hidden.clone());
        let printed = format!("{hidden} {hidden:?} {tokens:?} {tokens:#?} {cookie:?} {outcome:?}");
        assert!(!printed.contains("canary") && printed.contains("[redacted]"), "{printed}");
    });
}
