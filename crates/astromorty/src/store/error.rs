//! What can go wrong with the database.

/// Why a read or write did not happen. Nothing of a failed write is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Full, locked, read-only or out of reach. It resumes by itself once that is mended.
    #[error("the database cannot be used right now ({0}); nothing was changed, try again in a moment")]
    Unavailable(String),
    /// Two writes met; the write was tried several times.
    #[error("two changes met in the database; nothing was changed, try again")]
    Conflict,
    /// The database's content or our statement is wrong.
    #[error("the database answered with an error: {0}")]
    Broken(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(
                Code::DatabaseBusy
                | Code::DatabaseLocked
                | Code::DiskFull
                | Code::ReadOnly
                | Code::CannotOpen
                | Code::SystemIoFailure,
            ) => Self::Unavailable(error.to_string()),
            _ => Self::Broken(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let Some(answer) = error.as_db_error() else {
            return Self::Unavailable(error.to_string());
        };
        let code = answer.code();
        if [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code) {
            return Self::Conflict;
        }
        // Classes 08 connection, 53 resources, 57 intervention, 58 the system below, 25006 read-only.
        let passing = ["08", "53", "57", "58"].iter().any(|class| code.code().starts_with(class));
        if passing || *code == SqlState::READ_ONLY_SQL_TRANSACTION {
            return Self::Unavailable(answer.message().to_owned());
        }
        Self::Broken(answer.message().to_owned())
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(format!("a stored text is not what this version writes: {error}"))
    }
}
