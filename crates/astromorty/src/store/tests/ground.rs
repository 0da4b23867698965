//! Where stories happen: an empty database of either engine, removed afterwards.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::sync::Once;

use domain::token::Secret;
use futures_util::FutureExt;

use crate::store::{Place, Store, StoreError, Tx};

/// That PostgreSQL is skipped is told once.
static TOLD: Once = Once::new();

/// An empty, migrated database.
pub(super) struct Ground {
    pub(super) place: Place,
    pub(super) store: Store,
}

impl Ground {
    async fn at(place: Place) -> Self {
        let store = Store::open(&place).await.unwrap();
        Self { place, store }
    }

    /// A store of another process on the same database.
    pub(super) async fn another(&self) -> Store {
        Store::open(&self.place).await.unwrap()
    }

    /// Writes what must not fail.
    pub(super) async fn write<T, F>(&self, change: F) -> T
    where
        F: AsyncFn(&mut Tx) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        self.store.write(change).await.unwrap()
    }

    /// Reads what must not fail.
    pub(super) async fn read<T, F>(&self, look: F) -> T
    where
        F: AsyncFn(&mut Tx) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        self.store.read(look).await.unwrap()
    }

    /// Runs one statement.
    pub(super) async fn execute(&self, sql: &'static str) {
        self.write(async move |tx| tx.run(sql, &[]).await.map(drop)).await;
    }

    /// The first number of the first row of an answer.
    pub(super) async fn number(&self, sql: &'static str) -> i64 {
        self.read(async move |tx| tx.one(sql, &[]).await?.unwrap().int(0)).await
    }

    /// The SQLite file.
    pub(super) fn file(&self) -> PathBuf {
        match &self.place {
            Place::Sqlite(path) => path.clone(),
            Place::Postgres(_) => panic!("this story is about SQLite"),
        }
    }
}

/// Runs a story on each engine.
pub(super) async fn on_both(story: impl AsyncFn(Ground)) {
    on_sqlite(&story).await;
    on_postgres(&story).await;
}

/// Runs a story on SQLite.
pub(super) async fn on_sqlite(story: impl AsyncFn(Ground)) {
    in_a_folder(async |place| story(Ground::at(place).await).await).await;
}

/// Runs a story on PostgreSQL, where there is one.
pub(super) async fn on_postgres(story: impl AsyncFn(Ground)) {
    in_a_database(async |place| story(Ground::at(place).await).await).await;
}

/// Runs a story on each engine before anybody opened the database.
pub(super) async fn on_both_unopened(story: impl AsyncFn(Place)) {
    in_a_folder(&story).await;
    in_a_database(&story).await;
}

fn name() -> String {
    format!("astromorty_{:016x}", getrandom::u64().unwrap())
}

async fn in_a_folder(story: impl AsyncFn(Place)) {
    let folder = std::env::temp_dir().join(name());
    std::fs::create_dir(&folder).unwrap();
    let outcome = AssertUnwindSafe(story(Place::Sqlite(folder.join("test.db")))).catch_unwind().await;
    std::fs::remove_dir_all(&folder).unwrap();
    if let Err(panic) = outcome {
        eprintln!("(on SQLite)");
        resume_unwind(panic);
    }
}

async fn in_a_database(story: impl AsyncFn(Place)) {
    let Ok(server) = std::env::var("ASTROMORTY_TEST_POSTGRES") else {
        TOLD.call_once(|| eprintln!("skipped on PostgreSQL: ASTROMORTY_TEST_POSTGRES is not set"));
        return;
    };
    let (name, client) = (name(), connect(&server).await);
    client.batch_execute(&format!("create database {name}")).await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    let place = Place::Postgres(Secret::new(url.to_string()));
    let outcome = AssertUnwindSafe(story(place)).catch_unwind().await;
    client.batch_execute(&format!("drop database {name} with (force)")).await.unwrap();
    if let Err(panic) = outcome {
        eprintln!("(on PostgreSQL)");
        resume_unwind(panic);
    }
}

/// A connection that the store knows nothing of.
pub(super) async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    // It ends with the client; a story may also have it cut.
    tokio::spawn(connection);
    client
}

/// A connection to the story's PostgreSQL database that the store knows nothing of.
pub(super) async fn stranger(ground: &Ground) -> tokio_postgres::Client {
    match &ground.place {
        Place::Postgres(url) => connect(url.expose()).await,
        Place::Sqlite(_) => panic!("this story is about PostgreSQL"),
    }
}
