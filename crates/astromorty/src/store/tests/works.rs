//! Stories of work: nothing asked for is swallowed, nothing is done by two.

use domain::id::UserId;
use domain::moment::Moment;

use super::fixtures::{
    NOW, ada, bob, cafe, claim, connection_id, later, library, octocat, role, rule_id, work,
};
use super::ground::{Ground, on_both};
use crate::store::consent::Consent;
use crate::store::work::{self as works, New, Work};
use crate::store::{connection, consent, grant};

async fn add(ground: &Ground, new: New<'static>) {
    ground.write(async move |tx| works::add(tx, &new).await).await;
}

async fn claim_at(ground: &Ground, lease: &'static str, at: Moment) -> Vec<Work> {
    ground.write(async move |tx| works::claim(tx, &claim(lease, at, 100)).await).await
}

/// Claims the only row that is due.
async fn claim_one(ground: &Ground, lease: &'static str, at: Moment) -> Work {
    let mut claimed = claim_at(ground, lease, at).await;
    assert_eq!(claimed.len(), 1, "{claimed:?}");
    claimed.remove(0)
}

async fn done(ground: &Ground, work: Work) {
    ground.write(async move |tx| works::done(tx, &work).await).await;
}

async fn put_back(ground: &Ground, work: Work, due_at: Moment, attempts: i64) {
    ground.write(async move |tx| works::put_back(tx, &work, (due_at, attempts), Some("why")).await).await;
}

fn keys(work: &[Work]) -> Vec<&str> {
    work.iter().map(|work| work.key.as_str()).collect()
}

#[tokio::test]
async fn work_is_claimed_when_due_interactive_first_and_gone_when_done() {
    on_both(async |ground| {
        add(&ground, work("late", later(5))).await;
        add(&ground, work("early", later(1))).await;
        add(&ground, New { interactive: true, ..work("page", later(4)) }).await;
        add(&ground, work("future", later(60))).await;
        assert!(claim_at(&ground, "a", NOW).await.is_empty());
        let claimed = claim_at(&ground, "a", later(5)).await;
        assert_eq!(keys(&claimed), ["page", "early", "late"]);
        let first = &claimed[0];
        assert_eq!((first.kind.as_str(), first.user, first.version), ("roles", Some(ada()), 1));
        assert_eq!((first.payload.as_str(), first.interactive, first.due_at), ("{}", true, later(4)));
        assert_eq!((first.attempts, first.interrupted, first.lease.as_str()), (0, false, "a"));
        assert!(claim_at(&ground, "b", later(5)).await.is_empty());
        for work in claimed {
            done(&ground, work).await;
        }
        assert_eq!(keys(&claim_at(&ground, "c", later(900)).await), ["future"]);
    })
    .await;
}

#[tokio::test]
async fn a_claim_takes_no_more_than_it_asks_for() {
    on_both(async |ground| {
        for number in 0..10 {
            let key = number.to_string();
            add(&ground, New { interactive: number == 9, ..work(&key, later(number)) }).await;
        }
        let claimed = ground.write(async |tx| works::claim(tx, &claim("a", later(20), 3)).await).await;
        assert_eq!(keys(&claimed), ["9", "0", "1"]);
        assert!(ground.write(async |tx| works::claim(tx, &claim("a", later(20), 0)).await).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn work_asked_for_twice_is_done_once_at_the_earlier_moment() {
    on_both(async |ground| {
        add(&ground, work("ada", later(10))).await;
        add(&ground, New { payload: "{\"n\":2}".to_owned(), interactive: true, ..work("ada", later(99)) })
            .await;
        add(&ground, New { payload: "{\"n\":3}".to_owned(), ..work("ada", later(50)) }).await;
        let claimed = claim_one(&ground, "a", later(10)).await;
        assert_eq!((claimed.due_at, claimed.version, claimed.interactive), (later(10), 3, true));
        assert_eq!(claimed.payload, "{\"n\":3}", "the newest payload");
        done(&ground, claimed).await;
        add(&ground, work("ada", later(30))).await;
        add(&ground, work("ada", later(20))).await;
        assert_eq!(claim_one(&ground, "a", later(20)).await.due_at, later(20));
    })
    .await;
}

#[tokio::test]
async fn work_asked_for_while_it_runs_runs_again() {
    on_both(async |ground| {
        add(&ground, work("ada", NOW)).await;
        let claimed = claim_one(&ground, "a", NOW).await;
        add(&ground, New { payload: "{\"n\":2}".to_owned(), ..work("ada", later(1)) }).await;
        assert!(claim_at(&ground, "b", later(1)).await.is_empty(), "it runs");
        done(&ground, claimed).await;
        let again = claim_one(&ground, "b", later(1)).await;
        assert_eq!((again.version, again.payload.as_str(), again.interrupted), (2, "{\"n\":2}", false));
        done(&ground, again).await;
        assert_eq!(ground.number("select count(*) from work").await, 0);
    })
    .await;
}

#[tokio::test]
async fn work_asked_for_while_it_fails_runs_at_the_newer_moment() {
    on_both(async |ground| {
        add(&ground, work("ada", NOW)).await;
        let claimed = claim_one(&ground, "a", NOW).await;
        add(&ground, New { interactive: true, ..work("ada", later(1)) }).await;
        put_back(&ground, claimed, later(900), 1).await;
        let again = claim_one(&ground, "b", later(1)).await;
        assert_eq!((again.version, again.attempts, again.interactive), (2, 0, true));
    })
    .await;
}

#[tokio::test]
async fn work_asked_for_while_it_is_given_up_is_not_buried() {
    on_both(async |ground| {
        add(&ground, work("ada", NOW)).await;
        let claimed = claim_one(&ground, "a", NOW).await;
        add(&ground, work("ada", later(1))).await;
        ground.write(async move |tx| works::bury(tx, &claimed, "nonsense", later(1)).await).await;
        let again = claim_one(&ground, "b", later(1)).await;
        assert_eq!((again.version, again.attempts), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn work_put_back_waits_and_counts_its_failures() {
    on_both(async |ground| {
        add(&ground, New { interactive: true, ..work("ada", NOW) }).await;
        for failures in 1..=4 {
            let claimed = claim_one(&ground, "a", later(failures * 10)).await;
            assert_eq!(claimed.attempts, failures - 1);
            assert_eq!(claimed.interactive, failures < 4, "after three failures nobody waits any more");
            put_back(&ground, claimed, later(failures * 10 + 10), failures).await;
            assert!(claim_at(&ground, "a", later(failures * 10 + 9)).await.is_empty());
        }
        let sql = "select attempts from work where last_error = 'why'";
        assert_eq!(ground.number(sql).await, 4);
        add(&ground, work("ada", later(1))).await;
        assert_eq!(claim_one(&ground, "a", later(1)).await.attempts, 0, "a new request starts anew");
    })
    .await;
}

#[tokio::test]
async fn f_03_work_whose_holder_fell_silent_is_done_by_another_who_knows() {
    on_both(async |ground| {
        add(&ground, work("ada", NOW)).await;
        let lost = claim_one(&ground, "a", NOW).await;
        assert!(claim_at(&ground, "b", later(59)).await.is_empty());
        let found = claim_one(&ground, "b", later(60)).await;
        assert!(found.interrupted && !lost.interrupted);

        let (late, failed, given_up) = (lost.clone(), lost.clone(), lost);
        done(&ground, late).await;
        put_back(&ground, failed, later(900), 5).await;
        ground.write(async move |tx| works::bury(tx, &given_up, "late", NOW).await).await;
        assert!(claim_at(&ground, "c", later(61)).await.is_empty(), "the claim stands");
        assert_eq!(
            ground.number("select count(*) from work where dead_at is null and attempts = 0").await,
            1
        );

        done(&ground, found).await;
        assert_eq!(ground.number("select count(*) from work").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_interrupted_try_is_not_forgotten_while_the_work_waits() {
    on_both(async |ground| {
        add(&ground, work("ada", NOW)).await;
        claim_one(&ground, "crashed", NOW).await;
        let found = claim_one(&ground, "b", later(60)).await;
        // Discord asked to wait: nothing was sent, and still nobody knows what the first one did.
        put_back(&ground, found, later(70), 0).await;
        let found = claim_one(&ground, "c", later(70)).await;
        assert!(found.interrupted);
        put_back(&ground, found, later(80), 1).await;
        assert!(claim_one(&ground, "d", later(80)).await.interrupted);
    })
    .await;
}

#[tokio::test]
async fn a_wait_is_no_interruption_and_a_failure_leaves_a_doubt() {
    on_both(async |ground| {
        add(&ground, work("ada", NOW)).await;
        for round in 1..5 {
            let waits = claim_one(&ground, "a", later(round)).await;
            assert!(!waits.interrupted, "round {round}");
            put_back(&ground, waits, later(round + 1), 0).await;
        }
        let fails = claim_one(&ground, "a", later(6)).await;
        put_back(&ground, fails, later(7), 1).await;
        assert!(claim_one(&ground, "a", later(7)).await.interrupted, "what was sent may have arrived");
    })
    .await;
}

#[tokio::test]
async fn a_process_that_is_alone_takes_over_what_the_last_one_claimed() {
    on_both(async |ground| {
        add(&ground, work("one", NOW)).await;
        add(&ground, work("two", NOW)).await;
        claim_at(&ground, "a", NOW).await;
        ground.write(async |tx| works::take_over(tx).await).await;
        let freed = claim_at(&ground, "b", later(1)).await;
        assert_eq!(freed.len(), 2);
        assert!(freed.iter().all(|work| work.interrupted));
    })
    .await;
}

#[tokio::test]
async fn buried_work_rests_until_it_is_asked_for_again() {
    on_both(async |ground| {
        add(&ground, work("ada", NOW)).await;
        let outlook = async || ground.read(async |tx| works::outlook(tx).await).await;
        assert_eq!(outlook().await, (Some(NOW), 0));
        let claimed = claim_one(&ground, "a", NOW).await;
        ground.write(async move |tx| works::bury(tx, &claimed, "nonsense", NOW).await).await;
        assert!(claim_at(&ground, "b", later(900)).await.is_empty());
        assert_eq!(outlook().await, (None, 1));
        add(&ground, work("ada", later(5))).await;
        assert_eq!(outlook().await, (Some(NOW), 0));
        assert_eq!(claim_one(&ground, "b", later(5)).await.attempts, 0);
    })
    .await;
}

#[tokio::test]
async fn a_page_waits_for_what_is_due_and_not_for_what_is_put_off() {
    on_both(async |ground| {
        let due =
            async |user: UserId, by| ground.read(async move |tx| works::due_for(tx, user, by).await).await;
        add(&ground, work("one", NOW)).await;
        add(&ground, work("two", later(60))).await;
        add(&ground, New { user: None, ..work("nobody", NOW) }).await;
        assert_eq!((due(ada(), NOW).await, due(ada(), later(60)).await, due(bob(), NOW).await), (1, 2, 0));
        let claimed = claim_at(&ground, "a", NOW).await.into_iter().find(|work| work.key == "one").unwrap();
        assert_eq!(due(ada(), NOW).await, 1, "it runs");
        put_back(&ground, claimed, NOW, 1).await;
        assert_eq!(due(ada(), NOW).await, 0, "it failed");
    })
    .await;
}

#[tokio::test]
async fn a_change_of_rules_asks_for_everyone_it_concerns() {
    on_both(async |ground| {
        ground
            .write(async |tx| {
                for (user, guild) in [(ada(), cafe()), (bob(), library())] {
                    let yes = Consent { guild, facts: vec![], shares_name_at: None };
                    consent::save(tx, user, &yes, NOW).await?;
                }
                connection::insert(tx, &octocat(1, ada())).await?;
                connection::insert(
                    tx,
                    &connection::Connection { subject: "2".to_owned(), ..octocat(2, bob()) },
                )
                .await?;
                grant::give(tx, (cafe(), bob(), role(1)), (rule_id(1), 1), NOW).await?;
                grant::give(tx, (cafe(), ada(), role(1)), (rule_id(1), 1), NOW).await?;
                works::add_roles_of_guild(tx, cafe(), later(5)).await?;
                works::add_reads_of_guild(tx, cafe(), later(5)).await
            })
            .await;
        let mut claimed = claim_at(&ground, "a", later(5)).await;
        claimed.sort_by(|a, b| a.key.cmp(&b.key));
        assert_eq!(keys(&claimed), ["201:101", "201:102", connection_id(1).to_string().as_str()]);
        let found: Vec<_> = claimed.iter().map(|work| (work.kind.as_str(), work.user)).collect();
        assert_eq!(found, [("roles", Some(ada())), ("roles", Some(bob())), ("read", Some(ada()))]);
        assert!(
            claimed.iter().all(|work| !work.interactive && work.due_at == later(5) && work.payload == "{}")
        );

        ground
            .write(async |tx| {
                works::add_roles_of_guild(tx, cafe(), later(2)).await?;
                works::add_reads_of_guild(tx, cafe(), later(9)).await
            })
            .await;
        for work in claimed {
            done(&ground, work).await;
        }
        let again = claim_at(&ground, "b", later(5)).await;
        assert_eq!(again.len(), 3, "asked for while they ran");
        assert!(again.iter().all(|work| work.version == 2));
        let moments: Vec<_> = again.iter().map(|work| (work.kind.as_str(), work.due_at)).collect();
        assert_eq!(moments, [("roles", later(2)), ("roles", later(2)), ("read", later(5))]);
    })
    .await;
}
