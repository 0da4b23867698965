//! `[[metadata]]`: what Discord keeps of a user for linked roles, as it is written.
//!
//! Discord's rules and the meaning of a value are held to later (`domain::metadata`), where the
//! platforms are known.

use domain::metadata::MetadataKind;
use toml::Value;

use super::mistake::{Place, SettingsError, Wrong};
use super::parse;
use super::reader::Reader;

/// One record as it is written in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord {
    /// Its key at Discord.
    pub key: String,
    /// What server admins read.
    pub name: String,
    /// A sentence about it.
    pub description: String,
    /// How Discord compares it.
    pub kind: MetadataKind,
    /// A fact, `<platform>.account_age`, criteria, or `linked_accounts`.
    pub value: String,
    /// Where it stands, for whoever finds it wrong.
    pub place: Place,
}

/// The records in their order, or `None` where no record is set.
pub(super) fn read(reader: &mut Reader) -> Option<Vec<RawRecord>> {
    let mut numbers: Vec<u8> = Vec::new();
    for part in reader.below("metadata") {
        match part.parse() {
            Ok(number) => numbers.push(number),
            Err(_) => not_a_number(reader, &part),
        }
    }
    numbers.sort_unstable();
    let records = numbers.iter().filter_map(|number| record(reader, *number));
    let records: Vec<RawRecord> = records.collect();
    (!records.is_empty()).then_some(records)
}

/// `[metadata.first]`, which is a section and no record of a list.
fn not_a_number(reader: &mut Reader, part: &str) {
    let place = reader.first_place(&format!("metadata.{part}"));
    reader.mistakes.push(SettingsError {
        place,
        what: "metadata is a list whose records are numbered from 0".to_owned(),
        cure: "write each record below [[metadata]]".to_owned(),
    });
}

fn record(reader: &mut Reader, number: u8) -> Option<RawRecord> {
    let at = |name: &str| format!("metadata.{number}.{name}");
    let key = reader.required(&at("key"), parse::text);
    let name = reader.required(&at("name"), parse::text);
    let description = reader.required(&at("description"), parse::text);
    let kind = reader.required(&at("type"), kind);
    let value = reader.required(&at("value"), parse::text);
    Some(RawRecord {
        key: key?,
        name: name?,
        description: description?,
        kind: kind?,
        value: value?,
        place: reader.place(&at("value")),
    })
}

fn kind(value: &Value) -> Result<MetadataKind, Wrong> {
    let wrong =
        Wrong::new("the type is not from 1 to 8", "see Discord's metadata types, such as 2 for \"at least\"");
    let number: u8 = parse::one(value, wrong)?;
    MetadataKind::try_from(number).map_err(|_| wrong)
}
