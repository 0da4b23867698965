//! Settings: what the operator decided, checked as a whole before anything starts.
//!
//! They come from a TOML file and from variables; [`Settings::load`] says which wins. Unknown
//! names are refused, all mistakes are told at once, and no message quotes a value. Sections are
//! one file each; `known` lists every key, and `astromorty.example.toml` explains each.

mod database;
mod discord;
mod environment;
mod file;
mod known;
mod metadata;
mod mistake;
mod operation;
mod parse;
mod platforms;
mod reader;
mod secrets;
mod sources;
#[cfg(test)]
mod tests;
mod web;

use std::collections::BTreeMap;
use std::path::Path;

use domain::id::PlatformKey;

pub use database::Database;
pub use discord::{Commands, DiscordSettings, MembersIntent, Shards};
pub use metadata::RawRecord;
pub use mistake::{Place, SettingsError};
pub use operation::{AlertSettings, ChannelId, FileSettings, LimitSettings};
pub use parse::BaseUrl;
pub use platforms::PlatformSettings;
pub use secrets::SecretKey;
pub use web::WebSettings;

use reader::Reader;

/// What the operator decided. Its `Debug` shows no secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where we listen and under which name the world knows us.
    pub web: WebSettings,
    /// Where everything is kept.
    pub database: Database,
    /// What seals: the first seals, all open. Never empty.
    pub keys: Vec<SecretKey>,
    /// Our application at Discord.
    pub discord: DiscordSettings,
    /// How many links may be started.
    pub limits: LimitSettings,
    /// Where the operator is told.
    pub alerts: AlertSettings,
    /// The operator's own definitions and texts.
    pub files: FileSettings,
    /// What Discord keeps of a user; `None` leaves that to `domain::metadata::default_records`.
    pub metadata: Option<Vec<RawRecord>>,
    /// What is set for each platform; `twitter` has become `x`.
    pub platforms: BTreeMap<PlatformKey, PlatformSettings>,
}

impl Settings {
    /// Reads and checks everything.
    ///
    /// The file is `config`, else what `ASTROMORTY_CONFIG` names, else `astromorty.toml` where
    /// there is one. A secret's `…_FILE` wins over a variable, a variable over the file. The
    /// mistakes come in the order of their places.
    pub fn load(config: Option<&Path>, env: &BTreeMap<String, String>) -> Result<Self, Vec<SettingsError>> {
        let mut reader = Reader::new(sources::gather(config, env));
        let settings = read(&mut reader);
        let mut mistakes = reader.mistakes;
        mistakes.sort();
        match settings {
            Some(settings) if mistakes.is_empty() => Ok(settings),
            Some(_) | None => Err(mistakes),
        }
    }
}

/// Reads every section before it gives up on any, so that all mistakes are noted.
fn read(reader: &mut Reader) -> Option<Settings> {
    let web = web::read(reader);
    let database = database::read(reader);
    let keys = secrets::read(reader);
    let discord = discord::read(reader);
    Some(Settings {
        limits: operation::limits(reader),
        alerts: operation::alerts(reader),
        files: operation::files(reader),
        metadata: metadata::read(reader),
        platforms: platforms::read(reader),
        web: web?,
        database,
        keys: keys?,
        discord: discord?,
    })
}
