//! Observations: what a request about an account answered, and when.

use domain::fact::{FactKey, Unknown, Value};
use domain::id::{ConnectionId, PlatformKey, UserId};
use domain::moment::Moment;

use super::tx::args;
use super::{Row, StoreError, Tx};

/// The last known values of one request, and whether the last try failed.
#[derive(Debug, Clone)]
pub struct Observation {
    /// Of which connection.
    pub connection: ConnectionId,
    /// At which platform.
    pub platform: PlatformKey,
    /// What was asked.
    pub request: String,
    /// The last known values; they stay when a later try fails. Nothing where the account hides one.
    pub facts: Vec<(FactKey, Option<Value>)>,
    /// When those were told.
    pub observed_at: Option<Moment>,
    /// The platform's mark of that answer.
    pub etag: Option<String>,
    /// Why the last try did not answer, and since when tries fail.
    pub unknown: Option<(Unknown, Moment)>,
}

fn observation(row: &Row) -> Result<Observation, StoreError> {
    let reason = row.optional_text(5)?;
    let reason = reason.map(|text| serde_json::from_value(serde_json::Value::from(text))).transpose()?;
    Ok(Observation {
        connection: row.id(0)?,
        platform: row.platform(1)?,
        request: row.text(2)?.to_owned(),
        facts: row.json(3)?,
        observed_at: row.optional_moment(4)?,
        unknown: reason.zip(row.optional_moment(6)?),
        etag: row.optional_text(7)?.map(str::to_owned),
    })
}

/// Everything observed of a user's accounts.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Observation>, StoreError> {
    let sql = "select o.connection_id, c.platform, o.request, o.facts, o.observed_at, o.unknown_reason, o.unknown_since, o.etag
          from observation o join connection c on c.id = o.connection_id
         where c.user_id = $1 order by o.connection_id, o.request";
    tx.all(sql, args![user]).await?.iter().map(observation).collect()
}

/// Stores an answer, with the platform's mark of it.
pub async fn save(
    tx: &mut Tx,
    (connection, request): (ConnectionId, &str),
    (facts, etag): (&[(FactKey, Option<Value>)], Option<&str>),
    at: Moment,
) -> Result<(), StoreError> {
    let sql = "insert into observation (connection_id, request, facts, observed_at, etag)
        values ($1, $2, $3, $4, $5)
        on conflict (connection_id, request) do update
           set facts = excluded.facts, observed_at = excluded.observed_at, etag = excluded.etag,
               unknown_reason = null, unknown_since = null";
    let facts = serde_json::to_string(facts)?;
    tx.run(sql, args![connection, request, &facts, at, etag]).await.map(drop)
}

/// Stores that there was no answer. What was known stays, with its age.
pub async fn save_unknown(
    tx: &mut Tx,
    (connection, request): (ConnectionId, &str),
    reason: Unknown,
    at: Moment,
) -> Result<(), StoreError> {
    let sql = "insert into observation (connection_id, request, facts, unknown_reason, unknown_since)
        values ($1, $2, '[]', $3, $4)
        on conflict (connection_id, request) do update
           set unknown_reason = excluded.unknown_reason,
               unknown_since = coalesce(observation.unknown_since, excluded.unknown_since)";
    let reason = serde_json::to_value(reason)?;
    let reason = reason.as_str().unwrap_or("unavailable");
    tx.run(sql, args![connection, request, reason, at]).await.map(drop)
}

/// Forgets what was observed by requests that nobody may have made any more.
pub async fn forget(tx: &mut Tx, connection: ConnectionId, but: &[String]) -> Result<(), StoreError> {
    let rows = tx.all("select request from observation where connection_id = $1", args![connection]).await?;
    for row in rows {
        let request = row.text(0)?;
        if !but.iter().any(|kept| kept == request) {
            let sql = "delete from observation where connection_id = $1 and request = $2";
            tx.run(sql, args![connection, request]).await?;
        }
    }
    Ok(())
}
