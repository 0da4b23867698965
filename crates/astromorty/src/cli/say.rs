//! What a person reads at the terminal: lines, tables, and nothing that moves the cursor.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;

/// Writes lines to standard output. A reader who has gone is no error.
pub(super) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{}", tame(text)).and_then(|()| out.flush());
}

/// Writes lines to standard error: mistakes and asides.
pub(super) fn aloud(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", tame(text));
}

/// Encodes every sign that would break out of its place, except the ends of lines.
fn tame(text: &str) -> Cow<'_, str> {
    encode(text, |sign| sign != '\n' && breaks_out(sign))
}

/// Encodes every sign that would break out of a line (N-72).
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    encode(text, breaks_out)
}

/// Controls (line ends and ANSI's escape among them), line and paragraph separators, and the marks
/// that turn the direction of text around.
fn breaks_out(sign: char) -> bool {
    let turns = matches!(sign, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    sign.is_control() || turns || matches!(sign, '\u{2028}' | '\u{2029}')
}

/// As JSON writes them, so that a line of JSON stays one.
fn encode(text: &str, hides: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&hides) {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(text.len() + 8);
    for sign in text.chars() {
        match sign {
            sign if !hides(sign) => encoded.push(sign),
            '\n' => encoded.push_str("\\n"),
            '\r' => encoded.push_str("\\r"),
            '\t' => encoded.push_str("\\t"),
            sign => {
                let _ = write!(encoded, "\\u{:04x}", u32::from(sign));
            }
        }
    }
    Cow::Owned(encoded)
}

/// Rows under their heads, in columns as wide as they need to be.
pub(super) fn table<const N: usize>(heads: [&str; N], rows: &[[String; N]]) -> String {
    let heads = heads.map(str::to_owned);
    let lines = || std::iter::once(&heads).chain(rows);
    let width = |column: usize| lines().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{:width$}", one_line(cell)));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_72_no_sign_breaks_out_of_its_line() {
        assert_eq!(one_line("plain Café — 日本"), "plain Café — 日本");
        assert_eq!(one_line("a\r\nb\tc\u{1b}[31m"), "a\\r\\nb\\tc\\u001b[31m");
        assert_eq!(one_line("\u{9b}2J\u{2028}\u{202e}x\u{7f}"), "\\u009b2J\\u2028\\u202ex\\u007f");
        assert_eq!(tame("one\ntwo\u{1b}[2J"), "one\ntwo\\u001b[2J");
    }

    #[test]
    fn columns_stand_under_their_heads() {
        let rows = [["1".to_owned(), "@Café".to_owned()], ["20".to_owned(), "x\ny".to_owned()]];
        assert_eq!(table(["rule", "gives"], &rows), "rule  gives\n1     @Café\n20    x\\ny");
    }
}
