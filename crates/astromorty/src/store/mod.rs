//! Every SQL statement, one file per aggregate, for SQLite and PostgreSQL.
//!
//! A write is an async closure over [`Tx`]: all of it commits or none of it. On SQLite one thread
//! owns the connection and one durable commit serves every write that waits; on PostgreSQL each
//! write is a transaction of its own. The answer comes after the commit. Nothing but the database
//! may be awaited inside.

pub mod attempt;
pub mod audit;
pub mod authorization;
pub mod connection;
pub mod consent;
pub mod departed;
pub mod due;
mod error;
pub mod fall;
pub mod fleet;
pub mod grant;
pub mod guild;
pub mod hold;
pub mod intent;
pub mod member;
mod migrate;
pub mod observation;
pub mod once;
pub mod person;
mod postgres;
pub mod retention;
pub mod rule;
pub mod session;
pub mod spending;
mod sqlite;
pub mod token;
mod tx;
pub mod user;
pub mod work;

pub use error::StoreError;
pub use tx::{Arg, Row, Tx};

use std::path::PathBuf;

/// Where the database is.
#[derive(Debug, Clone)]
pub enum Place {
    /// A file of this process's machine; made when missing.
    Sqlite(PathBuf),
    /// A `postgres://` URL. It holds a password and is never printed.
    Postgres(domain::token::Secret),
}

/// The database, open and migrated. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Engine);

#[derive(Debug, Clone)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Store {
    /// Opens the database and brings its tables up to date.
    pub async fn open(place: &Place) -> Result<Self, StoreError> {
        match place {
            Place::Sqlite(path) => sqlite::Sqlite::open(path).map(|engine| Self(Engine::Sqlite(engine))),
            Place::Postgres(url) => {
                postgres::Postgres::open(url).await.map(|engine| Self(Engine::Postgres(engine)))
            }
        }
    }

    /// Runs `change` in a transaction and returns once it is durable.
    ///
    /// It may run more than once, so it must not count on side effects outside `Tx`.
    pub async fn write<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        F: AsyncFn(&mut Tx) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        match &self.0 {
            Engine::Sqlite(engine) => engine.write(change).await,
            Engine::Postgres(engine) => engine.write(change).await,
        }
    }

    /// Runs `look`, which must not write. Statements may see different moments.
    pub async fn read<T, F>(&self, look: F) -> Result<T, StoreError>
    where
        F: AsyncFn(&mut Tx) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        match &self.0 {
            Engine::Sqlite(engine) => engine.read(&look),
            Engine::Postgres(engine) => engine.read(look).await,
        }
    }

    /// Whether only one process may use this database at a time.
    #[must_use]
    pub const fn is_single_process(&self) -> bool {
        matches!(self.0, Engine::Sqlite(_))
    }
}

#[cfg(test)]
mod tests;
