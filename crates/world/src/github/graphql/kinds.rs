//! Input types, and whether a JSON value is of one (GraphQL specification, section 3).

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::schema::Arguments;
use crate::Millis;

/// What a named input type takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Int,
    Float,
    Text,
    Boolean,
    Id,
    DateTime,
    /// One of these words.
    Enum(&'static [&'static str]),
    /// Fields with their types.
    Object(Arguments),
}

const REPOSITORY_ORDERS: &[&str] = &["CREATED_AT", "UPDATED_AT", "PUSHED_AT", "NAME", "STARGAZERS"];
const CONTRIBUTION_TYPES: &[&str] = &["COMMIT", "ISSUE", "PULL_REQUEST", "REPOSITORY", "PULL_REQUEST_REVIEW"];
const SEARCH_TYPES: &[&str] =
    &["ISSUE", "ISSUE_ADVANCED", "ISSUE_HYBRID", "ISSUE_SEMANTIC", "REPOSITORY", "USER", "DISCUSSION"];

/// The input type with this name.
pub(super) fn input(name: &str) -> Option<Kind> {
    Some(match name {
        "Int" => Kind::Int,
        "Float" => Kind::Float,
        "String" => Kind::Text,
        "Boolean" => Kind::Boolean,
        "ID" => Kind::Id,
        "DateTime" => Kind::DateTime,
        "SearchType" => Kind::Enum(SEARCH_TYPES),
        "PullRequestState" => Kind::Enum(&["OPEN", "CLOSED", "MERGED"]),
        "RepositoryAffiliation" => Kind::Enum(&["OWNER", "COLLABORATOR", "ORGANIZATION_MEMBER"]),
        "RepositoryPrivacy" => Kind::Enum(&["PUBLIC", "PRIVATE"]),
        "RepositoryContributionType" => Kind::Enum(CONTRIBUTION_TYPES),
        "OrderDirection" => Kind::Enum(&["ASC", "DESC"]),
        "RepositoryOrderField" => Kind::Enum(REPOSITORY_ORDERS),
        "StarOrderField" => Kind::Enum(&["STARRED_AT"]),
        "RepositoryOrder" => {
            Kind::Object(&[("field", "RepositoryOrderField!"), ("direction", "OrderDirection!")])
        }
        "StarOrder" => Kind::Object(&[("field", "StarOrderField!"), ("direction", "OrderDirection!")]),
        "CommitAuthor" => Kind::Object(&[("id", "ID"), ("emails", "[String!]")]),
        _ => return None,
    })
}

/// The name inside all brackets and marks.
pub(super) fn innermost(kind: &str) -> &str {
    kind.trim_matches(['[', ']', '!'])
}

/// The type of a list's items.
pub(super) fn item(kind: &str) -> Option<&str> {
    kind.trim_end_matches('!').strip_prefix('[')?.strip_suffix(']')
}

/// Whether a variable of one type may stand where another is wanted ("All Variable Usages Are
/// Allowed"); one with a default may be left out, so it may stand where null may not.
pub(super) fn may_stand(variable: &str, has_default: bool, wanted: &str) -> bool {
    if let Some(inner) = wanted.strip_suffix('!') {
        return (has_default || variable.ends_with('!')) && may_stand(bare(variable), false, inner);
    }
    let variable = bare(variable);
    match (item(variable), item(wanted)) {
        (Some(variable), Some(wanted)) => may_stand(variable, false, wanted),
        (None, None) => variable == wanted,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn bare(kind: &str) -> &str {
    kind.strip_suffix('!').unwrap_or(kind)
}

/// The value as its type has it; `None` for one that does not fit.
pub(super) fn coerce(value: Value, kind: &str) -> Option<Value> {
    if value.is_null() {
        return (!kind.ends_with('!')).then_some(Value::Null);
    }
    if let Some(item) = item(kind) {
        let items = match value {
            Value::Array(items) => items,
            one => vec![one],
        };
        return items.into_iter().map(|one| coerce(one, item)).collect::<Option<Vec<_>>>().map(Value::Array);
    }
    match input(bare(kind))? {
        Kind::Int => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()).then_some(value),
        Kind::Float => value.is_number().then_some(value),
        Kind::Boolean => value.is_boolean().then_some(value),
        Kind::Id if value.is_i64() => Some(json!(value.to_string())),
        Kind::Text | Kind::Id => value.is_string().then_some(value),
        Kind::DateTime => value.as_str().is_some_and(|text| moment(text).is_some()).then_some(value),
        Kind::Enum(words) => value.as_str().is_some_and(|word| words.contains(&word)).then_some(value),
        Kind::Object(fields) => object(value, fields),
    }
}

fn object(value: Value, fields: Arguments) -> Option<Value> {
    let Value::Object(mut given) = value else {
        return None;
    };
    let mut whole = serde_json::Map::new();
    for (name, kind) in fields {
        let value = given.remove(*name);
        if value.is_some() || kind.ends_with('!') {
            whole.insert((*name).to_owned(), coerce(value.unwrap_or_default(), kind)?);
        }
    }
    given.is_empty().then_some(Value::Object(whole))
}

/// Reads a `DateTime`.
pub(super) fn moment(text: &str) -> Option<Millis> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(|moment| moment.unix_timestamp() * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_stands_where_its_type_is_wanted() {
        for (variable, default, wanted) in [
            ("ID!", false, "ID!"),
            ("ID!", false, "ID"),
            ("[ID!]!", false, "[ID!]!"),
            ("[ID!]!", false, "[ID]"),
            ("Int", true, "Int!"),
        ] {
            assert!(may_stand(variable, default, wanted), "{variable} for {wanted}");
        }
        for (variable, default, wanted) in [
            ("ID", false, "ID!"),
            ("String!", false, "ID!"),
            ("[ID]!", false, "[ID!]!"),
            ("ID!", false, "[ID!]!"),
            ("[ID!]!", false, "ID!"),
        ] {
            assert!(!may_stand(variable, default, wanted), "{variable} for {wanted}");
        }
    }

    #[test]
    fn values_are_of_their_types_or_refused() {
        let fits = |value: Value, kind| coerce(value, kind).is_some();
        assert!(fits(json!(1), "Int!") && !fits(json!(1.5), "Int") && !fits(json!(3_000_000_000_i64), "Int"));
        assert!(fits(json!("2026-01-02T03:04:05Z"), "DateTime") && !fits(json!("yesterday"), "DateTime"));
        assert!(fits(json!("MERGED"), "PullRequestState") && !fits(json!("LOST"), "PullRequestState"));
        assert!(fits(json!({ "id": "x" }), "CommitAuthor") && !fits(json!({ "name": "x" }), "CommitAuthor"));
        assert!(!fits(json!({ "field": "NAME" }), "RepositoryOrder") && !fits(json!("x"), "CommitAuthor"));
        assert!(!fits(json!([null]), "[ID!]") && !fits(json!(null), "[ID!]!"));
        assert_eq!(coerce(json!(7), "[ID!]"), Some(json!(["7"])));
    }
}
