//! SQLite: one writer thread with group commit, and readers with connections of their own.
//!
//! Durability is `synchronous=FULL` on a write-ahead log: an answered write survives a power cut.
//! Its price is one sync per commit, so all writes that wait share one commit, each in a savepoint.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::{StoreError, Tx, migrate};

/// Writes that share a commit, at most.
const BATCH: usize = 256;

/// Idle reader connections kept open.
const IDLE_READERS: usize = 8;

#[derive(Debug, Clone)]
pub(super) struct Sqlite {
    jobs: Sender<Box<dyn Write>>,
    readers: Arc<Readers>,
}

#[derive(Debug)]
struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Tx>>,
}

/// One write that waits for the writer thread.
trait Write: Send {
    /// Runs the change inside a savepoint. True when it is to be committed.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// Answers the caller, after the commit or with the error that prevented it.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Job<T, F> {
    change: F,
    result: Option<Result<T, StoreError>>,
    caller: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Write for Job<T, F>
where
    F: AsyncFn(&mut Tx) -> Result<T, StoreError> + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut Tx) -> bool {
        let result = catch_unwind(AssertUnwindSafe(|| at_once((self.change)(tx))));
        let result = result.unwrap_or_else(|_| Err(StoreError::Broken("a change panicked".to_owned())));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let result = match (self.result, committed) {
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::Broken("a change was not run".to_owned())),
        };
        // The caller may have gone; the write stands all the same.
        let _ = self.caller.send(result);
    }
}

/// Completes a future that never waits: on SQLite every statement is done when it returns.
fn at_once<T>(future: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => {
            Err(StoreError::Broken("a change waited for something outside the database".to_owned()))
        }
    }
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut writer = connect(path, OpenFlags::default())?;
        migrate::sqlite(&mut writer)?;
        let (jobs, waiting) = channel();
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || write_until_closed(Tx::Sqlite(writer), &waiting))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let readers = Readers { path: path.to_owned(), idle: Mutex::default() };
        Ok(Self { jobs, readers: Arc::new(readers) })
    }

    pub(super) async fn write<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        F: AsyncFn(&mut Tx) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let gone = || StoreError::Unavailable("its writer has stopped".to_owned());
        self.jobs.send(Box::new(Job { change, result: None, caller })).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    pub(super) fn read<T, F>(&self, look: &F) -> Result<T, StoreError>
    where
        F: AsyncFn(&mut Tx) -> Result<T, StoreError>,
    {
        let mut reader = self.readers.take()?;
        let result = at_once(look(&mut reader));
        self.readers.put_back(reader);
        result
    }
}

impl Readers {
    fn take(&self) -> Result<Tx, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(reader) => Ok(reader),
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY).map(Tx::Sqlite),
        }
    }

    fn put_back(&self, reader: Tx) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(reader);
        }
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.execute_batch(
        "pragma busy_timeout = 5000; pragma foreign_keys = on; pragma secure_delete = on;
         pragma synchronous = full; pragma temp_store = memory;",
    )?;
    if !flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) {
        // Answers with the mode's name, so it is not part of the batch.
        connection.query_row("pragma journal_mode = wal", [], |_| Ok(()))?;
    }
    Ok(connection)
}

fn write_until_closed(mut tx: Tx, waiting: &Receiver<Box<dyn Write>>) {
    while let Ok(first) = waiting.recv() {
        let mut batch = vec![first];
        let outcome = run_batch(&mut tx, &mut batch, waiting);
        for write in batch {
            write.answer(outcome.clone());
        }
    }
}

/// Runs what waits, each in a savepoint, then commits once. On an error nothing is kept.
fn run_batch(
    tx: &mut Tx,
    batch: &mut Vec<Box<dyn Write>>,
    waiting: &Receiver<Box<dyn Write>>,
) -> Result<(), StoreError> {
    if let Err(error) = execute(tx, "begin immediate") {
        // Whoever waits hears it now, not after a wait for the lock each.
        batch.extend(waiting.try_iter().take(BATCH - 1));
        return Err(error);
    }
    let mut next = 0;
    while next < batch.len() {
        if let Err(error) = run_one(tx, &mut batch[next]) {
            return roll_back(tx, error);
        }
        next += 1;
        if next < BATCH {
            batch.extend(waiting.try_recv());
        }
    }
    execute(tx, "commit").or_else(|error| roll_back(tx, error))
}

fn run_one(tx: &mut Tx, write: &mut Box<dyn Write>) -> Result<(), StoreError> {
    execute(tx, "savepoint one")?;
    let keep = write.run(tx);
    if is_over(tx) {
        return Err(StoreError::Unavailable("its disk is full or failing".to_owned()));
    }
    if !keep {
        execute(tx, "rollback to one")?;
    }
    execute(tx, "release one")
}

/// On a full or failing disk SQLite gives up the whole transaction, with every savepoint in it
/// (SQLite, "Response To Errors Within A Transaction").
fn is_over(tx: &Tx) -> bool {
    matches!(tx, Tx::Sqlite(connection) if connection.is_autocommit())
}

fn roll_back(tx: &mut Tx, error: StoreError) -> Result<(), StoreError> {
    // Some errors (a full disk) have rolled back already; then there is nothing left to roll back.
    let _ = execute(tx, "rollback");
    Err(error)
}

fn execute(tx: &mut Tx, sql: &str) -> Result<(), StoreError> {
    at_once(tx.run(sql, &[])).map(|_| ())
}
