//! Stories of checks over time: who reads what is due, what it may cost, and who fell.

use domain::fact::Value;
use domain::id::{ConnectionId, PlatformKey};
use domain::moment::Moment;

use super::fixtures::{NOW, ada, bob, connection_id, github, later, octocat, sealed, steam};
use super::ground::{Ground, on_both};
use crate::store::connection::{Connection, Gone};
use crate::store::due::{Claim, Due};
use crate::store::hold::Hold;
use crate::store::{Tx, connection, due, fall, hold, observation, once, spending, token};

/// Connections of as many users, the first due first.
async fn connected(ground: &Ground, count: i64) {
    ground
        .write(async move |tx| {
            for number in 1..=count {
                let user = domain::id::UserId::new(100 + number).unwrap();
                let subject = number.to_string();
                connection::insert(tx, &Connection { subject, ..octocat(number, user) }).await?;
                due::next(tx, connection_id(number), (None, Some(later(number)))).await?;
            }
            Ok(())
        })
        .await;
}

async fn claim(ground: &Ground, lease: &str, now: Moment, limit: i64) -> Vec<Due> {
    let (platform, lease) = (github(), lease.to_owned());
    let claim = Claim { platform, now, until: now + domain::moment::Span::minutes(1), lease, limit };
    ground.write(async move |tx| due::claim(tx, &claim).await).await
}

fn ids(claimed: &[Due]) -> Vec<ConnectionId> {
    claimed.iter().map(|due| due.connection.id).collect()
}

async fn is_any(ground: &Ground, platform: PlatformKey, now: Moment) -> bool {
    ground.read(async move |tx| due::is_any(tx, &platform, now).await).await
}

#[tokio::test]
async fn what_is_due_is_claimed_once_the_longest_due_first() {
    on_both(async |ground| {
        connected(&ground, 3).await;
        assert!(!is_any(&ground, github(), NOW).await);
        assert!(is_any(&ground, github(), later(3)).await && !is_any(&ground, steam(), later(3)).await);
        let first = claim(&ground, "one", later(9), 2).await;
        assert_eq!(ids(&first), [connection_id(1), connection_id(2)]);
        assert_eq!(first[0].due_at, later(1));
        assert_eq!(ids(&claim(&ground, "two", later(9), 2).await), [connection_id(3)]);
        assert!(claim(&ground, "three", later(9), 2).await.is_empty());
        assert_eq!(claim(&ground, "four", later(69), 9).await.len(), 3, "leases end");
        ground.write(async |tx| due::take_over(tx).await).await;
        assert_eq!(claim(&ground, "five", later(69), 9).await.len(), 3, "the holder is known to be gone");
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_for_while_it_is_read_is_not_swallowed() {
    on_both(async |ground| {
        connected(&ground, 1).await;
        let id = connection_id(1);
        let at = async || ground.read(async move |tx| due::at(tx, id).await).await;
        let seen = claim(&ground, "one", later(1), 1).await[0].due_at;
        ground.write(async move |tx| due::ask(tx, id, later(1)).await).await;
        ground.write(async move |tx| due::next(tx, id, (Some(seen), Some(later(99)))).await).await;
        assert!(at().await.unwrap() < later(1), "asked for in the very same moment");
        let seen = claim(&ground, "two", later(1), 1).await[0].due_at;
        ground.write(async move |tx| due::next(tx, id, (Some(seen), Some(later(99)))).await).await;
        assert_eq!(at().await, Some(later(99)));
        ground.write(async move |tx| due::next(tx, id, (Some(later(99)), None)).await).await;
        assert_eq!(at().await, None);
        assert!(!is_any(&ground, github(), later(999)).await);
    })
    .await;
}

#[tokio::test]
async fn an_account_may_be_gone_and_come_back() {
    on_both(async |ground| {
        connected(&ground, 1).await;
        let find =
            async || ground.read(async |tx| connection::find(tx, connection_id(1)).await).await.unwrap();
        assert_eq!(find().await.gone, Gone::default());
        let gone = Gone { since: Some(NOW), looks: 3, at: Some(later(9)) };
        ground.write(async move |tx| connection::mark_gone(tx, connection_id(1), gone).await).await;
        assert_eq!(find().await.gone, gone);
        let again = find().await;
        assert!(ground.write(async move |tx| connection::prove_again(tx, &again).await).await);
        assert_eq!(find().await.gone, Gone::default(), "who proves it is there");
        let found =
            ground.read(async |tx| connection::of_account(tx, &github(), "https://github.com", "1").await);
        assert_eq!(found.await.map(|one| one.id), Some(connection_id(1)));
        let unknown = Connection { id: connection_id(9), ..find().await };
        assert!(!ground.write(async move |tx| connection::prove_again(tx, &unknown).await).await);
    })
    .await;
}

async fn reserve(ground: &Ground, month: i64, price: i64, reads: i64) -> i64 {
    let reserve =
        async move |tx: &mut Tx| spending::reserve(tx, (&github(), month), (price, reads), 1_000).await;
    ground.write(reserve).await
}

#[tokio::test]
async fn money_is_reserved_up_to_the_limit_and_given_back() {
    on_both(async |ground| {
        assert_eq!(reserve(&ground, 202_611, 300, 2).await, 2);
        assert_eq!(reserve(&ground, 202_611, 300, 5).await, 1, "as much as fits");
        assert_eq!(reserve(&ground, 202_611, 300, 1).await, 0);
        assert_eq!(reserve(&ground, 202_612, 1_001, 1).await, 0, "never more than the limit at once");
        assert_eq!(reserve(&ground, 202_612, 300, 9).await, 3);
        let spent =
            async |month| ground.read(async move |tx| spending::find(tx, (&github(), month)).await).await;
        assert_eq!((spent(202_611).await, spent(202_612).await, spent(202_701).await), (900, 900, 0));
        let sum = ground.write(async |tx| spending::add(tx, (&github(), 202_611), -600).await).await;
        assert_eq!((sum, reserve(&ground, 202_611, 300, 9).await), (300, 2));
        let tell =
            async || ground.write(async |tx| spending::tell(tx, (&github(), 202_611), NOW).await).await;
        assert!(tell().await);
        assert!(!tell().await, "the operator is told once a month");
    })
    .await;
}

#[tokio::test]
async fn processes_that_reserve_at_once_never_exceed_the_limit() {
    on_both(async |ground| {
        let stores = [ground.another().await, ground.another().await];
        let mut hands = Vec::new();
        for turn in 0..16 {
            let store = stores[turn % 2].clone();
            hands.push(tokio::spawn(async move {
                let reserve =
                    async |tx: &mut Tx| spending::reserve(tx, (&github(), 202_611), (100, 1), 1_000).await;
                loop {
                    match store.write(reserve).await {
                        Ok(fit) => return fit,
                        Err(
                            crate::store::StoreError::Conflict | crate::store::StoreError::Unavailable(_),
                        ) => {}
                        Err(why) => panic!("{why}"),
                    }
                }
            }));
        }
        let mut fit = 0;
        for hand in hands {
            fit += hand.await.unwrap();
        }
        assert_eq!(fit, 10);
    })
    .await;
}

#[tokio::test]
async fn a_connection_falls_once_however_often_it_falls() {
    on_both(async |ground| {
        connected(&ground, 3).await;
        ground
            .write(async |tx| {
                once::queue_up(tx, ("falls", "github"), later(60)).await?;
                connection::verified(tx, connection_id(1), NOW).await?;
                for (number, at) in [(1, NOW), (2, later(5)), (1, later(9)), (3, later(7))] {
                    fall::add(tx, (&github(), connection_id(number)), at).await?;
                }
                Ok(())
            })
            .await;
        let others = async |number, since| {
            ground
                .read(async move |tx| fall::others_since(tx, (&github(), connection_id(number)), since).await)
                .await
        };
        assert_eq!((others(1, NOW).await, others(2, later(6)).await, others(2, later(8)).await), (2, 2, 1));
        assert_eq!(ground.read(async |tx| fall::checked(tx, &github()).await).await, 1);
        assert_eq!(ground.read(async |tx| fall::checked(tx, &steam()).await).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_platform_is_held_until_somebody_decides() {
    on_both(async |ground| {
        let plan = "{}".to_owned();
        let held = Hold { id: 7, rule: None, platform: Some(github()), plan, held_at: NOW };
        let new = held.clone();
        ground.write(async move |tx| hold::insert(tx, &new).await).await;
        assert_eq!(ground.read(async |tx| hold::platforms(tx).await).await, [(github(), NOW)]);
        assert_eq!(ground.read(async |tx| hold::open_platform(tx, &github()).await).await, Some(held));
        assert_eq!(ground.read(async |tx| hold::open_platform(tx, &steam()).await).await, None);
        assert!(ground.write(async |tx| hold::decide(tx, 7, ("approved", "operator"), later(9)).await).await);
        assert!(ground.read(async |tx| hold::platforms(tx).await).await.is_empty());
        let approved = async |key: PlatformKey| {
            ground.read(async move |tx| hold::platform_approved_at(tx, &key).await).await
        };
        assert_eq!((approved(github()).await, approved(steam()).await), (Some(later(9)), None));
    })
    .await;
}

#[tokio::test]
async fn the_mark_of_an_answer_is_that_of_the_last_one() {
    on_both(async |ground| {
        connected(&ground, 1).await;
        for etag in [Some("W/\"1\""), None, Some("\"2\"")] {
            ground
                .write(async move |tx| {
                    let facts = [("github.followers".parse().unwrap(), Some(Value::Integer(1)))];
                    observation::save(tx, (connection_id(1), "profile"), (&facts, etag), NOW).await
                })
                .await;
            let found = ground.read(async |tx| observation::of_user(tx, ada()).await).await;
            assert_eq!(found[0].etag.as_deref(), etag);
        }
        assert!(ground.read(async |tx| observation::of_user(tx, bob()).await).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_refreshed_set_is_unproven_until_its_account_was_compared() {
    on_both(async |ground| {
        connected(&ground, 1).await;
        let id = connection_id(1);
        let unproven = async || ground.read(async move |tx| token::unproven(tx, id).await).await;
        assert_eq!(unproven().await, None);
        let renewed = ground.write(async move |tx| {
            let holder = token::Holder::Connection(id);
            token::lease(tx, (holder, 1), "lease", (NOW, later(60))).await?;
            token::renew(tx, (holder, 1), "lease", &sealed("second")).await
        });
        assert!(renewed.await);
        assert_eq!(unproven().await, Some(2));
        ground.write(async move |tx| token::prove(tx, id, 1).await).await;
        assert_eq!(unproven().await, Some(2), "another set was meant");
        ground.write(async move |tx| token::prove(tx, id, 2).await).await;
        assert_eq!(unproven().await, None);
    })
    .await;
}
