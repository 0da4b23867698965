//! Brings the tables up to date. Migrations only go forward; one text serves both engines.

use std::error::Error;

use super::StoreError;

mod embedded {
    refinery::embed_migrations!("../../migrations");
}

/// How often making the tables is tried on SQLite. Each try that fails for another process means that
/// this one got a step further, so there have to be more tries than migrations.
const TRIES: u32 = 50;

/// PostgreSQL's advisory lock that one migrating process holds ("astromor" as a number).
const LOCK: &str = "select pg_advisory_lock(7021802878563249010)";
const UNLOCK: &str = "select pg_advisory_unlock(7021802878563249010)";

/// The error itself only says which migration it was; what the database said is behind it.
fn failed(error: &refinery::Error) -> StoreError {
    let causes: Vec<String> = std::iter::successors(Some(error as &dyn Error), |&error| error.source())
        .map(ToString::to_string)
        .collect();
    StoreError::Broken(format!("the tables could not be brought up to date: {}", causes.join(": ")))
}

/// A newer version may have run here before: its tables hold more, and nothing that is in the way (F-27).
fn runner() -> refinery::Runner {
    embedded::migrations::runner().set_abort_missing(false)
}

/// Another process may be making the same tables, and SQLite has no lock for the whole of it. Who
/// comes second fails, with nothing done, and finds them made when it looks again.
pub(super) fn sqlite(connection: &mut rusqlite::Connection) -> Result<(), StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match runner().run(connection) {
            Ok(_) => return Ok(()),
            Err(_) if tries < TRIES => {}
            Err(error) => return Err(failed(&error)),
        }
    }
}

pub(super) async fn postgres(connection: &mut deadpool_postgres::Object) -> Result<(), StoreError> {
    connection.batch_execute(LOCK).await?;
    let client: &mut tokio_postgres::Client = &mut *connection;
    let result = runner().run_async(client).await;
    connection.batch_execute(UNLOCK).await?;
    result.map(|_| ()).map_err(|error| failed(&error))
}
