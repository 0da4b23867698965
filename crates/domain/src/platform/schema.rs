//! The JSON Schema of definition files, for editors.
//!
//! It is derived from the types that read the files, so it cannot say anything else. What goes
//! beyond the shape, such as whether a named request is there, `check` alone knows.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::definition::Definition;

/// Where the definitions of the schema's parts stand.
const PARTS: &str = "#/$defs/";

/// What the parts of a definition are called that builds on another one and may leave keys out.
const LOOSE: &str = "Part";

/// The schema of a definition file, by JSON Schema 2020-12.
///
/// A file with `extends` may leave out whatever the other definition has; every other file must be
/// whole. So each part is there twice: as it has to be, and as it may be.
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut whole = generator.into_root_schema_for::<Definition>().to_value();
    tidy(&mut whole);
    let Some(mut root) = whole.as_object().cloned() else { return whole };
    let mut parts = root.remove("$defs").and_then(|parts| parts.as_object().cloned()).unwrap_or_default();
    root.remove("$schema");
    root.remove("title");
    let mut loose_parts = Map::new();
    for (name, part) in &parts {
        loose_parts.insert(format!("{name}{LOOSE}"), loose(part));
    }
    let mut loose_root = loose(&Value::Object(root.clone()));
    let extends = json!({
        "description": "The key of the definition that this one is laid over, table by table.",
        "$ref": format!("{PARTS}PlatformKey"),
    });
    loose_root["properties"]["extends"] = extends;
    loose_root["required"] = json!(["key"]);
    parts.append(&mut loose_parts);
    parts.insert("Definition".to_owned(), Value::Object(root));
    parts.insert(format!("Definition{LOOSE}"), loose_root);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A platform of Astromorty",
        "$ref": format!("{PARTS}Definition{LOOSE}"),
        "if": {"not": {"required": ["extends"]}},
        "then": {"$ref": format!("{PARTS}Definition")},
        "$defs": parts,
    })
}

/// TOML has no null, a key that may be left out is not one that may be null; and a scope that is
/// named twice does no harm.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.remove("uniqueItems");
            // Links of our own documentation lead nowhere in an editor.
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`");
            }
            if let Some(Value::Array(kinds)) = fields.get_mut("type") {
                kinds.retain(|kind| kind != "null");
                if let [kind] = kinds.as_slice() {
                    let kind = kind.clone();
                    fields.insert("type".to_owned(), kind);
                }
            }
            if let Some(Value::Array(options)) = fields.get_mut("anyOf") {
                options.retain(|option| *option != json!({"type": "null"}));
                if let [Value::Object(only)] = options.as_slice() {
                    let only = only.clone();
                    fields.remove("anyOf");
                    fields.extend(only);
                }
            }
            fields.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The same schema with nothing required, made of parts of which that is true as well.
fn loose(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => Value::Object(fields.iter().filter_map(loose_field).collect()),
        Value::Array(items) => items.iter().map(loose).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

fn loose_field((name, value): (&String, &Value)) -> Option<(String, Value)> {
    match (name.as_str(), value) {
        ("required", Value::Array(_)) => None,
        // Where nothing is required, a part may fit several of the choices.
        ("oneOf", Value::Array(_)) => Some(("anyOf".to_owned(), loose(value))),
        ("$ref", Value::String(to)) => Some((name.clone(), Value::from(format!("{to}{LOOSE}")))),
        _ => Some((name.clone(), loose(value))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_explained_and_every_part_is_there_twice() {
        let schema = schema();
        let parts = schema["$defs"].as_object().unwrap();
        for (name, part) in parts {
            assert!(name.ends_with(LOOSE) || parts.contains_key(&format!("{name}{LOOSE}")), "{name}");
            for (key, of) in part["properties"].as_object().into_iter().flatten() {
                assert!(of["description"].is_string(), "{name}.{key} is not explained: {of}");
            }
        }
        assert!(!schema.to_string().contains("\"null\""));
    }
}
