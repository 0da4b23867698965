//! Brings the tables up to date. Migrations only go forward; one text serves both engines.

use std::error::Error;

use super::StoreError;

mod embedded {
    refinery::embed_migrations!("../../migrations");
}

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

pub(super) fn sqlite(connection: &mut rusqlite::Connection) -> Result<(), StoreError> {
    embedded::migrations::runner().run(connection).map(|_| ()).map_err(|error| failed(&error))
}

pub(super) async fn postgres(connection: &mut deadpool_postgres::Object) -> Result<(), StoreError> {
    connection.batch_execute(LOCK).await?;
    let client: &mut tokio_postgres::Client = &mut *connection;
    let result = embedded::migrations::runner().run_async(client).await;
    connection.batch_execute(UNLOCK).await?;
    result.map(|_| ()).map_err(|error| failed(&error))
}
