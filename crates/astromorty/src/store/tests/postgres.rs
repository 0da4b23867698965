//! F-21: what PostgreSQL alone does to a write, and how the store comes out of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::{join_all, select};
use tokio::sync::{Barrier, Notify};

use super::ground::{on_postgres, stranger};
use crate::store::tx::args;
use crate::store::{StoreError, Tx, fleet};

/// Appends to a shared value, so that the order of writes can be read.
async fn append(tx: &mut Tx, name: &str, text: &str) -> Result<(), StoreError> {
    let sql = "insert into fleet (name, until, payload) values ($1, 0, $2)
        on conflict (name) do update set payload = fleet.payload || excluded.payload";
    tx.run(sql, args![name, text]).await.map(drop)
}

/// Two rounds of a write that is at this point; only the first tries wait for each other.
async fn meet(barrier: &Barrier, tries: &AtomicU32) {
    if tries.fetch_add(1, Ordering::SeqCst) == 0 {
        barrier.wait().await;
    }
}

#[tokio::test]
async fn writes_that_lock_each_other_out_both_end_well() {
    on_postgres(async |ground| {
        ground.write(async |tx| append(tx, "one", "").await).await;
        ground.write(async |tx| append(tx, "two", "").await).await;
        let barrier = Arc::new(Barrier::new(2));
        let tries = [Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0))];
        let orders = [["one", "two"], ["two", "one"]];
        let writes = orders.into_iter().zip(&tries).map(|([first, second], tries)| {
            let (barrier, tries) = (Arc::clone(&barrier), Arc::clone(tries));
            ground.store.write(async move |tx| {
                append(tx, first, "x").await?;
                meet(&barrier, &tries).await;
                append(tx, second, "x").await
            })
        });
        for result in join_all(writes).await {
            assert_eq!(result, Ok(()));
        }
        for name in ["one", "two"] {
            let value = ground.read(async move |tx| fleet::find(tx, name).await).await;
            assert_eq!(value.as_deref(), Some("xx"));
        }
        let tries: u32 = tries.iter().map(|tries| tries.load(Ordering::SeqCst)).sum();
        assert_eq!(tries, 3, "one of them was tried again");
    })
    .await;
}

#[tokio::test]
async fn writes_that_cannot_be_put_in_a_row_are_tried_again() {
    on_postgres(async |ground| {
        ground.write(async |tx| fleet::save(tx, "count", "0").await).await;
        let barrier = Arc::new(Barrier::new(2));
        let writes = [0, 1].map(|_| {
            let (barrier, tries) = (Arc::clone(&barrier), AtomicU32::new(0));
            ground.store.write(async move |tx| {
                tx.run("set transaction isolation level serializable", &[]).await?;
                let count: i64 = fleet::find(tx, "count").await?.unwrap().parse().unwrap();
                meet(&barrier, &tries).await;
                fleet::save(tx, "count", &(count + 1).to_string()).await
            })
        });
        for result in join_all(writes).await {
            assert_eq!(result, Ok(()));
        }
        let count = ground.read(async |tx| fleet::find(tx, "count").await).await;
        assert_eq!(count.as_deref(), Some("2"));
    })
    .await;
}

#[tokio::test]
async fn a_conflict_that_does_not_end_is_told_after_a_few_tries() {
    on_postgres(async |ground| {
        let tries = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&tries);
        let result = ground.store.write(async move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            Err::<(), _>(StoreError::Conflict)
        });
        assert_eq!(result.await, Err(StoreError::Conflict));
        assert_eq!(tries.load(Ordering::SeqCst), 5);
    })
    .await;
}

#[tokio::test]
async fn a_write_whose_caller_went_away_ends_and_leaves_no_transaction_open() {
    on_postgres(async |ground| {
        let (begun, goes_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (tell, wait) = (Arc::clone(&begun), Arc::clone(&goes_on));
        let write = ground.store.write(async move |tx| {
            append(tx, "order", "a").await?;
            tell.notify_one();
            wait.notified().await;
            append(tx, "order", "b").await
        });
        // The caller is dropped as soon as the transaction runs.
        drop(select(Box::pin(write), Box::pin(begun.notified())).await);
        goes_on.notify_one();
        // Waits for the row's lock, that is for the end of the first.
        ground.write(async |tx| append(tx, "order", "c").await).await;
        let order = ground.read(async |tx| fleet::find(tx, "order").await).await;
        assert_eq!(order.as_deref(), Some("abc"));
        let open = "select count(*) from pg_stat_activity
             where datname = current_database() and state like 'idle in transaction%'";
        assert_eq!(ground.number(open).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_panic_rolls_back_and_frees_what_was_locked() {
    on_postgres(async |ground| {
        ground.write(async |tx| append(tx, "order", "a").await).await;
        for _ in 0..20 {
            let result = ground.store.write(async |tx| {
                append(tx, "order", "never").await?;
                panic!("on purpose");
                #[allow(unreachable_code, reason = "it gives the closure its type")]
                Ok(())
            });
            assert!(matches!(result.await, Err(StoreError::Broken(_))), "as often as there are connections");
        }
        let read = ground.store.read(async |_| -> Result<(), StoreError> { panic!("on purpose") }).await;
        assert!(matches!(read, Err(StoreError::Broken(_))));
        ground.write(async |tx| append(tx, "order", "b").await).await;
        let order = ground.read(async |tx| fleet::find(tx, "order").await).await;
        assert_eq!(order.as_deref(), Some("ab"));
    })
    .await;
}

#[tokio::test]
async fn a_connection_cut_in_a_transaction_is_an_error_and_the_next_write_works() {
    on_postgres(async |ground| {
        let axe = Arc::new(stranger(&ground).await);
        let result = ground.store.write(async move |tx| {
            append(tx, "order", "never").await?;
            let own = tx.one("select pg_backend_pid()", &[]).await?.unwrap().int(0)?;
            axe.execute(&format!("select pg_terminate_backend({own})"), &[]).await.unwrap();
            append(tx, "order", "never").await
        });
        let result = result.await;
        assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
        ground.write(async |tx| append(tx, "order", "a").await).await;
        let order = ground.read(async |tx| fleet::find(tx, "order").await).await;
        assert_eq!(order.as_deref(), Some("a"));
    })
    .await;
}

#[tokio::test]
async fn connections_cut_while_idle_are_noticed_by_nobody() {
    on_postgres(async |ground| {
        let axe = stranger(&ground).await;
        let others = "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()";
        for round in 0..3 {
            let many = (0..16).map(|number: i64| {
                let name = format!("{round} {number}");
                ground.write(async move |tx| append(tx, &name, "a").await)
            });
            join_all(many).await;
            axe.execute(others, &[]).await.unwrap();
            ground.write(async |tx| append(tx, "order", "a").await).await;
            axe.execute(others, &[]).await.unwrap();
            assert!(ground.read(async |tx| fleet::find(tx, "order").await).await.is_some());
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_that_overlooks_a_failed_statement_fails() {
    on_postgres(async |ground| {
        let result = ground.store.write(async |tx| {
            append(tx, "order", "never").await?;
            let _ = tx.run("insert into fleet (name) values (null)", &[]).await;
            Ok(())
        });
        let result = result.await;
        assert!(matches!(result, Err(StoreError::Broken(_))), "{result:?}");
        assert_eq!(ground.number("select count(*) from fleet").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_read_only_server_refuses_writes_goes_on_reading_and_recovers() {
    on_postgres(async |ground| {
        ground.write(async |tx| append(tx, "order", "a").await).await;
        let result = ground.store.write(async |tx| {
            tx.run("set transaction read only", &[]).await?;
            append(tx, "order", "never").await
        });
        let result = result.await;
        assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
        assert!(ground.read(async |tx| fleet::find(tx, "order").await).await.is_some());
        ground.write(async |tx| append(tx, "order", "b").await).await;
    })
    .await;
}
