//! Where settings come from, and which source wins: `_FILE`, then the environment, then the file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use domain::id::PlatformKey;
use toml::Value;

use super::mistake::{Place, SettingsError};
use super::{environment, file};

/// Definitions that are compiled in, or named in the design: their `…_CLIENT_ID` is ours to read.
const BUILT_IN: [&str; 3] = ["github", "x", "steam"];

/// A value and where it stands. Deliberately without `Debug`: it may be a secret.
pub(super) struct Found {
    pub value: Value,
    pub place: Place,
}

/// Every setting that was made, by its key, and what is wrong so far.
#[derive(Default)]
pub(super) struct Sources {
    pub found: BTreeMap<String, Found>,
    pub mistakes: Vec<SettingsError>,
}

/// Gathers settings from a file and the environment.
pub(super) fn gather(config: Option<&Path>, env: &BTreeMap<String, String>) -> Sources {
    let mut sources = Sources::default();
    let (in_file, mistakes) = from_file(config, env);
    sources.mistakes.extend(mistakes);
    sources.mistakes.extend(x_twice(&in_file));
    let platforms = platforms(&in_file, env);
    let variables = environment::read(env, &platforms);
    sources.mistakes.extend(variables.mistakes);
    for source in [variables.files, variables.plain, in_file] {
        let names = sources.one_name_each(source);
        for (key, found) in names {
            sources.found.entry(key).or_insert(found);
        }
    }
    sources
}

/// The file that was named, or `astromorty.toml` where there is one.
fn from_file(
    config: Option<&Path>,
    env: &BTreeMap<String, String>,
) -> (Vec<(String, Found)>, Vec<SettingsError>) {
    let named = config.map(Path::to_owned);
    let named =
        named.or_else(|| env.get("ASTROMORTY_CONFIG").filter(|name| !name.is_empty()).map(PathBuf::from));
    let path = named.clone().unwrap_or_else(|| PathBuf::from("astromorty.toml"));
    match std::fs::read_to_string(&path) {
        Ok(text) => file::read(&path, &text),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            (Vec::new(), Vec::new())
        }
        Err(error) => {
            let mistake = SettingsError {
                place: Place::Unset(path.display().to_string()),
                what: format!("the settings file cannot be read ({})", error.kind()),
                cure: "name another with --config, or start from astromorty.example.toml".into(),
            };
            (Vec::new(), vec![mistake])
        }
    }
}

/// Platforms that are built in, that a setting names, or that a file of the operator's defines.
fn platforms(in_file: &[(String, Found)], env: &BTreeMap<String, String>) -> BTreeSet<PlatformKey> {
    let mut keys = environment::named_platforms(env);
    let named = in_file.iter().filter_map(|(key, _)| key.strip_prefix("platforms."));
    let named = named.filter_map(|rest| rest.split('.').next());
    keys.extend(BUILT_IN.into_iter().chain(named).filter_map(|key| key.parse().ok()));
    let folder = env.get("ASTROMORTY__FILES__PLATFORMS").map(String::as_str);
    let set = in_file.iter().find(|(key, _)| key == "files.platforms");
    let folder = folder.or_else(|| set.and_then(|(_, found)| found.value.as_str()));
    keys.extend(definitions(Path::new(folder.unwrap_or("platforms.d"))));
    keys
}

/// The keys of the definitions in a folder, by their files' names. No folder, no definitions.
fn definitions(folder: &Path) -> Vec<PlatformKey> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let toml = paths.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    toml.filter_map(|path| path.file_stem()?.to_str()?.parse().ok()).collect()
}

impl Sources {
    /// One source's settings under their true names. Two names for one key must agree.
    fn one_name_each(&mut self, source: Vec<(String, Found)>) -> BTreeMap<String, Found> {
        let mut named: BTreeMap<String, Found> = BTreeMap::new();
        for (key, found) in source {
            let key = true_name(key);
            match named.get(&key) {
                Some(first) if !same(&first.value, &found.value) => {
                    let what = format!("{key} is set here and at {}, differently", first.place);
                    let cure = "keep one of the two".to_owned();
                    self.mistakes.push(SettingsError { place: found.place, what, cure });
                }
                Some(_) => {}
                None => {
                    named.insert(key, found);
                }
            }
        }
        named
    }
}

/// One file that has both `[platforms.twitter]` and `[platforms.x]`.
fn x_twice(in_file: &[(String, Found)]) -> Option<SettingsError> {
    let of = |prefix| in_file.iter().find(|(key, _)| key.starts_with(prefix));
    let (_, twitter) = of("platforms.twitter.")?;
    let (_, x) = of("platforms.x.")?;
    Some(SettingsError {
        place: twitter.place.clone(),
        what: format!("twitter is another name of x, which is set at {}", x.place),
        cure: "move everything to [platforms.x]".to_owned(),
    })
}

/// `platforms.twitter.…` is `platforms.x.…`.
fn true_name(key: String) -> String {
    key.strip_prefix("platforms.twitter.").map(|rest| format!("platforms.x.{rest}")).unwrap_or(key)
}

/// Whether two values say the same; a list may be one text with commas.
fn same(a: &Value, b: &Value) -> bool {
    let texts = |value: &Value| super::parse::texts(value).ok();
    a == b || (texts(a).is_some() && texts(a) == texts(b))
}
