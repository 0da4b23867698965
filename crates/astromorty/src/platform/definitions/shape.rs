//! Shape: from a table to a [`Definition`], or everything in it that does not fit.
//!
//! Reading stops at the first misfit. So the part with it is put aside and the rest is read again,
//! until nothing more is found.

use domain::platform::{Definition, Problem};
use domain::vocabulary::nearest;
use serde::Deserialize;
use toml::{Table, Value};

use super::file::parts;

/// What stands in for a required part that is missing or wrong, so that the rest can be read.
const STAND_INS: &str = r#"
key = "definition"
display_name = "definition"
protocol = "oauth2"
identity = { request = "identity", subject_type = "text", username = "" }
requests = {}
recheck = { interval = "1d", min_interval = "1d" }
"#;

/// More misfits than this are not looked for.
const MANY: usize = 100;

/// The definition, or all misfits.
pub(super) fn definition(mut table: Table) -> Result<Definition, Vec<Problem>> {
    let mut problems: Vec<Problem> = Vec::new();
    loop {
        match read(table.clone()) {
            Ok(definition) if problems.is_empty() => return Ok(definition),
            Ok(_) => return Err(problems),
            Err(problem) => {
                let removed = set_aside(&mut table, &problem.at);
                problems.push(problem);
                if !removed || problems.len() == MANY {
                    return Err(problems);
                }
            }
        }
    }
}

fn read(table: Table) -> Result<Definition, Problem> {
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(table, &mut track);
    Definition::deserialize(tracked).map_err(|error| problem(&track.path().to_string(), error.message()))
}

/// Takes the part with a misfit out: one request, one fact, or else a whole part of the file.
fn set_aside(table: &mut Table, at: &str) -> bool {
    let mut parts = parts(at);
    let (Some(part), within) = (parts.next(), parts.next()) else { return false };
    let many = matches!(part, "requests" | "facts");
    if let (true, Some(name), Some(Value::Table(all))) = (many, within, table.get_mut(part)) {
        return all.remove(name).is_some();
    }
    let was = table.remove(part);
    let stand_ins: Table = STAND_INS.parse().expect("a test holds it to be TOML");
    match stand_ins.get(part) {
        Some(value) if was.as_ref() != Some(value) => table.insert(part.to_owned(), value.clone()).is_none(),
        Some(_) => false,
        None => was.is_some(),
    }
}

/// A misfit in our words.
fn problem(path: &str, message: &str) -> Problem {
    let path = if path == "." { "" } else { path };
    let words: Vec<&str> = message.split('`').collect();
    let listed = || words.iter().skip(3).step_by(2).map(|word| (*word).to_owned());
    match (words.first().map(|first| first.trim()), words.get(1)) {
        (Some("unknown field"), Some(name)) => {
            let meant = nearest(name, listed()).map(|near| format!("did you mean `{near}`? "));
            let all = listed().collect::<Vec<_>>().join(", ");
            let what = format!("is no key of a definition; {}there are: {all}", meant.unwrap_or_default());
            Problem { at: joined(path, name), what }
        }
        (Some("missing field"), Some(name)) => Problem {
            at: joined(path, name),
            what: "is missing; docs/platforms.md says what it means".to_owned(),
        },
        (Some("unknown variant"), Some(name)) => {
            let all = listed().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
            Problem { at: or_all(path), what: format!("is {name:?}, which is none of: {all}") }
        }
        _ => Problem { at: or_all(path), what: format!("does not fit: {message}") },
    }
}

/// The name of a key within a part. Some errors name the key in their path already.
fn joined(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else if path == name || path.ends_with(&format!(".{name}")) {
        path.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn or_all(path: &str) -> String {
    if path.is_empty() { "definition".to_owned() } else { path.to_owned() }
}
