//! Opening: from settings to a running [`App`], or the reasons why not.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::id::PlatformKey;
use domain::metadata::{MetadataRecord, MetadataValue, check_records, default_records};
use domain::platform::{Definition, Problem, Service};
use domain::token::{Sealed, Secret};
use domain::vocabulary::{NotSpeakable, Vocabulary};
use url::Url;

use super::seam::{Clock, Http, Metrics, Random};
use super::settings::{Database, PlatformSettings, Settings};
use super::{App, Hasher, Parts, Texts, Turns, Wake};
use crate::discord::{Access, Discord};
use crate::i18n::Messages;
use crate::platform::{self, Credentials, Platform, definitions};
use crate::store::{self, Store, StoreError, fleet};
use crate::vault::{Key, Place, Vault, VaultError};

/// The outside, as this process sees it.
#[derive(Debug, Clone)]
pub struct Seams {
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
    /// Outbound HTTP.
    pub http: Http,
}

/// Why the product does not start. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No key.
    #[error("secrets.keys is empty; make a key with `astromorty keys generate`")]
    NoKey,
    /// N-63: the keys are not the ones this database was sealed with.
    #[error(
        "the keys in secrets.keys do not open this database ({0}); put back the key it was sealed with, nothing was changed"
    )]
    WrongKey(VaultError),
    /// The database cannot be used.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A platform cannot work like this.
    #[error("platforms.{platform}: {}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Platform {
        /// Which.
        platform: PlatformKey,
        /// Why, each with its cure.
        problems: Vec<Problem>,
    },
    /// A setting names a platform that nobody defined.
    #[error(
        "platforms.{0}: there is no definition of this name; put one into the folder of files.platforms, or remove the section"
    )]
    NoDefinition(PlatformKey),
    /// A definition's names do not fit the rule language.
    #[error("{0}")]
    Vocabulary(#[from] NotSpeakable),
    /// A text of the operator's cannot be read.
    #[error("files.{key}: {path} cannot be read ({why}); mend the path or remove the setting")]
    Text {
        /// Which setting.
        key: &'static str,
        /// Which file.
        path: String,
        /// Why not.
        why: String,
    },
    /// A metadata record is wrong.
    #[error("metadata.{key}: {problem}")]
    Metadata {
        /// Which.
        key: String,
        /// What is wrong, with the cure.
        problem: String,
    },
}

impl App {
    /// Opens the database, checks the keys against it and sets every part up.
    pub async fn open(settings: Settings, seams: Seams) -> Result<Self, OpenError> {
        let Seams { clock, random, http } = seams;
        let metrics = Metrics::default();
        let vault = vault(&settings, &random)?;
        let (platforms, vocabulary) = platforms(&settings, (&http, &clock, &metrics))?;
        let records = records(&settings, &vocabulary)?;
        let store = Store::open(&place(&settings.database)).await?;
        let hasher = canary(&store, &vault, &random).await?;
        let discord = Discord::new(access(&settings), http, clock.clone(), random.clone(), metrics.clone());
        let texts = texts(&settings)?;
        let (messages, wake) = (Messages::new(), Wake::default());
        Ok(Self(Arc::new(Parts {
            settings,
            clock,
            random,
            metrics,
            store,
            vault,
            hasher,
            discord,
            platforms,
            vocabulary,
            records,
            messages,
            texts,
            wake,
            turns: Turns::default(),
        })))
    }
}

fn texts(settings: &Settings) -> Result<Texts, OpenError> {
    let read = |key: &'static str, path: &Option<std::path::PathBuf>| {
        let Some(path) = path else { return Ok(None) };
        let failed = |why: std::io::Error| OpenError::Text {
            key,
            path: path.display().to_string(),
            why: why.to_string(),
        };
        std::fs::read_to_string(path).map(Some).map_err(failed)
    };
    let files = &settings.files;
    Ok(Texts { privacy: read("privacy", &files.privacy)?, terms: read("terms", &files.terms)? })
}

fn place(database: &Database) -> store::Place {
    match database {
        Database::Sqlite(path) => store::Place::Sqlite(path.clone()),
        Database::Postgres(url) => store::Place::Postgres(url.clone()),
    }
}

fn vault(settings: &Settings, random: &Random) -> Result<Vault, OpenError> {
    let keys = settings.keys.iter().map(|key| Key { id: key.id.clone(), bytes: key.bytes.clone() });
    Vault::new(keys.collect(), random.clone()).ok_or(OpenError::NoKey)
}

fn access(settings: &Settings) -> Access {
    let discord = &settings.discord;
    Access {
        api_url: Url::parse(discord.api_url.as_str()).expect("settings accept URLs only"),
        authorize_url: discord.authorize_url.clone(),
        application_id: discord.application_id,
        client_secret: discord.client_secret.clone(),
        bot_token: discord.bot_token.clone(),
        pace: discord.pace,
        user_agent: format!("DiscordBot ({}, {})", settings.web.public_url, env!("CARGO_PKG_VERSION")),
    }
}

/// Platforms whose settings are accepted ahead of their definitions.
const ANNOUNCED: [&str; 2] = ["x", "steam"];

/// Every configured platform, and what rules may say of every defined one.
fn platforms(
    settings: &Settings,
    (http, clock, metrics): (&Http, &Clock, &Metrics),
) -> Result<(BTreeMap<PlatformKey, Platform>, Vocabulary), OpenError> {
    let defined = defined(settings)?;
    let mut vocabulary = Vocabulary::default();
    let mut platforms = BTreeMap::new();
    for definition in &defined {
        vocabulary.add(definition.vocabulary())?;
    }
    for (key, set) in &settings.platforms {
        let Some(definition) = defined.iter().find(|definition| definition.key == *key) else {
            if ANNOUNCED.contains(&key.as_str()) {
                tracing::warn!(platform = %key, "this version cannot link {key} accounts yet; its settings are kept for one that can");
                continue;
            }
            return Err(OpenError::NoDefinition(key.clone()));
        };
        if !set.is_enabled() {
            continue;
        }
        let credentials = Credentials {
            client_id: set.client_id.clone().unwrap_or_default(),
            client_secret: set.client_secret.clone().unwrap_or_else(|| Secret::new(String::new())),
            service: service(definition, set),
            hosts: set.hosts.iter().map(|(name, url)| (name.clone(), url.to_string())).collect(),
        };
        let seams = platform::Seams { http: http.clone(), clock: clock.clone(), metrics: metrics.clone() };
        let platform = Platform::new(definition.clone(), credentials, seams)
            .map_err(|problems| OpenError::Platform { platform: key.clone(), problems })?;
        platforms.insert(key.clone(), platform);
    }
    Ok((platforms, vocabulary))
}

/// Every definition, with what the settings change of it.
fn defined(settings: &Settings) -> Result<Vec<Definition>, OpenError> {
    let change = |definition: Definition| {
        let key = definition.key.clone();
        let set = settings.platforms.get(&key).filter(|set| !set.changes.is_empty());
        match (set, definitions::built_in(&key)) {
            (Some(set), Some(text)) => definitions::read(text, set.changes.clone())
                .map_err(|problems| OpenError::Platform { platform: key, problems }),
            (None, _) | (_, None) => Ok(definition),
        }
    };
    definitions::all().into_iter().map(change).collect()
}

/// The setting that carries the service credential of such a platform.
fn service(definition: &Definition, set: &PlatformSettings) -> Option<Secret> {
    match definition.service.as_ref()? {
        Service::Bearer {} => set.service_token.clone().or_else(|| set.bearer_token.clone()),
        Service::Key { .. } => set.api_key.clone(),
        Service::ClientCredentials { .. } => None,
    }
}

fn records(settings: &Settings, vocabulary: &Vocabulary) -> Result<Vec<MetadataRecord>, OpenError> {
    let Some(raws) = &settings.metadata else { return Ok(default_records()) };
    let problem = |key: &str, problem: String| OpenError::Metadata { key: key.to_owned(), problem };
    let mut records = Vec::new();
    for raw in raws {
        let kind = raw.kind;
        let value = MetadataValue::parse(&raw.value, vocabulary)
            .map_err(|mistake| problem(&raw.key, mistake.render(&raw.value)))?;
        let (key, name, description) = (raw.key.clone(), raw.name.clone(), raw.description.clone());
        records.push(MetadataRecord { key, name, description, kind, value });
    }
    match check_records(&records, vocabulary).into_iter().next() {
        Some(mistake) => Err(problem("*", mistake.to_string())),
        None => Ok(records),
    }
}

/// The first start seals a random key into the database; every later one has to open it. The key
/// hashes what must not rest in plain.
async fn canary(store: &Store, vault: &Vault, random: &Random) -> Result<Hasher, OpenError> {
    const NAME: &str = "canary";
    const HERE: Place<'static> = Place { column: "fleet.canary", row: 0, owner: 0, generation: 0 };
    let fresh = vault.seal(&Secret::new(random.token()), HERE).as_text().to_owned();
    let stands = store.write(async move |tx| fleet::keep_first(tx, NAME, &fresh).await).await?;
    let key = vault.open(&Sealed::<Secret>::from_text(stands), HERE).map_err(OpenError::WrongKey)?;
    Ok(Hasher::new(key))
}
