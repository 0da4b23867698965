//! F-20: the one writer of SQLite, its batches, and a file that is locked or full.

use std::pin::Pin;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use futures_util::future::{Either, join_all, select};
use rusqlite::Connection;

use super::ground::{Ground, on_sqlite};
use crate::store::{Store, StoreError, fleet};

type Answer<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + 'a>>;

/// A write that holds the writer until the gate opens; what is asked meanwhile shares its batch.
fn gate(store: &Store) -> (Answer<'_>, Sender<()>, tokio::sync::oneshot::Receiver<()>) {
    let (open, opened) = channel();
    let (tell, begun) = tokio::sync::oneshot::channel();
    let (opened, tell): (Mutex<Receiver<()>>, _) = (Mutex::new(opened), Mutex::new(Some(tell)));
    let write = store.write(async move |tx| {
        fleet::save(tx, "gate", "").await?;
        let _ = tell.lock().unwrap().take().unwrap().send(());
        opened.lock().unwrap().recv().unwrap();
        Ok(())
    });
    (Box::pin(write), open, begun)
}

fn save(store: &Store, name: &'static str) -> Answer<'static> {
    let store = store.clone();
    Box::pin(async move { store.write(async move |tx| fleet::save(tx, name, "").await).await })
}

/// Asks for all of them in turn while the writer is held, then lets it go.
async fn in_one_batch(store: &Store, writes: Vec<Answer<'_>>) -> Vec<Result<(), StoreError>> {
    let (gate, open, begun) = gate(store);
    // The batch begins once the writer is at the gate.
    let Either::Right((_, gate)) = select(gate, begun).await else { panic!("nothing holds the gate") };
    let release: Answer<'_> = Box::pin(async move {
        open.send(()).unwrap();
        Ok(())
    });
    let mut all = writes;
    all.push(release);
    all.push(gate);
    let mut answers = join_all(all).await;
    answers.truncate(answers.len() - 2);
    answers
}
async fn names(ground: &Ground) -> Vec<String> {
    ground
        .read(async |tx| {
            let rows = tx.all("select name from fleet where name <> 'gate' order by name", &[]).await?;
            rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
        })
        .await
}

#[tokio::test]
async fn one_that_fails_panics_or_waits_leaves_nothing_and_disturbs_nobody_in_its_batch() {
    on_sqlite(async |ground| {
        let store = &ground.store;
        let fails = store.write(async |tx| {
            fleet::save(tx, "fails", "").await?;
            tx.run("insert into fleet (name) values (null)", &[]).await.map(drop)
        });
        let says_no = store.write(async |tx| {
            fleet::save(tx, "says no", "").await?;
            Err(StoreError::Conflict)
        });
        let panics = store.write(async |tx| {
            fleet::save(tx, "panics", "").await?;
            panic!("on purpose")
        });
        let waits = store.write(async |tx| {
            fleet::save(tx, "waits", "").await?;
            tokio::task::yield_now().await;
            fleet::save(tx, "waited", "").await
        });
        let writes: Vec<Answer<'_>> = vec![
            save(store, "one"),
            Box::pin(fails),
            save(store, "two"),
            Box::pin(says_no),
            Box::pin(panics),
            save(store, "three"),
            Box::pin(waits),
            save(store, "four"),
        ];
        let answers = in_one_batch(store, writes).await;
        let kept: Vec<bool> = answers.iter().map(Result::is_ok).collect();
        assert_eq!(kept, [true, false, true, false, false, true, false, true]);
        assert!(matches!(answers[1], Err(StoreError::Broken(_))));
        assert_eq!(answers[3], Err(StoreError::Conflict));
        assert_eq!(answers[4], Err(StoreError::Broken("a change panicked".to_owned())));
        let waited = "a change waited for something outside the database";
        assert_eq!(answers[6], Err(StoreError::Broken(waited.to_owned())));
        assert_eq!(names(&ground).await, ["four", "one", "three", "two"]);
    })
    .await;
}

#[tokio::test]
async fn what_waits_shares_one_commit_and_is_answered_after_it() {
    on_sqlite(async |ground| {
        let file = ground.file();
        let looks = ground.store.write(async move |tx| {
            // In the batch, what came before is done but not committed: nobody else sees it.
            let rows = tx.all("select name from fleet", &[]).await?;
            let seen: i64 =
                Connection::open(&file)?.query_row("select count(*) from fleet", [], |row| row.get(0))?;
            assert_eq!((rows.len(), seen), (3, 0));
            Ok(())
        });
        let writes: Vec<Answer<'_>> = vec![
            save(&ground.store, "one"),
            save(&ground.store, "two"),
            Box::pin(looks),
            save(&ground.store, "three"),
        ];
        for answer in in_one_batch(&ground.store, writes).await {
            assert_eq!(answer, Ok(()));
        }
        let seen: i64 = Connection::open(ground.file())
            .unwrap()
            .query_row("select count(*) from fleet", [], |row| row.get(0))
            .unwrap();
        assert_eq!(seen, 4);
    })
    .await;
}

#[tokio::test]
async fn reading_goes_on_during_a_long_write() {
    on_sqlite(async |ground| {
        ground.write(async |tx| fleet::save(tx, "before", "").await).await;
        let (gate, open, begun) = gate(&ground.store);
        let Either::Right((_, gate)) = select(gate, begun).await else { panic!("nothing holds the gate") };
        for _ in 0..20 {
            assert_eq!(ground.number("select count(*) from fleet").await, 1);
        }
        open.send(()).unwrap();
        assert_eq!(gate.await, Ok(()));
        assert_eq!(ground.number("select count(*) from fleet").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_write_whose_caller_went_away_stands_all_the_same() {
    on_sqlite(async |ground| {
        let (gate, open, begun) = gate(&ground.store);
        drop(select(gate, begun).await);
        open.send(()).unwrap();
        // It comes after the other.
        ground.write(async |tx| fleet::save(tx, "after", "").await).await;
        assert_eq!(ground.number("select count(*) from fleet").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_reader_neither_writes_nor_waits() {
    on_sqlite(async |ground| {
        let writes = ground.store.read(async |tx| fleet::save(tx, "name", "").await).await;
        assert!(matches!(writes, Err(StoreError::Unavailable(_))), "{writes:?}");
        let waits = ground.store.read(async |_| {
            tokio::task::yield_now().await;
            Ok(())
        });
        assert!(matches!(waits.await, Err(StoreError::Broken(_))));
        assert_eq!(ground.number("select count(*) from fleet").await, 0);
    })
    .await;
}

#[tokio::test]
async fn f_20_a_locked_file_refuses_writes_keeps_reads_and_resumes() {
    on_sqlite(async |ground| {
        ground.write(async |tx| tx.all("pragma busy_timeout = 0", &[]).await.map(drop)).await;
        let other = Connection::open(ground.file()).unwrap();
        other.execute_batch("begin exclusive").unwrap();
        for _ in 0..3 {
            let answers = join_all((0..10).map(|_| save(&ground.store, "never"))).await;
            for answer in answers {
                assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
            }
            assert!(names(&ground).await.is_empty());
        }
        other.execute_batch("rollback").unwrap();
        assert_eq!(save(&ground.store, "after").await, Ok(()));
        assert_eq!(names(&ground).await, ["after"]);
    })
    .await;
}

#[tokio::test]
async fn f_20_all_who_wait_for_a_locked_file_hear_of_it_together() {
    on_sqlite(async |ground| {
        ground.write(async |tx| tx.all("pragma busy_timeout = 500", &[]).await.map(drop)).await;
        let other = Connection::open(ground.file()).unwrap();
        other.execute_batch("begin exclusive").unwrap();
        // One by one, forty would take twenty seconds.
        let answers = join_all((0..40).map(|_| save(&ground.store, "never")));
        let answers = tokio::time::timeout(Duration::from_secs(10), answers).await.unwrap();
        assert!(answers.iter().all(|answer| matches!(answer, Err(StoreError::Unavailable(_)))));
    })
    .await;
}

#[tokio::test]
async fn f_20_a_full_disk_refuses_writes_keeps_reads_and_resumes() {
    on_sqlite(async |ground| {
        assert_eq!(save(&ground.store, "before").await, Ok(()));
        ground
            .write(async |tx| {
                let pages = tx.one("pragma page_count", &[]).await?.unwrap().int(0)?;
                tx.all(&format!("pragma max_page_count = {pages}"), &[]).await.map(drop)
            })
            .await;
        let large = || -> Answer<'_> {
            let grow = async |tx: &mut crate::store::Tx| fleet::save(tx, "large", &"x".repeat(100_000)).await;
            Box::pin(ground.store.write(grow))
        };
        for _ in 0..3 {
            // Who shares the batch is refused too: SQLite gave all of it up.
            for answer in in_one_batch(&ground.store, vec![save(&ground.store, "beside"), large()]).await {
                assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
            }
            assert_eq!(names(&ground).await, ["before"]);
        }
        ground.write(async |tx| tx.all("pragma max_page_count = 100000", &[]).await.map(drop)).await;
        assert_eq!(large().await, Ok(()));
        assert_eq!(names(&ground).await, ["before", "large"]);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_told_at_once() {
    let place = crate::store::Place::Sqlite("/nonexistent/folder/test.db".into());
    assert!(matches!(Store::open(&place).await, Err(StoreError::Unavailable(_))));
}
