//! Settings from variables: ours, and those of the plan that set the same keys.
//!
//! `ASTROMORTY__WEB__PORT` is `web.port`. Where a key is a secret, the same name with `_FILE`
//! behind it names a file that holds the value. An empty variable counts as not set, because
//! that is how containers pass one on that nobody filled.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::PlatformKey;
use domain::vocabulary::nearest;
use toml::Value;

use super::known::{Form, Kind, kind, nearest_key};
use super::mistake::{Place, SettingsError};
use super::sources::Found;

const OURS: &str = "ASTROMORTY__";
const PLANS: &str = "ROLE_CONNECTIONS_";
const PLAN: [(&str, &str); 5] = [
    ("ROLE_CONNECTIONS_SECRET_KEY", "secrets.keys"),
    ("ROLE_CONNECTIONS_WEB_HOST", "web.host"),
    ("ROLE_CONNECTIONS_WEB_PORT", "web.port"),
    ("ROLE_CONNECTIONS_DISCORD_BOT_TOKEN", "discord.bot_token"),
    ("STEAM_API_KEY", "platforms.steam.api_key"),
];
const OF_A_PLATFORM: [(&str, &str); 2] = [("_CLIENT_ID", "client_id"), ("_CLIENT_SECRET", "client_secret")];

/// What the variables set, by how much they weigh.
#[derive(Default)]
pub(super) struct Variables {
    /// Read from files that variables ending in `_FILE` name.
    pub files: Vec<(String, Found)>,
    /// Set by variables.
    pub plain: Vec<(String, Found)>,
    /// What is wrong.
    pub mistakes: Vec<SettingsError>,
}

/// Sorts `env` into settings. `<PLATFORM>_CLIENT_ID` is read for `platforms` only: other programs
/// have variables of that form too.
pub(super) fn read(env: &BTreeMap<String, String>, platforms: &BTreeSet<PlatformKey>) -> Variables {
    let mut variables = Variables::default();
    let set = env.iter().filter(|(_, value)| !value.trim().is_empty());
    for (name, value) in set {
        match meaning(name, platforms) {
            Meaning::Foreign => {}
            Meaning::Unknown => variables.mistakes.push(unknown(name)),
            Meaning::NotSecret(key) => variables.mistakes.push(SettingsError {
                place: Place::Variable(name.clone()),
                what: format!("{key} is not a secret, and only secrets are read from files"),
                cure: "set the name without _FILE".to_owned(),
            }),
            Meaning::Value(key) => variables.plain.push(entry(name, key, value.trim())),
            Meaning::File(key) => match contents(value.trim()) {
                Ok(text) => variables.files.push(entry(name, key, &text)),
                Err(what) => variables.mistakes.push(SettingsError {
                    place: Place::Variable(name.clone()),
                    what,
                    cure: "name a readable file that holds the secret and nothing else".into(),
                }),
            },
        }
    }
    variables
}

/// The platforms that variables of ours name: `ASTROMORTY__PLATFORMS__MYIDP__ISSUER`.
pub(super) fn named_platforms(env: &BTreeMap<String, String>) -> BTreeSet<PlatformKey> {
    let names = env.keys().filter_map(|name| name.strip_prefix("ASTROMORTY__PLATFORMS__"));
    let keys = names.filter_map(|name| name.split_once("__"));
    keys.filter_map(|(key, _)| key.to_ascii_lowercase().parse().ok()).collect()
}

enum Meaning {
    Value(String),
    File(String),
    NotSecret(String),
    Unknown,
    Foreign,
}

fn meaning(name: &str, platforms: &BTreeSet<PlatformKey>) -> Meaning {
    if let Some(key) = key(name, platforms) {
        return Meaning::Value(key);
    }
    let of_secret = name.strip_suffix("_FILE").and_then(|name| key(name, platforms));
    match of_secret {
        Some(key) if matches!(kind(&key), Kind::Leaf(known) if known.form == Form::Secret) => {
            Meaning::File(key)
        }
        Some(key) => Meaning::NotSecret(key),
        None if name.starts_with(OURS) || name.starts_with(PLANS) => Meaning::Unknown,
        None => Meaning::Foreign,
    }
}

/// The key that a variable sets, if it is one of ours or of the plan.
fn key(name: &str, platforms: &BTreeSet<PlatformKey>) -> Option<String> {
    if let Some(ours) = name.strip_prefix(OURS) {
        let key = ours.to_ascii_lowercase().replace("__", ".");
        let leaf = matches!(kind(&key), Kind::Leaf(known) if known.form != Form::Definition);
        return (leaf && !key.contains("..")).then_some(key);
    }
    if let Some((_, key)) = PLAN.iter().find(|(plan, _)| *plan == name) {
        return Some((*key).to_owned());
    }
    OF_A_PLATFORM.iter().find_map(|(end, leaf)| {
        let platform = name.strip_suffix(end)?.to_ascii_lowercase();
        let platform: PlatformKey = platform.parse().ok()?;
        platforms.contains(&platform).then(|| format!("platforms.{platform}.{leaf}"))
    })
}

fn entry(name: &str, key: String, text: &str) -> (String, Found) {
    // The plan's variable is the key alone; it gets the id it is known by.
    let value = if name.starts_with("ROLE_CONNECTIONS_SECRET_KEY") {
        Value::Array(vec![Value::String(format!("env:{text}"))])
    } else {
        Value::String(text.to_owned())
    };
    let place = Place::Variable(name.to_owned());
    (key, Found { value, place })
}

/// The text of a secret's file. A mistake does not quote the path: it may be the secret itself.
fn contents(path: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("the file it names cannot be read ({})", error.kind()))?;
    let text = text.trim();
    if text.is_empty() {
        return Err("the file it names is empty".to_owned());
    }
    Ok(text.to_owned())
}

fn unknown(name: &str) -> SettingsError {
    let near = if let Some(ours) = name.strip_prefix(OURS) {
        nearest_of_ours(ours)
    } else {
        nearest(name, PLAN.iter().map(|(plan, _)| plan.to_ascii_lowercase()))
            .map(|near| near.to_ascii_uppercase())
    };
    let cure = near.map_or_else(
        || "take it out, or see astromorty.example.toml for all there are".to_owned(),
        |near| format!("did you mean {near}?"),
    );
    SettingsError {
        place: Place::Variable(name.to_owned()),
        what: "no setting has this name".to_owned(),
        cure,
    }
}

fn nearest_of_ours(name: &str) -> Option<String> {
    let key = name.to_ascii_lowercase().replace("__", ".");
    let (key, end) = match key.strip_suffix("_file") {
        Some(key) => (key.to_owned(), "_FILE"),
        None => (key, ""),
    };
    let near = nearest_key(&key)?;
    match kind(&near) {
        Kind::Leaf(known) if known.form == Form::Secret => Some(variable(&near) + end),
        Kind::Leaf(_) => Some(variable(&near)),
        Kind::Section | Kind::Unknown => None,
    }
}

/// The variable that sets `key`.
pub(super) fn variable(key: &str) -> String {
    format!("{OURS}{}", key.replace('.', "__").to_ascii_uppercase())
}
