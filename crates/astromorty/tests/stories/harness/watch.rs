//! Stories about what must be refused. Each is watched: what it logged, whom it called, which rows
//! it left behind.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use tracing::Dispatch;
use tracing::dispatcher::{DefaultGuard, set_default};
use tracing_subscriber::layer::SubscriberExt;

use super::log::{Line, Log};
use super::{Database, TestApp, settings};

/// What may change when something is refused: the spent authorization, and what is told of it.
const MAY_CHANGE: [&str; 4] = ["authorization", "attempt", "audit", "once"];

/// The product under watch.
pub struct Watched {
    app: TestApp,
    pub log: Log,
}

impl Deref for Watched {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl DerefMut for Watched {
    fn deref_mut(&mut self) -> &mut TestApp {
        &mut self.app
    }
}

/// How things stand at one moment.
#[derive(Debug, Clone)]
pub struct Look {
    pub rows: BTreeMap<String, Vec<String>>,
    pub calls: usize,
    pub writes: usize,
    lines: usize,
}

/// Runs a story on SQLite, and on PostgreSQL where there is one.
pub fn watched(story: impl AsyncFn(&mut Watched)) {
    watched_with(&[], story);
}

/// The same with some settings changed.
#[allow(clippy::needless_pass_by_value, reason = "a story reads best as the last argument, in place")]
pub fn watched_with(changes: &[(&str, &str)], story: impl AsyncFn(&mut Watched)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        run(engine, changes, &story);
    }
}

#[derive(Clone, Copy)]
enum Engine {
    Sqlite,
    Postgres,
}

thread_local! {
    static GUARD: RefCell<Option<DefaultGuard>> = const { RefCell::new(None) };
}

/// Every thread of the story's own runtime logs to the story's own log, so stories do not mix.
fn run(engine: Engine, changes: &[(&str, &str)], story: &impl AsyncFn(&mut Watched)) {
    let log = Log::default();
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(log.clone()));
    let here = set_default(&dispatch);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .on_thread_start(move || GUARD.set(Some(set_default(&dispatch))))
        .on_thread_stop(|| drop(GUARD.take()))
        .build()
        .unwrap();
    runtime.block_on(async {
        let database = match engine {
            Engine::Sqlite => Some(Database::sqlite()),
            Engine::Postgres => Database::postgres().await,
        };
        let Some(database) = database.map(Arc::new) else { return };
        let app = TestApp::start_on(database.clone(), changes).await;
        for (name, value) in settings(&database) {
            if name.contains("SECRET") || name.contains("TOKEN") {
                app.outside.secrets.add(&name, &value);
            }
        }
        story(&mut Watched { app, log }).await;
    });
    drop(here);
}

impl Watched {
    /// How things stand now.
    pub async fn look(&self) -> Look {
        Look {
            rows: self.database.rows().await,
            calls: self.discord.log().len() + self.github.log().len(),
            writes: self.discord.writes().len(),
            lines: self.log.lines().len(),
        }
    }

    /// The security events since then.
    pub fn events(&self, before: &Look) -> Vec<Line> {
        let lines = self.log.lines().split_off(before.lines);
        lines.into_iter().filter(|line| line.target == "security").collect()
    }

    /// One thing was refused since then, for this reason, and nobody outside was asked.
    pub async fn refused(&self, before: &Look, reason: &str) {
        self.refused_after(before, (reason, 0)).await;
    }

    /// One thing was refused since then, for some reason of its own, and neither Discord nor GitHub
    /// was asked.
    pub async fn refused_somehow(&self, before: &Look, what: impl std::fmt::Debug) {
        let reasons: Vec<_> = self.events(before).into_iter().map(|line| line.reason).collect();
        assert_eq!(reasons.len(), 1, "exactly one security event for {what:?}: {reasons:?}");
        self.nothing_happened(before, 0).await;
    }

    /// One thing was refused since then, for this reason, after so many calls.
    pub async fn refused_after(&self, before: &Look, (reason, calls): (&str, usize)) {
        let reasons: Vec<_> = self.events(before).into_iter().map(|line| line.reason).collect();
        assert_eq!(reasons, [reason], "exactly one security event");
        self.nothing_happened(before, calls).await;
    }

    /// Nothing came of what was tried since then but so many calls.
    pub async fn nothing_happened(&self, before: &Look, calls: usize) {
        let now = self.look().await;
        assert_eq!(now.calls - before.calls, calls, "outbound calls");
        assert_eq!(now.writes, before.writes, "writes to Discord");
        for (table, rows) in &now.rows {
            if !MAY_CHANGE.contains(&table.as_str()) {
                assert_eq!(rows, &before.rows[table], "rows of {table}");
            }
        }
        self.no_secret_logged();
    }

    /// Nothing secret stands in the log.
    pub fn no_secret_logged(&self) {
        for line in self.log.lines() {
            let found = self.outside.secrets.found_in(&line.text);
            assert!(found.is_empty(), "logged: {}", line.text);
        }
    }

    /// The bytes of the database's files, where it has files of its own.
    pub fn raw_files(&self) -> Vec<Vec<u8>> {
        let Database::Sqlite(path) = &*self.database else { return Vec::new() };
        let files = ["", "-wal"].map(|suffix| std::fs::read(format!("{}{suffix}", path.display())));
        files.into_iter().flatten().collect()
    }

    /// How many rows a table holds.
    pub async fn count(&self, table: &str) -> usize {
        self.database.rows().await[table].len()
    }
}
