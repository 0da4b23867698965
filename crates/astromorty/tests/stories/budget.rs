//! Money: a platform that costs is read within what the operator allows a month, and not beyond.

use std::path::PathBuf;

use astromorty::flow::recheck;
use domain::moment::Span;

use crate::harness::{Database, POPULAR, TestApp};

const CALLS: &str = "GET /user";

const fn person(number: u64) -> u64 {
    2_000 + number
}

const fn account(number: u64) -> u64 {
    700_000 + number
}

/// A settings file, gone at the end of its story.
struct Priced(PathBuf);

impl Priced {
    /// GitHub as if it took money for each account told.
    fn new(micro_usd: u64) -> Self {
        static MADE: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = MADE.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("astromorty-priced-{}-{number}.toml", std::process::id());
        let path = std::env::temp_dir().join(name);
        let costs = format!(
            "[platforms.github.requests.profile]\nuser.cost = {{ micro_usd = {micro_usd} }}\n\
             service.cost = {{ micro_usd = {micro_usd} }}\nbatch.call.cost = {{ micro_usd = {micro_usd} }}\n"
        );
        std::fs::write(&path, costs).unwrap();
        Self(path)
    }

    fn settings(&self) -> Vec<(&str, &str)> {
        let file = self.0.to_str().unwrap();
        vec![("ASTROMORTY_CONFIG", file), ("ASTROMORTY__PLATFORMS__GITHUB__MONTHLY_BUDGET_USD", "1")]
    }
}

impl Drop for Priced {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

async fn databases() -> Vec<Database> {
    [Some(Database::sqlite()), Database::postgres().await].into_iter().flatten().collect()
}

fn populate(app: &TestApp, members: u64) {
    for number in 0..members {
        app.person(person(number), &format!("member{number}"));
        app.account(account(number), &format!("account{number}"), 60);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_months_money_is_spent_nothing_is_read_until_the_next_month() {
    for database in databases().await {
        let priced = Priced::new(400_000);
        let app = TestApp::start_on(database.into(), &priced.settings()).await;
        populate(&app, 3);
        app.rule(POPULAR, "github.followers >= 10").await;
        let mut first = app.linked(person(0), account(0)).await;
        app.linked(person(1), account(1)).await;
        let mut third = app.linked(person(2), account(2)).await;
        app.pass(Span::minutes(1), 2).await;
        assert_eq!(app.roles(person(0)), [POPULAR]);
        assert_eq!(app.roles(person(2)), [0; 0], "a third read would cost more than there is");
        assert_eq!(app.texts("select micro_usd from spending").await, ["800000"]);
        assert_eq!(app.count("select count(*) from spending where told_at is not null").await, 1);
        let page = third.visit("/dashboard/connections").await;
        assert!(page.says("This month's money for reading this platform is spent"), "{}", page.body);

        let calls = app.to_github(CALLS);
        let page = first.visit("/dashboard/connections").await;
        let fields = [("platform", "github")];
        let checked = first.post_with_token("/dashboard/connections/check", &page, &fields).await;
        let checked = first.follow(checked).await;
        assert!(checked.says("Nothing is read until next month"), "{}", checked.body);
        app.pass(Span::hours(20), 3).await;
        assert_eq!(app.to_github(CALLS), calls);
        assert_eq!(app.roles(person(0)), [POPULAR], "what cannot be read takes nothing");

        let now = app.clock.now();
        let until = (now.next_month().millis() - now.millis()) / 1000 + 3700;
        app.pass(Span::seconds(until), 1).await;
        assert_eq!(app.count("select count(*) from spending").await, 2);
        assert_eq!(app.to_github(CALLS), calls + 2, "as many as there is money for");
        let metrics = app.app.metrics.render();
        assert!(metrics.contains("role_connections_budget_spent_usd{platform=\"github\"} 0.8"), "{metrics}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_one_budget_and_an_outage_costs_nothing() {
    for database in databases().await {
        let priced = Priced::new(100_000);
        let mut settings = priced.settings();
        settings.push(("ASTROMORTY__PLATFORMS__GITHUB__SERVICE_TOKEN", "service-token"));
        let mut app = TestApp::start_on(database.into(), &settings).await;
        app.github.service_token("service-token");
        populate(&app, 7);
        app.rule(POPULAR, "github.followers >= 10").await;
        for number in 0..7 {
            app.linked(person(number), account(number)).await;
        }
        app.pass(Span::minutes(1), 2).await;
        app.stop_worker().await;
        let mut other = app.second_with(&settings).await;
        other.stop_worker().await;

        app.advance(Span::hours(27));
        app.github.fault(world::Fault::always("POST /graphql", world::FaultKind::Status(500, "{}".into())));
        recheck::round(&app.app).await.unwrap();
        assert_eq!(app.texts("select micro_usd from spending").await, ["700000"]);
        app.github.heal();

        app.change_rows("update connection set due_at = 1").await;
        let (one, two) = tokio::join!(recheck::round(&app.app), recheck::round(&other.app));
        assert_eq!(one.unwrap() + two.unwrap(), 7);
        assert_eq!(app.texts("select micro_usd from spending").await, ["1000000"]);
        let unread = "select count(*) from observation where unknown_reason = 'budget'";
        assert_eq!(app.count(unread).await, 4);
    }
}
