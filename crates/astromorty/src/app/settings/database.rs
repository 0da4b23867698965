//! `[database]`: where everything is kept.

use std::path::PathBuf;
use std::str::FromStr;

use domain::token::Secret;
use toml::Value;

use super::mistake::Wrong;
use super::parse;
use super::reader::Reader;

const DEFAULT_FILE: &str = "astromorty.db";

/// Where everything is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// An SQLite file; a relative path starts at the working directory.
    Sqlite(PathBuf),
    /// A PostgreSQL server, by its connection URL; it may hold a password.
    Postgres(Secret),
}

pub(super) fn read(reader: &mut Reader) -> Database {
    reader.or("database.url", Database::Sqlite(DEFAULT_FILE.into()), database)
}

fn database(value: &Value) -> Result<Database, Wrong> {
    const CURE: &str = "write sqlite://astromorty.db or postgres://user:password@host/name";
    let url = parse::text(value)?;
    if let Some(path) = url.strip_prefix("sqlite://") {
        let odd =
            path.is_empty() || path.ends_with('/') || path.contains(['?', '#']) || path.contains(":memory:");
        return if odd {
            Err(Wrong::new("sqlite:// is not followed by the path of a file", CURE))
        } else {
            Ok(Database::Sqlite(path.into()))
        };
    }
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(Wrong::new("the URL is of no database that is supported", CURE));
    }
    tokio_postgres::Config::from_str(&url)
        .ok()
        .filter(|config| !config.get_hosts().is_empty())
        .map(|_| Database::Postgres(Secret::new(url)))
        .ok_or(Wrong::new("the URL does not name a PostgreSQL database", CURE))
}
