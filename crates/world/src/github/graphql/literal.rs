//! Arguments as they are written: whether they fit the types of their places.

use super::document::{Input, Variable};
use super::kinds::{self, Kind};

/// What is wrong, and the code of its kind.
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) code: &'static str,
}

/// Where a value stands.
pub(super) struct Place<'a> {
    pub(super) argument: &'a str,
    pub(super) field: &'a str,
}

/// The first mistake in an argument's value. Variables that nobody declared are told elsewhere.
pub(super) fn mistake(
    declared: &[Variable],
    place: &Place<'_>,
    input: &Input,
    kind: &str,
) -> Option<Mistake> {
    match input {
        Input::Variable(name) => {
            let variable = declared.iter().find(|variable| variable.name == *name)?;
            let fits = kinds::may_stand(&variable.kind, variable.default.is_some(), kind);
            (!fits).then(|| Mistake {
                message: format!(
                    "Type mismatch on variable ${name} and argument {} ({} / {kind})",
                    place.argument, variable.kind
                ),
                code: "variableMismatch",
            })
        }
        Input::List(items) => match kinds::item(kind) {
            Some(item) => items.iter().find_map(|input| mistake(declared, place, input, item)),
            None => Some(invalid(place, kind)),
        },
        Input::Object(fields) => {
            let Some(Kind::Object(known)) = kinds::input(kinds::innermost(kind)) else {
                return Some(invalid(place, kind));
            };
            let missing = known.iter().any(|(name, kind)| kind.ends_with('!') && !fields.contains_key(*name));
            let of = |name: &str| known.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
            let wrong = fields.iter().find_map(|(name, input)| match of(name) {
                Some(kind) => mistake(declared, place, input, kind),
                None => Some(unknown(kind, name)),
            });
            wrong.or_else(|| missing.then(|| invalid(place, kind)))
        }
        Input::Word(word) => {
            let fits = match kinds::input(kinds::innermost(kind)) {
                Some(Kind::Enum(words)) => words.contains(&word.as_str()),
                _ => false,
            };
            (!fits).then(|| invalid(place, kind))
        }
        Input::Value(value) => {
            let text_for_enum =
                value.is_string() && matches!(kinds::input(kinds::innermost(kind)), Some(Kind::Enum(_)));
            let fits = !text_for_enum && kinds::coerce(value.clone(), kind).is_some();
            (!fits).then(|| invalid(place, kind))
        }
    }
}

fn unknown(kind: &str, name: &str) -> Mistake {
    let kind = kinds::innermost(kind);
    let message = format!("InputObject '{kind}' doesn't accept argument '{name}'");
    Mistake { message, code: "argumentNotAccepted" }
}

fn invalid(place: &Place<'_>, kind: &str) -> Mistake {
    let Place { argument, field } = place;
    let message =
        format!("Argument '{argument}' on Field '{field}' has an invalid value. Expected type '{kind}'.");
    Mistake { message, code: "argumentLiteralsIncompatible" }
}
