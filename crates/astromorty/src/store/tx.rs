//! A transaction on either engine, with one way to bind and one way to read.

use std::borrow::Cow;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::StoreError;
use super::postgres::Session;

/// A value bound to `$n`.
#[derive(Debug, Clone, Copy)]
pub enum Arg<'a> {
    /// A number, or a moment in milliseconds.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// Nothing.
    Null,
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a, T: Into<Arg<'a>>> From<Option<T>> for Arg<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<domain::moment::Moment> for Arg<'_> {
    fn from(moment: domain::moment::Moment) -> Self {
        Self::Int(moment.millis())
    }
}

macro_rules! arg_of_id {
    ($($id:ident),*) => {
        $(impl From<domain::id::$id> for Arg<'_> {
            fn from(id: domain::id::$id) -> Self {
                Self::Int(id.number())
            }
        })*
    };
}
arg_of_id!(UserId, GuildId, RoleId, ConnectionId, RuleId, ApplicationId);

impl<'a> From<&'a domain::id::PlatformKey> for Arg<'a> {
    fn from(key: &'a domain::id::PlatformKey) -> Self {
        Self::Text(key.as_str())
    }
}

impl<'a, T> From<&'a domain::token::Sealed<T>> for Arg<'a> {
    fn from(sealed: &'a domain::token::Sealed<T>) -> Self {
        Self::Text(sealed.as_text())
    }
}

/// Binds each value to `$1`, `$2`, … in turn.
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::store::Arg::from($value)),*][..] };
}
pub(crate) use args;

/// PostgreSQL's text holds every character but this one. A name from outside that has it is stored
/// without it, on both engines, and breaks nothing (N-69).
fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

/// One value of a row.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Int(i64),
    Text(String),
    Null,
}

/// One row of an answer, read by position.
#[derive(Debug, Clone)]
pub struct Row(pub(super) Vec<Cell>);

impl Row {
    /// The number at `index`.
    pub fn int(&self, index: usize) -> Result<i64, StoreError> {
        self.optional_int(index)?.ok_or_else(|| wrong(index, "a number"))
    }

    /// The number at `index`, or nothing.
    pub fn optional_int(&self, index: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(index) {
            Some(Cell::Int(number)) => Ok(Some(*number)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Text(_)) | None => Err(wrong(index, "a number")),
        }
    }

    /// The text at `index`.
    pub fn text(&self, index: usize) -> Result<&str, StoreError> {
        self.optional_text(index)?.ok_or_else(|| wrong(index, "a text"))
    }

    /// The text at `index`, or nothing.
    pub fn optional_text(&self, index: usize) -> Result<Option<&str>, StoreError> {
        match self.0.get(index) {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Int(_)) | None => Err(wrong(index, "a text")),
        }
    }

    /// The moment at `index`.
    pub fn moment(&self, index: usize) -> Result<domain::moment::Moment, StoreError> {
        self.int(index).map(domain::moment::Moment::from_millis)
    }

    /// The moment at `index`, or nothing.
    pub fn optional_moment(&self, index: usize) -> Result<Option<domain::moment::Moment>, StoreError> {
        Ok(self.optional_int(index)?.map(domain::moment::Moment::from_millis))
    }

    /// The id at `index`.
    pub fn id<T: TryFrom<i64>>(&self, index: usize) -> Result<T, StoreError> {
        T::try_from(self.int(index)?).map_err(|_| wrong(index, "an id"))
    }

    /// The platform's key at `index`.
    pub fn platform(&self, index: usize) -> Result<domain::id::PlatformKey, StoreError> {
        self.text(index)?.parse().map_err(|_| wrong(index, "a platform"))
    }

    /// The JSON text at `index`, as a `T`.
    pub fn json<T: serde::de::DeserializeOwned>(&self, index: usize) -> Result<T, StoreError> {
        Ok(serde_json::from_str(self.text(index)?)?)
    }
}

fn wrong(index: usize, wanted: &str) -> StoreError {
    StoreError::Broken(format!("column {index} does not hold {wanted}"))
}

/// A running transaction.
#[derive(Debug)]
pub enum Tx {
    /// The writer's or a reader's connection.
    Sqlite(rusqlite::Connection),
    /// A pooled connection.
    Postgres(Session),
}

impl Tx {
    /// Runs a statement; returns how many rows it changed.
    pub async fn run(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                bind(&mut statement, args)?;
                Ok(statement.raw_execute()? as u64)
            }
            Self::Postgres(session) => session.run(sql, args).await,
        }
    }

    /// Runs a statement and returns every row of its answer.
    pub async fn all(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                bind(&mut statement, args)?;
                let width = statement.column_count();
                let mut answer = statement.raw_query();
                let mut rows = Vec::new();
                while let Some(row) = answer.next()? {
                    rows.push(Row((0..width).map(|index| cell(row, index)).collect::<Result<_, _>>()?));
                }
                Ok(rows)
            }
            Self::Postgres(session) => session.all(sql, args).await,
        }
    }

    /// Runs a statement and returns the first row of its answer.
    pub async fn one(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Option<Row>, StoreError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// Picks the text for this engine. Only for what the two cannot say in one way.
    #[must_use]
    pub const fn pick<'a>(&self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        match self {
            Self::Sqlite(_) => sqlite,
            Self::Postgres(_) => postgres,
        }
    }
}

/// The names of bound values. SQLite numbers `$name` by first appearance, so binding by position
/// would swap `$2, $1`; binding by name does not.
const NAMES: [&str; 24] = [
    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16",
    "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24",
];

fn bind(statement: &mut rusqlite::Statement<'_>, args: &[Arg<'_>]) -> Result<(), StoreError> {
    if args.len() > NAMES.len() || statement.parameter_count() != args.len() {
        return Err(StoreError::Broken("a statement and its values do not fit".to_owned()));
    }
    for (arg, name) in args.iter().zip(NAMES) {
        let index = statement.parameter_index(name)?;
        let index = index.ok_or_else(|| StoreError::Broken(format!("a statement does not use {name}")))?;
        match arg {
            Arg::Int(number) => statement.raw_bind_parameter(index, number)?,
            Arg::Text(text) => statement.raw_bind_parameter(index, without_nul(text))?,
            Arg::Null => statement.raw_bind_parameter(index, rusqlite::types::Null)?,
        }
    }
    Ok(())
}

fn cell(row: &rusqlite::Row<'_>, index: usize) -> Result<Cell, StoreError> {
    use rusqlite::types::ValueRef;
    match row.get_ref(index)? {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(number) => Ok(Cell::Int(number)),
        ValueRef::Text(text) => Ok(Cell::Text(String::from_utf8_lossy(text).into_owned())),
        ValueRef::Real(_) | ValueRef::Blob(_) => Err(wrong(index, "a number or a text")),
    }
}

/// PostgreSQL infers a type for each `$n`; a number is written as the one it inferred.
impl ToSql for Arg<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Text(text) => without_nul(text).to_sql(kind, out),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Int(number) => number.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::TEXT, Type::VARCHAR].contains(kind)
    }

    to_sql_checked!();
}
