//! Definition files: those compiled in, those of the operator, and how settings change them.
//!
//! `file` reads one file, `family` lays it over the one it extends, `shape` makes a [`Definition`]
//! of the result, and `mistake` says where in which file something is wrong. All mistakes of all
//! files are told at once.

mod family;
mod file;
mod mistake;
mod shape;

use std::collections::BTreeMap;
use std::path::Path;

use domain::id::PlatformKey;
use domain::platform::{Definition, Problem};
use toml::Table;

pub use mistake::{Mistake, Spot};

use file::File;

/// The files compiled in, by key.
const BUILT_IN: &[(&str, &str)] = &[
    ("github", include_str!("../../../../../platforms/github.toml")),
    ("oidc", include_str!("../../../../../platforms/oidc.toml")),
    ("steam", include_str!("../../../../../platforms/steam.toml")),
    ("x", include_str!("../../../../../platforms/x.toml")),
];

/// The text of a definition that is compiled in.
#[must_use]
pub fn built_in(key: &PlatformKey) -> Option<&'static str> {
    let found = BUILT_IN.iter().find(|(name, _)| *name == key.as_str());
    found.map(|(_, text)| *text)
}

/// The JSON Schema of definition files as it is printed and kept beside them.
#[must_use]
pub fn schema() -> String {
    format!("{:#}\n", domain::platform::schema::schema())
}

/// Where a definition comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Compiled in.
    BuiltIn,
    /// A file of the operator's.
    File,
    /// The settings alone, by `extends`.
    Settings,
}

/// A definition that can be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Defined {
    /// What it says.
    pub definition: Definition,
    /// Where it comes from.
    pub origin: Origin,
    /// The name of its file.
    pub file: String,
    /// The definition it is laid over.
    pub extends: Option<PlatformKey>,
}

/// Every definition file there is, and what the settings lay over it.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    files: BTreeMap<PlatformKey, File>,
    settings: BTreeMap<PlatformKey, File>,
}

impl Definitions {
    /// What is compiled in.
    #[must_use]
    pub fn built_in() -> Self {
        let read = |(key, text): &(&str, &str)| {
            let file = File::read(&format!("built-in {key}"), (*text).to_owned(), Origin::BuiltIn);
            file.unwrap_or_else(|mistakes| panic!("a test holds {key} sound: {mistakes:?}"))
        };
        let files = BUILT_IN.iter().map(read).map(|file| (file.key.clone(), file));
        Self { files: files.collect(), settings: BTreeMap::new() }
    }

    /// What is compiled in and what a folder holds, and the files there that cannot be read. A
    /// file takes the place of what is compiled in under its key. No folder, no files.
    #[must_use]
    pub fn with_folder(folder: &Path) -> (Self, Vec<Mistake>) {
        let mut definitions = Self::built_in();
        let mut mistakes = Vec::new();
        for path in file::paths(folder) {
            mistakes.extend(definitions.add(&path).err().unwrap_or_default());
        }
        (definitions, mistakes)
    }

    /// Adds a file of the operator's. Two of them cannot have one key.
    pub fn add(&mut self, path: &Path) -> Result<PlatformKey, Vec<Mistake>> {
        let file = File::open(path)?;
        let taken = self.files.get(&file.key).filter(|other| other.origin != Origin::BuiltIn);
        if let Some(other) = taken {
            let what = format!("is the key of {} too; give one of them another", other.name);
            return Err(vec![file.mistake(Problem { at: "key".to_owned(), what })]);
        }
        let key = file.key.clone();
        self.files.insert(key.clone(), file);
        Ok(key)
    }

    /// Adds the files of a folder under keys that are new, and passes over all others.
    pub fn add_unknown(&mut self, folder: &Path) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        for file in file::paths(folder).iter().filter_map(|path| File::open(path).ok()) {
            self.files.entry(file.key.clone()).or_insert(file);
        }
    }

    /// Whether there is a file of this key.
    #[must_use]
    pub fn has(&self, key: &PlatformKey) -> bool {
        self.files.contains_key(key)
    }

    /// Lays settings over a definition, or makes one of them that extends another.
    pub fn set(
        &mut self,
        key: &PlatformKey,
        extends: Option<&str>,
        changes: Table,
    ) -> Result<(), Vec<Mistake>> {
        let layer = File::of_settings(key, extends, changes)?;
        if let (Some(_), Some(file)) = (extends, self.files.get(key)) {
            let what = format!(
                "has no place here: {} defines {key}; take it out, or choose another name for the section",
                file.name
            );
            return Err(vec![layer.mistake(Problem { at: "extends".to_owned(), what })]);
        }
        self.settings.insert(key.clone(), layer);
        Ok(())
    }

    /// Every key there is, in order.
    pub fn keys(&self) -> impl Iterator<Item = &PlatformKey> {
        let own = self.settings.keys().filter(|key| !self.files.contains_key(*key));
        let mut keys: Vec<_> = self.files.keys().chain(own).collect();
        keys.sort();
        keys.into_iter()
    }

    /// Every definition, or all that is wrong with any of them.
    pub fn all(&self) -> Result<Vec<Defined>, Vec<Mistake>> {
        let (mut defined, mut mistakes) = (Vec::new(), Vec::<Mistake>::new());
        for key in self.keys() {
            match self.define(key) {
                Ok(one) => defined.push(one),
                // What is wrong with a family's eldest is wrong with all of its children.
                Err(found) => {
                    let new: Vec<_> = found.into_iter().filter(|one| !mistakes.contains(one)).collect();
                    mistakes.extend(new);
                }
            }
        }
        if mistakes.is_empty() { Ok(defined) } else { Err(mistakes) }
    }
}

/// Reads a definition file with changes from the settings laid over it, key by key.
///
/// Fails with all that is wrong; mistakes in the file's shape hide those in its content.
/// Changes cannot switch off PKCE where the file has it (N-12).
pub fn read(text: &str, changes: Table) -> Result<Definition, Vec<Problem>> {
    let problems = |mistakes: Vec<Mistake>| mistakes.into_iter().map(|mistake| mistake.problem).collect();
    let file = File::read("definition", text.to_owned(), Origin::File).map_err(problems)?;
    let key = file.key.clone();
    let mut definitions = Definitions::built_in();
    definitions.files.insert(key.clone(), file);
    definitions.set(&key, None, changes).map_err(problems)?;
    definitions.define(&key).map(|defined| defined.definition).map_err(problems)
}
