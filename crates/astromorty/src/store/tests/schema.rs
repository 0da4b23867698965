//! The tables themselves, and how they come to be.

use futures_util::future::join_all;

use super::ground::{Ground, on_both, on_both_unopened, on_sqlite};
use crate::store::tx::args;
use crate::store::{Place, Store, Tx, fleet};

/// One column of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) kind: String,
}

/// Every column of every table of ours, as the database knows them.
pub(super) async fn columns(ground: &Ground) -> Vec<Column> {
    ground
        .read(async |tx| {
            let sql = tx.pick(
                "select t.name, c.name, lower(c.type) from sqlite_schema t join pragma_table_info(t.name) c
                  where t.type = 'table' and t.name not like 'sqlite_%'
                    and t.name <> 'refinery_schema_history' order by t.name, c.cid",
                "select cast(table_name as text), cast(column_name as text), cast(data_type as text)
                   from information_schema.columns
                  where table_schema = 'public' and table_name <> 'refinery_schema_history'
                  order by table_name, ordinal_position",
            );
            let rows = tx.all(sql, &[]).await?;
            let text = |row: &crate::store::Row, index| row.text(index).map(str::to_owned);
            let column = |row| Ok(Column { table: text(row, 0)?, name: text(row, 1)?, kind: text(row, 2)? });
            rows.iter().map(column).collect()
        })
        .await
}

#[tokio::test]
async fn tables_hold_nothing_but_numbers_and_texts() {
    on_both(async |ground| {
        let columns = columns(&ground).await;
        assert!(columns.len() > 100, "{} columns", columns.len());
        for column in columns {
            assert!(["bigint", "text"].contains(&column.kind.as_str()), "{column:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let tables = std::sync::Mutex::new(Vec::new());
    on_both(async |ground| {
        let mut columns = columns(&ground).await;
        columns.sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        tables.lock().unwrap().push(columns);
    })
    .await;
    let tables = tables.into_inner().unwrap();
    assert!(tables.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn every_constraint_was_given_a_name_after_its_table() {
    on_both(async |ground| {
        let constraints: Vec<(String, String)> = ground
            .read(async |tx| {
                let sql = tx.pick(
                    "select name, sql from sqlite_schema
                      where type = 'table' and name not like 'sqlite_%' and name <> 'refinery_schema_history'",
                    "select cast(r.relname as text), cast(c.conname as text)
                       from pg_constraint c join pg_class r on r.oid = c.conrelid
                      where r.relnamespace = 'public'::regnamespace and r.relname <> 'refinery_schema_history'",
                );
                let rows = tx.all(sql, &[]).await?;
                rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned()))).collect()
            })
            .await;
        assert!(constraints.len() >= 20);
        for (table, told) in constraints {
            match &ground.place {
                // SQLite keeps the text; what it calls a constraint is nowhere else.
                Place::Sqlite(_) => told.lines().for_each(|line| named_in_text(&table, line)),
                // The names it makes up itself end so.
                Place::Postgres(_) => {
                    let made_up = ["_pkey", "_key", "_fkey", "_check"].iter().any(|end| told.ends_with(end));
                    assert!(told.starts_with(&format!("{table}_")) && !made_up, "{table}: {told}");
                }
            }
        }
    })
    .await;
}

fn named_in_text(table: &str, line: &str) {
    let line = line.split("--").next().unwrap().to_lowercase();
    let constrains =
        ["primary key", "unique", "references", "check ("].iter().any(|word| line.contains(word));
    let named = line.trim_start().starts_with(&format!("constraint {table}_"));
    assert!(!constrains || named, "{table}: {line}");
}

#[tokio::test]
async fn every_index_is_named_after_its_table() {
    on_both(async |ground| {
        let indexes: Vec<(String, String)> = ground
            .read(async |tx| {
                let sql = tx.pick(
                    "select tbl_name, name from sqlite_schema where type = 'index' and sql is not null",
                    "select cast(tablename as text), cast(indexname as text) from pg_indexes
                      where schemaname = 'public' and tablename <> 'refinery_schema_history'",
                );
                let rows = tx.all(sql, &[]).await?;
                rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned()))).collect()
            })
            .await;
        assert!(indexes.len() >= 20);
        for (table, index) in indexes {
            let short = table.trim_start_matches("role_");
            assert!(index.starts_with(&table) || index.starts_with(short), "{table}: {index}");
        }
    })
    .await;
}

#[tokio::test]
async fn opening_again_changes_nothing() {
    on_both(async |ground| {
        ground.write(async |tx| fleet::save(tx, "name", "kept").await).await;
        let again = ground.another().await;
        let kept = again.read(async |tx| fleet::find(tx, "name").await).await.unwrap();
        assert_eq!(kept.as_deref(), Some("kept"));
        assert_eq!(ground.number("select count(*) from refinery_schema_history").await, 2);
        assert_eq!(again.is_single_process(), matches!(ground.place, Place::Sqlite(_)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_start_at_once_make_the_tables_once() {
    on_both_unopened(async |place| {
        let starts = (0..6).map(|_| {
            let place = place.clone();
            tokio::spawn(async move { Store::open(&place).await })
        });
        for store in join_all(starts).await {
            let store = store.unwrap().unwrap();
            let count = async |tx: &mut Tx| {
                tx.one("select count(*) from refinery_schema_history", &[]).await?.unwrap().int(0)
            };
            assert_eq!(store.read(count).await, Ok(2));
        }
    })
    .await;
}

#[tokio::test]
async fn f_27_an_older_version_starts_on_the_tables_of_a_newer_one() {
    on_both(async |ground| {
        ground
            .write(async |tx| {
                let sql = "insert into refinery_schema_history (version, name, applied_on, checksum)
                    select 9999, 'of_the_future', applied_on, checksum from refinery_schema_history where version = 1";
                tx.run(sql, args![]).await
            })
            .await;
        let older = ground.another().await;
        older.write(async |tx| fleet::save(tx, "name", "written").await).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_failed_migration_says_what_the_database_said() {
    on_both_unopened(async |place| {
        let store = Store::open(&place).await.unwrap();
        store.write(async |tx| tx.run("delete from refinery_schema_history", &[]).await).await.unwrap();
        let error = Store::open(&place).await.unwrap_err().to_string();
        assert!(error.contains("discord_user") && error.contains("already exists"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn sqlite_is_durable_and_wipes_what_it_deletes_on_every_connection() {
    on_sqlite(async |ground| {
        let pragmas = [
            ("synchronous", 2),
            ("secure_delete", 1),
            ("foreign_keys", 1),
            ("temp_store", 2),
            ("busy_timeout", 5000),
        ];
        for (name, value) in pragmas {
            let sql = format!("pragma {name}");
            let of_reader = sql.clone();
            let writer = ground.write(async move |tx| tx.one(&sql, &[]).await?.unwrap().int(0)).await;
            let reader = ground.read(async move |tx| tx.one(&of_reader, &[]).await?.unwrap().int(0)).await;
            assert_eq!((writer, reader), (value, value), "{name}");
        }
        let mode =
            async |tx: &mut Tx| tx.one("pragma journal_mode", &[]).await?.unwrap().text(0).map(str::to_owned);
        assert_eq!(ground.write(mode).await, "wal");
        assert_eq!(ground.read(mode).await, "wal");
    })
    .await;
}

#[tokio::test]
async fn sqlite_leaves_no_trace_of_what_was_deleted_once_the_log_is_written_back() {
    on_sqlite(async |ground| {
        ground.write(async |tx| fleet::save(tx, "canary-name", "canary-payload").await).await;
        ground.execute("delete from fleet").await;
        ground.write(async |tx| tx.run("update fleet set until = 1", &[]).await).await;
        let Ground { place, store } = ground;
        drop(store);
        let Place::Sqlite(path) = place else { unreachable!() };
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"canary"));
    })
    .await;
}
