//! Races: many hands at once, on both engines, and several processes' stores on one database.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::fixtures::{
    BROWSER, NOW, ada, add_rule, arrival, bob, cafe, claim, connection_id, github, later, octocat, popular,
    rule_id, sign_in, started, work,
};
use super::ground::{Ground, on_both, on_postgres};
use crate::store::connection::Connection;
use crate::store::hold::Hold;
use crate::store::rule::Rule;
use crate::store::token::{self, Holder};
use crate::store::{Store, authorization, connection, fleet, hold, rule, work as works};

/// As many stores as a small fleet of processes has.
async fn stores(ground: &Ground) -> Vec<Store> {
    join_all([ground.another(), ground.another(), ground.another(), ground.another()]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_thousand_rows_are_each_claimed_exactly_once() {
    on_both(async |ground| {
        ground
            .write(async |tx| {
                for number in 0..2000 {
                    works::add(tx, &work(&number.to_string(), NOW)).await?;
                }
                Ok(())
            })
            .await;
        let hands = stores(&ground).await.into_iter().cycle().take(12).enumerate().map(claim_all);
        let claimed: Vec<String> = join_all(hands).await.into_iter().flatten().collect();
        assert_eq!(claimed.len(), 2000);
        assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), 2000);
        assert_eq!(ground.number("select count(*) from work where claims = 1").await, 2000);
    })
    .await;
}

/// Claims until nothing is left. A claim may find everything in other hands; it looks again until all is claimed.
async fn claim_all((hand, store): (usize, Store)) -> Vec<String> {
    let mut keys = Vec::new();
    loop {
        let lease = format!("hand {hand}");
        let claimed =
            store.write(async move |tx| works::claim(tx, &claim(&lease, NOW, 37)).await).await.unwrap();
        assert!(claimed.len() <= 37, "{} rows at once", claimed.len());
        let empty = claimed.is_empty();
        keys.extend(claimed.into_iter().map(|work| work.key));
        let left = "select count(*) from work where claimed_until = 0";
        let left = async move |tx: &mut crate::store::Tx| tx.one(left, &[]).await?.unwrap().int(0);
        if empty && store.read(left).await.unwrap() == 0 {
            return keys;
        }
    }
}

#[tokio::test]
async fn a_claim_keeps_its_limit_however_postgres_plans_it() {
    on_postgres(async |ground| {
        // A nested loop may run the inner query once for each outer row.
        ground
            .write(async |tx| {
                let sql = "do $$ begin
                    execute format('alter database %I set enable_hashjoin = off', current_database());
                    execute format('alter database %I set enable_hashagg = off', current_database());
                    execute format('alter database %I set enable_sort = off', current_database());
                    execute format('alter database %I set enable_mergejoin = off', current_database());
                    execute format('alter database %I set enable_material = off', current_database());
                    end $$";
                tx.run(sql, &[]).await
            })
            .await;
        let store = ground.another().await;
        let claimed = store
            .write(async |tx| {
                for number in 0..50 {
                    works::add(tx, &work(&number.to_string(), NOW)).await?;
                }
                works::claim(tx, &claim("a", NOW, 3)).await
            })
            .await
            .unwrap();
        assert_eq!(claimed.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_that_come_back_with_one_state_exactly_one_gets_it() {
    on_both(async |ground| {
        ground.write(async |tx| authorization::start(tx, &started(1)).await).await;
        let stores = stores(&ground).await;
        let takes = stores.iter().cycle().take(50).map(|store| {
            store.write(async |tx| authorization::take(tx, &arrival("state 1", &github())).await)
        });
        let taken = join_all(takes).await.into_iter().filter(|taken| taken.as_ref().unwrap().is_some());
        assert_eq!(taken.count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_users_racing_for_an_account_exactly_one_gets_it() {
    on_both(async |ground| {
        let stores = stores(&ground).await;
        for round in 0..20 {
            let race = [ada(), bob()].into_iter().enumerate().map(|(place, user)| {
                let id = connection_id(round * 2 + i64::try_from(place).unwrap());
                let (instance, subject) = (format!("https://{round}.example"), "583231".to_owned());
                let new = Connection { id, instance, subject, ..octocat(1, user) };
                stores[place].write(async move |tx| connection::insert(tx, &new).await)
            });
            let mut won: Vec<bool> = join_all(race).await.into_iter().map(Result::unwrap).collect();
            won.sort_unstable();
            assert_eq!(won, [false, true]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_that_want_to_refresh_exactly_one_does() {
    on_both(async |ground| {
        ground.write(async |tx| sign_in(tx, ada()).await).await;
        let stores = stores(&ground).await;
        let leases = stores.iter().cycle().take(50).enumerate().map(|(number, store)| {
            let lease = number.to_string();
            store.write(async move |tx| {
                token::lease(tx, (Holder::User(ada()), 1), &lease, (NOW, later(60))).await
            })
        });
        let leased = join_all(leases).await.into_iter().filter(|leased| *leased.as_ref().unwrap());
        assert_eq!(leased.count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_processes_one_holds_a_lease_and_all_see_the_first_value() {
    on_both(async |ground| {
        let stores = stores(&ground).await;
        let leases = stores.iter().cycle().take(50).enumerate().map(|(number, store)| {
            let holder = number.to_string();
            store.write(async move |tx| fleet::lease(tx, ("cleaner", &holder), NOW, later(60)).await)
        });
        let leased = join_all(leases).await.into_iter().filter(|leased| *leased.as_ref().unwrap());
        assert_eq!(leased.count(), 1);

        let firsts = stores.iter().cycle().take(50).enumerate().map(|(number, store)| {
            let value = number.to_string();
            store.write(async move |tx| fleet::keep_first(tx, "canary", &value).await)
        });
        let seen: BTreeSet<String> = join_all(firsts).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(seen.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rules_written_at_once_get_numbers_of_their_own() {
    on_both(async |ground| {
        let stores = stores(&ground).await;
        let writers = stores.iter().cycle().take(24).zip(1..).map(async |(store, id)| {
            let insert = async move |tx: &mut crate::store::Tx| {
                let number = rule::next_number(tx, cafe()).await?;
                let new = Rule { id: rule_id(id), number, ..popular(1, cafe()) };
                rule::insert(tx, &new, NOW).await
            };
            while !store.write(insert).await.unwrap() {}
        });
        join_all(writers).await;
        let live = ground.read(async |tx| rule::live(tx, cafe()).await).await;
        let numbers: Vec<i64> = live.iter().map(|rule| rule.number).collect();
        assert_eq!(numbers, (1..=24).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn removals_by_a_locked_rule_are_counted_one_by_one() {
    on_both(async |ground| {
        ground.write(async |tx| add_rule(tx, 1).await).await;
        let stores = stores(&ground).await;
        let brakes = stores.iter().cycle().take(40).zip(1..).map(|(store, id)| {
            store.write(async move |tx| {
                rule::lock(tx, rule_id(1)).await?;
                let Some(held) = hold::open(tx, rule_id(1)).await? else {
                    let (rule, plan) = (Some(rule_id(1)), "1".to_owned());
                    return hold::insert(tx, &Hold { id, rule, platform: None, plan, held_at: NOW }).await;
                };
                let count: i64 = held.plan.parse().unwrap();
                hold::update_plan(tx, held.id, &(count + 1).to_string()).await
            })
        });
        join_all(brakes).await.into_iter().for_each(Result::unwrap);
        let open = ground.read(async |tx| hold::all_open(tx).await).await;
        assert_eq!((open.len(), open[0].plan.as_str()), (1, "40"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answered_write_is_seen_by_everyone_and_survives_reopening() {
    on_both(async |ground| {
        let writes = (0..500).map(async |number: i64| {
            let name = format!("write {number}");
            let new = name.clone();
            ground.write(async move |tx| fleet::save(tx, &new, "here").await).await;
            let seen = ground.read(async move |tx| fleet::find(tx, &name).await).await;
            assert_eq!(seen.as_deref(), Some("here"));
        });
        join_all(writes).await;
        let Ground { place, store } = ground;
        drop(store);
        let ground = Ground { store: Store::open(&place).await.unwrap(), place };
        assert_eq!(ground.number("select count(*) from fleet").await, 500);
    })
    .await;
}

#[tokio::test]
async fn browsers_do_not_disturb_each_other() {
    on_both(async |ground| {
        let starts = (0..100).map(async |number: i64| {
            ground
                .write(async move |tx| {
                    let session = BROWSER + number;
                    authorization::start(tx, &authorization::Started { session, ..started(number) }).await?;
                    let (hash, platform) = (format!("state {number}"), github());
                    let arrival = authorization::Arrival { session, ..arrival(&hash, &platform) };
                    authorization::take(tx, &arrival).await
                })
                .await
                .unwrap()
                .id
        });
        assert_eq!(join_all(starts).await, (0..100).collect::<Vec<i64>>());
    })
    .await;
}
