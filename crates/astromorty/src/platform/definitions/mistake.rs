//! Mistakes in definition files: where, what, and the cure.

use std::fmt;
use std::ops::Range;

use domain::platform::Problem;

/// One mistake of a definition file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file, as it was named.
    pub file: String,
    /// Where in it, where the key or a part of it stands there.
    pub spot: Option<Spot>,
    /// What is wrong, with the cure.
    pub problem: Problem,
    /// The line there.
    pub line: String,
}

/// A place in a text; the first line and column are 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

impl Spot {
    /// The beginning of a range of bytes.
    pub(super) fn of(text: &str, span: &Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let (above, line) = before.rsplit_once('\n').unwrap_or(("", before));
        let first = !before.contains('\n');
        let line_number = if first { 1 } else { above.matches('\n').count() + 2 };
        Self { line: line_number, column: line.chars().count() + 1 }
    }
}

impl Mistake {
    pub(super) fn of(file: &str, problem: Problem) -> Self {
        Self { file: file.to_owned(), spot: None, problem, line: String::new() }
    }

    /// The same with the line of its text.
    pub(super) fn showing(mut self, text: &str) -> Self {
        let line = self.spot.and_then(|spot| text.lines().nth(spot.line - 1));
        line.unwrap_or_default().clone_into(&mut self.line);
        self
    }

    /// The line with a mark below the place, for a terminal; empty where the place is not known.
    #[must_use]
    pub fn excerpt(&self) -> String {
        let Some(Spot { line, column }) = self.spot else { return String::new() };
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        let lead: String =
            self.line.chars().take(column - 1).map(|c| if c == '\t' { c } else { ' ' }).collect();
        format!("  {number} | {}\n  {margin} | {lead}^", self.line.trim_end())
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(Spot { line, column }) = self.spot {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_from_one_and_in_characters() {
        let text = "a = 1\nü = 2\n\nb";
        let spot = |at| Spot::of(text, &(at..at));
        assert_eq!(spot(0), Spot { line: 1, column: 1 });
        assert_eq!(spot(4), Spot { line: 1, column: 5 });
        assert_eq!(spot(6), Spot { line: 2, column: 1 });
        assert_eq!(spot(9), Spot { line: 2, column: 3 });
        assert_eq!(spot(14), Spot { line: 4, column: 1 });
        assert_eq!(spot(900), Spot { line: 4, column: 2 });
    }
}
