//! GraphQL text to tokens (GraphQL specification, section 2.1).

/// Where a token starts; both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    pub(super) line: usize,
    pub(super) column: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Text(String),
    Integer(i64),
    Float(f64),
    /// One of `{}()[]:=!$@|&` or `...`.
    Mark(&'static str),
    End,
}

/// What could not be read, and where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ParseError {
    pub(super) message: String,
    pub(super) at: At,
}

const MARKS: [&str; 13] = ["...", "{", "}", "(", ")", "[", "]", ":", "=", "!", "$", "@", "|"];

struct Lexer<'a> {
    rest: &'a str,
    at: At,
}

/// All tokens of a document, with an end at their end.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, At)>, ParseError> {
    let mut lexer = Lexer { rest: text, at: At { line: 1, column: 1 } };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_ignored();
        let at = lexer.at;
        let token = lexer.next()?;
        let end = token == Token::End;
        tokens.push((token, at));
        if end {
            return Ok(tokens);
        }
    }
}

impl<'a> Lexer<'a> {
    fn error(&self, what: &str) -> ParseError {
        let At { line, column } = self.at;
        ParseError { message: format!("{what} at [{line}, {column}]"), at: self.at }
    }

    /// Takes so many bytes.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        for letter in taken.chars() {
            if letter == '\n' {
                self.at = At { line: self.at.line + 1, column: 1 };
            } else {
                self.at.column += 1;
            }
        }
        taken
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let length = self.rest.find(|letter| !wanted(letter)).unwrap_or(self.rest.len());
        self.take(length)
    }

    /// White space, commas and comments.
    fn skip_ignored(&mut self) {
        loop {
            self.take_while(|letter| letter.is_whitespace() || letter == ',' || letter == '\u{feff}');
            if !self.rest.starts_with('#') {
                return;
            }
            self.take_while(|letter| letter != '\n');
        }
    }

    fn next(&mut self) -> Result<Token, ParseError> {
        let Some(first) = self.rest.chars().next() else {
            return Ok(Token::End);
        };
        if first.is_ascii_alphabetic() || first == '_' {
            let name = self.take_while(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            return Ok(Token::Name(name.to_owned()));
        }
        if first.is_ascii_digit() || first == '-' {
            return self.number();
        }
        if first == '"' {
            return self.text();
        }
        match MARKS.iter().find(|mark| self.rest.starts_with(**mark)) {
            Some(mark) => {
                self.take(mark.len());
                Ok(Token::Mark(mark))
            }
            None => Err(self.error(&format!("Parse error on {first:?} (error)"))),
        }
    }

    fn number(&mut self) -> Result<Token, ParseError> {
        let error = self.error("Parse error on a number");
        let text = self.take_while(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
        let integer = text.parse().map(Token::Integer).ok();
        integer.or_else(|| text.parse().map(Token::Float).ok()).ok_or(error)
    }

    /// A quoted text on one line. Block texts are of no use in a query.
    fn text(&mut self) -> Result<Token, ParseError> {
        let error = self.error("Parse error on an unfinished text");
        let mut end = None;
        let mut escaped = false;
        for (index, letter) in self.rest.char_indices().skip(1) {
            match letter {
                '\n' => break,
                '"' if !escaped => {
                    end = Some(index + 1);
                    break;
                }
                _ => escaped = letter == '\\' && !escaped,
            }
        }
        let quoted = self.take(end.ok_or(error.clone())?);
        // GraphQL's escapes are those of JSON.
        serde_json::from_str(quoted).map(Token::Text).map_err(|_| error)
    }
}
