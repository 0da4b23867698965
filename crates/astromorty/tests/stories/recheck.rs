//! Checks by themselves: what an account shows is read again when it is due, with few calls, and a
//! platform that errs for many at once is held.

use astromorty::flow::{recheck, rules};
use domain::moment::Span;
use world::{Fault, FaultKind};

use crate::harness::{self, BUILDER, Database, POPULAR, TestApp};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;
const NOTHING: [u64; 0] = [];

/// The operator's credential, with which GitHub tells of many accounts in one call.
const SERVICE: [(&str, &str); 1] = [("ASTROMORTY__PLATFORMS__GITHUB__SERVICE_TOKEN", "service-token")];

const fn person(number: u64) -> u64 {
    2_000 + number
}

const fn account(number: u64) -> u64 {
    700_000 + number
}

/// Many members who hold a role by one rule, on both engines.
async fn crowds<F: Future<Output = ()>>(members: u64, story: impl Fn(TestApp) -> F) {
    for database in [Some(Database::sqlite()), Database::postgres().await].into_iter().flatten() {
        let app = TestApp::start_on(database.into(), &SERVICE).await;
        app.github.service_token("service-token");
        app.rule(POPULAR, "github.followers >= 10").await;
        for number in 0..members {
            app.person(person(number), &format!("member{number}"));
            app.account(account(number), &format!("account{number}"), 60);
            app.linked(person(number), account(number)).await;
        }
        app.pass(Span::minutes(1), 2).await;
        story(app).await;
    }
}

fn holders(app: &TestApp, members: u64) -> usize {
    (0..members).filter(|number| app.roles(person(*number)) == [POPULAR]).count()
}

async fn due_times(app: &TestApp) -> Vec<i64> {
    let due = app.texts("select due_at from connection where due_at is not null order by due_at").await;
    due.iter().map(|due| due.parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_goes_when_its_fact_is_read_again_and_comes_back_with_it() {
    harness::on_both(|app: TestApp| async move {
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        app.rule(POPULAR, "github.followers >= 10").await;
        app.linked(ADA, OCTOCAT).await;
        app.pass(Span::minutes(1), 2).await;
        let calls = app.to_github("GET /user");
        app.github.change(OCTOCAT, |account| account.followers = 3);
        app.pass(Span::hours(1), 20).await;
        assert_eq!(app.to_github("GET /user"), calls, "nothing is due yet");
        assert_eq!(app.roles(ADA), [POPULAR]);
        app.pass(Span::hours(1), 7).await;
        assert_eq!(app.to_github("GET /user"), calls + 1);
        assert_eq!(app.roles(ADA), NOTHING);
        app.github.change(OCTOCAT, |account| account.followers = 12);
        app.pass(Span::hours(1), 27).await;
        assert_eq!(app.roles(ADA), [POPULAR]);
        assert_eq!(app.pushed(ADA).unwrap().metadata["github_followers"], "12");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_not_changed_costs_one_call_and_bothers_nobody() {
    crowds(6, |app: TestApp| async move {
        let due = due_times(&app).await;
        assert_eq!(due.len(), 6);
        assert!(due[5] - due[0] > 60_000, "what was linked together does not come due together");
        let (calls, writes) = (app.github.log().len(), app.discord.log().len());
        app.pass(Span::hours(27), 1).await;
        let later = due_times(&app).await;
        assert_eq!(later.len(), 6);
        assert!(later[0] > due[5]);
        assert!(app.github.log().len() - calls <= 2, "{:#?}", &app.github.log()[calls..]);
        let seen = &app.discord.log()[writes..];
        assert_eq!(TestApp::calls(seen, "PUT *"), 0);
        assert_eq!(holders(&app, 6), 6);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_has_not_changed_renews_the_evidence() {
    harness::on_both(|app: TestApp| async move {
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        app.rule(POPULAR, "github.followers >= 10").await;
        app.linked(ADA, OCTOCAT).await;
        app.pass(Span::minutes(1), 2).await;
        app.pass(Span::hours(27), 3).await;
        let last = app.github.log().pop().unwrap();
        assert_eq!((last.path.as_str(), last.status), ("/user", 304));
        let seen: i64 = app.texts("select observed_at from observation").await[0].parse().unwrap();
        assert!(app.clock.now().millis() - seen < 3_600_000);
        assert_eq!(app.roles(ADA), [POPULAR]);
        app.github.change(OCTOCAT, |account| account.followers = 3);
        app.pass(Span::hours(27), 1).await;
        assert_eq!(app.roles(ADA), NOTHING);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_7_nothing_is_read_that_nobody_agreed_to() {
    harness::on_both(|app: TestApp| async move {
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        app.rule(POPULAR, "github.followers >= 10").await;
        let mut browser = app.browser();
        browser.sign_in(ADA).await;
        let confirm = browser.to_confirm("github", OCTOCAT).await;
        browser.submit(&confirm, &[("decision", "link")]).await;
        app.settle(ADA).await;
        assert!(due_times(&app).await.is_empty());
        let calls = app.github.log().len();
        app.pass(Span::hours(27), 3).await;
        assert_eq!(app.github.log().len(), calls);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_not_due_any_more_when_no_rule_reads_it() {
    harness::on_both(|app: TestApp| async move {
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        let rule = app.rule(POPULAR, "github.followers >= 10").await;
        let mut browser = app.browser();
        browser.sign_in(ADA).await;
        let confirm = browser.to_confirm("github", OCTOCAT).await;
        let guild = harness::GUILD.to_string();
        browser.submit(&confirm, &[("decision", "link"), ("guild", &guild)]).await;
        app.settle(ADA).await;
        assert_eq!(due_times(&app).await.len(), 1);
        rules::remove(&app.app, harness::guild(), rule.number).await.unwrap();
        app.pass(Span::hours(27), 1).await;
        assert!(due_times(&app).await.is_empty());
        assert_eq!(app.count("select count(*) from observation").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_puts_the_rest_back_until_it_ends_and_nothing_becomes_unknown() {
    crowds(3, |app: TestApp| async move {
        let limited = FaultKind::RateLimited { retry_after: 3600.0, html: false, scope: world::Scope::User };
        app.github.fault(Fault::always("POST /graphql", limited));
        app.pass(Span::hours(27), 1).await;
        let unknown = "select count(*) from observation where unknown_reason is not null";
        assert_eq!(app.count(unknown).await, 0);
        let now = app.clock.now().millis();
        for due in due_times(&app).await {
            assert!((now + 3_590_000..=now + 3_700_000).contains(&due), "{due} at {now}");
        }
        app.github.heal();
        app.pass(Span::hours(2), 1).await;
        assert!(due_times(&app).await[0] > now + 10 * 3_600_000);
        assert_eq!(holders(&app, 3), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_11_an_outage_holds_roles_and_ends_by_itself() {
    crowds(3, |app: TestApp| async move {
        app.github.fault(Fault::always("POST /graphql", FaultKind::Status(500, "{}".to_owned())));
        app.pass(Span::hours(27), 1).await;
        let unknown = "select count(*) from observation where unknown_reason = 'unavailable'";
        assert_eq!(app.count(unknown).await, 3);
        let calls = app.to_github("POST /graphql");
        app.pass(Span::minutes(10), 6).await;
        assert!(app.to_github("POST /graphql") - calls <= 24, "an outage is not answered with a storm");
        assert_eq!(holders(&app, 3), 3);
        app.github.heal();
        app.pass(Span::minutes(12), 1).await;
        assert_eq!(app.count("select count(*) from observation where unknown_reason is not null").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_that_nobody_finishes_ends_by_its_lease() {
    crowds(2, |mut app: TestApp| async move {
        app.stop_worker().await;
        app.advance(Span::hours(27));
        let step = app.outside.to_github.hold("POST /graphql", harness::Held::BeforeReply);
        let held = app.app.clone();
        let dying = tokio::spawn(async move { recheck::round(&held).await.map(drop) });
        step.reached().await;
        dying.abort();
        assert!(dying.await.unwrap_err().is_cancelled());
        app.outside.to_github.forget();
        assert_eq!(recheck::round(&app.app).await.unwrap(), 0, "the lease holds");
        app.advance(Span::minutes(11));
        assert_eq!(recheck::round(&app.app).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_never_read_one_connection_twice() {
    let Some(database) = Database::postgres().await else { return };
    let mut app = TestApp::start_on(database.into(), &SERVICE).await;
    app.github.service_token("service-token");
    app.rule(POPULAR, "github.followers >= 10").await;
    for number in 0..8 {
        app.person(person(number), &format!("member{number}"));
        app.account(account(number), &format!("account{number}"), 60);
        app.linked(person(number), account(number)).await;
    }
    app.pass(Span::minutes(1), 2).await;
    app.stop_worker().await;
    let mut other = app.second_with(&SERVICE).await;
    other.stop_worker().await;
    app.advance(Span::hours(27));
    let (one, two) = tokio::join!(recheck::round(&app.app), recheck::round(&other.app));
    assert_eq!(one.unwrap() + two.unwrap(), 8);
    assert_eq!(recheck::round(&app.app).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_4_a_platform_that_errs_for_many_is_held_until_the_operator_decides() {
    crowds(22, |app: TestApp| async move {
        app.pass(Span::hours(20), 1).await;
        for number in 0..22 {
            app.github.change(account(number), |account| account.followers = 3);
        }
        // A second rule reads everybody at once: more than nineteen fall within the hour.
        app.rule(BUILDER, "github.followers >= 1000").await;
        app.pass(Span::minutes(1), 3).await;
        let kept = holders(&app, 22);
        assert!(kept >= 19, "the rule's own brake lets three go before the platform is held: {kept}");
        let held = rules::holds(&app.app).await.unwrap();
        let of_platform: Vec<_> = held.iter().filter(|one| one.hold.platform.is_some()).collect();
        assert_eq!(of_platform.len(), 1, "{held:?}");
        assert_eq!(app.count("select count(*) from audit where what = 'platform_held'").await, 1);
        let somebody = (0..22).find(|number| app.roles(person(*number)) == [POPULAR]).unwrap();
        let page = app.browser().sign_in(person(somebody)).await;
        assert!(page.says("on hold"), "{}", page.body);

        // With the platform's word counting again, the rule's own brake looks at what follows.
        for _ in 0..2 {
            for one in rules::holds(&app.app).await.unwrap() {
                rules::approve(&app.app, one.hold.id, "the operator").await.unwrap();
            }
            app.pass(Span::minutes(1), 3).await;
        }
        assert_eq!(holders(&app, 22), 0);
    })
    .await;
}
