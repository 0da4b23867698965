//! Validation: a document that asks for what does not exist is refused whole.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::document::{Document, Field, Input, Operation, Selection, Variable};
use super::kinds;
use super::lex::At;
use super::literal::{self, Mistake, Place};
use super::schema::{self, Of};

/// The mistakes of a document, in GitHub's form.
pub(super) struct Check<'a> {
    document: &'a Document,
    operation: &'a Operation,
    used: BTreeSet<&'a str>,
    /// Fragments being looked into, to notice circles.
    open: Vec<&'a str>,
    errors: Vec<Value>,
}

/// One error with its place.
pub(super) fn error(message: &str, code: &str, path: &[String], at: At) -> Value {
    json!({
        "message": message, "path": path, "extensions": { "code": code },
        "locations": [{ "line": at.line, "column": at.column }],
    })
}

/// Finds all mistakes of an operation.
pub(super) fn mistakes(document: &Document, operation: &Operation) -> Vec<Value> {
    let mut check =
        Check { document, operation, used: BTreeSet::new(), open: Vec::new(), errors: Vec::new() };
    check.selection("Query", &operation.selection, &["query".to_owned()]);
    check.variables();
    check.errors
}

impl<'a> Check<'a> {
    fn error(&mut self, message: &str, code: &str, path: &[String], at: At) {
        self.errors.push(error(message, code, path, at));
    }

    fn selection(&mut self, of: &str, selection: &'a [Selection], path: &[String]) {
        let mut names: BTreeMap<&str, &Field> = BTreeMap::new();
        for selected in selection {
            match selected {
                Selection::Field(field) => {
                    let first = *names.entry(&field.alias).or_insert(field);
                    self.conflict(first, field, path);
                    self.field(of, field, path);
                }
                Selection::Inline { on, selection, at } => {
                    let on = on.as_deref().unwrap_or(of);
                    if self.condition(of, on, path, *at) {
                        self.selection(on, selection, path);
                    }
                }
                Selection::Spread { name, at } => self.spread(of, name, path, *at),
            }
        }
    }

    /// Two fields of one name must be the same field with the same arguments.
    fn conflict(&mut self, first: &Field, field: &Field, path: &[String]) {
        let alias = &field.alias;
        let message = if first.name != field.name {
            format!("Field '{alias}' has a field conflict: {} or {}?", first.name, field.name)
        } else if first.arguments != field.arguments {
            let name = &field.name;
            format!("Field '{alias}' has an argument conflict: {name} is asked with different arguments")
        } else {
            return;
        };
        self.error(&message, "fieldConflict", path, field.at);
    }

    fn spread(&mut self, of: &str, name: &'a str, path: &[String], at: At) {
        let Some(fragment) = self.document.fragments.get(name) else {
            let message = format!("Fragment {name} was used, but not defined");
            return self.error(&message, "useAndDefineFragment", path, at);
        };
        if self.open.contains(&name) {
            let message = format!("Fragment {name} contains an infinite loop");
            return self.error(&message, "infiniteLoop", path, at);
        }
        if self.condition(of, &fragment.on, path, fragment.at) {
            self.open.push(name);
            self.selection(&fragment.on, &fragment.selection, path);
            self.open.pop();
        }
    }

    fn condition(&mut self, of: &str, on: &str, path: &[String], at: At) -> bool {
        if schema::fields(on).is_none() {
            let message = format!("No such type {on}, so it can't be a fragment condition");
            self.error(&message, "undefinedType", path, at);
            return false;
        }
        if !schema::overlaps(of, on) {
            let message = format!("Fragment on {on} can't be spread inside {of}");
            self.error(&message, "cannotSpreadFragment", path, at);
            return false;
        }
        true
    }

    fn field(&mut self, of: &str, field: &'a Field, path: &[String]) {
        let name = &field.name;
        let path = [path, std::slice::from_ref(&field.alias)].concat();
        let Some(known) = schema::field(of, name) else {
            let message = format!("Field '{name}' doesn't exist on type '{of}'");
            return self.error(&message, "undefinedField", &path, field.at);
        };
        self.arguments(of, field, known, &path);
        match known.of {
            Of::Scalar if !field.selection.is_empty() => {
                let message = format!("Selections can't be made on scalars (field '{name}')");
                self.error(&message, "selectionMismatch", &path, field.at);
            }
            Of::Object(inner) if field.selection.is_empty() => {
                let message = format!(
                    "Field must have selections (field '{name}' returns {inner} but has no selections)"
                );
                self.error(&message, "selectionMismatch", &path, field.at);
            }
            Of::Object(inner) => self.selection(inner, &field.selection, &path),
            Of::Scalar => {}
        }
    }

    fn arguments(&mut self, of: &str, field: &'a Field, known: schema::Definition, path: &[String]) {
        let name = &field.name;
        for (argument, input) in &field.arguments {
            self.used.extend(input.variables());
            let mistake = match known.argument(argument) {
                Some(kind) => {
                    let place = Place { argument, field: name };
                    literal::mistake(&self.operation.variables, &place, input, kind)
                }
                None => Some(Mistake {
                    message: format!("Field '{name}' doesn't accept argument '{argument}'"),
                    code: "argumentNotAccepted",
                }),
            };
            if let Some(Mistake { message, code }) = mistake {
                self.error(&message, code, path, field.at);
            }
            self.undeclared(input, field, path);
        }
        let missing = known.required().filter(|wanted| !field.arguments.contains_key(*wanted));
        let missing: Vec<_> = missing.collect();
        if !missing.is_empty() {
            let message = format!(
                "Field '{name}' is missing required arguments: {} (on type '{of}')",
                missing.join(", ")
            );
            self.error(&message, "missingRequiredArguments", path, field.at);
        }
    }

    fn undeclared(&mut self, input: &'a Input, field: &Field, path: &[String]) {
        for variable in input.variables() {
            if !self.operation.variables.iter().any(|declared| declared.name == variable) {
                let message = format!("Variable ${variable} is used by {} but not declared", self.title());
                self.error(&message, "variableNotDefined", path, field.at);
            }
        }
    }

    fn variables(&mut self) {
        for variable in &self.operation.variables {
            let bare = kinds::innermost(&variable.kind);
            if kinds::input(bare).is_none() {
                let message = format!("{bare} isn't a defined input type (on ${})", variable.name);
                let path = ["query".to_owned()];
                self.error(&message, "variableRequiresValidType", &path, variable.at);
            }
            if !self.used.contains(variable.name.as_str()) {
                let name = &variable.name;
                let message = format!("Variable ${name} is declared by {} but not used", self.title());
                self.error(&message, "variableNotUsed", &["query".to_owned()], variable.at);
            }
        }
    }

    fn title(&self) -> String {
        self.operation.name.clone().unwrap_or_else(|| "anonymous query".into())
    }
}

/// Fills in the variables: what was sent, else the default. `Err` is the first that does not fit.
pub(super) fn values(operation: &Operation, sent: &Map<String, Value>) -> Result<Map<String, Value>, Value> {
    let mut values = Map::new();
    for variable in &operation.variables {
        let Variable { name, kind, default, at } = variable;
        let default = default.as_ref().and_then(|default| default.fill(&|_| None));
        let value = sent.get(name).cloned().or(default).unwrap_or(Value::Null);
        let Some(value) = kinds::coerce(value, kind) else {
            let message = format!("Variable ${name} of type {kind} was provided invalid value");
            return Err(error(&message, "INVALID_VARIABLE", &["query".to_owned()], *at));
        };
        values.insert(name.clone(), value);
    }
    Ok(values)
}
