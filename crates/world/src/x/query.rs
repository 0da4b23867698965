//! The parameters of lookups.

use super::account::FIELDS;
use super::problem::Problem;
use crate::params::{Params, Repeated};

/// The most users of one lookup.
const MOST_IDS: usize = 100;
/// The most digits of an id.
const LONGEST_ID: usize = 19;

/// Reads a query that may have these parameters and no others, each once.
pub(crate) fn read(query: Option<&str>, allowed: &[&str]) -> Result<Params, Problem> {
    let params = Params::parse(query.unwrap_or_default().as_bytes()).map_err(|Repeated(name)| {
        Problem::invalid(&name, "", &format!("The query parameter [{name}] was given more than once"))
    })?;
    if let Some(name) = params.names().find(|name| !allowed.contains(name)) {
        let allowed = allowed.join(",");
        let message = format!("The query parameter [{name}] is not one of [{allowed}]");
        return Err(Problem::invalid(name, "", &message));
    }
    Ok(params)
}

/// Reads `ids`: one to a hundred, each once in the answer.
pub(crate) fn ids(params: &Params) -> Result<Vec<u64>, Problem> {
    let text = params
        .find("ids")
        .ok_or_else(|| Problem::invalid("ids", "", "The `ids` query parameter can not be empty"))?;
    let count = text.split(',').count();
    if count > MOST_IDS {
        let message = format!(
            "The number of values in the `ids` query parameter list [{count}] is not between 1 and {MOST_IDS}"
        );
        return Err(Problem::invalid("ids", text, &message));
    }
    let mut ids = Vec::new();
    for text in text.split(',') {
        let id = id("ids", text)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Reads one id: one to nineteen digits.
pub(crate) fn id(parameter: &str, text: &str) -> Result<u64, Problem> {
    let digits = (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = if digits { text.parse().ok() } else { None };
    id.ok_or_else(|| {
        let message = format!(
            "The `{parameter}` query parameter value [{text}] does not match ^[0-9]{{1,{LONGEST_ID}}}$"
        );
        Problem::invalid(parameter, text, &message)
    })
}

/// Reads `user.fields`: names that exist, with commas between them.
pub(crate) fn fields(params: &Params) -> Result<Vec<String>, Problem> {
    let Some(text) = params.find("user.fields") else {
        return Ok(Vec::new());
    };
    let refuse = |name: &str| {
        let known = FIELDS.join(",");
        let message = format!("The `user.fields` query parameter value [{name}] is not one of [{known}]");
        Problem::invalid("user.fields", name, &message)
    };
    text.split(',')
        .map(|name| FIELDS.contains(&name).then(|| name.to_owned()).ok_or_else(|| refuse(name)))
        .collect()
}
