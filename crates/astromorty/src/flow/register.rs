//! Registering: Discord's copy of the metadata schema becomes what the settings say.

use serde_json::Value;

use crate::app::App;
use crate::discord::DiscordError;

/// What Discord has and what it should have, record by record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Records only we have: key and name.
    pub added: Vec<(String, String)>,
    /// Records only Discord has.
    pub removed: Vec<(String, String)>,
    /// Records that differ.
    pub changed: Vec<(String, String)>,
}

impl Difference {
    /// Whether Discord has it all already.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// The schema that the settings say, as Discord takes it.
#[must_use]
pub fn schema(app: &App) -> Vec<Value> {
    let records = app.records.iter().map(|record| serde_json::to_value(record.schema()));
    records.map(|record| record.expect("texts and numbers always serialise")).collect()
}

/// Compares Discord's copy with ours.
pub async fn difference(app: &App) -> Result<Difference, DiscordError> {
    let (theirs, ours) = (app.discord.metadata_schema().await?, schema(app));
    let find = |list: &[Value], key: &Value| list.iter().find(|one| one["key"] == *key).cloned();
    let named = |one: &Value| (text(&one["key"]), text(&one["name"]));
    let missing_in = |other: &[Value], list: &[Value]| {
        list.iter().filter(|one| find(other, &one["key"]).is_none()).map(named).collect()
    };
    let differs = |one: &&Value| {
        find(&theirs, &one["key"]).is_some_and(|their| {
            ["type", "name", "description"].iter().any(|field| their[field] != one[field])
        })
    };
    Ok(Difference {
        added: missing_in(&theirs, &ours),
        removed: missing_in(&ours, &theirs),
        changed: ours.iter().filter(differs).map(named).collect(),
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Gives Discord our schema. It replaces what was there.
pub async fn register(app: &App) -> Result<(), DiscordError> {
    app.discord.put_metadata_schema(&schema(app)).await.map(drop)
}
