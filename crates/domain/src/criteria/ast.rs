//! A rule as written: its shape and places, before any name is looked up.

use std::ops::Range;

use super::Op;

/// A piece of the text and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed<T> {
    pub(super) is: T,
    pub(super) at: Range<usize>,
}

/// A number or text as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal<'t> {
    Figure(&'t str),
    Text(String),
}

/// A fact as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FactSyntax<'t> {
    pub(super) platform: Placed<&'t str>,
    pub(super) name: Placed<&'t str>,
    pub(super) args: Vec<(Placed<&'t str>, Placed<Literal<'t>>)>,
}

/// What is asked of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test<'t> {
    Alone,
    Compare(Placed<Op>, Placed<Literal<'t>>),
    Has(Placed<String>),
}

/// A whole rule as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Syntax<'t> {
    All(Vec<Syntax<'t>>),
    Any(Vec<Syntax<'t>>),
    AtLeast(Placed<&'t str>, Vec<Syntax<'t>>),
    Not(Box<Syntax<'t>>),
    Linked(Placed<&'t str>),
    Fact { fact: FactSyntax<'t>, test: Test<'t>, within: Option<Placed<&'t str>> },
}
