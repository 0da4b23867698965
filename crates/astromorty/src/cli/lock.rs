//! One `serve` for one SQLite file. The system lifts the lock when the process ends, however it ends.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::Failure;
use crate::app::settings::Database;

/// Held as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Option<File>,
}

/// Takes the database for this process. PostgreSQL is shared, so there is nothing to take.
pub(super) fn take(database: &Database) -> Result<Lock, Failure> {
    match database {
        Database::Sqlite(path) => file(path).map(|file| Lock { _file: Some(file) }),
        Database::Postgres(_) => Ok(Lock { _file: None }),
    }
}

fn file(database: &Path) -> Result<File, Failure> {
    let path = beside(database);
    let opened = File::options().create(true).truncate(false).write(true).open(&path);
    let file = opened.map_err(|error| unusable(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::Failed(format!(
            "{} is in use by another `astromorty serve`; stop that one, or set database.url to a \
             postgres:// URL: more than one process needs PostgreSQL",
            database.display()
        ))),
        Err(TryLockError::Error(error)) => Err(unusable(&path, &error)),
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

fn unusable(path: &Path, error: &std::io::Error) -> Failure {
    let path = path.display();
    Failure::Failed(format!("{path} cannot be used ({error}); database.url needs a folder we may write to"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_until_the_first_is_gone() {
        let path = std::env::temp_dir().join(format!("astromorty-lock-{}.db", std::process::id()));
        let database = Database::Sqlite(path.clone());
        let first = take(&database).unwrap();
        let refused = take(&database).unwrap_err().to_string();
        assert!(refused.contains("more than one process needs PostgreSQL"), "{refused}");
        drop(first);
        take(&database).unwrap();
        std::fs::remove_file(beside(&path)).unwrap();
    }
}
