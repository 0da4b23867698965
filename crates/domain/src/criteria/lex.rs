//! Words of the rule language.

use std::ops::Range;

use super::{MAX_BYTES, Mistake, MistakeKind, Op};

/// One word or sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name or keyword.
    Word(&'t str),
    /// What begins with a digit: a number, a length of time or a date.
    Figure(&'t str),
    /// A text, without its quotes.
    Text(String),
    /// A comparison.
    Op(Op),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `.`
    Dot,
}

/// A token and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lexeme<'t> {
    pub(super) token: Token<'t>,
    pub(super) at: Range<usize>,
}

/// Cuts a text into words. Fails for texts that are too long.
pub(super) fn lex(text: &str) -> Result<Vec<Lexeme<'_>>, Mistake> {
    if text.len() > MAX_BYTES {
        return Err(Mistake::new(0..text.len(), MistakeKind::TooLong));
    }
    let mut lexemes = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let lexeme = one(text, at, first)?;
        at = lexeme.at.end;
        lexemes.push(lexeme);
    }
    Ok(lexemes)
}

fn one(text: &str, at: usize, first: char) -> Result<Lexeme<'_>, Mistake> {
    let rest = &text[at..];
    let second = rest[first.len_utf8()..].chars().next();
    let sign = |token, width| Ok(Lexeme { token, at: at..at + width });
    match first {
        '(' => sign(Token::Open, 1),
        ')' => sign(Token::Close, 1),
        ',' => sign(Token::Comma, 1),
        ':' => sign(Token::Colon, 1),
        '.' => sign(Token::Dot, 1),
        '>' if second == Some('=') => sign(Token::Op(Op::AtLeast), 2),
        '<' if second == Some('=') => sign(Token::Op(Op::AtMost), 2),
        '!' if second == Some('=') => sign(Token::Op(Op::NotEqual), 2),
        '=' if second != Some('=') => sign(Token::Op(Op::Equal), 1),
        '>' => sign(Token::Op(Op::MoreThan), 1),
        '<' => sign(Token::Op(Op::LessThan), 1),
        '"' => quoted_text(text, at),
        '-' if second.is_some_and(|c| c.is_ascii_digit()) => Ok(figure(text, at)),
        c if c.is_ascii_digit() => Ok(figure(text, at)),
        c if c.is_ascii_alphabetic() || c == '_' => {
            let end = end_of(text, at, |c| c.is_ascii_alphanumeric() || c == '_');
            let token = Token::Word(&text[at..end]);
            Ok(Lexeme { token, at: at..end })
        }
        _ => Err(stray(at, first, second)),
    }
}

/// Where the run that begins at `at` ends; its first character belongs to it.
fn end_of(text: &str, at: usize, belongs: impl Fn(char) -> bool) -> usize {
    let rest = text[at..].char_indices().skip(1);
    let mut after = rest.skip_while(|(_, c)| belongs(*c));
    after.next().map_or(text.len(), |(length, _)| at + length)
}

/// `100`, `-5`, `30d`, `2024-05-01`, `2024-05-01T12:00:00.5+02:00`.
fn figure(text: &str, at: usize) -> Lexeme<'_> {
    let end = end_of(text, at, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | ':' | '.' | '_'));
    let token = Token::Figure(&text[at..end]);
    Lexeme { token, at: at..end }
}

fn quoted_text(text: &str, at: usize) -> Result<Lexeme<'_>, Mistake> {
    let mut value = String::new();
    let mut chars = text[at..].char_indices().skip(1);
    while let Some((offset, c)) = chars.next() {
        match c {
            '"' => {
                let at = at..at + offset + 1;
                return Ok(Lexeme { token: Token::Text(value), at });
            }
            '\\' => match chars.next() {
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                Some((next, c)) => {
                    let at = at + offset..at + next + c.len_utf8();
                    return Err(Mistake::new(at, MistakeKind::BadEscape));
                }
                None => break,
            },
            other => value.push(other),
        }
    }
    Err(Mistake::new(at..text.len(), MistakeKind::OpenText))
}

/// What other languages and phones write in place of our signs.
fn stray(at: usize, first: char, second: Option<char>) -> Mistake {
    let meant = match (first, second) {
        ('=', _) => Some("="),
        ('&', _) => Some("and"),
        ('|', _) => Some("or"),
        ('!' | '¬', _) => Some("not"),
        ('≥', _) => Some(">="),
        ('≤', _) => Some("<="),
        ('≠', _) => Some("!="),
        ('\'' | '`' | '“' | '”' | '„' | '‘' | '’' | '«' | '»', _) => Some("\""),
        _ => None,
    };
    let doubled = second == Some(first) && matches!(first, '=' | '&' | '|');
    let sign = first.to_string().repeat(if doubled { 2 } else { 1 });
    Mistake::new(at..at + sign.len(), MistakeKind::StraySign(sign)).suggest(meant.map(str::to_owned))
}
