//! The shape of a rule: groups, precedence and single criteria, before any name is looked up.
//!
//! `not` binds before `and` before `or`. Depth and number are counted while reading, so that no
//! text can exhaust the stack.

use std::ops::Range;

use super::ast::{FactSyntax, Literal, Placed, Syntax, Test};
use super::lex::{Lexeme, Token, lex};
use super::{Expected, MAX_CRITERIA, MAX_DEPTH, Mistake, MistakeKind};

pub(super) fn parse(text: &str) -> Result<Syntax<'_>, Mistake> {
    let mut parser = Parser::new(text)?;
    let syntax = parser.any()?;
    parser.finish()?;
    Ok(syntax)
}

pub(super) fn parse_fact(text: &str) -> Result<FactSyntax<'_>, Mistake> {
    let mut parser = Parser::new(text)?;
    let platform = parser.word(Expected::FactName)?;
    let fact = parser.fact(platform)?;
    parser.finish()?;
    Ok(fact)
}

struct Parser<'t> {
    text: &'t str,
    lexemes: std::iter::Peekable<std::vec::IntoIter<Lexeme<'t>>>,
    depth: usize,
    criteria: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Result<Self, Mistake> {
        Ok(Self { text, lexemes: lex(text)?.into_iter().peekable(), depth: 0, criteria: 0 })
    }

    fn finish(&mut self) -> Result<(), Mistake> {
        match self.lexemes.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected(Expected::End)),
        }
    }

    /// `a or b or c`
    fn any(&mut self) -> Result<Syntax<'t>, Mistake> {
        let mut parts = vec![self.all()?];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Syntax::Any))
    }

    /// `a and b and c`
    fn all(&mut self) -> Result<Syntax<'t>, Mistake> {
        let mut parts = vec![self.not()?];
        while self.take_word("and") {
            parts.push(self.not()?);
        }
        Ok(one_or(parts, Syntax::All))
    }

    /// `not a`
    fn not(&mut self) -> Result<Syntax<'t>, Mistake> {
        if !self.next_is_word("not") {
            return self.single();
        }
        self.deeper(|parser| {
            parser.take_word("not");
            let part = parser.not()?;
            Ok(Syntax::Not(Box::new(part)))
        })
    }

    /// A group or one criterion.
    fn single(&mut self) -> Result<Syntax<'t>, Mistake> {
        if self.take(&Token::Open) {
            return self.deeper(|parser| {
                let group = parser.any()?;
                parser.expect(&Token::Close, Expected::Close)?;
                Ok(group)
            });
        }
        let word = self.word(Expected::Criterion)?;
        match word.is {
            "all" => Ok(Syntax::All(self.list()?)),
            "any" => Ok(Syntax::Any(self.list()?)),
            "at" => {
                self.expect(&Token::Word("least"), Expected::Least)?;
                let count = self.figure(Expected::Number)?;
                self.expect(&Token::Word("of"), Expected::Of)?;
                Ok(Syntax::AtLeast(count, self.list()?))
            }
            "and" | "or" => Err(Mistake::new(
                word.at,
                MistakeKind::Unexpected { found: Some(word.is.to_owned()), expected: Expected::Criterion },
            )),
            _ => self.criterion(word),
        }
    }

    /// `(a, b, c)`
    fn list(&mut self) -> Result<Vec<Syntax<'t>>, Mistake> {
        self.expect(&Token::Open, Expected::Open)?;
        self.deeper(|parser| {
            let mut parts = vec![parser.any()?];
            while parser.take(&Token::Comma) {
                parts.push(parser.any()?);
            }
            parser.expect(&Token::Close, Expected::CommaOrClose)?;
            Ok(parts)
        })
    }

    fn criterion(&mut self, platform: Placed<&'t str>) -> Result<Syntax<'t>, Mistake> {
        self.criteria += 1;
        if self.criteria > MAX_CRITERIA {
            return Err(Mistake::new(platform.at, MistakeKind::TooMany));
        }
        if self.take_word("linked") {
            return Ok(Syntax::Linked(platform));
        }
        let fact = self.fact(platform)?;
        let test = self.test()?;
        let within = if self.take_word("within") { Some(self.figure(Expected::Duration)?) } else { None };
        Ok(Syntax::Fact { fact, test, within })
    }

    /// `.name(arg: value)` after a platform.
    fn fact(&mut self, platform: Placed<&'t str>) -> Result<FactSyntax<'t>, Mistake> {
        let linked = format!("{} linked", platform.is);
        self.expect(&Token::Dot, Expected::DotOrLinked).map_err(|mistake| mistake.suggest(Some(linked)))?;
        let name = self.word(Expected::FactName)?;
        let mut args = Vec::new();
        if self.take(&Token::Open) {
            loop {
                let arg = self.word(Expected::ArgumentName)?;
                self.expect(&Token::Colon, Expected::Colon)?;
                args.push((arg, self.literal(Expected::Argument)?));
                if !self.take(&Token::Comma) {
                    break;
                }
            }
            self.expect(&Token::Close, Expected::CommaOrClose)?;
        }
        Ok(FactSyntax { platform, name, args })
    }

    fn test(&mut self) -> Result<Test<'t>, Mistake> {
        if self.take_word("has") {
            let value = self.literal(Expected::Text)?;
            return match value.is {
                Literal::Text(is) => Ok(Test::Has(Placed { is, at: value.at })),
                Literal::Figure(found) => Err(Mistake::new(
                    value.at,
                    MistakeKind::Unexpected { found: Some(found.to_owned()), expected: Expected::Text },
                )),
            };
        }
        let Some(Lexeme { token: Token::Op(op), at }) = self.lexemes.peek().cloned() else {
            return Ok(Test::Alone);
        };
        self.lexemes.next();
        let value = self.literal(Expected::Value)?;
        Ok(Test::Compare(Placed { is: op, at }, value))
    }

    fn literal(&mut self, expected: Expected) -> Result<Placed<Literal<'t>>, Mistake> {
        let is = match self.lexemes.peek().map(|lexeme| &lexeme.token) {
            Some(Token::Figure(figure)) => Literal::Figure(figure),
            Some(Token::Text(text)) => Literal::Text(text.clone()),
            Some(_) | None => return Err(self.unexpected(expected)),
        };
        let at = self.here();
        self.lexemes.next();
        Ok(Placed { is, at })
    }

    fn figure(&mut self, expected: Expected) -> Result<Placed<&'t str>, Mistake> {
        let Some(Token::Figure(is)) = self.lexemes.peek().map(|lexeme| &lexeme.token) else {
            return Err(self.unexpected(expected));
        };
        let is = *is;
        let at = self.here();
        self.lexemes.next();
        Ok(Placed { is, at })
    }

    fn word(&mut self, expected: Expected) -> Result<Placed<&'t str>, Mistake> {
        let Some(Token::Word(is)) = self.lexemes.peek().map(|lexeme| &lexeme.token) else {
            return Err(self.unexpected(expected));
        };
        let is = *is;
        let at = self.here();
        self.lexemes.next();
        Ok(Placed { is, at })
    }

    /// Reads something one level deeper, if there is room.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Mistake>) -> Result<T, Mistake> {
        if self.depth == MAX_DEPTH {
            return Err(Mistake::new(self.here(), MistakeKind::TooDeep));
        }
        self.depth += 1;
        let read = read(self)?;
        self.depth -= 1;
        Ok(read)
    }

    fn next_is_word(&mut self, word: &str) -> bool {
        self.lexemes.peek().is_some_and(|next| next.token == Token::Word(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.take(&Token::Word(word))
    }

    fn take(&mut self, token: &Token<'_>) -> bool {
        self.lexemes.next_if(|next| next.token == *token).is_some()
    }

    fn expect(&mut self, token: &Token<'_>, expected: Expected) -> Result<(), Mistake> {
        if self.take(token) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    /// The place of the next token, or the end of the text.
    fn here(&mut self) -> Range<usize> {
        let end = self.text.len();
        self.lexemes.peek().map_or(end..end, |next| next.at.clone())
    }

    fn unexpected(&mut self, expected: Expected) -> Mistake {
        let at = self.here();
        let found = Some(self.text[at.clone()].to_owned()).filter(|found| !found.is_empty());
        Mistake::new(at, MistakeKind::Unexpected { found, expected })
    }
}

fn one_or<'t>(mut parts: Vec<Syntax<'t>>, group: impl FnOnce(Vec<Syntax<'t>>) -> Syntax<'t>) -> Syntax<'t> {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            group(parts)
        }
    }
}
