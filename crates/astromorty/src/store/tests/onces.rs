//! Stories of things that happen once: a nonce is good for one caller over all processes.

use futures_util::future::join_all;

use super::fixtures::{NOW, later};
use super::ground::{Ground, on_both};
use crate::store::{StoreError, once, retention};

/// Comes with a nonce at `at` seconds that is to be remembered until `until` seconds.
async fn first(ground: &Ground, (kind, hash): (&'static str, &'static str), (at, until): (i64, i64)) -> bool {
    let times = (later(at), later(until));
    ground.write(async move |tx| once::first(tx, (kind, hash), times).await).await
}

#[tokio::test]
async fn n_33_a_nonce_is_good_once() {
    on_both(async |ground| {
        assert!(first(&ground, ("openid", "a"), (0, 900)).await);
        assert!(!first(&ground, ("openid", "a"), (0, 900)).await);
        assert!(!first(&ground, ("openid", "a"), (600, 1500)).await);
        assert!(first(&ground, ("openid", "b"), (600, 1500)).await, "another one");
        assert!(first(&ground, ("interaction", "a"), (600, 1500)).await, "of another kind");
    })
    .await;
}

#[tokio::test]
async fn n_33_a_nonce_used_before_is_used_for_every_process() {
    on_both(async |ground| {
        let other = ground.another().await;
        assert!(first(&ground, ("openid", "a"), (0, 900)).await);
        let again =
            async |tx: &mut crate::store::Tx| once::first(tx, ("openid", "a"), (NOW, later(900))).await;
        assert!(!other.write(again).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn n_33_a_used_nonce_is_not_remembered_longer_for_being_tried() {
    on_both(async |ground| {
        assert!(first(&ground, ("openid", "a"), (0, 900)).await);
        assert!(!first(&ground, ("openid", "a"), (899, 9000)).await);
        assert!(first(&ground, ("openid", "a"), (900, 1800)).await, "its time has passed");
        assert!(!first(&ground, ("openid", "a"), (1799, 9000)).await, "it has a time again");
    })
    .await;
}

#[tokio::test]
async fn n_33_the_cleaner_leaves_a_nonce_as_long_as_it_counts() {
    on_both(async |ground| {
        assert!(first(&ground, ("openid", "a"), (0, 900)).await);
        ground.write(async |tx| retention::clean(tx, later(899)).await).await;
        assert!(!first(&ground, ("openid", "a"), (899, 9000)).await);
        ground.write(async |tx| retention::clean(tx, later(900)).await).await;
        assert_eq!(ground.number("select count(*) from once").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_nonce_of_a_change_that_was_undone_is_still_good() {
    on_both(async |ground| {
        let undone = ground.store.write(async |tx| {
            assert!(once::first(tx, ("openid", "a"), (NOW, later(900))).await?);
            Err::<(), _>(StoreError::Broken("on purpose".to_owned()))
        });
        undone.await.unwrap_err();
        assert!(first(&ground, ("openid", "a"), (0, 900)).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn n_33_of_fifty_that_come_with_one_nonce_exactly_one_is_first() {
    on_both(async |ground| {
        let stores = join_all([ground.another(), ground.another(), ground.another(), ground.another()]).await;
        // First a nonce nobody has seen, then the same one after its time has passed.
        for at in [0, 900] {
            let times = (later(at), later(at + 900));
            let all = stores
                .iter()
                .cycle()
                .take(50)
                .map(|store| store.write(async move |tx| once::first(tx, ("openid", "a"), times).await));
            let firsts = join_all(all).await.into_iter().filter(|first| *first.as_ref().unwrap());
            assert_eq!(firsts.count(), 1, "at {at} s");
        }
    })
    .await;
}
