//! Health: how the parts do, by our last real calls. Nothing here asks the outside.

use std::collections::BTreeMap;

use domain::id::PlatformKey;

use crate::app::App;
use crate::app::seam::Called;
use crate::discord::Standing;
use crate::store::{StoreError, work};

/// How a service does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The last call was answered.
    Healthy,
    /// The last call was not.
    Degraded,
    /// Several were not, or it refuses us.
    Unhealthy,
    /// Nobody asked it since the start.
    Unknown,
}

impl Condition {
    /// As reports say it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Unhealthy => "unhealthy",
            Self::Unknown => "unknown",
        }
    }
}

/// Everything at once.
#[derive(Debug, Clone)]
pub struct Health {
    /// The database: how late the oldest due work is in seconds, and how many rows were given up.
    pub database: Result<(i64, i64), StoreError>,
    /// Discord.
    pub discord: Condition,
    /// Each platform that can be linked here.
    pub platforms: BTreeMap<PlatformKey, Condition>,
    /// Answers of 401, 403 and 429 from Discord within ten minutes.
    pub invalid_requests: usize,
}

impl Health {
    /// The whole: unhealthy without the database only.
    #[must_use]
    pub fn whole(&self) -> Condition {
        let troubled = |one: &Condition| matches!(one, Condition::Degraded | Condition::Unhealthy);
        match &self.database {
            Err(_) => Condition::Unhealthy,
            Ok(_) if troubled(&self.discord) || self.platforms.values().any(troubled) => Condition::Degraded,
            Ok(_) => Condition::Healthy,
        }
    }
}

/// Looks.
pub async fn health(app: &App) -> Health {
    let platform = |key: &PlatformKey| (key.clone(), called(app.metrics.last_call(key.as_str())));
    Health {
        database: database(app).await,
        discord: discord(app),
        platforms: app.platforms.keys().map(platform).collect(),
        invalid_requests: app.discord.health().invalid_requests,
    }
}

/// Whether the database answers.
pub async fn database(app: &App) -> Result<(i64, i64), StoreError> {
    let (oldest, dead) = app.store.read(async |tx| work::outlook(tx).await).await?;
    Ok((oldest.map_or(0, |due| due.age(app.now()).as_seconds()), dead))
}

/// How Discord does.
#[must_use]
pub fn discord(app: &App) -> Condition {
    let health = app.discord.health();
    match (health.bot_token, health.last_success, health.last_failure) {
        (Standing::Refused, _, _) | (_, None, Some(_)) => Condition::Unhealthy,
        (_, None, None) => Condition::Unknown,
        (_, Some(ok), Some(failed)) if failed > ok => Condition::Degraded,
        (_, Some(_), _) => Condition::Healthy,
    }
}

const fn called(called: Called) -> Condition {
    match called {
        Called::Never => Condition::Unknown,
        Called::Answered => Condition::Healthy,
        Called::FailedOnce => Condition::Degraded,
        Called::Failing => Condition::Unhealthy,
    }
}
