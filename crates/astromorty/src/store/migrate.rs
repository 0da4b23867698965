//! Brings the tables up to date. Migrations only go forward; one text serves both engines.

use super::StoreError;

mod embedded {
    refinery::embed_migrations!("../../migrations");
}

/// PostgreSQL's advisory lock that one migrating process holds ("astromor" as a number).
const LOCK: &str = "select pg_advisory_lock(7021802878563249010)";
const UNLOCK: &str = "select pg_advisory_unlock(7021802878563249010)";

fn failed(error: &refinery::Error) -> StoreError {
    StoreError::Broken(format!("the tables could not be brought up to date: {error}"))
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
