//! `platforms check`: all that is wrong with definition files, or what they give.

use std::path::{Path, PathBuf};

use domain::platform::Definition;
use domain::vocabulary::Vocabulary;

use super::super::{Failure, say};
use super::list::{protocol, spoken};
use crate::platform::definitions::{Definitions, Mistake};

pub(super) fn check(files: &[PathBuf]) -> Result<(), Failure> {
    let mut definitions = Definitions::built_in();
    let (mut keys, mut mistakes) = (Vec::new(), Vec::new());
    for file in files {
        match definitions.add(file) {
            Ok(key) => keys.push((file, key)),
            Err(found) => mistakes.extend(found),
        }
    }
    neighbours(&mut definitions, files);
    for (file, key) in keys {
        match definitions.define(&key) {
            Ok(defined) => match speakable(&defined.definition) {
                Ok(()) => say::say(&format!("{}: fine\n{}", file.display(), summary(&defined.definition))),
                Err(sentence) => {
                    say::say(&format!("{}: {sentence}", file.display()));
                    return Err(Failure::Failed("there is 1 mistake".to_owned()));
                }
            },
            Err(found) => {
                let new: Vec<_> = found.into_iter().filter(|one| !mistakes.contains(one)).collect();
                mistakes.extend(new);
            }
        }
    }
    told(&mistakes)
}

/// Files beside those that are checked may be what these extend. Their own mistakes are not asked for.
fn neighbours(definitions: &mut Definitions, files: &[PathBuf]) {
    let folders = files.iter().map(|file| file.parent().unwrap_or_else(|| Path::new("")));
    for folder in folders {
        definitions.add_unknown(folder);
    }
}

fn told(mistakes: &[Mistake]) -> Result<(), Failure> {
    for mistake in mistakes {
        let excerpt = mistake.excerpt();
        say::say(&if excerpt.is_empty() { mistake.to_string() } else { format!("{mistake}\n{excerpt}") });
    }
    match mistakes.len() {
        0 => Ok(()),
        1 => Err(Failure::Failed("there is 1 mistake".to_owned())),
        many => Err(Failure::Failed(format!("there are {many} mistakes"))),
    }
}

/// Whether rules can spell its names.
fn speakable(definition: &Definition) -> Result<(), String> {
    Vocabulary::default().add(definition.vocabulary()).map_err(|error| error.to_string())
}

fn summary(definition: &Definition) -> String {
    let facts: Vec<_> = definition.facts.iter().map(|(name, fact)| spoken(name, fact)).collect();
    let facts = if facts.is_empty() { "nothing but the account itself".to_owned() } else { facts.join(", ") };
    let Definition { key, display_name, .. } = definition;
    format!("  {display_name} ({key}), by {}; it tells {facts}", protocol(definition))
}
