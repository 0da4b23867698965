//! Transfers: an account that somebody else has linked moves only by the operator's policy, to who
//! proves it, and both are told.

use domain::moment::Span;

use crate::harness::{Browser, Database, GUILD, POPULAR, TestApp};

const ADA: u64 = 2_001;
const BOB: u64 = 2_002;
const EVE: u64 = 2_003;
const OCTOCAT: u64 = 583_231;
const NOTHING: [u64; 0] = [];
const SAYS: &str = "is linked to another Discord account here";

/// Ada has linked the account; the operator lets links move after so long.
async fn ada<F: Future<Output = ()>>(policy: &str, story: impl Fn(TestApp, Browser) -> F) {
    for database in [Some(Database::sqlite()), Database::postgres().await].into_iter().flatten() {
        let settings = [("ASTROMORTY__PLATFORMS__GITHUB__TRANSFER", policy)];
        let app = TestApp::start_on(database.into(), &settings).await;
        for (person, name) in [(ADA, "ada"), (BOB, "bob"), (EVE, "eve")] {
            app.person(person, name);
        }
        app.account(OCTOCAT, "octocat", 60);
        app.rule(POPULAR, "github.followers >= 10").await;
        let browser = app.linked(ADA, OCTOCAT).await;
        app.pass(Span::minutes(1), 2).await;
        story(app, browser).await;
    }
}

async fn signed_in(app: &TestApp, person: u64) -> Browser {
    let mut browser = app.browser();
    browser.sign_in(person).await;
    app.settle(person).await;
    browser
}

fn yes() -> [(&'static str, String); 3] {
    [("decision", "link".to_owned()), ("guild", GUILD.to_string()), ("profile", "yes".to_owned())]
}

async fn owner(app: &TestApp) -> Vec<String> {
    app.texts("select user_id from connection").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n_17_an_account_moves_after_the_time_that_the_operator_set() {
    ada("30d", |app: TestApp, mut old: Browser| async move {
        app.pass(Span::days(29), 1).await;
        let mut browser = signed_in(&app, BOB).await;
        let refused = browser.to_confirm("github", OCTOCAT).await;
        assert_eq!(refused.status, 409);
        assert!(!refused.says("ada"), "{}", refused.body);
        app.pass(Span::days(2), 1).await;

        let mut browser = signed_in(&app, BOB).await;
        let confirm = browser.to_confirm("github", OCTOCAT).await;
        assert!(confirm.says(SAYS) && !confirm.says("ada"), "{}", confirm.body);
        assert_eq!(owner(&app).await, [ADA.to_string()], "nothing moves before the yes");
        let yes = yes();
        let fields: Vec<_> = yes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.submit(&confirm, &fields).await;
        app.pass(Span::minutes(1), 2).await;

        assert_eq!(owner(&app).await, [BOB.to_string()]);
        assert_eq!((app.roles(ADA), app.roles(BOB)), (NOTHING.to_vec(), vec![POPULAR]));
        assert_eq!(app.pushed(ADA), None);
        assert_eq!(app.pushed(BOB).unwrap().platform_username.as_deref(), Some("octocat"));
        assert!(app.log_of(ADA).await.contains(&"moved_away".to_owned()));
        assert!(app.log_of(BOB).await.contains(&"moved_here".to_owned()));
        old = {
            drop(old);
            signed_in(&app, ADA).await
        };
        let page = old.visit("/dashboard/connections").await;
        assert!(page.says("moved it to their Discord account") && !page.says("bob"), "{}", page.body);
        assert!(app.github.tokens_of(OCTOCAT) >= 1, "the new link's token lives on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n_17_without_a_policy_nothing_ever_moves() {
    ada("never", |app: TestApp, _: Browser| async move {
        app.pass(Span::days(400), 1).await;
        let mut browser = signed_in(&app, BOB).await;
        assert_eq!(browser.to_confirm("github", OCTOCAT).await.status, 409);
        assert_eq!(owner(&app).await, [ADA.to_string()]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n_17_two_who_move_one_account_at_once_are_one_winner() {
    ada("1h", |app: TestApp, _: Browser| async move {
        app.pass(Span::hours(2), 1).await;
        let mut pages = Vec::new();
        for person in [BOB, EVE] {
            let mut browser = signed_in(&app, person).await;
            let page = browser.to_confirm("github", OCTOCAT).await;
            assert!(page.says(SAYS), "{}", page.body);
            pages.push((browser, page));
        }
        let fields = [("decision", "link")];
        let mut posts = pages.into_iter().map(|(mut browser, page)| {
            tokio::spawn(async move {
                let path = "/api/role-connections/github/confirm";
                browser.post_with_token(path, &page, &fields).await.status.as_u16()
            })
        });
        let (one, two) = (posts.next().unwrap(), posts.next().unwrap());
        let mut statuses = [one.await.unwrap(), two.await.unwrap()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        assert_eq!(owner(&app).await.len(), 1);
        assert_eq!(app.count("select count(*) from audit where what = 'moved_away'").await, 1);
    })
    .await;
}
