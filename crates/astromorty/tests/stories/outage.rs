//! The platform is down, slow, silent or out of its mind: nobody loses anything.

use domain::moment::Span;
use world::{Fault, FaultKind, Scope};

use crate::harness::{self, Answer, Browser, POPULAR, TestApp};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;
const QUESTION: &str = "GET /user";

/// Ada holds a role for her followers, and GitHub knows better since.
async fn ada(app: &TestApp) -> Browser {
    app.person(ADA, "ada");
    app.account(OCTOCAT, "octocat", 60);
    app.rule(POPULAR, "github.followers >= 10").await;
    let browser = app.linked(ADA, OCTOCAT).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    app.advance(Span::minutes(2));
    app.settle(ADA).await;
    browser
}

async fn check(app: &TestApp, browser: &mut Browser) -> Answer {
    let dashboard = browser.sign_in(ADA).await;
    let asked = app.to_github(QUESTION);
    let fields = [("platform", "github")];
    let sent = browser.post_with_token("/dashboard/connections/check", &dashboard, &fields);
    let answer = tokio::select! {
        answer = sent => answer,
        never = time_passes(app, asked) => match never {},
    };
    browser.follow(answer).await;
    app.until("an outcome", async || {
        app.count("select count(*) from observation where unknown_reason is not null").await == 1
    })
    .await;
    app.settle(ADA).await;
    browser.visit("/dashboard/connections").await
}

/// A question that gets no answer is given up when its time is over.
async fn time_passes(app: &TestApp, asked: usize) -> std::convert::Infallible {
    app.until("a question", async || app.to_github(QUESTION) > asked).await;
    app.until("its answer, which does not come", async || {
        app.github.log().last().is_some_and(|seen| seen.status == 0)
    })
    .await;
    app.advance(Span::seconds(11));
    std::future::pending().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_1_f_05_f_11_whatever_github_answers_instead_takes_nothing() {
    let faults = [
        FaultKind::Status(500, "{\"message\":\"Server Error\"}".into()),
        FaultKind::Status(503, String::new()),
        FaultKind::Html,
        FaultKind::Garbage(b"{\"followers\":".to_vec()),
        FaultKind::Garbage(b"{}".to_vec()),
        FaultKind::Garbage(b"[]".to_vec()),
        FaultKind::HugeBody(2 * 1024 * 1024),
        FaultKind::Cut,
        FaultKind::CutAfterEffect,
        FaultKind::Hang,
    ];
    let app = TestApp::start().await;
    let mut browser = ada(&app).await;
    for fault in faults {
        let before = app.pushed(ADA);
        app.github.fault(Fault::always(QUESTION, fault.clone()));
        let page = check(&app, &mut browser).await;
        assert_eq!(app.roles(ADA), [POPULAR], "{fault:?}");
        assert_eq!(app.pushed(ADA), before, "no zeros are pushed over {fault:?}");
        assert!(page.says("GitHub did not answer; what you hold stays"), "{fault:?}: {}", page.body);
        assert!(page.says("You keep this role"), "{fault:?}: {}", page.body);

        app.github.heal();
        app.pass(Span::minutes(2), 3).await;
        let page = browser.visit("/dashboard/connections").await;
        assert!(page.says("60 followers on GitHub, it takes 10"), "healed from {fault:?}: {}", page.body);
        assert_eq!(app.roles(ADA), [POPULAR]);
    }
    assert_eq!(app.log_of(ADA).await.iter().filter(|what| *what == "role_given").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_1_a_rate_limit_takes_nothing_and_the_check_follows_by_itself() {
    let app = TestApp::start().await;
    let mut browser = ada(&app).await;
    app.github.change(OCTOCAT, |account| account.followers = 3);
    for html in [false, true] {
        let limit = FaultKind::RateLimited { scope: Scope::User, retry_after: 90.0, html };
        app.github.fault(Fault::once(QUESTION, limit));
    }
    let page = check(&app, &mut browser).await;
    assert!(page.says("GitHub asks us to wait a little; what you hold stays"), "{}", page.body);
    assert_eq!(app.roles(ADA), [POPULAR]);
    app.pass(Span::minutes(2), 4).await;
    assert_eq!(app.roles(ADA), Vec::<u64>::new(), "a true answer came by itself");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_1_f_11_three_days_of_silence_cost_nothing_and_old_evidence_gives_nothing() {
    let app = TestApp::start().await;
    ada(&app).await;
    app.github.fault(Fault::always(QUESTION, FaultKind::Status(502, String::new())));
    app.pass(Span::hours(12), 6).await;
    assert_eq!(app.roles(ADA), [POPULAR]);
    app.discord.take_by_hand(harness::GUILD, ADA, POPULAR);
    app.rule(harness::BUILDER, "github.followers >= 10").await;
    app.pass(Span::minutes(2), 2).await;
    assert_eq!(app.roles(ADA), Vec::<u64>::new(), "law 3: no grant without fresh evidence");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_05_a_link_whose_facts_cannot_be_read_yet_says_so_and_is_finished_later() {
    harness::on_both(|app: TestApp| async move {
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        app.rule(POPULAR, "github.followers >= 10").await;
        let mut browser = app.browser();
        browser.sign_in(ADA).await;
        let confirm = browser.to_confirm("github", OCTOCAT).await;
        app.github.fault(Fault::always(QUESTION, FaultKind::Html));
        let guild = harness::GUILD.to_string();
        let fields = [("decision", "link"), ("guild", guild.as_str()), ("profile", "yes")];
        let result = browser.submit(&confirm, &fields).await;
        assert!(result.says("GitHub does not answer right now. Your link is stored"), "{}", result.body);
        app.github.heal();
        app.pass(Span::hours(1), 2).await;
        assert_eq!(app.roles(ADA), [POPULAR]);
        assert_eq!(app.pushed(ADA).unwrap().metadata["github_followers"], "60");
    })
    .await;
}
