//! Tokens to a document: queries, variables, selections, fragments.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::document::{Document, Field, Fragment, Input, Operation, Selection, Variable};
use super::lex::{At, ParseError, Token, tokens};

/// How deep selections and values may nest.
const DEEPEST: usize = 30;

struct Parser {
    tokens: Vec<(Token, At)>,
    next: usize,
    depth: usize,
}

/// Reads a document.
pub(super) fn document(text: &str) -> Result<Document, ParseError> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let mut document = Document { operations: Vec::new(), fragments: BTreeMap::new() };
    while *parser.peek() != Token::End {
        if parser.peek() == &Token::Name("fragment".into()) {
            let (name, fragment) = parser.fragment()?;
            document.fragments.insert(name, fragment);
        } else {
            let operation = parser.operation()?;
            document.operations.push(operation);
        }
    }
    if document.operations.is_empty() {
        return Err(parser.unexpected());
    }
    Ok(document)
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.next].0
    }

    fn at(&self) -> At {
        self.tokens[self.next].1
    }

    /// Takes a token; the end stays.
    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        if token != Token::End {
            self.next += 1;
        }
        token
    }

    fn unexpected(&self) -> ParseError {
        let at = self.at();
        let what = match self.peek() {
            Token::Name(name) => format!("on \"{name}\" (IDENTIFIER)"),
            Token::Text(_) => "on a string (STRING)".into(),
            Token::Integer(number) => format!("on \"{number}\" (INT)"),
            Token::Float(number) => format!("on \"{number}\" (FLOAT)"),
            Token::Mark(mark) => format!("on \"{mark}\""),
            Token::End => "(unexpected end of document)".into(),
        };
        let message = format!("Parse error {what} at [{}, {}]", at.line, at.column);
        ParseError { message, at }
    }

    fn has(&mut self, mark: &str) -> bool {
        let found = matches!(self.peek(), Token::Mark(next) if *next == mark);
        if found {
            self.next += 1;
        }
        found
    }

    fn expect(&mut self, mark: &str) -> Result<(), ParseError> {
        if self.has(mark) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn name(&mut self) -> Result<String, ParseError> {
        let Token::Name(name) = self.peek() else {
            return Err(self.unexpected());
        };
        let name = name.clone();
        self.next += 1;
        Ok(name)
    }

    /// Runs one level deeper, within reason.
    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Parser) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(ParseError { message: "The query nests too deeply".into(), at: self.at() });
        }
        let result = read(self)?;
        self.depth -= 1;
        Ok(result)
    }

    fn operation(&mut self) -> Result<Operation, ParseError> {
        let mut operation = Operation { name: None, variables: Vec::new(), selection: Vec::new() };
        if matches!(self.peek(), Token::Mark("{")) {
            operation.selection = self.selection()?;
            return Ok(operation);
        }
        if self.peek() != &Token::Name("query".into()) {
            return Err(self.unexpected());
        }
        self.take();
        if matches!(self.peek(), Token::Name(_)) {
            operation.name = Some(self.name()?);
        }
        if self.has("(") {
            while !self.has(")") {
                let variable = self.variable()?;
                operation.variables.push(variable);
            }
        }
        operation.selection = self.selection()?;
        Ok(operation)
    }

    fn variable(&mut self) -> Result<Variable, ParseError> {
        let at = self.at();
        self.expect("$")?;
        let name = self.name()?;
        self.expect(":")?;
        let kind = self.kind()?;
        let default = if self.has("=") { Some(self.constant()?) } else { None };
        Ok(Variable { name, kind, default, at })
    }

    /// A type as it is written; lists do not nest in what this stand-in takes.
    fn kind(&mut self) -> Result<String, ParseError> {
        let list = self.has("[");
        let mut text = self.name()?;
        if self.has("!") {
            text.push('!');
        }
        if list {
            self.expect("]")?;
            text = format!("[{text}]");
            if self.has("!") {
                text.push('!');
            }
        }
        Ok(text)
    }

    fn fragment(&mut self) -> Result<(String, Fragment), ParseError> {
        let at = self.at();
        self.take();
        let name = self.name()?;
        if self.name()? != "on" {
            return Err(self.unexpected());
        }
        let on = self.name()?;
        let selection = self.selection()?;
        Ok((name, Fragment { on, selection, at }))
    }

    fn selection(&mut self) -> Result<Vec<Selection>, ParseError> {
        self.deeper(|parser| {
            parser.expect("{")?;
            let mut selection = vec![parser.selected()?];
            while !parser.has("}") {
                selection.push(parser.selected()?);
            }
            Ok(selection)
        })
    }

    fn selected(&mut self) -> Result<Selection, ParseError> {
        let at = self.at();
        if !self.has("...") {
            return self.field().map(Selection::Field);
        }
        let mut on = None;
        if matches!(self.peek(), Token::Name(_)) {
            let name = self.name()?;
            if name != "on" {
                return Ok(Selection::Spread { name, at });
            }
            on = Some(self.name()?);
        }
        let selection = self.selection()?;
        Ok(Selection::Inline { on, selection, at })
    }

    fn field(&mut self) -> Result<Field, ParseError> {
        let at = self.at();
        let alias = self.name()?;
        let name = if self.has(":") { self.name()? } else { alias.clone() };
        let mut arguments = BTreeMap::new();
        if self.has("(") {
            while !self.has(")") {
                let argument = self.name()?;
                self.expect(":")?;
                let value = self.input()?;
                arguments.insert(argument, value);
            }
        }
        let nested = matches!(self.peek(), Token::Mark("{"));
        let selection = if nested { self.selection()? } else { Vec::new() };
        Ok(Field { alias, name, arguments, selection, at })
    }

    fn input(&mut self) -> Result<Input, ParseError> {
        self.deeper(|parser| {
            if parser.has("$") {
                return parser.name().map(Input::Variable);
            }
            if parser.has("[") {
                let mut items = Vec::new();
                while !parser.has("]") {
                    items.push(parser.input()?);
                }
                return Ok(Input::List(items));
            }
            if parser.has("{") {
                let mut fields = BTreeMap::new();
                while !parser.has("}") {
                    let name = parser.name()?;
                    parser.expect(":")?;
                    let value = parser.input()?;
                    fields.insert(name, value);
                }
                return Ok(Input::Object(fields));
            }
            parser.literal()
        })
    }

    /// A value without parts.
    fn literal(&mut self) -> Result<Input, ParseError> {
        let value = match self.peek() {
            Token::Text(text) => Input::Value(json!(text)),
            Token::Integer(number) => Input::Value(json!(number)),
            Token::Float(number) => Input::Value(json!(number)),
            Token::Name(name) => match name.as_str() {
                "true" => Input::Value(json!(true)),
                "false" => Input::Value(json!(false)),
                "null" => Input::Value(Value::Null),
                word => Input::Word(word.to_owned()),
            },
            Token::Mark(_) | Token::End => return Err(self.unexpected()),
        };
        self.take();
        Ok(value)
    }

    /// A value without variables.
    fn constant(&mut self) -> Result<Input, ParseError> {
        let wrong = self.unexpected();
        let input = self.input()?;
        if input.variables().is_empty() { Ok(input) } else { Err(wrong) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_arguments_variables_and_fragments_are_read() {
        let text = r#"query Q($ids: [ID!]!, $n: Int = 3) { # a comment
            all: nodes(ids: $ids) { ...U ... on User { login } ... { id } }
            search(type: ISSUE, query: "a \"b\"", first: $n) { issueCount }
        } fragment U on User { id }"#;
        let document = document(text).unwrap();
        let query = &document.operations[0];
        assert_eq!(query.name.as_deref(), Some("Q"));
        assert_eq!(query.variables[0].kind, "[ID!]!");
        assert_eq!(query.variables[1].default, Some(Input::Value(json!(3))));
        let Selection::Field(nodes) = &query.selection[0] else { panic!("a field") };
        assert_eq!((nodes.alias.as_str(), nodes.name.as_str()), ("all", "nodes"));
        assert_eq!(nodes.selection.len(), 3);
        let Selection::Field(search) = &query.selection[1] else { panic!("a field") };
        assert_eq!(search.arguments["query"], Input::Value(json!("a \"b\"")));
        assert_eq!(document.fragments["U"].on, "User");
    }

    #[test]
    fn broken_documents_say_where() {
        for (text, message) in [
            ("", "Parse error (unexpected end of document) at [1, 1]"),
            ("{ viewer }}", "Parse error on \"}\" at [1, 11]"),
            ("{}", "Parse error on \"}\" at [1, 2]"),
            ("{ viewer { login }", "Parse error (unexpected end of document) at [1, 19]"),
            ("mutation { x }", "Parse error on \"mutation\" (IDENTIFIER) at [1, 1]"),
            ("{ a(b: \"c) }", "Parse error on an unfinished text at [1, 8]"),
            ("{ a(b: 1x) }", "Parse error on a number at [1, 8]"),
            ("{ a ? }", "Parse error on '?' (error) at [1, 5]"),
        ] {
            assert_eq!(document(text).unwrap_err().message, message, "{text}");
        }
    }

    #[test]
    fn endless_nesting_is_refused() {
        let deep = "{a".repeat(10_000);
        assert_eq!(document(&deep).unwrap_err().message, "The query nests too deeply");
        let lists = format!("{{ a(b: {}) }}", "[".repeat(10_000));
        assert_eq!(document(&lists).unwrap_err().message, "The query nests too deeply");
    }
}
