//! One definition file: its text, its key, and where in it a key stands.

use std::ops::Range;
use std::path::{Path, PathBuf};

use domain::id::PlatformKey;
use domain::platform::Problem;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::Origin;
use super::mistake::{Mistake, Spot};

/// A definition file, as far as it can be read without the others.
#[derive(Debug, Clone)]
pub(super) struct File {
    /// What it is called in messages.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) origin: Origin,
    pub(super) key: PlatformKey,
    pub(super) extends: Option<PlatformKey>,
    /// Everything but `extends`.
    pub(super) table: Table,
}

/// The definition files in a folder, in the order of their names.
pub(super) fn paths(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    paths.sort();
    paths
}

impl File {
    /// Reads a file of the operator's.
    pub(super) fn open(path: &Path) -> Result<Self, Vec<Mistake>> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let what = format!("cannot be read ({error}); mend the file or take it out of the folder");
            vec![Mistake::of(&name, Problem { at: "definition".to_owned(), what })]
        })?;
        Self::read(&name, text, Origin::File)
    }

    /// Reads a file's text; fails with all that is no TOML, and without a usable key.
    pub(super) fn read(name: &str, text: String, origin: Origin) -> Result<Self, Vec<Mistake>> {
        let (_, errors) = DeTable::parse_recoverable(&text);
        if !errors.is_empty() {
            let mistake = |error: &toml::de::Error| {
                let what = format!("cannot be read: {}", error.message());
                let problem = Problem { at: "definition".to_owned(), what };
                let spot = error.span().map(|span| Spot::of(&text, &span));
                Mistake { spot, ..Mistake::of(name, problem) }.showing(&text)
            };
            let mut mistakes: Vec<_> = errors.iter().map(mistake).collect();
            mistakes.sort_by_key(|mistake| mistake.spot);
            return Err(mistakes);
        }
        let table = text.parse::<Table>().map_err(|error| {
            let what = format!("cannot be read: {}", error.message());
            vec![Mistake::of(name, Problem { at: "definition".to_owned(), what })]
        })?;
        let (key, extends) = (table.get("key").cloned(), table.get("extends").cloned());
        let nobody: PlatformKey = "definition".parse().expect("it is a word of small letters");
        let mut file = Self { name: name.to_owned(), text, origin, key: nobody, extends: None, table };
        file.table.remove("extends");
        file.extends = extends.map(|extends| file.named("extends", &extends)).transpose()?;
        let missing = || {
            let what = "is missing; every definition has a key of its own, such as \"club\"".to_owned();
            vec![file.mistake(Problem { at: "key".to_owned(), what })]
        };
        file.key = file.named("key", &key.ok_or_else(missing)?)?;
        Ok(file)
    }

    /// What settings lay over a definition.
    pub(super) fn of_settings(
        key: &PlatformKey,
        extends: Option<&str>,
        mut table: Table,
    ) -> Result<Self, Vec<Mistake>> {
        let name = format!("platforms.{key} in the settings");
        table.insert("key".to_owned(), Value::from(key.as_str()));
        let (origin, text) = (Origin::Settings, String::new());
        let mut file = Self { name, text, origin, key: key.clone(), extends: None, table };
        let extends = extends.map(|extends| file.named("extends", &Value::from(extends)));
        file.extends = extends.transpose()?;
        Ok(file)
    }

    fn named(&self, at: &str, value: &Value) -> Result<PlatformKey, Vec<Mistake>> {
        let cure = "is not a platform's key; write up to 32 of a-z, 0-9 and _, a letter first";
        let problem = || Problem { at: at.to_owned(), what: cure.to_owned() };
        let key = value.as_str().and_then(|text| text.parse().ok());
        key.ok_or_else(|| vec![self.mistake(problem())])
    }

    /// A mistake of this file, at the place of its key.
    pub(super) fn mistake(&self, problem: Problem) -> Mistake {
        let spot = self.find(&problem.at).map(|(_, span)| Spot::of(&self.text, &span));
        Mistake { spot, ..Mistake::of(&self.name, problem) }.showing(&self.text)
    }

    /// Where the key stands, or as much of it as there is: how many of its parts, and the place of
    /// the last of them.
    pub(super) fn find(&self, key: &str) -> Option<(usize, Range<usize>)> {
        let root = DeTable::parse(&self.text).ok()?;
        let mut found = None;
        let mut table = Some(root.get_ref());
        let mut list: Option<&[Spanned<DeValue<'_>>]> = None;
        for (depth, part) in parts(key).enumerate() {
            let (span, value) = match (table, list) {
                (Some(table), _) => {
                    let Some((name, value)) = table.iter().find(|(name, _)| name.get_ref() == part) else {
                        break;
                    };
                    (name.span(), value)
                }
                (None, Some(list)) => {
                    let Some(value) = part.parse().ok().and_then(|at: usize| list.get(at)) else { break };
                    (value.span(), value)
                }
                (None, None) => break,
            };
            found = Some((depth + 1, span));
            table = value.get_ref().as_table();
            list = value.get_ref().as_array().map(|array| array.iter().as_slice());
        }
        found
    }
}

/// `errors.answers[0].status` is `errors`, `answers`, `0`, `status`.
pub(super) fn parts(key: &str) -> impl Iterator<Item = &str> {
    key.split(['.', '[']).map(|part| part.trim_end_matches(']')).filter(|part| !part.is_empty())
}
