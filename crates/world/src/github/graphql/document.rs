//! A document as it was read: operations, selections, fragments, values.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::lex::At;

#[derive(Debug)]
pub(super) struct Document {
    pub(super) operations: Vec<Operation>,
    pub(super) fragments: BTreeMap<String, Fragment>,
}

#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: Option<String>,
    pub(super) variables: Vec<Variable>,
    pub(super) selection: Vec<Selection>,
}

#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    /// The type as it is written.
    pub(super) kind: String,
    pub(super) default: Option<Input>,
    pub(super) at: At,
}

#[derive(Debug)]
pub(super) struct Fragment {
    pub(super) on: String,
    pub(super) selection: Vec<Selection>,
    pub(super) at: At,
}

#[derive(Debug)]
pub(super) enum Selection {
    Field(Field),
    Inline { on: Option<String>, selection: Vec<Selection>, at: At },
    Spread { name: String, at: At },
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) alias: String,
    pub(super) name: String,
    pub(super) arguments: BTreeMap<String, Input>,
    pub(super) selection: Vec<Selection>,
    pub(super) at: At,
}

/// An argument's value before variables are filled in.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Input {
    Variable(String),
    Value(Value),
    /// A bare word, which only an enum takes.
    Word(String),
    List(Vec<Input>),
    Object(BTreeMap<String, Input>),
}

impl Input {
    /// The value with its variables; `None` if one of them has none.
    pub(super) fn fill(&self, variable: &impl Fn(&str) -> Option<Value>) -> Option<Value> {
        match self {
            Input::Variable(name) => variable(name),
            Input::Value(value) => Some(value.clone()),
            Input::Word(word) => Some(Value::String(word.clone())),
            Input::List(items) => items.iter().map(|item| item.fill(variable)).collect(),
            Input::Object(fields) => {
                let fill = |(name, input): (&String, &Input)| Some((name.clone(), input.fill(variable)?));
                fields.iter().map(fill).collect::<Option<Map<_, _>>>().map(Value::Object)
            }
        }
    }

    /// The names of its variables.
    pub(super) fn variables(&self) -> Vec<&str> {
        match self {
            Input::Variable(name) => vec![name],
            Input::Value(_) | Input::Word(_) => Vec::new(),
            Input::List(items) => items.iter().flat_map(Input::variables).collect(),
            Input::Object(fields) => fields.values().flat_map(Input::variables).collect(),
        }
    }
}
