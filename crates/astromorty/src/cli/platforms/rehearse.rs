//! `platforms try --fixtures`: a definition against recorded answers.

use std::path::Path;

use domain::id::PlatformKey;
use domain::platform::Definition;

use super::super::{Failure, say, start};
use crate::app;
use crate::app::OpenError;
use crate::platform::definitions::Definitions;
use crate::platform::fixture::{self, Fixtures};

/// Where definitions are looked for without settings.
const FOLDER: &str = "platforms.d";

pub(super) async fn rehearse(config: Option<&Path>, name: &str, file: &Path) -> Result<(), Failure> {
    let definition = find(config, name)?;
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::Usage(format!("{} cannot be read ({error})", file.display())))?;
    let fixtures = Fixtures::read(&text)
        .map_err(|error| Failure::Usage(format!("{} does not fit: {error}", file.display())))?;
    let told = fixture::run(&definition, &fixtures)
        .await
        .map_err(|problems| OpenError::Platform { platform: definition.key.clone(), problems })?;
    let mut failed = 0;
    for story in &told {
        let ended = if story.complaints.is_empty() { "fine  " } else { "WRONG " };
        let complaints: Vec<_> = story.complaints.iter().map(|one| format!("\n       {one}")).collect();
        say::say(&format!("{ended} {}{}", story.about, complaints.concat()));
        failed += usize::from(!story.complaints.is_empty());
    }
    match failed {
        0 => Ok(()),
        _ => Err(Failure::Failed(format!("{failed} of {} stories went otherwise than recorded", told.len()))),
    }
}

/// A definition by its file, or by its key: as the settings have it, or without settings as it is
/// compiled in or stands in `platforms.d`.
fn find(config: Option<&Path>, name: &str) -> Result<Definition, Failure> {
    let told = |mistakes| Failure::Open(OpenError::Definitions(mistakes));
    let path = Path::new(name);
    if path.extension().is_some_and(|end| end == "toml") {
        let mut definitions = Definitions::built_in();
        let key = definitions.add(path).map_err(told)?;
        definitions.add_unknown(path.parent().unwrap_or_else(|| Path::new(".")));
        return Ok(definitions.define(&key).map_err(told)?.definition);
    }
    let defined = match start::settings(config) {
        Ok(settings) => app::definitions(&settings)?,
        Err(failure) if config.is_some() => return Err(failure),
        Err(_) => {
            let (definitions, mistakes) = Definitions::with_folder(Path::new(FOLDER));
            if !mistakes.is_empty() {
                return Err(told(mistakes));
            }
            definitions.all().map_err(told)?
        }
    };
    named(defined.into_iter().map(|one| one.definition), name)
}

/// The definition of a key or alias.
pub(super) fn named(mut all: impl Iterator<Item = Definition>, name: &str) -> Result<Definition, Failure> {
    let unknown = || {
        Failure::Usage(format!(
            "there is no platform {name:?}; `astromorty platforms list` shows all there are"
        ))
    };
    let key: PlatformKey = name.parse().map_err(|_| unknown())?;
    all.find(|one| one.key == key || one.aliases.contains(&key)).ok_or_else(unknown)
}
