//! Durable rows with group commit: the least a bare handler needs to keep what the product keeps.

use std::sync::mpsc::{Receiver, Sender, channel};

use anyhow::{Context, Result};
use rusqlite::Connection;
use tokio::sync::oneshot;

/// As many rows share one commit as wait, up to the product's own bound.
const BATCH: usize = 256;

struct Job {
    key: String,
    row: String,
    done: oneshot::Sender<()>,
}

#[derive(Clone)]
pub struct Writer(Sender<Job>);

impl Writer {
    /// Opens a file as the product does: write-ahead log, `synchronous=FULL`, `secure_delete`.
    pub fn open(path: &str) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.query_row("pragma journal_mode = wal", [], |_| Ok(()))?;
        connection.execute_batch(
            "pragma synchronous = full; pragma secure_delete = on; pragma temp_store = memory;
             create table kept (key text primary key, row text not null);",
        )?;
        let (jobs, waiting) = channel();
        std::thread::spawn(move || write(&connection, &waiting).expect("the bench's own disk takes rows"));
        Ok(Self(jobs))
    }

    /// Keeps a row; answers once it is on the disk.
    pub async fn keep(&self, key: String, row: &str) -> Result<()> {
        let (done, kept) = oneshot::channel();
        self.0.send(Job { key, row: row.to_owned(), done })?;
        kept.await.context("the writer ended")
    }
}

fn write(connection: &Connection, waiting: &Receiver<Job>) -> Result<()> {
    while let Ok(first) = waiting.recv() {
        let mut batch = vec![first];
        batch.extend(waiting.try_iter().take(BATCH - 1));
        connection.execute_batch("begin immediate")?;
        for job in &batch {
            let sql = "insert into kept (key, row) values (?1, ?2) on conflict (key) do update set row = excluded.row";
            connection.prepare_cached(sql)?.execute((&job.key, &job.row))?;
        }
        connection.execute_batch("commit")?;
        for job in batch {
            // The caller may have gone.
            let _ = job.done.send(());
        }
    }
    Ok(())
}
