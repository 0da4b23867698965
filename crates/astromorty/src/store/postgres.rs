//! PostgreSQL: a pool, and a transaction for every write.
//!
//! Transactions run on threads of their own, so one whose caller went away still ends properly.

use std::fmt;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use domain::token::Secret;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio_postgres::Statement;
use tokio_postgres::types::{ToSql, Type};
use tokio_util::task::LocalPoolHandle;

use super::tx::Cell;
use super::{Arg, Row, StoreError, Tx, migrate};

/// Connections to the database, at most.
const CONNECTIONS: usize = 16;

/// How often a write is tried when it meets another one.
const TRIES: u32 = 5;

#[derive(Debug, Clone)]
pub(super) struct Postgres {
    pool: Pool,
    threads: LocalPoolHandle,
}

/// A pooled connection, inside a transaction or not.
pub struct Session {
    /// `None` once it was closed because its transaction never ended.
    connection: Option<Object>,
    in_transaction: bool,
    /// The first statement that failed. PostgreSQL ends such a transaction, and then answers a
    /// commit with a rollback that looks like success.
    failed: Option<StoreError>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

impl Postgres {
    pub(super) async fn open(url: &Secret) -> Result<Self, StoreError> {
        let unusable = |what: &str| StoreError::Unavailable(what.to_owned());
        let config: tokio_postgres::Config =
            url.expose().parse().map_err(|_| unusable("database.url is not a postgres:// URL"))?;
        let method = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config, tls()?, method);
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(Duration::from_secs(5)))
            .create_timeout(Some(Duration::from_secs(5)))
            .build()
            .map_err(|error| unusable(&error.to_string()))?;
        migrate::postgres(&mut checkout(&pool).await?).await?;
        Ok(Self { pool, threads: LocalPoolHandle::new(2) })
    }

    pub(super) async fn write<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        F: AsyncFn(&mut Tx) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let pool = self.pool.clone();
        let task = self.threads.spawn_pinned(move || async move {
            let mut tries = 0;
            loop {
                tries += 1;
                match transact(&pool, &change).await {
                    Err(StoreError::Conflict) if tries < TRIES => {}
                    result => return result,
                }
            }
        });
        task.await.unwrap_or_else(|_| Err(StoreError::Broken("a change panicked".to_owned())))
    }

    pub(super) async fn read<T, F>(&self, look: F) -> Result<T, StoreError>
    where
        F: AsyncFn(&mut Tx) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let pool = self.pool.clone();
        let task = self.threads.spawn_pinned(move || async move {
            let mut tries = 0;
            loop {
                tries += 1;
                let mut tx = Tx::Postgres(Session::on(checkout(&pool).await?));
                let result = look(&mut tx).await;
                if result.is_ok() || tries > CONNECTIONS || !was_cut(&mut tx).await {
                    return result;
                }
            }
        });
        task.await.unwrap_or_else(|_| Err(StoreError::Broken("a read panicked".to_owned())))
    }
}

fn tls() -> Result<tokio_postgres_rustls::MakeRustlsConnect, StoreError> {
    // A second call finds it installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = rustls::ClientConfig::with_platform_verifier().map_err(|error| {
        StoreError::Unavailable(format!("the system's certificates cannot be read: {error}"))
    })?;
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config))
}

async fn checkout(pool: &Pool) -> Result<Object, StoreError> {
    pool.get().await.map_err(|error| match error {
        deadpool_postgres::PoolError::Backend(error) => StoreError::from(error),
        other => StoreError::Unavailable(other.to_string()),
    })
}

/// Whether a read failed because its connection was cut, perhaps long ago; then another one may do.
async fn was_cut(tx: &mut Tx) -> bool {
    let Tx::Postgres(session) = tx else { return false };
    let cut = session.failed.is_some() && session.execute("").await.is_err();
    if cut {
        session.discard();
    }
    cut
}

/// A connection with a transaction on it. One that was cut while it lay idle is replaced: nothing
/// has happened on it yet.
async fn begin(pool: &Pool) -> Result<Session, StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mut session = Session::on(checkout(pool).await?);
        match session.execute("begin").await {
            Ok(()) => {
                session.in_transaction = true;
                return Ok(session);
            }
            Err(StoreError::Unavailable(_)) if tries <= CONNECTIONS => session.discard(),
            Err(error) => return Err(error),
        }
    }
}

async fn transact<T, F>(pool: &Pool, change: &F) -> Result<T, StoreError>
where
    F: AsyncFn(&mut Tx) -> Result<T, StoreError>,
{
    let mut tx = Tx::Postgres(begin(pool).await?);
    let result = change(&mut tx).await;
    let Tx::Postgres(session) = &mut tx else { unreachable!("it was made two lines above") };
    match session.failed.take().map_or(result, Err) {
        Ok(value) => session.end("commit").await.map(|()| value),
        Err(error) => {
            // When even that fails, dropping the session closes the connection, which rolls back.
            let _ = session.end("rollback").await;
            Err(error)
        }
    }
}

impl Session {
    const fn on(connection: Object) -> Self {
        Self { connection: Some(connection), in_transaction: false, failed: None }
    }

    async fn execute(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.connection()?.batch_execute(sql).await?)
    }

    async fn end(&mut self, how: &str) -> Result<(), StoreError> {
        self.execute(how).await?;
        self.in_transaction = false;
        Ok(())
    }

    /// Closes the connection instead of giving it back.
    fn discard(&mut self) {
        drop(self.connection.take().map(Object::take));
    }

    fn connection(&self) -> Result<&Object, StoreError> {
        self.connection
            .as_ref()
            .ok_or_else(|| StoreError::Unavailable("the connection was closed".to_owned()))
    }

    pub(super) async fn run(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let result = self.try_run(sql, args).await;
        self.remember(result)
    }

    pub(super) async fn all(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        let result = self.try_all(sql, args).await;
        self.remember(result)
    }

    async fn try_run(&self, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let connection = self.connection()?;
        let statement = connection.prepare_cached(sql).await?;
        fit(&statement, args)?;
        Ok(connection.execute(&statement, &dynamic(args)).await?)
    }

    async fn try_all(&self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        let connection = self.connection()?;
        let statement = connection.prepare_cached(sql).await?;
        fit(&statement, args)?;
        let rows = connection.query(&statement, &dynamic(args)).await?;
        rows.iter().map(cells).collect()
    }

    fn remember<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let (Err(error), None) = (&result, &self.failed) {
            self.failed = Some(error.clone());
        }
        result
    }
}

/// A connection whose transaction never ended must not be used by anyone else.
impl Drop for Session {
    fn drop(&mut self) {
        if self.in_transaction {
            self.discard();
        }
    }
}

/// Refuses values that are not what the statement takes, before anything is sent.
fn fit(statement: &Statement, args: &[Arg<'_>]) -> Result<(), StoreError> {
    let fits = |(kind, arg): (&Type, &Arg<'_>)| match arg {
        Arg::Int(_) => [Type::INT8, Type::INT4].contains(kind),
        Arg::Text(_) => [Type::TEXT, Type::VARCHAR].contains(kind),
        Arg::Null => true,
    };
    let kinds = statement.params();
    if kinds.len() == args.len() && kinds.iter().zip(args).all(fits) {
        return Ok(());
    }
    Err(StoreError::Broken("a statement and its values do not fit".to_owned()))
}

fn dynamic<'a>(args: &'a [Arg<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    args.iter().map(|arg| arg as &(dyn ToSql + Sync)).collect()
}

fn cells(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    (0..row.len()).map(|index| cell(row, index)).collect::<Result<_, _>>().map(Row)
}

fn cell(row: &tokio_postgres::Row, index: usize) -> Result<Cell, StoreError> {
    let kind = row.columns()[index].type_();
    let read = if *kind == Type::INT8 {
        row.try_get::<_, Option<i64>>(index).map(|number| number.map(Cell::Int))
    } else if *kind == Type::INT4 {
        row.try_get::<_, Option<i32>>(index).map(|number| number.map(|number| Cell::Int(number.into())))
    } else {
        row.try_get::<_, Option<String>>(index).map(|text| text.map(Cell::Text))
    };
    read.map(|cell| cell.unwrap_or(Cell::Null)).map_err(|error| StoreError::Broken(error.to_string()))
}
