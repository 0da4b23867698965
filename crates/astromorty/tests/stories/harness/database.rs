//! A database of a story's own, on either engine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::OpenFlags;
use rusqlite::types::Value;
use tokio_postgres::NoTls;

/// Gone when the story is over.
pub enum Database {
    Sqlite(PathBuf),
    Postgres { server: String, name: String },
}

fn unique() -> String {
    static MADE: AtomicU64 = AtomicU64::new(0);
    format!("story_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}

impl Database {
    pub fn sqlite() -> Self {
        Self::Sqlite(std::env::temp_dir().join(format!("{}.db", unique())))
    }

    /// `None`, said aloud, where no server is given.
    pub async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("ASTROMORTY_TEST_POSTGRES") else {
            println!("skipped on PostgreSQL: ASTROMORTY_TEST_POSTGRES names no server");
            return None;
        };
        let name = unique();
        run(&server, &format!("create database {name}")).await;
        Some(Self::Postgres { server, name })
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres { server, name } => {
                let (base, _) = server.rsplit_once('/').expect("the URL names a database");
                format!("{base}/{name}")
            }
        }
    }

    /// Changes rows behind the product's back.
    pub async fn change(&self, sql: &str) {
        match self {
            Self::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
                connection.execute_batch(sql).unwrap();
            }
            Self::Postgres { .. } => run(&self.url(), sql).await,
        }
    }

    /// The first column of what a query finds, as text; empty for null.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = format!("select cast(found as text) from ({sql}) as asked(found)");
        match self {
            Self::Sqlite(path) => {
                let sql = sql.replace("as asked(found)", "").replace("cast(found as text)", "*");
                let connection = rusqlite::Connection::open(path).unwrap();
                let mut statement = connection.prepare(&sql).unwrap();
                let text = |row: &rusqlite::Row<'_>| {
                    Ok(match row.get_ref(0)? {
                        rusqlite::types::ValueRef::Null => String::new(),
                        rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                        other => other.as_str().unwrap().to_owned(),
                    })
                };
                statement.query_map([], text).unwrap().map(Result::unwrap).collect()
            }
            Self::Postgres { .. } => {
                let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.unwrap();
                tokio::spawn(connection);
                let rows = client.query(&sql, &[]).await.unwrap();
                rows.iter().map(|row| row.get::<_, Option<String>>(0).unwrap_or_default()).collect()
            }
        }
    }

    /// Every row of every table, as text, in order.
    pub async fn rows(&self) -> BTreeMap<String, Vec<String>> {
        match self {
            Self::Sqlite(path) => rows_of_file(path),
            Self::Postgres { .. } => rows_of_server(&self.url()).await,
        }
    }
}

fn rows_of_file(path: &Path) -> BTreeMap<String, Vec<String>> {
    let file = rusqlite::Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    file.busy_timeout(Duration::from_secs(5)).unwrap();
    let read = |sql: &str| -> Vec<String> {
        let mut statement = file.prepare(sql).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let values = (0..columns).map(|at| row.get::<_, Value>(at));
            let texts = values.map(|value| Ok(text(value?))).collect::<Result<Vec<_>, rusqlite::Error>>();
            Ok(texts?.join("|"))
        };
        let mut rows: Vec<String> = statement.query_map([], row).unwrap().map(Result::unwrap).collect();
        rows.sort();
        rows
    };
    let tables = read("select name from sqlite_master where type = 'table' and name not like 'refinery%'");
    tables.into_iter().map(|table| (table.clone(), read(&format!("select * from \"{table}\"")))).collect()
}

fn text(value: Value) -> String {
    match value {
        Value::Text(text) => text,
        Value::Null => String::new(),
        other => format!("{other:?}"),
    }
}

async fn rows_of_server(url: &str) -> BTreeMap<String, Vec<String>> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let tables = "select table_name::text from information_schema.tables
        where table_schema = 'public' and table_name not like 'refinery%'";
    let mut all = BTreeMap::new();
    for table in client.query(tables, &[]).await.unwrap() {
        let table: String = table.get(0);
        let sql = format!("select row_to_json(t)::text from \"{table}\" t order by 1");
        let rows = client.query(&sql, &[]).await.unwrap();
        all.insert(table, rows.iter().map(|row| row.get(0)).collect());
    }
    drop(client);
    connection.await.unwrap().unwrap();
    all
}

async fn run(server: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(server, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}

impl Drop for Database {
    fn drop(&mut self) {
        match self {
            Self::Sqlite(path) => {
                for suffix in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
                }
            }
            Self::Postgres { server, name } => {
                let (server, sql) = (server.clone(), format!("drop database if exists {name} with (force)"));
                let dropped = std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    runtime.block_on(run(&server, &sql));
                });
                let _ = dropped.join();
            }
        }
    }
}
